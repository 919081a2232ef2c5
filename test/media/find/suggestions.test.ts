// Suggestions for patterns that matched nothing, made without reading more folders than needed.

import fs from 'node:fs';
import { symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { describeUnmatched, MAX_EXPLAINED } from '../../../src/media/find/suggestions.ts';
import { plant } from '../tree.ts';
import { find } from './find.ts';

const NAMES = [
  'media/hero.png',
  'media/drafts/wip.png',
  'media/Team/All.JPG',
  '.secret/HIDDEN.png',
  'été.gif',
];
const plantNames = () => plant(Object.fromEntries(NAMES.map((name) => [name, 'x'])));

const isWindows = process.platform === 'win32';

describe.skipIf(isWindows)('suggestions for unmatched patterns', () => {
  it.each([
    ['a name', 'media/hero.PNG', 'media/hero.png'],
    ['a folder', 'MEDIA/*.png', 'media/hero.png'],
    ['an extension below two stars', 'media/**/*.jpg', 'media/Team/All.JPG'],
    ['a folder as a whole', 'media/team', 'media/Team/All.JPG'],
    ['letters beyond ASCII', '*É.GIF', 'été.gif'],
    ['letters beside a set', '[m]edia/[gh]ERO.png', 'media/hero.png'],
  ])(
    'a file that differs from a pattern only in letter case is suggested: %s',
    async (_, pattern, otherCase) => {
      expect((await find(await plantNames(), pattern)).unmatched).toEqual([{ pattern, otherCase }]);
    },
  );

  it('a file that differs from an absolute pattern only in letter case is suggested too', async () => {
    const tree = await plantNames();
    const { unmatched } = await find(tree, tree.at('media/HERO.png'));
    expect(unmatched).toMatchObject([{ otherCase: 'media/hero.png' }]);
    const [misspelled] = (await find(tree, tree.at('media/heros.png'))).unmatched;
    expect(misspelled && describeUnmatched(misspelled)).toContain('(did you mean media/hero.png?)');
  });

  it.each([
    ['no such file in any letter case', 'media/nothing.PNG'],
    ['a hidden file', '.secret/hidden.png'],
    ['an excluded file', 'media/hero.PNG\n!media/hero.png'],
    ['a letter that is escaped or in a set', 'media/[H]ero.png\nmedia/\\Hero.png'],
  ])('an unmatched pattern gets no suggestion: %s', async (_, patterns) => {
    const { unmatched } = await find(await plantNames(), patterns);
    expect(unmatched).not.toEqual([]);
    for (const one of unmatched) expect(one).not.toHaveProperty('otherCase');
  });

  it('a file in other letter case is suggested although another pattern matched a file', async () => {
    const { unmatched } = await find(await plantNames(), 'été.gif\nmedia/HERO.png');
    expect(unmatched).toEqual([{ pattern: 'media/HERO.png', otherCase: 'media/hero.png' }]);
  });

  it('a file that another pattern matched is not suggested', async () => {
    const { unmatched } = await find(await plantNames(), 'media/*.png\nmedia/*.PNG\nmedia/**/*.PNG');
    expect(unmatched).toEqual([
      { pattern: 'media/*.PNG', nearest: expect.anything() },
      { pattern: 'media/**/*.PNG', otherCase: 'media/drafts/wip.png' },
    ]);
  });

  it('an excluded file is reported for its pattern although another pattern matched a file', async () => {
    const { unmatched } = await find(await plantNames(), '!media/drafts\n**/wip.png\nmedia/*.png');
    expect(unmatched).toEqual([{ pattern: '**/wip.png', excluded: 'media/drafts/wip.png' }]);
  });

  it('suggestions are limited to the first unmatched patterns', async () => {
    const patterns = Array.from({ length: MAX_EXPLAINED + 2 }, (_, index) => `MEDIA/her[o${index}].png`);
    const { unmatched } = await find(await plantNames(), patterns.join('\n'));
    expect(unmatched.filter(({ otherCase }) => otherCase !== undefined)).toHaveLength(MAX_EXPLAINED);
    expect(unmatched).toHaveLength(patterns.length);
  });

  it('suggestions read only the folders that a pattern names in any letter case, and no folder outside the workspace', async () => {
    const tree = await plant({
      'media/hero.png': 'x',
      'node_modules/a/b.png': 'x',
      '../outside/HERO.png': 'x',
    });
    await symlink(tree.outside, tree.at('Outside'));
    const read = vi.spyOn(fs.promises, 'readdir');
    const { unmatched } = await find(tree, `Media/nothing*.png\noutside/hero*.png\n${tree.outside}/hero.png`);
    const folders = read.mock.calls.map(([folder]) => String(folder));
    read.mockRestore();
    expect(unmatched.every((one) => one.otherCase === undefined)).toBe(true);
    expect(new Set(folders)).toEqual(new Set([tree.workspace, tree.at('media')]));
    expect(folders).not.toContain(dirname(tree.workspace));
  });
});

it.skipIf(isWindows)(
  'a pattern that starts outside the workspace is searched once and gets no suggestion',
  async () => {
    const tree = await plant({ '../outside/deep/hero.png': 'x', 'media/hero.png': 'x' });
    const read = vi.spyOn(fs.promises, 'readdir');
    const { unmatched } = await find(tree, `${tree.outside}/**/*.PNG\n!none`);
    const outside = read.mock.calls.filter(([folder]) => String(folder).startsWith(tree.outside));
    read.mockRestore();
    expect(unmatched).toEqual([{ pattern: `${tree.outside}/**/*.PNG` }]);
    expect(outside).toHaveLength(2);
  },
);

it('an excluded file is reported for a pattern that is the whole workspace', async () => {
  expect((await find(await plantNames(), '.\n!**')).unmatched).toMatchObject([
    { excluded: expect.any(String) },
  ]);
});

describe('what a pattern probably meant', () => {
  it.each([
    ['hero.png', { elsewhere: 'media/hero.png' }],
    ['images/HERO.png', { elsewhere: 'media/hero.png' }],
    ['wip.png', { elsewhere: 'media/drafts/wip.png' }],
    ['media/heros.png', { similar: 'media/hero.png' }],
    ['meida/*.png', { similar: 'media/*.png', missingFolder: 'meida' }],
    ['media/draft/*.gif', { similar: 'media/drafts/*.gif', missingFolder: 'media/draft' }],
    ['posts/*.md', { missingFolder: 'posts' }],
    ['posts/a.md', { missingFolder: 'posts' }],
    ['posts', { missingFolder: 'posts' }],
    ['media/**/*.gif', {}],
    ['.secret/*.gif', {}],
    ['*.md', {}],
  ])('a file, a similar name or a missing folder is suggested for %s', async (pattern, expected) => {
    const { unmatched } = await find(await plantNames(), pattern);
    const [{ pattern: _, nearest, ...suggestion } = { pattern: '' }] = unmatched;
    expect(suggestion).toEqual(expected);
    if (!('elsewhere' in expected)) expect(nearest).toBeDefined();
  });
});

describe('the nearest folder of an unmatched pattern', () => {
  it.each([
    ['media/nothing.png', { path: 'media', names: ['drafts', 'hero.png', 'Team'] }],
    ['media/drafts/*.gif', { path: 'media/drafts', names: ['wip.png'] }],
    ['media/hero.png/x.png', { path: 'media', names: ['drafts', 'hero.png', 'Team'] }],
    ['.secret/*.gif', { path: '', names: ['été.gif', 'media'] }],
  ])('the deepest existing folder is named with what it contains: %s', async (pattern, nearest) => {
    expect((await find(await plantNames(), pattern)).unmatched).toEqual([{ pattern, nearest }]);
  });

  it.skipIf(isWindows)('a folder behind a link is not listed', async () => {
    const tree = await plant({ '../outside/secret.txt': 'x', 'media/hero.png': 'x' });
    await symlink(tree.outside, tree.at('media/out'));
    expect((await find(tree, 'media/out/*.gif')).unmatched).toMatchObject([
      { link: 'media/out', nearest: { path: 'media', names: ['hero.png', 'out'] } },
    ]);
  });
});

it('an empty workspace is reported only if it is empty', async () => {
  expect((await find(await plant(), '**')).isWorkspaceEmpty).toBe(true);
  expect((await find(await plantNames(), 'x/**')).isWorkspaceEmpty).toBe(false);
  expect((await find(await plantNames(), '**')).isWorkspaceEmpty).toBe(false);
});

it.skipIf(isWindows)('a name in another Unicode form is to be copied', async () => {
  const tree = await plant({ 'cafe\u0301/hero.png': 'x' });
  const [unmatched] = (await find(tree, 'caf\u00e9/hero.png')).unmatched;
  expect(unmatched && describeUnmatched(unmatched)).toMatch(/hero\.png exists; copy its name/);
});
