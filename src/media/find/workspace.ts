// The workspace on the disk: how its files are named and ordered for users, and whether a match is a regular file inside the
// workspace that may be uploaded. Searches with @actions/glob, the library of actions/upload-artifact. Never opens a file.

import { realpathSync, statSync } from 'node:fs';
import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';
import { create } from '@actions/glob';
import { FileError, InputError } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { pluralize, quoted } from '../../format.ts';
import { escapeGlob, type Pattern } from './patterns.ts';

export type SkipReason =
  | 'hidden'
  | 'link'
  | 'excluded'
  | 'outside'
  | 'not-a-file'
  | 'duplicate'
  | 'broken-link'
  | 'manifest';

export interface SkippedFile {
  readonly path: string;
  readonly reason: SkipReason;
}

/** Each description completes a sentence about one file or several. */
const SKIP_REASONS: Record<SkipReason, string> = {
  hidden: 'a hidden file or a link to one (`include-hidden-files: true` allows it)',
  link: 'reached through a link (`follow-symlinks: true` allows it)',
  excluded: 'a link to a file that a `!` line excludes',
  outside: 'outside the workspace, by its path or through a link',
  'not-a-file': 'not a regular file',
  duplicate: 'another name of a file that is already included',
  'broken-link': 'a broken link',
  manifest: 'the manifest, or a temporary file of it that a killed run left',
};

