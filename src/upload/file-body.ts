// The bytes of a file as request bodies: opens the file when its first bytes are sent, and reads into two buffers in turn.

import { ActionError } from '../errors.ts';
import { formatNumber } from '../format.ts';
import type { ByteSource } from '../media/media-file.ts';

/** The size of one read. One buffer is filled while the other one is sent. */
export const BUFFER_BYTES = 1024 * 1024;

export type Buffers = readonly [Uint8Array, Uint8Array];

/** Reuses buffers, so that memory depends on how many bodies are sent at once, not on the size of the files. */
export class BufferPool {
  readonly #free: Buffers[] = [];

  take(): Buffers {
    // The system provides memory only when it is written to, so a small file takes only its size.
    return this.#free.pop() ?? [Buffer.allocUnsafeSlow(BUFFER_BYTES), Buffer.allocUnsafeSlow(BUFFER_BYTES)];
  }

  giveBack(buffers: Buffers): void {
    this.#free.push(buffers);
  }
}

interface RangeOptions {
  readonly source: ByteSource;
  readonly range: { readonly firstByte: number; readonly sizeBytes: number };
  readonly pool: BufferPool;
  /** Gets the size of each chunk when the next one is requested. */
  readonly onSent: (bytes: number) => void;
}

/** The bytes of `range`, for one attempt. The caller must `release` it after the request, in every case. */
export class RangeBody implements AsyncIterable<Uint8Array> {
  readonly #options: RangeOptions;
  readonly #buffers: Buffers;
  #lastRead: Promise<unknown> = Promise.resolve();
  #isReleased = false;
  #sentBytes = 0;

  constructor(options: RangeOptions) {
    this.#options = options;
    this.#buffers = options.pool.take();
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { range, onSent } = this.#options;
    this.#assertHeld();
    let next = this.#read(0);
    for (let readBytes = 0; readBytes < range.sizeBytes; ) {
      const chunk = await next;
      this.#assertHeld();
      readBytes += chunk.byteLength;
      // Into the other buffer, whose bytes are sent: a chunk is requested only after the previous one was written.
      if (readBytes < range.sizeBytes) next = this.#read(readBytes);
      yield chunk;
      this.#assertHeld();
      this.#sentBytes += chunk.byteLength;
      onSent(chunk.byteLength);
    }
  }

  /** Returns the buffers to the pool when the last read ends, because it may write into them until then. */
  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    const giveBack = () => this.#options.pool.giveBack(this.#buffers);
    this.#lastRead.then(giveBack, giveBack);
  }

  #read(offset: number): Promise<Uint8Array> {
    const buffer = this.#buffers[(offset / BUFFER_BYTES) % 2 === 0 ? 0 : 1];
    const reading = this.#fill(buffer, offset);
    // It is awaited later, or never if the request ends first.
    reading.catch(() => {});
    this.#lastRead = reading;
    return reading;
  }

  /** @throws ActionError FILE_CHANGED when the file ends too early: the buffer holds bytes of other files */
  async #fill(buffer: Uint8Array, offset: number): Promise<Uint8Array> {
    const { source, range } = this.#options;
    const chunk = buffer.subarray(0, Math.min(BUFFER_BYTES, range.sizeBytes - offset));
    const readBytes = await source.read(chunk, range.firstByte + offset);
    if (readBytes === chunk.byteLength) return chunk;
    const endByte = range.firstByte + offset + readBytes;
    throw new ActionError(
      'FILE_CHANGED',
      `the file ended at byte ${formatNumber(endByte)}, before the end of its part`,
    );
  }

  /** undici may still request chunks after its request has ended. */
  #assertHeld(): void {
    if (this.#isReleased) throw new RangeError('this upload has ended, and another one may use its buffers');
  }
}

/** An open file that can verify that it is still the one that was inspected. */
export interface OpenFile extends ByteSource {
  /** @throws FileError FILE_CHANGED */
  verify(): Promise<void>;
  close(): Promise<void>;
}

/** A file that is opened on first use, so that a waiting file holds no descriptor. */
export interface LazyFile {
  /** @throws the error of `open`, on every call */
  get(): Promise<OpenFile>;
  /** Closes the file once, whatever the number of calls. Never throws. */
  close(): Promise<void>;
}

export function lazyFile(open: () => Promise<OpenFile>): LazyFile {
  let opening: Promise<OpenFile> | null = null;
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
