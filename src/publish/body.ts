// Turns a byte range of an open file into a request body that another try sends again from memory, in reused buffers.

import { FileError } from '../errors.ts';
import type { ByteSource } from '../media/media-file.ts';
import { grouped } from '../units.ts';

const MIB = 1024 * 1024;
/** What one read brings: while one piece is sent, the next one is read. */
export const PIECE_BYTES = MIB;
/** A range up to this size is kept as a whole until it has arrived; of a larger one, two pieces take turns. */
export const KEPT_BYTES = 16 * MIB;
const SMALLEST_BYTES = 64 * 1024;

/** Buffers for as many bodies as are sent at once; memory grows with them, never with the files. */
export class BufferPool {
  readonly #free: Uint8Array[] = [];

  /** One of `sizeBytes` or more. */
  take(sizeBytes: number): Uint8Array {
    const fits = this.#free.filter(({ byteLength }) => byteLength >= sizeBytes);
    const [best] = fits.sort((a, b) => a.byteLength - b.byteLength);
    // What is too small for its turn makes way: there are never more buffers than bodies at once.
    const gone = best ?? this.#free[0];
    if (gone !== undefined) this.#free.splice(this.#free.indexOf(gone), 1);
    return best ?? Buffer.allocUnsafeSlow(roundedUp(sizeBytes));
  }

  giveBack(buffer: Uint8Array): void {
    this.#free.push(buffer);
  }
}

/** To a power of two, so that pictures of about one size share buffers; untouched memory costs nothing. */
function roundedUp(sizeBytes: number): number {
  return Math.max(SMALLEST_BYTES, 2 ** Math.ceil(Math.log2(sizeBytes)));
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
  readonly #buffer: Uint8Array;
  /** The place of a byte is its offset in the range, modulo the length of the window. */
  readonly #window: Uint8Array;
  /** The try that owns the buffer; null once that is given back. */
  #owner: object | null = {};
  /** How many bytes of the range, from its start, this try need not read any more. */
  #readBytes = 0;
  #reading: Promise<void> | null = null;

  constructor(options: RangeOptions) {
    const { pool, range } = options;
    const windowBytes = range.sizeBytes > KEPT_BYTES ? 2 * PIECE_BYTES : range.sizeBytes;
    this.#options = options;
    this.#buffer = pool.take(windowBytes);
    this.#window = this.#buffer.subarray(0, windowBytes);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { range, onSent } = this.#options;
    const { sizeBytes } = range;
    const owner = await this.#begin();
    for (let sentBytes = 0; sentBytes < sizeBytes; ) {
      if (this.#readBytes === sentBytes) await this.#readOn();
      this.#assertOwner(owner);
      const piece = this.#window.subarray(...this.#placeOf(sentBytes, this.#readBytes));
      sentBytes += piece.byteLength;
      // undici asks for more only when the socket has taken the last piece: by then its place is free.
      if (this.#readBytes === sentBytes && sentBytes < sizeBytes) this.#readOn().catch(() => {});
      yield piece;
      this.#assertOwner(owner);
      onSent(piece.byteLength);
    }
  }

  /**
   * A read that is under way when the request breaks still writes into the buffer: another body may have that when the
   * read is over. It is not waited for, and a buffer whose read failed is used by nobody: that one may have hung.
   */
  release(): void {
    if (this.#owner === null) return;
    this.#owner = null;
    const giveBack = () => this.#options.pool.giveBack(this.#buffer);
    if (this.#reading === null) giveBack();
    else this.#reading.then(giveBack, () => {});
  }

  async #begin(): Promise<object> {
    const owner = {};
    if (this.#owner !== null) this.#owner = owner;
    // What a broken try still reads is not to mix with the bytes of this one. A read that failed may still go on.
    await this.#reading;
    this.#assertOwner(owner);
    if (this.#window.byteLength < this.#options.range.sizeBytes) this.#readBytes = 0;
    return owner;
  }

  /** The next piece, once for all who wait for it; one that failed keeps failing. */
  #readOn(): Promise<void> {
    this.#reading ??= this.#fill().then(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  /** @throws FileError FILE_CHANGED when the file ends too early: the buffer holds bytes of other files */
  async #fill(): Promise<void> {
    const { source, range } = this.#options;
    const offset = this.#readBytes;
    const place = this.#window.subarray(...this.#placeOf(offset, range.sizeBytes));
    const readBytes = await source.read(place, range.firstByte + offset);
    if (readBytes < place.byteLength) {
      const text = `the file ended at byte ${grouped(range.firstByte + offset + readBytes)}, before its part did`;
      throw new FileError('FILE_CHANGED', text);
    }
    this.#readBytes += readBytes;
  }

  /** From where to where in the window the piece at `offset` lies; `endBytes` is where the range ends for now. */
  #placeOf(offset: number, endBytes: number): [number, number] {
    const start = offset % this.#window.byteLength;
    return [start, start + Math.min(PIECE_BYTES, endBytes - offset)];
  }

  /** A request that broke may still pull, when the disk or its closed socket wakes it. */
  #assertOwner(owner: object): void {
    if (this.#owner !== owner) throw new RangeError('this try is over, and its buffer is not its own');
  }
}
