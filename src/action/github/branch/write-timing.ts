// When a manifest on a branch is written, and how long a write waits before another attempt. Pure timing.
//
// GITHUB_TOKEN has 1,000 requests per hour and repository. Of requests that create content, GitHub allows 80 a minute and
// 500 an hour: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (read 2026-11-25)
// Twenty jobs write at most 240 times an hour, with three requests each.

const MIN_INTERVAL_MS = 30_000;
const INTERVAL_PER_SHARD_MS = 15_000;
const MAX_CONFLICT_WAIT_MS = 20_000;
const MIN_RESERVE_MS = 5000;

/** The last write, with all attempts. */
export const LAST_WRITE_MS = 60_000;
/** The last write of a cancelled run, from the signal on: the process ends 5 s after it. */
export const CANCELLED_WRITE_MS = 4500;
/** The attempts of a write during the run: the next interval brings another one. */
export const MAX_TRIES = 4;

/** `shards`: how many jobs share the branch. */
export function writeIntervalMs(shards: number): number {
  return Math.max(MIN_INTERVAL_MS, INTERVAL_PER_SHARD_MS * shards);
}

/** From the first change, or from the last write: the branch should have the change then, also after conflicts. */
export function storedWithinMs(shards: number): number {
  return 1.5 * writeIntervalMs(shards);
}

/** From the first change, or from the last write, to the next attempt: 1 interval or more, with time for conflicts. */
export function writeDelayMs(shards: number, random: number): number {
  const intervalMs = writeIntervalMs(shards);
  const reserveMs = Math.max(MIN_RESERVE_MS, intervalMs / 10);
  return intervalMs + random * (storedWithinMs(shards) - reserveMs - intervalMs);
}

/** Spreads out the jobs of a matrix that start together. */
export function startDelayMs(shards: number, random: number): number {
  return shards > 1 ? random * Math.min(MAX_CONFLICT_WAIT_MS, 1000 * shards) : 0;
}

interface Conflict {
  /** How many attempts have failed, 1 or more. */
  readonly tries: number;
  readonly shards: number;
  /** The time for all further attempts. */
  readonly leftMs: number;
  /** The time in which one of them should succeed. After it, the waits are short. */
  readonly softLeftMs?: number;
  /** A cancelled run has no time to let others write first. */
  readonly isCancelled: boolean;
  /** In [0, 1). */
  readonly random: number;
}

/** After another run was first. Null when the time is too short for another attempt. */
export function conflictWaitMs({
  tries,
  shards,
  leftMs,
  softLeftMs = leftMs,
  isCancelled,
  random,
}: Conflict): number | null {
  if (leftMs < 500) return null;
  const spreadMs = isCancelled ? 250 * tries : 1000 * shards * 2 ** (tries - 1);
  const latestMs = Math.min(leftMs, Math.max(1000, softLeftMs)) / 2;
  return random * Math.min(spreadMs, MAX_CONFLICT_WAIT_MS, latestMs);
}
