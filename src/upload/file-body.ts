// The bytes of a file as request bodies, and a file that is opened when its first bytes are sent.

import { ActionError } from '../errors.ts';
import { formatNumber } from '../format.ts';
import type { OpenBytes } from '../media/bytes.ts';
import type { ByteSource } from '../media/media-file.ts';

/** The size of one read. Smaller reads take more time for each byte; larger ones take memory in each upload. */
export const CHUNK_BYTES = 256 * 1024;

interface Range {
  readonly firstByte: number;
  readonly sizeBytes: number;
}

/**
 * The bytes of one range, for one attempt. Reads a chunk when it is requested, so memory depends on how many bodies are sent
 * at once, not on the size of the files. A chunk keeps its bytes until the second one after it is requested. `onSent` gets
 * the size of each chunk when the next one is requested.
 * @throws ActionError FILE_CHANGED when the file ends too early
 */
export async function* readRange(
  source: ByteSource,
  { firstByte, sizeBytes }: Range,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  const endByte = firstByte + sizeBytes;
  const bufferBytes = Math.min(CHUNK_BYTES, sizeBytes);
  // Two buffers take turns, because the socket may still hold the end of the chunk before. A buffer for each chunk would stay
  // in memory until a garbage collection, which takes 60 MiB more.
  let [buffer, other] = [Buffer.allocUnsafe(bufferBytes), Buffer.allocUnsafe(bufferBytes)];
  for (let offset = firstByte; offset < endByte; ) {
    const chunk = buffer.subarray(0, endByte - offset);
    [buffer, other] = [other, buffer];
    const readBytes = await source.read(chunk, offset);
    offset += readBytes;
    if (readBytes < chunk.byteLength) {
      const text = `the file ended at byte ${formatNumber(offset)}, before the end of its part`;
      throw new ActionError('FILE_CHANGED', text);
    }
    yield chunk;
    onSent(readBytes);
  }
}

/** A file that is opened on first use, so that a waiting file holds no descriptor. */
export interface LazyFile {
  /** @throws the error of `open`, on every call */
  get(): Promise<OpenBytes>;
  /** Closes the file once, whatever the number of calls. Never throws. */
  close(): Promise<void>;
}

export function lazyFile(open: () => Promise<OpenBytes>): LazyFile {
  let opening: Promise<OpenBytes> | null = null;
  let closing: Promise<void> | null = null;
  return {
    get: () => {
      opening ??= open();
      return opening;
    },
    close: () => {
      // The file was only read, so an error of closing affects no sent byte.
      closing ??= Promise.resolve(opening)
        .then((file) => file?.close())
        .catch(() => {});
      return closing;
    },
  };
}
