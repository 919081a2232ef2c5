// Errors of calls, as the HTTP client and the parsers of replies make them.

import { CallError } from '../../src/errors/action-error.ts';
import type { ErrorCode } from '../../src/errors/error-codes.ts';
import {
  type CallContext,
  type Idempotency,
  NO_RETRY,
  type Phase,
} from '../../src/errors/retry-policy.ts';

const IDEMPOTENCIES: Record<Phase, Idempotency> = {
  register: 'non-idempotent',
  upload: 'verify-first',
  complete: 'verify-first',
  status: 'idempotent',
  token: 'idempotent',
  post: 'non-idempotent',
  edit: 'idempotent',
  comment: 'non-idempotent',
  find: 'idempotent',
  member: 'idempotent',
  pages: 'idempotent',
  permission: 'idempotent',
  github: 'non-idempotent',
};

export function factsOf(phase: Phase, sent: CallContext['sent'] = 'all'): CallContext {
  return { phase, idempotency: IDEMPOTENCIES[phase], sent };
}

/** A response with `status` to a request that was sent in full. */
export function rejected(
  code: ErrorCode,
  status: number,
  phase: Phase,
  retryAfterMs: number | null = null,
) {
  return new CallError(code, `${code} on purpose`, { status, retryAfterMs, call: factsOf(phase) });
}

export const failed = (phase: Phase, retryAfterMs: number | null = null) =>
  rejected('SERVER_FAILED', 503, phase, retryAfterMs);

export const limited = (phase: Phase, retryAfterMs: number | null = null) =>
  rejected('LIMIT_REACHED', 429, phase, retryAfterMs);

/** No response after `sent` of the request was sent. */
export function broken(
  phase: Phase,
  sent: CallContext['sent'],
  code: ErrorCode = 'NETWORK_FAILED',
) {
  return new CallError(code, `${code} on purpose`, { call: factsOf(phase, sent) });
}

/** A malformed response; with `urn`, one that still contains a URN. */
export function shapeless(phase: Phase, urn?: string) {
  const details = { call: factsOf(phase), status: 200 };
  return new CallError('REPLY_SHAPE', 'on purpose', {
    ...details,
    ...(urn === undefined ? {} : { urn, retry: NO_RETRY }),
  });
}

/** The rejection of an expired upload URL. */
export const dead = (status = 410) => rejected('UPLOAD_EXPIRED', status, 'upload');
