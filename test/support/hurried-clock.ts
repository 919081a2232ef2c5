// A real clock that is ahead of time, for runs in this process.

import { systemClock } from '../../src/clock.ts';
import type { Clock } from '../../src/deps.ts';

/** Longer waits are limits of time. */
const LONGEST_WAIT_MS = 40_000;

/**
 * Waits of up to 40 s are this many times as fast, and the clock moves on by the rest of them. Limits of time keep their length.
 */
export function hurriedWaits(times = 200): Clock {
  let skippedMs = 0;
  const now = () => systemClock.now() + skippedMs;
  const sleep = async (ms: number, signal?: AbortSignal) => {
    const dueMs = now() + ms;
    await systemClock.sleep(ms > LONGEST_WAIT_MS ? ms : ms / times, signal);
    skippedMs = Math.max(skippedMs, dueMs - systemClock.now());
  };
  return { ...systemClock, now, sleep };
}
