// Tries a call until it works or is not worth another try: the run's one retry loop.

import type { Clock } from '../../deps.ts';
import { ActionError, RunError, toActionError } from '../../errors.ts';
import { backoffMs } from '../../http/backoff.ts';
import type { RetryInfo } from '../file-state.ts';
import {
  type AdaptiveThrottle,
  type FailedCall,
  MAX_PAUSE_MS,
  type RetryBudget,
} from './adaptive-throttle.ts';
import type { Limiter } from './limiter.ts';
import { classify, type Retry } from './retry-policy.ts';

interface RetrierOptions {
  readonly budget: RetryBudget;
  readonly throttle: AdaptiveThrottle;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears what is true for all while the place of the call is still held: the next one must know. */
  readonly onFatal: (error: ActionError) => void;
  /** Hears of each time that all files are held back. */
  readonly onPause: (pause: ThrottlePause) => void;
  /** Hears of each call that is about to be made again. */
  readonly onRetry?: (retry: RetryInfo) => void;
}

/** All files wait, for one call was too much. */
export interface ThrottlePause {
  readonly error: ActionError;
  readonly waitMs: number;
}

export interface RetryOptions<T> {
  /** Where each try takes a turn of its own, under `key`: no place is held while nothing moves. */
  readonly limiter: Limiter;
  readonly key: unknown;
  /** Ends the tries, in place of the run's own signal. */
  readonly signal?: AbortSignal;
  /** Tries, the first one included. One that LinkedIn did not look at (429) is none: the budget bounds those. */
  readonly maxAttempts: number;
  /** Tries that may follow an answer that was lost; without a probe each may leave something behind. */
  readonly maxLostResponses?: number;
  readonly onLostResponse?: () => void;
  /** Asks whether a call whose answer was lost had its effect; resolves with its result if so, else null. */
  readonly probe?: () => Promise<T | null>;
}

export class Retrier {
  readonly #options: RetrierOptions;

  constructor(options: RetrierOptions) {
    this.#options = options;
  }

