// A real clock that is ahead of time, for runs in this process.

import { systemClock } from '../../src/clock.ts';
import type { Clock } from '../../src/run.ts';

/** Longer waits are limits of time. */
const LONGEST_WAIT_MS = 40_000;
/** The limits that are shorter: those of the last steps of a cancelled run. */
const SHORT_LIMITS_MS: ReadonlySet<number> = new Set([2000, 2500]);
const TIMES = 200;

/**
 * Waits between two status reads and before a repeated request are 200 times as fast, and the clock moves on by the rest of
 * them. Limits of time keep their length, so that a busy machine does not reach them.
 */
export function hurriedWaits(): Clock {
  let skippedMs = 0;
  const now = () => systemClock.now() + skippedMs;
  const sleep = async (ms: number, signal?: AbortSignal) => {
    const dueMs = now() + ms;
    const isLimit = ms > LONGEST_WAIT_MS || SHORT_LIMITS_MS.has(ms);
    await systemClock.sleep(isLimit ? ms : ms / TIMES, signal);
    skippedMs = Math.max(skippedMs, dueMs - systemClock.now());
  };
  return { ...systemClock, now, sleep };
}
