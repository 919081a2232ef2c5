// Which files the entries of `media` in a post file stand for.

import { expect, it } from 'vitest';
import type { AssetRef } from '../../src/media/find/assets.ts';
import { openWorkspace } from '../../src/media/find/workspace.ts';
import { findMedia } from '../../src/post/post-media.ts';
import { plant } from '../media/tree.ts';
import { testRun } from '../support/run.ts';
import { makePost } from './posts.ts';

const assetsOf = (...names: string[]) => names.map((name) => ({ path: `release:v1/${name}`, name }));
const ASSETS = assetsOf('b.png', 'a.png', 'notes.txt');

/** `entry path` of each file, then the findings. */
async function findIn(assets: readonly AssetRef[], ...files: string[]): Promise<string[]> {
  const { workspace: folder } = await plant({ 'media/a.png': 'x', 'media/b.png': 'y' });
  const workspace = await openWorkspace({ workspace: folder });
  const places = { workspace, folder, assets, run: testRun() };
  const entries = files.map((file) => ({ file, alt: null }));
  const { refs, findings } = await findMedia(makePost({ entries }), places);
  return [
    ...refs.map(({ place, source }) => `${place[1]} ${source.path}`),
    ...findings.map(({ path, problem }) => `${path.join('.')}: ${problem}`),
  ];
}

const find = (...files: string[]) => findIn(ASSETS, ...files);

it('the error of a pattern without assets lists the assets', async () => {
  expect(await find('release:*.gif')).toEqual([
    'media.0: release:*.gif matches no asset of the release; its assets are b.png, a.png, notes.txt',
  ]);
});

it('files are in the order of the entries', async () => {
  expect(await find('media/b.png', 'media/a.png', 'release:b.png')).toEqual([
    '0 media/b.png',
    '1 media/a.png',
    '2 release:v1/b.png',
  ]);
});

it('a file that is listed twice is an error, which says where it is listed first', async () => {
  expect(await find('media/b.png', 'media/a.png', 'media/b.png')).toEqual([
    '0 media/b.png',
    '1 media/a.png',
    'media.2: media/b.png adds nothing: media/b.png is already in entry 1 of `media`',
  ]);
  expect(await find('release:*.png', 'release:b.png')).toEqual([
    '0 release:v1/a.png',
    '0 release:v1/b.png',
    'media.1: release:b.png adds nothing: release:v1/b.png is already in entry 1 of `media`',
  ]);
});

it('an asset that two patterns match takes its place from the first', async () => {
  expect(await find('release:b.png', 'release:*.png')).toEqual(['0 release:v1/b.png', '1 release:v1/a.png']);
});

it('a post takes at most 20 files, and more are not looked at', async () => {
  const names = Array.from({ length: 21 }, (_, index) => `${index}.png`);
  // The alternative text of a picture is no file of the post.
  expect(await findIn(assetsOf('1.alt.txt', ...names.slice(1)), 'release:*')).toHaveLength(21);
  expect(await findIn(assetsOf(...names), 'release:*')).toEqual([
    'media: the post has 21 files, but LinkedIn takes at most 20 images',
  ]);
});
