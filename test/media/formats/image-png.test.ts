// The parser of PNG: size, warnings and truncation.

import { describe, expect, it } from 'vitest';
import { parsePng } from '../../../src/media/formats/image.ts';
import { ImageReader } from '../../../src/media/formats/image-reader.ts';
import { png, pngChunk, sourceOf } from '../../support/media.ts';

/** `chunkBytes`: how many bytes are read from the file at a time. */
function parse(bytes: Buffer, chunkBytes = 1000) {
  return parsePng(new ImageReader(sourceOf(bytes), Buffer.from(bytes.subarray(0, chunkBytes))));
}

const SIZE = { width: 1920, height: 1080 };

/** A PNG with a chunk between its signature and its header chunk. */
function beforeHeader(chunk: Buffer): Buffer {
  const whole = png(SIZE);
  return Buffer.concat([whole.subarray(0, 8), chunk, whole.subarray(8)]);
}

describe('parsePng', () => {
  it.each([
    ['a whole PNG', png(SIZE)],
    ['an Apple PNG with a chunk before its header', beforeHeader(pngChunk('CgBI', Buffer.alloc(4)))],
    ['a PNG with a second header', png(SIZE, [png().subarray(8, 33)])],
  ])('parsePng reads the size and finds the end of %s', async (_, bytes) => {
    expect(await parse(bytes)).toEqual({ warnings: [], size: SIZE });
  });

  it('parsePng warns about an animated PNG', async () => {
    const animated = png(undefined, [pngChunk('acTL', Buffer.alloc(8))]);
    expect(await parse(animated)).toMatchObject({
      warnings: [expect.stringMatching(/animated/)],
    });
  });

  it('parsePng warns about bytes after the end of the PNG', async () => {
    const parsed = await parse(Buffer.concat([png(), Buffer.alloc(7)]));
    expect(parsed).toMatchObject({ warnings: [expect.stringContaining('7 bytes')] });
  });

  it('parsePng gives an invalid reason for a PNG without image data', async () => {
    const bytes = Buffer.concat([png().subarray(0, 33), pngChunk('IEND')]);
    expect(await parse(bytes)).toMatch(/image data/);
  });

  it('parsePng detects truncation of a PNG at every length', async () => {
    const whole = png();
    for (let length = 0; length < whole.length; length += 1) {
      expect(await parse(whole.subarray(0, length))).toMatch(/IEND/);
    }
  });
});
