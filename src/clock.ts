// The system clock that a real run uses, and helpers for any clock: sleeps, limits and stopwatches.

import { setTimeout } from 'node:timers/promises';
import type { Clock } from './run.ts';

export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: Date.now,
  // Node rejects with its own AbortError, which would be reported as a bug. This rejects with the signal's reason.
  sleep: (ms, signal) =>
    setTimeout(ms, undefined, { signal }).catch((error) => Promise.reject(signal?.reason ?? error)),
  random: Math.random,
};

/** Resolves with false when `signal` aborts the sleep: the run is over. */
export function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}

/** A signal that aborts with the given one, and with `reason` after `ms` (at once if negative) unless it is cleared. */
export function abortAfter(
  ms: number,
  reason: Error,
  { clock, signal = null }: { readonly clock: Clock; readonly signal?: AbortSignal | null },
): { readonly signal: AbortSignal; readonly clear: () => void } {
  const [late, done] = [new AbortController(), new AbortController()];
  void clock.sleep(Math.max(0, ms), done.signal).then(
    () => late.abort(reason),
    () => {},
  );
  const any = signal === null ? late.signal : AbortSignal.any([signal, late.signal]);
  return { signal: any, clear: () => done.abort() };
}

export class Stopwatch {
  readonly #clock: Clock;
  readonly #startMs: number;
  readonly #startEpochMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#startEpochMs = clock.epochMs();
  }

  monotonicMs(): number {
    return this.#clock.now() - this.#startMs;
  }

  /** The longer time of the two clocks: the monotonic one stops while a machine is suspended. */
  elapsedMs(): number {
    return Math.max(this.monotonicMs(), this.#clock.epochMs() - this.#startEpochMs);
  }
}
