// Finds the media of the posts: files of the workspace, by their path or by a pattern, and assets of the release.

import { lstat, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import type { Deps } from '../deps.ts';
import { ActionError, FileError, fileErrorIn, inputErrorsIn, toActionError } from '../errors/action-error.ts';
import { formatFirst, pluralize } from '../format.ts';
import { findFiles } from '../media/find/find-files.ts';
import { matchNames, readNamePatterns } from '../media/find/name-patterns.ts';
import { describeIdle } from '../media/find/pattern-mistakes.ts';
import { escapeGlob } from '../media/find/patterns.ts';
import { describeUnmatched, explain, type Listing, listWorkspace } from '../media/find/suggestions.ts';
import {
  type FoundFile,
  inNaturalOrder,
  openWorkspace,
  SKIP_REASONS,
  type SkippedFile,
  type SkipReason,
  type Workspace,
} from '../media/find/workspace.ts';
import { pictureIn } from './file/media-lines.ts';
import { UNREADABLE_ENTRY } from './file/parse-post.ts';
import type { MediaEntry } from './file/post.ts';
import { type PostIssue, type PostNote, toIssue, toMediaIssue } from './file/post-issue.ts';
import { RELEASE_ADVICE } from './file/text-rules.ts';

/** A file of the release, before it is downloaded. */
export interface AssetRef {
  /** `release:TAG/NAME` */
  readonly path: string;
  readonly name: string;
}

/** One file of a post. `entry` is the index in its `entries`. */
export interface MediaRef {
  readonly entry: number;
  readonly source: FoundFile | AssetRef;
}

export interface FoundRefs {
  /** In display order. */
  readonly refs: readonly MediaRef[];
  readonly issues: readonly PostIssue[];
  readonly warnings: readonly PostNote[];
}

const PATH_HINT =
  'Write the path relative to the workspace, which a step such as actions/checkout has to fill before this one.';

/** Files of the workspace that a post names by their path. Links are not followed. */
export class NamedFiles {
  readonly #folder: string;
  #opening: Promise<Workspace> | null = null;
  #listing: Promise<Listing> | null = null;

  /** The workspace is read on the first use: a post without files needs none. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  get #workspace(): Promise<Workspace> {
    // A file that is named by its path may be hidden: the author named it on purpose.
    const options = { workspace: this.#folder, followSymlinks: false, includeHiddenFiles: true };
    this.#opening ??= openWorkspace(options);
    return this.#opening;
  }

  /**
   * `path` is relative to the workspace, with `/`. `post`: the post file that names it.
   * @throws FileError FILE_UNREADABLE; InputError on `files` when the workspace cannot be read
   */
  async find(path: string, post: string | null = null): Promise<FoundFile> {
    const found = await this.findIfThere(path);
    if (found !== null) return found;
    const { root } = await this.#workspace;
    this.#listing ??= listWorkspace(root);
    const segments = posix.normalize(path).split('/').map(escapeGlob);
    // An author may write a path as seen from the post file.
    const near = posix.dirname(post ?? '');
    const context = { listing: await this.#listing, excludes: [], matches: new Set<string>(), near };
    const { reason, isAdvice } = await explain(path, segments, context);
    const hint = isAdvice ? '' : PATH_HINT;
    throw new FileError('FILE_UNREADABLE', path, `does not exist${reason && ` (${reason})`}`, { hint });
  }

  /**
   * An alternative text. Null when there is no file of exactly this name, also on a disk that ignores letter case or the Unicode
   * form: no approval covers a file of another name. @throws as `find`
   */
  async findText(path: string): Promise<FoundFile | null> {
    const { root } = await this.#workspace;
    const names: string[] = await readdir(join(root, posix.dirname(path))).catch(() => []);
    return names.includes(posix.basename(path)) ? await this.findIfThere(path) : null;
  }

  /** Null when there is no such file. @throws as `find` */
  async findIfThere(path: string): Promise<FoundFile | null> {
    const workspace = await this.#workspace;
    const absolute = join(workspace.root, path);
    if ((await lstat(absolute).catch(() => null)) === null) return null;
    const entry = await workspace.entryAt(absolute);
    if (entry === null) throw new FileError('FILE_UNREADABLE', path, 'is a folder');
    if ('reason' in entry) throw new FileError('FILE_UNREADABLE', path, `is ${describeSkip(entry.reason)}`);
    return entry;
  }
}

export interface MediaPlaces {
  readonly named: NamedFiles;
  readonly workspace: string;
  /** All assets of the release; null without one. */
  readonly assets: readonly AssetRef[] | null;
  /** The post file that names the media. */
  readonly post?: string | null;
  readonly runtime: Pick<Deps, 'signal'>;
}

/** An entry of `media` that stands for assets of the release: `release:PATTERN`, in the inputs also after `!`. */
export const RELEASE_LINE = /^(!?\s*)release:(.*)$/;

/** Finds the media of a post file, whose entries are paths, or `release:` with one pattern. */
export async function findEntries(media: readonly MediaEntry[], places: MediaPlaces): Promise<FoundRefs> {
  return await findEach(media, async (file, refs) => {
    const [, , pattern] = RELEASE_LINE.exec(file) ?? [];
    const sources =
      pattern === undefined ? [await findNamed(file, places)] : matchAssets([pattern], places.assets).matched;
    const known = sources.map(({ path }) => refs.get(path));
    const [first] = known;
    // A line that was copied, and not changed, would show the same picture twice.
    if (first !== undefined && !known.includes(undefined)) {
      const place = `entry ${first.entry + 1} of \`media\``;
      throw new FileError('POST_MEDIA', file, `adds nothing: ${first.source.path} is already in ${place}`);
    }
    return sources;
  });
}

/** Finds what one entry stands for. `refs`: what the entries before it stand for, by path. */
type FindEntry = (
  file: string,
  refs: ReadonlyMap<string, MediaRef>,
) => Promise<readonly MediaRef['source'][]>;

/** A file that two entries match takes its place from the first. */
async function findEach(media: readonly MediaEntry[], find: FindEntry): Promise<FoundRefs> {
  const refs = new Map<string, MediaRef>();
  const issues: PostIssue[] = [];
  for (const [entry, { file }] of media.entries()) {
    if (file === UNREADABLE_ENTRY) continue;
    try {
      for (const source of await find(file, refs))
        if (!refs.has(source.path)) refs.set(source.path, { entry, source });
    } catch (error) {
      issues.push(issueOf(error, entry, file));
    }
  }
  return { refs: [...refs.values()], issues, warnings: [] };
}

/** Only the input `media` has patterns: the order of a post and its alternative texts need the name of each file. */
async function findNamed(file: string, { named, post }: MediaPlaces): Promise<FoundFile> {
  const found = /[*?]/.test(file) ? await named.findIfThere(file) : await named.find(file, post);
  if (found !== null) return found;
  throw new FileError(
    'POST_MEDIA',
    file,
    'is a pattern, but a post file names its files: write one line per file, such as `- media/dashboard.png`',
  );
}

/** Finds the media of the input `media`: patterns of files among them, and `!` lines, which exclude from all others. */
export async function findLines(media: readonly MediaEntry[], places: MediaPlaces): Promise<FoundRefs> {
  const excludes = media.map(({ file }) => file).filter((line) => line.startsWith('!'));
  const idle = new Set(excludes);
  const found = await findEach(media, async (line) => {
    if (line.startsWith('!')) return [];
    const isRelease = RELEASE_LINE.test(line);
    const own = excludes.filter((one) => RELEASE_LINE.test(one) === isRelease);
    // `!release:*.gif` is the pattern `!*.gif` for names of assets.
    const toPattern = (one: string) => one.replace(RELEASE_LINE, '$1$2');
    const patterns = [line, ...own].map(toPattern);
    const { matched, ...rest } = isRelease
      ? matchAssets(patterns, places.assets)
      : await findPattern(patterns, places);
    for (const one of own) if (!rest.idle.includes(toPattern(one))) idle.delete(one);
    return matched;
  });
  // A line without matches may have been excluded as a whole.
  if (found.issues.length > 0) return found;
  const warnings = [...idle].map((line) => ({
    path: ['media'],
    problem: describeIdle(line),
    isSentence: true,
  }));
  return { ...found, warnings };
}

/** What a pattern stands for, and the `!` lines that exclude nothing from it. */
interface PatternMatches<T> {
  readonly matched: readonly T[];
  readonly idle: readonly string[];
}

/** @throws InputError */
async function findPattern(
  lines: readonly string[],
  { workspace, runtime }: MediaPlaces,
): Promise<PatternMatches<FoundFile>> {
  const { files, skipped, unmatched, idle } = await findFiles(
    {
      patterns: lines.join('\n'),
      workspace,
      followSymlinks: false,
      includeHiddenFiles: false,
      maxFiles: MAX_FILES,
      sidecars: true,
    },
    runtime,
  );
  if (files.length === 0) {
    const [reason] = unmatched;
    const why = skipped.length === 0 ? '' : ` (skipped: ${describeSkipped(skipped).join('; ')})`;
    const text = `the pattern ${lines[0]} matched no file that can be used${why}`;
    const problem = reason === undefined ? text : describeUnmatched(reason);
    const hint = reason?.isAdvice ? '' : PATTERN_HINT;
    throw new ActionError('POST_MEDIA', problem, { hint });
  }
  return { matched: files, idle };
}

const PATTERN_HINT =
  'Correct the pattern. It selects files of the workspace, which actions/checkout fills; `release:PATTERN` selects assets of the release.';

/** More than any post has: only a pattern that matches a whole repository reaches it. */
const MAX_FILES = 1000;

/** @throws FileError; InputError for an invalid pattern */
function matchAssets(
  patterns: readonly string[],
  assets: readonly AssetRef[] | null,
): PatternMatches<AssetRef> {
  const named = `release:${patterns[0]}`;
  if (assets === null)
    throw new FileError('POST_MEDIA', named, `needs a release, but there is none: ${RELEASE_ADVICE}`);
  const { matched, unmatched, idle } = matchNames(readNamePatterns(patterns.join('\n'), 'media'), assets);
  if (matched.length === 0) {
    const reason = unmatched[0] === undefined ? `${named} matches no asset` : describeUnmatched(unmatched[0]);
    const names = assets.map(({ name }) => name);
    const all = formatFirst(names, 10) || 'there are none';
    throw new ActionError('POST_MEDIA', `${reason} among the assets of the release (${all})`);
  }
  return { matched: matched.toSorted((a, b) => inNaturalOrder(a.name, b.name)), idle };
}

/** `line` is the entry as it is written. An error of its pattern names the input. */
function issueOf(error: unknown, entry: number, line: string): PostIssue {
  const path = ['media', entry];
  const [ofInput] = inputErrorsIn(error) ?? [];
  if (ofInput !== undefined)
    return { code: 'POST_MEDIA', path, problem: `${line} ${ofInput.problem}`, isSentence: true };
  const known = toActionError(error);
  if (known.code === 'POST_MEDIA') return { ...toIssue(known, path), ...pictureIn(line) };
  return { ...toMediaIssue(fileErrorIn(error), path), ...pictureIn(line) };
}

/** `1 path, a hidden file or a link to one`, for each reason why matches of a pattern are not used. */
export function describeSkipped(skipped: readonly SkippedFile[]): string[] {
  return [...Map.groupBy(skipped, ({ reason }) => reason)].map(
    ([reason, left]) => `${pluralize(left.length, 'path')}, ${describeSkip(reason)}`,
  );
}

/** Why a match of a pattern is not used. The inputs that would allow it belong to the other action. */
function describeSkip(reason: SkipReason): string {
  return SKIP_REASONS[reason].replace(/ \(`[a-z-]+: true` allows it\)/, '');
}
