// The table of access tokens: the day on which a run first saw each, from which follows how long it lasts at most. LinkedIn does not
// return a token's age without the credentials of its app, but every access token lasts 60 days.

import { DAY_MS, dayOf, pluralize } from '../format.ts';
import { RENEWAL } from '../linkedin/access-token.ts';
import type { TokenInfo } from '../linkedin/session.ts';
import { sha256Of } from '../media/media-file.ts';
import type { Secret } from '../secret.ts';
import type { TableOwner } from './content.ts';

// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
const LIFETIME_DAYS = 60;

export type TokenEstimateInfo = TokenInfo & { readonly daysLeft: number };

/** `firstSeen` is a UTC day, such as `2026-11-25`. The result is an upper bound: the token may be older. */
export function estimateToken(
  firstSeen: string,
  { epochMs, warnDays }: { readonly epochMs: number; readonly warnDays: number },
): TokenEstimateInfo {
  // A day in the future comes from a runner whose clock is ahead.
  const age = Math.max(0, Math.floor((epochMs - Date.parse(firstSeen)) / DAY_MS));
  const daysLeft = Math.max(0, LIFETIME_DAYS - age);
  const seen = `a run first used it on ${firstSeen}, and LinkedIn's tokens last ${LIFETIME_DAYS} days`;
  const text =
    daysLeft === 0
      ? `the access token may have expired: ${seen}`
      : `the access token expires in at most ${pluralize(daysLeft, 'day')}`;
  const renewal = daysLeft < warnDays ? RENEWAL : null;
  return {
    daysLeft,
    expiresAtMs: Date.parse(firstSeen) + LIFETIME_DAYS * DAY_MS,
    scopes: null,
    refreshDaysLeft: null,
    renewal,
    checkError: null,
    lines: renewal === null ? [text] : [],
    warnings: renewal === null ? [] : [`${text}${daysLeft === 0 ? '; ' : ': '}${renewal}`],
    notices: [],
  };
}

interface TokenOfRun {
  readonly token: Secret;
  /** Null if LinkedIn is not asked how long the token lasts. */
  readonly tokenOptions: object | null;
  readonly tokenWarnDays: number;
}

/** An older token has expired a month ago. */
const KEPT_DAYS = 90;

export class TokenTable {
  readonly #owner: TableOwner;
  /** The key of the token of this run. Null without an estimate. */
  #key: string | null = null;
  /** The most days that the token of this run has left. Null without an estimate. */
  daysLeft: number | null = null;

  constructor(owner: TableOwner) {
    this.#owner = owner;
  }

  /** Estimates how long the token of this run lasts. Null if LinkedIn is asked instead, and without a branch. */
  estimate({ token, tokenOptions, tokenWarnDays: warnDays }: TokenOfRun): TokenEstimateInfo | null {
    const { job, content } = this.#owner;
    if (tokenOptions !== null || job === null) return null;
    this.#key = tokenKey(token);
    const epochMs = this.#owner.epochMs();
    const info = estimateToken(content.tokens[this.#key] ?? dayOf(epochMs), { epochMs, warnDays });
    this.daysLeft = info.daysLeft;
    return info;
  }

  /**
   * Stages the day of a token that no run has seen, and drops old days. A token alone does not create the memory.
   */
  stageNew(): void {
    const key = this.#key;
    if (key === null || this.#owner.content.revision === 0) return;
    const epochMs = this.#owner.epochMs();
    const oldest = dayOf(epochMs - KEPT_DAYS * DAY_MS);
    this.#owner.stage(TokenTable, (draft) => {
      if (key in draft.tokens) return false;
      const kept = Object.entries(draft.tokens).filter(([, day]) => day >= oldest);
      draft.tokens = Object.fromEntries([...kept, [key, dayOf(epochMs)]]);
      return true;
    });
  }
}

/** The memory holds a part of the token's digest, not the token. */
export function tokenKey(token: Secret): string {
  return sha256Of(token.reveal()).slice(0, 16);
}
