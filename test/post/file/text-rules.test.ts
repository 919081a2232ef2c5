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
  expect(warningsOf('('.repeat(1501))).toEqual([
    expect.stringMatching(/^has 3,002 characters once/),
  ]);
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
  expect(
    warningsOf('@[Acme](urn:li:company:1) \\@[Beta](urn:li:company:2) @[C](urn:li:person:c)'),
  ).toEqual([
    expect.stringMatching(
      /^@\[Acme\]\(urn:li:company:1\) goes out as written: write @\[Acme\]\(urn:li:organization:1\)$/,
    ),
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

const RELEASE = {
  tag: 'v2.0',
  name: 'Two $&',
  url: 'https://github.com/acme/app/releases/tag/v2.0',
};

const fill = (text: string, release: ReleaseFields | null) => {
  const findings: Finding[] = [];
  const report = (one: Finding) => findings.push(one);
  return { value: fillFields(text, { path: [], offset: 0 }, { release, report }), findings };
};

it('braces that are not a field stay as they are, and each name gets a warning at its place', () => {
  const text = '\u0024{{ a.b }} {{x}} {{x}} {{ tag }} {{Url}}';
  const { value, findings } = fill(text, RELEASE);
  expect(value).toBe(text);
  expect(findings).toMatchObject([
    {
      code: null,
      offset: 0,
      problem: expect.stringMatching(/^has \$\{\{ a\.b \}\}, which is posted lit/),
    },
    {
      code: null,
      offset: 11,
      problem: expect.stringMatching(/^has \{\{x\}\}, which is posted lit/),
    },
    {
      code: null,
      offset: 23,
      problem: expect.stringMatching(/^has \{\{ tag \}\}, which is posted lit/),
    },
    { code: null, offset: 33, problem: expect.stringMatching(/^has \{\{Url\}\}/) },
  ]);
});

it('a dollar sign directly before a field is that of a price', () => {
  expect(fill('\u0024{{tag}}', RELEASE)).toEqual({ value: '\u0024v2.0', findings: [] });
});

it.each([
  ['{{version}}', 'write {{tag}} for the tag of the release'],
  ['{{ tag_name }}', 'write {{tag}} for the tag of the release'],
  ['{{release.html_url}}', 'write {{url}} for the page of the release'],
  ['{{TAG}}', 'the fields are {{tag}}, {{name}} and {{url}}, without spaces'],
])('the warning about %s says which field is meant', (text, advice) => {
  const problem = `has ${text}, which is posted literally: ${advice}`;
  expect(fill(text, RELEASE).findings).toMatchObject([{ code: null, problem }]);
});

it.each([
  ['A &#8594; B', ['&#8594; goes out as written, because LinkedIn shows no HTML; write → instead']],
  [
    'A&nbsp;&#xA0;B',
    [expect.stringMatching(/^&nbsp;, &#xA0; go out as .*; write a space instead$/)],
  ],
  ['A&#0;B', [expect.stringMatching(/; write the character itself instead$/)]],
  [
    '<p class="x">A</p>',
    [expect.stringMatching(/; write an empty line between paragraphs instead$/)],
  ],
  ['<a href="https://a.example">A</a>', [expect.stringMatching(/^<a href=.*; remove the tags$/)]],
])('HTML in the text %j has a warning that says what to write', (text, expected) => {
  expect(warningsOf(text)).toEqual(expected);
});

it.each([
  'Map<string, number> and a < b > c',
  '<https://a.example>',
  'AT&T; R&D',
  '\\@[Acme]',
  '[x] @ [y]',
])('the text %j has no warning about HTML or mentions', (text) => {
  expect(warningsOf(text)).toEqual([]);
});
