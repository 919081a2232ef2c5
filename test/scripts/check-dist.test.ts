// The comparison of two folders by name and by byte.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { compareFolders } from '../../scripts/check-dist.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'compare-'));
  for (const [path, text] of [
    ['a/same.js', 'x'],
    ['b/same.js', 'x'],
    ['a/other.js', 'x\r\n'],
    ['b/other.js', 'x\n'],
    ['a/deep/stray.js', ''],
    ['b/package.json', '{}'],
  ] as const) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), text);
  }
});

afterEach(() => rm(folder, { recursive: true, force: true }));

it('missing, left-over and different files are listed', async () => {
  expect(await compareFolders(join(folder, 'a'), join(folder, 'b'))).toEqual([
    'deep/stray.js is left over',
    'other.js differs (3 bytes committed, 2 built)',
    'package.json is missing',
  ]);
});
