// Reads an image once, from its first byte to its last, and computes its digest on the way. The parsers of images take
// their bytes from it. Memory does not grow with the file.

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
  /** As in the header, 0 included. */
  readonly size?: { readonly width: number; readonly height: number } | undefined;
}

export class ImageReader {
  readonly #source: ByteSource;
  readonly #buffer: Buffer;
  readonly #hash = createHash('sha256');
  /** Bytes that are read, but not taken or skipped yet. */
  #chunk: Buffer;
  #nextOffset: number;

  /** `head`: the first bytes of the file. Its memory is reused for the rest. */
  constructor(source: ByteSource, head: Buffer) {
    this.#source = source;
    this.#buffer = head;
    this.#chunk = head;
    this.#nextOffset = head.length;
    this.#hash.update(head);
  }

  /** The number of bytes that are not taken or skipped yet. */
  get remainingBytes(): number {
    return this.#source.sizeBytes - this.#nextOffset + this.#chunk.length;
  }

  /** Returns the next `length` bytes, or fewer at the end of the file. */
  async take(length: number): Promise<Buffer> {
    // A copy, because the memory of the chunk is reused. Nearly always the chunk has all of them.
    let taken = Buffer.from(this.#advance(length));
    while (taken.length < length && (await this.#fill())) {
      taken = Buffer.concat([taken, this.#advance(length - taken.length)]);
    }
    return taken;
  }

  /** Returns whether the file has all of the skipped bytes. */
  async skip(length: number): Promise<boolean> {
    let leftBytes = length;
    while (leftBytes > 0 && (await this.#fill())) leftBytes -= this.#advance(leftBytes).length;
    return leftBytes === 0;
  }

  /** Skips all bytes up to the next `byte`, and this one. Returns whether there is one. */
  async skipPast(byte: number): Promise<boolean> {
    while (await this.#fill()) {
      const index = this.#chunk.indexOf(byte);
      this.#advance(index < 0 ? this.#chunk.length : index + 1);
      if (index >= 0) return true;
    }
    return false;
  }

  /** Skips all bytes up to the next `pair` of bytes, and these two. Returns whether there is one. */
  async skipPastPair(pair: Buffer): Promise<boolean> {
    let lastByte: number | undefined;
    while (await this.#fill()) {
      const isSplit = lastByte === pair[0] && this.#chunk[0] === pair[1];
      const endIndex = isSplit ? 1 : this.#chunk.indexOf(pair) + pair.length;
      const isFound = isSplit || endIndex >= pair.length;
      lastByte = this.#chunk.at(-1);
      this.#advance(isFound ? endIndex : this.#chunk.length);
      if (isFound) return true;
    }
    return false;
  }

  /** SHA-256 of the whole file, lower-case hex. Reads the rest of the file. */
  async digest(): Promise<string> {
    await this.skip(this.remainingBytes);
    return this.#hash.digest('hex');
  }

  /** Reads the next chunk when the current one is used up. Returns false at the end of the file. */
  async #fill(): Promise<boolean> {
    if (this.#chunk.length === 0) {
      this.#chunk = this.#buffer.subarray(0, await this.#source.read(this.#buffer, this.#nextOffset));
      this.#nextOffset += this.#chunk.length;
      this.#hash.update(this.#chunk);
    }
    return this.#chunk.length > 0;
  }

  #advance(maxBytes: number): Buffer {
    const passed = this.#chunk.subarray(0, maxBytes);
    this.#chunk = this.#chunk.subarray(passed.length);
    return passed;
  }
}
