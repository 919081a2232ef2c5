// All errors of this action, as data: the code says what happened, the subject to what, and the hint what to do. The class
// shows who can act. Any module may import it.

import { ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { formatProblem, type Problem, type Subject } from './problem.ts';

export interface CallContext {
  readonly phase: Phase;
  readonly idempotency: Idempotency;
  /** How much of the request was sent. A request of which nothing was sent had no effect. */
  readonly sent: 'nothing' | 'some' | 'all';
}

export const PHASE_NAMES = {
  register: 'the registration',
  upload: 'the upload',
  complete: 'the completion of the upload',
  status: 'the status request',
  token: 'the token request',
  post: 'the post',
  comment: 'the comment',
  find: 'the search for the post',
  member: 'the request for the member',
  pages: 'the request for the pages',
} as const;

/** The purpose of a request. Errors name it, and retry rules depend on it. */
export type Phase = keyof typeof PHASE_NAMES;

/**
 * Whether a request may be retried after a failure. `verify-first`: it may have succeeded although its response was lost, so read
 * the status first. `non-idempotent`: each retry may create another asset. Declared at the call site.
 */
export type Idempotency = 'idempotent' | 'verify-first' | 'non-idempotent';

interface ErrorDetails {
  subject?: Subject;
  /** Replaces the hint of the code where that is too general. */
  hint?: string | undefined;
  cause?: unknown;
  call?: CallContext | undefined;
  /** The URN that LinkedIn had already assigned before the failure. It must not be lost. */
  urn?: string;
}

/** The base class. `problem` has no secrets and no queries of URLs; `message` is the sentence. */
export class ActionError extends Error implements Problem {
  readonly code: ErrorCode;
  readonly subject: Subject;
  readonly problem: string;
  readonly hint: string;
  readonly urn: string | undefined;
  /** The call that failed; undefined when none was made. */
  readonly call: CallContext | undefined;

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const { subject = 'run', hint = ERROR_CODES[code].hint, cause, urn, call } = details;
    const safe = { subject, problem: redact(problem) };
    super(formatProblem(safe), cause === undefined ? {} : { cause });
    this.name = new.target.name;
    this.code = code;
    this.subject = subject;
    this.problem = safe.problem;
    this.hint = hint;
    this.urn = urn;
    this.call = call;
  }

  /** Identifies the cause: all errors of one cause have the same reason. */
  get reason(): string {
    return JSON.stringify([this.code, this.problem]);
  }
}

/** The workflow author can act: one input is wrong. `input` is its name in action.yml. */
export class InputError extends ActionError {
  readonly input: string;

  constructor(code: ErrorCode, input: string, problem: string, details: ErrorDetails = {}) {
    super(code, problem, { subject: { input }, ...details });
    this.input = input;
  }
}

/** The workflow author can act: an environment variable is wrong, and `input` is its name. */
export class EnvironmentVariableError extends InputError {
  constructor(code: ErrorCode, variable: string, problem: string) {
    super(code, variable, problem, { subject: { variable } });
  }
}

/** All input errors, reported together. */
export class AggregateInputError extends ActionError {
  readonly errors: readonly InputError[];

  constructor(errors: readonly InputError[]) {
    super('INPUT_INVALID', errors.map(({ message }) => message).join('; '));
    this.errors = errors;
  }
}

/** The input errors in `thrown`; null if it is another error. */
export function inputErrorsIn(thrown: unknown): readonly InputError[] | null {
  if (thrown instanceof AggregateInputError) return thrown.errors;
  return thrown instanceof InputError ? [thrown] : null;
}

/** The owner of the file can act: this file cannot be uploaded as it is. `file` is its name for users. */
export class FileError extends ActionError {
  constructor(code: ErrorCode, file: string, problem: string, details: ErrorDetails = {}) {
    super(code, problem, { subject: { file }, ...details });
  }
}

/** The network failed to deliver the request or its response. */
export class NetworkError extends ActionError {}

/** An HTTP response that is an error, or that cannot be used: a redirect, or a response over the size limit. */
export class HttpError extends ActionError {
  readonly status: number;

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { status: number }) {
    super(code, message, details);
    this.status = details.status;
  }
}

