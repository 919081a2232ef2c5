// How long a verified entry of the manifest is believed without another status read.

import { expect, it } from 'vitest';
import type { ManifestEntry } from '../../src/publish/manifest.ts';
import { isFresh } from '../../src/publish/reuse.ts';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');

it.each([
  ['just now', '2026-11-25T12:00:00.000Z', true],
  ['a day ago, less a millisecond', '2026-11-24T12:00:00.001Z', true],
  ['a day ago', '2026-11-24T12:00:00.000Z', false],
  ['long ago', '2020-01-01T00:00:00.000Z', false],
  ['in the future, which others may have written', '2026-11-25T12:00:00.001Z', false],
  ['never', undefined, false],
  ['at no date', 'yesterday', false],
])('an entry that was checked %s', (_, checkedAt, expected) => {
  const entry = { ...(checkedAt === undefined ? {} : { checkedAt }) } as ManifestEntry;
  expect(isFresh(entry, NOW)).toBe(expected);
});
