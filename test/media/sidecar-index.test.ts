// Captions beside a video in a run without `sidecars: true`: detected by their name.

import { expect, it } from 'vitest';
import { inspectMedia } from '../../src/media/inspection.ts';
import { mp4, png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { find } from './find/find.ts';
import { plant } from './tree.ts';

const FILES = {
  'media/launch.mp4': mp4(),
  'media/launch.srt': srt(),
  'media/other.mp4': mp4(),
  'media/other.en.srt': srt(),
  'media/other.vtt': 'WEBVTT',
  'media/otherwise.srt': srt(),
  'media/hero.png': png(),
  'media/hero.srt': srt(),
};

interface Change {
  readonly sidecars?: boolean;
  readonly isGone?: boolean;
}

async function inspected(patterns: string, change: Change = {}) {
  const tree = await plant(FILES);
  const { files } = await find(tree, patterns);
  return inspectMedia(files, {
    find: {
      workspace: change.isGone ? tree.at('not-there') : tree.workspace,
      patterns,
      followSymlinks: false,
      includeHiddenFiles: false,
      maxFiles: 100,
      sidecars: false,
    },
    sidecars: change.sidecars ?? false,
    released: [],
    digests: false,
    signal: new AbortController().signal,
  });
}

async function unusedCaptionsOf(patterns: string, change?: Change) {
  return (await inspected(patterns, change)).flatMap(({ path, unusedCaptions }) =>
    unusedCaptions === undefined ? [] : [[path, unusedCaptions]],
  );
}

async function otherCaptionsOf(patterns: string, change?: Change) {
  return (await inspected(patterns, change)).flatMap(({ path, otherCaptions }) =>
    otherCaptions === undefined ? [] : [[path, otherCaptions]],
  );
}

it('inspectMedia reports unused captions only for the video of the same name', async () => {
  expect(await unusedCaptionsOf('media/*.mp4\nmedia/*.png')).toEqual([
    ['media/launch.mp4', 'media/launch.srt'],
  ]);
});

it.each([
  ['match a pattern, because they have their own row', 'media/*', {}],
  ['are uploaded with `sidecars: true`', 'media/*.mp4', { sidecars: true }],
  ['are in a folder that cannot be read', 'media/*.mp4', { isGone: true }],
])('inspectMedia reports no unused captions that %s', async (_, patterns, change) => {
  expect(await unusedCaptionsOf(patterns, change)).toEqual([]);
});

it.each([
  [
    'without `sidecars: true`',
    'media/*.mp4',
    {},
    [['media/other.mp4', ['media/other.en.srt', 'media/other.vtt']]],
  ],
  [
    'with it',
    'media/*.mp4',
    { sidecars: true },
    [['media/other.mp4', ['media/other.en.srt', 'media/other.vtt']]],
  ],
  ['not those that match a pattern', 'media/*.mp4\nmedia/other.*', {}, []],
  ['not in a folder that cannot be read', 'media/*.mp4', { isGone: true }, []],
])(
  'inspectMedia reports captions that no name or format allows to send: %s',
  async (_, patterns, change, expected) => {
    expect(await otherCaptionsOf(patterns, change)).toEqual(expected);
  },
);
