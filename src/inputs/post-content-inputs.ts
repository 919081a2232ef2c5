// Reads what to post: patterns of post files, or the inputs of one post without a file.

import path from 'node:path';
import type { Env } from '../deps.ts';
import { InputError } from '../errors.ts';
import { readNamePatterns } from '../media/find/name-patterns.ts';
import { readPatternLines, readPatterns } from '../media/find/patterns.ts';
import { buildInlinePost, type InlineContent } from '../post/file/inline-post.ts';
import { PLACEHOLDER_RELEASE } from '../post/file/post-file.ts';
import { type InputReader, rawInput } from './input-reader.ts';
import { parseResend } from './parsers.ts';
import { CONTENT_INPUTS, POST_INPUTS, RELEASE_NOTES } from './post-definitions.ts';

/** Where the text of a post without a file is. */
export type TextSource =
  | { readonly input: 'text'; readonly text: string }
  | { readonly input: 'text-file'; readonly file: string }
  /** In the notes of the release. */
  | { readonly input: 'text'; readonly text: null };

export type PostSource =
  | { readonly kind: 'files'; readonly patterns: string }
  | { readonly kind: 'inputs'; readonly content: InlineContent; readonly text: TextSource };

interface SourceContext {
  readonly env: Env;
  readonly owner: string;
  readonly hasRelease: boolean;
}

export function readPostSource(reader: InputReader, context: SourceContext): PostSource {
  const { env } = context;
  const patterns = rawInput(env, 'posts');
  const content = readContent(reader, env);
  if (patterns !== '') {
    checkAlone(reader, env);
    checkPatterns(reader, { env, input: 'posts', lines: patterns });
    return { kind: 'files', patterns };
  }
  checkMediaPatterns(reader, env, content.media);
  const text = readTextSource(reader, context);
  if (text === null) {
    const reason = 'is empty, and so are `text` and `text-file`; set one of them';
    reader.check(() => {
      throw new InputError('INPUT_MISSING', 'posts', reason);
    });
    return { kind: 'files', patterns };
  }
  checkContent(reader, content, { ...context, text });
  return { kind: 'inputs', content, text };
}

function readTextSource(reader: InputReader, { env, hasRelease }: SourceContext): TextSource | null {
  const [text, file] = [rawInput(env, 'text'), rawInput(env, 'text-file')];
  reader.check(() => {
    if (text === '' || file === '') return;
    throw new InputError('INPUT_INVALID', 'text-file', 'is set, but `text` is set too; keep one of them');
  });
  reader.check(() => {
    if (text !== RELEASE_NOTES || hasRelease) return;
    const reason = `is ${RELEASE_NOTES}, but there is no release: \`release-tag\` is empty, and no release triggered this run`;
    throw new InputError('INPUT_INVALID', 'text', reason);
  });
  if (text === RELEASE_NOTES) return { input: 'text', text: null };
  if (text !== '') return { input: 'text', text };
  return file === '' ? null : { input: 'text-file', file };
}

function readContent(reader: InputReader, env: Env): InlineContent {
  const lines = rawInput(env, 'media').split(/\r\n|\r|\n/);
  return {
    link: rawInput(env, 'link'),
    title: rawInput(env, 'title'),
    comment: rawInput(env, 'comment'),
    visibility: rawInput(env, 'visibility'),
    id: rawInput(env, 'id'),
    resend: reader.read('resend', parseResend, 0),
    media: lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#')),
  };
}

/** A post file has keys for these. */
function checkAlone(reader: InputReader, env: Env): void {
  for (const name of CONTENT_INPUTS) {
    const text = rawInput(env, name);
    if (text === '' || text === POST_INPUTS[name]) continue;
    const where =
      name === 'text' || name === 'text-file'
        ? 'the text is in each post file'
        : `each post file has its own \`${name}\``;
    reader.check(() => {
      throw new InputError('INPUT_INVALID', name, `cannot be combined with \`posts\`: ${where}`);
    });
  }
}

/** Line by line, so that one invalid pattern does not hide another. */
function checkPatterns(
  reader: InputReader,
  { env, input, lines }: { readonly env: Env; readonly input: 'posts' | 'media'; readonly lines: string },
): void {
  const workspace = env.GITHUB_WORKSPACE ?? '';
  reader.check(() => {
    if (path.isAbsolute(workspace)) return;
    const text = 'is relative to the workspace, but GITHUB_WORKSPACE is not an absolute path';
    throw new InputError('WORKSPACE_EMPTY', input, text);
  });
  for (const line of lines.split(/[\r\n]+/))
    reader.check(() => forInput(input, () => readPatterns(line, { named: workspace, real: workspace })));
}

/** The search names the input of the other action in its errors. */
function forInput<T>(input: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw withInput(error, input);
  }
}

export function withInput(error: unknown, input: string): unknown {
  return error instanceof InputError && error.input === 'files'
    ? new InputError(error.code, input, error.message)
    : error;
}

export const RELEASE_LINE = /^(!?\s*)release:(.*)$/;

function checkMediaPatterns(reader: InputReader, env: Env, media: readonly string[]): void {
  for (const line of media) {
    const [, exclude = '', pattern] = RELEASE_LINE.exec(line) ?? [];
    if (pattern === undefined) checkPatterns(reader, { env, input: 'media', lines: line });
    else reader.check(() => void readNamePatterns(exclude + pattern, 'media'));
  }
  reader.check(() => {
    if (media.length === 0 || media.some((line) => !line.startsWith('!'))) return;
    throw new InputError('INPUT_INVALID', 'media', 'contains no pattern that includes files');
  });
  reader.check(() => void readPatternLines(media.join('\n'), 'media'));
}

/** Reports the errors that do not depend on the text. */
function checkContent(
  reader: InputReader,
  content: InlineContent,
  { text, owner, hasRelease }: SourceContext & { readonly text: TextSource },
): void {
  const known = text.input === 'text' && text.text !== null ? text.text : 'Text';
  const release = hasRelease ? PLACEHOLDER_RELEASE : null;
  for (const { code, input, message } of buildInlinePost(content, { text: known, owner, release }).issues) {
    reader.check(() => {
      throw new InputError(code, input, message);
    });
  }
}
