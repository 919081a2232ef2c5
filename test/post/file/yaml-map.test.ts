// The YAML of a front matter: its limits, and the line of every error.

import { describe, expect, it } from 'vitest';
import { parseYamlMap } from '../../../src/post/file/yaml-map.ts';

function numbered(count: number, lineOf: (index: number) => string): string[] {
  return Array.from({ length: count }, (_, index) => lineOf(index));
}

/** `line message` of the error of these lines. */
function errorOf(...lines: string[]): string {
  const parsed = parseYamlMap(lines.join('\n'));
  return 'message' in parsed ? `${parsed.line} ${parsed.message}` : '';
}

describe('parseYamlMap', () => {
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
    [
      '20,000 keys',
      numbered(20_000, (index) => `k${index}: 1`),
      '201 the front matter has more than 200 keys',
    ],
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
    const parsed = parseYamlMap([`# ${'x'.repeat(240_000)}`, 'id: launch', ...keys].join('\n'));
    expect('value' in parsed && Object.keys(parsed.value as object)).toHaveLength(200);
  });

  it.each([
    [['comment: Docs: https://example.org'], '1 the front matter is not valid YAML: a value with `: ` in it'],
    [['id: a', 'at:2026-12-03'], '2 the front matter is not valid YAML: the line is not a key with a value'],
    [['comment: >Hello'], '1 the front matter is not valid YAML: a value that begins with `>` or `|`'],
    [['comment: > Hello'], '1 the front matter is not valid YAML: a value that begins with `>` or `|`'],
    [['comment: |', 'Hello', 'id: a'], '2 the front matter is not valid YAML: the line is not a key with a'],
    [['  id: a', 'title: b'], '2 the front matter is not valid YAML: the value ends before the end'],
    [['title: {{name}} is out'], '1 the front matter is not valid YAML: the value ends before the end'],
    [['title: “It: new”'], '1 the front matter is not valid YAML: curly quotes are part of a value'],
    [['', 'owner: @acme'], '2 the front matter is not valid YAML: a value that begins with `@`'],
    [['id: a', 'id: b'], '2 the front matter is not valid YAML: this key stands twice'],
    [['id: a', 'title: *x'], '2 the front matter has a YAML alias: put a value that starts with `*` in'],
    [['title: |', '  &a', 'comment: &joy to the world'], '3 the front matter has a YAML anchor: put a value'],
    [['media: &x', '  - a.png'], '1 the front matter has a YAML anchor'],
    [['comment: !!str to the world'], '1 the front matter has a YAML tag'],
    [['media:', '  - file: a.png', '    alt: "A', 'id: x'], '3 the front matter is not valid YAML: a value'],
    [['comment: "a', '', 'b"', 'id: x'], '1 the front matter is not valid YAML: a value that begins with'],
    [['id: !secret a'], '1 the front matter has a YAML tag: put a value that starts with `!` in quotes'],
    [['link:', '\turl: x'], '2 the front matter is not valid YAML: the line begins with a tab; use spaces'],
    [
      ['media:', '  - file: a.png', '    alt: "The "new" page"'],
      '3 the front matter is not valid YAML: the value goes on after the quote that ends it; inside of `"`',
    ],
    [
      ['media:', '  - b.png', '    alt: x'],
      '2 the front matter is not valid YAML: `media` must be a list, with each `alt` below its file',
    ],
    [['media: - a.png'], '1 the front matter is not valid YAML: a list must begin in the line below its key'],
    [['...', 'id: a'], '2 the front matter is not valid YAML: a line `...` ends it early'],
  ])('the error of %j has its line: %s', (lines, expected) => {
    expect(errorOf(...lines).slice(0, expected.length)).toBe(expected);
  });
});
