// Parsers of GIF, PNG and JPEG: size, frames, truncation and warnings, however the bytes are split into chunks.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GifParser } from '../../src/media/formats/gif.ts';
import type { ImageParser, ParsedImage } from '../../src/media/formats/image-parser.ts';
import { JpegParser } from '../../src/media/formats/jpeg.ts';
import { PngParser } from '../../src/media/formats/png.ts';
import { cut, gif, jpeg, jpegSegment, png, pngChunk } from '../support/media.ts';

/** A PNG with a chunk between its signature and its header chunk. */
function beforeHeader(chunk: Buffer): Buffer {
  const whole = png(SIZE);
  return Buffer.concat([whole.subarray(0, 8), chunk, whole.subarray(8)]);
}

function parse(parser: ImageParser, chunks: readonly Uint8Array[]): ParsedImage {
  for (const chunk of chunks) parser.write(chunk);
  return parser.result();
}

const SIZE = { width: 1920, height: 1080 };
const PARSERS = { gif: () => new GifParser(), png: () => new PngParser(), jpeg: () => new JpegParser() };

describe('GifParser', () => {
  it.each([
    ['one frame', { frames: 1 }, 1],
    ['many frames', { frames: 251 }, 251],
    ['no global colour table', { frames: 3, hasGlobalTable: false }, 3],
    ['local colour tables', { frames: 7, hasLocalTables: true }, 7],
    ['many sub-blocks', { frames: 5, subBlocks: [255, 255, 1, 17] }, 5],
    ['frames without data', { frames: 4, subBlocks: [] }, 4],
  ])('GifParser counts the frames and reads the size of a GIF with %s', (_, shape, frames) => {
    const parsed = parse(new GifParser(), [gif({ ...shape, size: SIZE })]);
    expect(parsed).toEqual({ invalidReason: null, warnings: [], frames, size: SIZE });
  });

  it.each([
    ['a GIF without a trailer', gif({ frames: 2, hasTrailer: false }), /trailer/],
    ['a GIF that is cut inside a frame', gif({ frames: 2 }).subarray(0, -4), /trailer/],
    [
      'a GIF with an unknown block',
      Buffer.concat([gif({ frames: 1, hasTrailer: false }), Buffer.from('x;')]),
      /frame 1/,
    ],
    ['a GIF without frames', gif({ frames: 0 }), /without frames/],
    ['another signature than that of a GIF', Buffer.from('GIF00a-and-more-of-it;'), /damaged/],
    ['a part of the signature', Buffer.from('GIF8'), /trailer/],
    ['no bytes', Buffer.alloc(0), /trailer/],
  ])('GifParser gives an invalid reason for %s', (_, bytes, invalidReason) => {
    expect(parse(new GifParser(), [bytes]).invalidReason).toMatch(invalidReason);
  });

  it('GifParser ignores zeros between blocks and all bytes after the trailer', () => {
    const whole = gif({ frames: 2, hasTrailer: false });
    const bytes = Buffer.concat([whole, Buffer.alloc(3), Buffer.from(';'), gif({ frames: 9 })]);
    expect(parse(new GifParser(), [bytes])).toMatchObject({ invalidReason: null, frames: 2 });
  });

  it('GifParser counts the frames of a generated GIF of any shape, split into any chunks', () => {
    const shapes = fc.record({
      frames: fc.integer({ min: 1, max: 20 }),
      hasGlobalTable: fc.boolean(),
      hasLocalTables: fc.boolean(),
      subBlocks: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(shapes, fc.array(fc.nat(), { maxLength: 40 }), (shape, cuts) => {
        const parsed = parse(new GifParser(), cut(gif({ ...shape, size: SIZE }), cuts));
        expect(parsed).toEqual({ invalidReason: null, warnings: [], frames: shape.frames, size: SIZE });
      }),
    );
  });
});

describe('PngParser', () => {
  it.each([
    ['a whole PNG', png(SIZE)],
    ['an Apple PNG with a chunk before its header', beforeHeader(pngChunk('CgBI', Buffer.alloc(4)))],
    ['a PNG with a second header', png(SIZE, [png().subarray(8, 33)])],
  ])('PngParser reads the size and finds the end of %s', (_, bytes) => {
    expect(parse(new PngParser(), [bytes])).toEqual({ invalidReason: null, warnings: [], size: SIZE });
  });

  it('PngParser warns about an animated PNG', () => {
    const animated = png(undefined, [pngChunk('acTL', Buffer.alloc(8))]);
    expect(parse(new PngParser(), [animated])).toMatchObject({
      invalidReason: null,
      warnings: [expect.stringMatching(/animated/)],
    });
  });

  it('PngParser warns about bytes after the end of the PNG', () => {
    const parsed = parse(new PngParser(), [png(), Buffer.alloc(5), Buffer.alloc(2)]);
    expect(parsed).toMatchObject({ invalidReason: null, warnings: [expect.stringContaining('7 bytes')] });
  });

  it('PngParser gives an invalid reason for a PNG without image data', () => {
    const bytes = Buffer.concat([png().subarray(0, 33), pngChunk('IEND')]);
    expect(parse(new PngParser(), [bytes]).invalidReason).toMatch(/image data/);
  });

  it('PngParser detects truncation of a PNG at every length', () => {
    const whole = png();
    for (let length = 0; length < whole.length; length += 1) {
      expect(parse(new PngParser(), [whole.subarray(0, length)]).invalidReason).toMatch(/IEND/);
    }
  });
});

describe('JpegParser', () => {
  const size = { width: 640, height: 480 };

  it.each([
    ['a baseline frame', jpeg({ size })],
    ['a progressive frame', jpeg({ size, frameCode: 0xc2 })],
    ['a lossless frame', jpeg({ size, frameCode: 0xc3 })],
    [
      'large metadata',
      jpeg({ size, extra: Array.from({ length: 90 }, () => jpegSegment(0xe2, Buffer.alloc(65_000, 0xff))) }),
    ],
    ['a thumbnail that has its own end marker', jpeg({ size, extra: [jpegSegment(0xe1, jpeg())] })],
    [
      'Huffman tables, which are not a frame header',
      jpeg({ size, extra: [jpegSegment(0xc4, Buffer.alloc(20, 1))] }),
    ],
    ['fill bytes before a marker', jpeg({ size, extra: [Buffer.from([0xff, 0xff])] })],
    ['a stray byte between segments', jpeg({ size, extra: [Buffer.from([0])] })],
    ['megabytes after the end marker', Buffer.concat([jpeg({ size }), Buffer.alloc(2_000_000)])],
  ])('JpegParser reads the size and finds the end of a JPEG with %s', (_, bytes) => {
    expect(parse(new JpegParser(), [bytes])).toEqual({ invalidReason: null, warnings: [], size });
  });

  it('JpegParser only warns about a missing end marker', () => {
    const parsed = parse(new JpegParser(), [jpeg({ size, hasEnd: false })]);
    expect(parsed).toEqual({ invalidReason: null, warnings: [expect.stringMatching(/end marker/)], size });
  });

  it('JpegParser ignores the end marker of a thumbnail', () => {
    const bytes = jpeg({ size, extra: [jpegSegment(0xe1, jpeg())], hasEnd: false });
    expect(parse(new JpegParser(), [bytes]).warnings).toHaveLength(1);
  });

  it('JpegParser gives an invalid reason for a JPEG that ends before its image data', () => {
    expect(parse(new JpegParser(), [jpeg().subarray(0, 20)]).invalidReason).toMatch(/image data/);
  });
});

describe.each(Object.entries(PARSERS))('the %s parser', (_, parserOf) => {
  it('the parser gives the same result for any bytes, split into any chunks', () => {
    const starts = [png(), gif({ frames: 3 }), jpeg(), Buffer.alloc(0)].map((start) => fc.constant(start));
    const bytes = fc.tuple(fc.oneof(...starts), fc.uint8Array({ maxLength: 200 }), fc.nat());
    fc.assert(
      fc.property(bytes, fc.array(fc.nat(), { maxLength: 20 }), ([start, noise, keep], cuts) => {
        const mixed = Buffer.concat([start.subarray(0, keep % (start.length + 1)), noise]);
        expect(parse(parserOf(), cut(mixed, cuts))).toEqual(parse(parserOf(), [mixed]));
      }),
    );
  });
});
