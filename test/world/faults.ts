// What can go wrong with a call to LinkedIn or GitHub, as data, and which call it is.

import { pathOnly, queryOf, type SandboxRequest } from '../../src/sandbox/messages.ts';

export type FaultKind =
  /** No connection is established. */
  | 'unreachable'
  /** The connection breaks in the middle of the request. */
  | 'reset midway'
  /** The connection breaks before the call is handled. */
  | 'lost request'
  /** The connection breaks after the call was handled. */
  | 'lost response'
  /** The connection breaks, and the call is handled up to 20 s later. */
  | 'late effect'
  /** No answer ever comes: to a call that is not handled, or that is. */
  | 'ignored'
  | 'silent'
  /** The connection breaks in the middle of the answer. */
  | 'cut answer'
  /** The answer has only half of its body, and ends without an error. */
  | 'truncated answer'
  /** The answer takes this long. */
  | 'slow'
  /** The proxy answers with this status, and opens no connection. */
  | 'proxy'
  /** An answer with this status, without or with the effect of the call. */
  | 'status'
  | 'status after effect'
  /** LinkedIn takes the post, and refuses it as a duplicate of itself. */
  | 'duplicate of itself'
  /** LinkedIn does not take the post, and refuses it as a duplicate of its first post, or of one that does not exist. */
  | 'duplicate of an old post'
  | 'duplicate of nothing'
  /** The answer repeats the request, with its secrets. */
  | 'echo';

export type CallName =
  | 'register'
  | 'upload'
  | 'complete'
  | 'status'
  | 'token'
  | 'post'
  | 'revise'
  | 'comment'
  | 'find'
  | 'read'
  | 'write';

export interface Fault {
  readonly on: CallName;
  /** Counted from 1 over all calls of that name. */
  readonly nth: number;
  /** All calls of that name from this one on. */
  readonly every?: boolean;
  readonly kind: FaultKind;
  readonly status?: number;
  /** Whether an answer after the effect has the headers that name what was made. */
  readonly namesPost?: boolean;
  readonly retryAfterS?: number;
  readonly ms?: number;
}

/** A service answers 503 to all calls. */
export interface Outage {
  readonly of: Service;
  readonly fromMs: number;
  readonly ms: number;
}

export type Service = 'linkedin' | 'github';

/** The first matching name. */
const LINKEDIN_CALLS: readonly (readonly [RegExp, CallName])[] = [
  [/^\w+ \/dms-uploads\//, 'upload'],
  [/^POST \/oauth\//, 'token'],
  [/^POST .*[?&]action=(registerUpload|initializeUpload)\b/, 'register'],
  [/^POST .*[?&]action=(completeMultiPartUpload|finalizeUpload)\b/, 'complete'],
  [/^POST \/rest\/posts\/./, 'revise'],
  [/^POST \/rest\/posts/, 'post'],
  [/^POST \/rest\/socialActions\//, 'comment'],
  [/^\w+ \/rest\/posts/, 'find'],
  [/^GET /, 'status'],
];

export function callNameOf(service: Service, request: SandboxRequest): CallName {
  if (service === 'github') return request.method === 'GET' ? 'read' : 'write';
  const line = `${request.method} ${pathOnly(request)}?${queryOf(request)}`;
  return LINKEDIN_CALLS.find(([pattern]) => pattern.test(line))?.[1] ?? 'status';
}
