// Files of the workspace that a post names by their path. A link does not lead out of the workspace, nor to another file
// in it.

import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { FileError } from '../../errors.ts';
import {
  type FoundFile,
  openWorkspace,
  SKIP_REASONS,
  type SkipReason,
  type Workspace,
} from '../../media/find/workspace.ts';

/** Why a match of a pattern is not used. The inputs that would allow it belong to the other action. */
export function describeSkip(reason: SkipReason): string {
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
    // A file that is named by its path may be hidden: its author means it.
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
    const other = await this.#inOtherCase(path);
    const advice = other === null ? '' : `, but ${other} does: names are case-sensitive`;
    throw new FileError('FILE_UNREADABLE', `${path} does not exist${advice}`);
  }

  /** Null when there is no such file. @throws as `find` */
  async findIfThere(path: string): Promise<FoundFile | null> {
    const workspace = await this.#workspace;
    const resolvedPath = join(workspace.root, path);
    const isThere = await lstat(resolvedPath).then(
      () => true,
      () => false,
    );
    if (!isThere) return null;
    const classified = await workspace.classify({ path: resolvedPath, resolvedPath });
    if (classified === null) throw new FileError('FILE_UNREADABLE', `${path} is a folder`);
    if ('reason' in classified)
      throw new FileError('FILE_UNREADABLE', `${path} is ${describeSkip(classified.reason)}`);
    return classified;
  }

  async #inOtherCase(path: string): Promise<string | null> {
    const names = await readdir(join((await this.#workspace).root, dirname(path))).catch(() => []);
    const name = names.find((one) => one.toLowerCase() === basename(path).toLowerCase());
    return name === undefined ? null : join(dirname(path), name);
  }
}
