// Invalid sidecars: the video is rejected with the reason, and no other file is rejected.

import { mkdir, rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { gif, jpeg, lfsPointer, png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { attach, clipOf, inspectAll, inspected, only, PAIR, run, summaryOf, VIDEO } from './sidecar-runs.ts';
import { plant } from './tree.ts';

const huge = png({ width: 8000, height: 5000 });
const cases: [name: string, file: string, content: string | Uint8Array, reason: RegExp][] = [
  ['captions without a cue', 'clip.srt', 'Hello\n', /clip\.srt is not SubRip text/],
  ['captions that are not UTF-8', 'clip.srt', Buffer.from([0x31, 0x0a, 0xff]), /clip\.srt is not UTF-8/],
  ['empty captions', 'clip.srt', '', /clip\.srt is not SubRip text/],
  [
    'captions larger than 10 MB',
    'clip.srt',
    Buffer.alloc(10_000_001, srt()),
    /clip\.srt has 10\.0 MB, which is too large/,
  ],
  ['captions in Git LFS', 'clip.srt', lfsPointer(), /clip\.srt is a Git LFS pointer.*lfs: true/],
  ['text as a thumbnail', 'clip.thumbnail.png', 'text', /clip\.thumbnail\.png is not an image/],
  ['a GIF as a thumbnail', 'clip.thumbnail.png', gif({ frames: 1 }), /png is image\/gif, but .* PNG or JPG/],
  ['a video as a thumbnail', 'clip.thumbnail.jpg', VIDEO, /jpg is video\/mp4, but/],
  [
    'a truncated PNG thumbnail',
    'clip.thumbnail.png',
    png().subarray(0, -5),
    /clip\.thumbnail\.png has no PNG end chunk/,
  ],
  [
    'a truncated JPEG thumbnail',
    'clip.thumbnail.jpeg',
    jpeg().subarray(0, 30),
    /clip\.thumbnail\.jpeg has no JPEG image data/,
  ],
  ['an empty thumbnail', 'clip.thumbnail.png', '', /clip\.thumbnail\.png is empty/],
  [
    'a thumbnail in Git LFS',
    'clip.thumbnail.png',
    lfsPointer(),
    /clip\.thumbnail\.png is a Git LFS pointer.*lfs: true/,
  ],
  ['a thumbnail with too many pixels', 'clip.thumbnail.png', huge, /png has 40,000,000 pixels/],
];
it.each(cases)(
  'an invalid sidecar rejects its video, whether it matches a pattern or not: %s',
  async (_, name, content, reason) => {
    const tree = await plant({ 'a.png': png(), 'clip.mp4': VIDEO, [name]: content });
    for (const patterns of ['a.png\nclip.mp4', '**']) {
      const files = await run(tree, patterns);
      expect(files.map(summaryOf)).toEqual(['a.png', 'clip.mp4 + FILE_SIDECAR']);
      const { message = '', hint = '' } = files[1]?.error ?? {};
      expect(`${message}. ${hint}`).toMatch(reason);
      expect(message.startsWith('clip.mp4 is rejected because of its sidecars: ')).toBe(true);
      expect(files[1]).not.toHaveProperty('sidecars');
      expect(files[1]?.media?.kind).toBe('video');
    }
  },
);

it('a video gets one error with both reasons when captions and thumbnail are invalid', async () => {
  const clip = await clipOf({ 'clip.srt': '', 'clip.thumbnail.png': 'text' });
  expect(clip.error?.message).toMatch(
    /: clip\.srt is not SubRip text: .*; clip\.thumbnail\.png is not an image, video or document$/,
  );
});

it('an invalid sidecar rejects its video although a second thumbnail is valid', async () => {
  const clip = await clipOf({ 'clip.thumbnail.png': '', 'clip.thumbnail.jpg': jpeg() });
  expect(summaryOf(clip)).toBe('clip.mp4 + FILE_SIDECAR');
});

it('an invalid sidecar rejects no other video', async () => {
  const files = await run(await plant({ 'a.mp4': VIDEO, 'a.srt': '', 'b.mp4': VIDEO, 'b.srt': srt() }), '**');
  expect(files.map(summaryOf)).toEqual(['a.mp4 + FILE_SIDECAR', 'b.mp4 + b.srt']);
});

it.each(['clip.srt', 'clip.thumbnail.png'])('a directory named %s is an invalid sidecar', async (name) => {
  const tree = await plant({ 'clip.mp4': VIDEO });
  await mkdir(tree.at(name));
  const { error } = only(await run(tree, 'clip.mp4'));
  expect(error).toMatchObject({
    code: 'FILE_SIDECAR',
    message: expect.stringContaining(`${name} is a folder`),
  });
});

it.each(['clip.srt', 'clip.thumbnail.png'])(
  'a matched %s that was deleted is an invalid sidecar',
  async (name) => {
    const tree = await plant(PAIR);
    const files = await inspected(tree, 'clip.mp4');
    await rm(tree.at(name));
    const gone = await inspectAll([{ path: name, absolutePath: tree.at(name), sizeBytes: 0 }], tree);
    const { error } = only(await attach(tree, [...files, ...gone]));
    expect(error).toMatchObject({
      code: 'FILE_SIDECAR',
      message: expect.stringContaining(`${name} cannot be read`),
    });
  },
);
