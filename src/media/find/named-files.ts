// Files of the workspace that a post names by their path. Links are not followed.

import { realpathSync } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { FileError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import { escapeGlob } from './patterns.ts';
import { describeExplanation, explain } from './suggestions.ts';
import {
  type FoundFile,
  openWorkspace,
  SKIP_REASONS,
  type SkippedFile,
  type SkipReason,
  type Workspace,
} from './workspace.ts';

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
  readonly #signal: AbortSignal;
  #opening: Promise<Workspace> | null = null;

  /** The workspace is read on the first use: a post without files needs none. */
  constructor(folder: string, signal: AbortSignal) {
    this.#folder = folder;
    this.#signal = signal;
  }

  get #workspace(): Promise<Workspace> {
    // A file that is named by its path may be hidden: the author named it on purpose.
    const options = { workspace: this.#folder, followSymlinks: false, includeHiddenFiles: true };
    this.#opening ??= openWorkspace(options);
    return this.#opening;
  }

  /**
   * `path` is relative to the workspace, with `/`.
   * @throws FileError FILE_UNREADABLE; InputError on `files` when the workspace cannot be read
   */
  async find(path: string): Promise<FoundFile> {
    const found = await this.findIfThere(path);
    if (found !== null) return found;
    const options = { excludes: [], followSymlinks: false, signal: this.#signal };
    const context = { ...options, matches: new Set<string>(), workspace: await this.#workspace };
    const why = describeExplanation(await explain(posix.normalize(path).split('/').map(escapeGlob), context));
    throw new FileError('FILE_UNREADABLE', path, `does not exist${why === null ? '' : ` (${why})`}`);
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
    if (classified === null) throw new FileError('FILE_UNREADABLE', path, 'is a folder');
    if ('reason' in classified)
      throw new FileError('FILE_UNREADABLE', path, `is ${describeSkip(classified.reason)}`);
    return classified;
  }
}

/**
 * Whether the workspace has a file of this name, with the same letter case. Some disks ignore letter case: there, `A.md`
 * that was renamed to `a.md` is found under both names.
 */
export function existsExactly(workspace: string, path: string): boolean {
  try {
    return realpathSync.native(join(workspace, path)) === join(realpathSync.native(workspace), path);
  } catch {
    return false;
  }
}
