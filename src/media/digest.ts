// The digest of a whole file, for files whose inspection does not read all of their bytes. Memory does not grow with
// the file. On the main thread, which has nothing else to do yet: a manifest is asked before the first upload starts.

import { createHash } from 'node:crypto';
import { type Inspected, type Open, type OpenBytes, openBytes } from './bytes.ts';

const CHUNK_BYTES = 1024 * 1024;

/**
 * SHA-256 of an inspected file, lower-case hex.
 * @throws FileError FILE_CHANGED when its bytes are not those that were inspected; FILE_UNREADABLE; the file's own
 * fault, if it has one; the reason of `signal`
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

/** The next chunk is read while this one is hashed. */
async function digestBytes(bytes: OpenBytes, signal?: AbortSignal): Promise<string> {
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
