// The retry policy: which error a rejection by LinkedIn is, whether and when a failed call is repeated, and whether it may have had
// its effect although it failed. Each CallError asks it when it is made. Everybody else reads the answer in the error. Pure.

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

export const PHASE_NAMES = {
  register: 'the registration',
  upload: 'the upload',
  complete: 'the completion of the upload',
  status: 'the status request',
  token: 'the token request',
  post: 'the post',
  edit: 'the edit of the post',
  comment: 'the comment',
  find: 'the search for the post',
  member: 'the request for the member',
  pages: 'the request for the pages',
  permission: 'the request for the permission',
  github: 'the request to GitHub',
} as const;

/** The purpose of a request. Errors name it, and the retry policy depends on it. */
export type Phase = keyof typeof PHASE_NAMES;

/**
 * Whether a request may be repeated after a failure. `verify-first`: it may have succeeded although its response was lost, so the
 * status is read first, unless it is one of several parts. `non-idempotent`: each repeat may create another asset. Declared at the
 * call site.
 */
export type Idempotency = 'idempotent' | 'verify-first' | 'non-idempotent';

export interface CallContext {
  readonly phase: Phase;
  readonly idempotency: Idempotency;
  /** How much of the request was sent. A request of which nothing was sent had no effect. */
  readonly sent: 'nothing' | 'some' | 'all';
}

export interface FailedCall extends CallContext {
  readonly code: ErrorCode;
  /** The HTTP status; 0 without a response. A 2xx failed because its content is unusable. */
  readonly status: number;
  /** The wait that the server asks for; null when it asks for none. */
  readonly retryAfterMs: number | null;
  /** The server's own code. */
  readonly serviceCode: string | null;
}

export type Retry =
  | { readonly kind: 'no' }
  /** `waitMs`: as `retryAfterMs`. `isOverloaded`: the server limits the rate of calls, so every call has to wait. */
  | { readonly kind: 'again'; readonly waitMs: number | null; readonly isOverloaded: boolean }
  /** The file is registered again, if it has had fewer than `sessions`. */
  | { readonly kind: 'new-session'; readonly sessions: number }
  /**
   * Every file would get the same error, so no further file is registered. `reads`: no status is read either. `all calls`: also
   * uploads that have begun end, because LinkedIn asks to wait for longer than a run can.
   */
  | { readonly kind: 'stop'; readonly stops: 'registrations' | 'reads' | 'all calls' };

/** `maybe`: the call may have had its effect although it failed: without a response, or with one that does not say. */
export type Effect = 'none' | 'maybe';

export const NO_RETRY: Retry = { kind: 'no' };
export const STOP: Retry = { kind: 'stop', stops: 'reads' };
const STOP_REGISTRATIONS: Retry = { kind: 'stop', stops: 'registrations' };
const STOP_ALL_CALLS: Retry = { kind: 'stop', stops: 'all calls' };
// Each registration leaves a URN behind.
export const NEW_SESSION: Retry = { kind: 'new-session', sessions: 3 };
// The same error after two registrations is not a coincidence, and each one costs all bytes of the file.
export const ONE_NEW_SESSION: Retry = { kind: 'new-session', sessions: 2 };

/** LinkedIn may ask for hours. A run does not wait that long for a call. */
export const MAX_WAIT_MS = 120_000;

const FATAL_CODES: ReadonlySet<ErrorCode> = new Set([
  'TOKEN_REFUSED',
  'MEMBER_RESTRICTED',
  'VERSION_INACTIVE',
  'DAILY_LIMIT',
  'TLS_FAILED',
  'PROXY_REFUSED',
]);

/** LinkedIn is still processing an image or a video of the post. */
const MEDIA_NOT_READY_MS = 15_000;

export function decide(call: FailedCall): { readonly retry: Retry; readonly effect: Effect } {
  const effect = mayHaveHappened(call) ? 'maybe' : 'none';
  if (call.phase === 'github') return { effect, retry: retryOfGitHub(call) };
  // Everybody would see a second post. The caller looks for the first one instead.
  return { effect, retry: isPublic(call) && effect === 'maybe' ? NO_RETRY : retryOf(call) };
}

function retryOf({ code, phase, status, retryAfterMs, serviceCode }: FailedCall): Retry {
  const again = { kind: 'again', waitMs: retryAfterMs, isOverloaded: false } as const;
  if (code === 'UPLOAD_EXPIRED') return NEW_SESSION;
  if (FATAL_CODES.has(code)) return STOP;
  // A missing permission to register is missing for every file of this owner.
  if (code === 'ACCESS_DENIED') return phase === 'register' ? STOP_REGISTRATIONS : NO_RETRY;
  if (phase === 'post' && serviceCode === 'MEDIA_ASSET_WAITING_UPLOAD')
    return { ...again, waitMs: MEDIA_NOT_READY_MS };
  if (status === 429)
    return (retryAfterMs ?? 0) > MAX_WAIT_MS ? STOP_ALL_CALLS : { ...again, isOverloaded: true };
  // No response, or one without the expected content, such as a success before the last byte.
  if (status < 300) return again;
  if (status < 400) return NO_RETRY;
  // LinkedIn documents 409 CONFLICT as retryable. From an upload URL it means an expired session, which is handled above.
  if (status === 408 || status === 409 || status >= 500) return again;
  // The registration endpoint does not exist, for the other files either.
  if (phase === 'register' && (status === 404 || status === 405)) return STOP_REGISTRATIONS;
  // LinkedIn rejects the parts, so the session cannot be completed.
  return phase === 'complete' ? ONE_NEW_SESSION : NO_RETRY;
}

