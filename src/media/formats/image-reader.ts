// Reads an image once, from start to end, for its parser, and computes its digest. Memory does not grow with the file.

import { createHash } from 'node:crypto';
import type { ByteSource } from '../media-file.ts';

/** Parses the structure of an image. Does not decode pixels. Returns the reason if the image is truncated or damaged. */
export type ParseImage = (reader: ImageReader) => Promise<ParsedImage | InvalidReason>;

/** The end of a sentence about the file. */
export type InvalidReason = string;

export interface ParsedImage {
  /** Sentences without their subject, which is the file. */
  readonly warnings?: readonly string[];
  readonly frames?: number;
  /** The number in the header, which may be 0. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

/** The longest part that a parser needs at once: a PNG chunk header with the size of the image. */
const PART_BYTES_MAX = 16;

/**
 * Only `fill` waits for the disk. Parsers call it when too few bytes are buffered, not for each part of an image: an image
 * of 200 MB may consist of parts of one byte.
 */
export class ImageReader {
  readonly #source: ByteSource;
  readonly #hash = createHash('sha256');
  readonly #buffer: Buffer;
  /** Where the buffered bytes start. */
  #start = 0;
  /** Bytes to skip that are not buffered yet. */
  #pendingBytes = 0;
  #nextOffset: number;
  /** The number of buffered bytes. Only the reader itself sets it. */
  bufferedBytes: number;

  /** `head`: the first bytes of the file. Its memory is reused for the rest. */
  constructor(source: ByteSource, head: Buffer) {
    this.#source = source;
    this.#buffer = head.length < PART_BYTES_MAX ? Buffer.concat([head], PART_BYTES_MAX) : head;
    this.bufferedBytes = head.length;
    this.#nextOffset = head.length;
    this.#hash.update(head);
  }

  /** The number of bytes that are not read or skipped yet. Negative when more were skipped than the file has. */
  get remainingBytes(): number {
    return this.#source.sizeBytes - this.#nextOffset + this.bufferedBytes - this.#pendingBytes;
  }

  /** Buffers `length` bytes or more, 16 at most; fewer only at the end of the file. */
  async fill(length: number): Promise<void> {
    while (this.bufferedBytes < length && this.#nextOffset < this.#source.sizeBytes) {
      this.#buffer.copyWithin(0, this.#start, this.#start + this.bufferedBytes);
      this.#start = 0;
      const free = this.#buffer.subarray(this.bufferedBytes);
      const readBytes = await this.#source.read(free, this.#nextOffset);
      this.#hash.update(free.subarray(0, readBytes));
      this.#nextOffset += readBytes;
      this.bufferedBytes += readBytes;
      const pendingBytes = this.#pendingBytes;
      this.#pendingBytes = 0;
      this.skip(pendingBytes);
    }
  }

  /** The next byte, or -1 when none is buffered. */
  byte(): number {
    if (this.bufferedBytes === 0) return -1;
    this.bufferedBytes -= 1;
    return this.#buffer[this.#start++] ?? -1;
  }

  /** The next buffered bytes, at most `length`, which stay the next ones. Valid until the next call of `fill`. */
  peek(length: number): Buffer {
    return this.#buffer.subarray(this.#start, this.#start + Math.min(length, this.bufferedBytes));
  }

  skip(length: number): void {
    const bufferedBytes = Math.min(length, this.bufferedBytes);
    this.#start += bufferedBytes;
    this.bufferedBytes -= bufferedBytes;
    this.#pendingBytes += length - bufferedBytes;
  }

  /** Skips all bytes up to the next `pair` of bytes, and these two. Returns whether there is one. */
  async skipPastPair(pair: Buffer): Promise<boolean> {
    for (;;) {
      const index = this.peek(this.bufferedBytes).indexOf(pair);
      if (index >= 0) {
        this.skip(index + pair.length);
        return true;
      }
      // The last byte may be the first one of the pair.
      this.skip(Math.max(0, this.bufferedBytes - 1));
      await this.fill(pair.length);
      if (this.bufferedBytes < pair.length) return false;
    }
  }

  /** SHA-256 of the whole file, lower-case hex. Reads the rest of the file. */
  async digest(): Promise<string> {
    this.skip(this.remainingBytes);
    await this.fill(1);
    return this.#hash.digest('hex');
  }
}
