// Parsers of GIF, PNG and JPEG: size, frames, truncation and warnings, in chunks of any size.

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseGif } from '../../../src/media/formats/gif.ts';
import { ImageReader, type ParseImage } from '../../../src/media/formats/image-reader.ts';
import { parseJpeg } from '../../../src/media/formats/jpeg.ts';
import { parsePng } from '../../../src/media/formats/png.ts';
import { gif, jpeg, jpegSegment, png, pngChunk, sourceOf } from '../../support/media.ts';

/** A PNG with a chunk between its signature and its header chunk. */
function beforeHeader(chunk: Buffer): Buffer {
  const whole = png(SIZE);
  return Buffer.concat([whole.subarray(0, 8), chunk, whole.subarray(8)]);
}

/** `chunkBytes`: how many bytes are read from the file at a time. */
function parse(parser: ParseImage, bytes: Buffer, chunkBytes = 1000) {
  return parser(new ImageReader(sourceOf(bytes), Buffer.from(bytes.subarray(0, chunkBytes))));
}

const SMALL = { width: 3, height: 2 };
const SIZE = { width: 1920, height: 1080 };
const CHUNK_BYTES = fc.integer({ min: 1, max: 40 });

describe('parseGif', () => {
  it.each([
    ['one frame', { frames: 1 }, 1],
    ['many frames', { frames: 251 }, 251],
    ['no global colour table', { frames: 3, hasGlobalTable: false }, 3],
    ['local colour tables', { frames: 7, hasLocalTables: true }, 7],
    ['many sub-blocks', { frames: 5, subBlocks: [255, 255, 1, 17] }, 5],
    ['frames without data', { frames: 4, subBlocks: [] }, 4],
  ])('parseGif counts the frames and reads the size of a GIF with %s', async (_, shape, frames) => {
    const parsed = await parse(parseGif, gif({ ...shape, size: SIZE }));
    expect(parsed).toEqual({ frames, size: SIZE });
  });

  it.each([
    ['a GIF without a trailer', gif({ frames: 2 }).subarray(0, -1), /trailer/],
    ['a GIF that is cut inside a frame', gif({ frames: 2 }).subarray(0, -4), /trailer/],
    [
      'a GIF with an unknown block',
      Buffer.concat([gif({ frames: 1 }).subarray(0, -1), Buffer.from('x;')]),
      /frame 1/,
    ],
    ['a GIF without frames', gif({ frames: 0 }), /without frames/],
    ['another signature than that of a GIF', Buffer.from('GIF00a-and-more-of-it;'), /damaged/],
    ['a part of the signature', Buffer.from('GIF8'), /damaged/],
    ['a part of the header', gif({ frames: 1 }).subarray(0, 9), /trailer/],
  ])('parseGif gives an invalid reason for %s', async (_, bytes, invalidReason) => {
    expect(await parse(parseGif, bytes)).toMatch(invalidReason);
  });

  it('parseGif ignores zeros between blocks and all bytes after the trailer', async () => {
    const whole = gif({ frames: 2 }).subarray(0, -1);
    const bytes = Buffer.concat([whole, Buffer.alloc(3), Buffer.from(';'), gif({ frames: 9 })]);
    expect(await parse(parseGif, bytes)).toMatchObject({ frames: 2 });
  });

  it('parseGif counts the frames of a generated GIF of any shape, in chunks of any size', async () => {
    const shapes = fc.record({
      frames: fc.integer({ min: 1, max: 20 }),
      hasGlobalTable: fc.boolean(),
      hasLocalTables: fc.boolean(),
      subBlocks: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, CHUNK_BYTES, async (shape, chunkBytes) => {
        const parsed = await parse(parseGif, gif({ ...shape, size: SIZE }), chunkBytes);
        expect(parsed).toEqual({ frames: shape.frames, size: SIZE });
      }),
    );
  });
});

describe('parsePng', () => {
  it.each([
    ['a whole PNG', png(SIZE)],
    ['an Apple PNG with a chunk before its header', beforeHeader(pngChunk('CgBI', Buffer.alloc(4)))],
    ['a PNG with a second header', png(SIZE, [png().subarray(8, 33)])],
  ])('parsePng reads the size and finds the end of %s', async (_, bytes) => {
    expect(await parse(parsePng, bytes)).toEqual({ warnings: [], size: SIZE });
  });

  it('parsePng warns about an animated PNG', async () => {
    const animated = png(undefined, [pngChunk('acTL', Buffer.alloc(8))]);
    expect(await parse(parsePng, animated)).toMatchObject({
      warnings: [expect.stringMatching(/animated/)],
    });
  });

  it('parsePng warns about bytes after the end of the PNG', async () => {
    const parsed = await parse(parsePng, Buffer.concat([png(), Buffer.alloc(7)]));
    expect(parsed).toMatchObject({ warnings: [expect.stringContaining('7 bytes')] });
  });

  it('parsePng gives an invalid reason for a PNG without image data', async () => {
    const bytes = Buffer.concat([png().subarray(0, 33), pngChunk('IEND')]);
    expect(await parse(parsePng, bytes)).toMatch(/image data/);
  });

  it('parsePng detects truncation of a PNG at every length', async () => {
    const whole = png();
    for (let length = 0; length < whole.length; length += 1) {
      expect(await parse(parsePng, whole.subarray(0, length))).toMatch(/IEND/);
    }
  });
});