/** A conflict is not repeated: the caller must know first what others wrote. */
function retryOfGitHub({ code, status, retryAfterMs }: FailedCall): Retry {
  const isLimited = status === 429 || (status === 403 && retryAfterMs !== null);
  const isTransient = status < 300 || status === 408 || status >= 500;
  // A response that is too large would be so again.
  if (code === 'TLS_FAILED' || code === 'HTTP_UNEXPECTED' || !(isLimited || isTransient))
    return NO_RETRY;
  return { kind: 'again', waitMs: retryAfterMs, isOverloaded: isLimited };
}

function mayHaveHappened(call: FailedCall): boolean {
  const { code, phase, idempotency, sent, status } = call;
  // A repeat of an idempotent call does no harm.
  if (idempotency === 'idempotent' || sent === 'nothing') return false;
  // LinkedIn cannot have stored an incomplete body. Any other call may have been received from its first byte on.
  if (status === 0) return phase !== 'upload' || sent === 'all';
  if (status < 300) return true;
  // A server that redirects a post may have taken it.
  if (status < 400) return isPublic(call);
  // A server that fails midway may have done its work. An upload that it did not accept is simply sent again.
  if (status >= 500) return phase !== 'upload';
  // A gateway may have limited the response to a registration that LinkedIn has made. A limit of a day
  // is LinkedIn's own rejection.
  if (status === 429) return phase === 'register' && code !== 'DAILY_LIMIT';
  return (status === 408 || status === 409) && phase !== 'upload' && phase !== 'github';
}

function isPublic({ phase }: CallContext): boolean {
  return phase === 'post' || phase === 'comment';
}

/** A rejection by LinkedIn. Its own words count where a status has several meanings. */
interface Rejection {
  readonly status: number;
  readonly phase: Phase;
  /** LinkedIn's codes and message. */
  readonly text: string;
}

/** `hint`: undefined where that of the code fits. */
export function judgeRejection(rejection: Rejection): {
  readonly code: ErrorCode;
  readonly hint?: string;
} {
  const { status, phase } = rejection;
  const code = codeOf(rejection);
  const isPost = phase === 'post' || phase === 'edit';
  // Posts and comments are sent one after the other, so `concurrency` does not affect them.
  if (code === 'LIMIT_REACHED' && isPost) return { code, hint: 'Run the job again later.' };
  // The scope of a comment is not that of the post.
  if (code === 'ACCESS_DENIED' && phase === 'comment')
    return { code: 'COMMENT_FAILED', hint: `${ERROR_CODES.COMMENT_FAILED.hint} ${COMMENT_SCOPES}` };
  // A timeout or a conflict is not a definite rejection.
  const isDefinite = status !== 408 && status !== 409 && DEFINITE.has(code);
  if (isDefinite && isPost) return { code: 'POST_REFUSED' };
  return { code: isDefinite && phase === 'comment' ? 'COMMENT_FAILED' : code };
}

const COMMENT_SCOPES =
  'For later posts, check that the token has the scope `w_organization_social_feed` or `w_member_social_feed`.';

const DEFINITE: ReadonlySet<ErrorCode> = new Set(['REQUEST_REFUSED', 'VALUE_REFUSED']);

// A used or expired upload URL responds with one of these. A 401 proves nothing about the token, which
// LinkedIn has just accepted for the registration. An invalid token is rejected by the next one.
const EXPIRED_UPLOAD_STATUSES = new Set([401, 403, 404, 409, 410, 412]);

// LinkedIn also rejects an invalid body with 403, for any owner. Its message ends with the path of the field.
const INVALID_FIELD = /field value validation failed|unpermitted fields present/i;

function codeOf({ status, phase, text }: Rejection): ErrorCode {
  if (status === 401 && /RESTRICTED_MEMBER|\b65608\b/.test(text)) return 'MEMBER_RESTRICTED';
  const isExpired =
    EXPIRED_UPLOAD_STATUSES.has(status) || (status === 400 && text.includes('EXPIRED_UPLOAD_URL'));
  if (phase === 'upload' && isExpired) return 'UPLOAD_EXPIRED';
  if (status === 401) return 'TOKEN_REFUSED';
  if (status === 403) return INVALID_FIELD.test(text) ? 'VALUE_REFUSED' : 'ACCESS_DENIED';
  if (status === 426) return 'VERSION_INACTIVE';
  // The message names the exhausted limit: "… APPLICATION_AND_MEMBER DAY limit for calls to this resource …".
  if (status === 429) return /\bDAY\b/.test(text) ? 'DAILY_LIMIT' : 'LIMIT_REACHED';
  if (status >= 500) return 'SERVER_FAILED';
  // LinkedIn rejects a missing role with 400: "Organization Or Events permissions must be used when using …".
  if (/permissions must be used when using/i.test(text)) return 'ACCESS_DENIED';
  return 'REQUEST_REFUSED';
}

const MAX_BACKOFF_MS = 20_000;
const BACKOFFS = {
  error: { firstMs: 1500, factor: 2 },
  throttled: { firstMs: 2000, factor: 2 },
  // Calls with only three attempts must outlast an outage of five seconds: they wait about 2 s, then 8 s.
  lost: { firstMs: 2700, factor: 4 },
} as const;

/**
 * Equal jitter: half of a limit that grows, plus a random share of the other half. The fixed half outlasts a short
 * outage although attempts are few. The random half spreads out clients that failed together.
 * @param tries how many attempts have failed, 1 or more
 * @param random in [0, 1)
 */
export function backoffMs(tries: number, reason: keyof typeof BACKOFFS, random: number): number {
  const { firstMs, factor } = BACKOFFS[reason];
  const limitMs = Math.min(MAX_BACKOFF_MS, firstMs * factor ** (tries - 1));
  return Math.round((limitMs * (1 + random)) / 2);
}
