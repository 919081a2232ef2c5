// Why a pattern took in nothing: told by what the disk has, without looking further than the search did.

import fs from 'node:fs';
import { symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { MAX_EXPLAINED } from '../../../src/media/find/suggestions.ts';
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

describe.skipIf(isWindows)('a pattern that matched nothing', () => {
  it.each([
    ['a name', 'media/hero.PNG', 'media/hero.png'],
    ['a folder', 'MEDIA/*.png', 'media/hero.png'],
    ['an ending below two stars', 'media/**/*.jpg', 'media/Team/All.JPG'],
    ['a folder as a whole', 'media/team', 'media/Team/All.JPG'],
    ['letters beyond ASCII', '*É.GIF', 'été.gif'],
    ['letters beside a set', '[m]edia/[gh]ERO.png', 'media/hero.png'],
  ])('meets a file but for the case of its letters: %s', async (_, pattern, otherCase) => {
    expect((await find(await plantNames(), pattern)).unmatched).toEqual([{ pattern, otherCase }]);
  });

  it('meets one in an absolute spelling, too', async () => {
    const tree = await plantNames();
    const { unmatched } = await find(tree, tree.at('media/HERO.png'));
    expect(unmatched).toMatchObject([{ otherCase: 'media/hero.png' }]);
  });

  it.each([
    ['the case of letters that is beside the point', 'media/nothing.PNG'],
    ['a hidden file', '.secret/hidden.png'],
    ['a file that is excluded', 'media/hero.PNG\n!media/hero.png'],
    ['an escaped or a set letter', 'media/[H]ero.png\nmedia/\\Hero.png'],
  ])('is not explained by %s', async (_, patterns) => {
    const { unmatched } = await find(await plantNames(), patterns);
    expect(unmatched).not.toEqual([]);
    for (const one of unmatched) expect(one).toEqual({ pattern: one.pattern });
  });

  it('is explained by case where another one matched as well', async () => {
    const { unmatched } = await find(await plantNames(), 'été.gif\nmedia/HERO.png');
    expect(unmatched).toEqual([{ pattern: 'media/HERO.png', otherCase: 'media/hero.png' }]);
  });

  it('is not explained by a file that goes anyway', async () => {
    const { unmatched } = await find(await plantNames(), 'media/*.png\nmedia/*.PNG\nmedia/**/*.PNG');
    expect(unmatched).toEqual([
      { pattern: 'media/*.PNG' },
      { pattern: 'media/**/*.PNG', otherCase: 'media/drafts/wip.png' },
    ]);
  });

  it('is explained by what an exclude takes out, where another one matched as well', async () => {
    const { unmatched } = await find(await plantNames(), '!media/drafts\n**/wip.png\nmedia/*.png');
    expect(unmatched).toEqual([{ pattern: '**/wip.png', excluded: 'media/drafts/wip.png' }]);
  });

  it('is looked at again only for the first few', async () => {
    const patterns = Array.from({ length: MAX_EXPLAINED + 2 }, (_, index) => `MEDIA/her[o${index}].png`);
    const { unmatched } = await find(await plantNames(), patterns.join('\n'));
    expect(unmatched.filter(({ otherCase }) => otherCase !== undefined)).toHaveLength(MAX_EXPLAINED);
    expect(unmatched).toHaveLength(patterns.length);
  });

  it('reads no folder that its own letters, in either case, do not lead to, and none outside', async () => {
    const tree = await plant({
      'media/hero.png': 'x',
      'node_modules/a/b.png': 'x',
      '../outside/HERO.png': 'x',
    });
    await symlink(tree.outside, tree.at('Outside'));
    const read = vi.spyOn(fs.promises, 'readdir');
    const { unmatched } = await find(tree, `Media/nothing.png\noutside/hero.png\n${tree.outside}/hero.png`);
    const folders = read.mock.calls.map(([folder]) => String(folder));
    read.mockRestore();
    expect(unmatched.every((one) => one.otherCase === undefined)).toBe(true);
    expect(new Set(folders)).toEqual(new Set([tree.workspace, tree.at('media')]));
    expect(folders).not.toContain(dirname(tree.workspace));
  });
});

it.skipIf(isWindows)(
  'a pattern that starts outside of the workspace is searched once, and not explained',
  async () => {
    const tree = await plant({ '../outside/deep/hero.png': 'x', 'media/hero.png': 'x' });
    const read = vi.spyOn(fs.promises, 'readdir');
    const { unmatched } = await find(tree, `${tree.outside}/**/*.PNG\n!${tree.outside}/none`);
    const outside = read.mock.calls.filter(([folder]) => String(folder).startsWith(tree.outside));
    read.mockRestore();
    expect(unmatched).toEqual([{ pattern: `${tree.outside}/**/*.PNG` }]);
    expect(outside).toHaveLength(2);
  },
);

it('the workspace as a whole is explained like any other pattern', async () => {
  expect((await find(await plantNames(), '.\n!**')).unmatched).toMatchObject([
    { excluded: expect.any(String) },
  ]);
});

describe('the names in the workspace', () => {
  it('are told when nothing matched', async () => {
    expect((await find(await plantNames(), 'x/**')).workspaceEntries).toEqual([
      '.secret',
      'media',
      'été.gif',
    ]);
    expect((await find(await plant(), '**')).workspaceEntries).toEqual([]);
  });

  it.each(['**', 'x/**\nmedia/hero.png', '', '!x', '.secret/**'])(
    'are not asked for otherwise: %s',
    async (patterns) => {
      expect((await find(await plantNames(), patterns)).workspaceEntries).toBeNull();
    },
  );
});
