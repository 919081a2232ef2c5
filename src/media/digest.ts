// The digest of a whole file, for files whose inspection does not read all of their bytes. Memory does not grow with
// the file. On the main thread: a worker hashes no faster, and 1 MiB holds the event loop up for less than a millisecond.

import { createHash } from 'node:crypto';
import { type Inspected, openBytes } from './bytes.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * SHA-256 of an inspected file, lower-case hex.
 * @throws FileError FILE_CHANGED when its bytes are not those that were inspected; FILE_UNREADABLE; the file's own
 * fault, if it has one; the reason of `signal`
 */
export async function digestFile(file: Inspected, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const bytes = await openBytes(file);
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(CHUNK_BYTES, bytes.sizeBytes)));
    for (let offset = 0; offset < bytes.sizeBytes; ) {
      const readBytes = await bytes.read(buffer, offset);
      signal?.throwIfAborted();
      hash.update(buffer.subarray(0, readBytes));
      offset += readBytes;
    }
    await bytes.verify();
    return hash.digest('hex');
  } finally {
    await bytes.close();
  }
}
