// A post before its media are inspected, whether it comes from a file or from inputs: the same shape, with errors where
// their author can correct them.

import { type ActionError, InputError } from '../../errors.ts';
import { buildInlinePost, type InlineContent } from '../../post/file/inline-post.ts';
import type { Post } from '../../post/file/post.ts';
import { type KeyPath, PostError, type PostIssue } from '../../post/file/post-error.ts';
import { type PostContext, parsePostFile } from '../../post/file/post-file.ts';

/** A warning about a post. */
export interface PostNote {
  /** A sentence without its full stop. */
  readonly text: string;
  /** In the post file; null without one. */
  readonly line: number | null;
}

export interface PostDraft {
  /** Relative to the workspace; null for a post of inputs. */
  readonly file: string | null;
  readonly id: string;
  readonly author: string;
  readonly text: string;
  /** Null when there are errors. */
  readonly post: Post | null;
  /** The part that could be read, to find further errors. Null if nothing could be read. */
  readonly readable: Post | null;
  readonly errors: readonly ActionError[];
  readonly warnings: readonly PostNote[];
  /** An error that shows later, such as a missing media file. */
  errorAt(issue: PostIssue): ActionError;
  /** Null without a file. */
  lineOf(path: KeyPath): number | null;
}

export function draftOfFile(source: string, file: string, context: PostContext): PostDraft {
  const parsed = parsePostFile(source, file, context);
  return {
    ...parsed,
    errorAt: ({ code, path, message }) => new PostError(code, { file, line: parsed.lineOf(path) }, message),
  };
}

/** A post file that cannot be read. */
export function unreadableDraft(file: string, { code, message }: ActionError, owner: string): PostDraft {
  const error = new PostError(code, { file, line: 1 }, message);
  return {
    file,
    id: file,
    author: owner,
    text: '',
    post: null,
    readable: null,
    errors: [error],
    warnings: [],
    errorAt: () => error,
    lineOf: () => 1,
  };
}

interface InlineDraftContext extends PostContext {
  readonly text: string;
  /** The input that the text comes from. */
  readonly textInput: 'text' | 'text-file';
}

export function draftOfInputs(
  content: InlineContent,
  { text, textInput, ...context }: InlineDraftContext,
): PostDraft {
  const built = buildInlinePost(content, { text, ...context });
  const errors = built.issues.map(
    ({ code, input, message }) => new InputError(code, input === 'text' ? textInput : input, message),
  );
  const readable = built.post;
  const draft = {
    ...built,
    readable,
    file: null,
    errors,
    warnings: built.warnings.map((text) => ({ text, line: null })),
    lineOf: () => null,
  };
  return {
    ...draft,
    errorAt: ({ code, path: [key = 'media'], message }) =>
      new InputError(code, String(key), `cannot be used: ${forInputs(message)}`),
  };
}

/** The rules of media name the keys of a post file. */
export function forInputs(message: string): string {
  return message
    .replace(/write .*, or add a text file/, 'add a text file')
    .replace('the key `title`', 'the input `title`');
}
