// Errors as users see them, in the log, an annotation and the summary: their texts, and the places that they are about.

import type { ActionError } from '../errors.ts';
import type { Mode } from '../inputs/input-types.ts';
import { formatProblemIn, lineOfProblem, restOfProblem } from '../problem.ts';
import { escapeForLog, type Logger } from './log/logger.ts';

/** An error of one input, one file, one post or the whole run, with a hint. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  readonly file?: string;
  /** Counted from 1. Only with `file`. */
  readonly line?: number;
  /** What follows the name of `file` in the message. */
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

/** What the last line and the titles need of a report. */
interface AnnotatedReport {
  readonly title: string;
  readonly mode: Mode;
  readonly headline: string;
  readonly failed: boolean;
  readonly rows: readonly object[] | null;
}

/** As many annotations as the runner keeps; the log has all errors. */
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
