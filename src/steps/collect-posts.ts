// Collects the posts of a run with their media: searches, reads, downloads from the release, inspects. Sends nothing.

import path from 'node:path';
import { FileError, fileErrorIn, InputError } from '../errors/action-error.ts';
import { quoted } from '../format.ts';
import type { GitHubClient } from '../github/github-client.ts';
import { detailsOfEvent, fetchDetails, listAssets } from '../github/release.ts';
import type { PostInputs } from '../inputs/read-post-inputs.ts';
import { textOfReleaseNotes } from '../inputs/release-notes.ts';
import { readTextFile } from '../media/bytes.ts';
import { RELEASE_LINE } from '../media/find/assets.ts';
import { type FoundFiles, findFiles, findNamed } from '../media/find/find-files.ts';
import {
  type FoundFile,
  openWorkspace,
  relativePosixPath,
  type Workspace,
} from '../media/find/workspace.ts';
import { type PostContext, parseInlinePost, RELEASE_NOTES } from '../post/file/parse-post.ts';
import { hasFrontMatter, parsePostFile } from '../post/file/parse-post-file.ts';
import { unreadablePost, type WrittenPost } from '../post/file/post.ts';
import { type FoundMedia, findMedia, inspectPost } from '../post/post-media.ts';
import { reportSearch } from '../report/log/search-report.ts';
import type { Logger, Run } from '../run.ts';
import { downloadMedia } from './collect-files.ts';
import type { ProgramRun } from './run-program.ts';

interface CollectedPosts {
  readonly posts: readonly WrittenPost[];
  /** Sentences for the summary about patterns that matched nothing. */
  readonly remarks: readonly string[];
}

/** @throws InputError; CallError when the release cannot be read; the signal's reason when the run is aborted */
export async function collectPosts(inputs: PostInputs, run: ProgramRun): Promise<CollectedPosts> {
  const { posts: patterns, owner, timezone, release: request } = inputs;
  const found =
    patterns === '' ? null : await findFiles({ ...inputs, patterns, input: 'posts' }, run);
  const remarks = found === null ? [] : reportPosts(found, run.logger);
  if (found?.files.length === 0) return { posts: [], remarks };
  // A file that is named by its path may be hidden: the author named it on purpose.
  const options = { workspace: inputs.workspace, includeHiddenFiles: true };
  const workspace = await openWorkspace(options);
  // Reads the text before any call to GitHub, because a file that cannot be read is an error of the inputs.
  const text = found === null ? await readGivenText(inputs, workspace, run) : '';
  const release =
    request && (detailsOfEvent(request) ?? (await fetchDetails(request, gitHubOf(inputs, run))));
  const notes = release ?? { notes: '', tag: '' };
  const parsing = { owner, timezone, release };
  const posts =
    found === null
      ? [parseInlinePost(inputs, { ...parsing, text: text ?? textOfReleaseNotes(notes) })]
      : await readPosts(found.files, parsing, run);
  const isReleased = posts.some(({ entries }) =>
    entries.some(({ file }) => RELEASE_LINE.test(file)),
  );
  const assets =
    release && isReleased ? await listAssets(release.tag, gitHubOf(inputs, run)) : null;
  const media = new Map<WrittenPost, FoundMedia>();
  for (const post of posts)
    media.set(post, await findMedia(post, { workspace, folder: inputs.workspace, assets, run }));
  const own = [...media.values()].flatMap(({ refs }) => refs.map(({ source }) => source.path));
  const download = { sidecars: true, logger: run.logger };
  const released =
    assets === null
      ? []
      : await downloadMedia(own, { ...download, listed: assets, github: gitHubOf(inputs, run) });
  const context = {
    ...inputs,
    workspace: await openWorkspace({ ...options, released }),
    release,
    run,
  };
  const inspected: WrittenPost[] = [];
  for (const [post, refs] of media) inspected.push(await inspectPost(post, refs, context));
  return { posts: inspected, remarks };
}

/** Finding no post is no error, unless the workspace is empty. */
function reportPosts(found: FoundFiles, logger: Logger): string[] {
  const isSuspicious = found.unmatched.some(({ isFolderMissing }) => isFolderMissing);
  const ifNone = found.isWorkspaceEmpty ? 'error' : isSuspicious ? 'warn' : 'notice';
  const warnings = reportSearch([{ ...found, input: 'posts' }], ifNone, logger);
  return warnings.map(({ about, text }) => `${about}: ${text}`);
}

function gitHubOf({ githubError }: PostInputs, { github }: ProgramRun): GitHubClient {
  if (github === null) throw githubError;
  return github;
}

/** The text of the post of the inputs. Null if it is in the notes of the release. @throws InputError */
async function readGivenText(
  { text, textFile, workspace: folder }: PostInputs,
  workspace: Workspace,
  run: Run,
): Promise<string | null> {
  if (textFile === '') return text === RELEASE_NOTES ? null : text;
  const invalid = (problem: string, hint = '') =>
    new InputError('POST_TEXT', 'text-file', problem, { hint });
  const absolutePath = path.resolve(folder, textFile);
  const inside = relativePosixPath(folder, absolutePath);
  try {
    // An earlier step may write the text to a temporary folder. In the workspace, links are not followed.
    const found =
      inside === null
        ? { path: quoted(textFile), absolutePath }
        : await findNamed(inside, workspace);
    const { text: written } = await readTextFile(found, run.open);
    if (!FRONT_MATTER.test(written)) return written;
  } catch (thrown) {
    const { message, hint } = fileErrorIn(thrown);
    throw invalid(`cannot be read: ${message}`, hint);
  }
  // Readers would see the keys: a post file belongs in the input `posts`.
  throw invalid(
    `starts with front matter, which would be part of the text; set \`posts: ${quoted(textFile)}\` instead`,
  );
}

/** Keys, comments and lists between two lines `---`. */
const FRONT_MATTER = /^---[ \t]*\r?\n(?:(?:(?:[a-z]+:|[ \t#-]).*)?\r?\n)*?---[ \t]*(?:\r?\n|$)/;

/** Reads and parses the post files. The errors of a post are in it. */
async function readPosts(
  files: readonly FoundFile[],
  context: PostContext,
  { signal, open, logger }: Run,
): Promise<WrittenPost[]> {
  const posts: WrittenPost[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    try {
      const { text } = await readTextFile(file, open);
      if (hasFrontMatter(text) || !/(?:^|\/)readme\.md$/i.test(file.path))
        posts.push(parsePostFile(text, file.path, context));
      else logger.info(`${file.path} is skipped: it has no front matter, so it is not a post`);
    } catch (thrown) {
      const error = fileErrorIn(thrown);
      // A folder or `**` also matches the pictures beside the posts.
      const isText = /\.(?:md|markdown|txt)$/i.test(file.path);
      const hint = isText ? error.hint : 'A pattern such as `posts/**/*.md` matches only posts.';
      const unreadable = new FileError(error.code, file.path, error.problem, { hint });
      posts.push(unreadablePost(file.path, context.owner, unreadable));
    }
  }
  return posts;
}
