// The log of a step and its annotations. The only module that writes to stdout: it escapes text from file names and servers,
// because the runner executes `::command::` at the start of a line and `##[command]` anywhere in a line.

import * as core from '@actions/core';
import type { ActionError } from '../../errors/action-error.ts';
import { formatProblemIn, lineOfProblem, restOfProblem } from '../../errors/problem.ts';
import type { Mode } from '../../inputs/input-types.ts';
import { isMaskable } from '../../secret.ts';

export interface AnnotationTarget {
  readonly title?: string;
  /** Relative to the workspace. GitHub cannot show other paths, such as `release:…`; they are left out. */
  readonly file?: string;
  /** Counted from 1. Only with `file`. */
  readonly line?: number;
}

export interface Logger {
  info(text: string): void;
  /** Logged only with step debug logging. */
  debug(text: string): void;
  notice(text: string, target?: AnnotationTarget): void;
  warning(text: string, target?: AnnotationTarget): void;
  error(text: string, target?: AnnotationTarget): void;
  /** The runner folds the lines that `work` logs. */
  group<T>(title: string, work: () => Promise<T>): Promise<T>;
  /** Registers `secret` with the runner, which masks it in all later lines. Skips lines that are too short. */
  mask(secret: string): void;
}

export const logger: Logger = {
  info: (text) => core.info(escapeForLog(text)),
  // A runner without debug logging would discard what may be many thousand lines.
  debug: (text) => core.isDebug() && core.debug(escapeForLog(text)),
  notice: (text, target) => core.notice(escapeForLog(text), escapeTarget(target)),
  warning: (text, target) => core.warning(escapeForLog(text), escapeTarget(target)),
  error: (text, target) => core.error(escapeForLog(text), escapeTarget(target)),
  group: (title, work) => core.group(escapeForLog(title), work),
  mask: (secret) => {
    // The runner masks each line alone; a short one would hide half the log.
    const lines = secret.split(/[\r\n]+/).map((line) => line.trim());
    for (const line of lines.filter(isMaskable)) core.setSecret(line);
  },
};

// Characters that could change what a reader or the runner sees: C0 and C1 controls (line ends, ANSI escapes), lone
// surrogates, line and paragraph separators, and invisible characters (zero-width, bidirectional marks).
// U+FE0F stays where it makes a character an emoji.
const INVISIBLE =
  /[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!\ufe0f)\p{Default_Ignorable_Code_Point}|(?<!\p{Extended_Pictographic})\ufe0f/gu;

/** Sanitizes `text` for the log: one line without runner commands. */
export function escapeForLog(text: string): string {
  return text
    .replace(INVISIBLE, escapeCharacter)
    .replaceAll('##[', '##\\u005b')
    .replace(/^(\s*):(?=:)/, '$1\\u003a');
}

function escapeCharacter(character: string): string {
  if (character === '\n') return '\\n';
  if (character === '\r') return '\\r';
  if (character === '\t') return '\\t';
  const digits = (character.codePointAt(0) ?? 0).toString(16);
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}

function escapeTarget({ title, file, line }: AnnotationTarget = {}): core.AnnotationProperties {
  const place = file === undefined || file.startsWith('release:') ? {} : { file: escapeForLog(file) };
  return {
    ...(title === undefined ? {} : { title: escapeForLog(title) }),
    ...place,
    ...('file' in place && line !== undefined ? { startLine: line } : {}),
  };
}

/** The runner keeps ten warnings per step. One kind may use this many of them. */
const MAX_WARNINGS_PER_KIND = 3;
/** Warnings about posts are at lines of a pull request, where their authors read them. */
export const MAX_POST_WARNINGS = 7;

