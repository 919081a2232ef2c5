// The system clock that a real run uses.

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
