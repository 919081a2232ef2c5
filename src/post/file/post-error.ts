// Errors of one post: where in its file they are. Warnings have the same place.

import type { ErrorCode } from '../../error-codes.ts';
import { ActionError } from '../../errors.ts';

/** The keys from the front matter down to a value, such as `['media', 0, 'alt']`. Empty for the front matter itself. */
export type KeyPath = readonly (string | number)[];

/** What is wrong with a value, before its place in a file is known. */
export interface PostIssue {
  readonly code: ErrorCode;
  readonly path: KeyPath;
  /** A sentence without its full stop. */
  readonly message: string;
  /** What to do, if the hint of the code is too general. */
  readonly hint?: string | undefined;
}

/** The author of the post can act: its file cannot be published as it is. */
export class PostError extends ActionError {
  /** Relative to the workspace. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;

  constructor(
    code: ErrorCode,
    place: { readonly file: string; readonly line: number },
    message: string,
    hint?: string,
  ) {
    super(code, message, { hint });
    this.file = place.file;
    this.line = place.line;
  }
}

/** For a sort. Errors of inputs have no line, and stay where they are. */
export function byLine(a: ActionError, b: ActionError): number {
  return a instanceof PostError && b instanceof PostError ? a.line - b.line : 0;
}

export interface PostWarning {
  /** In the post file; null without one. */
  readonly line: number | null;
  /** A sentence without its full stop. */
  readonly text: string;
}
