// A sidecar that is not what its name says: its video is refused for it, with the reason, and nothing else is.

import { mkdir, rename, rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { openBytes } from '../../src/media/bytes.ts';
import { inspectFiles } from '../../src/media/inspection.ts';
import { gif, jpeg, lfsPointer, png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { attach, clipOf, inspected, only, PAIR, run, summaryOf, VIDEO } from './sidecar-runs.ts';
import { plant, plantFifo } from './tree.ts';

const isWindows = process.platform === 'win32';

describe('a bad sidecar fails its video', () => {
  const huge = png({ width: 8000, height: 5000 });
  const cases: [name: string, file: string, content: string | Uint8Array, reason: RegExp][] = [
    ['captions without a cue', 'clip.srt', 'Hello\n', /clip\.srt is no SubRip text/],
    ['captions that are no UTF-8', 'clip.srt', Buffer.from([0x31, 0x0a, 0xff]), /clip\.srt is not UTF-8/],
    ['captions that are a picture', 'clip.srt', png(), /clip\.srt is not UTF-8/],
    ['captions that are a video', 'clip.srt', VIDEO, /clip\.srt is not UTF-8/],
    ['empty captions', 'clip.srt', '', /clip\.srt is empty/],
    [
      'captions of 10 MB and more',
      'clip.srt',
      Buffer.alloc(10_000_001, srt()),
      /clip\.srt has more than 10 MB/,
    ],
    ['captions in Git LFS', 'clip.srt', lfsPointer(), /clip\.srt is a Git LFS pointer.*lfs: true/],
    ['a thumbnail of text', 'clip.thumbnail.png', 'text', /clip\.thumbnail\.png is no picture/],
    [
      'a GIF as thumbnail',
      'clip.thumbnail.png',
      gif({ frames: 1 }),
      /png is image\/gif, where .* PNG or JPG/,
    ],
    ['a video as thumbnail', 'clip.thumbnail.jpg', VIDEO, /jpg is video\/mp4, where/],
    ['a truncated PNG', 'clip.thumbnail.png', png().subarray(0, -5), /clip\.thumbnail\.png ends without/],
    ['a truncated JPEG', 'clip.thumbnail.jpeg', jpeg().subarray(0, 30), /clip\.thumbnail\.jpeg ends/],
    ['an empty thumbnail', 'clip.thumbnail.png', '', /clip\.thumbnail\.png is empty/],
    [
      'a thumbnail in Git LFS',
      'clip.thumbnail.png',
      lfsPointer(),
      /clip\.thumbnail\.png is a Git LFS pointer.*lfs: true/,
    ],
    ['a thumbnail of too many pixels', 'clip.thumbnail.png', huge, /png has 40,000,000 pixels/],
  ];
  it.each(cases)('%s, matched or not', async (_, name, content, reason) => {
    const tree = await plant({ 'a.png': png(), 'clip.mp4': VIDEO, [name]: content });
    for (const patterns of ['a.png\nclip.mp4', '**']) {
      const files = await run(tree, patterns);
      expect(files.map(summaryOf)).toEqual(['a.png', 'clip.mp4 + FILE_SIDECAR']);
      const message = files[1]?.fault?.message ?? '';
      expect(message).toMatch(reason);
      expect(message.startsWith('clip.mp4 is refused for what lies beside it: ')).toBe(true);
      expect(files[1]).not.toHaveProperty('sidecars');
      expect(files[1]?.media?.kind).toBe('video');
    }
  });

  it('and the fault keeps the video from being opened', async () => {
    await expect(openBytes(await clipOf({ 'clip.srt': '' }))).rejects.toMatchObject({ code: 'FILE_SIDECAR' });
  });

  it('told once with all reasons when both are bad', async () => {
    const clip = await clipOf({ 'clip.srt': '', 'clip.thumbnail.png': 'text' });
    expect(clip.fault?.message).toMatch(/: clip\.srt is empty; clip\.thumbnail\.png is no picture or video$/);
  });

  it('even when the other one is good, which gets no row', async () => {
    const files = await run(await plant({ ...PAIR, 'clip.srt': '' }), '**');
    expect(files.map(summaryOf)).toEqual(['clip.mp4 + FILE_SIDECAR']);
  });

  it('even when a second thumbnail would do', async () => {
    const clip = await clipOf({ 'clip.thumbnail.png': '', 'clip.thumbnail.jpg': jpeg() });
    expect(summaryOf(clip)).toBe('clip.mp4 + FILE_SIDECAR');
    expect(clip.warnings).toEqual(['goes without clip.thumbnail.jpg: clip.thumbnail.png is taken']);
  });

  it('and no other video', async () => {
    const files = await run(
      await plant({ 'a.mp4': VIDEO, 'a.srt': '', 'b.mp4': VIDEO, 'b.srt': srt() }),
      '**',
    );
    expect(files.map(summaryOf)).toEqual(['a.mp4 + FILE_SIDECAR', 'b.mp4 + b.srt']);
  });

  it.each(['clip.srt', 'clip.thumbnail.png'])('a directory called %s', async (name) => {
    const tree = await plant({ 'clip.mp4': VIDEO });
    await mkdir(tree.at(name));
    const { fault } = only(await run(tree, 'clip.mp4'));
    expect(fault).toMatchObject({
      code: 'FILE_SIDECAR',
      message: expect.stringContaining(`${name} is no regular`),
    });
  });

  it.skipIf(isWindows).each(['clip.srt', 'clip.thumbnail.png'])('a FIFO called %s', async (name) => {
    const tree = await plant({ 'clip.mp4': VIDEO });
    plantFifo(tree.at(name));
    const { fault } = only(await run(tree, '**'));
    expect(fault).toMatchObject({
      code: 'FILE_SIDECAR',
      message: expect.stringContaining(`${name} is no regular`),
    });
  });

  it.each(['clip.srt', 'clip.thumbnail.png'])('a matched %s that is gone since', async (name) => {
    const tree = await plant(PAIR);
    const files = await inspected(tree, 'clip.mp4');
    await rm(tree.at(name));
    const gone = await inspectFiles([{ path: name, absolutePath: tree.at(name), sizeBytes: 0 }]);
    const { fault } = only(await attach(tree, [...files, ...gone]));
    expect(fault).toMatchObject({
      code: 'FILE_SIDECAR',
      message: expect.stringContaining(`${name} cannot be read`),
    });
  });

  it('a folder that cannot be read', async () => {
    const tree = await plant({ 'media/clip.mp4': VIDEO });
    const files = await inspected(tree, 'media/clip.mp4');
    await rename(tree.at('media'), tree.at('moved'));
    const { fault } = only(await attach(tree, files));
    expect(fault).toMatchObject({
      code: 'FILE_SIDECAR',
      message: expect.stringMatching(/folder of .*ENOENT/),
    });
  });
});
