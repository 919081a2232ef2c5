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

export type Attempt<T> = { readonly kind: 'accepted'; readonly value: T } | FailedAttempt;

/** `lost`: it may have had its effect. `refused`: it had none, because LinkedIn rejected it, or because it never got there. */
export interface FailedAttempt {
  readonly kind: 'lost' | 'refused';
  readonly error: ActionError;
}

export interface SendDeps {
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Request<T> {
  /** Takes the options of the client. */
  readonly send: (
    signals: Pick<SendDeps, 'signal'> & { readonly onSending: () => void },
  ) => Promise<T>;
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
  let latest = null as FailedAttempt | null;
  const call = async () => {
    latest = null;
    let isSent = false;
    const onSending = () => {
      // The connection may have taken long.
      if (since.elapsedMs() >= SEND_LIMIT_MS) throw tooLate;
      isSent = true;
      onProgress(true);
    };
    try {
      return await send({ signal, onSending });
    } catch (thrown) {
      const error = toActionError(thrown);
      // A bug before the first byte left has no effect.
      latest = { kind: isSent && error.effect === 'maybe' ? 'lost' : 'refused', error };
      if (latest.kind === 'refused') onProgress(false);
      throw thrown;
    }
  };
  try {
    const value = await limits.call(call, { maxAttempts: MAX_ATTEMPTS, signal: limit.signal });
    return { kind: 'accepted', value };
  } catch (thrown) {
    const end = abortReason(signal);
    const isFinal = latest?.kind === 'lost' || latest?.error.retry.kind !== 'again';
    // What waited for another attempt says more than why it did not come.
    if (latest !== null && (isFinal || (thrown === tooLate && end === null))) return latest;
    const error =
      end === null ? toActionError(thrown) : interruptedError('before it was sent', end);
    return { kind: 'refused', error };
  } finally {
    limit.clear();
  }
}
