// Text from outside in HTML: data, never markup, on the page and where GitHub shows Markdown.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { code, html, inline, renderLink } from '../../src/report/html.ts';
import { fuzzed } from '../support/fuzz.ts';
import { HOSTILE, hostileText } from '../support/hostile-names.ts';

it('text is escaped, markup of ours stays, null is nothing, and a list is its parts', () => {
  const parts = ['<a>', html`<b>${'&'}</b>`, null];
  expect(html`<p>${parts}${3}</p>`.markup).toBe('<p>&lt;a&gt;<b>&amp;</b>3</p>');
});

it('an attribute has its text unchanged but for quotes and markup', () => {
  expect(html`<a title="${`"'<b> https://x @y`}">${'x'}</a>`.markup).toBe(
    '<a title="&#34;&#39;&#60;b&#62; https://x @y">x</a>',
  );
});

it('line ends and blanks in a row stay, without a blank line, which would end the HTML in Markdown', () => {
  expect(html`${'a\n\n  b'}`.markup).toBe('a<br>\n<br>\n&nbsp; b');
});

it('words with marks inside need no escape', () => {
  for (const text of [
    'POST_KEY',
    'snake_case #opensource',
    "it's (2 * 3)",
    'a-b',
    'GH-x',
    'urn: x',
  ])
    expect(html`${text}`.markup).toBe(text);
  expect(code('urn:li:organization:5').markup).toBe('<code>urn:li:organization:5</code>');
});

it.each([...HOSTILE, 'a\u202eb'])('no text ends an element or an attribute: %j', (text) => {
  const tagsIn = (markup: string) => markup.replaceAll(/<br>|<wbr>/g, '').match(/<[^>]*>/g);
  const { markup } = html`<p title="${text}">${text}</p>`;
  expect(tagsIn(markup.replace(/ title="[^"]*"/, ''))).toEqual(['<p>', '</p>']);
  expect(markup).not.toMatch(/(?!\n)[\p{Cc}\p{Cs}\u202e\u200b\ufff9-\ufffb]/u);
});

it('no text becomes a tag, whatever it is', () => {
  const property = fc.property(fc.oneof(hostileText, fc.string({ unit: 'binary' })), (text) => {
    expect(html`${text}`.markup.replaceAll(/<br>|<wbr>/g, '')).not.toMatch(/[<>]/);
    expect(html`<a title="${text}">`.markup).toMatch(/^<a title="[^"<>]*">$/);
  });
  fc.assert(property, fuzzed());
});

it('our own texts have code in backticks, and URNs are code', () => {
  const markup = (text: string) => html`${inline(text)}`.markup;
  expect(markup('`titel` is not a key of <a> post')).toBe(
    '<code>titel</code> is not a key of &lt;a&gt; post',
  );
  expect(markup('posted as urn:li:share:7, which is not there')).toBe(
    'posted as <code>urn:li:share:7</code>, which is not there',
  );
});

it('a text without an address is no link', () => {
  expect(renderLink('x', null).markup).toBe('x');
  expect(renderLink('x', 'https://a.example/?b&c').markup).toBe(
    '<a href="https://a.example/?b&#38;c" rel="noreferrer">x</a>',
  );
});
