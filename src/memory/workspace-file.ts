// The manifest as a file in the workspace. It is replaced as a whole, at most a few times a second: a reader sees the old or
// the new file, and a killed run loses only its last changes. If two jobs write the same file, the last write wins.

import { isUtf8 } from 'node:buffer';
import * as fs from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { retry } from '../backoff.ts';
import type { Clock } from '../deps.ts';
import { ActionError, InputError, inputErrorsIn } from '../errors/action-error.ts';
import { relativePosixPath, toPosixPath } from '../media/find/workspace.ts';
import { isLocked, type Rename, replaceFile } from '../replace-file.ts';
import { type Content, EMPTY, invalidManifest } from './content.ts';
import { formatContent, MAX_CONTENT_BYTES, parseContent } from './content-json.ts';
import type { Place, Stored } from './place.ts';

interface WorkspaceFileOptions {
  readonly path: string;
  /** A link must not lead a new file out of this folder. Null: the file may be anywhere. */
  readonly workspace: string | null;
  readonly isReadOnly: boolean;
  readonly clock: Clock;
  readonly rename?: Rename;
}

export class WorkspaceFile implements Place {
  readonly sharing = null;
  readonly #options: WorkspaceFileOptions;
  /** The path without links, after `read`. */
  #target: string;

  constructor(options: WorkspaceFileOptions) {
    this.#options = options;
    this.#target = resolve(options.path);
  }

  get name(): string {
    return this.#options.path;
  }

  /** @throws InputError MANIFEST_INVALID; MANIFEST_WRITE when the folder cannot be written to, before anything is sent */
  async read(): Promise<Stored> {
    const { path, workspace, isReadOnly } = this.#options;
    try {
      const { target, folder } = await locate(resolve(path), workspace);
      this.#target = target;
      const text = await readText(target, path);
      const content = text === null ? EMPTY : parseContent(text, path);
      if (!isReadOnly) await assertWritable(folder, path);
      return { content, version: text === null ? null : ANY };
    } catch (error) {
      if (inputErrorsIn(error) !== null) throw error;
      throw invalidManifest(path, `it cannot be read (${reasonOf(error)})`);
    }
  }

  /** @throws ActionError MANIFEST_WRITE */
  async write(content: Content): Promise<string> {
    try {
      const { clock, rename } = this.#options;
      const text = formatContent(content);
      await retry(async () => replaceFile(this.#target, text, rename), {
        waitMsAfter: (error, attempt) => (attempt < 3 && isLocked(error) ? 100 * attempt : null),
        clock,
      });
      return ANY;
    } catch (cause) {
      throw new ActionError('MANIFEST_WRITE', reasonOf(cause), { cause });
    }
  }
}

/** Nobody compares versions: the last write wins. */
const ANY = 'any';

/**
 * The real path of the file at the absolute `path`, and its nearest folder that exists. A link in a repository must not
 * decide where on the runner a file is created. A link to an existing file is kept.
 */
async function locate(path: string, workspace: string | null): Promise<{ target: string; folder: string }> {
  let existing = path;
  while ((await fs.lstat(existing).catch(unlessMissing)) === null && existing !== dirname(existing))
    existing = dirname(existing);
  const real = await fs.realpath(existing).catch(unlessMissing);
  if (real === null) throw invalidManifest(path, `the link ${toPosixPath(existing)} is broken`);
  if (existing === path) return { target: real, folder: dirname(real) };
  const target = join(real, relative(existing, path));
  if (workspace === null || !(await leaves(workspace, path, target))) return { target, folder: real };
  const advice = `if this is intended, set ${toPosixPath(target)}`;
  throw invalidManifest(path, `a link leads its folder outside the workspace; ${advice}`);
}

/** Whether `path` lies in `workspace`, and its target does not. */
async function leaves(workspace: string, path: string, target: string): Promise<boolean> {
  const root = await fs.realpath(workspace).catch(unlessMissing);
  if (root === null) return false;
  const isInside = [resolve(workspace), root].some((folder) => relativePosixPath(folder, path) !== null);
  return isInside && relativePosixPath(root, target) === null;
}

/** Null when there is no file. */
async function readText(target: string, path: string): Promise<string | null> {
  const stats = await fs.stat(target).catch(unlessMissing);
  if (stats === null) return null;
  if (!stats.isFile()) throw invalidManifest(path, 'it is not a regular file');
  if (stats.size > MAX_CONTENT_BYTES) throw invalidManifest(path, 'it is larger than 64 MiB');
  const bytes = await fs.readFile(target);
  if (!isUtf8(bytes)) throw invalidManifest(path, 'it is not UTF-8 text');
  return new TextDecoder().decode(bytes);
}

async function assertWritable(folder: string, path: string): Promise<void> {
  try {
    await fs.access(folder, fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    const what = `${path}: its folder is not writable (${reasonOf(error)})`;
    throw new InputError('MANIFEST_WRITE', 'manifest', what);
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
