// The retrier: repeats a call to LinkedIn until it succeeds or the retry policy gives up. Status reads are repeated by the poller.

import { backoffMs } from '../../backoff.ts';
import type { Clock } from '../../deps.ts';
import { type ActionError, RunError, toActionError } from '../../errors/action-error.ts';
import { MAX_WAIT_MS, STOP } from '../../errors/retry-policy.ts';
import type { Limiter } from '../../limiter.ts';
import type { RetryInfo } from '../file-state.ts';
import type { RequestScheduler } from '../request-scheduler.ts';
import type { SharedPause, SlotRequest } from './shared-pause.ts';

export interface RetryContext {
  readonly scheduler: Pick<RequestScheduler, 'pause' | 'stop'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface RetryOptions<T> {
  /** Each attempt takes another slot under `key`, so a waiting retry holds no slot. */
  readonly limiter: Limiter;
  readonly key: unknown;
  /** The most attempts, the first one included. A 429 is not counted: the retry budget limits those. */
  readonly maxAttempts: number;
  /** The most retries after lost responses. Without a probe, each may leave an orphan. */
  readonly maxLostResponses?: number;
  readonly onLostResponse?: (error: ActionError) => void;
  /** Gets each retry before its wait. */
  readonly onRetry?: (retry: RetryInfo) => void;
  /** Checks whether a call with a lost response succeeded. Resolves with its result, or null. */
  readonly probe?: () => Promise<T | null>;
}

interface Progress {
  attempt: number;
  lostResponses: number;
  /** Grows with each 429. */
  maxAttempts: number;
}

/** @throws the last error; RunError RETRIES_SPENT when the run's budget is used up; the signal's reason */
export async function callWithRetries<T>(
  call: () => Promise<T>,
  options: RetryOptions<T>,
  context: RetryContext,
): Promise<T> {
  const progress = { attempt: 0, lostResponses: 0, maxAttempts: options.maxAttempts };
  for (;;) {
    progress.attempt += 1;
    try {
      const result = await callInSlot(call, options, context);
      context.scheduler.pause.recordSuccess(options.limiter, progress.attempt);
      return result;
    } catch (thrown) {
      const error = toActionError(thrown);
      if (error.effect === 'maybe') {
        progress.lostResponses += 1;
        options.onLostResponse?.(error);
      }
      // The reason of an abort outranks the error of an attempt.
      context.signal.throwIfAborted();
      // An attempt whose response was lost may have succeeded, which may be why this one failed.
      const found = progress.lostResponses > 0 ? await runProbe(options, context) : null;
      if (found !== null) return found;
      await waitForRetry({ error, progress }, options, context);
    }
  }
}

async function callInSlot<T>(
  call: () => Promise<T>,
  { limiter, key }: Pick<SlotRequest, 'limiter' | 'key'>,
  { scheduler, clock, signal }: RetryContext,
): Promise<T> {
  const { pause } = scheduler;
  const release = await pause.acquire({ limiter, key, signal });
  const startedMs = clock.now();
  try {
    return await call();
  } catch (thrown) {
    // Pauses, or ends the run, before it releases the slot: the next call must not start, even if the file was abandoned.
    const error = toActionError(thrown);
    pause.recordFailedCall(error, { limiter, startedMs });
    if (error.retry.kind === 'stop') scheduler.stop(error);
    throw thrown;
  } finally {
    release();
  }
}

async function waitForRetry(
  { error, progress }: { readonly error: ActionError; readonly progress: Progress },
  { maxLostResponses, onRetry }: Pick<RetryOptions<unknown>, 'maxLostResponses' | 'onRetry'>,
  { scheduler, clock, signal }: RetryContext,
): Promise<void> {
  if (error.isOverload) progress.maxAttempts += 1;
  const { attempt, lostResponses, maxAttempts } = progress;
  const leftLost = (maxLostResponses ?? maxAttempts) - lostResponses;
  const { retry, effect } = error;
  if (retry.kind !== 'again' || attempt >= maxAttempts || leftLost < 0) throw error;
  if ((retry.waitMs ?? 0) > MAX_WAIT_MS) throw error;
  const last = lastError(error, scheduler.pause);
  if (last !== null) throw last;
  const isLost = effect === 'maybe';
  // Each further response may be lost as this one was.
  const max = isLost ? Math.min(maxAttempts, attempt + 1 + leftLost) : maxAttempts;
  const random = clock.random();
  // Few attempts are allowed after lost responses, so each of them waits longer.
  const backoff =
    isLost && maxLostResponses !== undefined
      ? backoffMs(lostResponses, 'lost', random)
      : backoffMs(attempt, retry.isOverloaded ? 'throttled' : 'error', random);
  // A `Retry-After` in the past is 0.
  const waitMs = retry.waitMs || backoff;
  onRetry?.({ error, waitMs, attempt: { number: attempt + 1, max } });
  await clock.sleep(waitMs, signal);
}

/** The error that ends a call that failed with `error`; null if it may be repeated. */
export function lastError(error: ActionError, pause: SharedPause): ActionError | null {
  if (error.retry.kind !== 'again') return error;
  if (!pause.isBudgetSpent) return null;
  if (error.isOverload) return error;
  const text = `too many calls of this run failed and were retried; the last error: ${error.message}`;
  return new RunError('RETRIES_SPENT', text, { cause: error, retry: STOP });
}

/** A failed probe proves nothing about the call, but it may end the run. */
async function runProbe<T>(
  { probe }: Pick<RetryOptions<T>, 'probe'>,
  { clock, signal }: RetryContext,
): Promise<T | null> {
  if (probe === undefined) return null;
  try {
    return await probe();
  } catch (thrown) {
    const error = toActionError(thrown);
    const { retry } = error;
    if (retry.kind === 'stop') throw error;
    if (retry.kind !== 'again') return null;
    if ((retry.waitMs ?? 0) > MAX_WAIT_MS) throw error;
    if (retry.waitMs) await clock.sleep(retry.waitMs, signal);
    return null;
  }
}
