// Captions beside a video where nobody asked for sidecars: noted by their name, whatever becomes of the look.

import { expect, it } from 'vitest';
import { inspectMedia } from '../../src/media/inspection.ts';
import { mp4, png } from '../support/media.ts';
import { srt } from '../support/subrip.ts';
import { find } from './find.ts';
import { plant } from './tree.ts';

const FILES = {
  'media/launch.mp4': mp4(),
  'media/launch.srt': srt(),
  'media/other.mp4': mp4(),
  'media/other.en.srt': srt(),
  'media/hero.png': png(),
  'media/hero.srt': srt(),
};

async function unasked(patterns: string, change: { sidecars?: boolean; lost?: boolean } = {}) {
  const tree = await plant(FILES);
  const { files } = await find(tree, patterns);
  const inspected = await inspectMedia(files, {
    find: {
      workspace: change.lost ? tree.at('not-there') : tree.workspace,
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
  return inspected.flatMap(({ path, unusedCaptions }) =>
    unusedCaptions === undefined ? [] : [[path, unusedCaptions]],
  );
}

it('are noted of the video of their name alone', async () => {
  expect(await unasked('media/*.mp4\nmedia/*.png')).toEqual([['media/launch.mp4', 'media/launch.srt']]);
});

it.each([
  ['matched themselves, which their own row tells of', 'media/*', {}],
  ['asked for', 'media/*.mp4', { sidecars: true }],
  ['in a folder that cannot be read', 'media/*.mp4', { lost: true }],
])('are not noted where they are %s', async (_, patterns, change) => {
  expect(await unasked(patterns, change)).toEqual([]);
});
