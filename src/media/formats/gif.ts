// Parses the blocks of a GIF for its size, its frames and its trailer. Does not decode pixels.
// The format: https://www.w3.org/Graphics/GIF/spec-gif89a.txt

import { type ImageParser, type ParsedImage, SkipCounter } from './image-parser.ts';

type Expected =
  | 'header'
  | 'block'
  | 'extension-label'
  | 'frame-flags'
  | 'sub-block-length'
  | 'nothing'
  | 'no-gif-block';

const SIGNATURES = ['GIF87a', 'GIF89a'];
const SIGNATURE_BYTES = 6;
/** Signature, screen width, screen height and screen flags. */
const HEADER_BYTES = 11;
const EXTENSION = 0x21;
const FRAME = 0x2c;
const TRAILER = 0x3b;

/** What to parse next, and how many bytes to skip before it. */
type Step = readonly [expected: Expected, skipBytes: number];

export class GifParser implements ImageParser {
  #expected: Expected = 'header';
  readonly #skip = new SkipCounter();
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #frames = 0;

  write(chunk: Uint8Array): void {
    let index = 0;
    while (index < chunk.length) {
      // Nearly all bytes are skipped, a sub-block at a time. Only the few structural bytes are read one by one.
      index = this.#skip.advance(chunk, index);
      const byte = chunk[index];
      if (byte === undefined || this.#expected === 'nothing' || this.#expected === 'no-gif-block') return;
      [this.#expected, this.#skip.remainingBytes] = this.#step(this.#expected, byte);
      index += 1;
    }
  }

  result(): ParsedImage {
    const size =
      this.#headerBytes === HEADER_BYTES
        ? { width: this.#header.readUInt16LE(6), height: this.#header.readUInt16LE(8) }
        : undefined;
    let invalidReason: string | null = null;
    if (this.#expected === 'no-gif-block') invalidReason = `is damaged after frame ${this.#frames}`;
    else if (this.#expected !== 'nothing') invalidReason = 'has no GIF trailer: its end is missing';
    else if (this.#frames === 0) invalidReason = 'is a GIF without frames';
    return { invalidReason, warnings: [], frames: this.#frames, size };
  }

  #step(expected: Exclude<Expected, 'nothing' | 'no-gif-block'>, byte: number): Step {
    switch (expected) {
      case 'header':
        return this.#readHeader(byte);
      case 'block':
        return this.#openBlock(byte);
      case 'extension-label':
        return ['sub-block-length', 0];
      case 'frame-flags':
        // One byte, the LZW code size, follows the colour table.
        return ['sub-block-length', colourTableBytes(byte) + 1];
      case 'sub-block-length':
        return byte === 0 ? ['block', 0] : ['sub-block-length', byte];
    }
  }

  #readHeader(byte: number): Step {
    this.#header[this.#headerBytes++] = byte;
    if (this.#headerBytes === SIGNATURE_BYTES) {
      const signature = this.#header.toString('latin1', 0, SIGNATURE_BYTES);
      return [SIGNATURES.includes(signature) ? 'header' : 'no-gif-block', 0];
    }
    if (this.#headerBytes < HEADER_BYTES) return ['header', 0];
    // Two bytes, background colour and aspect ratio, precede the colour table.
    return ['block', 2 + colourTableBytes(byte)];
  }

  #openBlock(byte: number): Step {
    if (byte === EXTENSION) return ['extension-label', 0];
    if (byte === TRAILER) return ['nothing', 0];
    // Some encoders write stray zeros between blocks. Viewers ignore them.
    if (byte === 0) return ['block', 0];
    if (byte !== FRAME) return ['no-gif-block', 0];
    this.#frames += 1;
    // Eight bytes, position and size of the frame, precede its flags.
    return ['frame-flags', 8];
  }
}

function colourTableBytes(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 0x07) + 1) : 0;
}
