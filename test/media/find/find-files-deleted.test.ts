// Files and folders that another process deletes during the search.

import fs from 'node:fs';
import { rm } from 'node:fs/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { caught } from '../../support/caught.ts';
import { plant, type Tree } from '../tree.ts';
import { find } from './find.ts';

const FILES = { 'media/a.png': 'x', 'media/gone.png': 'x', 'media/gone.tmp': 'x', 'media/sub/b.png': 'x' };

/** Deletes `name` as soon as the search has listed the folder `media`. */
function deleteOnceListed(tree: Tree, name: string): void {
  const { readdir } = fs.promises;
  const listing = vi.spyOn(fs.promises, 'readdir').mockImplementation(async (folder) => {
    const names = (await readdir(folder)) as unknown as Awaited<ReturnType<typeof readdir>>;
    if (folder === tree.at('media')) await rm(tree.at(name), { recursive: true, force: true });
    return names;
  });
  onTestFinished(() => listing.mockRestore());
}

/** Deletes `name` as soon as the search knows that it is a folder. */
function deleteOnceSeen(tree: Tree, name: string): void {
  for (const call of ['lstat', 'stat'] as const) {
    const real = fs.promises[call];
    const seeing = vi.spyOn(fs.promises, call).mockImplementation(async (path) => {
      const stats = await real(path);
      if (path === tree.at(name)) await rm(tree.at(name), { recursive: true, force: true });
      return stats;
    });
    onTestFinished(() => seeing.mockRestore());
  }
}

describe.each([false, true])('deletion during the search (follow-symlinks: %s)', (follow) => {
  it.each([
    ['a file that no pattern matches', 'media/**/*.png', 'media/gone.tmp'],
    ['a file that a pattern matches', 'media/**', 'media/gone.png'],
    ['a folder', 'media/**', 'media/sub'],
  ])('%s is skipped when it is deleted after its folder is listed', async (_, pattern, name) => {
    const tree = await plant(FILES);
    deleteOnceListed(tree, name);
    const { files, skipped } = await find(tree, pattern, { followSymlinks: follow });
    const left = Object.keys(FILES).filter((path) => !path.startsWith(name));
    const matched = left.filter((path) => pattern === 'media/**' || path.endsWith('.png'));
    expect(files.map(({ path }) => path)).toEqual(matched);
    expect(skipped).toEqual([]);
  });

  it('a folder is skipped when it is deleted before it is listed', async () => {
    const tree = await plant(FILES);
    deleteOnceSeen(tree, 'media/sub');
    const { files } = await find(tree, 'media/**/*.png', { followSymlinks: follow });
    expect(files.map(({ path }) => path)).toEqual(['media/a.png', 'media/gone.png']);
  });
});

it('a search during which files are deleted one after another is repeated, up to three times', async () => {
  const names = [1, 2, 3].map((n) => `media/gone-${n}.png`);
  const tree = await plant({ ...Object.fromEntries(names.map((name) => [name, 'x'])), 'media/z.png': 'x' });
  const { readdir } = fs.promises;
  const listing = vi.spyOn(fs.promises, 'readdir').mockImplementation(async (folder) => {
    const listed = (await readdir(folder)) as unknown as Awaited<ReturnType<typeof readdir>>;
    const name = folder === tree.at('media') ? names.shift() : undefined;
    if (name !== undefined) await rm(tree.at(name));
    return listed;
  });
  onTestFinished(() => listing.mockRestore());
  const { files } = await find(tree, 'media/*.png');
  expect(files.map(({ path }) => path)).toEqual(['media/z.png']);
  expect(listing.mock.calls.filter(([folder]) => folder === tree.at('media'))).toHaveLength(4);
});

it('a folder whose files are deleted during each search is an error that says so', async () => {
  const tree = await plant(FILES);
  const { readdir } = fs.promises;
  const listing = vi.spyOn(fs.promises, 'readdir').mockImplementation(async (folder) => {
    const names = (await readdir(folder)) as unknown as Awaited<ReturnType<typeof readdir>>;
    return folder === tree.at('media') ? [...names, 'brief.tmp' as never] : names;
  });
  onTestFinished(() => listing.mockRestore());
  const error = await caught(() => find(tree, 'media/**'), InputError);
  expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
  expect(error.message).toMatch(/media\/\*\*.* at media\/brief\.tmp: it was deleted during the search/);
});

it('a pattern with a file in place of a folder matches nothing', async () => {
  const { files, unmatched } = await find(await plant(FILES), 'media/a.png/b.png\nmedia/a.png');
  expect(files.map(({ path }) => path)).toEqual(['media/a.png']);
  expect(unmatched).toMatchObject([{ pattern: 'media/a.png/b.png', reason: 'media/sub/b.png exists' }]);
});
