// Patterns find the same files as in @actions/glob, and so as in actions/upload-artifact.

import { create } from '@actions/glob';
import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { fuzzed } from '../../support/fuzz.ts';
import { plant } from '../tree.ts';
import { find } from './find.ts';

const NAMES = [
  'a.png',
  'b/a.png',
  'b/c.txt',
  'b/.hidden.png',
  'b/b/a.png',
  'b/b/b/*',
  'c d/[x]',
  'c d/{a,b}',
  '.h/a.png',
  '.h/b/.h',
  'a(b)/@(a)',
  'a(b)/back\\slash',
];
const segment = fc.oneof(
  fc.constantFrom('a.png', 'b', 'c d', '.h', 'a(b)', '[x]', '*', '**', '?', '???'),
  fc.constantFrom('*.png', '*.*', '.*', '**.png', '***', '[ab]', '[!a]*', '[a-c]*', '[z-a]', '[a', 'b]'),
  fc.constantFrom(
    '[[]x]',
    '\\*',
    '\\[x\\]',
    '{a,b}',
    '@(a)',
    '+(a)',
    '!(a)',
    '[*]',
    '\\b',
    'back\\\\slash',
    '#a',
  ),
);
const glob = fc
  .tuple(fc.array(segment, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '', '', '/', '//'))
  .map(([segments, end]) => segments.join('/') + end);

/** Whether the line is the exact path of a file whose name has characters of a glob. */
function isPathWithWildcards(line: string): boolean {
  const path = line
    .split('/')
    .filter((name) => name !== '' && name !== '.')
    .join('/');
  return /[*?[\\]/.test(path) && NAMES.includes(path);
}

async function foundByLibrary(lines: readonly string[]): Promise<string[]> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const globber = await create(lines.join('\n'), { followSymbolicLinks: false, matchDirectories: false });
    return await globber.glob();
  } catch (error) {
    // The library throws for a file in place of a folder, which is no match in findFiles.
    expect(error).toMatchObject({ code: 'ENOTDIR' });
    return [];
  } finally {
    write.mockRestore();
  }
}

it.skipIf(process.platform === 'win32')('a pattern finds the same files as @actions/glob', async () => {
  const tree = await plant(Object.fromEntries(NAMES.map((name) => [name, 'x'])));
  let found = 0;
  const property = fc.asyncProperty(glob, fc.array(glob, { maxLength: 2 }), async (include, excludes) => {
    // Such a line means that file here, and is a glob in the library.
    fc.pre(![include, ...excludes].some(isPathWithWildcards));
    const lines = [include, ...excludes.map((exclude) => `!${exclude}`)];
    const { files } = await find(tree, lines.join('\n'), { includeHiddenFiles: true });
    const absolute = [tree.at(include), ...excludes.map((exclude) => `!${tree.at(exclude)}`)];
    const expected = await foundByLibrary(absolute);
    expect(files.map(({ absolutePath }) => absolutePath).sort()).toEqual(expected.sort());
    found += files.length;
  });
  await fc.assert(property, fuzzed(1000));
  expect(found).toBeGreaterThan(200);
});
