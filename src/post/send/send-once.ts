// Sends a non-idempotent request at most once: retries only what provably had no effect, and distinguishes a refusal from
// a lost response.

import { abortAfter, type Stopwatch } from '../../clock.ts';
import {
  type ActionError,
  abortReason,
  interruptedError,
  RunError,
  toActionError,
} from '../../errors/action-error.ts';
import type { Clock } from '../../run.ts';
import type { RunLimits } from '../../upload/run-limits.ts';
import { SEND_LIMIT_MS } from '../memory/post-entry.ts';

export type Attempt<T> =
  | { readonly kind: 'accepted'; readonly value: T }
  /** `lost`: it may have had its effect. `refused`: it had none, because LinkedIn rejected it, or because it never got there. */
  | { readonly kind: 'lost' | 'refused'; readonly error: ActionError };

export interface SendDeps {
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** The options that the client takes. */
export interface SendSignals {
  readonly signal: AbortSignal;
  readonly onSending: () => void;
}

interface Request<T> {
  readonly send: (signals: SendSignals) => Promise<T>;
  /** No first byte leaves later than `SEND_LIMIT_MS` after its start. */
  readonly since: Stopwatch;
  /** Called when the first byte may have left, and when the outcome of an attempt is known. */
  readonly onProgress: (isInFlight: boolean) => void;
}

const MAX_ATTEMPTS = 5;

/** Never throws. */
export async function sendOnce<T>(
  { send, since, onProgress }: Request<T>,
  { limits, clock, signal }: SendDeps,
): Promise<Attempt<T>> {
  const tooLate = new RunError('RUN_STOPPED', 'not sent: its time limit has passed');
  const limit = abortAfter(SEND_LIMIT_MS - since.elapsedMs(), tooLate, { clock, signal });
  const assertInTime = () => {
    if (since.elapsedMs() >= SEND_LIMIT_MS) throw tooLate;
  };
  /** Of the latest attempt. */
  const latest: { error: ActionError | null; isLost: boolean } = { error: null, isLost: false };
  const call = async () => {
    Object.assign(latest, { error: null, isLost: false });
    assertInTime();
    let isSent = false;
    const onSending = () => {
      // Checks again: the connection may have taken long.
      assertInTime();
      isSent = true;
      onProgress(true);
    };
    try {
      return await send({ signal, onSending });
    } catch (thrown) {
      const error = toActionError(thrown);
      // A bug before the first byte left has no effect.
      const isLost = isSent && error.effect === 'maybe';
      Object.assign(latest, { error, isLost });
      if (!isLost) onProgress(false);
      throw thrown;
    }
  };
  try {
    const options = { limiter: limits.calls, key: call, maxAttempts: MAX_ATTEMPTS };
    return { kind: 'accepted', value: await limits.call(call, { ...options, signal: limit.signal }) };
  } catch (thrown) {
    const { error, isLost } = latest;
    if (error !== null && isLost) return { kind: 'lost', error };
    const end = abortReason(signal);
    const isFinal = error !== null && error.retry.kind !== 'again';
    if (end !== null && !isFinal)
      return { kind: 'refused', error: interruptedError('before it was sent', end) };
    const isCut = thrown === tooLate || end !== null;
    return { kind: 'refused', error: isCut && error !== null ? error : toActionError(thrown) };
  } finally {
    limit.clear();
  }
}
