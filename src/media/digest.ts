// Computes the digest of a whole file. Memory does not grow with the file.

import { createHash } from 'node:crypto';
import { type Inspected, type Open, openBytes } from './bytes.ts';
import type { ByteSource } from './media-file.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * SHA-256 of an inspected file, lower-case hex.
 * @throws FileError FILE_CHANGED when the file changed since its inspection; FILE_UNREADABLE; the `error` of the file,
 * if it has one; the reason of `signal`
 */
export async function digestFile(
  file: Inspected,
  { signal, open }: { signal?: AbortSignal; open?: Open | undefined } = {},
): Promise<string> {
  signal?.throwIfAborted();
  const bytes = await openBytes(file, open);
  try {
    const sha256 = await digestBytes(bytes, signal);
    await bytes.verify();
    return sha256;
  } finally {
    await bytes.close();
  }
}

/** SHA-256 of all bytes, lower-case hex. Reads the next chunk while it hashes the current one. */
export async function digestBytes(bytes: ByteSource, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  const chunkBytes = Math.min(CHUNK_BYTES, bytes.sizeBytes);
  let [chunk, next] = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)];
  let reading = bytes.read(chunk, 0);
  for (let offset = 0; offset < bytes.sizeBytes; ) {
    const readBytes = await reading;
    signal?.throwIfAborted();
    offset += readBytes;
    reading = bytes.read(next, offset);
    hash.update(chunk.subarray(0, readBytes));
    [chunk, next] = [next, chunk];
  }
  return hash.digest('hex');
}
