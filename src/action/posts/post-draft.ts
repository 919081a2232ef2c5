// The post of the inputs in the shape of a post file, with errors at the inputs.

import { InputError } from '../../errors.ts';
import { buildInlinePost, type InlineContent } from '../../post/file/inline-post.ts';
import { NO_MEDIA, type PostContext, type PostFile } from '../../post/file/post-file.ts';

interface InlineDraftContext extends PostContext {
  readonly text: string;
  /** The input that the text comes from. */
  readonly textInput: 'text' | 'text-file';
}

export function postOfInputs(
  content: InlineContent,
  { text, textInput, ...context }: InlineDraftContext,
): PostFile {
  const built = buildInlinePost(content, { text, ...context });
  const errors = built.issues.map(
    ({ code, input, message }) => new InputError(code, input === 'text' ? textInput : input, message),
  );
  return {
    ...built,
    ...NO_MEDIA,
    readable: built.post,
    file: null,
    errors,
    warnings: built.warnings.map((text) => ({ text, line: null })),
    lineOf: () => null,
    errorAt: ({ code, path: [key = 'media'], message, hint }) =>
      new InputError(code, String(key), `cannot be used: ${forInputs(message)}`, { hint }),
  };
}

/** The rules of media name the keys of a post file. */
export function forInputs(message: string): string {
  return message
    .replace(/write .*, or add a text file/, 'add a text file')
    .replace('the key `title`', 'the input `title`');
}
