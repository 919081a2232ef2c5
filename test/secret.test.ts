// A secret shows nowhere: not where it is printed, and not in what a server says of it, however that writes it.

import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactSecrets, redactSecretsInJson, Secret } from '../src/secret.ts';
import { LeakScan } from './leaks/leak-scan.ts';
import { fuzzed } from './support/fuzz.ts';

const TEXT = 'AQX-a/b+c~d=e.f_canary*!';

it('is redacted however it is printed', () => {
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
  text.replaceAll(/[^A-Za-z0-9]/g, (mark) => write(mark.charCodeAt(0).toString(16).padStart(2, '0')));

const every = (text: string, write: (code: string) => string) =>
  text.replaceAll(/./g, (one) => write(one.charCodeAt(0).toString(16)));

const WRITTEN: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'as encodeURIComponent has it': encodeURIComponent,
  'as a form has it': inForm,
  'with each mark in percent, in small letters': (text) => marks(text, (code) => `%${code}`),
  'with each mark in percent, in capitals': (text) => marks(text, (code) => `%${code.toUpperCase()}`),
  'in percent of percent': (text) => encodeURIComponent(encodeURIComponent(text)),
  'in percent three times': (text) => encodeURIComponent(encodeURIComponent(encodeURIComponent(text))),
  'in JSON': (text) => JSON.stringify(text),
  'in JSON with its slashes escaped': (text) => JSON.stringify(text).replaceAll('/', '\\/'),
  'in JSON with its marks escaped': (text) => marks(text, (code) => `\\u00${code}`),
  'in JSON inside of JSON': (text) => JSON.stringify(JSON.stringify(text).replaceAll('/', '\\/')),
  'in percent inside of JSON with its marks escaped': (text) =>
    encodeURIComponent(text).replaceAll('%', '\\u0025'),
  'in JSON with its first letter escaped': (text) => JSON.stringify(text).replace('A', '\\u0041'),
  'in JSON with every character escaped': (text) => every(text, (code) => `\\u00${code}`),
  'in JSON inside of JSON with every character escaped': (text) =>
    JSON.stringify(every(text, (code) => `\\u00${code}`)),
  'in JSON with every backslash of another JSON escaped': (text) =>
    every(text, (code) => `\\u005cu00${code}`),
  'in percent, every character': (text) => every(text, (code) => `%${code}`),
  'in percent of percent, every character': (text) => every(text, (code) => `%25${code}`),
  'in the case of a host': (text) => text.toLowerCase(),
  'in base64': btoa,
  'in base64 of a longer text': (text) => btoa(`id:${text}`),
  'in base64 of another longer text': (text) => btoa(`a:b:${text}&more`),
  'in base64 for addresses': (text) => Buffer.from(`?${text}`).toString('base64url'),
  'in base64 of a form': (text) => btoa(`token=${inForm(text)}&client_id=86`),
  'in base64 inside of an address': (text) => encodeURIComponent(btoa(text)),
  'in base64 inside of JSON with its slashes escaped': (text) => btoa(`::${text}`).replaceAll('/', '\\/'),
};

function leaksIn(answer: string, secret: string): LeakScan['leaks'] {
  const scan = new LeakScan([{ name: 'secret', value: secret }]);
  scan.search('answer', answer);
  return scan.leaks;
}

describe('is hidden in what a server says of it', () => {
  const secret = new Secret(TEXT);

  it.each(Object.entries(WRITTEN))('%s', (_, write) => {
    const hidden = redactSecrets(`no use for ${write(TEXT)}, nor ${write(TEXT)} again`, [secret]);
    expect(hidden).toMatch(/^no use for .{0,8}\[redacted\].{0,30}, nor .{0,8}\[redacted\].{0,30} again$/);
    expect(leaksIn(hidden, TEXT)).toEqual([]);
  });

  it('whatever it is, and whatever stands around it', () => {
    const anySecret = fc.stringMatching(/^[\x21-\x7e]{16,60}$/);
    const words = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
    const way = fc.constantFrom(...Object.values(WRITTEN));
    // What begins an escape makes another word of what follows.
    const isWhole = (part: string) => !/[\\%]\w*$/.test(part);
    const property = fc.property(anySecret, way, words, words, (text, write, before, after) => {
      fc.pre(isWhole(before) && isWhole(text));
      const hidden = redactSecrets(`${before}${write(text)}${after}`, [new Secret(text)]);
      expect(leaksIn(hidden, text)).toEqual([]);
    });
    fc.assert(property, fuzzed(500));
  });

  it('and the rest of it stays', () => {
    expect(redactSecrets(`a%2Fb ${TEXT} c\\u0041`, [secret])).toBe('a%2Fb [redacted] c\\u0041');
    expect(redactSecrets('a%2Fb c\\u0041', [secret])).toBe('a%2Fb c\\u0041');
  });

  it('beside another one that is written in another way', () => {
    const hidden = redactSecrets(`${TEXT} ${every('another-secret', (code) => `%${code}`)}`, [
      secret,
      new Secret('another-secret'),
    ]);
    expect(hidden).toBe('[redacted] [redacted]');
  });

  it('unless it is so short that it may be part of any word', () => {
    expect(redactSecrets('abcdefg', [new Secret('abcdefg')])).toBe('abcdefg');
    expect(redactSecrets('abcdefgh', [new Secret('abcdefgh')])).toBe('[redacted]');
    expect(redactSecrets('abc', [new Secret('')])).toBe('abc');
    expect(redactSecrets('words with a/bc', [new Secret('%61%2Fbc')])).toBe('words with a/bc');
  });

  it('in no more time than reading takes, though an answer was made to cost some', () => {
    const long = new Secret(`%${TEXT.repeat(30)}`);
    for (const flood of ['%25', '\\', '\\u0025', '\\u005cu005c', 'AQX-', TEXT.slice(0, -1)]) {
      const text = flood.repeat(2_000_000 / flood.length);
      expect(redactSecrets(text, [long])).toBe(text);
    }
  });
});

describe('is hidden in JSON', () => {
  const secret = new Secret(TEXT);
  const other = { message: 'no use for this', code: 'UNKNOWN', address: 'https://a.test/x%2Fy?z=1+2' };

  it.each(Object.entries(WRITTEN))('in names and values, where it is written %s', (_, write) => {
    const echo = JSON.stringify([other, TEXT, { [TEXT]: TEXT }, 7, null, true, other]).replaceAll(
      TEXT,
      JSON.stringify(write(TEXT)).slice(1, -1),
    );
    const hidden = JSON.parse(redactSecretsInJson(echo, [secret]));
    expect(hidden[2]).not.toBe(null);
    expect(JSON.stringify(hidden)).toMatch(/\[redacted\].*\[redacted\].*\[redacted\]/);
    expect(leaksIn(JSON.stringify(hidden), TEXT)).toEqual([]);
    expect([hidden[0], ...hidden.slice(3)]).toEqual([other, 7, null, true, other]);
  });

  it('that escapes any letters of it', () => {
    const json = fc.tuple(fc.nat(TEXT.length), fc.nat(TEXT.length)).map(([from, to]) => {
      const escaped = every(TEXT.slice(from, to), (code) => `\\u00${code}`);
      return `{"message":"no use for ${TEXT.slice(0, from)}${escaped}${TEXT.slice(Math.max(from, to))}"}`;
    });
    const property = fc.property(json, (text) => {
      expect(JSON.parse(redactSecretsInJson(text, [secret]))).toEqual({ message: 'no use for [redacted]' });
    });
    fc.assert(property, fuzzed(500));
  });

  it('as a number', () => {
    const hidden = redactSecretsInJson('{"code":1234567890,"status":403}', [new Secret('1234567890')]);
    expect(JSON.parse(hidden)).toEqual({ code: '[redacted]', status: 403 });
  });

  it('where it is no JSON, as in any text', () => {
    expect(redactSecretsInJson(`<p>${TEXT}`, [secret])).toBe('<p>[redacted]');
  });

  it('however deep it stands', () => {
    for (const depth of [100, 100_000]) {
      const text = `${'['.repeat(depth)}"\\u0041${TEXT.slice(1)}"${']'.repeat(depth)}`;
      expect(leaksIn(redactSecretsInJson(text, [secret]), TEXT)).toEqual([]);
    }
  });

  it('and JSON without it stays to the letter', () => {
    const text = '{ "a": "\\u0041\\/%41", "a": 1.50 }';
    expect(redactSecretsInJson(text, [secret])).toBe(text);
  });
});
