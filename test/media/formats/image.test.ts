// The parsers of PNG, JPEG and GIF: size, frames, warnings and truncation.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGif, parseJpeg, parsePng } from '../../../src/media/formats/image.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { gif, jpeg, jpegSegment, png, pngChunk } from '../../support/media.ts';

const SIZE = { width: 1920, height: 1080 };

/** A PNG with a chunk between its signature and its header chunk. */
function beforeHeader(chunk: Buffer): Buffer {
  const whole = png(SIZE);
  return Buffer.concat([whole.subarray(0, 8), chunk, whole.subarray(8)]);
}

it.each<[name: string, bytes: Buffer, warnings: unknown[]]>([
  ['a whole PNG', png(SIZE), []],
  [
    'an Apple PNG with a chunk before its header',
    beforeHeader(pngChunk('CgBI', Buffer.alloc(4))),
    [],
  ],
  ['a PNG with a second header', png(SIZE, [png().subarray(8, 33)]), []],
  ['an animated PNG', png(SIZE, [pngChunk('acTL', Buffer.alloc(8))]), [/animated/]],
  ['a PNG with bytes after its end', Buffer.concat([png(SIZE), Buffer.alloc(7)]), [/7 bytes/]],
])('parsePng reads the size and finds the end of %s', (_, bytes, warnings) => {
  expect(parsePng(bytes)).toEqual({
    warnings: warnings.map((text) => expect.stringMatching(text as RegExp)),
    size: SIZE,
  });
});

it('parsePng gives an invalid reason for a PNG without image data', () => {
  expect(parsePng(Buffer.concat([png().subarray(0, 33), pngChunk('IEND')]))).toMatch(/image data/);
});

it('parsePng detects truncation of a PNG at every length', () => {
  const whole = png();
  for (let length = 0; length < whole.length; length += 1)
    expect(parsePng(whole.subarray(0, length))).toMatch(/IEND/);
});

const size = { width: 640, height: 480 };

it.each([
  ['a baseline frame', jpeg({ size })],
  ['a progressive frame', jpeg({ size, frameCode: 0xc2 })],
  ['a lossless frame', jpeg({ size, frameCode: 0xc3 })],
  [
    'large metadata',
    jpeg({
      size,
      extra: Array.from({ length: 90 }, () => jpegSegment(0xe2, Buffer.alloc(65_000, 0xff))),
    }),
  ],
  ['a thumbnail that has its own end marker', jpeg({ size, extra: [jpegSegment(0xe1, jpeg())] })],
  [
    'Huffman tables, which are not a frame header',
    jpeg({ size, extra: [jpegSegment(0xc4, Buffer.alloc(20, 1))] }),
  ],
  ['fill bytes before a marker', jpeg({ size, extra: [Buffer.from([0xff, 0xff])] })],
  ['a stray byte between segments', jpeg({ size, extra: [Buffer.from([0])] })],
  ['megabytes after the end marker', Buffer.concat([jpeg({ size }), Buffer.alloc(2_000_000)])],
  [
    'an end marker after a fill byte',
    Buffer.concat([jpeg({ size, hasEnd: false }), Buffer.from([0xff, 0xff, 0xd9])]),
  ],
])('parseJpeg reads the size and finds the end of a JPEG with %s', (_, bytes) => {
  expect(parseJpeg(bytes)).toEqual({ size });
});

it('parseJpeg only warns about a missing end marker, also if a thumbnail has one', () => {
  const parsed = { warnings: [expect.stringMatching(/end marker/)], size };
  expect(parseJpeg(jpeg({ size, hasEnd: false }))).toEqual(parsed);
  expect(parseJpeg(jpeg({ size, extra: [jpegSegment(0xe1, jpeg())], hasEnd: false }))).toEqual(
    parsed,
  );
});

it('parseJpeg gives an invalid reason for a JPEG that ends before its image data', () => {
  const whole = jpeg();
  const start = whole.indexOf(Buffer.from([0xff, 0xda]));
  for (let length = 0; length < start; length += 1)
    expect(parseJpeg(whole.subarray(0, length))).toMatch(/image data/);
});

describe('parseGif', () => {
  it.each([
    ['one frame', { frames: 1 }, 1],
    ['many frames', { frames: 251 }, 251],
    ['no global colour table', { frames: 3, hasGlobalTable: false }, 3],
    ['local colour tables', { frames: 7, hasLocalTables: true }, 7],
    ['many sub-blocks', { frames: 5, subBlocks: [255, 255, 1, 17] }, 5],
    ['frames without data', { frames: 4, subBlocks: [] }, 4],
  ])('parseGif counts the frames and reads the size of a GIF with %s', (_, shape, frames) => {
    expect(parseGif(gif({ ...shape, size: SIZE }))).toEqual({ frames, size: SIZE });
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
    [
      'a GIF88a',
      Buffer.concat([Buffer.from('GIF88a'), gif({ frames: 1 }).subarray(6)]),
      /GIF87a or GIF89a/,
    ],
    ['a part of the header', gif({ frames: 1 }).subarray(0, 9), /trailer/],
  ])('parseGif gives an invalid reason for %s', (_, bytes, invalidReason) => {
    expect(parseGif(bytes)).toMatch(invalidReason);
  });

  it('parseGif ignores zeros between blocks and all bytes after the trailer', () => {
    const whole = gif({ frames: 2 }).subarray(0, -1);
    const bytes = Buffer.concat([whole, Buffer.alloc(3), Buffer.from(';'), gif({ frames: 9 })]);
    expect(parseGif(bytes)).toMatchObject({ frames: 2 });
  });

  it('parseGif counts the frames of a generated GIF of any shape', () => {
    const shapes = fc.record({
      frames: fc.integer({ min: 1, max: 20 }),
      hasGlobalTable: fc.boolean(),
      hasLocalTables: fc.boolean(),
      subBlocks: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 4 }),
    });
    const property = fc.property(shapes, (shape) => {
      expect(parseGif(gif({ ...shape, size: SIZE }))).toEqual({ frames: shape.frames, size: SIZE });
    });
    fc.assert(property, fuzzed(100));
  });
});