/** Logs up to `most` warnings. Of more, the last one is their number (`describeRest`), and the others are plain lines. */
export function logWarnings(
  logger: Logger,
  warnings: readonly { readonly text: string; readonly target: AnnotationTarget }[],
  describeRest: (count: number) => string,
  most = MAX_WARNINGS_PER_KIND,
): void {
  const isMany = warnings.length > most;
  const shown = isMany ? most - 1 : warnings.length;
  for (const { text, target } of warnings.slice(0, shown)) logger.warning(text, target);
  for (const { text } of warnings.slice(shown)) logger.info(text);
  if (isMany) logger.warning(`${describeRest(warnings.length - shown)}; the log lists all of them`);
}

/** An error of one input, one file, one post or the whole run, with a hint. */
export interface Annotation extends AnnotationTarget {
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  /** The rest of the message after the name of `file`. */
  readonly rest?: string;
  /** The message where `file` is named already. */
  readonly reason?: string;
}

// The runner cuts an annotation at 4,096 characters. Masking, which comes first, may lengthen it.
const MAX_ANNOTATION_CHARS = 4000;

/** Like `withHint`, but shortens the message to the runner's limit, so that the hint at the end is not cut. */
export function formatAnnotation({ message, hint }: Pick<Annotation, 'message' | 'hint'>): string {
  const room = MAX_ANNOTATION_CHARS - hint.length - 2;
  const text = escapeForLog(message);
  return withHint({ message: text.length > room ? `${text.slice(0, room - 1)}…` : text, hint });
}

/** The message and the hint as two sentences. Some messages end with a period already. */
export function withHint({ message, hint }: Pick<Annotation, 'message' | 'hint'>): string {
  return `${message}${/[.!?…]["”']?$/.test(message) ? '' : '.'} ${hint}`;
}

/** The annotation of an input error has the name of the input as its title. */
export function toAnnotation({ code, subject, message, hint }: ActionError): Annotation {
  if (subject === 'run' || 'file' in subject) return { title: code, message, hint };
  const title = 'input' in subject ? `input ${subject.input}` : `variable ${subject.variable}`;
  return { title, message, hint };
}

/** The annotation of what ended the run: a bug, or a cancellation, of which the signal does not matter. */
export function toAbortAnnotation(reason: ActionError): Annotation {
  const annotation = toAnnotation(reason);
  return reason.code === 'RUN_CANCELLED' ? { ...annotation, message: 'the run was cancelled' } : annotation;
}

export function toFileAnnotation(error: ActionError, file: string): Annotation {
  const rest = restOfProblem(file, error);
  const line = lineOfProblem(error);
  const place = { file, ...(line !== null && { line }) };
  return {
    title: error.code,
    message: file + rest,
    hint: error.hint,
    ...place,
    rest,
    reason: formatProblemIn(file, error),
  };
}

// The runner keeps ten annotations of a kind per step. The last one is for the total.
const MAX_ANNOTATIONS = 9;

interface AnnotatedReport {
  readonly title: string;
  readonly mode: Mode;
  readonly headline: string;
  readonly failed: boolean;
  readonly rows: readonly object[] | null;
}

/** Writes as many annotations as the runner keeps; the log has all errors. */
export function writeAnnotations(
  annotations: readonly Annotation[],
  report: AnnotatedReport,
  logger: Logger,
): void {
  const { headline, failed, rows, mode } = report;
  const title = mode === 'plan' ? 'Plan' : report.title;
  for (const annotation of annotations.slice(0, MAX_ANNOTATIONS)) writeAnnotation(annotation, logger);
  const others = annotations.slice(MAX_ANNOTATIONS);
  for (const annotation of others) logger.info(withHint(annotation));
  if (others.length > 0)
    logger.error(`${headline}; all ${annotations.length} errors are in the log`, { title });
  else if (failed && rows !== null && rows.length > 0) logger.error(headline, { title });
  else logger.info(headline);
}

/** The runner cuts the log line with the annotation too. A text that is too long is first logged in full. */
function writeAnnotation(annotation: Annotation, logger: Logger): void {
  const { title, file, line } = annotation;
  const text = formatAnnotation(annotation);
  if (text.length < escapeForLog(withHint(annotation)).length) logger.info(withHint(annotation));
  logger.error(text, {
    title,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
  });
}
