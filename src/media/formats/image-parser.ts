// Shared by the parsers of JPEG, PNG and GIF: the parser interface, its result, and a counter of bytes to skip.

/** Parses the structure of an image from consecutive chunks of any size, in constant memory. */
export interface ImageParser {
  write(chunk: Uint8Array): void;
  /** Call it after the last chunk. */
  result(): ParsedImage;
}

export interface ParsedImage {
  /** Why the image is truncated or damaged, as the end of a sentence. Null when it is whole. */
  readonly invalidReason: string | null;
  /** Sentences without their subject, which is the file. */
  readonly warnings: readonly string[];
  readonly frames?: number;
  /** As in the header, 0 included. Undefined when the file ends before its header. */
  readonly size: ImageSize | undefined;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Counts bytes to skip across chunks. */
export class SkipCounter {
  remainingBytes: number;

  constructor(leftBytes = 0) {
    this.remainingBytes = leftBytes;
  }

  /** Skips from `index` on. Returns the index to read next, or the length of `chunk` when all of it is skipped. */
  advance(chunk: Uint8Array, index: number): number {
    const skippedBytes = Math.min(this.remainingBytes, chunk.length - index);
    this.remainingBytes -= skippedBytes;
    return index + skippedBytes;
  }
}
