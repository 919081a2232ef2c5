// The notices about captions and thumbnails that may have been meant to accompany a video.

import { expect, it } from 'vitest';
import { sidecarNotices } from '../../../src/action/log/sidecar-notices.ts';
import { FileError } from '../../../src/errors.ts';
import type { MediaFile } from '../../../src/media/media-file.ts';
import { picture, planOf, video } from '../ledgers.ts';

const bare = (stem: string) =>
  video(`${stem}.mp4`, { missingSidecars: [`${stem}.srt`, `${stem}.thumbnail.png`] });
const unused = (stem: string) => video(`${stem}.mp4`, { unusedCaptions: `${stem}.srt` });
const refused = new FileError('FILE_TRUNCATED', 'on purpose');

it.each<[title: string, files: MediaFile[], notices: string[]]>([
  ['a video without missing or unused sidecars gets no notice', [picture('a.png'), video('b.mp4')], []],
  [
    'a video without sidecars is named, with the sidecar names looked for',
    [bare('a'), video('b.mp4')],
    ['sidecars: a.mp4 has neither captions nor a thumbnail (searched for a.srt, a.thumbnail.png)'],
  ],
  [
    'five videos without sidecars share one notice that names three',
    ['a', 'b', 'c', 'd', 'e'].map(bare),
    [
      'sidecars: a.mp4, b.mp4, c.mp4 and 2 more have neither captions nor a thumbnail (searched for a.srt, a.thumbnail.png; the same for the others)',
    ],
  ],
  [
    'unused captions are named, with the input that uploads them',
    [unused('a')],
    ['sidecars: a.mp4 is uploaded without its captions (a.srt); `sidecars: true` uploads captions too'],
  ],
  [
    'several videos with unused captions share one notice',
    [unused('a'), unused('b')],
    [
      'sidecars: a.mp4, b.mp4 are uploaded without their captions (such as a.srt); `sidecars: true` uploads captions too',
    ],
  ],
  [
    'captions with another name or format are named, with the name that is sent',
    [video('a.mp4', { otherCaptions: ['a.en.srt', 'a.vtt'] }), video('b.mp4', { otherCaptions: ['b.vtt'] })],
    [
      'sidecars: a.mp4, b.mp4 are uploaded without other captions (a.en.srt, a.vtt); LinkedIn takes one SubRip file, which must be named a.srt',
    ],
  ],
  [
    'a matched image that is named like the thumbnail of a matched video is named',
    [video('a.mp4'), picture('a.thumbnail.png'), picture('b.thumbnail.png')],
    [
      'sidecars: a.thumbnail.png is uploaded as an image; with `api: media` and `sidecars: true`, a.thumbnail.png is the thumbnail of a.mp4',
    ],
  ],
  ['a rejected video gets no notice', [{ ...bare('a'), error: refused }], []],
])('%s', (_, files, notices) => {
  expect(sidecarNotices(planOf(files, { api: 'media' }).files)).toEqual(notices);
});

it('unused captions get no notice with `api: assets`', () => {
  expect(sidecarNotices(planOf([unused('a')], { api: 'assets' }).files)).toEqual([]);
});