/** Why a match is not used. Only the upload action has inputs that allow it. */
function describeSkip(reason: SkipReason, isUpload = false): string {
  return isUpload ? SKIP_REASONS[reason] : SKIP_REASONS[reason].replace(/ \(`.*/, '');
}

/** `skipped: 1 path, a hidden file or a link to one`, for each reason. */
export function describeSkipped(skipped: readonly SkippedFile[], isUpload = false): string[] {
  return [...Map.groupBy(skipped, ({ reason }) => reason)].map(
    ([reason, left]) =>
      `skipped: ${pluralize(left.length, 'path')}, ${describeSkip(reason, isUpload)}`,
  );
}

export interface FoundFile {
  /** The name that users see: relative to the workspace, with `/` on every system. */
  readonly path: string;
  /** The real path. It had no links when it was found, so opening can reject all links. */
  readonly absolutePath: string;
  /** The size when it was found, or 0 if it was deleted by then. Inspection reads the size again. */
  readonly sizeBytes: number;
  /** Why a file from outside the workspace could not be written to the disk. */
  readonly error?: FileError;
}

export interface WorkspaceOptions {
  readonly workspace: string;
  /** Absent in the post action, which has no such input. */
  readonly followSymlinks?: boolean;
  readonly includeHiddenFiles?: boolean;
  /** Downloaded assets of a release. They are outside the workspace, and all beside each other. */
  readonly released?: readonly FoundFile[];
}

export interface Workspace {
  /** The real path of the workspace. */
  readonly root: string;
  /** The assets of a release by their path, `release:TAG/NAME`. */
  readonly released: ReadonlyMap<string, FoundFile>;
  /** Takes an absolute path. Returns null for a directory: the files in it are matches of their own. Never throws. */
  entryAt(absolute: string): Promise<FoundFile | SkippedFile | null>;
  /**
   * The file at a path below the workspace, or the released one; null without one. On a disk that ignores letter case or the Unicode form,
   * a file of another name is not that file: no approval covers it. @throws FileError `code` if it may not be used
   */
  fileAt(path: string, code: ErrorCode): Promise<FoundFile | null>;
  /** Reads the whole workspace, once. */
  list(): Promise<Listing>;
}

/** @throws InputError on GITHUB_WORKSPACE when the workspace cannot be read */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const root = await realpath(options.workspace).catch((cause: NodeJS.ErrnoException) => {
    const problem = `is ${options.workspace}, which cannot be read (${cause.code})`;
    const subject = { variable: 'GITHUB_WORKSPACE' };
    throw new InputError('INPUT_INVALID', subject.variable, problem, { subject });
  });
  const hidden = options.includeHiddenFiles ? null : /(^|\/)\./;
  const released = new Map(options.released?.map((file) => [file.path, file]));

  async function entryAt(absolute: string): Promise<FoundFile | SkippedFile | null> {
    const path = relativePosixPath(root, absolute) ?? toPosixPath(absolute);
    if (hidden?.test(path)) return { path, reason: 'hidden' };
    const real = await realpath(absolute).catch(() => null);
    if (real === null) {
      const stats = await lstat(absolute).catch(() => null);
      if (stats?.isSymbolicLink()) return { path, reason: 'broken-link' };
      // A file that was deleted since stays in the result: its inspection reports it by name.
      return { path, absolutePath: absolute, sizeBytes: 0 };
    }
    const realName = relativePosixPath(root, real);
    if (realName === null) return { path, reason: 'outside' };
    if (!options.followSymlinks && real !== absolute && (await isLinked(absolute, root)))
      return { path, reason: 'link' };
    // A link must not bypass this rule: `.env` under another name is still `.env`.
    if (hidden?.test(realName)) return { path, reason: 'hidden' };
    const stats = await stat(real).catch(() => null);
    if (stats?.isDirectory()) return null;
    if (stats?.isFile() === false) return { path, reason: 'not-a-file' };
    return { path, absolutePath: real, sizeBytes: stats?.size ?? 0 };
  }

  async function fileAt(path: string, code: ErrorCode): Promise<FoundFile | null> {
    const asset = released.get(path);
    if (asset?.error !== undefined) throw asset.error;
    if (asset !== undefined) return asset;
    const absolute = join(root, path);
    if ((await lstat(absolute).catch(() => null)) === null) return null;
    const entry = await entryAt(absolute);
    if (entry === null) throw new FileError(code, quoted(path), 'is a folder');
    if (!('reason' in entry))
      return options.followSymlinks || entry.absolutePath === absolute ? entry : null;
    throw new FileError(
      code,
      quoted(path),
      `is ${describeSkip(entry.reason, options.followSymlinks !== undefined)}`,
    );
  }

  let listing: Promise<Listing> | null = null;
  const list = () => {
    listing ??= listWorkspace(root);
    return listing;
  };
  return { root, released, entryAt, fileAt, list };
}

/** Enough for any folder of media. The walk goes from the workspace downwards. */
const MAX_LISTED = 10_000;

/** What a workspace has that is not hidden, in natural order. */
export interface Listing {
  readonly files: readonly string[];
  /** The names in each folder. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
}

/** Does not follow links. */
async function listWorkspace(root: string): Promise<Listing> {
  const files: string[] = [];
  const folders = new Map<string, readonly string[]>();
  const left = [''];
  for (const folder of left) {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    const shown = entries
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => inNaturalOrder(a.name, b.name));
    folders.set(
      folder,
      shown.map(({ name }) => name),
    );
    for (const entry of shown) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory()) left.push(path);
      else if (entry.isFile()) files.push(path);
    }
    if (files.length > MAX_LISTED) break;
  }
  return { files, folders };
}

/**
 * Whether a path is a link or has a link above it, up to `root`. Asks the disk: some find a file under another case or Unicode form
 * of its name, which is no link, and on others a link may differ from its target only in case.
 */
async function isLinked(absolute: string, root: string): Promise<boolean> {
  for (let path = absolute; path !== root && path !== dirname(path); path = dirname(path)) {
    const stats = await lstat(path).catch(() => null);
    if (stats === null || stats.isSymbolicLink()) return true;
  }
  return false;
}

/** Whether there is a file of this name and letter case. Some disks find `A.md` that was renamed to `a.md` under both names. */
export function existsExactly(workspace: string, path: string): boolean {
  try {
    const real = realpathSync.native(join(workspace, path));
    return real === join(realpathSync.native(workspace), path) && statSync(real).isFile();
  } catch {
    return false;
  }
}

export interface SearchOptions {
  readonly excludes: readonly Pattern[];
  readonly followSymlinks: boolean;
  readonly signal: AbortSignal;
}

/** A file that is deleted during a search ends it. How often it is repeated then. */
const MAX_REPEATS = 3;

/**
 * Yields the absolute paths of the files and links that the glob matches and no exclude does, some of them more than once.
 * @throws errors of the disk; the reason of `signal`
 */
export async function* search(
  { glob }: Pick<Pattern, 'glob'>,
  { excludes, followSymlinks, signal }: SearchOptions,
): AsyncGenerator<string> {
  const lines = [glob, ...excludes.map((exclude) => `!${exclude.glob}`)].join('\n');
  for (let repeats = 0; ; repeats += 1) {
    const globber = await create(lines, {
      followSymbolicLinks: followSymlinks,
      matchDirectories: false,
    });
    try {
      for await (const path of globber.globGenerator()) {
        signal.throwIfAborted();
        yield path;
      }
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const isChanged = code === 'ENOENT' || code === 'ENOTDIR';
      if (isChanged && repeats < MAX_REPEATS) continue;
      // The pattern has a file in place of a folder.
      if (code === 'ENOTDIR') return;
      throw error;
    }
  }
}

/** Whether an exclude matches the file at this real path, or a folder above it. */
export async function isExcluded(realPath: string, options: SearchOptions): Promise<boolean> {
  if (options.excludes.length === 0) return false;
  for await (const path of search(
    { glob: escapeGlob(realPath) },
    { ...options, followSymlinks: false },
  ))
    if (path === realPath) return false;
  return true;
}

/**
 * The path for users: with `/` on every system, which Windows accepts and shells do not unescape. On Linux and macOS, a `\` is
 * part of a name and stays.
 */
export function toPosixPath(path: string, separator: string = sep): string {
  return path.split(separator).join('/');
}

/** The path of `absolute` relative to `folder`, with `/`. Null if it is not below `folder`. Case-sensitive. */
export function relativePosixPath(folder: string, absolute: string): string | null {
  const start = folder.endsWith(sep) ? folder : folder + sep;
  return absolute.startsWith(start) && absolute !== start
    ? toPosixPath(absolute.slice(start.length))
    : null;
}

// One locale, so that every machine has the same order.
const COLLATOR = new Intl.Collator('en', { numeric: true });

/** A comparator for `sort`. Numbers count by their value, so `2.png` comes before `10.png`, and `B` follows `a`. */
export function inNaturalOrder(a: string, b: string): number {
  // The collator treats `01` and `1` as equal.
  return COLLATOR.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/** The order of files in every list. */
export function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return inNaturalOrder(a.path, b.path);
}
