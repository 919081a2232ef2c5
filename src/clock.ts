// The machine's own clock, by which a run goes.

import { setTimeout } from 'node:timers/promises';
import type { Clock } from './deps.ts';

export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: () => Date.now(),
  // Node rejects with an AbortError of its own, which would be told as a bug in place of why the wait was ended.
  sleep: (ms, signal) =>
    setTimeout(ms, undefined, { signal }).catch((error) => Promise.reject(signal?.reason ?? error)),
  random: () => Math.random(),
};
