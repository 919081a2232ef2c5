// Judges one match of a glob: is it a regular file inside the workspace, and may it be sent?
// Knows paths and links; never opens a file and knows nothing of patterns.

import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type FileError, InputError } from '../errors.ts';
import type { LeftOut } from './left-out.ts';
import { pathBelow, withSlashes } from './slashes.ts';
import type { Match } from './walk.ts';

export interface FoundFile {
  /** As users see it: relative to the workspace, with `/` on every system. */
  readonly path: string;
  /** The real path: free of links when it was found, so that it may be opened without following any. */
  readonly absolutePath: string;
  /** When it was found; 0 when it had vanished already. What is sent is measured anew. */
  readonly sizeBytes: number;
  /** Why a file that does not come from the workspace could not be brought to the disk. */
  readonly fault?: FileError;
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
  judge(match: Match): Promise<FoundFile | LeftOut | null>;
}

/** Throws InputError on `files` when the workspace itself cannot be reached. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const root = options.workspace;
  const realRoot = await realpath(root).catch((cause: NodeJS.ErrnoException) => {
    throw new InputError('INPUT_INVALID', 'files', `the workspace cannot be read (${cause.code})`);
  });
  const isLinked = linkDetector([root, realRoot]);
  const mayShow = (name: string) => options.includeHiddenFiles || !isHidden(name);

  async function judge({ path: absolute, place }: Match): Promise<FoundFile | LeftOut | null> {
    const name = pathBelow(root, absolute) ?? pathBelow(realRoot, absolute);
    const path = name ?? withSlashes(absolute);
    if (name !== null && !mayShow(name)) return { path, rule: 'hidden' };
    const real = await realpath(place).catch(() => null);
    if (real === null) return judgeUnreachable({ path, place }, name !== null);
    const realName = pathBelow(realRoot, real);
    if (realName === null) return { path, rule: 'outside' };
    // What lies inside but was matched by a path from outside was reached through a link.
    const isLink = name === null || (await isLinked(absolute));
    if (isLink && !options.followSymlinks) return { path, rule: 'link' };
    // A link must not lay open what hides: `.env` under another name is still `.env`.
    if (!mayShow(realName)) return { path, rule: 'hidden' };
    return judgeKind(real, name ?? realName);
  }
  return { root: realRoot, judge };
}

async function judgeKind(real: string, path: string): Promise<FoundFile | LeftOut | null> {
  const stats = await stat(real).catch(() => null);
  if (stats?.isDirectory()) return null;
  // A file that vanished just now stays in: its inspection tells so by name.
  if (stats?.isFile() === false) return { path, rule: 'not-a-file' };
  return { path, absolutePath: real, sizeBytes: stats?.size ?? 0 };
}

async function judgeUnreachable({ path, place }: Match, isInside: boolean): Promise<FoundFile | LeftOut> {
  const isLink = await lstat(place).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  if (isLink) return { path, rule: 'broken-link' };
  return isInside ? { path, absolutePath: place, sizeBytes: 0 } : { path, rule: 'outside' };
}

/**
 * Tells whether a path below one of the roots is a link or leads through one. Asks the disk about each directory, since
 * comparing with the real path would call a name in other case, or in another Unicode form, a link.
 */
function linkDetector(roots: readonly string[]): (absolute: string) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>(roots.map((root) => [root, Promise.resolve(false)]));
  const isLinked = (absolute: string): Promise<boolean> => {
    const above = dirname(absolute);
    const answer =
      known.get(absolute) ??
      (above === absolute
        ? Promise.resolve(false)
        : isLinked(above).then(async (linked) => linked || (await lstat(absolute)).isSymbolicLink()));
    known.set(absolute, answer);
    return answer;
  };
  return (absolute) => isLinked(absolute).catch(() => true);
}

function isHidden(name: string): boolean {
  return name.split('/').some((segment) => segment.startsWith('.'));
}
