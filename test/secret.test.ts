// A secret shows nowhere: not where it is printed, and not in what a server says of it, however that writes it.

import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Secret } from '../src/secret.ts';
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
  it.each(Object.entries(WRITTEN))('%s', (_, write) => {
    const hidden = new Secret(TEXT).hideIn(`no use for ${write(TEXT)}, nor ${write(TEXT)} again`);
    expect(hidden).toMatch(/^no use for .{0,8}\[redacted\].{0,30}, nor .{0,8}\[redacted\].{0,30} again$/);
    expect(leaksIn(hidden, TEXT)).toEqual([]);
  });

  it('whatever it is, and whatever stands around it', () => {
    const secret = fc.stringMatching(/^[\x21-\x7e]{16,60}$/);
    const words = fc.string({ unit: 'grapheme-ascii', maxLength: 12 });
    const way = fc.constantFrom(...Object.values(WRITTEN));
    const property = fc.property(secret, way, words, words, (text, write, before, after) => {
      expect(leaksIn(new Secret(text).hideIn(`${before}${write(text)}${after}`), text)).toEqual([]);
    });
    fc.assert(property, fuzzed(500));
  });

  it('and the rest of it stays', () => {
    const other = {
      ...{ message: 'no use for this', code: 'UNKNOWN' },
      address: 'https://a.test/x%2Fy?z=1+2',
    };
    const text = JSON.stringify([other, TEXT, other]);
    expect(JSON.parse(new Secret(TEXT).hideIn(text))).toEqual([other, '[redacted]', other]);
  });

  it('unless it is so short that it may be part of any word', () => {
    expect(new Secret('abcdefghijk').hideIn('abcdefghijk')).toBe('abcdefghijk');
    expect(new Secret('abcdefghijkl').hideIn('abcdefghijkl')).toBe('[redacted]');
    expect(new Secret('').hideIn('abc')).toBe('abc');
  });

  it('in no more time than reading takes, though an answer was made to cost some', () => {
    const secret = new Secret(`%${TEXT.repeat(30)}`);
    for (const flood of ['%25', '\\', '\\u0025', 'AQX-', TEXT.slice(0, -1)])
      expect(secret.hideIn(flood.repeat(2_000_000 / flood.length))).toHaveLength(
        flood.length * Math.floor(2_000_000 / flood.length),
      );
  });
});
