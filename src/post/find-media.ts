// Finds the media of the posts: files of the workspace, by their path or by a pattern, and assets of the release.

import { lstat, readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { FileError, fileErrorIn, inputErrorsIn } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { formatFirst } from '../format.ts';
import { findFiles } from '../media/find/find-files.ts';
import { matchNames, readNamePatterns } from '../media/find/name-patterns.ts';
import { describeIdle } from '../media/find/pattern-mistakes.ts';
import { escapeGlob } from '../media/find/patterns.ts';
import { explain, type Listing, listWorkspace } from '../media/find/suggestions.ts';
import {
  describeSkip,
  describeSkipped,
  type FoundFile,
  inNaturalOrder,
  openWorkspace,
  type Workspace,
} from '../media/find/workspace.ts';
import type { Run } from '../run.ts';
import type { Finding, KeyPath } from './file/finding.ts';
import type { MediaEntry } from './file/post.ts';
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
  readonly findings: readonly Finding[];
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
    const found = await this.#findIfThere(path);
    if (found !== null) return found;
    const missing = (problem: string, hint = '') => new FileError('FILE_UNREADABLE', path, problem, { hint });
    // Only the inputs have patterns: the order of a post and its alternative texts need the name of each file.
    if (/[*?]/.test(path))
      throw missing(
        'is a pattern, but a post file names its files: write one line per file, such as `- media/dashboard.png`',
      );
    const { root } = await this.#workspace;
    this.#listing ??= listWorkspace(root);
    const segments = posix.normalize(path).split('/').map(escapeGlob);
    // An author may write a path as seen from the post file.
    const near = posix.dirname(post ?? '');
    const context = { listing: await this.#listing, excludes: [], matches: new Set<string>(), near };
    const { reason, isAdvice } = await explain(path, segments, context);
    throw missing(`does not exist${reason && ` (${reason})`}`, isAdvice ? '' : PATH_HINT);
  }

  /**
   * An alternative text. Null when there is no file of exactly this name, also on a disk that ignores letter case or the Unicode
   * form: no approval covers a file of another name. @throws as `find`
   */
  async findText(path: string): Promise<FoundFile | null> {
    const { root } = await this.#workspace;
    const names: string[] = await readdir(join(root, posix.dirname(path))).catch(() => []);
    return names.includes(posix.basename(path)) ? await this.#findIfThere(path) : null;
  }

  async #findIfThere(path: string): Promise<FoundFile | null> {
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
  readonly run: Pick<Run, 'signal'>;
}

/** An entry of `media` that stands for assets of the release: `release:PATTERN`, in the inputs also after `!`. */
export const RELEASE_LINE = /^(!?\s*)release:(.*)$/;

/** Finds the media of a post file, whose entries are paths, or `release:` with one pattern. */
export async function findEntries(
  media: readonly MediaEntry[],
  { named, assets, post }: MediaPlaces,
): Promise<FoundRefs> {
  return await findEach(media, async (file, refs) => {
    const [, , pattern] = RELEASE_LINE.exec(file) ?? [];
    const sources =
      pattern === undefined ? [await named.find(file, post)] : matchAssets([pattern], assets).matched;
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

/** `find` gets what the entries before stand for, by path. A file that two entries match takes its place from the first. */
async function findEach(
  media: readonly MediaEntry[],
  find: (file: string, refs: ReadonlyMap<string, MediaRef>) => Promise<readonly MediaRef['source'][]>,
): Promise<FoundRefs> {
  const refs = new Map<string, MediaRef>();
  const findings: Finding[] = [];
  for (const [entry, { file }] of media.entries()) {
    try {
      for (const source of await find(file, refs))
        if (!refs.has(source.path)) refs.set(source.path, { entry, source });
    } catch (error) {
      // The error of a pattern names the input of the other action.
      const [ofInput] = inputErrorsIn(error) ?? [];
      const known = ofInput === undefined ? error : new FileError('POST_MEDIA', file, ofInput.problem);
      findings.push(toFinding(known, ['media', entry], 'POST_MEDIA'));
    }
  }
  return { refs: [...refs.values()], findings };
}

/** The finding about a file of a post. @throws `thrown` if it is another error */
export function toFinding(thrown: unknown, path: KeyPath, code?: ErrorCode): Finding {
  const error = fileErrorIn(thrown);
  return { code: code ?? error.code, path, problem: error.message, isSentence: true, hint: error.hint };
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
  if (found.findings.length > 0) return found;
  const findings = [...idle].map((line) => ({
    code: null,
    path: ['media'],
    isSentence: true,
    problem: describeIdle(line),
  }));
  return { ...found, findings };
}

/** What a pattern stands for, and the `!` lines that exclude nothing from it. */
interface PatternMatches<T> {
  readonly matched: readonly T[];
  readonly idle: readonly string[];
}

/** @throws InputError; FileError */
async function findPattern(
  lines: readonly string[],
  { workspace, run }: MediaPlaces,
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
    run,
  );
  if (files.length > 0) return { matched: files, idle };
  const [{ reason, isAdvice } = { reason: '', isAdvice: false }] = unmatched;
  const why = [reason, ...describeSkipped(skipped)].filter((one) => one !== '').join('; ');
  const problem = `matched no file that can be used${why && ` (${why})`}`;
  const hint = isAdvice ? '' : PATTERN_HINT;
  throw new FileError('POST_MEDIA', `the pattern ${lines[0]}`, problem, { hint });
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
  const invalid = (problem: string) => new FileError('POST_MEDIA', `release:${patterns[0]}`, problem);
  if (assets === null) throw invalid(`needs a release, but there is none: ${RELEASE_ADVICE}`);
  const { matched, unmatched, idle } = matchNames(readNamePatterns(patterns.join('\n'), 'media'), assets);
  if (matched.length > 0)
    return { matched: matched.toSorted((a, b) => inNaturalOrder(a.name, b.name)), idle };
  const reason = unmatched[0]?.reason ?? '';
  const names = assets.map(({ name }) => name);
  const all = formatFirst(names, 10) || 'none';
  throw invalid(`matches no asset of the release${reason && ` (${reason})`}; its assets are ${all}`);
}
