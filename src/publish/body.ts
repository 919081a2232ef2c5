// Turns a byte range of an open file into a request body: two reused buffers, one being sent while the other fills.

import type { ByteSource } from '../media/media-file.ts';

// In pieces of half a MiB reused buffers are as fast as whole parts, and a hundred MiB lighter.
const PIECE_BYTES = 512 * 1024;

type Pair = readonly [Uint8Array, Uint8Array];

/** Buffers for as many bodies as are sent at once; memory grows with them, never with the files. */
export class BufferPool {
  readonly #free: Pair[] = [];

  take(): Pair {
    return this.#free.pop() ?? [Buffer.allocUnsafeSlow(PIECE_BYTES), Buffer.allocUnsafeSlow(PIECE_BYTES)];
  }

  giveBack(pair: Pair): void {
    this.#free.push(pair);
  }
}

interface Range {
  readonly firstByte: number;
  readonly sizeBytes: number;
}

/** The bytes of `range`. Whoever made it must `release` it after the request, however that ended. */
export class RangeBody implements AsyncIterable<Uint8Array> {
  readonly #source: ByteSource;
  readonly #range: Range;
  readonly #pool: BufferPool;
  readonly #buffers: Pair;
  #reading: Promise<Uint8Array> | null = null;

  constructor(source: ByteSource, range: Range, pool: BufferPool) {
    this.#source = source;
    this.#range = range;
    this.#pool = pool;
    this.#buffers = pool.take();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { sizeBytes } = this.#range;
    let [sending, filling] = this.#buffers;
    let next = this.#read(sending, 0);
    for (let sentBytes = 0; sentBytes < sizeBytes; ) {
      const piece = await next;
      sentBytes += piece.byteLength;
      // undici asks for more only when the socket has taken the last piece, so its buffer is free by then.
      if (sentBytes < sizeBytes) next = this.#read(filling, sentBytes);
      yield piece;
      [sending, filling] = [filling, sending];
    }
  }

  /** A read that was under way when the request broke would write into buffers that another body now owns. */
  async release(): Promise<void> {
    await this.#reading?.catch(() => {});
    this.#pool.giveBack(this.#buffers);
  }

  #read(into: Uint8Array, offset: number): Promise<Uint8Array> {
    const { firstByte, sizeBytes } = this.#range;
    const piece = into.subarray(0, Math.min(PIECE_BYTES, sizeBytes - offset));
    const reading = this.#source.read(piece, firstByte + offset).then(() => piece);
    // The error is the reader's to meet; until it asks, it is not unhandled.
    reading.catch(() => {});
    this.#reading = reading;
    return reading;
  }
}
