// Parses the chunks of a PNG for its size, its end and whether it is animated. Does not decode pixels.
// The format: https://www.w3.org/TR/png-3/

import { pluralize } from '../../format.ts';
import { type ImageParser, type ImageSize, type ParsedImage, SkipCounter } from './image-parser.ts';

const SIGNATURE_BYTES = 8;
/** Length and type of a chunk. */
const HEADER_BYTES = 8;
/** Width and height, the first fields of the image header chunk (IHDR). */
const SIZE_BYTES = 8;
const CHECKSUM_BYTES = 4;

export class PngParser implements ImageParser {
  readonly #header = Buffer.alloc(HEADER_BYTES + SIZE_BYTES);
  #headerBytes = 0;
  readonly #skip = new SkipCounter(SIGNATURE_BYTES);
  #size: ImageSize | undefined;
  #isEndOpen = false;
  #hasPixels = false;
  #isAnimated = false;
  #trailingBytes = 0;

  write(chunk: Uint8Array): void {
    let index = 0;
    while (index < chunk.length) {
      index = this.#skip.advance(chunk, index);
      const byte = chunk[index];
      if (byte === undefined) return;
      if (this.#isEndOpen) {
        this.#trailingBytes += chunk.length - index;
        return;
      }
      this.#header[this.#headerBytes++] = byte;
      if (this.#headerBytes >= HEADER_BYTES) this.#openChunk();
      index += 1;
    }
  }

  result(): ParsedImage {
    const warnings: string[] = [];
    if (this.#isAnimated) warnings.push('is an animated PNG, which LinkedIn may show as a still image');
    if (this.#trailingBytes > 0)
      warnings.push(`has ${pluralize(this.#trailingBytes, 'byte')} after the end of the PNG`);
    const isWhole = this.#isEndOpen && this.#skip.remainingBytes === 0;
    let invalidReason: string | null = null;
    if (!isWhole) invalidReason = 'has no PNG end chunk (IEND): its end is missing';
    else if (!this.#hasPixels) invalidReason = 'is a PNG without image data';
    return { invalidReason, warnings, size: this.#size };
  }

  #openChunk(): void {
    const lengthBytes = this.#header.readUInt32BE();
    const type = this.#header.toString('latin1', 4, HEADER_BYTES);
    const readBytes = this.#headerBytes - HEADER_BYTES;
    if (type === 'IHDR' && lengthBytes >= SIZE_BYTES) {
      if (readBytes < SIZE_BYTES) return;
      this.#size ??= { width: this.#header.readUInt32BE(8), height: this.#header.readUInt32BE(12) };
    }
    if (type === 'IDAT') this.#hasPixels = true;
    if (type === 'acTL') this.#isAnimated = true;
    if (type === 'IEND') this.#isEndOpen = true;
    this.#skip.remainingBytes = lengthBytes - readBytes + CHECKSUM_BYTES;
    this.#headerBytes = 0;
  }
}
