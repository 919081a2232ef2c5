// What the walks through the formats of pictures have in common: chunk by chunk in, facts out, a stride over what steers
// nothing.

/** Reads a picture's structure from chunks of any size, in order, in constant memory. */
export interface ImageParser {
  write(chunk: Uint8Array): void;
  /** To be called after the last chunk. */
  result(): ParsedImage;
}

export interface ParsedImage {
  /** Why the picture is not whole, as the end of a sentence; null when it is. */
  readonly invalidReason: string | null;
  /** Sentences whose subject, the file, is left out. */
  readonly warnings: readonly string[];
  readonly frames?: number;
  /** As the header gives it, 0 included; undefined when the file ends before it. */
  readonly size: ImageSize | undefined;
}

export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Bytes to pass over, in strides of as many as each chunk holds of them. */
export class SkipCounter {
  remainingBytes: number;

  constructor(leftBytes = 0) {
    this.remainingBytes = leftBytes;
  }

  /** Where in `chunk` to read on from `index`; at its end while some are left. */
  advance(chunk: Uint8Array, index: number): number {
    const strideBytes = Math.min(this.remainingBytes, chunk.length - index);
    this.remainingBytes -= strideBytes;
    return index + strideBytes;
  }
}
