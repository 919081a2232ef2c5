// Images are read in chunks of any size, and each chunk once.

import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { parseGif, parseJpeg, parsePng } from '../../../src/media/formats/image.ts';
import { ImageReader, type ParseImage } from '../../../src/media/formats/image-reader.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { gif, jpeg, png, pngChunk, sourceOf } from '../../support/media.ts';

/** `chunkBytes`: how many bytes are read from the file at a time. */
function parse(parser: ParseImage, bytes: Buffer, chunkBytes = 1000) {
  return parser(new ImageReader(sourceOf(bytes), Buffer.from(bytes.subarray(0, chunkBytes))));
}

const SMALL = { width: 3, height: 2 };
const CHUNK_BYTES = fc.integer({ min: 1, max: 40 });

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
      fuzzed(100),
    );
  },
);
