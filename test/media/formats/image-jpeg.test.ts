// The parser of JPEG: size, warnings and truncation.

import { describe, expect, it } from 'vitest';
import { parseJpeg } from '../../../src/media/formats/image.ts';
import { ImageReader } from '../../../src/media/formats/image-reader.ts';
import { jpeg, jpegSegment, sourceOf } from '../../support/media.ts';

/** `chunkBytes`: how many bytes are read from the file at a time. */
function parse(bytes: Buffer, chunkBytes = 1000) {
  return parseJpeg(new ImageReader(sourceOf(bytes), Buffer.from(bytes.subarray(0, chunkBytes))));
}

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
    expect(await parse(bytes)).toEqual({ size });
  });

  it('parseJpeg finds the end marker wherever a chunk ends', async () => {
    const bytes = jpeg({ size });
    for (let chunkBytes = 1; chunkBytes <= bytes.length; chunkBytes += 1)
      expect(await parse(bytes, chunkBytes)).toEqual({ size });
  });

  it('parseJpeg finds an end marker after a fill byte', async () => {
    const bytes = Buffer.concat([jpeg({ size, hasEnd: false }), Buffer.from([0xff, 0xff, 0xd9])]);
    expect(await parse(bytes)).toEqual({ size });
  });

  it('parseJpeg only warns about a missing end marker', async () => {
    const parsed = await parse(jpeg({ size, hasEnd: false }));
    expect(parsed).toEqual({ warnings: [expect.stringMatching(/end marker/)], size });
  });

  it('parseJpeg ignores the end marker of a thumbnail', async () => {
    const bytes = jpeg({ size, extra: [jpegSegment(0xe1, jpeg())], hasEnd: false });
    expect(await parse(bytes)).toMatchObject({ warnings: [expect.anything()] });
  });

  it('parseJpeg gives an invalid reason for a JPEG that ends before its image data', async () => {
    expect(await parse(jpeg().subarray(0, 20))).toMatch(/image data/);
  });
});
