// An error as data, and the sentence about it. A leaf that any module may import.

import type { ErrorCode } from './error-codes.ts';

/** What an error is about. A line is counted from 1. */
export type Subject =
  | 'run'
  | { readonly file: string; readonly line?: number }
  | { readonly input: string }
  | { readonly variable: string };

/** An error as users see it. */
export interface Problem {
  readonly code: ErrorCode;
  readonly subject: Subject;
  /** Continues after the name of the subject: "is empty". For the run or a line of a file, a sentence of its own. */
  readonly problem: string;
  readonly hint: string;
}

/** The sentence about an error, without its full stop. */
export function formatProblem({ subject, problem }: Pick<Problem, 'subject' | 'problem'>): string {
  if (subject === 'run') return problem;
  if ('file' in subject)
    return subject.line === undefined
      ? `${subject.file} ${problem}`
      : `${subject.file}, line ${subject.line}: ${problem}`;
  return `${'input' in subject ? subject.input : subject.variable} ${problem}`;
}

/** The same where no text around it names `file`: the error of a call does not say for which file it was made. */
export function formatProblemOf(file: string, error: Pick<Problem, 'subject' | 'problem'>): string {
  return isAbout(file, error) ? formatProblem(error) : `${file}: ${formatProblem(error)}`;
}

/** The same where the text around it names `file` already. */
export function formatProblemIn(file: string, error: Pick<Problem, 'subject' | 'problem'>): string {
  const { subject, problem } = error;
  if (!isAbout(file, error)) return formatProblem(error);
  return typeof subject === 'object' && 'line' in subject ? `line ${subject.line}: ${problem}` : problem;
}

function isAbout(file: string, { subject }: Pick<Problem, 'subject'>): boolean {
  return subject !== 'run' && 'file' in subject && subject.file === file;
}
