// Finds the posts of a run: the post files that match the patterns, or the text of the one post of the inputs.

import path from 'node:path';
import { FileError, fileErrorIn, InputError, toActionError } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import { readTextFile } from '../media/bytes.ts';
import { type FoundFiles, findFiles } from '../media/find/find-files.ts';
import { describeIdle } from '../media/find/pattern-mistakes.ts';
import { withInput } from '../media/find/patterns.ts';
import { describeUnmatched } from '../media/find/suggestions.ts';
import { describeSkipped, type FoundFile, toPosixPath } from '../media/find/workspace.ts';
import type { Run } from '../run.ts';
import { type InlineContent, parseInlinePost, RELEASE_NOTES } from './file/inline-post.ts';
import { hasFrontMatter, parsePostFile } from './file/parse-post-file.ts';
import { unreadablePost, type WrittenPost } from './file/post.ts';
import { type ReleaseDetails, releaseNotesHint, textOfReleaseNotes } from './file/release-notes.ts';
import type { NamedFiles } from './find-media.ts';

/** A repository has fewer posts. Only a pattern that matches everything reaches it. */
const MAX_POST_FILES = 10_000;

/** The post files, in the order of their paths. Finding none is not an error. @throws InputError on `posts` */
export function findPostFiles(
  { posts: patterns, workspace }: { readonly posts: string; readonly workspace: string },
  run: Pick<Run, 'signal'>,
): Promise<FoundFiles> {
  const options = { patterns, workspace, followSymlinks: false, includeHiddenFiles: false, sidecars: false };
  return findFiles({ ...options, maxFiles: MAX_POST_FILES }, run).catch((error) => {
    if (toActionError(error).code !== 'FILES_TOO_MANY') throw withInput(error, 'posts');
    const text = `matches more than ${pluralize(MAX_POST_FILES, 'file')}: name the folder of the posts`;
    throw new InputError(error.code, 'posts', text);
  });
}

/** Returns what the summary repeats: the patterns that matched nothing. @throws InputError WORKSPACE_EMPTY */
export function logPostFiles(found: FoundFiles, { logger }: Pick<Run, 'logger'>): string[] {
  const { files, skipped, unmatched, idle, isWorkspaceEmpty } = found;
  const target = { title: 'input posts' };
  if (isWorkspaceEmpty)
    throw new InputError(
      'WORKSPACE_EMPTY',
      'posts',
      'matches no file: the workspace is empty, probably because no step has checked out the repository',
    );
  logger.info(`${pluralize(files.length, 'file')} found`);
  const reasons = describeSkipped(skipped);
  for (const one of reasons) logger.info(one);
  const texts = unmatched.map(describeUnmatched);
  if (files.length > 0) {
    texts.push(...idle.map(describeIdle));
    for (const text of texts) logger.warning(text, target);
    return texts;
  }
  const why =
    [...texts, ...reasons].join('; ') ||
    'it has no pattern that includes files; write one without a `!` before it';
  const isSuspicious = unmatched.some(({ isFolderMissing }) => isFolderMissing);
  const log = isSuspicious ? logger.warning : logger.notice;
  const text = `posts matches no file, so there is nothing to post: ${why}`;
  log(text, target);
  return [text];
}

interface TextContext {
  readonly workspace: string;
  readonly named: NamedFiles;
  readonly run: Run;
}

/** The text of the post of the inputs. Null if it is in the notes of the release. @throws InputError */
export async function readGivenText(
  { text, textFile }: InlineContent,
  context: TextContext,
): Promise<string | null> {
  if (textFile !== '') return await readTextOfFile(textFile, context);
  return text === RELEASE_NOTES ? null : text;
}

interface ReadContext {
  /** The author of a post that names none. */
  readonly owner: string;
  readonly release: ReleaseDetails | null;
  readonly run: Run;
}

/** `given`: the result of `readGivenText`. @throws InputError for release notes without a text */
export function readInlinePost(
  content: InlineContent,
  given: string | null,
  { owner, release }: ReadContext,
): WrittenPost {
  if (given !== null) return parseInlinePost(content, { text: given, owner, release });
  const { notes, tag } = release ?? { notes: '', tag: '' };
  const text = textOfReleaseNotes(notes, tag);
  return parseInlinePost(content, { text, textHint: releaseNotesHint(tag), owner, release });
}

/** Reads and parses the post files. The errors of a post are in it. */
export async function readPosts(files: readonly FoundFile[], context: ReadContext): Promise<WrittenPost[]> {
  const posts: WrittenPost[] = [];
  for (const file of files) {
    context.run.signal.throwIfAborted();
    const post = await readPost(file, context);
    if (post !== null) posts.push(post);
  }
  return posts;
}

/** Returns null for a README that is no post. */
async function readPost(file: FoundFile, { owner, release, run }: ReadContext): Promise<WrittenPost | null> {
  try {
    const { text } = await readTextFile(file, run.open);
    if (!/(?:^|\/)readme\.md$/i.test(file.path) || hasFrontMatter(text))
      return parsePostFile(text, file.path, { owner, release });
    run.logger.info(`${file.path} is skipped: it has no front matter, so it is not a post`);
    return null;
  } catch (thrown) {
    const error = fileErrorIn(thrown);
    // A folder or `**` also matches the pictures beside the posts.
    const isText = /\.(?:md|markdown|txt)$/i.test(file.path);
    const hint = isText ? error.hint : 'A pattern such as `posts/**/*.md` matches only posts.';
    const unreadable = new FileError(error.code, file.path, error.problem, { hint });
    return unreadablePost(file.path, owner, unreadable);
  }
}

/** @throws InputError */
async function readTextOfFile(file: string, { workspace, named, run }: TextContext): Promise<string> {
  const relative = path.relative(workspace, path.resolve(workspace, file));
  const isOutside = relative.startsWith('..') || path.isAbsolute(relative);
  try {
    // An earlier step may write the text to a temporary folder. In the workspace, links are not followed.
    const found = isOutside
      ? { path: file, absolutePath: path.resolve(workspace, file), sizeBytes: 0 }
      : await named.find(toPosixPath(relative));
    const { text } = await readTextFile(found, run.open);
    return withoutFrontMatter(text, file);
  } catch (thrown) {
    const { code, message, hint } = fileErrorIn(withInput(thrown, 'text-file'));
    throw new InputError(code, 'text-file', `cannot be read: ${message}`, { hint });
  }
}

/** Keys, comments and lists between two lines `---`. */
const FRONT_MATTER = /^---[ \t]*\n(?:(?:(?:[a-z]+:|[ \t#-]).*)?\n)*?---[ \t]*(?:\n|$)/;

/** Readers would see the keys: a post file belongs in the input `posts`. */
function withoutFrontMatter(text: string, file: string): string {
  if (!FRONT_MATTER.test(text.replaceAll('\r\n', '\n'))) return text;
  const reason = `starts with front matter, which would be part of the text; set \`posts: ${file}\` instead`;
  throw new InputError('POST_TEXT', 'text-file', reason);
}