/** GitHub, or the storage of its release assets, rejected the request or failed. */
export class GitHubError extends ActionError {
  /** 0 when there was no response. */
  readonly status: number;
  /** The minimum wait before the next attempt; null when a retry is useless. */
  readonly retryAfterMs: number | null;
  /** GitHub's own message; empty when it sent none. */
  readonly reply: string;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & { status: number; retryAfterMs: number | null; reply?: string },
  ) {
    super(code, message, details);
    this.status = details.status;
    this.retryAfterMs = details.retryAfterMs;
    this.reply = details.reply ?? '';
  }
}

/** LinkedIn rejected the request or failed. The message quotes LinkedIn's own. */
export class LinkedInError extends HttpError {
  /** The wait before the next attempt that LinkedIn asks for; null when it asks for none. */
  readonly retryAfterMs: number | null;
  /** LinkedIn's own code, such as `MEDIA_ASSET_WAITING_UPLOAD`; null when it sent none. */
  readonly serviceCode: string | null;
  /** LinkedIn's own message; null when it sent none. */
  readonly serviceMessage: string | null;

  constructor(code: ErrorCode, message: string, details: LinkedInErrorDetails) {
    super(code, message, details);
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.serviceCode = details.serviceCode ?? null;
    this.serviceMessage = details.serviceMessage ?? null;
  }

  /** Leaves out the problem, which has the id of the response. */
  override get reason(): string {
    const { code, status, serviceCode, serviceMessage, problem } = this;
    return JSON.stringify([code, status, serviceCode, serviceMessage ?? problem]);
  }
}

interface LinkedInErrorDetails extends ErrorDetails {
  readonly status: number;
  readonly retryAfterMs?: number | null;
  readonly serviceCode?: string | null;
  readonly serviceMessage?: string | null;
}

/** LinkedIn already has a post with this text. */
export class DuplicatePostError extends LinkedInError {
  /** The post that LinkedIn names, of whatever kind; null when it names none. */
  readonly duplicateUrn: string | null;
  /** LinkedIn's clock when it rejected the post; null without a valid `Date` header. */
  readonly serverDateMs: number | null;

  constructor(
    message: string,
    details: LinkedInErrorDetails & { duplicateUrn: string | null; serverDateMs: number | null },
  ) {
    super('POST_DUPLICATE', message, details);
    this.duplicateUrn = details.duplicateUrn;
    this.serverDateMs = details.serverDateMs;
  }
}

/** A response of LinkedIn is not as documented: it lacks a field, or repeats the URN of another file. */
export class ReplyShapeError extends ActionError {
  /** Leaves out the problem, which may have the id of the response. */
  override get reason(): string {
    return this.code;
  }
}

/** The upload itself failed: upload URLs, parts, receipts, processing. */
export class UploadError extends ActionError {}

/** The run ended before this file was finished. */
export class RunError extends ActionError {}

/** `what` was left undone because of `reason`. Each row repeats the reason, because users may read only one row. */
export function runStoppedError(what: string, reason: ActionError): RunError {
  const undone = `${what}: the run was stopped (${reason.code}): ${reason.message}`;
  return new RunError('RUN_STOPPED', undone, { cause: reason });
}

export function interruptedError(when: string, end: ActionError): RunError {
  if (end.code === 'RUN_CANCELLED') return new RunError(end.code, `the run was cancelled ${when}`);
  return runStoppedError(`ended ${when}`, end);
}

/** Why `signal` ended the run: a cancellation or a bug. Null while the run goes on. */
export function abortReason(signal: AbortSignal): ActionError | null {
  if (!signal.aborted) return null;
  const { reason } = signal;
  return reason instanceof ActionError ? reason : new RunError('RUN_CANCELLED', 'the run was cancelled');
}

/** `thrown` itself if it is an ActionError; else INTERNAL, which means a bug and is reported without its stack. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  return new ActionError('INTERNAL', `unexpected ${text}`, { cause: thrown });
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Removes bearer tokens, and the user and the query of every URL: upload URLs are credentials. */
export function redact(text: string): string {
  return text
    .replace(/\b(?:Bearer\s+)+[^\s"',;]+/gi, 'Bearer [redacted]')
    .replace(/(\bhttps?:\/\/)[^\s/"'<>@]+@/gi, '$1[redacted]@')
    .replace(/(\bhttps?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, '$1?[redacted]');
}
