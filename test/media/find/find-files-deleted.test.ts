// Files and folders that another process deletes during the search.

import fs from 'node:fs';
import { rm } from 'node:fs/promises';
import { expect, it, onTestFinished, vi } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { caught } from '../../support/caught.ts';
import { plant, type Tree } from '../tree.ts';
import { find } from './find.ts';

const FILES = { 'media/a.png': 'x', 'media/sub/b.png': 'x', 'media/z.png': 'x' };

/** Calls `change` with each listing of the folder `media`, and lists what it returns. */
function whenListed(tree: Tree, change: (names: string[]) => Promise<string[]>): void {
  const { readdir } = fs.promises;
  const listing = vi.spyOn(fs.promises, 'readdir').mockImplementation(async (folder) => {
    const names = (await readdir(folder)) as unknown as string[];
    return (folder === tree.at('media') ? await change(names) : names) as never;
  });
  onTestFinished(() => listing.mockRestore());
}

it.each([false, true])(
  'a search during which files are deleted one after another is repeated, up to three times (follow-symlinks: %s)',
  async (followSymlinks) => {
    const gone = ['media/a.png', 'media/sub', 'media/none.png'];
    const tree = await plant(FILES);
    let listings = 0;
    whenListed(tree, async (names) => {
      listings += 1;
      const name = gone.shift();
      if (name !== undefined) await rm(tree.at(name), { recursive: true, force: true });
      return names;
    });
    const { files, skipped } = await find(tree, 'media/**', { followSymlinks });
    const left = Object.keys(FILES).filter((path) => fs.existsSync(tree.at(path)));
    expect([files.map(({ path }) => path), skipped, listings]).toEqual([left, [], followSymlinks ? 1 : 3]);
  },
);

it('a folder whose files are deleted during each search is an error that says so', async () => {
  const tree = await plant(FILES);
  whenListed(tree, async (names) => [...names, 'brief.tmp']);
  const error = await caught(() => find(tree, 'media/**'), InputError);
  expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'files' });
  expect(error.message).toMatch(/media\/\*\*.* at media\/brief\.tmp: it was deleted during the search/);
});

it('a pattern with a file in place of a folder matches nothing', async () => {
  const { files, unmatched } = await find(await plant(FILES), 'media/a.png/b.png\nmedia/a.png');
  expect(files.map(({ path }) => path)).toEqual(['media/a.png']);
  expect(unmatched).toMatchObject([{ pattern: 'media/a.png/b.png', reason: 'media/sub/b.png exists' }]);
});
