// Matching is case-sensitive on every system, also on case-insensitive disks.

import fs from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { plant, type Tree } from '../tree.ts';
import { find, pathsOf } from './find.ts';

// Set before any import, because a library may read the platform when it loads.
vi.hoisted(() => Object.defineProperty(process, 'platform', { value: 'win32' }));

const FILES = { 'media/a.png': 'x', 'media/B.PNG': 'x', 'media/sub/c.png': 'x' };

/** Makes the disk of `tree` case-insensitive. */
function ignoreCase(tree: Tree): void {
  const names = Object.keys(FILES).map((name) => tree.at(name));
  const known = new Map(names.flatMap((name) => [name, dirname(name)]).map((name) => [lower(name), name]));
  const spelled = (path: unknown) => known.get(lower(path)) ?? String(path);
  const { lstat, readdir } = fs.promises;
  const seeing = vi.spyOn(fs.promises, 'lstat').mockImplementation((path) => lstat(spelled(path)));
  const listing = vi
    .spyOn(fs.promises, 'readdir')
    .mockImplementation((path) => readdir(spelled(path)) as unknown as ReturnType<typeof readdir>);
  onTestFinished(() => {
    seeing.mockRestore();
    listing.mockRestore();
  });
}

const lower = (path: unknown) => String(path).toLowerCase();

describe.each(['case-sensitive', 'case-insensitive'])('letter case on a %s disk', (disk) => {
  it.each([
    ['a file', 'media/b.png', []],
    ['a folder', 'MEDIA/a.png\nMEDIA/**\nmedia/SUB', []],
    ['a pattern', 'media/*.png\n*/[b].PNG', ['media/a.png']],
    ['an exclude', 'media\n!media/*.png\n!MEDIA/**\n!media/sub/C.png', ['media/B.PNG', 'media/sub/c.png']],
  ])('%s matches only in its own letter case', async (_, patterns, expected) => {
    const tree = await plant(FILES);
    if (disk === 'case-insensitive') ignoreCase(tree);
    expect(await pathsOf(tree, patterns)).toEqual(expected);
  });

  it('a file that differs from a pattern only in letter case is suggested', async () => {
    const tree = await plant(FILES);
    if (disk === 'case-insensitive') ignoreCase(tree);
    const { unmatched } = await find(tree, 'Media/A.png');
    expect(unmatched).toEqual([{ pattern: 'Media/A.png', otherCase: 'media/a.png' }]);
  });
});
