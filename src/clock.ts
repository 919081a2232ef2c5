// The system clock that a real run uses, and a sleep that ends with the run.

import { setTimeout } from 'node:timers/promises';
import type { Clock } from './deps.ts';

export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  // Node rejects with its own AbortError, which would be reported as a bug. This rejects with the signal's reason.
  sleep: (ms, signal) =>
    setTimeout(ms, undefined, { signal }).catch((error) => Promise.reject(signal?.reason ?? error)),
  random: () => Math.random(),
};

/** Resolves with false when `signal` aborts the sleep: the run is over. */
export function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}
