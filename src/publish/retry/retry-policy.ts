// What follows from a failed call: the one place that decides whether it is tried again, and how. Pure.

import type { ErrorCode } from '../../error-codes.ts';
import {
  type ActionError,
  type CallContext,
  HttpError,
  LinkedInError,
  NetworkError,
  ReplyShapeError,
} from '../../errors.ts';

/** Why something is tried again: it broke, or it was too much for LinkedIn. */
export type RetryReason = 'error' | 'throttled';

export interface Retry {
  readonly next: 'retry';
  readonly reason: RetryReason;
  /** The call may have had its effect, though its answer never came. */
  readonly mayHaveSucceeded: boolean;
  /** What LinkedIn asks to wait, milliseconds; null when it does not say. */
  readonly waitMs: number | null;
  /** Tries that it is worth, the first one included. */
  readonly maxAttempts: number;
}

export type RetryDecision =
  | Retry
  /** The upload must begin anew, with another registration, as long as the file has had fewer than `sessions`. */
  | { readonly next: 'new-session'; readonly sessions: number }
  /** True for one file, true for all: the run stops, so that nothing is spent on the same answer again. */
  | { readonly next: 'stop' }
  | { readonly next: 'fail' };

const FAIL = { next: 'fail' } as const;
const STOP = { next: 'stop' } as const;
// Each registration leaves a URN behind.
const NEW_SESSION = { next: 'new-session', sessions: 3 } as const;
// What two registrations in a row meet is no accident, and each costs all bytes of the file.
const ONE_NEW_SESSION = { next: 'new-session', sessions: 2 } as const;
/** Of a registration whose answer was damaged on its way, its URN readable. */
const DAMAGED_MAX_ATTEMPTS = 3;

const FATAL_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'VERSION_INACTIVE',
  'DAILY_LIMIT',
  'TLS_FAILED',
  'PROXY_REFUSED',
  'RETRIES_SPENT',
]);

export function classify(error: ActionError): RetryDecision {
  const { call, code } = error;
  if (code === 'UPLOAD_EXPIRED') return NEW_SESSION;
  if (code === 'PART_PLAN') return ONE_NEW_SESSION;
  if (FATAL_CODES.has(code)) return STOP;
  if (call === undefined) return FAIL;
  // A permission that is missing to register is missing for every file of this owner.
  if (code === 'ACCESS_DENIED') return call.phase === 'register' ? STOP : FAIL;
  if (error instanceof NetworkError) return classifyBrokenCall(code, call);
  // An answer before the last byte, or a good one of no use: neither tells what LinkedIn has.
  if (code === 'UPLOAD_INCOMPLETE' || (error instanceof HttpError && error.status < 300))
    return retry('error', { mayHaveSucceeded: isNotIdempotent(call) });
  if (error instanceof LinkedInError) return classifyRejection(error, call);
  // A second answer without a receipt is how LinkedIn answers, not a fault on the way.
  if (code === 'ETAG_MISSING') return retry('error', { mayHaveSucceeded: false, maxAttempts: 2 });
  if (error instanceof ReplyShapeError) {
    // Where its URN is known nothing is lost, but each try leaves another one behind.
    return error.urn === undefined
      ? retry('error', { mayHaveSucceeded: isNotIdempotent(call) })
      : retry('error', { mayHaveSucceeded: false, maxAttempts: DAMAGED_MAX_ATTEMPTS });
  }
  return FAIL;
}

/** Whether an error that ended a file ends the run: what is true for all, and a limit that outlasted its tries. */
export function isFatal(error: ActionError): boolean {
  return classify(error).next === 'stop' || error.code === 'LIMIT_REACHED';
}

/** Whether an error that ends the run ends its status reads too. A refused registration says nothing about reading. */
export function stopsStatusReads({ code }: ActionError): boolean {
  return FATAL_CODES.has(code) || code === 'LIMIT_REACHED';
}

/** Whether another try may do harm when the one before had its effect: the call site says so, and why. */
function isNotIdempotent({ idempotency }: CallContext): boolean {
  return idempotency !== 'idempotent';
}

function classifyBrokenCall(code: ErrorCode, call: CallContext): RetryDecision {
  const { phase, sent } = call;
  const reason = code === 'NETWORK_TIMEOUT' ? 'throttled' : 'error';
  // A body that did not leave whole cannot have been stored; any other call may have been heard from its first byte.
  const mayHaveArrived = phase === 'upload' ? sent === 'all' : sent !== 'nothing';
  return retry(reason, { mayHaveSucceeded: isNotIdempotent(call) && mayHaveArrived });
}

function classifyRejection({ status, retryAfterMs }: LinkedInError, call: CallContext): RetryDecision {
  const { phase } = call;
  if (status === 429) return retry('throttled', { mayHaveSucceeded: false, waitMs: retryAfterMs });
  // LinkedIn documents 409 CONFLICT as one to retry. An upload address that answers it is dead, which is judged above.
  if (status === 408 || status === 409 || status >= 500) {
    // A server that fails in the middle may have done its work; an upload it did not take is simply sent again.
    return retry('error', {
      mayHaveSucceeded: isNotIdempotent(call) && phase !== 'upload',
      waitMs: retryAfterMs,
    });
  }
  // No such address to register at: there is none for the other files either.
  if (phase === 'register' && (status === 404 || status === 405)) return STOP;
  // The parts do not fit together, whatever the reason: their session is of no more use.
  if (phase === 'complete') return ONE_NEW_SESSION;
  return FAIL;
}

interface RetryDetails {
  readonly mayHaveSucceeded: boolean;
  readonly waitMs?: number | null;
  readonly maxAttempts?: number;
}

function retry(
  reason: RetryReason,
  { mayHaveSucceeded, waitMs = null, maxAttempts = Number.POSITIVE_INFINITY }: RetryDetails,
): Retry {
  return { next: 'retry', reason, mayHaveSucceeded, waitMs, maxAttempts };
}
