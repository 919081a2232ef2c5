// The text of a post from the notes of a release: the marked part, without its Markdown.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError } from '../../src/errors/action-error.ts';
import { textOfReleaseNotes } from '../../src/inputs/release-notes.ts';
import { caught } from '../support/caught.ts';
import { fuzzed } from '../support/fuzz.ts';

const textOfNotes = (notes: string) => textOfReleaseNotes({ notes, tag: 'v2' });
const textOf = (part: string) =>
  textOfNotes(`before\n<!-- linkedin -->\n${part}\n<!-- /linkedin -->\nafter`);
const errorOf = async (notes: string) => {
  const error = await caught(() => textOfNotes(notes), InputError);
  expect(error).toMatchObject({ code: 'POST_TEXT', input: 'text' });
  return error.message;
};

it('only the part of the notes between the comments counts', () => {
  expect(
    textOfNotes('a <!--linkedin-->one<!-- /LinkedIn --> b <!-- linkedin -->two<!-- /linkedin -->'),
  ).toBe('one');
  expect(textOf('one\r\ntwo')).toBe('one\ntwo');
});

it('the error of a missing or empty part names the release and the comments', async () => {
  for (const notes of [
    '',
    '<!-- linkedin --> no end',
    '<!-- /linkedin --> no start <!-- linkedin -->',
  ])
    expect(await errorOf(notes)).toMatch(
      /the notes of v2 have no part between `<!-- linkedin -->` and `<!-- \/linkedin -->`$/,
    );
  for (const part of ['', '![shot](x.png)', '<!-- hidden -->'])
    expect(await errorOf(`<!-- linkedin -->${part}<!-- /linkedin -->`)).toMatch(
      /v2 have an empty part/,
    );
});

it('a part of more than 20,000 characters is refused before it is read as Markdown', async () => {
  const notesOf = (part: string) =>
    `<!-- linkedin -->${part}<!-- /linkedin -->${'x'.repeat(50_000)}`;
  expect(textOfNotes(notesOf('x'.repeat(20_000)))).toHaveLength(20_000);
  expect(await errorOf(notesOf(`${'[a]('.repeat(5000)})`))).toMatch(
    /v2 have 20,001 characters between .*: at most 20,000 are allowed$/,
  );
});

it('quotes and lists that are nested too deeply are an error', async () => {
  for (const part of ['>'.repeat(6000), `${'- '.repeat(6000)}x`])
    expect(await errorOf(`<!-- linkedin -->\n${part}\n<!-- /linkedin -->`)).toMatch(
      /nested too deeply$/,
    );
});

