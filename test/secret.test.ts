// Secrets are redacted when they are printed, and when a server echoes them, also encoded.

import { inspect } from 'node:util';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { redactSecrets, Secret } from '../src/secret.ts';
import { LeakScan } from './leaks/leak-scan.ts';
import { fuzzed } from './support/fuzz.ts';

const TEXT = 'AQX-a/b+c~d=e.f_canary*!';

it('a secret is redacted in every printed form', () => {
  const secret = new Secret(TEXT);
  for (const printed of [
    String(secret),
    `${secret}`,
    JSON.stringify({ secret }),
    inspect({ secret }, { depth: 9 }),
  ])
    expect(printed).not.toContain('canary');
  expect(secret.reveal()).toBe(TEXT);
});

const inForm = (text: string) => String(new URLSearchParams({ '': text })).slice(1);
const marks = (text: string, write: (code: string) => string) =>
  text.replaceAll(/[^A-Za-z0-9]/g, (mark) =>
    write(mark.charCodeAt(0).toString(16).padStart(2, '0')),
  );

const every = (text: string, write: (code: string) => string) =>
  text.replaceAll(/./g, (one) => write(one.charCodeAt(0).toString(16)));

const WRITTEN: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'as encoded by encodeURIComponent': encodeURIComponent,
  'as encoded in a form': inForm,
  'with percent-encoded punctuation in lower case': (text) => marks(text, (code) => `%${code}`),
  'with percent-encoded punctuation in upper case': (text) =>
    marks(text, (code) => `%${code.toUpperCase()}`),
  'with every character percent-encoded': (text) => every(text, (code) => `%${code}`),
  'in lower case, like a host name': (text) => text.toLowerCase(),
  'in base64': btoa,
  'in base64 of a longer text': (text) => btoa(`id:${text}`),
  'in base64 of a longer text at another offset': (text) => btoa(`a:b:${text}&more`),
  'in base64 of a form': (text) => btoa(`token=${inForm(text)}&client_id=86`),
  'in percent-encoded base64': (text) => encodeURIComponent(btoa(text)),
  'in base64 with line breaks': (text) => btoa(text).replaceAll(/.{10}/g, '$&\n'),
  'in base64 with line breaks of Windows': (text) =>
    btoa(`id:${text}`).replaceAll(/.{10}/g, '$&\r\n'),
  'in base64 with percent-encoded line breaks': (text) =>
    encodeURIComponent(btoa(text).replaceAll(/.{10}/g, '$&\r\n')),
  'with a line break': (text) => `${text.slice(0, 9)}\n${text.slice(9)}`,
  'in base64 inside JSON with escaped slashes': (text) => btoa(`::${text}`).replaceAll('/', '\\/'),
};

/** JSON itself may have such a text, but not inside one of its texts: that would be escaped twice. */
const ESCAPED_AS_JSON: typeof WRITTEN = {
  'in JSON': (text) => JSON.stringify(text),
  'in JSON with escaped slashes': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'in JSON with escaped punctuation': (text) => marks(text, (code) => `\\u00${code}`),
  'in JSON with an escaped first letter': (text) => JSON.stringify(text).replace('A', '\\u0041'),
  'in JSON with every character escaped': (text) => every(text, (code) => `\\u00${code}`),
  'in base64 with indented lines inside JSON': (text) =>
    JSON.stringify(btoa(text).replaceAll(/.{10}/g, '$&\n  ')),
};

const ALL = { ...WRITTEN, ...ESCAPED_AS_JSON };

function leaksIn(answer: string, secret: string): LeakScan['leaks'] {
  const scan = new LeakScan([{ name: 'secret', value: secret }]);
  scan.search('answer', answer);
  return scan.leaks;
}

const secret = new Secret(TEXT);

it.each(Object.entries(ALL))('a secret is redacted in a text that contains it %s', (_, write) => {
  const hidden = redactSecrets(`no use for ${write(TEXT)}, nor ${write(TEXT)} again`, [secret]);
  expect(hidden).toMatch(
    /^no use for .{0,8}\[redacted\].{0,30}, nor .{0,8}\[redacted\].{0,30} again$/s,
  );
  expect(leaksIn(hidden, TEXT)).toEqual([]);
});

it('any secret is redacted in any context and encoding', () => {
  const anySecret = fc.stringMatching(/^[\x21-\x7e]{16,60}$/);
  const words = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
  const way = fc.constantFrom(...Object.values(ALL));
  // An incomplete escape would change the text that follows it.
  const isWhole = (part: string) => !/[\\%]\w*$/.test(part);
  const property = fc.property(anySecret, way, words, words, (text, write, before, after) => {
    fc.pre(isWhole(before) && isWhole(text));
    const hidden = redactSecrets(`${before}${write(text)}${after}`, [new Secret(text)]);
    expect(leaksIn(hidden, text)).toEqual([]);
  });
  fc.assert(property, fuzzed(500));
});

it('the text around a secret is unchanged', () => {
  expect(redactSecrets(`a%2Fb ${TEXT} c\\u0041`, [secret])).toBe('a%2Fb [redacted] c\\u0041');
  expect(redactSecrets('a%2Fb c\\u0041', [secret])).toBe('a%2Fb c\\u0041');
});

it('a secret of fewer than eight characters is not redacted', () => {
  expect(redactSecrets('abcdefg', [new Secret('abcdefg')])).toBe('abcdefg');
  expect(redactSecrets('abcdefgh', [new Secret('abcdefgh')])).toBe('[redacted]');
  expect(redactSecrets('abc', [new Secret('')])).toBe('abc');
  expect(redactSecrets('words with a/bc', [new Secret('%61%2Fbc')])).toBe('words with a/bc');
});

it('a malicious text of two million characters is searched in linear time', () => {
  const long = new Secret(`%${TEXT.repeat(30)}`);
  for (const flood of ['%25', '\\', '\\u0025', 'AQX-', TEXT.slice(0, -1)]) {
    const text = flood.repeat(2_000_000 / flood.length);
    expect(redactSecrets(text, [long])).toBe(text);
  }
});
