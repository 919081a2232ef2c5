// What the sentence about a pattern without matches says: a known mistake, the nearest name, or what its folder contains.

import fs from 'node:fs';
import { symlink } from 'node:fs/promises';
import { describe, expect, it, vi } from 'vitest';
import { describeUnmatched, MAX_EXPLAINED } from '../../../src/media/find/suggestions.ts';
import { plant } from '../tree.ts';
import { find } from './find.ts';

const NAMES = [
  'media/hero.png',
  'media/drafts/wip.png',
  'media/Team/All.JPG',
  'media/many/1.txt',
  '.secret/HIDDEN.png',
  'été.gif',
];
const plantNames = () => plant(Object.fromEntries(NAMES.map((name) => [name, 'x'])));
const isWindows = process.platform === 'win32';

/** The sentences about the patterns without matches, each after `matched nothing`. */
async function reasonsFor(
  patterns: string,
  tree?: Awaited<ReturnType<typeof plant>>,
): Promise<string[]> {
  const { unmatched } = await find(tree ?? (await plantNames()), patterns);
  return unmatched.map((one) => describeUnmatched(one).replace(/^.* matched nothing ?/, ''));
}

const exists = (path: string) => `(${path} exists)`;
const otherCase = (path: string) => `(${path} exists, and names are case-sensitive)`;
const similar = (path: string) => `(did you mean ${path}?)`;

describe.skipIf(isWindows)('the reason for a pattern without matches', () => {
  it.each([
    ['a name in another letter case', 'media/hero.PNG', otherCase('media/hero.png')],
    ['a folder in another letter case', 'MEDIA/*.png', otherCase('media/hero.png')],
    ['an extension below two stars', 'media/**/*.jpg', otherCase('media/Team/All.JPG')],
    ['a folder as a whole', 'media/team', otherCase('media/Team/All.JPG')],
    ['letters beyond ASCII', '*É.GIF', otherCase('été.gif')],
    ['letters beside a set', '[m]edia/[gh]ERO.png', otherCase('media/hero.png')],
    ['a name in another folder', 'hero.png', exists('media/hero.png')],
    ['a wrong folder, in another letter case', 'images/HERO.png', exists('media/hero.png')],
    ['a name in a deeper folder', 'wip.png', exists('media/drafts/wip.png')],
    ['a misspelled name', 'media/heros.png', similar('media/hero.png')],
    ['a misspelled name without its folder', 'heros.png', similar('media/hero.png')],
    ['a misspelled folder', 'meida/*.png', similar('media/*.png')],
    ['a misspelled folder below another', 'media/draft/*.gif', similar('media/drafts/*.gif')],
    [
      'a known mistake',
      '"media/hero.png"',
      '(quotes are matched literally; write the path without them)',
    ],
    [
      'an excluded file',
      'media/drafts/*\n!**/wip.png',
      '(a `!` line excludes media/drafts/wip.png)',
    ],
    ['an excluded workspace', '.\n!**', '(a `!` line excludes été.gif)'],
    [
      'a missing folder',
      'posts/*.md',
      '(the folder posts does not exist; the workspace contains été.gif, media)',
    ],
    [
      'a missing folder of a file',
      'posts/a.md',
      '(the folder posts does not exist; the workspace contains été.gif, media)',
    ],
    ['no such file', 'media/none.txt', '(the folder media contains drafts, hero.png, many, Team)'],
    [
      'a file as a folder',
      'media/hero.png/*.gif',
      '(the folder media contains drafts, hero.png, many, Team)',
    ],
    ['a hidden folder', '.secret/*.gif', '(the workspace contains été.gif, media)'],
    ['a hidden file', '.secret/hidden.png', '(the workspace contains été.gif, media)'],
    [
      'an excluded file in another letter case',
      'media/hero.PNG\n!media/hero.png',
      '(the folder media contains drafts, hero.png, many, Team)',
    ],
  ])('%s is named', async (_, patterns, reason) => {
    expect(await reasonsFor(patterns)).toEqual([reason]);
  });

  it('the first ten names of a folder are listed, and the others counted', async () => {
    const names = Array.from({ length: 13 }, (_, index) => `a/${index}.txt`);
    const tree = await plant(Object.fromEntries(names.map((name) => [name, 'x'])));
    const [reason] = await reasonsFor('a/*.gif', tree);
    expect(reason).toMatch(/^\(the folder a contains 0\.txt, 1\.txt, .*, 9\.txt and 3 more\)$/);
  });

  it('an absolute pattern in the workspace gets the same reasons', async () => {
    const tree = await plantNames();
    expect(await reasonsFor(tree.at('media/HERO.png'), tree)).toEqual([
      otherCase('media/hero.png'),
    ]);
    expect(await reasonsFor(tree.at('media/heros.png'), tree)).toEqual([similar('media/hero.png')]);
  });

  it('a file that another pattern matched is not suggested', async () => {
    expect(await reasonsFor('media/*.png\nmedia/*.PNG\nmedia/**/*.PNG')).toEqual([
      '(the folder media contains drafts, hero.png, many, Team)',
      otherCase('media/drafts/wip.png'),
    ]);
    expect(await reasonsFor('été.gif\nmedia/HERO.png')).toEqual([otherCase('media/hero.png')]);
  });

  it('the first unmatched patterns are explained, and all are named', async () => {
    const patterns = Array.from(
      { length: MAX_EXPLAINED + 2 },
      (_, index) => `MEDIA/her[o${index}].png`,
    );
    const reasons = await reasonsFor(patterns.join('\n'));
    expect(reasons.filter((reason) => reason !== '')).toHaveLength(MAX_EXPLAINED);
    expect(reasons).toHaveLength(patterns.length);
  });

  it('a link is named and not followed, and no folder outside the workspace is read', async () => {
    const tree = await plant({ '../outside/deep/HERO.png': 'x', 'media/hero.png': 'x' });
    await symlink(tree.outside, tree.at('media/out'));
    const read = vi.spyOn(fs.promises, 'readdir');
    const reasons = await reasonsFor('media/out/*.gif', tree);
    const folders = read.mock.calls.map(([folder]) => String(folder));
    read.mockRestore();
    expect(reasons).toEqual(['(media/out is a link, and links are not followed)']);
    expect(folders.filter((folder) => folder.startsWith(tree.outside))).toEqual([]);
  });

  it('a name in another Unicode form exists', async () => {
    const tree = await plant({ 'cafe\u0301/hero.png': 'x' });
    expect((await reasonsFor('caf\u00e9/hero.png', tree))[0]).toMatch(/hero\.png exists\)/);
  });
});

it('an empty workspace is reported only if it is empty', async () => {
  expect((await find(await plant(), '**')).isWorkspaceEmpty).toBe(true);
  expect((await find(await plantNames(), 'x/**')).isWorkspaceEmpty).toBe(false);
  expect((await find(await plantNames(), '**')).isWorkspaceEmpty).toBe(false);
});
