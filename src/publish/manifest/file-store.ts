// The manifest on the disk: read whole, replaced whole. Whoever reads it sees the old file or the new one, never half.

import { constants } from 'node:fs';
import { access, type FileHandle, lstat, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import type { Clock } from '../../deps.ts';
import { InputError } from '../../errors.ts';
import { pathBelow, withSlashes } from '../../media/slashes.ts';
import { temporaryName } from './leftovers.ts';
import { MANIFEST_BYTES_MAX } from './text.ts';

// A link put in the file's place meanwhile is not followed, and a FIFO opens at once. Windows has neither flag.
const READ_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const NEW_FILE_MODE = 0o600;
/** A folder may be unreadable, or on a system that has no fsync for it. */
const NO_FOLDER_SYNC = new Set(['EACCES', 'EPERM', 'EINVAL', 'EISDIR', 'ENOTSUP']);

// How Windows refuses to replace a file that another program, a virus scanner say, holds for a moment.
const HELD = new Set(['EPERM', 'EACCES', 'EBUSY']);
const RENAMES = 3;
const HELD_MS = 100;

/** A manifest as it was found; `text` is null when there is no file yet. */
export interface FoundManifest {
  /** Where it is to be replaced. */
  readonly target: string;
  readonly text: string | null;
}

/**
 * Reads the file at `path`, absolute. A link is replaced at its target, so that it stays a link. A link in a repository must
 * not decide where on the runner a file is created: one that leads nowhere is refused, and so is a new file whose path
 * leaves `workspace` through a link to a folder.
 * @throws InputError MANIFEST_INVALID for these, and when there is something that cannot be read as text
 */
export async function readManifestFile(path: string, workspace: string | null): Promise<FoundManifest> {
  try {
    const stats = await lstat(path).catch(unlessMissing);
    if (stats === null) return { target: await targetOfNew(path, workspace), text: null };
    const target = stats.isSymbolicLink() ? await realpath(path) : path;
    return { target, text: await readText(target, path) };
  } catch (error) {
    throw error instanceof InputError ? error : invalid(path, `it cannot be read (${reasonOf(error)})`);
  }
}

/** The real path of a file that does not exist yet; its folders may be missing too. */
async function targetOfNew(path: string, workspace: string | null): Promise<string> {
  let folder = dirname(path);
  while (folder !== dirname(folder) && (await lstat(folder).catch(unlessMissing)) === null)
    folder = dirname(folder);
  const real = await realpath(folder).catch(unlessMissing);
  if (real === null) throw invalid(path, `its folder ${folder} leads nowhere`);
  const target = join(real, relative(folder, path));
  if (workspace === null || !(await leaves(workspace, path, target))) return target;
  const advice = `give ${withSlashes(target)} itself if that is meant`;
  throw invalid(path, `a link takes its folder out of the workspace; ${advice}`);
}

/** Whether `path` lies in `workspace`, and what it leads to does not. */
async function leaves(workspace: string, path: string, target: string): Promise<boolean> {
  const root = await realpath(workspace).catch(unlessMissing);
  if (root === null) return false;
  const isInside = [resolve(workspace), root].some((folder) => pathBelow(folder, path) !== null);
  return isInside && pathBelow(root, target) === null;
}

async function readText(target: string, path: string): Promise<string> {
  const handle = await open(target, READ_FLAGS);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw invalid(path, 'it is no regular file');
    if (stats.size > MANIFEST_BYTES_MAX) throw invalid(path, 'it is larger than 64 MiB');
    return decode(await readBytes(handle, stats.size), path);
  } finally {
    await handle.close();
  }
}

/** No more than `sizeBytes`, however the file grows meanwhile. */
async function readBytes(handle: FileHandle, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(sizeBytes);
  let filledBytes = 0;
  while (filledBytes < sizeBytes) {
    const { bytesRead } = await handle.read(bytes, filledBytes, sizeBytes - filledBytes, filledBytes);
    if (bytesRead === 0) break;
    filledBytes += bytesRead;
  }
  return bytes.subarray(0, filledBytes);
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw invalid(path, 'it is no text');
  }
}

/**
 * Tells before the run what every write would meet: whether the folder of `target`, or the one that it will be made
 * in, takes files.
 * @throws InputError MANIFEST_WRITE
 */
export async function assertWritable(target: string, path: string): Promise<void> {
  try {
    for (let folder = dirname(target); ; folder = dirname(folder)) {
      const found = await access(folder, constants.W_OK | constants.X_OK).then(() => true, unlessMissing);
      if (found !== null || folder === dirname(folder)) return;
    }
  } catch (error) {
    const text = `${path}: its folder cannot be written to (${reasonOf(error)})`;
    throw new InputError('MANIFEST_WRITE', 'manifest', text);
  }
}

interface Replacing {
  readonly clock: Clock;
  /** As the system does, where nothing else is said. */
  readonly move?: (from: string, to: string) => Promise<void>;
}

/**
 * Puts a file of these chunks in the place of `target`; makes its folder when it is missing. A file that was there
 * keeps its mode; on any failure it is as it was, and nothing else is left.
 * @throws what the disk or `chunks` throws
 */
export async function replaceFile(
  target: string,
  chunks: Iterable<Buffer>,
  { clock, move = rename }: Replacing,
): Promise<void> {
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, temporaryName());
  try {
    await writeNew(temporary, chunks, await modeFor(target));
    await movePatiently(() => move(temporary, target), clock);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncFolder(folder);
}

async function movePatiently(move: () => Promise<void>, clock: Clock): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await move();
      return;
    } catch (error) {
      if (tries === RENAMES || !HELD.has(reasonOf(error))) throw error;
      await clock.sleep(HELD_MS * tries);
    }
  }
}

async function modeFor(target: string): Promise<number> {
  const stats = await stat(target).catch(unlessMissing);
  return stats === null ? NEW_FILE_MODE : stats.mode & 0o777;
}

async function writeNew(path: string, chunks: Iterable<Buffer>, mode: number): Promise<void> {
  const handle = await open(path, 'wx', NEW_FILE_MODE);
  try {
    await handle.writeFile(chunks);
    // Not by `open`, whose mode the umask narrows; and not where every file has the same mode, and none may be changed.
    if (((await handle.stat()).mode & 0o777) !== mode) await handle.chmod(mode);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes the rename itself outlive a loss of power. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  try {
    const handle = await open(folder, constants.O_RDONLY);
    await handle.sync().finally(() => handle.close());
  } catch (error) {
    if (!NO_FOLDER_SYNC.has(reasonOf(error))) throw error;
  }
}

/** The system's code of an error, or its message. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ?? message;
}

function unlessMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function invalid(path: string, what: string): InputError {
  return new InputError('MANIFEST_INVALID', 'manifest', `${path}: ${what}`);
}
