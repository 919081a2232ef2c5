// Files of the workspace that a post names by their path. Links are not followed.

import { readdirSync } from 'node:fs';
import { lstat, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { FileError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import { inNaturalOrder } from '../../media/find/natural-order.ts';
import type { Folder } from '../../media/find/suggestions.ts';
import {
  type FoundFile,
  openWorkspace,
  SKIP_REASONS,
  type SkippedFile,
  type SkipReason,
  type Workspace,
} from '../../media/find/workspace.ts';
import { describeFolder } from '../log/search-report.ts';

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

export class NamedFiles {
  readonly #folder: string;
  #opening: Promise<Workspace> | null = null;

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
   * `path` is relative to the workspace, with `/`.
   * @throws FileError FILE_UNREADABLE, whose message starts with the path; InputError on `files` when the workspace cannot
   * be read
   */
  async find(path: string): Promise<FoundFile> {
    const found = await this.findIfThere(path);
    if (found !== null) return found;
    const folder = await this.#folderOf(path);
    const other = folder?.names.find((name) => name.toLowerCase() === basename(path).toLowerCase());
    if (other !== undefined) {
      const otherPath = join(dirname(path), other);
      const message = `${path} does not exist, but ${otherPath} does: names are case-sensitive`;
      throw new FileError('FILE_UNREADABLE', message);
    }
    const advice = folder === null ? '' : `: ${describeFolder(folder)}`;
    throw new FileError('FILE_UNREADABLE', `${path} does not exist${advice}`);
  }

  /** Null when there is no such file. @throws as `find` */
  async findIfThere(path: string): Promise<FoundFile | null> {
    const workspace = await this.#workspace;
    const absolute = join(workspace.root, path);
    const isThere = await lstat(absolute).then(
      () => true,
      () => false,
    );
    if (!isThere) return null;
    const classified = await workspace.classify(absolute);
    if (classified === null) throw new FileError('FILE_UNREADABLE', `${path} is a folder`);
    if ('reason' in classified)
      throw new FileError('FILE_UNREADABLE', `${path} is ${describeSkip(classified.reason)}`);
    return classified;
  }

  /** Null if it does not exist or is outside the workspace. Hidden files are not listed. */
  async #folderOf(path: string): Promise<Folder | null> {
    const { root } = await this.#workspace;
    const folder = await realpath(join(root, dirname(path))).catch(() => null);
    if (folder === null || !`${folder}${sep}`.startsWith(`${root}${sep}`)) return null;
    const names = await readdir(folder).catch(() => []);
    const name = dirname(path) === '.' ? '' : dirname(path);
    return { path: name, names: names.filter((one) => !one.startsWith('.')).sort(inNaturalOrder) };
  }
}

/**
 * Whether the workspace has a file of this name, with the same letter case. Some disks ignore letter case: there, `A.md`
 * that was renamed to `a.md` is found under both names.
 */
export function existsExactly(workspace: string, path: string, namesIn = namesInFolder): boolean {
  let folder = workspace;
  for (const name of path.split('/')) {
    if (!namesIn(folder).includes(name)) return false;
    folder = join(folder, name);
  }
  return true;
}

function namesInFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
