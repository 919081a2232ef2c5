// Failures as the HTTP client and LinkedIn's refusals tell them: with the facts of the call, by which they are judged.

import type { ErrorCode } from '../../src/error-codes.ts';
import {
  type CallContext,
  HttpError,
  type Idempotency,
  LinkedInError,
  NetworkError,
  type Phase,
  ReplyShapeError,
  UploadError,
} from '../../src/errors.ts';

const REPEATS: Record<Phase, Idempotency> = {
  register: 'non-idempotent',
  upload: 'verify-first',
  complete: 'verify-first',
  status: 'idempotent',
  token: 'idempotent',
};

export function factsOf(phase: Phase, sent: CallContext['sent'] = 'all'): CallContext {
  return { phase, idempotency: REPEATS[phase], sent };
}

/** An answer with `status` to a whole request. */
export function refused(code: ErrorCode, status: number, phase: Phase, retryAfterMs: number | null = null) {
  return new LinkedInError(code, `${code} on purpose`, { status, retryAfterMs, call: factsOf(phase) });
}

export const failed = (phase: Phase, retryAfterMs: number | null = null) =>
  refused('SERVER_FAILED', 503, phase, retryAfterMs);

export const limited = (phase: Phase, retryAfterMs: number | null = null) =>
  refused('LIMIT_REACHED', 429, phase, retryAfterMs);

/** No answer, after so much of the request had left. */
export function broken(phase: Phase, sent: CallContext['sent'], code: ErrorCode = 'NETWORK_FAILED') {
  return new NetworkError(code, `${code} on purpose`, { call: factsOf(phase, sent) });
}

/** An answer from something that is not LinkedIn, or not of this world. */
export function odd(status: number, phase: Phase) {
  return new HttpError('HTTP_UNEXPECTED', 'on purpose', { status, call: factsOf(phase) });
}

/** An answer that lacks what it promises; with a `urn`, one that holds this all the same. */
export function shapeless(phase: Phase, urn?: string) {
  const details = urn === undefined ? { call: factsOf(phase) } : { urn };
  return new ReplyShapeError('REPLY_SHAPE', 'on purpose', details);
}

/** An answer to a registration that is not valid JSON, its URN readable. */
export function damaged(urn: string) {
  return new ReplyShapeError('REPLY_SHAPE', 'on purpose', { call: factsOf('register'), urn });
}

/** A good answer before the last byte. */
export const early = () =>
  new UploadError('UPLOAD_INCOMPLETE', 'on purpose', { call: factsOf('upload', 'some') });

/** A good answer to a whole upload that does not say that it is stored. */
export const accepted = () =>
  new UploadError('UPLOAD_INCOMPLETE', 'on purpose', { call: factsOf('upload', 'all') });

/** An address that is dead: of another status each. */
export const dead = (status = 410) => refused('UPLOAD_EXPIRED', status, 'upload');
