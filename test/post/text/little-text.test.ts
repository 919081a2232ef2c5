// Little text: readers on LinkedIn see what the author wrote, with hashtags and mentions live.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  foldOffset,
  parseText,
  type TextPart,
  toLittleText,
  visibleText,
} from '../../../src/post/text/little-text.ts';
import { parseLittleText } from '../../../src/sandbox/post-content.ts';
import { fuzzed } from '../../support/fuzz.ts';

const SENT_ESCAPED = String.raw`\\(?<escaped>[\\|{}@[\]()<>#*_~])`;
const SENT_MENTION = String.raw`@\[(?<name>(?:\\[^]|[^\\\]])+)\]\((?<urn>urn:li:[\w:-]+)\)`;
const SENT_HASHTAG = String.raw`#(?<tag>(?:\\_|[\p{L}\p{N}])(?:\\_|[\p{L}\p{M}\p{N}])*)`;
const SENT_PLAIN = String.raw`(?<plain>[^\\|{}@[\]()<>#*_~]+)`;
const PART = new RegExp([SENT_ESCAPED, SENT_MENTION, SENT_HASHTAG, SENT_PLAIN].join('|'), 'guy');

/** LinkedIn's reading of little text: it drops the text from an unescaped reserved character on. Adjacent text is one part. */
function renderLittleText(sent: string): TextPart[] {
  const parts: TextPart[] = [];
  for (const found of sent.matchAll(PART)) {
    const { name, urn = '', tag, plain, escaped } = found.groups ?? {};
    let part: TextPart = { kind: 'text', text: plain ?? escaped ?? '' };
    if (name !== undefined) part = { kind: 'mention', text: withoutBackslashes(name), urn };
    else if (tag !== undefined) part = { kind: 'hashtag', text: `#${withoutBackslashes(tag)}` };
    const last = parts.at(-1);
    if (last?.kind === 'text' && part.kind === 'text')
      parts[parts.length - 1] = { kind: 'text', text: last.text + part.text };
    else parts.push(part);
  }
  return parts;
}
function withoutBackslashes(text: string): string {
  return text.replace(/\\(.)/gsu, '$1');
}

const ACME = '@[Acme](urn:li:organization:123)';

it.each([
  ['Version 2 is out (it took a while).', 'Version 2 is out \\(it took a while\\).'],
  ['|{}@[]()<>#*_~\\', '\\|\\{\\}\\@\\[\\]\\(\\)\\<\\>\\#\\*\\_\\~\\\\'],
  ['#opensource', '#opensource'],
  ['(#opensource)', '\\(#opensource\\)'],
  ['Straße #straße #日本 #हिन्दी', 'Straße #straße #日本 #हिन्दी'],
  ['#snake_case_', '#snake\\_case\\_'],
  ['#1password', '#1password'],
  ['#2026', '\\#2026'],
  ['#_private', '#\\_private'],
  ['#__a1 #_1_ (#_x)', '#\\_\\_a1 \\#\\_1\\_ \\(#\\_x\\)'],
  ['a#_b _#_b', 'a\\#\\_b \\_\\#\\_b'],
  ['# heading', '\\# heading'],
  ['C#sharp a_#b 7#c', 'C\\#sharp a\\_\\#b 7\\#c'],
  ['##tag', '\\##tag'],
  ['#one#two', '#one\\#two'],
  ['\\#opensource', '\\#opensource'],
  ['\\\\#opensource', '\\\\\\#opensource'],
  ['C:\\temp', 'C:\\\\temp'],
  ['1\uFE0F\u20E3 #\uFE0F\u20E3abc', '1\uFE0F\u20E3 \\#\uFE0F\u20E3abc'],
  ['❤️#love', '❤️#love'],
  [ACME, ACME],
  [`Thanks,${ACME}!`, `Thanks,${ACME}!`],
  [
    '@[A. (B_C) #1 \\#2 *](urn:li:person:x-_1)',
    '@[A. \\(B\\_C\\) \\#1 \\#2 \\*](urn:li:person:x-_1)',
  ],
  ['@[Acme [Labs]](urn:li:organization:1)', '@[Acme \\[Labs\\]](urn:li:organization:1)'],
  ['\\@[Acme](urn:li:organization:1)', '\\@\\[Acme\\]\\(urn:li:organization:1\\)'],
  ['@[Acme](urn:li:company:1)', '\\@\\[Acme\\]\\(urn:li:company:1\\)'],
  ['@[a] @[Acme](urn:li:organization:1)', '\\@\\[a\\] @[Acme](urn:li:organization:1)'],
  ['@[](urn:li:organization:1)', '\\@\\[\\]\\(urn:li:organization:1\\)'],
  ['me@example.org', 'me\\@example.org'],
  ['https://a.example/x#top', 'https://a.example/x\\#top'],
  ['https://a.example/#a_(b)#c d', 'https://a.example/\\#a\\_\\(b\\)\\#c d'],
  ['HTTPS://a.example/#top', 'HTTPS://a.example/\\#top'],
  ['www.a.example/#top', 'www.a.example/\\#top'],
  ['a.example:8080/#top', 'a.example:8080/\\#top'],
  ['localhost:3000/#top', 'localhost:3000/\\#top'],
  ['4:3/#tag', '4:3/#tag'],
  ['a.example/#top', 'a.example/\\#top'],
  ['https://a.example/\\#top', 'https://a.example/\\#top'],
  ['<https://a.example>#tag', '\\<https://a.example\\>#tag'],
  ['https://a.example #tag', 'https://a.example #tag'],
  ['请看https://a.example/x，#标签', '请看https://a.example/x，#标签'],
  ['and/or/#tag', 'and/or/#tag'],
  [`https://a.example/${ACME}`, `https://a.example/${ACME}`],
  ['a\n\nb', 'a\n\nb'],
])('the text %s is sent escaped, as %s', (written, sent) => {
  expect(toLittleText(written)).toBe(sent);
});

