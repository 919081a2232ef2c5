// The retry loop of calls to LinkedIn: repeats a call until it succeeds or the retry policy gives up. Status reads are repeated by
// the poller.

import { backoffMs } from '../../backoff.ts';
import type { Clock } from '../../deps.ts';
import { ActionError, RunError, toActionError } from '../../errors.ts';
import type { Limiter } from '../../limiter.ts';
import type { RetryInfo } from '../file-state.ts';
import { classify, mayHaveTakenEffect, type Retry } from './retry-policy.ts';
import { type FailedCall, MAX_PAUSE_MS, type SharedPause, type SlotRequest } from './shared-pause.ts';

interface RetrierOptions {
  readonly pause: SharedPause;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Gets an error that would affect every file, before the slot of the call is released: the next call must not start. */
  readonly onFatal: (error: ActionError) => void;
  /** Gets each pause of all files. */
  readonly onPause: (pause: PauseInfo) => void;
}

/** All files wait, because LinkedIn is overloaded or down. */
export interface PauseInfo {
  readonly error: ActionError;
  readonly waitMs: number;
}

export interface RetryOptions<T> {
  /** Each attempt takes another slot under `key`, so a waiting retry holds no slot. */
  readonly limiter: Limiter;
  readonly key: unknown;
  /** Ends the attempts, in place of the run's signal. */
  readonly signal?: AbortSignal;
  /** The most attempts, the first one included. A 429 is not counted: the retry budget limits those. */
  readonly maxAttempts: number;
  /** The most retries after lost responses. Without a probe, each may leave an orphan. */
  readonly maxLostResponses?: number;
  readonly onLostResponse?: () => void;
  /** Gets each retry before its wait. */
  readonly onRetry?: (retry: RetryInfo) => void;
  /** Checks whether a call with a lost response succeeded. Resolves with its result, or null. */
  readonly probe?: () => Promise<T | null>;
}

export class Retrier {
  readonly #options: RetrierOptions;

  constructor(options: RetrierOptions) {
    this.#options = options;
  }

  /**
   * @throws the last error; RunError RETRIES_SPENT when the run's budget is used up; the signal's reason
   */
  async run<T>(call: () => Promise<T>, options: RetryOptions<T>): Promise<T> {
    const { signal = this.#options.signal, maxAttempts } = options;
    const progress = { attempt: 0, lostResponses: 0, maxAttempts };
    for (;;) {
      progress.attempt += 1;
      try {
        return await this.#callInSlot(call, { ...options, signal });
      } catch (thrown) {
        // The reason of an abort outranks the error of an attempt.
        signal.throwIfAborted();
        const error = toActionError(thrown);
        if (mayHaveTakenEffect(error)) {
          progress.lostResponses += 1;
          options.onLostResponse?.();
        }
        // An attempt whose response was lost may have succeeded, which may be why this one failed.
        const found = progress.lostResponses > 0 ? await this.#probe(options, signal) : null;
        if (found !== null) return found;
        await this.#waitForRetry(error, { ...options, signal }, progress);
      }
    }
  }

  async #callInSlot<T>(call: () => Promise<T>, { limiter, key, signal }: SlotRequest): Promise<T> {
    const { pause, clock, onFatal } = this.#options;
    const release = await pause.acquire({ limiter, key, signal });
    const startedMs = clock.now();
    try {
      const result = await call();
      pause.recordSuccess(limiter);
      return result;
    } catch (thrown) {
      // Pauses before it releases the slot, so that the next call waits, even if the file was abandoned.
      const error = toActionError(thrown);
      this.recordFailedCall(error, { limiter, startedMs });
      // An aborted run is reported through its signal.
      if (classify(error).next === 'stop' && !this.#options.signal.aborted) onFatal(error);
      throw thrown;
    } finally {
      release();
    }
  }

  /** @throws the error of the last attempt; RunError RETRIES_SPENT; the signal's reason */
  async #waitForRetry(
    error: ActionError,
    { signal, maxLostResponses, onRetry }: WaitOptions,
    progress: Progress,
  ): Promise<void> {
    if (error.code === 'LIMIT_REACHED') progress.maxAttempts += 1;
    const { attempt, lostResponses, maxAttempts } = progress;
    const leftLost = (maxLostResponses ?? maxAttempts) - lostResponses;
    if (attempt >= maxAttempts || leftLost < 0 || exceedsMaxPause(error)) throw error;
    const decision = this.decide(error, attempt);
    if (decision instanceof ActionError) throw decision;
    const { mayHaveSucceeded } = decision;
    // Each further response may be lost as this one was.
    const allowed = Math.min(maxAttempts, decision.maxAttempts);
    const max = mayHaveSucceeded ? Math.min(allowed, attempt + 1 + leftLost) : allowed;
    const { clock } = this.#options;
    // Few attempts are allowed after lost responses, so each of them waits longer.
    const isScarce = mayHaveSucceeded && maxLostResponses !== undefined;
    const random = clock.random();
    const backoff = isScarce
      ? backoffMs(lostResponses, 'lost', random)
      : backoffMs(attempt, decision.reason, random);
    // A `Retry-After` in the past is 0.
    const waitMs = decision.waitMs || backoff;
    onRetry?.({ error, waitMs, attempt: { number: attempt + 1, max } });
    await clock.sleep(waitMs, signal);
  }

