// Reads the headers of MP4 boxes anywhere in a file. Reads and memory are bounded, whatever sizes the boxes claim.
// The format: ISO/IEC 14496-12, section 4.2.

import type { ByteSource } from '../media-file.ts';

export interface Box {
  readonly type: string;
  /** Offset of its content in the file. */
  readonly body: number;
  /** Offset of the first byte after the box. */
  readonly end: number;
}

/** Why there is no box: the parent ends, the box is smaller than its own header, or BOXES_MAX is reached. */
export type NoBox = 'end' | 'damaged' | 'too-many';

// A two-hour recording in fragments of half a second has 30,000 boxes.
export const BOXES_MAX = 50_000;
// Top-level boxes are far apart and boxes of the index are close together. One small window suits both.
const WINDOW_BYTES = 4096;
const HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;

export class BoxReader {
  readonly #source: ByteSource;
  readonly #window = Buffer.alloc(WINDOW_BYTES);
  #windowStart = 0;
  #windowBytes = 0;
  #boxesLeft = BOXES_MAX;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** The box at `offset` of a parent that ends at `end`. The box may claim to end later: callers check that. */
  async boxAt(offset: number, end: number): Promise<Box | NoBox> {
    if (end - offset < HEADER_BYTES) return 'end';
    if (this.#boxesLeft === 0) return 'too-many';
    this.#boxesLeft -= 1;
    const header = await this.bytesAt(offset, LONG_HEADER_BYTES);
    if (header.length < HEADER_BYTES) return 'end';
    const type = header.toString('latin1', 4, 8);
    const shortSize = header.readUInt32BE(0);
    if (shortSize === 0) return { type, body: offset + HEADER_BYTES, end };
    const isLong = shortSize === 1;
    if (isLong && header.length < LONG_HEADER_BYTES) return 'damaged';
    const headerBytes = isLong ? LONG_HEADER_BYTES : HEADER_BYTES;
    const sizeBytes = isLong ? Number(header.readBigUInt64BE(8)) : shortSize;
    if (sizeBytes < headerBytes) return 'damaged';
    return { type, body: offset + headerBytes, end: offset + sizeBytes };
  }

  /** The boxes inside `parent`, up to the first one that does not fit. */
  async *childrenOf(parent: Box): AsyncGenerator<Box> {
    for (let offset = parent.body; ; ) {
      const box = await this.boxAt(offset, parent.end);
      if (typeof box === 'string' || box.end > parent.end) return;
      yield box;
      offset = box.end;
    }
  }

  /** Up to `length` bytes (4096 at most), fewer at the end of the file. The buffer is valid until the next call. */
  async bytesAt(offset: number, length: number): Promise<Buffer> {
    const isInWindow =
      offset >= this.#windowStart && offset + length <= this.#windowStart + this.#windowBytes;
    if (!isInWindow) {
      this.#windowStart = offset;
      this.#windowBytes = await this.#source.read(this.#window, offset);
    }
    const from = offset - this.#windowStart;
    return this.#window.subarray(from, Math.min(from + length, this.#windowBytes));
  }
}
