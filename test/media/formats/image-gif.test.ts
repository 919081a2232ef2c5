// The parser of GIF: size, frames and truncation.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGif } from '../../../src/media/formats/image.ts';
import { ImageReader } from '../../../src/media/formats/image-reader.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { gif, sourceOf } from '../../support/media.ts';

/** `chunkBytes`: how many bytes are read from the file at a time. */
function parse(bytes: Buffer, chunkBytes = 1000) {
  return parseGif(new ImageReader(sourceOf(bytes), Buffer.from(bytes.subarray(0, chunkBytes))));
}

const SIZE = { width: 1920, height: 1080 };

describe('parseGif', () => {
  it.each([
    ['one frame', { frames: 1 }, 1],
    ['many frames', { frames: 251 }, 251],
    ['no global colour table', { frames: 3, hasGlobalTable: false }, 3],
    ['local colour tables', { frames: 7, hasLocalTables: true }, 7],
    ['many sub-blocks', { frames: 5, subBlocks: [255, 255, 1, 17] }, 5],
    ['frames without data', { frames: 4, subBlocks: [] }, 4],
  ])('parseGif counts the frames and reads the size of a GIF with %s', async (_, shape, frames) => {
    const parsed = await parse(gif({ ...shape, size: SIZE }));
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
    expect(await parse(bytes)).toMatch(invalidReason);
  });

  it('parseGif ignores zeros between blocks and all bytes after the trailer', async () => {
    const whole = gif({ frames: 2 }).subarray(0, -1);
    const bytes = Buffer.concat([whole, Buffer.alloc(3), Buffer.from(';'), gif({ frames: 9 })]);
    expect(await parse(bytes)).toMatchObject({ frames: 2 });
  });

  it('parseGif counts the frames of a generated GIF of any shape, in chunks of any size', async () => {
    const shapes = fc.record({
      frames: fc.integer({ min: 1, max: 20 }),
      hasGlobalTable: fc.boolean(),
      hasLocalTables: fc.boolean(),
      subBlocks: fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 4 }),
    });
    await fc.assert(
      fc.asyncProperty(shapes, fc.integer({ min: 1, max: 40 }), async (shape, chunkBytes) => {
        const parsed = await parse(gif({ ...shape, size: SIZE }), chunkBytes);
        expect(parsed).toEqual({ frames: shape.frames, size: SIZE });
      }),
      fuzzed(100),
    );
  });
});
