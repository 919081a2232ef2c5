// What a file is by its bytes: what passes, what passes with a warning, and what is refused with which code.

import { createHash } from 'node:crypto';
import { open, stat, symlink, writeFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors.ts';
import { identityOf, openForInspection } from '../../src/media/bytes.ts';
import { examine, inspectFile } from '../../src/media/inspect.ts';
import { caught } from '../support/caught.ts';
import {
  box,
  boxHeader,
  ftyp,
  gif,
  jpeg,
  jpegSegment,
  lfsPointer,
  moov,
  mp4,
  png,
  pngChunk,
  sourceOf,
} from '../support/media.ts';
import { plant, plantFifo } from './tree.ts';

const size = { width: 40, height: 30 };

async function faultOf(bytes: Uint8Array): Promise<FileError> {
  const fault = await examine(sourceOf(bytes), 'media/a.bin').then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (fault instanceof FileError) return fault;
  throw new Error(`expected a FileError, got ${fault}`);
}

describe('what a file is', () => {
  it.each([
    ['a PNG', png(size), { kind: 'image', mediaType: 'image/png', ...size }],
    ['a JPEG', jpeg({ size }), { kind: 'image', mediaType: 'image/jpeg', ...size }],
    ['a GIF', gif({ size, frames: 3 }), { kind: 'image', mediaType: 'image/gif', frames: 3, ...size }],
    [
      'an MP4',
      mp4({ size, seconds: 7 }),
      { kind: 'video', mediaType: 'video/mp4', durationSeconds: 7, ...size },
    ],
  ])('%s, without a warning', async (_, bytes, media) => {
    const examined = await examine(sourceOf(bytes), 'x');
    expect(examined).toMatchObject({ media, warnings: [] });
    expect(examined.media.sha256).toBe(media.kind === 'image' ? sha256(bytes) : undefined);
  });

  it.each([
    ['a PNG', png({ width: 0, height: 30 })],
    ['a JPEG', jpeg({ size: { width: 40, height: 0 } })],
    ['a GIF', gif({ frames: 1, size: { width: 0, height: 0 } })],
  ])('%s with a width or height of 0 passes without a size', async (_, bytes) => {
    const { media } = await examine(sourceOf(bytes), 'x');
    expect(media).not.toHaveProperty('width');
    expect(media).not.toHaveProperty('height');
  });

  it.each([
    ['an animated PNG', png(size, [pngChunk('acTL', Buffer.alloc(8))]), 'image/png', /animated/],
    ['a PNG with a tail', Buffer.concat([png(), Buffer.alloc(3)]), 'image/png', /3 bytes/],
    ['a JPEG without its end', jpeg({ hasEnd: false }), 'image/jpeg', /end marker/],
    ['a MOV', mp4({ brand: 'qt  ' }), 'video/quicktime', /MOV/],
    ['an M4V', mp4({ brand: 'M4V ' }), 'video/x-m4v', /M4V/],
    ['a small video', mp4({ dataBytes: 74_000 }), 'video/mp4', /75 KB/],
    ['a short video', mp4({ seconds: 2.9 }), 'video/mp4', /2\.9 seconds/],
    ['a long video', mp4({ seconds: 1801 }), 'video/mp4', /1,801 seconds/],
    ['a video with a tail', Buffer.concat([mp4(), Buffer.alloc(5)]), 'video/mp4', /5 bytes/],
  ])('%s passes with a warning', async (_, bytes, mediaType, warning) => {
    const examined = await examine(sourceOf(bytes), 'x');
    expect(examined).toMatchObject({ media: { mediaType }, warnings: [expect.stringMatching(warning)] });
  });

  it.each([
    ['nothing', Buffer.alloc(0), 'FILE_EMPTY', /is empty/],
    ['text', Buffer.from('key: secret\n'), 'FILE_TYPE', /is no picture or video/],
    [
      'a PDF',
      Buffer.from('%PDF-1.7\n%more'),
      'FILE_TYPE',
      /PDF \(application\/pdf\), no picture or video that LinkedIn takes/,
    ],
    ['a WebP', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), 'FILE_TYPE', /WEBP \(image\/webp\)/],
    ['a HEIC', ftyp('heic'), 'FILE_TYPE', /HEIC \(image\/heic\)/],
    ['an M4A', Buffer.concat([ftyp('M4A '), moov()]), 'FILE_TYPE', /M4A \(audio/],
    ['an MP4 of sound', mp4({ handlers: ['soun'] }), 'FILE_TYPE', /has sound but no picture/],
    ['an MP4 of subtitles', mp4({ handlers: ['text'] }), 'FILE_TYPE', /has no picture/],
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
    [
      'a Git LFS pointer of old',
      Buffer.from(lfsPointer().replace('git-lfs.github', 'hawser.github')),
      'FILE_LFS_POINTER',
      /is a Git LFS pointer, not the file itself$/,
    ],
    ['a PNG without its end', png().subarray(0, -5), 'FILE_TRUNCATED', /IEND/],
    ['the signature of a PNG alone', png().subarray(0, 8), 'FILE_TRUNCATED', /IEND/],
    ['a GIF without its trailer', gif({ frames: 2, hasTrailer: false }), 'FILE_TRUNCATED', /trailer/],
    ['the first bytes of a JPEG', jpeg().subarray(0, 30), 'FILE_TRUNCATED', /picture data/],
    ['an MP4 cut off', mp4().subarray(0, -1), 'FILE_TRUNCATED', /1 byte past the end/],
    [
      'an MP4 without an index',
      Buffer.concat([ftyp(), box('mdat', Buffer.alloc(9))]),
      'FILE_TRUNCATED',
      /no moov box/,
    ],
    ['an MP4 without data', Buffer.concat([ftyp(), moov()]), 'FILE_TRUNCATED', /no mdat box/],
    [
      'an MP4 with a box of size 3',
      Buffer.concat([mp4(), boxHeader('free', 3)]),
      'FILE_TRUNCATED',
      /damaged/,
    ],
  ])('%s is refused', async (_, bytes, code, message) => {
    const fault = await faultOf(bytes);
    expect(fault.code).toBe(code);
    expect(fault.message).toMatch(message);
    expect(fault.message.startsWith('media/a.bin ')).toBe(true);
  });

  it.each([
    ['clip.srt', true],
    ['guide.pdf', false],
    ['srt', false],
  ])('tells how captions go along only of what is named as such: %s', async (path, isTold) => {
    const fault = await caught(() => examine(sourceOf(Buffer.from('text')), path), FileError);
    expect(`${fault.message} ${fault.hint}`.includes('captions')).toBe(isTold);
  });

  it('takes a text that only mentions Git LFS for what it is', async () => {
    const fault = await faultOf(Buffer.from(`see ${lfsPointer()}`));
    expect(fault.code).toBe('FILE_TYPE');
  });
});

describe('large files', () => {
  it.each([
    [
      'a JPEG with 6 MB of metadata',
      jpeg({ size, extra: Array.from({ length: 95 }, () => jpegSegment(0xe2, Buffer.alloc(65_000))) }),
    ],
    ['a PNG with a 2 MB profile', png(size, [pngChunk('iCCP', Buffer.alloc(2_000_000))])],
    ['a GIF of several chunks', gif({ size, frames: 250, subBlocks: Array.from({ length: 20 }, () => 255) })],
  ])('%s is read once, to its end', async (_, bytes) => {
    const source = sourceOf(bytes);
    const { media } = await examine(source, 'x');
    expect(media).toMatchObject({ ...size, sha256: sha256(bytes) });
    expect(source.readBytes).toBe(bytes.length);
  });

  it.skipIf(process.platform === 'win32')('a 5 GB video costs kilobytes', async () => {
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
  });
});

describe('inspectFile', () => {
  it('tells what it found and closes the file', async () => {
    const tree = await plant({ 'a.png': png(size) });
    const file = await inspectFile(tree.at('a.png'), 'a.png');
    expect(file).toMatchObject({
      path: 'a.png',
      absolutePath: tree.at('a.png'),
      sizeBytes: png(size).length,
      fault: null,
    });
    expect(file.media).toMatchObject(size);
    expect(file.identity).toBe(identityOf(await stat(tree.at('a.png'), { bigint: true })));
  });

  it('goes by the bytes, not by the name', async () => {
    const tree = await plant({ 'a.mp4': png(size), 'key.png': 'BEGIN PRIVATE KEY' });
    expect((await inspectFile(tree.at('a.mp4'), 'a.mp4')).media?.mediaType).toBe('image/png');
    expect((await inspectFile(tree.at('key.png'), 'key.png')).fault?.code).toBe('FILE_TYPE');
  });

  it.each([
    ['a file that is gone', 'gone.png', /ENOENT/],
    ['a directory', 'dir', /no regular file|EISDIR|EPERM/],
  ])('%s is a fault, not an exception', async (_, name, message) => {
    const tree = await plant({ 'dir/a.png': png() });
    const file = await inspectFile(tree.at(name), name);
    expect(file).toMatchObject({
      media: null,
      fault: { code: 'FILE_UNREADABLE', message: expect.stringMatching(message) },
    });
  });

  it.skipIf(process.platform === 'win32')('opens no link and waits for no FIFO', async () => {
    const tree = await plant({ 'a.png': png() });
    await symlink('a.png', tree.at('link.png'));
    plantFifo(tree.at('fifo.png'));
    const link = await inspectFile(tree.at('link.png'), 'link.png');
    expect(link.fault).toMatchObject({ code: 'FILE_UNREADABLE', message: expect.stringContaining('ELOOP') });
    const fifo = await inspectFile(tree.at('fifo.png'), 'fifo.png');
    expect(fifo.fault).toMatchObject({ code: 'FILE_UNREADABLE', message: 'fifo.png is no regular file' });
  });

  it('never throws, whatever the bytes', async () => {
    const tree = await plant();
    const starts = [png(), gif({ frames: 1 }), jpeg(), mp4({ dataBytes: 10 }), Buffer.alloc(0)];
    const content = fc.tuple(fc.constantFrom(...starts), fc.nat(), fc.uint8Array({ maxLength: 100 }));
    await fc.assert(
      fc.asyncProperty(content, async ([start, keep, noise]) => {
        await writeFile(tree.at('any'), Buffer.concat([start.subarray(0, keep % (start.length + 1)), noise]));
        const file = await inspectFile(tree.at('any'), 'any');
        expect((file.media === null) !== (file.fault === null)).toBe(true);
        expect(file.fault?.code).not.toBe('INTERNAL');
      }),
    );
  });
});

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
