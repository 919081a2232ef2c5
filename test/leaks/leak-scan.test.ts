// The leak scan finds each canary in each encoding, at any position and in any excerpt of 16 characters.

import { describe, expect, it } from 'vitest';
import { CANARIES, ENCODINGS } from './canaries.ts';
import { LeakScan } from './leak-scan.ts';

const scan = new LeakScan();

/** The names of the canaries found. */
function leaksIn(text: string, sink = 'log'): string[] {
  const before = scan.leaks.length;
  scan.search(sink, text);
  return scan.leaks.slice(before).map(({ canary }) => canary);
}

const NAMED = CANARIES.map(({ name, value }) => [name, value] as const);

describe.each(Object.entries(ENCODINGS))('canaries in the encoding: %s', (_, encode) => {
  it.each(NAMED)('the canary “%s” is found by any 16 characters of it', (name, value) => {
    const form = encode(value);
    for (let at = 0; at + 16 <= form.length; at += 1) {
      for (const before of ['', 'x'.repeat(at % 8), 'PUT failed: '])
        expect(leaksIn(`${before}${form.slice(at, at + 16)} and more`)).toContain(name);
    }
  });
});

it.each(NAMED)('the canary “%s” is found in the base64 of a longer text', (name, value) => {
  for (const before of ['', 'a', 'ab', 'abc', 'user:']) {
    const text = Buffer.from(`${before}${value} and more`);
    expect(leaksIn(text.toString('base64'))).toContain(name);
  }
});

const code = (letter: string) => letter.charCodeAt(0).toString(16);

it.each<[how: string, write: (letter: string) => string]>([
  ['JSON', (letter) => `\\u00${code(letter)}`],
  ['percent encoding', (letter) => `%${code(letter)}`],
])('a canary that is escaped letter by letter is found in %s', (_, write) => {
  for (const { name, value } of CANARIES) {
    expect(leaksIn(value.replaceAll(/./g, write))).toContain(name);
    expect(leaksIn(value.replaceAll(/[a-z]/g, write))).toContain(name);
  }
});

it('15 characters of a canary are not a leak, and neither is ordinary text', () => {
  for (const { value } of CANARIES) expect(leaksIn(value.slice(0, 15))).toEqual([]);
  expect(leaksIn('media/hero.png: uploaded, 4.4 kB after 0.8 s')).toEqual([]);
});

it('a canary that is allowed in one sink is a leak in another', () => {
  const { value = '' } = CANARIES.find(({ allowedIn }) => allowedIn !== undefined) ?? {};
  expect(leaksIn(value, 'results-file')).toEqual([]);
  expect(leaksIn(value, 'log')).not.toEqual([]);
});
