// An error as data, and the sentence about it. A leaf that any module may import.

import type { ErrorCode } from './error-codes.ts';

/** The subject of an error. A line is counted from 1. */
export type Subject =
  | 'run'
  | { readonly file: string; readonly line?: number }
  | { readonly input: string }
  | { readonly variable: string };

export interface Problem {
  readonly code: ErrorCode;
  readonly subject: Subject;
  /** Continues after the name of the subject: "is empty". For the run or a line of a file, a sentence of its own. */
  readonly problem: string;
  /** What to do; empty if the problem says it. */
  readonly hint: string;
}

export type Sentence = Pick<Problem, 'subject' | 'problem'>;

/** The sentence about an error, without its full stop. */
export function formatProblem({ subject, problem }: Sentence): string {
  if (subject === 'run') return problem;
  if ('file' in subject) return `${subject.file}${restOfProblem(subject.file, { subject, problem })}`;
  return `${'input' in subject ? subject.input : subject.variable} ${problem}`;
}

/** The rest of a sentence that starts with the name of `file`. The error of a call does not say for which file it was made. */
export function restOfProblem(file: string, error: Sentence): string {
  const line = lineOfProblem(error);
  if (!isAbout(file, error)) return `: ${formatProblem(error)}`;
  return line === null ? ` ${error.problem}` : `, line ${line}: ${error.problem}`;
}

export function lineOfProblem({ subject }: Pick<Problem, 'subject'>): number | null {
  return subject !== 'run' && 'file' in subject ? (subject.line ?? null) : null;
}

export function isAbout(file: string, { subject }: Pick<Problem, 'subject'>): boolean {
  return subject !== 'run' && 'file' in subject && subject.file === file;
}