it('a text of 3,000 characters that looks like markup everywhere is sent without a loss', () => {
  for (const piece of ['@[', '@[[', 'a.', '#1', 'a:', 'aaaaaaa-', '@[a](urn:li:organization:']) {
    const written = piece.repeat(3000 / piece.length);
    expect(toLittleText(written).replaceAll('\\', '')).toBe(written);
  }
});

/** Text without anything that could be live, and without a backslash before # or @. */
const plain = fc.oneof(
  fc.string({ maxLength: 10 }),
  fc.string({ unit: 'grapheme', maxLength: 6 }),
  fc.constantFrom(
    'https://a.example/x#y',
    'C:\\temp',
    '(',
    '](urn:li:organization:1)',
    '_',
    '\n\n',
    ' ',
    '{hashtag|\\#|x}',
  ),
);
const tag = fc.stringMatching(/^[a-z\d_]?[a-z\d_é]{0,6}[a-zß日]_?$/u);
const name = fc.stringMatching(/^[A-Za-z ()_*~|{}<>#@.&é-]{1,12}$/u);
const urn = fc.constantFrom('urn:li:organization:123', 'urn:li:person:a_B-9');

/** A piece as an author writes it, and what readers see of it. */
const piece = fc.oneof(
  plain.map((text) => ({
    written: text.replace(/[#@]/g, '\\$&'),
    part: { kind: 'text', text } as TextPart,
  })),
  tag.map((text) => ({
    written: `#${text}`,
    part: { kind: 'hashtag', text: `#${text}` } as TextPart,
  })),
  fc.tuple(name, urn).map(([text, target]) => ({
    written: `@[${text}](${target})`,
    part: { kind: 'mention', text, urn: target } as TextPart,
  })),
);

function isLive(part: TextPart): boolean {
  return part.kind !== 'text';
}

it('readers see what the author wrote, with exactly the hashtags and mentions of the author live', () => {
  const property = fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
    // A blank on both sides keeps a tag from joining its neighbours.
    const written = pieces.map((one) => ` ${one.written} `).join('');
    const expected = pieces.map(({ part }) => part);
    const parts = renderLittleText(toLittleText(written));
    expect(parts.filter(isLive)).toEqual(expected.filter(isLive));
    expect(visibleText(parts)).toBe(expected.map((part) => ` ${visibleText([part])} `).join(''));
  });
  fc.assert(property, fuzzed());
});

it('a hashtag is live at the start or after a character that is not a letter, digit or `_`, if it has a letter', () => {
  const word = fc.string({ unit: fc.constantFrom(...'__a1é日'), minLength: 1, maxLength: 6 });
  const before = fc.constantFrom('', ' ', '(', '-', '😀', '\n', 'a', '1', '_', '日');
  const property = fc.property(before, word, (first, text) => {
    const isLive = !/[\p{L}\p{N}_]$/u.test(first) && /\p{L}/u.test(text);
    const parts = renderLittleText(toLittleText(`${first}#${text}`));
    expect(visibleText(parts)).toBe(`${first}#${text}`);
    expect(parts.filter(({ kind }) => kind === 'hashtag')).toEqual(
      isLive ? [{ kind: 'hashtag', text: `#${text}` }] : [],
    );
  });
  fc.assert(property, fuzzed());
});

const anything = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ...'\\|{}@[]()<>#*_~ a1é日\n😀',
        ACME,
        '#tag',
        'https://a.example/',
        'urn:li:',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 30 },
  )
  .map((texts) => texts.join(''));

it('no text is cut, and LinkedIn shows the parts that were meant', () => {
  const property = fc.property(anything, (written) => {
    const parts = renderLittleText(toLittleText(written));
    expect(parts).toEqual(parseText(written));
  });
  fc.assert(property, fuzzed());
});

it('a text without hashtags and mentions is shown as it reads', () => {
  const property = fc.property(anything, (written) => {
    const parts = parseText(written);
    fc.pre(!parts.some(isLive));
    expect(visibleText(parts)).toBe(written.replace(/\\([#@])/g, '$1'));
  });
  fc.assert(property, fuzzed());
});

it('the sandbox keeps the whole text', () => {
  const property = fc.property(anything, (written) => {
    const sent = toLittleText(written);
    expect(parseLittleText(sent, '/commentary', { mayBeBlank: true })).toBe(sent);
  });
  fc.assert(property, fuzzed());
});

it.each<[string, string, number | null]>([
  ['three lines', 'a\nb\nc', null],
  ['four lines', 'a\nb\nc\nd', 5],
  ['210 characters', 'x'.repeat(210), null],
  ['211 characters', 'x'.repeat(211), 210],
  ['words of 209 characters', `${'word '.repeat(42)}`.trim(), null],
  ['words of 214 characters', `${'word '.repeat(43)}`.trim(), 210],
  [
    'a letter of two units at the fold, which is not divided,',
    `${'x'.repeat(209)}🙂 and more`,
    209,
  ],
  ['a first line of 300 characters', `${'x'.repeat(300)}\nb\nc\nd`, 210],
])('a text of %s is folded at its place, or not at all', (_, text, expected) => {
  expect(foldOffset(text)).toBe(expected);
});
