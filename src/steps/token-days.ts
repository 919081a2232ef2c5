// How long the access token lasts, if LinkedIn is not asked: an estimate from the memory on a branch.

import { createHash } from 'node:crypto';
import { messageOf } from '../errors/action-error.ts';
import { DAY_MS, dayOf } from '../format.ts';
import type { Mode } from '../inputs/input-types.ts';
import type { ConnectSettings } from '../inputs/linkedin-access.ts';
import { estimateToken, type TokenEstimateInfo } from '../linkedin/token-estimate.ts';
import type { Draft } from '../memory/manifest.ts';
import type { Memory } from '../memory/memory.ts';
import { logTokenInfo } from '../report/log/progress.ts';
import type { Runtime } from '../runtime.ts';
import type { Secret } from '../secret.ts';
import { withGracePeriod } from '../time-limits.ts';

export interface TokenEstimate {
  readonly info: TokenEstimateInfo;
  /** The most days that the token has left. */
  readonly daysLeft: number;
  /** Stores the day of a new token if the run has written nothing else. @throws as `Memory.update` */
  readonly store: () => Promise<void>;
}

/** Logs and returns the estimate. Null if LinkedIn is asked instead, and without a memory on a branch. */
export function estimateTokenDays(
  memory: Memory,
  { mode, connect }: { readonly mode: Mode; readonly connect: ConnectSettings },
  { logger }: Pick<Runtime, 'logger'>,
): TokenEstimate | null {
  const estimate = mode === 'publish' ? readTokenEstimate(memory, connect) : null;
  if (estimate !== null) logTokenInfo(estimate.info, logger);
  return estimate;
}

/** Estimates how long the token lasts, without a line in the log. */
export function readTokenEstimate(
  memory: Memory,
  { token, tokenOptions, warnDays }: ConnectSettings,
): TokenEstimate | null {
  if (tokenOptions !== null || memory.store.backend !== 'GitHub') return null;
  const key = tokenKey(token);
  const epochMs = memory.store.epochMs();
  const firstSeen = memory.current.tokens[key];
  if (firstSeen === undefined)
    memory.stage(addToken, (draft) => {
      addToken(draft, key, epochMs);
      // Goes along with the writes of the run, and causes none.
      return false;
    });
  const info = estimateToken(firstSeen ?? dayOf(epochMs), { epochMs, warnDays });
  return { info, daysLeft: info.daysLeft, store };

  async function store(): Promise<void> {
    const { tokens, revision } = memory.current;
    // A token alone does not create the memory.
    if (key in tokens || revision === 0) return;
    memory.stage(addToken, (draft) => addToken(draft, key, epochMs));
    await memory.flush();
  }
}

/** Stores the day of the token at the end of a run. Never rejects: no run depends on it. A cancelled run has no time for it. */
export async function rememberToken(token: TokenEstimate, runtime: Runtime): Promise<void> {
  if (runtime.signal.aborted) return;
  const stored = token
    .store()
    .catch((error) =>
      runtime.logger.info(`the age of the access token is not remembered: ${messageOf(error)}`),
    );
  await withGracePeriod(stored, runtime, () => {});
}

/** An older token has expired a month ago. */
const KEPT_DAYS = 90;

/** The memory holds a part of the token's digest, not the token. */
export function tokenKey(token: Secret): string {
  return createHash('sha256').update(token.reveal()).digest('hex').slice(0, 16);
}

/** Adds a token that no run has seen yet, and forgets old ones. False: nothing changed. */
export function addToken(draft: Draft, key: string, epochMs: number): boolean {
  if (key in draft.tokens) return false;
  const oldest = dayOf(epochMs - KEPT_DAYS * DAY_MS);
  const kept = Object.entries(draft.tokens).filter(([, day]) => day >= oldest);
  draft.tokens = Object.fromEntries([...kept, [key, dayOf(epochMs)]]);
  return true;
}
