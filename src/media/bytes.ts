// The one way to a file's bytes: opens without following links, and tells when the file is no longer the one inspected.
// Knows nothing of media or of where the bytes go.

import { type BigIntStats, constants, readlinkSync } from 'node:fs';
import { type FileHandle, lstat, open as openFile, realpath } from 'node:fs/promises';
import { FileError } from '../errors.ts';
import type { ByteSource, FileIdentity } from './media-file.ts';

/** Opens `path` with flags of `node:fs`; rejects with the system's own error. A test may stand in for the disk. */
export type Open = (path: string, flags: number) => Promise<FileHandle>;

export const openAsSystem: Open = (path, flags) => openFile(path, flags);

/** Random access to one open file that must stay as it was. */
export interface OpenBytes extends ByteSource {
  readonly identity: FileIdentity;
  readonly isRegularFile: boolean;
  /** Throws FileError FILE_CHANGED when the open file differs from what was inspected. To be called after the last byte. */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** What opening needs of an inspected file: a MediaFile, or a Sidecar, which never has a fault. */
export interface Inspected {
  readonly path: string;
  readonly absolutePath: string;
  readonly identity: FileIdentity | null;
  readonly fault?: FileError | null;
}

const BIG = { bigint: true } as const;

type IdentityStats = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

// No link is followed in the last step of the path, and a FIFO opens at once instead of waiting for a writer.
// Windows has neither flag.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens an inspected file again for sending.
 * Throws FileError: FILE_CHANGED when another file, or another state of it, is in its place; FILE_UNREADABLE; the
 * file's own fault, if it has one.
 */
export async function openBytes(file: Inspected, open: Open = openAsSystem): Promise<OpenBytes> {
  if (file.fault) throw file.fault;
  const bytes = await openWithIdentity(file.absolutePath, file.path, open).catch((fault: FileError) => {
    const isLinkNow = (fault.cause as NodeJS.ErrnoException | undefined)?.code === 'ELOOP';
    throw isLinkNow ? changedError(file.path) : fault;
  });
  if (file.identity === bytes.identity) return bytes;
  await bytes.close();
  throw changedError(file.path);
}

/**
 * Opens a file for its inspection: whatever it is now is what it is to stay. `absolutePath` is a real path.
 * Throws FileError: FILE_CHANGED when a link has taken the place of one of its folders; FILE_UNREADABLE.
 */
export async function openForInspection(
  absolutePath: string,
  path: string,
  open: Open = openAsSystem,
): Promise<OpenBytes> {
  let isThere = false;
  const bytes = await openWithIdentity(absolutePath, path, async (...asked) => {
    const handle = await open(...asked);
    isThere = await isOpenAt(handle, absolutePath).catch(() => false);
    return handle;
  });
  if (isThere) return bytes;
  await bytes.close();
  throw changedError(path);
}

/**
 * Whether the open file is the one at this path, no link on the way: O_NOFOLLOW guards the last step alone. Linux tells
 * where an open file lies; elsewhere it is looked for again, which a folder swapped back in that moment may deceive.
 */
async function isOpenAt(handle: FileHandle, absolutePath: string): Promise<boolean> {
  const place = pathOfHandle(handle);
  // A disk that is blind to case may spell the path in its own way.
  if (place !== null) return place.toLowerCase() === absolutePath.toLowerCase();
  const [found, opened] = await Promise.all([lstat(absolutePath, BIG), handle.stat(BIG)]);
  const isSameFile = found.dev === opened.dev && found.ino === opened.ino;
  return isSameFile && (await realpath(absolutePath)) === absolutePath;
}

/** Null where the system does not tell. Where it does, it answers from memory: no thread is needed. */
function pathOfHandle({ fd }: FileHandle): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return null;
  }
}

async function openWithIdentity(absolutePath: string, path: string, open: Open): Promise<OpenBytes> {
  const handle = await withReadError(path, () => open(absolutePath, OPEN_FLAGS));
  try {
    const stats = await withReadError(path, () => handle.stat(BIG));
    return new FileBytes(handle, path, stats);
  } catch (fault) {
    await handle.close();
    throw fault;
  }
}

class FileBytes implements OpenBytes {
  readonly identity: FileIdentity;
  readonly isRegularFile: boolean;
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #path: string;

  constructor(handle: FileHandle, path: string, stats: BigIntStats) {
    this.#handle = handle;
    this.#path = path;
    this.identity = identityOf(stats);
    this.isRegularFile = stats.isFile();
    this.sizeBytes = Number(stats.size);
  }

  /** Throws FileError: FILE_CHANGED when the file ends before the size it promised; FILE_UNREADABLE. */
  async read(into: Uint8Array, offset: number): Promise<number> {
    const wantedBytes = Math.max(0, Math.min(into.length, this.sizeBytes - offset));
    let readBytes = 0;
    // One read may bring less than asked, on network disks above all.
    while (readBytes < wantedBytes) {
      const { bytesRead } = await withReadError(this.#path, () =>
        this.#handle.read(into, readBytes, wantedBytes - readBytes, offset + readBytes),
      );
      if (bytesRead === 0) throw changedError(this.#path);
      readBytes += bytesRead;
    }
    return readBytes;
  }

  async verify(): Promise<void> {
    const stats = await withReadError(this.#path, () => this.#handle.stat(BIG));
    if (this.identity !== identityOf(stats)) throw changedError(this.#path);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Times in nanoseconds. In one text: five numbers for each of ten thousand files take more than twice the memory. */
export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: IdentityStats): FileIdentity {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function changedError(path: string): FileError {
  return new FileError('FILE_CHANGED', `${path} changed while this step was running`);
}

async function withReadError<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new FileError('FILE_UNREADABLE', `${path} cannot be read (${code ?? 'unknown reason'})`, {
      cause,
    });
  }
}