describe('parseJpeg', () => {
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
  ])('parseJpeg reads the size and finds the end of a JPEG with %s', async (_, bytes) => {
    expect(await parse(parseJpeg, bytes)).toEqual({ size });
  });

  it('parseJpeg finds the end marker wherever a chunk ends', async () => {
    const bytes = jpeg({ size });
    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes += 1)
      expect(await parse(parseJpeg, bytes, chunkBytes)).toEqual({ size });
  });

  it('parseJpeg finds an end marker after a fill byte', async () => {
    const bytes = Buffer.concat([jpeg({ size, hasEnd: false }), Buffer.from([0xff, 0xff, 0xd9])]);
    expect(await parse(parseJpeg, bytes)).toEqual({ size });
  });

  it('parseJpeg only warns about a missing end marker', async () => {
    const parsed = await parse(parseJpeg, jpeg({ size, hasEnd: false }));
    expect(parsed).toEqual({ warnings: [expect.stringMatching(/end marker/)], size });
  });

  it('parseJpeg ignores the end marker of a thumbnail', async () => {
    const bytes = jpeg({ size, extra: [jpegSegment(0xe1, jpeg())], hasEnd: false });
    expect(await parse(parseJpeg, bytes)).toMatchObject({ warnings: [expect.anything()] });
  });

  it('parseJpeg gives an invalid reason for a JPEG that ends before its image data', async () => {
    expect(await parse(parseJpeg, jpeg().subarray(0, 20))).toMatch(/image data/);
  });
});

const MANY = 1_000_000;
const repeat = (...bytes: number[]) => Buffer.alloc(MANY, Buffer.from(bytes));
const afterHeader = (bytes: Buffer) =>
  Buffer.concat([gif({ frames: 1 }).subarray(0, -1), bytes, Buffer.from(';')]);

it.each([
  [
    'a GIF of sub-blocks of one byte',
    parseGif,
    afterHeader(Buffer.concat([Buffer.from('!x'), repeat(1, 7), Buffer.alloc(1)])),
  ],
  ['a GIF of extensions of one byte', parseGif, afterHeader(repeat(0x21, 0xfe, 1, 7, 0))],
  ['a GIF with zeros between its blocks', parseGif, afterHeader(repeat(0))],
  [
    'a PNG of empty chunks',
    parsePng,
    png(
      undefined,
      Array.from({ length: 10_000 }, () => pngChunk('tEXt')),
    ),
  ],
  ['a JPEG of fill bytes', parseJpeg, jpeg({ extra: [repeat(0xff)] })],
  ['a JPEG of empty segments', parseJpeg, jpeg({ extra: [repeat(0xff, 0xe0, 0, 2)] })],
  ['a JPEG of restarts', parseJpeg, jpeg({ extra: [repeat(0xff, 0xd0)] })],
  ['a JPEG of stray bytes', parseJpeg, jpeg({ extra: [repeat(0)] })],
  [
    'a photo, whose data is full of markers',
    parseJpeg,
    Buffer.concat([jpeg({ hasEnd: false }), repeat(0xff, 0), jpeg()]),
  ],
] as const)('%s waits for the disk only once per chunk', async (_, parser, bytes) => {
  const chunkBytes = 1000;
  const reader = new ImageReader(sourceOf(bytes), Buffer.from(bytes.subarray(0, chunkBytes)));
  const fill = vi.spyOn(reader, 'fill');
  expect(await parser(reader)).toMatchObject({ size: SMALL });
  expect(fill.mock.calls.length).toBeGreaterThan(bytes.length / chunkBytes - 2);
  expect(fill.mock.calls.length).toBeLessThan((bytes.length / chunkBytes) * 1.1);
});

it.each(Object.entries({ parseGif, parsePng, parseJpeg }))(
  '%s gives the same result for any bytes, in chunks of any size',
  async (_, parser) => {
    const starts = fc.constantFrom(png(), gif({ frames: 3 }), jpeg(), Buffer.alloc(0));
    const content = fc.tuple(starts, fc.uint8Array({ maxLength: 200 }), fc.nat());
    await fc.assert(
      fc.asyncProperty(content, CHUNK_BYTES, async ([start, noise, keep], chunkBytes) => {
        const bytes = Buffer.concat([start.subarray(0, keep % (start.length + 1)), noise]);
        expect(await parse(parser, bytes, chunkBytes)).toEqual(await parse(parser, bytes));
      }),
    );
  },
);
