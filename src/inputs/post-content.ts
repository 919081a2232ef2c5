// The rules of the posts: patterns of post files, or the inputs of one post without a file.

import { InputError } from '../errors/action-error.ts';
import { readNamePatterns } from '../media/find/name-patterns.ts';
import { type InlineContent, parseInlinePost, RELEASE_NOTES } from '../post/file/inline-post.ts';
import { PLACEHOLDER_RELEASE, RELEASE_ADVICE } from '../post/file/text-rules.ts';
import { RELEASE_LINE } from '../post/find-media.ts';
import { releaseOf } from './github-inputs.ts';
import { errorsOf, findPatternErrors, invalid, missing } from './parse-inputs.ts';

/** The inputs of a post without a file. A post file has keys of the same names instead, except `text-file`. */
const CONTENT = [
  'text',
  'text-file',
  'media',
  'alt',
  'link',
  'title',
  'comment',
  'visibility',
  'id',
  'resend',
] as const;

/** The inputs that accept any text, and what the rules about them need to know. */
export interface ContentInputs extends InlineContent {
  readonly posts: string;
  readonly releaseTag: string;
  readonly owner?: string | null;
  readonly env: NodeJS.ProcessEnv;
}

export function* findContentErrors(given: ContentInputs) {
  const { posts, env } = given;
  if (posts === '') {
    yield* findMediaErrors(given);
    yield* findTextErrors(given);
    yield* findPostErrors(given);
    return;
  }
  yield* findPatternErrors('posts', posts, env);
  // A post file has keys for these.
  for (const name of CONTENT) {
    const isText = name === 'text' || name === 'text-file';
    const where = isText ? 'the text is in each post file' : `each post file has its own \`${name}\``;
    const value = name === 'text-file' ? given.textFile : given[name];
    const isGiven = [value].flat().some(Boolean);
    if (isGiven) yield invalid(name, `cannot be combined with \`posts\`; remove it: ${where}`);
  }
}

function* findMediaErrors({ media, alt, env }: ContentInputs) {
  for (const line of media) {
    const [, exclude = '', pattern] = RELEASE_LINE.exec(line) ?? [];
    if (pattern === undefined) yield* findPatternErrors('media', line, env);
    else yield* errorsOf(() => readNamePatterns(exclude + pattern, 'media'));
  }
  if (media.length > 0 && media.every((line) => line.startsWith('!')))
    yield invalid('media', 'has no pattern that includes files; write one without a `!` before it');
  if (media.length === 0 && alt.length > 0)
    yield invalid('alt', 'needs `media`, the pictures that it describes');
}

function* findTextErrors({ text, textFile: file, releaseTag: tag, env }: ContentInputs) {
  if (text === '' && file === '')
    yield missing('posts', 'is empty, and so are `text` and `text-file`; set one of them');
  if (text !== '' && file !== '')
    yield invalid('text-file', 'is set, but `text` is set too; keep one of them');
  if (text === RELEASE_NOTES && releaseOf(tag, env) === null)
    yield invalid('text', `is ${RELEASE_NOTES}, but there is no release: ${RELEASE_ADVICE}`);
}

/** The errors that do not depend on a text that is still to be read. */
function findPostErrors(given: ContentInputs): readonly InputError[] {
  const { text, textFile, releaseTag, owner, env } = given;
  if (text === '' && textFile === '') return [];
  const isGiven = textFile === '' && text !== RELEASE_NOTES;
  const release = releaseOf(releaseTag, env) && PLACEHOLDER_RELEASE;
  const context = { text: isGiven ? text : 'Text', owner: owner ?? '', release };
  return parseInlinePost(given, context).errors.filter((error) => error instanceof InputError);
}
