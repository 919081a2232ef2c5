// All errors of this action, as data, and the sentences about them: the code says what happened, the subject to what, and the hint
// what to do. The class shows who can act. Any module may import it.

import { ADVISED_IN_MESSAGE, ERROR_CODES, type ErrorCode } from './error-codes.ts';
import { type CallContext, decide, type Effect, NO_RETRY, type Retry } from './retry-policy.ts';

/** The subject of an error. A line is counted from 1. */
export type Subject =
  | 'run'
  | { readonly file: string; readonly line?: number }
  | { readonly input: string }
  | { readonly variable: string };

export type Sentence = Pick<ActionError, 'subject' | 'problem'>;

interface ErrorDetails {
  subject?: Subject;
  /** Replaces the hint of the code. Empty if the problem already says what to do. */
  hint?: string | undefined;
  cause?: unknown;
  /** The URN that LinkedIn had already assigned before the failure. It must not be lost. */
  urn?: string | undefined;
  retry?: Retry;
  effect?: Effect;
}

/** The base class. `problem` has no secrets and no queries of URLs; `message` is the sentence. */
export class ActionError extends Error {
  readonly code: ErrorCode;
  readonly subject: Subject;
  /** Continues after the name of the subject: "is empty". For the run or a line of a file, a sentence of its own. */
  readonly problem: string;
  /** What to do; empty if the problem says it. */
  readonly hint: string;
  readonly urn: string | undefined;
  readonly retry: Retry;
  readonly effect: Effect;

  constructor(code: ErrorCode, problem: string, details: ErrorDetails = {}) {
    const codeHint = ADVISED_IN_MESSAGE.has(code) ? '' : ERROR_CODES[code].hint;
    const { subject = 'run', hint = codeHint, cause, urn } = details;
    const safe = { subject, problem: redact(problem) };
    super(formatProblem(safe), cause === undefined ? {} : { cause });
    this.name = new.target.name;
    this.code = code;
    this.subject = subject;
    this.problem = safe.problem;
    this.hint = hint;
    this.urn = urn;
    this.retry = details.retry ?? NO_RETRY;
    this.effect = details.effect ?? 'none';
  }

  /** Identifies the cause: all errors of one cause have the same fingerprint. */
  get fingerprint(): string {
    return JSON.stringify([this.code, this.problem]);
  }

  /** Whether the server limits the rate of calls, so that every call has to wait. */
  get isOverload(): boolean {
    return this.retry.kind === 'again' && this.retry.isOverloaded;
  }

  /** Whether it ends the run, once it has ended a file: every file would get it, or a rate limit outlasted all attempts. */
  get endsRun(): boolean {
    return this.retry.kind === 'stop' || this.isOverload;
  }

  /** The same error with more words around it. It is about the run then. */
  reword(problem: string, { hint = this.hint }: { readonly hint?: string } = {}): ActionError {
    const { code, urn, retry, effect } = this;
    return new ActionError(code, problem, { hint, urn, retry, effect, cause: this });
  }
}

/** The workflow author can act: an input is wrong, or an environment variable, or several of them. */
export class InputError extends ActionError {
  /** The name in action.yml, or of the variable. Empty for several. */
  readonly input: string;
  /** The error itself, or those that are reported together. */
  readonly errors: readonly InputError[];

  constructor(
    code: ErrorCode,
    input: string,
    problem: string,
    details: ErrorDetails & { readonly errors?: readonly InputError[] } = {},
  ) {
    super(code, problem, { subject: { input }, ...details });
    this.input = input;
    this.errors = details.errors ?? [this];
  }

  /** All errors of the inputs, reported together. */
  static all(errors: readonly InputError[]): InputError {
    const text = errors.map(({ message }) => message).join('; ');
    return new InputError('INPUT_INVALID', '', text, { subject: 'run', errors });
  }
}

/** The input errors in `thrown`; null if it is another error. */
export function inputErrorsIn(thrown: unknown): readonly InputError[] | null {
  return thrown instanceof InputError ? thrown.errors : null;
}

/** The owner of the file can act: this file cannot be uploaded as it is. `file` is its name for users. */
export class FileError extends ActionError {
  constructor(code: ErrorCode, file: string, problem: string, details: ErrorDetails = {}) {
    super(code, problem, { subject: { file }, ...details });
  }
}

/** The error of a file that `thrown` is. @throws `thrown` if it is another error */
export function fileErrorIn(thrown: unknown): FileError {
  if (thrown instanceof FileError) return thrown;
  throw thrown;
}

interface CallDetails extends ErrorDetails {
  readonly call: CallContext;
  /** The HTTP status. Omitted: there was no response. */
  readonly status?: number;
  /** The wait that the server asks for; null when it asks for none. */
  readonly retryAfterMs?: number | null;
  readonly serviceCode?: string | null;
  readonly serviceMessage?: string | null;
  readonly duplicate?: DuplicatePost | null;
}

/** The post that LinkedIn has already. */
export interface DuplicatePost {
  /** A URN of any kind; null when LinkedIn names none. */
  readonly urn: string | null;
  /** LinkedIn's clock when it rejected the post; null without a valid `Date` header. */
  readonly serverDateMs: number | null;
}

