// The text of a post: what LinkedIn does not take, and what it would show as written.

import { expect, it } from 'vitest';
import type { Finding } from '../../../src/post/file/finding.ts';
import { checkText, fillFields, type ReleaseFields } from '../../../src/post/file/text-rules.ts';

function problemsOf(text: string, isError: boolean): string[] {
  const findings: Finding[] = [];
  checkText(text, text, (one) => findings.push(one));
  return findings.flatMap(({ code, problem }) => ((code !== null) === isError ? problem : []));
}
const issuesOf = (text: string) => problemsOf(text, true);
const warningsOf = (text: string) => problemsOf(text, false);

it('a text has at most 3,000 UTF-16 units as written', () => {
  expect(issuesOf('😀'.repeat(1500))).toEqual([]);
  expect(issuesOf(`${'😀'.repeat(1500)}x`)).toEqual([
    'has 3,001 characters, but LinkedIn takes at most 3,000',
  ]);
});

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
  expect(warningsOf('@[Acme](urn:li:company:1) \\@[Beta](urn:li:company:2) @[C](urn:li:person:c)')).toEqual([
    expect.stringMatching(/^@\[Acme\]\(urn:li:company:1\) goes out as written: a mention is/),
  ]);
});

it.each([
  [
    'Thanks to @Acme.',
    [
      '@Acme goes out as plain text: a mention is `@[Acme](urn:li:organization:1)`, with the number of the page; write `\\@Acme` if it is none',
    ],
  ],
  ['@Acme, @Zen and @Acme', [expect.stringMatching(/^@Acme, @Zen go out as plain text: /)]],
  [
    'Our #open-source day',
    [
      '#open-source goes out as written: LinkedIn ends a tag at a hyphen, so this one is #open; write #opensource',
    ],
  ],
  ['#a-b and #c-d-e', [expect.stringMatching(/^#a-b, #c-d-e go out as written: /)]],
])('the text %j has a warning that shows what to write', (text, expected) => {
  expect(warningsOf(text)).toEqual(expected);
});

it.each([
  'joe@acme.org',
  'https://a.example/@acme and www.a.example/#a-b',
  'npm i @scope/package',
  String.raw`\@Acme \#open-source`,
  '@[Acme](urn:li:organization:1) and @[Acme](urn:li:organizationBrand:1)',
  '#1-2 and a#b-c',
  'at @ 9',
])('the text %j has no warning about mentions and tags', (text) => {
  expect(warningsOf(text)).toEqual([]);
});

const RELEASE = { tag: 'v2.0', name: 'Two $&', url: 'https://github.com/acme/app/releases/tag/v2.0' };

const fill = (text: string, release: ReleaseFields | null) => {
  const findings: Finding[] = [];
  const report = (one: Finding) => findings.push(one);
  return { value: fillFields(text, { path: [], offset: 0 }, { release, report }), findings };
};

it('braces that are not a field stay as they are, and what looks like a field gets a warning at its place', () => {
  const text = '\u0024{{ tag }} {{x}} {{ tag }} {{Url}}';
  const { value, findings } = fill(text, RELEASE);
  expect(value).toBe(text);
  expect(findings).toMatchObject([
    { code: null, offset: 17, problem: expect.stringMatching(/^has \{\{ tag \}\}, which is posted lit/) },
    { code: null, offset: 27, problem: expect.stringMatching(/^has \{\{Url\}\}/) },
  ]);
});
