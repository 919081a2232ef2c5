// The retry policy: decides whether a failed call is retried, and how. Pure.

import {
  type ActionError,
  type CallContext,
  HttpError,
  LinkedInError,
  NetworkError,
  type Phase,
  ReplyShapeError,
} from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';

/** Why a call is retried: it failed, or LinkedIn was overloaded. */
export type RetryReason = 'error' | 'throttled';

export interface Retry {
  readonly next: 'retry';
  readonly reason: RetryReason;
  /** The response was lost, so the call may have succeeded. */
  readonly mayHaveSucceeded: boolean;
  /** Milliseconds that LinkedIn asks to wait; null without a `Retry-After`. */
  readonly waitMs: number | null;
  /** The most attempts, the first one included. */
  readonly maxAttempts: number;
}

export type RetryDecision =
  | Retry
  /** The file must be registered again, if it has had fewer than `sessions`. */
  | { readonly next: 'new-session'; readonly sessions: number }
  /** A post or a comment may be on LinkedIn, and would be there twice after a retry. */
  | { readonly next: 'lost' }
  /** Every file would get the same error: the run stops. */
  | { readonly next: 'stop' }
  | { readonly next: 'fail' };

const FAIL = { next: 'fail' } as const;
const STOP = { next: 'stop' } as const;
const LOST = { next: 'lost' } as const;
// Each registration leaves a URN behind.
const NEW_SESSION = { next: 'new-session', sessions: 3 } as const;
// The same error after two registrations is not a coincidence, and each one costs all bytes of the file.
const ONE_NEW_SESSION = { next: 'new-session', sessions: 2 } as const;
/** The most registrations of a file if each response is damaged but shows its URN. */
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

/** Posts and comments are public and not idempotent; the caller decides about retries. */
const NON_REPEATABLE_PHASES: ReadonlySet<Phase> = new Set<Phase>(['post', 'comment']);

/** LinkedIn is still processing an image or a video of the post. */
const MEDIA_NOT_READY = { waitMs: 15_000, maxAttempts: 5 };

export function classify(error: ActionError): RetryDecision {
  const decision = classifyCall(error);
  const { call } = error;
  if (call === undefined || !NON_REPEATABLE_PHASES.has(call.phase)) return decision;
  if (error instanceof NetworkError) return call.sent === 'nothing' ? decision : LOST;
  // The post or comment may exist: a server that redirects, or that fails midway, may have done its work.
  const isRedirect = error instanceof HttpError && error.status >= 300 && error.status < 400;
  return isRedirect || (decision.next === 'retry' && decision.mayHaveSucceeded) ? LOST : decision;
}

function classifyCall(error: ActionError): RetryDecision {
  const { call, code } = error;
  if (code === 'UPLOAD_EXPIRED') return NEW_SESSION;
  if (code === 'PART_PLAN') return ONE_NEW_SESSION;
  if (FATAL_CODES.has(code)) return STOP;
  if (call === undefined) return FAIL;
  // A missing permission to register is missing for every file of this owner.
  if (code === 'ACCESS_DENIED') return call.phase === 'register' ? STOP : FAIL;
  if (error instanceof NetworkError) return classifyBrokenCall(code, call);
  // A response before the last byte, or a success without the expected content: what LinkedIn has is unknown.
  if (code === 'UPLOAD_INCOMPLETE' || (error instanceof HttpError && error.status < 300))
    return retryDecision('error', { mayHaveSucceeded: isNotIdempotent(call) });
  if (error instanceof LinkedInError) return classifyRejection(error, call);
  // A second response without an ETag is what LinkedIn sends, not a network error.
  if (code === 'ETAG_MISSING') return retryDecision('error', { mayHaveSucceeded: false, maxAttempts: 2 });
  if (error instanceof ReplyShapeError) {
    // The URN is known, so nothing is lost. But each attempt leaves another URN behind.
    return error.urn === undefined
      ? retryDecision('error', { mayHaveSucceeded: isNotIdempotent(call) })
      : retryDecision('error', { mayHaveSucceeded: false, maxAttempts: DAMAGED_MAX_ATTEMPTS });
  }
  return FAIL;
}

/** Whether an error that ended a file ends the run: it would affect every file, or a rate limit outlasted its attempts. */
export function isFatal(error: ActionError): boolean {
  return classify(error).next === 'stop' || error.code === 'LIMIT_REACHED';
}

/** Whether the call may have taken effect although it failed: its response was lost. */
export function mayHaveTakenEffect(error: ActionError): boolean {
  const decision = classify(error);
  return decision.next === 'lost' || (decision.next === 'retry' && decision.mayHaveSucceeded);
}

/** Whether an error that ends the run ends status reads too. A rejected registration does not affect reading. */
export function stopsStatusReads({ code, call }: ActionError): boolean {
  return call?.phase !== 'register' || FATAL_CODES.has(code) || code === 'LIMIT_REACHED';
}

/** Whether a retry may do harm if the attempt before succeeded. The call site declares it. */
function isNotIdempotent({ idempotency }: CallContext): boolean {
  return idempotency !== 'idempotent';
}

function classifyBrokenCall(code: ErrorCode, call: CallContext): RetryDecision {
  const { phase, sent } = call;
  const reason = code === 'NETWORK_TIMEOUT' ? 'throttled' : 'error';
  // LinkedIn cannot have stored an incomplete body. Any other call may have been received from its first byte on.
  const mayHaveArrived = phase === 'upload' ? sent === 'all' : sent !== 'nothing';
  return retryDecision(reason, { mayHaveSucceeded: isNotIdempotent(call) && mayHaveArrived });
}

function classifyRejection(error: LinkedInError, call: CallContext): RetryDecision {
  const { status, retryAfterMs, serviceCode } = error;
  const { phase } = call;
  if (phase === 'post' && serviceCode === 'MEDIA_ASSET_WAITING_UPLOAD')
    return retryDecision('error', { mayHaveSucceeded: false, ...MEDIA_NOT_READY });
  if (status === 429) return retryDecision('throttled', { mayHaveSucceeded: false, waitMs: retryAfterMs });
  // LinkedIn documents 409 CONFLICT as retryable. From an upload URL it means an expired session, which is handled above.
  if (status === 408 || status === 409 || status >= 500) {
    // A server that fails midway may have done its work. An upload that it did not accept is simply sent again.
    return retryDecision('error', {
      mayHaveSucceeded: isNotIdempotent(call) && phase !== 'upload',
      waitMs: retryAfterMs,
    });
  }
  // The registration endpoint does not exist, for the other files either.
  if (phase === 'register' && (status === 404 || status === 405)) return STOP;
  // LinkedIn rejects the parts, so the session cannot be completed.
  if (phase === 'complete') return ONE_NEW_SESSION;
  return FAIL;
}

function retryDecision(
  reason: RetryReason,
  details: Pick<Retry, 'mayHaveSucceeded'> & Partial<Retry>,
): Retry {
  return { next: 'retry', reason, waitMs: null, maxAttempts: Number.POSITIVE_INFINITY, ...details };
}