  /** The same tries, with a listener for the repeats of one file. */
  withListener(onRetry: (retry: RetryInfo) => void): Retrier {
    return new Retrier({ ...this.#options, onRetry });
  }

  /**
   * @throws the last error; RunError RETRIES_SPENT when the run's budget is used up; the signal's reason
   */
  async run<T>(call: () => Promise<T>, options: RetryOptions<T>): Promise<T> {
    const { throttle, budget, clock } = this.#options;
    const { limiter, key, signal = this.#options.signal, maxAttempts } = options;
    const progress = { attempt: 0, lostResponses: 0, limit: maxAttempts };
    for (;;) {
      progress.attempt += 1;
      try {
        const release = await throttle.acquire({ limiter, key, signal });
        const startedMs = clock.now();
        try {
          const result = await call();
          throttle.recordSuccess(limiter);
          if (progress.attempt === 1) budget.refund();
          return result;
        } catch (thrown) {
          this.#noteFailure(toActionError(thrown), { limiter, startedMs });
          throw thrown;
        } finally {
          release();
        }
      } catch (thrown) {
        // The reason why the tries were ended counts more than the error of one of them.
        signal.throwIfAborted();
        const found = await this.#prepareRetry(toActionError(thrown), options, progress);
        if (found !== null) return found;
      }
    }
  }

  /** Resolves when the next try is due, or with the result that an earlier one had after all. */
  async #prepareRetry<T>(
    error: ActionError,
    options: RetryOptions<T>,
    progress: Progress,
  ): Promise<T | null> {
    const { signal = this.#options.signal } = options;
    if (mayHaveSucceeded(error)) {
      progress.lostResponses += 1;
      options.onLostResponse?.();
    }
    // An attempt whose response was lost may have succeeded, which may be why this one failed.
    const found = progress.lostResponses > 0 ? await this.#probe(options, signal) : null;
    if (found !== null) return found;
    if (error.code === 'LIMIT_REACHED') progress.limit += 1;
    const { attempt, lostResponses, limit } = progress;
    const { maxLostResponses = limit } = options;
    const isLast = attempt >= limit || lostResponses > maxLostResponses || exceedsMaxPause(error);
    const decision = this.decide(error, isLast ? Number.POSITIVE_INFINITY : attempt);
    if (decision instanceof ActionError) throw decision;
    // Each further try may be lost as this one was.
    const max = Math.min(
      limit,
      decision.maxAttempts,
      decision.mayHaveSucceeded ? attempt + 1 + maxLostResponses - lostResponses : limit,
    );
    await this.#backOff(decision, { error, attempt: { number: attempt + 1, max } }, signal);
    return null;
  }

  /** What follows from an error after so many tries: another one, or the error that ends them. */
  decide(error: ActionError, attempt: number): Retry | ActionError {
    const decision = classify(error);
    if (decision.next !== 'retry' || attempt >= decision.maxAttempts) return error;
    if (error.code === 'LIMIT_REACHED' && exceedsMaxPause(error)) return error;
    if (!this.#options.budget.isExhausted) return decision;
    if (error.code === 'LIMIT_REACHED') return error;
    const text = `too many calls had to be repeated in this run; the last one: ${error.message}`;
    return new RunError('RETRIES_SPENT', text, { cause: error });
  }

  /**
   * What a failed call means for all files: one that was too much, or that is one of many, holds them back. To be
   * called while the place of the call is still held: the next one must know.
   */
  applyThrottle(error: ActionError, failed: FailedCall): void {
    const { throttle, budget, clock, onFatal, onPause } = this.#options;
    const decision = classify(error);
    if (decision.next !== 'retry') return;
    const isRateLimited = error.code === 'LIMIT_REACHED';
    if (isRateLimited && exceedsMaxPause(error)) {
      throttle.open(error);
      onFatal(error);
      return;
    }
    const requestedMs = exceedsMaxPause(error) ? null : decision.waitMs;
    const pauseMs = isRateLimited
      ? throttle.throttle(failed, requestedMs)
      : throttle.recordFailure(failed, requestedMs);
    if (pauseMs === null) {
      budget.chargeFailure(failed.startedMs, clock.now());
    } else {
      budget.chargePause(clock.now(), pauseMs);
      onPause({ error, waitMs: pauseMs });
    }
  }

  /** Called while the place is held: the next call must know. Also for a file that is given up meanwhile. */
  #noteFailure(error: ActionError, failed: FailedCall): void {
    this.applyThrottle(error, failed);
    if (classify(error).next === 'stop') this.#options.onFatal(error);
  }

  /** A probe that fails tells nothing of the call, though it may tell of the run. */
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

  /** LinkedIn's own wish is never cut short; without one, or when its moment has passed, up to a growing limit. */
  async #backOff(
    { reason, waitMs: requestedMs }: Retry,
    { error, attempt }: RetryContext,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, onRetry } = this.#options;
    const waitMs = requestedMs || backoffMs(attempt.number - 1, reason, clock.random());
    onRetry?.({ error, waitMs, attempt });
    await clock.sleep(waitMs, signal);
  }
}

/** How far the tries of one call have come. */
interface Progress {
  attempt: number;
  lostResponses: number;
  /** Grows with each try that LinkedIn did not look at. */
  limit: number;
}

interface RetryContext {
  readonly error: ActionError;
  readonly attempt: NonNullable<RetryInfo['attempt']>;
}

function mayHaveSucceeded(error: ActionError): boolean {
  const decision = classify(error);
  return decision.next === 'retry' && decision.mayHaveSucceeded;
}

/** Whether LinkedIn asks to wait longer than a run can. */
function exceedsMaxPause(error: ActionError): boolean {
  const decision = classify(error);
  return decision.next === 'retry' && (decision.waitMs ?? 0) > MAX_PAUSE_MS;
}
