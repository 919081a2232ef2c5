// Which error a rejection by LinkedIn is: by its status, its phase, and LinkedIn's own words where a status has several meanings.
// Pure. `retry-policy.ts` says what follows from it.

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import type { Phase } from './retry-policy.ts';

interface Rejection {
  readonly status: number;
  readonly phase: Phase;
  /** LinkedIn's codes and message. */
  readonly text: string;
}

/** `hint`: undefined where that of the code fits. */
export function judgeRejection(rejection: Rejection): { readonly code: ErrorCode; readonly hint?: string } {
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

const DEFINITE: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['REQUEST_REFUSED', 'VALUE_REFUSED']);

// A used or expired upload URL responds with one of these.
const EXPIRED_UPLOAD_STATUSES = new Set([403, 404, 409, 410, 412]);

// LinkedIn also rejects an invalid body with 403, for any owner. Its message ends with the path of the field.
const INVALID_FIELD = /field value validation failed|unpermitted fields present/i;

function codeOf({ status, phase, text }: Rejection): ErrorCode {
  if (status === 401) return /RESTRICTED_MEMBER|\b65608\b/.test(text) ? 'MEMBER_RESTRICTED' : 'TOKEN_REFUSED';
  const isExpired =
    EXPIRED_UPLOAD_STATUSES.has(status) || (status === 400 && text.includes('EXPIRED_UPLOAD_URL'));
  if (phase === 'upload' && isExpired) return 'UPLOAD_EXPIRED';
  if (status === 403) return INVALID_FIELD.test(text) ? 'VALUE_REFUSED' : 'ACCESS_DENIED';
  if (status === 426) return 'VERSION_INACTIVE';
  // The message names the exhausted limit: "… APPLICATION_AND_MEMBER DAY limit for calls to this resource …".
  if (status === 429) return /\bDAY\b/.test(text) ? 'DAILY_LIMIT' : 'LIMIT_REACHED';
  if (status >= 500) return 'SERVER_FAILED';
  // LinkedIn rejects a missing role with 400: "Organization Or Events permissions must be used when using …".
  if (/permissions must be used when using/i.test(text)) return 'ACCESS_DENIED';
  return 'REQUEST_REFUSED';
}
