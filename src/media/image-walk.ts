// What the walks through the formats of pictures have in common: chunk by chunk in, facts out, a stride over what steers
// nothing.

/** Reads a picture's structure from chunks of any size, in order, in constant memory. */
export interface ImageWalk {
  feed(chunk: Uint8Array): void;
  /** To be called after the last chunk. */
  facts(): ImageFacts;
}

export interface ImageFacts {
  /** Why the picture is not whole, as the end of a sentence; null when it is. */
  readonly flaw: string | null;
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
export class Skip {
  leftBytes: number;

  constructor(leftBytes = 0) {
    this.leftBytes = leftBytes;
  }

  /** Where in `chunk` to read on from `index`; at its end while some are left. */
  over(chunk: Uint8Array, index: number): number {
    const strideBytes = Math.min(this.leftBytes, chunk.length - index);
    this.leftBytes -= strideBytes;
    return index + strideBytes;
  }
}
