// The bytes of a file as request bodies.

import { ActionError } from '../errors/action-error.ts';
import { formatNumber } from '../format.ts';
import type { OpenBytes } from '../media/bytes.ts';

/** The size of one read. Smaller reads take more time for each byte; larger ones take memory in each upload. */
export const CHUNK_BYTES = 256 * 1024;

interface Range {
  readonly firstByte: number;
  readonly sizeBytes: number;
}

/** Opens an inspected file. @throws FileError FILE_CHANGED when it is another one now */
export type OpenFile = () => Promise<OpenedFile>;

export type OpenedFile = Pick<OpenBytes, 'read' | 'verify' | 'close'>;

/**
 * The bytes of one range, for one attempt. Opens the file for the first chunk and closes it after the last one, so that no more
 * files are open than bodies are sent. Reads a chunk on request: memory depends on the bodies sent at once, not on the file size.
 * A chunk keeps its bytes until the second one after it is requested. `onSent` gets its size when the next one is requested.
 * @throws ActionError FILE_CHANGED before the last chunk, when the file has changed: LinkedIn never gets all of its bytes
 */
export async function* readRange(
  open: OpenFile,
  { firstByte, sizeBytes }: Range,
  onSent: (bytes: number) => void,
): AsyncGenerator<Uint8Array, void> {
  const file = await open();
  try {
    const endByte = firstByte + sizeBytes;
    const bufferBytes = Math.min(CHUNK_BYTES, sizeBytes);
    // Two buffers take turns, because the socket may still hold the end of the chunk before. A buffer for each chunk would stay
    // in memory until a garbage collection, which takes 60 MiB more.
    let [buffer, other] = [Buffer.allocUnsafe(bufferBytes), Buffer.allocUnsafe(bufferBytes)];
    for (let offset = firstByte; offset < endByte; ) {
      const chunk = buffer.subarray(0, endByte - offset);
      [buffer, other] = [other, buffer];
      const readBytes = await file.read(chunk, offset);
      offset += readBytes;
      if (readBytes < chunk.byteLength) {
        const text = `the file ended at byte ${formatNumber(offset)}, before the end of its part`;
        throw new ActionError('FILE_CHANGED', text);
      }
      if (offset === endByte) await file.verify();
      yield chunk;
      onSent(readBytes);
    }
  } finally {
    // The file was only read, so an error of closing affects no sent byte. Not awaited: undici resets a connection whose response
    // arrives before the end of the body.
    void file.close().catch(() => {});
  }
}
