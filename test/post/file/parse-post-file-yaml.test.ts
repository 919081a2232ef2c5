// The YAML of a front matter: its limits, and the line of every error.

import { expect, it } from 'vitest';
import { lineOfProblem } from '../../../src/errors/action-error.ts';
import { parsePostFile } from '../../../src/post/file/parse-post-file.ts';
import { PAGE } from '../posts.ts';

function numbered(count: number, lineOf: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => lineOf(index));
}

/** `line problem` of the first error of a file with this front matter. Lines are counted from its first one. */
function errorOf(...lines: string[]): string {
  const source = ['---', ...lines, '---', 'Text.'].join('\n');
  const [error] = parsePostFile(source, 'a.md', { owner: PAGE, release: null }).errors;
  return error === undefined ? '' : `${Number(lineOfProblem(error)) - 1} ${error.problem}`;
}

it.each([
  [
    '124,000 brackets',
    [`media: ${'['.repeat(124_000)}`],
    '1 the front matter has more than 2,000 keys, values, list entries and brackets',
  ],
  [
    '20,000 list entries',
    ['media:', ...numbered(20_000, () => '  - a.png')],
    '1000 the front matter has more than 2,000 keys, values, list entries and brackets',
  ],
  ['20,000 keys', numbered(20_000, (index) => `k${index}: 1`), '201 the front matter has more than 200 keys'],
  [
    '201 keys at two levels',
    ['link:', ...numbered(200, (index) => `  k${index}: { }`)],
    '201 the front matter has more than 200 keys',
  ],
  ['257 KB', [`# ${'x'.repeat(256_000)}`], '1 the front matter is larger than 256 KB'],
])('front matter with %s is refused before it is parsed', (_, lines, expected) => {
  expect(errorOf(...lines).slice(0, expected.length)).toBe(expected);
});

it('front matter of 256 KB with 200 keys is parsed', () => {
  const keys = numbered(199, (index) => `k${index}: [{ }, "a"]`);
  expect(errorOf(`# ${'x'.repeat(240_000)}`, 'id: launch', ...keys)).toMatch(
    /^3 `k0` is not a key of a post/,
  );
});

it.each<[string[], string]>([
  [['id: a', 'title: *x'], '2 the front matter has a YAML alias: put a value that starts with `*` in'],
  [['title: |', '  &a', 'comment: &joy to the world'], '3 the front matter has a YAML anchor: put a value'],
  [['media: &x', '  - a.png'], '1 the front matter has a YAML anchor'],
  [['comment: !!str to the world'], '1 the front matter has a YAML tag'],
  [['id: !secret a'], '1 the front matter has a YAML tag: put a value that starts with `!` in quotes'],
])('%j is refused: %s', (lines, expected) => {
  expect(errorOf(...lines).slice(0, expected.length)).toBe(expected);
});

it.each<[string[], number, string]>([
  [['comment: Docs: https://example.org'], 1, 'a value with `: ` in it'],
  [['id: a', 'at:2026-12-03'], 2, 'the line is not a key with a value'],
  [['comment: >Hello'], 1, 'a value that begins with `>` or `|`'],
  [['comment: > Hello'], 1, 'a value that begins with `>` or `|`'],
  [['comment: |', 'Hello', 'id: a'], 2, 'the line is not a key with a'],
  [['  id: a', 'title: b'], 2, 'the value ends before the end'],
  [['title: {{name}} is out'], 1, 'the value ends before the end'],
  [['title: “It: new”'], 1, 'curly quotes are part of a value'],
  [['', 'owner: @acme'], 2, 'a value that begins with `@`'],
  [['id: a', 'id: b'], 2, 'this key stands twice'],
  [['media:', '  - file: a.png', '    alt: "A', 'id: x'], 3, 'a value'],
  [['comment: "a', '', 'b"', 'id: x'], 1, 'a value that begins with'],
  [['link:', '\turl: x'], 2, 'the line begins with a tab; use spaces'],
  [
    ['media:', '  - file: a.png', '    alt: "The "new" page"'],
    3,
    'the value goes on after the quote that ends it; inside of `"`',
  ],
  [['media:', '  - b.png', '    alt: x'], 2, '`media` must be a list, with each `alt` below its file'],
  [['media: - a.png'], 1, 'a list must begin in the line below its key'],
  [['...', 'id: a'], 2, 'a line `...` ends it early'],
])('the error of %j has its line %i and says: %s', (lines, line, words) => {
  const expected = `${line} the front matter is not valid YAML: ${words}`;
  expect(errorOf(...lines).slice(0, expected.length)).toBe(expected);
});
