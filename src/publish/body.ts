// Turns a byte range of an open file into a request body: two reused buffers, one being sent while the other fills.

import { FileError } from '../errors.ts';
import type { ByteSource } from '../media/media-file.ts';
import { grouped } from '../units.ts';

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

interface RangeOptions {
  readonly source: ByteSource;
  readonly range: { readonly firstByte: number; readonly sizeBytes: number };
  readonly pool: BufferPool;
  /** Hears of each piece when the next one is asked for. */
  readonly onSent: (bytes: number) => void;
}

/**
 * The bytes of `range`, from its start for each try; a new try ends the one before. Whoever made it must `release` it
 * after the request, however that ended.
 */
export class RangeBody implements AsyncIterable<Uint8Array> {
  readonly #options: RangeOptions;
  readonly #buffers: Pair;
  /** The try that owns the buffers; null once they are given back. */
  #owner: object | null = {};
  /** Settles, never rejects, when no read is under way. */
  #reading: Promise<unknown> = Promise.resolve();

  constructor(options: RangeOptions) {
    this.#options = options;
    this.#buffers = options.pool.take();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { range, onSent } = this.#options;
    const { sizeBytes } = range;
    const owner = {};
    if (this.#owner !== null) this.#owner = owner;
    let [sending, filling] = this.#buffers;
    let next = this.#read(owner, sending, 0);
    for (let sentBytes = 0; sentBytes < sizeBytes; ) {
      const piece = await next;
      this.#assertOwner(owner);
      sentBytes += piece.byteLength;
      // undici asks for more only when the socket has taken the last piece: by then its buffer is free.
      if (sentBytes < sizeBytes) next = this.#read(owner, filling, sentBytes);
      yield piece;
      this.#assertOwner(owner);
      onSent(piece.byteLength);
      [sending, filling] = [filling, sending];
    }
  }

  /** A read that was under way when the request broke would write into buffers that another body now owns. */
  async release(): Promise<void> {
    if (this.#owner === null) return;
    this.#owner = null;
    await this.#reading;
    this.#options.pool.giveBack(this.#buffers);
  }

  /** Reads come one after the other: what a broken try still reads is not to mix with the next one's bytes. */
  #read(owner: object, into: Uint8Array, offset: number): Promise<Uint8Array> {
    const { firstByte, sizeBytes } = this.#options.range;
    const piece = into.subarray(0, Math.min(PIECE_BYTES, sizeBytes - offset));
    const reading = this.#reading.then(() => this.#fill(owner, piece, firstByte + offset));
    // The error is the reader's to meet; until it asks, it is not unhandled.
    this.#reading = reading.catch(() => {});
    return reading;
  }

  /** @throws FileError FILE_CHANGED when the file ends too early: the buffer holds bytes of other files */
  async #fill(owner: object, piece: Uint8Array, position: number): Promise<Uint8Array> {
    this.#assertOwner(owner);
    const readBytes = await this.#options.source.read(piece, position);
    if (readBytes === piece.byteLength) return piece;
    throw new FileError(
      'FILE_CHANGED',
      `the file ended at byte ${grouped(position + readBytes)}, before its part did`,
    );
  }

  /** A request that broke may still pull, when the disk or its closed socket wakes it. */
  #assertOwner(owner: object): void {
    if (this.#owner !== owner) throw new RangeError('this try is over, and its buffers are not its own');
  }
}
