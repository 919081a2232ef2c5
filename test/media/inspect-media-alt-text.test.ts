// Alternative texts beside pictures, by name.

import { symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { altTextFileOf } from '../../src/media/inspect-media.ts';
import { ALT_TEXT_MAX } from '../../src/media/limits.ts';
import { mp4, png } from '../support/media.ts';
import { find } from './find/find.ts';
import { inspectAll, inspected } from './sidecar-runs.ts';
import { plant } from './tree.ts';

const FILES = {
  'media/hero.png': png(),
  'media/hero.alt.txt': '\ufeff The new dashboard\r\n',
  'media/clip.mp4': mp4(),
  'media/clip.alt.txt': 'of a video',
  'plain.png': png(),
  'blank.png': png(),
  'blank.alt.txt': ' \n',
  'long.png': png(),
  'long.alt.txt': 'x'.repeat(ALT_TEXT_MAX + 1),
  'binary.png': png(),
  'binary.alt.txt': Buffer.from([0xff, 0xfe]),
};

async function described(patterns: string, tree?: Awaited<ReturnType<typeof plant>>) {
  return await inspected(tree ?? (await plant(FILES)), patterns);
}

it.each([
  ['media/a.png', 'media/a.alt.txt'],
  ['a.b.jpeg', 'a.b.alt.txt'],
  ['v1.0/photo', 'v1.0/photo.alt.txt'],
])('the alternative text of %s is in %s', (file, text) => {
  expect(altTextFileOf(file)).toBe(text);
});

it('a picture has the text of the file beside it, without blank space around it', async () => {
  const [hero, plain] = await described('media/hero.png\nplain.png');
  expect(hero).toMatchObject({ altText: 'The new dashboard', warnings: [] });
  expect(plain).not.toHaveProperty('altText');
});

it('the text of a matched picture is not uploaded as a file, and the text of a video is', async () => {
  const files = await described('media/*');
  expect(files.map(({ path }) => path)).toEqual(['media/clip.alt.txt', 'media/clip.mp4', 'media/hero.png']);
  expect(files[1]).not.toHaveProperty('altText');
});

it('the text of a picture that cannot be uploaded is no file of its own, so that only the picture is reported', async () => {
  const tree = await plant({
    'a.JPG': png().subarray(0, -4),
    'a.alt.txt': 'of a',
    'b.alt.txt': 'of nothing',
  });
  const files = await described('*', tree);
  expect(files.map(({ path, error }) => [path, error?.code])).toEqual([
    ['a.JPG', 'FILE_TRUNCATED'],
    ['b.alt.txt', 'FILE_TYPE'],
  ]);
});

it.each([
  ['blank.png', /has an alternative text, blank\.alt\.txt, which is empty/],
  ['long.png', /long\.alt\.txt, of more than 4,086 characters/],
  ['binary.png', /cannot be used: binary\.alt\.txt is not UTF-8 text/],
])('a text that cannot be used becomes a warning: %s', async (file, text) => {
  const [picture] = await described(file);
  expect(picture).toMatchObject({ error: null, warnings: [expect.stringMatching(text)] });
  expect(picture).not.toHaveProperty('altText');
});

it.skipIf(process.platform === 'win32')('a link is not read as an alternative text', async () => {
  const tree = await plant({ 'a.png': png(), '../outside/secret.txt': 'secret' });
  await symlink(`${tree.outside}/secret.txt`, tree.at('a.alt.txt'));
  const [picture] = await described('a.png', tree);
  expect(picture).not.toHaveProperty('altText');
  expect(picture?.warnings).toHaveLength(1);
});

it('a text of a release is not that of a picture in the workspace, and the other way round', async () => {
  const tree = await plant({
    'a.png': png(),
    'b.alt.txt': 'beside it',
    '../outside/0': png(),
    '../outside/1': 'released',
  });
  const { files } = await find(tree, 'a.png');
  const asset = (name: string, index: number) => {
    return { path: `release:v1/${name}`, absolutePath: `${tree.outside}/${index}`, sizeBytes: 8 };
  };
  const released = ['b.png', 'a.alt.txt'].map(asset);
  const texts = await inspectAll([...files, ...released.slice(0, 1)], { ...tree, released });
  expect(texts.map(({ error, altText }) => [error, altText])).toEqual([
    [null, undefined],
    [null, undefined],
  ]);
});
