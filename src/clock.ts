// The system clock that a real run uses, and what takes time by any clock: sleeps, limits, stopwatches, retries, and the end of a
// cancelled run.

import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { toActionError } from './errors/action-error.ts';
import type { Clock, Run } from './run.ts';

export const systemClock: Clock = {
  now: () => performance.now(),
  epochMs: Date.now,
  // Node rejects with its own AbortError, which would be reported as a bug. This rejects with the signal's reason.
  sleep: (ms, signal) =>
    setTimeout(ms, undefined, { signal }).catch((error) => Promise.reject(signal?.reason ?? error)),
  random: Math.random,
};

/** Resolves with false when `signal` aborts the sleep: the run is over. */
export function sleepUnlessAborted(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
): Promise<boolean> {
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

interface RetryRules {
  /** The milliseconds to wait after the error of an attempt, counted from 1. Null: it is the last one. */
  readonly waitMsAfter: (error: unknown, attempt: number) => number | null;
  readonly clock: Clock;
  /** Ends the waits. */
  readonly signal?: AbortSignal;
}

/** Repeats `call` until it succeeds. @throws the error of its last attempt, also when a wait is aborted */
export async function retry<T>(
  call: () => Promise<T>,
  { waitMsAfter, clock, signal }: RetryRules,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const waitMs = waitMsAfter(error, attempt);
      if (waitMs === null) throw error;
      await clock.sleep(waitMs, signal).catch(() => {
        throw error;
      });
    }
  }
}

// GitHub cancels a run with SIGINT, then SIGTERM after 7.5 s, and kills it after 10 s.

/**
 * From the signal until work that still hangs is abandoned. A post or comment whose first byte has left has this long for LinkedIn's
 * response. All other work settles within about 0.1 s.
 */
const SETTLE_MS = 2000;
/** The last write of the manifest, after the outputs. It ends before the forced exit, so that the log can say what is missing. */
export const MANIFEST_MS = 2500;
/** From the signal to the forced exit, whatever still hangs. */
export const EXIT_MS = 5000;

/** Settles as `work` does. @throws the reason of `signal`, if `work` still hangs `settleMs` after it aborted, or after the call */
export async function withGracePeriod<T>(
  work: Promise<T>,
  { clock, signal }: Run,
  settleMs = SETTLE_MS,
): Promise<T> {
  const settled = new AbortController();
  const abandoned = async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: settled.signal });
    await clock.sleep(settleMs, settled.signal);
    throw toActionError(signal.reason);
  };
  try {
    return await Promise.race([work, abandoned()]);
  } finally {
    settled.abort();
  }
}
