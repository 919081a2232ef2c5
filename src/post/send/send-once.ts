// Sends a non-idempotent request at most once: retries only what provably had no effect, and distinguishes a rejection from
// a lost response.

import { abortAfter, type Stopwatch } from '../../clock.ts';
import type { Clock } from '../../deps.ts';
import {
  type ActionError,
  abortReason,
  interruptedError,
  RunError,
  statusOf,
  toActionError,
} from '../../errors/action-error.ts';
import type { RunLimits } from '../../upload/run-limits.ts';

export type Attempt<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  /** It may have had its effect. */
  | { readonly kind: 'lost'; readonly error: ActionError }
  /** LinkedIn rejected it. */
  | { readonly kind: 'rejected'; readonly error: ActionError }
  /** It never reached LinkedIn, or hit a rate limit, or the run was cancelled before its first byte left. */
  | { readonly kind: 'unsent'; readonly error: ActionError };

export interface SendDeps {
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface SendOptions {
  readonly since: Stopwatch;
  /** No first byte leaves later than this after `since`. */
  readonly withinMs: number;
  /** Called when the first byte may have left, and when the outcome of an attempt is known. */
  readonly onProgress: (isInFlight: boolean) => void;
}

/** The options that the client takes. */
interface SendSignals {
  readonly signal: AbortSignal;
  readonly onSending: () => void;
}

const MAX_ATTEMPTS = 5;

/** Never throws. */
export async function sendOnce<T>(
  request: (signals: SendSignals) => Promise<T>,
  { since, withinMs, onProgress }: SendOptions,
  { limits, clock, signal }: SendDeps,
): Promise<Attempt<T>> {
  const tooLate = new RunError('RUN_STOPPED', 'not sent: its time limit has passed');
  const limit = abortAfter(withinMs - since.elapsedMs(), tooLate, { clock, signal });
  const last: LastAttempt = { error: null, isSent: false };
  const call = async () => {
    Object.assign(last, { error: null, isSent: false });
    const assertInTime = () => {
      if (since.elapsedMs() >= withinMs) throw tooLate;
    };
    assertInTime();
    const onSending = () => {
      // Checks again: the connection may have taken long.
      assertInTime();
      last.isSent = true;
      onProgress(true);
    };
    try {
      return await request({ signal, onSending });
    } catch (thrown) {
      last.error = toActionError(thrown);
      if (!isLost(last)) onProgress(false);
      throw thrown;
    }
  };
  try {
    const options = { limiter: limits.calls, key: call, maxAttempts: MAX_ATTEMPTS };
    const value = await limits.call(call, { ...options, signal: limit.signal });
    return { kind: 'accepted', value };
  } catch (thrown) {
    return outcomeOf(last, { thrown: toActionError(thrown), tooLate, end: abortReason(signal) });
  } finally {
    limit.clear();
  }
}

interface LastAttempt {
  /** Null while it goes on, and if it never began. */
  error: ActionError | null;
  isSent: boolean;
}

interface End {
  /** The error that ended the attempts. */
  readonly thrown: ActionError;
  readonly tooLate: ActionError;
  /** Why the run was cancelled. */
  readonly end: ActionError | null;
}

function outcomeOf(
  last: LastAttempt,
  { thrown, tooLate, end }: End,
): Exclude<Attempt<never>, { kind: 'accepted' }> {
  const { error } = last;
  if (error !== null && isLost(last)) return { kind: 'lost', error };
  const hasResponse = (statusOf(error) ?? 0) > 0;
  if (error !== null && hasResponse && !error.isOverload) return { kind: 'rejected', error };
  if (end !== null) return { kind: 'unsent', error: interruptedError('before it was sent', end) };
  return { kind: 'unsent', error: thrown === tooLate ? (error ?? tooLate) : thrown };
}

/** Whether it may have had its effect. A bug before its first byte left has none. */
function isLost({ error, isSent }: LastAttempt): boolean {
  return isSent && error?.effect === 'maybe';
}
