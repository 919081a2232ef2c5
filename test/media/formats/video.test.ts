// Parser of MP4 and QuickTime containers: the index, the end of the file, and malicious boxes.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOXES_MAX, readMovie } from '../../../src/media/formats/video.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { box, boxHeader, ftyp, moov, mp4, sourceOf, u32 } from '../../support/media.ts';

const size = { width: 1920, height: 1080 };
const videoTrack = { handler: 'vide', ...size };

describe('readMovie', () => {
  it.each([
    ['at the end of the file', mp4({ size, seconds: 6.5 })],
    [
      'at the start of the file',
      Buffer.concat([ftyp(), moov({ size, seconds: 6.5 }), box('mdat', Buffer.alloc(9))]),
    ],
    ['with 64-bit times', mp4({ size, seconds: 6.5, version: 1 })],
    [
      'of a file whose data has a 64-bit size',
      withData(Buffer.concat([boxHeader('mdat', 16 + 5, true), Buffer.alloc(5)])),
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
  ])('readMovie reads the index (moov) %s', async (_, bytes) => {
    const movie = await readMovie(sourceOf(bytes));
    expect(movie).toEqual({
      index: { durationSeconds: 6.5, videoTrack, hasSound: true },
      hasData: true,
      ending: 'end',
      oddBytes: 0,
    });
  });

  it.each([
    ['zero', moov({ seconds: 0 })],
    ['unknown (all bits set)', patchDuration(0xffff_ffff)],
  ])('readMovie gives no duration when it is %s', async (_, index) => {
    const movie = await readMovie(sourceOf(Buffer.concat([ftyp(), box('mdat'), index])));
    expect(movie.index?.durationSeconds).toBeUndefined();
  });

  it('readMovie detects sound without a video track', async () => {
    const movie = await readMovie(sourceOf(mp4({ handlers: ['soun'] })));
    expect(movie.index).toMatchObject({ videoTrack: undefined, hasSound: true });
  });

  it('readMovie finds no index in an unfinished recording', async () => {
    const movie = await readMovie(sourceOf(Buffer.concat([ftyp(), box('mdat', Buffer.alloc(50))])));
    expect(movie).toMatchObject({ index: undefined, ending: 'end' });
  });
});

describe('readMovie at the end of the file', () => {
  it.each([
    ['truncation inside the last box', mp4().subarray(0, -10), { ending: 'past-end', oddBytes: 10 }],
    [
      'truncation inside the data',
      mp4({ dataBytes: 100 }).subarray(0, 60),
      { ending: 'past-end', oddBytes: 68 },
    ],
    [
      'a box that is smaller than its header',
      Buffer.concat([mp4(), u32(7), Buffer.from('junk')]),
      { ending: 'damaged' },
    ],
    [
      'a box with a 64-bit size that is smaller than its header',
      Buffer.concat([mp4(), boxHeader('free', 15, true)]),
      { ending: 'damaged' },
    ],
    [
      'truncation inside a 64-bit header',
      Buffer.concat([mp4(), u32(1), Buffer.from('free')]),
      { ending: 'damaged' },
    ],
    [
      'a box size beyond the safe integers',
      Buffer.concat([mp4(), boxHeader('free', 2 ** 63, true)]),
      { ending: 'past-end' },
    ],
    [
      'extra bytes that are too few for a box',
      Buffer.concat([mp4(), Buffer.alloc(7)]),
      { ending: 'end', oddBytes: 7 },
    ],
  ])('readMovie detects %s', async (_, bytes, expected) => {
    expect(await readMovie(sourceOf(bytes))).toMatchObject(expected);
  });
});

describe('readMovie on malicious boxes', () => {
  it('readMovie stops after a limited number of boxes', async () => {
    const source = sourceOf(Buffer.concat([ftyp(), Buffer.alloc((BOXES_MAX + 10) * 8, box('free'))]));
    expect(await readMovie(source)).toMatchObject({ ending: 'too-many' });
    expect(source.reads).toBeLessThan(BOXES_MAX / 100);
  });

  it('readMovie counts the boxes inside the index too', async () => {
    const index = box('moov', Buffer.alloc((BOXES_MAX + 10) * 8, box('trak')));
    expect(await readMovie(sourceOf(Buffer.concat([ftyp(), index, box('mdat')])))).toMatchObject({
      ending: 'too-many',
    });
  });

  it('readMovie ignores a box that is larger than its parent', async () => {
    const trak = box('trak', boxHeader('mdia', 0xffff_fff0), moov({ size }));
    const movie = await readMovie(sourceOf(Buffer.concat([ftyp(), box('moov', trak), box('mdat')])));
    expect(movie).toMatchObject({ index: { videoTrack: undefined, hasSound: false }, ending: 'end' });
  });

  it('readMovie ignores boxes that are too short for their fields', async () => {
    const short = box(
      'moov',
      box('mvhd', Buffer.alloc(2)),
      box('trak', box('tkhd'), box('mdia', box('hdlr'))),
    );
    const movie = await readMovie(sourceOf(Buffer.concat([ftyp(), short])));
    expect(movie.index?.videoTrack).toBeUndefined();
  });

  it('readMovie terminates on any bytes, with a number of reads in proportion to the size', async () => {
    const names = fc.constantFrom('moov', 'trak', 'mdia', 'mdat', 'mvhd', 'tkhd', 'hdlr', 'free');
    const header = fc.tuple(fc.oneof(fc.nat({ max: 64 }), fc.nat({ max: 0xffff_ffff })), names);
    const pieces = fc.array(fc.oneof(header, fc.uint8Array({ maxLength: 40 })), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const bytes = parts.map((part) => (part instanceof Uint8Array ? part : boxHeader(part[1], part[0])));
        const source = sourceOf(Buffer.concat(bytes));
        await readMovie(source);
        expect(source.reads).toBeLessThanOrEqual(1 + source.sizeBytes / 8);
      }),
      fuzzed(100),
    );
  });
});

function withData(mdat: Buffer): Buffer {
  return Buffer.concat([ftyp(), mdat, moov({ size, seconds: 6.5 })]);
}

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
