// The mistakes in a post, before it is known how errors name their place: a line of its file, or an input.

import type { ActionError } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { lineOfProblem } from '../../errors/problem.ts';

/** The keys from the front matter down to a value, such as `['media', 0, 'alt']`. Empty for the front matter itself. */
export type KeyPath = readonly (string | number)[];

export interface PostNote {
  readonly path: KeyPath;
  /** The place in the text of the post. */
  readonly offset?: number;
  /** Continues after the name of the value, such as "is missing", unless `isSentence`. */
  readonly problem: string;
  readonly isSentence?: boolean;
  /** A post file also shows how this picture is written in its front matter, after `lead`. */
  readonly picture?: PostPicture & { readonly lead: string };
}

export interface PostPicture {
  /** The path as it is written in `media`. */
  readonly file: string;
  /** Null if its author has not written one. */
  readonly alt: string | null;
}

export interface PostIssue extends PostNote {
  readonly code: ErrorCode;
  /** Whether `media` is not the list that it must be, or `alt` stands outside of it. */
  readonly isMediaShape?: boolean;
  /** The key that is meant by an unknown one. */
  readonly meantPath?: KeyPath | undefined;
  /** What to do, if the problem does not say it. */
  readonly hint?: string | undefined;
}

export function toIssue({ code, message, hint }: ActionError, path: KeyPath): PostIssue {
  return { code, path, problem: message, isSentence: true, hint };
}

/** The issue of a file that was not found. */
export function toMediaIssue({ message, hint }: ActionError, path: KeyPath): PostIssue {
  return { code: 'POST_MEDIA', path, problem: message, isSentence: true, hint };
}

/** Compares two errors for a sort. Errors of inputs have no line, and stay where they are. */
export function byLine(a: ActionError, b: ActionError): number {
  const lines = [lineOfProblem(a), lineOfProblem(b)];
  return lines.includes(null) ? 0 : Number(lines[0]) - Number(lines[1]);
}

export interface PostWarning {
  /** In the post file; null without one. */
  readonly line: number | null;
  /** A sentence without its full stop. */
  readonly text: string;
}
