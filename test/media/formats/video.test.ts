// Parser of MP4 and QuickTime containers: the index, the end of the file, and malicious boxes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../../src/errors/action-error.ts';
import { BOXES_MAX, examineVideo } from '../../../src/media/formats/video.ts';
import { caught } from '../../support/caught.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { box, boxHeader, ftyp, moov, mp4, sourceOf, u32 } from '../../support/media.ts';

const size = { width: 1920, height: 1080 };
const examined = (bytes: Buffer) => examineVideo(sourceOf(bytes), 'a.mp4', 'video/mp4');
const errorOf = (bytes: Buffer) => caught(() => examined(bytes), FileError);

describe('the index of a video (moov)', () => {
  it.each([
    ['at the end of the file', mp4({ size, seconds: 6.5 })],
    [
      'at the start of the file',
      Buffer.concat([ftyp(), moov({ size, seconds: 6.5 }), box('mdat', Buffer.alloc(9))]),
    ],
    ['with 64-bit times', mp4({ size, seconds: 6.5, version: 1 })],
    [
      'of a file whose data has a 64-bit size',
      Buffer.concat([
        ftyp(),
        boxHeader('mdat', 16 + 5, true),
        Buffer.alloc(5),
        moov({ size, seconds: 6.5 }),
      ]),
    ],
    [
      'before data that extends to the end of the file',
      Buffer.concat([ftyp(), moov({ size, seconds: 6.5 }), boxHeader('mdat', 0), Buffer.alloc(99)]),
    ],
    ['that itself extends to the end of the file', openEnded(mp4({ size, seconds: 6.5 }))],
    [
      'of a QuickTime file without an ftyp box',
      Buffer.concat([box('wide'), box('mdat', Buffer.alloc(9)), moov({ size, seconds: 6.5 })]),
    ],
  ])('is read %s', async (_, bytes) => {
    const { media } = await examined(bytes);
    expect(media).toEqual({ kind: 'video', mediaType: 'video/mp4', durationSeconds: 6.5, ...size });
  });

  it.each([
    ['zero', moov({ seconds: 0 })],
    ['unknown (all bits set)', patchDuration(0xffff_ffff)],
  ])('has no duration when it is %s', async (_, index) => {
    const { media } = await examined(Buffer.concat([ftyp(), box('mdat'), index]));
    expect(media).not.toHaveProperty('durationSeconds');
  });
});

describe('a video that is refused', () => {
  it.each<[name: string, bytes: Buffer, code: string, text: RegExp]>([
    ['without a video track', mp4({ handlers: ['soun'] }), 'FILE_TYPE', /has no video track$/],
    [
      'without an index, as of a recording that was not finished',
      Buffer.concat([ftyp(), box('mdat', Buffer.alloc(50))]),
      'FILE_TRUNCATED',
      /no moov box/,
    ],
    ['without data', Buffer.concat([ftyp(), moov()]), 'FILE_TRUNCATED', /no mdat box/],
    [
      'that is cut inside the last box',
      mp4().subarray(0, -10),
      'FILE_TRUNCATED',
      /10 bytes past the end/,
    ],
    [
      'that is cut inside the data',
      mp4({ dataBytes: 100 }).subarray(0, 60),
      'FILE_TRUNCATED',
      /68 bytes past/,
    ],
    [
      'with a box that is smaller than its header',
      Buffer.concat([mp4(), u32(7), Buffer.from('junk')]),
      'FILE_TRUNCATED',
      /damaged/,
    ],
    [
      'with a box of a 64-bit size that is smaller than its header',
      Buffer.concat([mp4(), boxHeader('free', 15, true)]),
      'FILE_TRUNCATED',
      /damaged/,
    ],
    [
      'that is cut inside a 64-bit header',
      Buffer.concat([mp4(), u32(1), Buffer.from('free')]),
      'FILE_TRUNCATED',
      /damaged/,
    ],
    [
      'with a box size beyond the safe integers',
      Buffer.concat([mp4(), boxHeader('free', 2 ** 63, true)]),
      'FILE_TRUNCATED',
      /past the end/,
    ],
    [
      'with a box that is larger than its parent',
      Buffer.concat([
        ftyp(),
        box('moov', box('trak', boxHeader('mdia', 0xffff_fff0), moov())),
        box('mdat'),
      ]),
      'FILE_TYPE',
      /no video track/,
    ],
    [
      'with boxes that are too short for their fields',
      Buffer.concat([
        ftyp(),
        box(
          'moov',
          box('mvhd', Buffer.alloc(2)),
          box('trak', box('tkhd'), box('mdia', box('hdlr'))),
        ),
        box('mdat'),
      ]),
      'FILE_TYPE',
      /no video track/,
    ],
  ])('a video %s is an error', async (_, bytes, code, text) => {
    const error = await errorOf(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(text);
  });

  it('a video with more boxes than the limit costs one read each up to it, and its end is not checked', async () => {
    const many = Buffer.concat(Array.from({ length: 4 * BOXES_MAX }, () => box('free')));
    const source = sourceOf(Buffer.concat([ftyp(), moov(), many, Buffer.from('junk')]));
    const { warnings } = await examineVideo(source, 'a.mp4', 'video/mp4');
    expect(warnings).toEqual(['has so many boxes that its end was not checked']);
    expect(source.reads).toBe(BOXES_MAX + 1);
    const error = await errorOf(Buffer.concat([ftyp(), many, moov()]));
    expect(error).toMatchObject({
      code: 'FILE_TRUNCATED',
      message: 'a.mp4 has no moov box among its first boxes, so its content is unknown',
    });
  });

  it('any bytes are accepted or refused with a FileError, with a number of reads in proportion to the size', async () => {
    const names = fc.constantFrom('moov', 'trak', 'mdia', 'mdat', 'mvhd', 'tkhd', 'hdlr', 'free');
    const header = fc.tuple(fc.oneof(fc.nat({ max: 64 }), fc.nat({ max: 0xffff_ffff })), names);
    const pieces = fc.array(fc.oneof(header, fc.uint8Array({ maxLength: 40 })), { maxLength: 30 });
    const property = fc.asyncProperty(pieces, async (parts) => {
      const bytes = parts.map((part) =>
        part instanceof Uint8Array ? part : boxHeader(part[1], part[0]),
      );
      const source = sourceOf(Buffer.concat(bytes));
      const result = await examineVideo(source, 'a', 'video/mp4').catch((error: unknown) => error);
      expect(result instanceof Error && !(result instanceof FileError)).toBe(false);
      expect(source.reads).toBeLessThanOrEqual(2 + source.sizeBytes / 8);
    });
    await fc.assert(property, fuzzed(100));
  });
});

/** The same file with a moov box of size 0, which extends to the end of the file. */
function openEnded(bytes: Buffer): Buffer {
  const at = bytes.lastIndexOf('moov', undefined, 'latin1') - 4;
  return Buffer.concat([bytes.subarray(0, at), u32(0), bytes.subarray(at + 4)]);
}

function patchDuration(value: number): Buffer {
  const index = moov();
  index.writeUInt32BE(value, index.indexOf('mvhd') + 4 + 16);
  return index;
}
