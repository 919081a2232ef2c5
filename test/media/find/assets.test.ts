// Patterns over names: the same language as `files`, compared with a search in a folder of files with these names.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors/action-error.ts';
import { matchNames, readNamePatterns } from '../../../src/media/find/assets.ts';
import { caught } from '../../support/caught.ts';
import { fuzzed } from '../../support/fuzz.ts';
import { plant } from '../tree.ts';
import { find } from './find.ts';

const NAMES = [
  'a.png',
  'b.png',
  'B.PNG',
  'clip.mp4',
  'clip.srt',
  '[1].png',
  '{a,b}.png',
  '@(a).png',
  'a b.png',
  '#1.png',
  '!x.png',
];

function match(lines: string, names: readonly string[] = NAMES) {
  const { matched, unmatched } = matchNames(
    readNamePatterns(lines, 'release-assets'),
    names.map((name) => ({ name })),
  );
  return {
    names: matched.map(({ name }) => name).sort(),
    unmatched,
    idle: unmatched.map(({ pattern }) => pattern),
  };
}

// Two of these names are the same file on Windows.
describe.skipIf(process.platform === 'win32')('name patterns', () => {
  const CASES = [
    '*',
    '**',
    '*.png',
    '?.png',
    '[ab].png',
    '[!a].png',
    '[a-b]*',
    '{a,b}.png',
    '@(a).png',
    '\\[1\\].png',
    '[[]1].png',
    '*.png\n!a*',
    '!*.png\na.png\n*.mp4',
    '*.png\n!a.png\na.png',
    '!!a.png',
    '# a comment\n\n  a.png  \r\nb.png',
    '*.webm\na.png',
    '[z-a].png',
    '\\#1.png',
    'clip.*\n!clip.mp4',
    '!a.png',
    '',
  ];

  it('name patterns match the same names as patterns in `files`', async () => {
    const tree = await plant(Object.fromEntries(NAMES.map((name) => [name, 'x'])));
    for (const lines of CASES) {
      const { files, unmatched } = await find(tree, lines);
      const { names, idle } = match(lines);
      expect([lines, names, idle]).toEqual([
        lines,
        files.map(({ path }) => path).sort(),
        unmatched.map(({ pattern }) => pattern),
      ]);
    }
  });

  it.each([
    [
      'an excluded name',
      'a.png\n!*.png',
      [{ pattern: 'a.png', reason: 'a `!` line excludes a.png', isAdvice: true }],
    ],
    [
      'a name in other letter case',
      'A.png',
      [{ pattern: 'A.png', reason: 'a.png exists, and names are case-sensitive', isAdvice: true }],
    ],
    [
      'a name in other letter case beside a match',
      'A.png\nb.png',
      [{ pattern: 'A.png', reason: 'a.png exists, and names are case-sensitive', isAdvice: true }],
    ],
    [
      'no suggestion of a name that another pattern matched',
      'A.png\na.png',
      [{ pattern: 'A.png', reason: '', isAdvice: false }],
    ],
    [
      'no suggestion of an excluded name',
      'A.png\n!a.png',
      [{ pattern: 'A.png', reason: '', isAdvice: false }],
    ],
    [
      'no suggestion when no name is similar',
      'x.png',
      [{ pattern: 'x.png', reason: '', isAdvice: false }],
    ],
  ])('an unmatched pattern is reported with %s', (_, lines, unmatched) => {
    expect(match(lines).unmatched).toEqual(unmatched);
  });

  it('patterns never match across a slash, for any name', () => {
    const property = fc.property(fc.string(), fc.string(), (left, right) => {
      expect(match('*\n**\n?*\n[!x]*', [`${left}/${right}`]).names).toEqual([]);
    });
    fc.assert(property, fuzzed(100));
  });
});

it.each([
  ['a slash', 'media/*.png', /media\/\*\.png has a slash/],
  ['nothing after its !', '!', /! is empty/],
])('a pattern with %s is rejected with an error of its input', async (_, lines, text) => {
  const error = await caught(() => readNamePatterns(lines, 'release-assets'), InputError);
  expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'release-assets' });
  expect(error.message).toMatch(text);
});

it('a `!` line that excludes no name is reported, and no name is left out', () => {
  const named = [{ name: 'a.png' }];
  const patterns = readNamePatterns('*\n!A.png\n!*.{png,gif}\n"!a.png"', 'release-assets');
  expect(matchNames(patterns, named)).toMatchObject({
    matched: named,
    unmatched: [{ pattern: '"!a.png"' }],
    idle: ['!A.png', '!*.{png,gif}'],
  });
});
