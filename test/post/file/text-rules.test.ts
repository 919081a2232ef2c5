// The text of a post: what LinkedIn does not take, and what it would show as written.

import { describe, expect, it } from 'vitest';
import { readText } from '../../../src/post/file/text-rules.ts';

const issuesOf = (text: string) => readText(text, null).issues.map(({ problem }) => problem);
const warningsOf = (text: string) => readText(text, null).warnings.map(({ problem }) => problem);

describe('errors of a text', () => {
  it.each(['', ' \n', '\u200B'])('a text that shows nothing is none: %j', (text) => {
    expect(issuesOf(text)).toEqual(['the post has no text']);
  });

  it('the limit counts UTF-16 units as written', () => {
    expect(issuesOf('😀'.repeat(1500))).toEqual([]);
    expect(issuesOf(`${'😀'.repeat(1500)}x`)).toEqual([
      'has 3,001 characters, but LinkedIn takes at most 3,000',
    ]);
  });
});

describe('warnings of a text', () => {
  it('a text that is too long once it is escaped is warned of', () => {
    expect(issuesOf('('.repeat(1501))).toEqual([]);
    expect(warningsOf('('.repeat(1501))).toEqual([expect.stringMatching(/^has 3,002 characters once/)]);
  });

  it.each([
    '#tag and # 3',
    '@[Acme](urn:li:organization:1) \\@[Acme](urn:li:organization:1)',
    'a ** b ** c, 2**3, [1] (see below), don`t',
    '- a list\n1. of items',
  ])('text that is no Markdown gets no warning: %j', (text) => {
    expect(warningsOf(text)).toEqual([]);
  });

  it('Markdown is not searched for in a text that is too long', () => {
    expect(warningsOf(`**bold** ${'x'.repeat(3000)}`)).toEqual([]);
  });

  it('a mention with another URN is warned of, unless a backslash makes it literal', () => {
    expect(warningsOf('@[Acme](urn:li:company:1) \\@[Beta](urn:li:company:2) @[C](urn:li:person:c)')).toEqual(
      [expect.stringMatching(/^@\[Acme\]\(urn:li:company:1\) is posted/)],
    );
  });
});
