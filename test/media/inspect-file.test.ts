// Inspection of one file by its bytes: which files are valid, which have warnings, and which error code rejects the others.

import { createHash } from 'node:crypto';
import { open, stat, symlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { ERROR_CODES } from '../../src/errors/error-codes.ts';
import { identityOf, openForInspection } from '../../src/media/bytes.ts';
import { examine, inspectFile } from '../../src/media/inspect-file.ts';
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';
import {
  boxHeader,
  ftyp,
  gif,
  jpeg,
  lfsPointer,
  moov,
  mp4,
  png,
  sourceOf,
} from '../support/media.ts';
import { plant, plantFifo } from './tree.ts';

const size = { width: 40, height: 30 };

async function errorOf(bytes: Uint8Array): Promise<FileError> {
  return caught(() => examine(sourceOf(bytes), 'media/a.bin'), FileError);
}

const SVG = /is of type SVG \(image\/svg\+xml\), which LinkedIn does not accept$/;

describe('examine', () => {
  it.each([
    ['a PNG', png(size), { kind: 'image', mediaType: 'image/png', ...size }],
    ['a JPEG', jpeg({ size }), { kind: 'image', mediaType: 'image/jpeg', ...size }],
    [
      'a GIF',
      gif({ size, frames: 3 }),
      { kind: 'image', mediaType: 'image/gif', frames: 3, ...size },
    ],
    [
      'an MP4',
      mp4({ size, seconds: 7 }),
      { kind: 'video', mediaType: 'video/mp4', durationSeconds: 7, ...size },
    ],
  ])('examine accepts %s without a warning', async (_, bytes, media) => {
    const examined = await examine(sourceOf(bytes), 'x');
    expect(examined).toMatchObject({ media, warnings: [] });
    expect(examined.media.sha256).toBe(media.kind === 'image' ? sha256(bytes) : undefined);
  });

  it.each([
    ['a PNG', png({ width: 0, height: 30 })],
    ['a JPEG', jpeg({ size: { width: 40, height: 0 } })],
    ['a GIF', gif({ frames: 1, size: { width: 0, height: 0 } })],
  ])('examine accepts %s with a width or height of 0, and gives no size', async (_, bytes) => {
    const { media } = await examine(sourceOf(bytes), 'x');
    expect(media).not.toHaveProperty('width');
    expect(media).not.toHaveProperty('height');
  });

  it.each([
    ['a MOV', mp4({ brand: 'qt  ' }), 'video/quicktime', /MOV/],
    ['an M4V', mp4({ brand: 'M4V ' }), 'video/x-m4v', /M4V/],
    [
      'a video with bytes after its last box',
      Buffer.concat([mp4(), Buffer.alloc(5)]),
      'video/mp4',
      /5 bytes/,
    ],
  ])('examine accepts %s with a warning', async (_, bytes, mediaType, warning) => {
    const examined = await examine(sourceOf(bytes), 'x');
    expect(examined).toMatchObject({
      media: { mediaType },
      warnings: [expect.stringMatching(warning)],
    });
  });

  it.each([
    ['an empty file', Buffer.alloc(0), 'FILE_EMPTY', /is empty/],
    ['text', Buffer.from('key: secret\n'), 'FILE_TYPE', /is not an image, video or document/],
    [
      'half of a PDF',
      Buffer.from('%PDF-1.7\n%more'),
      'FILE_TRUNCATED',
      /is cut off: its end marker/,
    ],
    [
      'a WebP',
      Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'),
      'FILE_TYPE',
      /WEBP \(image\/webp\)/,
    ],
    [
      'an SVG',
      Buffer.from('<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="x"/>'),
      'FILE_TYPE',
      SVG,
    ],
    ['an empty SVG', Buffer.from('<svg/>'), 'FILE_TYPE', SVG],
    [
      'an XML file',
      Buffer.from('<?xml version="1.0"?><a><svg/></a>'),
      'FILE_TYPE',
      /of type XML \(application\/xml\)/,
    ],
    [
      'a TIFF',
      Buffer.from('II*\0\x08\0\0\0', 'latin1'),
      'FILE_TYPE',
      /is of type TIFF \(image\/tiff\), which LinkedIn does not accept$/,
    ],
    [
      'a Matroska video',
      Buffer.from('1a45dfa39f4286810142f7810142f2810442f381084282886d6174726f736b61', 'hex'),
      'FILE_TYPE',
      /is of type MKV \(video\/matroska\), which LinkedIn does not accept$/,
    ],
    ['a HEIC', ftyp('heic'), 'FILE_TYPE', /HEIC \(image\/heic\)/],
    ['an M4A', Buffer.concat([ftyp('M4A '), moov()]), 'FILE_TYPE', /M4A \(audio/],
    ['an MP4 with sound only', mp4({ handlers: ['soun'] }), 'FILE_TYPE', /has no video track/],
    ['an MP4 with subtitles only', mp4({ handlers: ['text'] }), 'FILE_TYPE', /has no video track/],
    [
      'a Git LFS pointer',
      Buffer.from(lfsPointer()),
      'FILE_LFS_POINTER',
      /is a Git LFS pointer, not the file itself$/,
    ],
    [
      'a Git LFS pointer with an extension',
      Buffer.from(lfsPointer().replace('oid', 'ext-0-foo sha256:00\noid')),
      'FILE_LFS_POINTER',
      /is a Git LFS pointer, not the file itself$/,
    ],
    ['the first 8 bytes of a PNG', png().subarray(0, 8), 'FILE_TRUNCATED', /IEND/],
    ['the first 12 bytes of a PNG', png().subarray(0, 12), 'FILE_TRUNCATED', /IEND/],
    ['a truncated PNG', png().subarray(0, -5), 'FILE_TRUNCATED', /IEND/],
    ['a GIF without a trailer', gif({ frames: 2 }).subarray(0, -1), 'FILE_TRUNCATED', /trailer/],
    [
      'a JPEG that ends before its image data',
      jpeg().subarray(0, 30),
      'FILE_TRUNCATED',
      /image data/,
    ],
  ])('examine rejects %s', async (_, bytes, code, message) => {
    const error = await errorOf(bytes);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.message.startsWith('media/a.bin ')).toBe(true);
  });

  it.each([
    [
      'a WebP',
      Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'),
      'Convert it to PNG or JPG, or leave it out.',
    ],
    ['an SVG', Buffer.from('<svg/>'), 'Convert it to PNG or JPG, or leave it out.'],
    [
      'an AVI',
      Buffer.from('RIFF\x10\0\0\0AVI LIST', 'latin1'),
      'Convert it to MP4, or leave it out.',
    ],
    ['text', Buffer.from('key: secret\n'), ERROR_CODES.FILE_TYPE.hint],
  ])('the hint says what to do with %s, and nothing about other files', async (_, bytes, hint) => {
    expect(await errorOf(bytes)).toMatchObject({ code: 'FILE_TYPE', hint });
  });

  it.each([
    ['media/hero.png.alt.txt', 'the alternative text of hero.png, rename it to hero.alt.txt.'],
    ['a.b.JPG.alt.txt', 'the alternative text of a.b.JPG, rename it to a.b.alt.txt.'],
    ['hero.alt.txt', ERROR_CODES.FILE_TYPE.hint],
  ])('the hint about %s names the right name of an alternative text', async (path, hint) => {
    const error = await caught(() => examine(sourceOf(Buffer.from('text')), path), FileError);
    expect(error.hint).toContain(hint);
  });

  it.each([
    ['clip.srt', true],
    ['clip.SRT', true],
    ['guide.pdf', false],
    ['srt', false],
  ])(
    'the error explains how to upload captions only for a file named .srt or .SRT: %s',
    async (path, isExplained) => {
      const error = await caught(() => examine(sourceOf(Buffer.from('text')), path), FileError);
      expect(`${error.message} ${error.hint}`.includes('captions')).toBe(isExplained);
    },
  );

  it('a text that mentions Git LFS does not count as a Git LFS pointer', async () => {
    const error = await errorOf(Buffer.from(`see ${lfsPointer()}`));
    expect(error.code).toBe('FILE_TYPE');
  });
});

it.skipIf(process.platform === 'win32')(
  'examine reads only kilobytes of a 5 GB video',
  async () => {
    const tree = await plant();
    const dataBytes = 5_000_000_000;
    const file = await open(tree.at('big.mp4'), 'w');
    const front = Buffer.concat([ftyp(), boxHeader('mdat', dataBytes, true)]);
    await file.write(front, 0, front.length, 0);
    const index = moov({ size, seconds: 60 });
    await file.write(index, 0, index.length, ftyp().length + dataBytes);
    await file.close();

    const bytes = await openForInspection(tree.at('big.mp4'), 'big.mp4');
    let readBytes = 0;
    const read = async (into: Uint8Array, offset: number) => {
      const count = await bytes.read(into, offset);
      readBytes += count;
      return count;
    };
    const { media, warnings } = await examine({ sizeBytes: bytes.sizeBytes, read }, 'big.mp4');
    await bytes.close();
    expect(media).toEqual({ kind: 'video', mediaType: 'video/mp4', durationSeconds: 60, ...size });
    expect(warnings).toEqual([expect.stringMatching(/^has 5,000,000,\d{3} bytes/)]);
    expect(readBytes).toBeLessThan(300_000);
  },
);

describe('inspectFile', () => {
  it('inspectFile returns size, identity and media of a valid file', async () => {
    const tree = await plant({ 'a.png': png(size) });
    const file = await inspectFile(tree.at('a.png'), 'a.png');
    expect(file).toMatchObject({
      path: 'a.png',
      absolutePath: tree.at('a.png'),
      sizeBytes: png(size).length,
      error: null,
    });
    expect(file.media).toMatchObject(size);
    expect(file.identity).toBe(identityOf(await stat(tree.at('a.png'), { bigint: true })));
  });

  it('inspectFile detects the type from the bytes, not from the name', async () => {
    const tree = await plant({ 'a.mp4': png(size), 'key.png': 'BEGIN PRIVATE KEY' });
    expect((await inspectFile(tree.at('a.mp4'), 'a.mp4')).media?.mediaType).toBe('image/png');
    expect((await inspectFile(tree.at('key.png'), 'key.png')).error?.code).toBe('FILE_TYPE');
  });

  it.each([
    ['pixels', png({ width: 10_000, height: 10_000 }), 'FILE_PIXELS'],
    ['frames', gif({ frames: 251 }), 'FILE_FRAMES'],
  ])(
    'inspectFile rejects an image with too many %s, whose properties are known',
    async (_, bytes, code) => {
      const tree = await plant({ a: bytes });
      expect(await inspectFile(tree.at('a'), 'a')).toMatchObject({
        media: { kind: 'image' },
        error: { code },
      });
    },
  );

  it.each([
    ['a file that does not exist', 'gone.png', /ENOENT/],
    ['a directory', 'dir', /not a regular file|EISDIR|EPERM/],
  ])('inspectFile returns FILE_UNREADABLE for %s instead of throwing', async (_, name, message) => {
    const tree = await plant({ 'dir/a.png': png() });
    const file = await inspectFile(tree.at(name), name);
    expect(file).toMatchObject({
      media: null,
      error: { code: 'FILE_UNREADABLE', message: expect.stringMatching(message) },
    });
  });

  it.skipIf(process.platform === 'win32')(
    'inspectFile rejects a link, and a FIFO without waiting for a writer',
    async () => {
      const tree = await plant({ 'a.png': png() });
      await symlink('a.png', tree.at('link.png'));
      plantFifo(tree.at('fifo.png'));
      const link = await inspectFile(tree.at('link.png'), 'link.png');
      expect(link.error).toMatchObject({
        code: 'FILE_UNREADABLE',
        message: expect.stringContaining('ELOOP'),
      });
      const fifo = await inspectFile(tree.at('fifo.png'), 'fifo.png');
      expect(fifo.error).toMatchObject({
        code: 'FILE_UNREADABLE',
        message: 'fifo.png is not a regular file',
      });
    },
  );

  it('inspectFile never throws for any bytes', async () => {
    const tree = await plant();
    const starts = [png(), gif({ frames: 1 }), jpeg(), mp4({ dataBytes: 10 }), Buffer.alloc(0)];
    const content = fc.tuple(
      fc.constantFrom(...starts),
      fc.nat(),
      fc.uint8Array({ maxLength: 100 }),
    );
    await fc.assert(
      fc.asyncProperty(content, async ([start, keep, noise]) => {
        await writeFile(
          tree.at('any'),
          Buffer.concat([start.subarray(0, keep % (start.length + 1)), noise]),
        );
        const file = await inspectFile(tree.at('any'), 'any');
        expect((file.media === null) !== (file.error === null)).toBe(true);
        expect(file.error?.code).not.toBe('INTERNAL');
      }),
      fuzzed(100),
    );
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
