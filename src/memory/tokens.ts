// The table of access tokens: the day on which a run first saw each, from which follows how long it lasts at most.

import { createHash } from 'node:crypto';
import { DAY_MS, dayOf } from '../format.ts';
import { estimateToken, type TokenEstimateInfo } from '../linkedin/token-estimate.ts';
import type { Secret } from '../secret.ts';
import type { Draft, TableOwner } from './content.ts';

interface TokenOfRun {
  readonly token: Secret;
  /** Null if LinkedIn is not asked how long the token lasts. */
  readonly tokenOptions: object | null;
  readonly warnDays: number;
}

export class TokenTable {
  readonly #owner: TableOwner;
  /** The key of a token that no run has seen. */
  #newKey: string | null = null;
  /** The most days that the token of this run has left. Null without an estimate. */
  daysLeft: number | null = null;

  constructor(owner: TableOwner) {
    this.#owner = owner;
  }

  /**
   * Estimates how long the token of this run lasts. The day of a new token goes along with the writes of the run, and causes
   * none. Null if LinkedIn is asked instead, and without a branch.
   */
  estimate({ token, tokenOptions, warnDays }: TokenOfRun): TokenEstimateInfo | null {
    const { job, content } = this.#owner;
    if (tokenOptions !== null || job === null) return null;
    const key = tokenKey(token);
    const epochMs = this.#owner.epochMs();
    const firstSeen = content.tokens[key];
    if (firstSeen === undefined) {
      this.#newKey = key;
      this.#owner.stage(TokenTable, (draft) => {
        addToken(draft, key, epochMs);
        return false;
      });
    }
    const info = estimateToken(firstSeen ?? dayOf(epochMs), { epochMs, warnDays });
    this.daysLeft = info.daysLeft;
    return info;
  }

  /** Has the next write store the day of a new token, even if nothing else changes. A token alone does not create the memory. */
  stageNew(): void {
    const key = this.#newKey;
    if (key !== null && this.#owner.content.revision > 0)
      this.#owner.stage(TokenTable, (draft) => addToken(draft, key, this.#owner.epochMs()));
  }
}

/** The memory holds a part of the token's digest, not the token. */
export function tokenKey(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex').slice(0, 16);
}

/** An older token has expired a month ago. */
const KEPT_DAYS = 90;

/** Adds a token that no run has seen yet, and forgets old ones. False: nothing changed. */
export function addToken(draft: Draft, key: string, epochMs: number): boolean {
  if (key in draft.tokens) return false;
  const oldest = dayOf(epochMs - KEPT_DAYS * DAY_MS);
  const kept = Object.entries(draft.tokens).filter(([, day]) => day >= oldest);
  draft.tokens = Object.fromEntries([...kept, [key, dayOf(epochMs)]]);
  return true;
}
