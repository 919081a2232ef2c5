// Formatting of numbers for people.

import { expect, it } from 'vitest';
import {
  formatBytes,
  formatDuration,
  formatFirst,
  formatInstant,
  formatList,
  joinParts,
  showInvisible,
} from '../src/format.ts';

it.each([
  [0, '0 B'],
  [1, '1 B'],
  [999, '999 B'],
  [999.4, '999 B'],
  [999.5, '1.0 kB'],
  [1000, '1.0 kB'],
  [1049, '1.0 kB'],
  [1050, '1.1 kB'],
  [99_940, '99.9 kB'],
  [99_960, '100 kB'],
  [635_123, '635 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [1_300_000, '1.3 MB'],
  [300_000_000, '300 MB'],
  [5_000_000_000, '5.0 GB'],
  [2.5e15, '2500 TB'],
])('%d bytes are formatted as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0.0 s'],
  [-0.3, '0.0 s'],
  [812, '0.8 s'],
  [9949, '9.9 s'],
  [9950, '10 s'],
  [42_400, '42 s'],
  [59_499, '59 s'],
  [59_500, '1 min 0 s'],
  [185_000, '3 min 5 s'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h 0 min'],
  [7_800_000, '2 h 10 min'],
])('%d ms are formatted as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a and b'],
  [['a', 'b', 'c'], 'a, b and c'],
])('the list %j is formatted as %j', (items, text) => {
  expect(formatList(items)).toBe(text);
});

it.each<[string, string[], string]>([
  ['two', ['a', 'b'], 'a, b'],
  ['three', ['a', 'b', 'c'], 'a, b and 1 more'],
  ['1,002', Array.from({ length: 1002 }, () => 'x'), 'x, x and 1,000 more'],
])('of %s items, the first two are listed, and the number of the others', (_, items, text) => {
  expect(formatFirst(items, 2)).toBe(text);
});

it.each([
  ['2026-12-03T09:00:00+01:00', 'Thu 3 Dec 2026, 09:00 (+01:00)'],
  ['2026-02-09T23:30:00.5-0500', 'Mon 9 Feb 2026, 23:30 (-05:00)'],
  ['2024-02-29T00:05Z', 'Thu 29 Feb 2024, 00:05 UTC'],
])('the time %s is shown as %s', (iso, text) => {
  expect(formatInstant(iso)).toBe(text);
});

it('a time is shown with the name of its zone, and its offset', () => {
  expect(formatInstant('2026-12-03T09:00:00+01:00', 'Europe/Berlin')).toBe(
    'Thu 3 Dec 2026, 09:00 (Europe/Berlin, +01:00)',
  );
});

it.each([
  ['a\u202Eb\u0007', 'a\\u202eb\\u0007'],
  ['a\nb\r\tc', 'a\\nb\\r\\tc'],
  ['tag\u{e0041}', 'tag\\u{e0041}'],
  ['half\ud83d', 'half\\ud83d'],
  ['a\ufe0f.png, b\u200cc', 'a\\ufe0f.png, b\\u200cc'],
])('the invisible characters of %j are written out: %j', (text, shown) => {
  expect(showInvisible(text)).toBe(shown);
});

it.each(['👩\u200d💻', '❤\ufe0f', '1\ufe0f\u20e3', '👍🏽', 'می\u200cخواهم'])(
  'characters that shape an emoji or a letter stay: %s',
  (text) => {
    expect(showInvisible(text)).toBe(text);
  },
);

it('joinParts leaves out the parts that are missing or empty', () => {
  expect(joinParts(['a', null, '', undefined, 'b'], '; ')).toBe('a; b');
  expect(joinParts([null, ''], ', ')).toBe('');
});
