// Errors of one post: where in its file they are. Warnings have the same place.

import type { ErrorCode } from '../../error-codes.ts';
import { ActionError } from '../../errors.ts';

/** The keys from the front matter down to a value, such as `['media', 0, 'alt']`. Empty for the front matter itself. */
export type KeyPath = readonly (string | number)[];

/** Something about a value or the text of a post, before it is known how errors name their place. */
export interface PostNote {
  readonly path: KeyPath;
  /** In the text of the post: where. */
  readonly offset?: number;
  /** Continues after the name of the value, such as "is missing". */
  readonly problem: string;
  /** Whether `problem` is a sentence of its own. */
  readonly isSentence?: boolean;
}

/** What is wrong with a post. */
export interface PostIssue extends PostNote {
  readonly code: ErrorCode;
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
    super(code, message, { subject: place, hint });
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
