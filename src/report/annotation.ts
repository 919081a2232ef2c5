// An error as users see it, in the log, an annotation and the summary: its texts, and the place that it is about. Pure.

import { ERROR_CODES } from '../error-codes.ts';
import type { ActionError } from '../errors.ts';
import type { Subject } from '../problem.ts';
import { escapeForLog } from './log/logger.ts';

/** An error of one input, one file, one post or the whole run, with a hint. */
export interface Annotation {
  readonly title: string;
  readonly message: string;
  readonly hint: string;
  readonly file?: string;
  /** Counted from 1. Only with `file`. */
  readonly line?: number;
}

/** Puts the file name in front of the message, unless the message starts with it already. */
export function withFileName(file: string, message: string): string {
  return withoutFileName(file, message) === message ? `${file}: ${message}` : message;
}

/** Removes the file name from the start of the message. */
export function withoutFileName(file: string, message: string): string {
  const lead = [`${file} `, `${file}: `].find((start) => message.startsWith(start)) ?? '';
  return message.slice(lead.length);
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

export const CANCELLED: Annotation = {
  title: 'RUN_CANCELLED',
  message: 'the run was cancelled',
  hint: ERROR_CODES.RUN_CANCELLED.hint,
};

/** The annotation of an input error has the name of the input as its title. */
export function toAnnotation({ code, subject, message, hint }: ActionError): Annotation {
  return { title: titleOf(subject) ?? code, message, hint };
}

function titleOf(subject: Subject): string | null {
  if (subject === 'run' || 'file' in subject) return null;
  return 'input' in subject ? `input ${subject.input}` : `variable ${subject.variable}`;
}
