// Names of files: their natural order, both path separators, and whether a file has exactly this name.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { existsExactly, inNaturalOrder, toPosixPath } from '../../../src/media/find/workspace.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { plant } from '../tree.ts';

it('in natural order, numbers count by their value, and folders come in order', () => {
  const sorted = [
    'a/2.png',
    'a/10.png',
    'a/10b.png',
    'a/99999999999999999999.png',
    'b/1.png',
    'b/cover.png',
  ];
  expect(sorted.toReversed().toSorted(inNaturalOrder)).toEqual(sorted);
  expect(['01.png', '1.png', '0.png'].toSorted(inNaturalOrder)).toEqual([
    '0.png',
    '01.png',
    '1.png',
  ]);
  expect(['B.png', 'ä.png', 'a.png'].toSorted(inNaturalOrder)).toEqual(['a.png', 'ä.png', 'B.png']);
});

it('the natural order is total: every permutation of distinct names sorts in the same way', () => {
  const name = fc.string({
    unit: fc.constantFrom('0', '1', '2', '9', 'a', 'b', '.', '/'),
    maxLength: 6,
  });
  const property = fc.property(fc.uniqueArray(name, { maxLength: 8 }), (names) => {
    expect(names.toSorted(inNaturalOrder)).toEqual(names.toReversed().toSorted(inNaturalOrder));
  });
  fc.assert(property, fuzzed(1000));
});

it.each([
  ['of Windows is converted to slashes', 'D:\\a\\media\\b.png', '\\', 'D:/a/media/b.png'],
  [
    'of Windows with some slashes is converted to slashes',
    'D:\\a/media/b.png',
    '\\',
    'D:/a/media/b.png',
  ],
  ['of Linux keeps the backslashes of its names', '/a/media\\b.png', '/', '/a/media\\b.png'],
])('a path %s', (_, path, separator, expected) => {
  expect(toPosixPath(path, separator)).toBe(expected);
});

it('a file exists only under its exact path, also after its name was changed in letter case', async () => {
  const { workspace } = await plant({ 'posts/2026/a.md': 'x', 'b.md': 'y' });
  const exists = (path: string) => existsExactly(workspace, path);
  expect(['posts/2026/a.md', 'b.md'].map(exists)).toEqual([true, true]);
  const others = [
    'posts/a.md',
    'a.md',
    'b.md/a.md',
    'none/2026/a.md',
    'posts/2026',
    'B.md',
    'Posts/2026/a.md',
  ];
  expect(others.map(exists)).not.toContain(true);
});
