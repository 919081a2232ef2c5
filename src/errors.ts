// Every failure this action can name: its class says who can act, its code what happened, its hint what to do.
// A leaf: imports only error-codes.ts, open to every room.

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';

/** What was asked of the other side when it failed, and how far that went. */
export interface CallContext {
  readonly phase: Phase;
  readonly idempotency: Idempotency;
  /** How much of the request had left: what never left was never heard. */
  readonly sent: 'nothing' | 'some' | 'all';
}

/** What a request is for: named in every error, and the unit of retry rules. */
export type Phase = 'register' | 'upload' | 'complete' | 'status' | 'token';

/** The phases in words. */
export const PHASE_NAMES: Record<Phase, string> = {
  register: 'the registration',
  upload: 'the upload',
  complete: 'the completion of the upload',
  status: 'the status request',
  token: 'the request for the token',
};

/**
 * Whether a request may be sent again after a failure: `idempotent`, `verify-first` (its response may be lost while its
 * effect is not: read the status first), or `non-idempotent` (each repeat may create another asset). Declared at the call site.
 */
export type Idempotency = 'idempotent' | 'verify-first' | 'non-idempotent';

interface ErrorDetails {
  cause?: unknown;
  call?: CallContext | undefined;
  /** What LinkedIn had already given when this failed; never lost. */
  urn?: string;
}

/** The base of all: a code, a message without secrets or URL queries, and the cause. */
export class ActionError extends Error {
  readonly code: ErrorCode;
  readonly urn: string | undefined;
  /** The call that failed; undefined when none was made. */
  readonly call: CallContext | undefined;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(redact(message), details.cause === undefined ? {} : { cause: details.cause });
    this.name = new.target.name;
    this.code = code;
    this.urn = details.urn;
    this.call = details.call;
  }

  get hint(): string {
    return ERROR_CODES[this.code].hint;
  }
}

/** The workflow author can act: one input is wrong. `input` is its name in action.yml. */
export class InputError extends ActionError {
  readonly input: string;

  constructor(code: ErrorCode, input: string, message: string) {
    super(code, message);
    this.input = input;
  }
}

/** The workflow author can act: a variable of the environment is wrong, and `input` is its name. */
export class EnvironmentVariableError extends InputError {}

/** All faults of the inputs, reported together. */
export class AggregateInputError extends ActionError {
  readonly errors: readonly InputError[];

  constructor(errors: readonly InputError[]) {
    super('INPUT_INVALID', errors.map((fault) => `${fault.input}: ${fault.message}`).join('; '));
    this.errors = errors;
  }
}

/** The owner of the file can act: this file cannot be sent as it is. */
export class FileError extends ActionError {}

/** The network did not carry the request or its answer. */
export class NetworkError extends ActionError {}

/** Something answered in HTTP, but not as LinkedIn does. */
export class HttpError extends ActionError {
  readonly status: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { status: number }) {
    super(code, message, details);
    this.status = details.status;
  }
}

/** GitHub refused or failed, or the place where it keeps the bytes of its assets. */
export class GitHubError extends ActionError {
  /** 0 when there was no answer. */
  readonly status: number;
  /** How long to wait at least before the next try; null when another is of no use. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & { status: number; retryAfterMs: number | null },
  ) {
    super(code, message, details);
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** LinkedIn refused or failed, in its own words. */
export class LinkedInError extends HttpError {
  /** How long it asks to wait before the next try; null when it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & { status: number; retryAfterMs?: number | null },
  ) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs ?? null;
  }
}

/** An answer of LinkedIn lacks what it promises; the message names the field. */
export class ReplyShapeError extends ActionError {}

/** The upload itself went wrong: addresses, parts, receipts, processing. */
export class UploadError extends ActionError {}

/** The run ended before this file's turn, or in the middle of it. */
export class RunError extends ActionError {}

/** `thrown` itself if it is an ActionError, else INTERNAL: a bug, which is reported without its stack. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new ActionError('INTERNAL', `unexpected ${text}`, { cause: thrown });
}

/** Removes bearer tokens, and of every URL the user and the query: upload addresses are credentials. */
export function redact(text: string): string {
  return text
    .replace(/\b(?:Bearer\s+)+[^\s"',;]+/gi, 'Bearer [redacted]')
    .replace(/(\bhttps?:\/\/)[^\s/"'<>@]+@/gi, '$1[redacted]@')
    .replace(/(\bhttps?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, '$1?[redacted]');
}
