// The manifest as a file in the workspace. It is replaced as a whole, at most a few times a second: a reader sees the old or
// the new file, and a killed run loses only its last changes. If two jobs write the same file, the last write wins.

import * as fs from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { retry } from '../clock.ts';
import { ActionError, inputErrorsIn } from '../errors/action-error.ts';
import { relativePosixPath, toPosixPath } from '../media/find/workspace.ts';
import { isLocked, type Rename, replaceFile } from '../replace-file.ts';
import type { Clock, Run } from '../run.ts';
import { type Content, EMPTY, formatContent, invalidManifest, parseContent } from './content.ts';
import type { Place, Stored } from './memory.ts';

interface WorkspaceFileOptions {
  readonly path: string;
  /** A link must not lead a new file out of this folder. Null: the file may be anywhere. */
  readonly workspace: string | null;
  readonly rename?: Rename;
}

/** Nobody compares versions: the last write wins. */
const ANY = 'any';

export class WorkspaceFile implements Place {
  readonly name: string;
  readonly job = null;
  readonly jobs = 1;
  readonly #options: WorkspaceFileOptions;
  readonly #clock: Clock;
  /** The path without links, after `read`. */
  #target: string;

  constructor(options: WorkspaceFileOptions, { clock }: Run) {
    this.#options = options;
    this.#clock = clock;
    this.name = options.path;
    this.#target = resolve(options.path);
  }

  async read(): Promise<Stored> {
    try {
      this.#target = await this.#locate();
      const stats = await fs.stat(this.#target).catch(unlessMissing);
      if (stats === null) return { content: EMPTY, version: null };
      if (!stats.isFile()) throw invalidManifest(this.name, 'it is not a regular file');
      return { content: parseContent(await fs.readFile(this.#target), this.name), version: ANY };
    } catch (error) {
      if (inputErrorsIn(error) !== null) throw error;
      throw invalidManifest(this.name, `it cannot be read (${reasonOf(error)})`);
    }
  }

  async write(content: Content): Promise<string> {
    try {
      const { rename } = this.#options;
      await retry(async () => replaceFile(this.#target, formatContent(content), rename), {
        waitMsAfter: (error, attempt) => (attempt < 3 && isLocked(error) ? 100 * attempt : null),
        clock: this.#clock,
      });
      return ANY;
    } catch (cause) {
      throw new ActionError('MANIFEST_WRITE', reasonOf(cause), { cause });
    }
  }

  /**
   * The real path of the file. A link in a repository must not decide where on the runner a file is created. A link to an
   * existing file is kept.
   */
  async #locate(): Promise<string> {
    const { path, workspace } = this.#options;
    const absolute = resolve(path);
    let existing = absolute;
    // A broken link exists.
    while (
      (await fs.lstat(existing).catch(unlessMissing)) === null &&
      existing !== dirname(existing)
    )
      existing = dirname(existing);
    const real = await fs.realpath(existing).catch(unlessMissing);
    if (real === null) throw invalidManifest(path, `the link ${toPosixPath(existing)} is broken`);
    const target = join(real, relative(existing, absolute));
    if (existing === absolute || workspace === null) return target;
    if (relativePosixPath(resolve(workspace), absolute) === null) return target;
    if (relativePosixPath(await fs.realpath(workspace), target) !== null) return target;
    const what = `a link leads its folder outside the workspace; if this is intended, set ${toPosixPath(target)}`;
    throw invalidManifest(path, what);
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}
