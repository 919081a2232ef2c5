// Walks the segments of a JPEG to its picture data and looks for the end marker, from chunks cut anywhere.
// Decodes no pixel. The format: https://www.w3.org/Graphics/JPEG/itu-t81.pdf, annex B.

import { type ImageParser, type ImageSize, type ParsedImage, SkipCounter } from './image-parser.ts';

type Expected = 'marker' | 'code' | 'length' | 'frame' | 'end-marker' | 'end-code' | 'nothing';

const MARKER = 0xff;
const END_OF_IMAGE = 0xd9;
const START_OF_SCAN = 0xda;
/** The fields at the head of a frame: precision, height, width. */
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
        // Compressed data is searched natively, not byte by byte.
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
    const hasPicture = ['end-marker', 'end-code', 'nothing'].includes(this.#expected);
    const isEnded = this.#expected === 'nothing';
    return {
      invalidReason: hasPicture ? null : 'ends before the picture data of a JPEG begins: its end is missing',
      // A warning only: viewers show such a picture, so LinkedIn may too.
      warnings: isEnded ? [] : ['has no end marker of a JPEG, so its end may be missing'],
      size: this.#size,
    };
  }

  #step(byte: number): void {
    switch (this.#expected) {
      case 'marker':
        // Stray bytes between segments are passed over, as decoders do.
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
        // A marker may be led by any number of filling bytes, each like its own first byte.
        if (byte !== MARKER) this.#expected = byte === END_OF_IMAGE ? 'nothing' : 'end-marker';
        return;
    }
  }

  #openMarker(code: number): void {
    if (code === MARKER) return;
    this.#code = code;
    this.#field = [];
    // Markers without a segment: start and end of the image, restarts, and two without a meaning.
    const isAlone = code <= 1 || (code >= 0xd0 && code <= END_OF_IMAGE);
    this.#expected = isAlone ? 'marker' : 'length';
  }

  #openSegment(): void {
    // The length counts its own two bytes.
    this.#segmentBytes = Math.max(0, this.#takeNumber(0) - 2);
    // Frames of every process. Three codes among them mean tables.
    const isFrame = this.#code >= 0xc0 && this.#code <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(this.#code);
    if (isFrame && this.#segmentBytes >= FRAME_BYTES) {
      this.#field = [];
      this.#expected = 'frame';
    } else {
      this.#skip.remainingBytes = this.#segmentBytes;
      // What comes after a scan's header is picture data: there, only the end marker is of interest.
      this.#expected = this.#code === START_OF_SCAN ? 'end-marker' : 'marker';
    }
  }

  #readFrame(): void {
    this.#size = { width: this.#takeNumber(3), height: this.#takeNumber(1) };
    this.#skip.remainingBytes = this.#segmentBytes - FRAME_BYTES;
    this.#expected = 'marker';
  }

  /** Two bytes of the field, the high one first. */
  #takeNumber(index: number): number {
    return (this.#field[index] ?? 0) * 256 + (this.#field[index + 1] ?? 0);
  }
}
