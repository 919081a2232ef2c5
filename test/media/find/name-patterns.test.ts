// Patterns over bare names: the language of `files`, which is held against a folder of files with the same names.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '../../../src/errors.ts';
import { matchNames, readNamePatterns } from '../../../src/media/find/name-patterns.ts';
import { caught } from '../../support/caught.ts';
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

// Two of these names are one file on a disk of Windows.
describe.skipIf(process.platform === 'win32')('patterns over names', () => {
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

  it('take in what they take in as `files`, of files with these names', async () => {
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

  it('take in the same, in whatever order their lines stand', () => {
    const line = fc.constantFrom('*', '*.png', 'a.png', '[!a].png', 'clip.*', '!a*', '!*.srt', '!b.png');
    const patterns = fc
      .uniqueArray(line, { minLength: 2 })
      .chain((some) => fc.tuple(fc.constant(some), fc.shuffledSubarray(some, { minLength: some.length })));
    const property = fc.property(patterns, ([some, shuffled]) => {
      const { names, idle } = match(shuffled.join('\n'));
      const same = match(some.join('\n'));
      expect(names).toEqual(same.names);
      expect(idle.sort()).toEqual(same.idle.sort());
    });
    fc.assert(property);
  });

  it.each([
    ['a name that an exclude takes out', 'a.png\n!*.png', [{ pattern: 'a.png', excluded: 'a.png' }]],
    ['a name in other letter case', 'A.png', [{ pattern: 'A.png', otherCase: 'a.png' }]],
    ['a name in other case beside what matches', 'A.png\nb.png', [{ pattern: 'A.png', otherCase: 'a.png' }]],
    ['no name in other case that goes anyway', 'A.png\na.png', [{ pattern: 'A.png' }]],
    ['no name in other case that is excluded', 'A.png\n!a.png', [{ pattern: 'A.png' }]],
    ['nothing where there is nothing', 'x.png', [{ pattern: 'x.png' }]],
  ])('tell of a pattern without a name %s', (_, lines, unmatched) => {
    expect(match(lines).unmatched).toEqual(unmatched);
  });

  it('keep the order of the names', () => {
    const named = [{ name: 'z' }, { name: 'a' }];
    expect(matchNames(readNamePatterns('*', 'x'), named).matched).toEqual(named);
  });

  it('never reach across a slash, whatever the name', () => {
    const property = fc.property(fc.string(), fc.string(), (left, right) => {
      expect(match('*\n**\n?*\n[!x]*', [`${left}/${right}`]).names).toEqual([]);
    });
    fc.assert(property);
  });
});

it.each([
  ['a slash', 'media/*.png', /media\/\*\.png has a slash/],
  ['nothing behind its !', '!', /! is empty/],
])('a pattern with %s is refused under its input', async (_, lines, text) => {
  const error = await caught(() => readNamePatterns(lines, 'release-assets'), InputError);
  expect(error).toMatchObject({ code: 'INPUT_INVALID', input: 'release-assets' });
  expect(error.message).toMatch(text);
});