/** A call of LinkedIn or GitHub failed: in the network, with an HTTP error, or with a response that cannot be used. */
export class CallError extends ActionError {
  readonly call: CallContext;
  /** 0 without a response. */
  readonly status: number;
  /** The server's own code, such as `MEDIA_ASSET_WAITING_UPLOAD`; null when it sent none. */
  readonly serviceCode: string | null;
  /** The server's own message; null when it sent none. */
  readonly serviceMessage: string | null;
  /** Set when LinkedIn rejected a post as the duplicate of another one. */
  readonly duplicate: DuplicatePost | null;

  constructor(code: ErrorCode, problem: string, details: CallDetails) {
    const { call, status = 0, retryAfterMs = null, serviceCode = null } = details;
    super(code, problem, {
      ...decide({ code, ...call, status, retryAfterMs, serviceCode }),
      ...details,
    });
    this.call = call;
    this.status = status;
    this.serviceCode = serviceCode;
    this.serviceMessage = details.serviceMessage ?? null;
    this.duplicate = details.duplicate ?? null;
  }

  /** The problem is different for each request: it may have the id of one. */
  override get fingerprint(): string {
    return JSON.stringify([this.code, this.status, this.serviceCode, this.serviceMessage]);
  }

  /** The same failed call, judged as another code. */
  withCode(code: ErrorCode, details: Partial<CallDetails> = {}): CallError {
    const { problem, call, status, serviceCode, serviceMessage } = this;
    return new CallError(code, problem, { call, status, serviceCode, serviceMessage, ...details });
  }
}

/** The HTTP status of a failed call, 0 without a response; null if `thrown` is not the error of a call. */
export function statusOf(thrown: unknown): number | null {
  return thrown instanceof CallError ? thrown.status : null;
}

/** The run ended before this file was finished. */
export class RunError extends ActionError {}

/** `what` was left undone because of `reason`. Each row repeats the reason, because users may read only one row. */
export function runStoppedError(what: string, reason: ActionError): RunError {
  const undone = `${what}: the run was stopped (${reason.code}): ${reason.message}`;
  return new RunError('RUN_STOPPED', undone, { cause: reason });
}

/** Why the run was stopped, if `error` says that it was; else the error itself. */
export function stopReasonOf(error: ActionError): ActionError {
  return error.code === 'RUN_STOPPED' && error.cause instanceof ActionError ? error.cause : error;
}

/** Whether `error` says only that the run ended before this file or post was finished. A reworded one says more. */
export function isRunEnd(error: ActionError): boolean {
  const isEnd = error.code === 'RUN_CANCELLED' || stopReasonOf(error) !== error;
  return isEnd && (error instanceof RunError || error instanceof CallError);
}

export function interruptedError(when: string, end: ActionError): RunError {
  if (end.code === 'RUN_CANCELLED') return new RunError(end.code, `the run was cancelled ${when}`);
  return runStoppedError(`ended ${when}`, end);
}

/** Why `signal` ended the run: a cancellation or a bug. Null while the run goes on. */
export function abortReason(signal: AbortSignal): ActionError | null {
  return signal.aborted ? toAbortReason(signal.reason, 'the run was cancelled') : null;
}

/** The reason of an abort as an error: RUN_CANCELLED with `text` if it is none of ours. */
export function toAbortReason(reason: unknown, text: string): ActionError {
  return reason instanceof ActionError
    ? reason
    : new RunError('RUN_CANCELLED', text, { cause: reason });
}

/** The error of ours that `thrown` is, or that a library has wrapped; null without one. */
export function actionErrorIn(thrown: unknown): ActionError | null {
  if (thrown instanceof ActionError) return thrown;
  return thrown instanceof Error && thrown.cause instanceof ActionError ? thrown.cause : null;
}

/** `thrown` itself if it is an ActionError; else INTERNAL, which means a bug and is reported without its stack. */
export function toActionError(thrown: unknown): ActionError {
  if (thrown instanceof ActionError) return thrown;
  const text = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  // A bug may have left anything behind.
  return new ActionError('INTERNAL', `unexpected ${text}`, { cause: thrown, effect: 'maybe' });
}

export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The sentence about an error, without its full stop. */
export function formatProblem({ subject, problem }: Sentence): string {
  if (subject === 'run') return problem;
  if ('file' in subject)
    return `${subject.file}${restOfProblem(subject.file, { subject, problem })}`;
  return `${'input' in subject ? subject.input : subject.variable} ${problem}`;
}

/** The rest of a sentence that starts with the name of `file`. The error of a call does not say for which file it was made. */
export function restOfProblem(file: string, error: Sentence): string {
  const line = lineOfProblem(error);
  if (!isAbout(file, error)) return `: ${formatProblem(error)}`;
  return line === null ? ` ${error.problem}` : `, line ${line}: ${error.problem}`;
}

export function lineOfProblem({ subject }: Pick<Sentence, 'subject'>): number | null {
  return subject !== 'run' && 'file' in subject ? (subject.line ?? null) : null;
}

export function isAbout(file: string, { subject }: Pick<Sentence, 'subject'>): boolean {
  return subject !== 'run' && 'file' in subject && subject.file === file;
}

/** Removes bearer tokens, and the user and the query of every URL: upload URLs are credentials. */
export function redact(text: string): string {
  return text
    .replace(/\b(?:Bearer\s+)+[^\s"',;]+/gi, 'Bearer [redacted]')
    .replace(/(\bhttps?:\/\/)[^\s/"'<>@]+@/gi, '$1[redacted]@')
    .replace(/(\bhttps?:\/\/[^\s"'<>?]+)\?[^\s"'<>]*/gi, '$1?[redacted]');
}
