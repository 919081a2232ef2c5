// Parses the segments of a JPEG for its size and its image data, and then searches for the end marker. Does not decode
// pixels. The format: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.

import { type ImageParser, type ImageSize, type ParsedImage, SkipCounter } from './image-parser.ts';

type Expected = 'marker' | 'code' | 'length' | 'frame' | 'end-marker' | 'end-code' | 'nothing';

const MARKER = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** The first fields of a frame header: precision, height, width. */
const FRAME_BYTES = 5;

export class JpegParser implements ImageParser {
  #expected: Expected = 'marker';
  #code = 0;
  #segmentBytes = 0;
  readonly #skip = new SkipCounter();
  #field: number[] = [];
  #size: ImageSize | undefined;

  write(chunk: Uint8Array): void {
    let index = 0;
    while (index < chunk.length && this.#expected !== 'nothing') {
      index = this.#skip.advance(chunk, index);
      if (this.#skip.remainingBytes === 0 && this.#expected === 'end-marker') {
        // indexOf is much faster than a loop over the compressed data.
        index = chunk.indexOf(MARKER, index);
        if (index < 0) return;
      }
      const byte = chunk[index];
      if (byte === undefined) return;
      this.#step(byte);
      index += 1;
    }
  }

  result(): ParsedImage {
    const hasImageData = ['end-marker', 'end-code', 'nothing'].includes(this.#expected);
    const isEnded = this.#expected === 'nothing';
    return {
      invalidReason: hasImageData ? null : 'has no JPEG image data: its end is missing',
      // Only a warning: viewers show such an image, so LinkedIn may accept it.
      warnings: isEnded ? [] : ['has no JPEG end marker, so its end may be missing'],
      size: this.#size,
    };
  }

  #step(byte: number): void {
    switch (this.#expected) {
      case 'marker':
        // Decoders ignore stray bytes between segments.
        if (byte === MARKER) this.#expected = 'code';
        return;
      case 'code':
        this.#openMarker(byte);
        return;
      case 'length':
        if (this.#field.push(byte) === 2) this.#openSegment();
        return;
      case 'frame':
        if (this.#field.push(byte) === FRAME_BYTES) this.#readFrame();
        return;
      case 'end-marker':
        this.#expected = 'end-code';
        return;
      case 'end-code':
        // Any number of fill bytes (0xff) may precede a marker code.
        if (byte !== MARKER) this.#expected = byte === END_OF_IMAGE ? 'nothing' : 'end-marker';
        return;
    }
  }

  #openMarker(code: number): void {
    if (code === MARKER) return;
    this.#code = code;
    this.#field = [];
    // Markers without a segment: start and end of the image, restarts, and two reserved ones.
    const isAlone = code <= 1 || (code >= 0xd0 && code <= END_OF_IMAGE);
    this.#expected = isAlone ? 'marker' : 'length';
  }

  #openSegment(): void {
    // The length includes its own two bytes.
    this.#segmentBytes = Math.max(0, this.#readUint16(0) - 2);
    // Frame headers of all processes. Three codes in the range are tables.
    const isFrame = this.#code >= 0xc0 && this.#code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(this.#code);
    if (isFrame && this.#segmentBytes >= FRAME_BYTES) {
      this.#field = [];
      this.#expected = 'frame';
    } else {
      this.#skip.remainingBytes = this.#segmentBytes;
      // Compressed data follows the scan header. Only the end marker matters there.
      this.#expected = this.#code === START_OF_SCAN ? 'end-marker' : 'marker';
    }
  }

  #readFrame(): void {
    this.#size = { width: this.#readUint16(3), height: this.#readUint16(1) };
    this.#skip.remainingBytes = this.#segmentBytes - FRAME_BYTES;
    this.#expected = 'marker';
  }

  #readUint16(index: number): number {
    return (this.#field[index] ?? 0) * 256 + (this.#field[index + 1] ?? 0);
  }
}
