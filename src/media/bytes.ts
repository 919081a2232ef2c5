// Opens files without following links, and detects when a file is no longer the one that was inspected. All reads of
// media and of small texts go through this file.

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open as openFile, realpath } from 'node:fs/promises';
import { FileError } from '../errors/action-error.ts';
import { formatBytes } from '../format.ts';
import type { Open } from '../run.ts';
import type { FoundFile } from './find/workspace.ts';
import type { ByteSource, FileIdentity } from './media-file.ts';

export const openAsSystem: Open = openFile;

/** The fields of an inspected file that are needed to open it: a MediaFile or a Sidecar. */
export interface Inspected {
  readonly path: string;
  readonly absolutePath: string;
  readonly identity: FileIdentity | null;
}

const BIG = { bigint: true } as const;

type IdentityStats = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>;

// O_NOFOLLOW rejects a link as the last part of the path. O_NONBLOCK opens a FIFO without waiting for a writer.
// Windows has neither flag.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Opens an inspected file again, for its upload.
 * @throws FileError FILE_CHANGED when the file was replaced or modified; FILE_UNREADABLE
 */
export async function openBytes(file: Inspected, open: Open = openAsSystem): Promise<OpenBytes> {
  const bytes = await openWithIdentity(file.absolutePath, file.path, open).catch(
    (error: FileError) => {
      const isLinkNow = (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ELOOP';
      throw isLinkNow ? changedError(file.path) : error;
    },
  );
  if (file.identity === bytes.identity) return bytes;
  await bytes.close();
  throw changedError(file.path);
}

/**
 * Opens a file for its inspection, which records its identity. `absolutePath` must be a real path.
 * @throws FileError FILE_CHANGED when one of its folders was replaced with a link; FILE_UNREADABLE, also
 * when it is not a regular file
 */
export async function openForInspection(
  absolutePath: string,
  path: string,
  open: Open = openAsSystem,
): Promise<OpenBytes> {
  const bytes = await openWithIdentity(absolutePath, path, open);
  // O_NOFOLLOW covers the last part of the path only. A case-insensitive disk may spell it in another way.
  const real = await realpath(absolutePath).catch(() => null);
  const isThere = real?.toLowerCase() === absolutePath.toLowerCase();
  if (isThere && bytes.isRegularFile) return bytes;
  await bytes.close();
  throw isThere
    ? new FileError('FILE_UNREADABLE', path, 'is not a regular file')
    : changedError(path);
}

async function openWithIdentity(
  absolutePath: string,
  path: string,
  open: Open,
): Promise<OpenBytes> {
  let handle: FileHandle | null = null;
  try {
    handle = await open(absolutePath, OPEN_FLAGS);
    return new OpenBytes(handle, path, await handle.stat(BIG));
  } catch (cause) {
    await handle?.close();
    throw unreadableError(path, cause);
  }
}

const CHUNK_BYTES = 1024 * 1024;

/** Random access to one open file, which must not change while it is open. */
export class OpenBytes implements ByteSource {
  readonly identity: FileIdentity;
  readonly isRegularFile: boolean;
  readonly sizeBytes: number;
  readonly #handle: FileHandle;
  readonly #path: string;
  readonly #throwUnreadable = (cause: unknown): never => {
    throw unreadableError(this.#path, cause);
  };

  constructor(handle: FileHandle, path: string, stats: BigIntStats) {
    this.#handle = handle;
    this.#path = path;
    this.identity = identityOf(stats);
    this.isRegularFile = stats.isFile();
    this.sizeBytes = Number(stats.size);
  }

  /** @throws FileError FILE_CHANGED when the file ends before `sizeBytes`; FILE_UNREADABLE */
  async read(into: Uint8Array, offset: number): Promise<number> {
    const wantedBytes = Math.max(0, Math.min(into.length, this.sizeBytes - offset));
    let readBytes = 0;
    // One read may return fewer bytes than requested, most often on network disks.
    while (readBytes < wantedBytes) {
      const { bytesRead } = await this.#handle
        .read(into, readBytes, wantedBytes - readBytes, offset + readBytes)
        .catch(this.#throwUnreadable);
      if (bytesRead === 0) throw changedError(this.#path);
      readBytes += bytesRead;
    }
    return readBytes;
  }

  /** The bytes in order, in chunks that share one buffer. @throws as `read` */
  async *chunks(chunkBytes = CHUNK_BYTES): AsyncGenerator<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(chunkBytes, this.sizeBytes));
    for (let offset = 0; offset < this.sizeBytes; offset += buffer.length)
      yield buffer.subarray(0, await this.read(buffer, offset));
  }

  /** @throws FileError FILE_CHANGED when the file has changed since it was opened. Call it after the last read. */
  async verify(): Promise<void> {
    const stats = await this.#handle.stat(BIG).catch(this.#throwUnreadable);
    if (this.identity !== identityOf(stats)) throw changedError(this.#path);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Times are in nanoseconds. One string takes less than half the memory of five numbers. */
export function identityOf({ dev, ino, size, mtimeNs, ctimeNs }: IdentityStats): FileIdentity {
  return [dev, ino, size, mtimeNs, ctimeNs].join(' ');
}

function changedError(path: string): FileError {
  return new FileError('FILE_CHANGED', path, 'changed while this step was running');
}

function unreadableError(path: string, cause: unknown): FileError {
  const { code } = cause as NodeJS.ErrnoException;
  return new FileError('FILE_UNREADABLE', path, `cannot be read (${code ?? 'unknown reason'})`, {
    cause,
  });
}

/**
 * SHA-256 of an inspected file, lower-case hex. Memory does not grow with the file.
 * @throws FileError FILE_CHANGED when the file changed since its inspection; FILE_UNREADABLE; the reason of `signal`
 */
export async function digestFile(
  file: Inspected,
  { signal, open }: { readonly signal?: AbortSignal; readonly open?: Open | undefined } = {},
): Promise<string> {
  const bytes = await openBytes(file, open);
  try {
    const hash = createHash('sha256');
    for await (const chunk of bytes.chunks()) {
      signal?.throwIfAborted();
      hash.update(chunk);
    }
    await bytes.verify();
    return hash.digest('hex');
  } finally {
    await bytes.close();
  }
}

/** The longest text of a post has 3,000 characters. */
const TEXT_BYTES_MAX = 1_000_000;

interface TextFile extends Pick<OpenBytes, 'sizeBytes' | 'identity'> {
  /** Without a byte order mark. */
  readonly text: string;
}

/**
 * Reads a small text file, such as a post, an alternative text or captions.
 * @throws FileError FILE_UNREADABLE, FILE_CHANGED, FILE_LFS_POINTER
 */
export async function readTextFile(
  { absolutePath, path }: Pick<FoundFile, 'absolutePath' | 'path'>,
  open?: Open,
  maxBytes = TEXT_BYTES_MAX,
): Promise<TextFile> {
  const bytes = await openForInspection(absolutePath, path, open);
  try {
    const { sizeBytes, identity } = bytes;
    if (sizeBytes > maxBytes) {
      const hint = 'Check that the path is that of the text.';
      const problem = `has ${formatBytes(sizeBytes)}, which is too large for a text`;
      throw new FileError('FILE_UNREADABLE', path, problem, { hint });
    }
    const content = Buffer.allocUnsafe(sizeBytes);
    await bytes.read(content, 0);
    rejectLfsPointer(content, path);
    if (!isUtf8(content))
      throw new FileError('FILE_UNREADABLE', path, 'is not UTF-8 text', {
        hint: 'Save the file with the encoding UTF-8.',
      });
    return { text: new TextDecoder().decode(content), sizeBytes, identity };
  } finally {
    await bytes.close().catch(() => {});
  }
}

// A Git LFS pointer is smaller than 1024 bytes: https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md
const LFS_POINTER_BYTES_MAX = 1023;
const LFS_POINTER =
  /^version https:\/\/[^\n]+\n(?:[a-z0-9.-]+ [^\n]*\n)*oid sha256:[0-9a-f]{64}\nsize \d+\n?$/;

/** @throws FileError FILE_LFS_POINTER when `head`, the first bytes of a file, is a Git LFS pointer */
export function rejectLfsPointer(head: Buffer, path: string): void {
  if (head.length > LFS_POINTER_BYTES_MAX || !LFS_POINTER.test(head.toString('latin1'))) return;
  throw new FileError('FILE_LFS_POINTER', path, 'is a Git LFS pointer, not the file itself');
}