it.each([
  ['a heading', '## What is new ##', 'What is new'],
  ['a hashtag, which is no heading', '#opensource', '#opensource'],
  [
    'emphasis',
    '**bold**, *italic*, __bold__, _italic_, ~~gone~~',
    'bold, italic, bold, italic, gone',
  ],
  ['names with underscores', 'snake_case_name and 2 * 3 * 4', 'snake_case_name and 2 * 3 * 4'],
  [
    'a link',
    'See [the docs](https://example.org/a_b_c "Docs").',
    'See the docs (https://example.org/a_b_c).',
  ],
  ['a link that shows its address', '[https://a.example](https://a.example)', 'https://a.example'],
  ['an address in brackets', '<https://a.example/x_y_z>', 'https://a.example/x_y_z'],
  [
    'the entities of an address',
    'https://a.example/?a=1&amp;b=2 <https://b.example/?c&amp;d>',
    'https://a.example/?a=1&b=2 https://b.example/?c&d',
  ],
  [
    'a link that shows its address with entities',
    '[https://a.example/?a&amp;b](https://a.example/?a&amp;b)',
    'https://a.example/?a&b',
  ],
  [
    'a mention of LinkedIn',
    '@[Acme](urn:li:organization:12) did',
    '@[Acme](urn:li:organization:12) did',
  ],
  ['a picture', 'a ![shot](x.png) b', 'a b'],
  [
    'a picture at the end of a line',
    'a ![](x.png)\nb <!-- x -->\nc <img src="x">\nd',
    'a\nb\nc\nd',
  ],
  [
    'footnotes',
    'New[^1], [^a-z].\n\n[^1]: Formerly "Acme"\n\n[^b]: https://a.example',
    'New[^1], [^a-z].\n\n[^1]: Formerly "Acme"\n\n[^b]: https://a.example',
  ],
  ['code', 'Run `npm **ci**` now', 'Run npm **ci** now'],
  ['escaped characters', String.raw`1 \* 2, \_x\_`, '1 * 2, _x_'],
  [
    'an escaped # or @, which is no hashtag and no mention',
    String.raw`\#3 \#tag \@[Acme](urn:li:organization:1)`,
    String.raw`\#3 \#tag \@[Acme](urn:li:organization:1)`,
  ],
  [
    'a # in code, which is no hashtag',
    '`#pragma once`\n```c\n#define x\n```',
    '\\#pragma once\n\\#define x',
  ],
  [
    'a list',
    '- one\n* two\n  + three\n- [x] four\n1. five',
    '• one\n• two\n  • three\n☑ four\n1. five',
  ],
  ['a list of tasks with numbers', '1. [x] one\n2. [ ] two', '1. ☑ one\n2. ☐ two'],
  ['a quote', '> one\n> > two', 'one\ntwo'],
  [
    'an alert',
    '> [!IMPORTANT]\n> Update **now**\n\n> [!note]\n>\n> two\n\n> [!TIP] is text',
    'Update now\n\ntwo\n\n[!TIP] is text',
  ],
  ['rules and underlined headings', 'Title\n=====\n\n---\ntext', 'Title\n\ntext'],
  ['a block of code', '```js\nlet *x* = 1;\n```', 'let *x* = 1;'],
  ['entities', '&euro;5 &hellip; &#8212; &#x2014;&nbsp;&copy; a&copy=b', '€5 … — — © a&copy=b'],
  [
    'the address of a link',
    '[x](https://a.example/?a=1&amp;b&copy=2)',
    'x (https://a.example/?a=1&b&copy=2)',
  ],
  ['HTML', '<b>bold</b> &amp; &lt;x&gt;<!-- hidden -->', 'bold & <x>'],
  ['a line break of HTML', 'one<br>two<BR />\nthree', 'one\ntwo\nthree'],
  ['a list of HTML', 'New:<ul><li>Fast</li><li>Small</li></ul>Bye', 'New:\nFast\nSmall\nBye'],
  ['terms of HTML', '<dl><dt>Fast</dt><dd>Twice</dd></dl>', 'Fast\nTwice'],
  ['a line break with a backslash', 'one\\\ntwo', 'one\ntwo'],
  ['an e-mail address in brackets', 'Write to <me@example.org> now', 'Write to me@example.org now'],
  [
    'HTML, which goes without its tags',
    '<p>One</p><p>Two</p><ul>\n<li>a <a href="https://a.example">b</a></li>\n<li>c</li></ul>',
    'One\nTwo\na b\nc',
  ],
  [
    'a folded part',
    'Text\n<details>\n<summary>More</summary>\n\nhidden **x**\n\n</details>\n\nend',
    'Text\nMore\n\nhidden x\n\nend',
  ],
  ['elements that have no line of their own', 'a<sup>1</sup> <p-x>b</p-x> <kbd>c</kbd>', 'a1 b c'],
  ['a picture of HTML', 'a <img src="https://a.example/x.png"> b', 'a b'],
  ['a picture with a link', '[![build](https://a.example/x.svg)](https://a.example) done', 'done'],
  [
    'emphasis that ends with an address',
    '**Docs: https://a.example/x_y_z**, *www.b.example*.',
    'Docs: https://a.example/x_y_z, www.b.example.',
  ],
  ['a table', '| a | b |\n|---|---|\n| 1 | **2** |\n\nend', 'a | b\n1 | 2\n\nend'],
  [
    'a list in a list with numbers',
    '1. one\n   - two\n     three\n1. four\n\n   five',
    '1. one\n  • two\n    three\n2. four\n\n  five',
  ],
  [
    'a link by reference',
    'See [the docs][d].\n\n[d]: https://a.example',
    'See the docs (https://a.example).',
  ],
  [
    'a block of HTML',
    '<p align="center"><img src="x.png"><br>\n<a href="https://a.example?a&amp;b"><b>Docs</b></a></p>\n\nend',
    'Docs\n\nend',
  ],
  ['blank lines in a row', 'a\n\n\n\nb', 'a\n\nb'],
])('%s becomes plain text', (_, part, text) => {
  expect(textOf(part)).toBe(text);
});

it('letters and digits survive whatever is around them', () => {
  const piece = fc.constantFrom(
    'a1',
    '*',
    '_',
    '`',
    '[',
    ']',
    '(',
    ')',
    '#',
    '>',
    '~',
    '\\',
    ' ',
    '\n',
    '!',
    '-',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      const written = pieces.join('');
      // Only a picture, a link without text and the language of a code block lose their words.
      fc.pre(!/!\[|\[\s*\]\(|```|~~~/.test(written));
      const count = (text: string) => text.split('a1').length;
      expect(count(textOf(`x\n\n${written}`))).toBe(count(written));
    }),
    fuzzed(1000),
  );
});
