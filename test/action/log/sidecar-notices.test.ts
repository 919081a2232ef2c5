// What the notices say of captions and thumbnails that somebody may have meant to go along.

import { expect, it } from 'vitest';
import { sidecarNotices } from '../../../src/action/log/progress.ts';
import { FileError } from '../../../src/errors.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import { picture, planOf, video } from '../ledgers.ts';

const bare = (stem: string) =>
  video(`${stem}.mp4`, { missingSidecars: [`${stem}.srt`, `${stem}.thumbnail.png`] });
const unasked = (stem: string) => video(`${stem}.mp4`, { unusedCaptions: `${stem}.srt` });
const refused = new FileError('FILE_TRUNCATED', 'on purpose');

it.each<[what: string, files: MediaFile[], notices: string[]]>([
  ['nothing that could go along', [picture('a.png'), video('b.mp4')], []],
  [
    'one video with nothing beside it',
    [bare('a'), video('b.mp4')],
    ['sidecars: a.mp4 goes without captions and thumbnail (looked for a.srt, a.thumbnail.png)'],
  ],
  [
    'five of them',
    ['a', 'b', 'c', 'd', 'e'].map(bare),
    [
      'sidecars: a.mp4, b.mp4, c.mp4 and 2 more go without captions and thumbnail (looked for a.srt, a.thumbnail.png, and so for the others)',
    ],
  ],
  [
    'captions that nobody asked for',
    [unasked('a')],
    ['sidecars: a.mp4 goes without its captions: a.srt is there, and `sidecars: true` sends it along'],
  ],
  [
    'several of those',
    [unasked('a'), unasked('b')],
    [
      'sidecars: a.mp4, b.mp4 go without their captions: a.srt, say, is there, and `sidecars: true` sends it along',
    ],
  ],
  ['what is refused anyway', [{ ...bare('a'), fault: refused }], []],
])('%s', (_, files, notices) => {
  expect(sidecarNotices(planOf(files, { api: 'media' }).files)).toEqual(notices);
});

it('says nothing of captions where the API takes none', () => {
  expect(sidecarNotices(planOf([unasked('a')], { api: 'assets' }).files)).toEqual([]);
});