  /** Decides after `attempt` attempts: how to retry, or the error that ends them. */
  decide(error: ActionError, attempt: number): Retry | ActionError {
    const decision = classify(error);
    if (decision.next !== 'retry' || attempt >= decision.maxAttempts) return error;
    if (error.code === 'LIMIT_REACHED' && exceedsMaxPause(error)) return error;
    if (!this.#options.pause.isBudgetSpent) return decision;
    if (error.code === 'LIMIT_REACHED') return error;
    const text = `too many calls of this run failed and were retried; the last error: ${error.message}`;
    return new RunError('RETRIES_SPENT', text, { cause: error });
  }

  /**
   * Pauses all files after a 429, or after ten failures in a row. Called before the slot of the call is released, so that
   * the next call waits.
   */
  recordFailedCall(error: ActionError, failed: FailedCall): void {
    const { pause, onFatal, onPause } = this.#options;
    const decision = classify(error);
    if (decision.next !== 'retry') return;
    const isRateLimited = error.code === 'LIMIT_REACHED';
    if (isRateLimited && exceedsMaxPause(error)) {
      pause.stop(error);
      onFatal(error);
      return;
    }
    const requestedMs = exceedsMaxPause(error) ? null : decision.waitMs;
    const pauseMs = isRateLimited
      ? pause.recordRateLimit(failed, requestedMs)
      : pause.recordFailure(failed, requestedMs);
    if (pauseMs !== null) onPause({ error, waitMs: pauseMs });
  }

  /** A failed probe proves nothing about the call, but it may end the run. */
  async #probe<T>({ probe }: RetryOptions<T>, signal: AbortSignal): Promise<T | null> {
    if (probe === undefined) return null;
    try {
      return await probe();
    } catch (thrown) {
      const error = toActionError(thrown);
      const decision = classify(error);
      if (decision.next === 'stop') throw error;
      if (decision.next !== 'retry') return null;
      if (exceedsMaxPause(error)) throw error;
      if (decision.waitMs) await this.#options.clock.sleep(decision.waitMs, signal);
      return null;
    }
  }
}

type WaitOptions = Pick<RetryOptions<unknown>, 'signal' | 'maxLostResponses' | 'onRetry'>;

/** The attempts of one call so far. */
interface Progress {
  attempt: number;
  lostResponses: number;
  /** Grows with each 429. */
  maxAttempts: number;
}

/** Whether `Retry-After` is longer than a run can wait. */
function exceedsMaxPause(error: ActionError): boolean {
  const decision = classify(error);
  return decision.next === 'retry' && (decision.waitMs ?? 0) > MAX_PAUSE_MS;
}
