// Judges one match of a glob: is it a regular file inside the workspace, and may it be sent?
// Knows paths and links; never opens a file and knows nothing of patterns.

import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileError, InputError } from '../../errors.ts';
import { relativePosixPath, toPosixPath } from './posix-paths.ts';
import type { SkippedFile } from './skip-reasons.ts';
import type { Match } from './walk.ts';

export interface FoundFile {
  /** As users see it: relative to the workspace, with `/` on every system. */
  readonly path: string;
  /** The real path: free of links when it was found, so that it may be opened without following any. */
  readonly absolutePath: string;
  /** When it was found; 0 when it had vanished already. What is sent is measured anew. */
  readonly sizeBytes: number;
  /** Why a file that does not come from the workspace could not be brought to the disk. */
  readonly error?: FileError;
}

export interface WorkspaceOptions {
  readonly workspace: string;
  readonly followSymlinks: boolean;
  readonly includeHiddenFiles: boolean;
}

export interface Workspace {
  /** The real path of the workspace. */
  readonly root: string;
  /** Null for directories: what they hold is judged by itself. Never throws for a match. */
  classify(match: Match): Promise<FoundFile | SkippedFile | null>;
}

/** Throws InputError on `files` when the workspace itself cannot be reached. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const root = options.workspace;
  const realRoot = await realpath(root).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError('INPUT_INVALID', 'files', `the workspace cannot be read (${cause.code})`);
  });
  const isLinked = linkDetector([root, realRoot]);
  const isVisible = (name: string) => options.includeHiddenFiles || !isHidden(name);

  async function classify({ path: absolute, resolvedPath }: Match): Promise<FoundFile | SkippedFile | null> {
    const name = relativePosixPath(root, absolute) ?? relativePosixPath(realRoot, absolute);
    const path = name ?? toPosixPath(absolute);
    if (name !== null && !isVisible(name)) return { path, reason: 'hidden' };
    const real = await realpath(resolvedPath).catch(() => null);
    if (real === null) return classifyUnreachable({ path, resolvedPath }, name !== null);
    const realName = relativePosixPath(realRoot, real);
    if (realName === null) return { path, reason: 'outside' };
    // What lies inside but was matched by a path from outside was reached through a link.
    const isLink = name === null || (await isLinked(absolute));
    if (isLink && !options.followSymlinks) return { path, reason: 'link' };
    // A link must not lay open what hides: `.env` under another name is still `.env`.
    if (!isVisible(realName)) return { path, reason: 'hidden' };
    return classifyKind(real, name ?? realName);
  }
  return { root: realRoot, classify };
}

async function classifyKind(real: string, path: string): Promise<FoundFile | SkippedFile | null> {
  const stats = await stat(real).catch(() => null);
  if (stats?.isDirectory()) return null;
  // A file that vanished just now stays in: its inspection tells so by name.
  if (stats?.isFile() === false) return { path, reason: 'not-a-file' };
  return { path, absolutePath: real, sizeBytes: stats?.size ?? 0 };
}

async function classifyUnreachable(
  { path, resolvedPath }: Match,
  isInside: boolean,
): Promise<FoundFile | SkippedFile> {
  const isLink = await lstat(resolvedPath).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  if (isLink) return { path, reason: 'broken-link' };
  return isInside ? { path, absolutePath: resolvedPath, sizeBytes: 0 } : { path, reason: 'outside' };
}

/**
 * Tells whether a path below one of the roots is a link or leads through one. Asks the disk about each directory, since
 * comparing with the real path would call a name in other case, or in another Unicode form, a link.
 */
function linkDetector(roots: readonly string[]): (absolute: string) => Promise<boolean> {
  const cache = new Map<string, Promise<boolean>>(roots.map((root) => [root, Promise.resolve(false)]));
  const isLinked = (absolute: string): Promise<boolean> => {
    const parent = dirname(absolute);
    const isLink =
      cache.get(absolute) ??
      (parent === absolute
        ? Promise.resolve(false)
        : isLinked(parent).then(async (linked) => linked || (await lstat(absolute)).isSymbolicLink()));
    cache.set(absolute, isLink);
    return isLink;
  };
  return (absolute) => isLinked(absolute).catch(() => true);
}

function isHidden(name: string): boolean {
  return name.split('/').some((segment) => segment.startsWith('.'));
}
