// Manifest entries that are reused without another status read, and for how long.

import { expect, it } from 'vitest';
import type { ManifestEntry } from '../../src/memory/manifest.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { isFresh, maySend, Reuse } from '../../src/upload/reuse.ts';
import { TODAY_MS } from '../memory/samples.ts';
import { imageOf, keyOf } from '../memory/uploads.ts';
import { TestClock } from '../support/clock.ts';
import { ledgerOf } from './planned-files.ts';

const NOW = Date.parse('2026-11-25T12:00:00.000Z');

it.each([
  ['just now', '2026-11-25T12:00:00.000Z', true],
  ['a day ago, less a millisecond', '2026-11-24T12:00:00.001Z', true],
  ['a day ago', '2026-11-24T12:00:00.000Z', false],
  ['long ago', '2020-01-01T00:00:00.000Z', false],
  ['in the future', '2026-11-25T12:00:00.001Z', false],
  ['never', undefined, false],
  ['at an invalid date', 'yesterday', false],
])('an entry that was checked $0 is fresh: $2', (_, checkedAt, expected) => {
  const entry = { ...(checkedAt === undefined ? {} : { checkedAt }) } as ManifestEntry;
  expect(isFresh(entry, NOW)).toBe(expected);
});

it.each<[state: 'uploaded' | 'available', checkedMs: number, expected: unknown, reads: number]>([
  ['uploaded', TODAY_MS, { state: 'reused' }, 1],
  ['available', TODAY_MS, { state: 'reused' }, 0],
  ['available', 0, { state: 'reused' }, 1],
])(
  'an upload that was $0 and checked at $1 ms is reused with $3 status reads',
  async (state, checkedMs, expected, reads) => {
    const date = (ms: number) => new Date(ms).toISOString();
    const entry = {
      ...keyOf(1),
      ...imageOf(1),
      state,
      checkedAt: date(checkedMs),
      updatedAt: date(TODAY_MS),
    };
    const clock = new TestClock({ epochMs: TODAY_MS });
    const files = ledgerOf(['a.png'], clock).entries.map(({ planned }) => planned);
    const ledger = new Ledger(
      { files: files.map((file) => ({ ...file, cacheHit: { restored: entry } })), warnings: [], notices: [] },
      clock,
    );
    let read = 0;
    const poller = {
      verify: async () => {
        read += 1;
        return { state: 'reused' };
      },
    };
    const reuse = new Reuse({
      ...{ ledger, clock, isLimited: false, mayStart: async () => true },
      poller: poller as never,
      whenSettled: async () => {},
    });
    const sending = { epochMs: clock.epochMs(), isLimited: false };
    const maySendFile = maySend(ledger.entry(0).planned, sending);
    expect(await reuse.outcomeOf(0)).toEqual(expected);
    expect([read, maySendFile]).toEqual([reads, reads > 0]);
  },
);

it('a file without an earlier upload may be sent, and a duplicate follows the first file with its bytes', () => {
  const [planned = expect.fail('no file')] = ledgerOf(['a.png'], new TestClock()).entries.map(
    (entry) => entry.planned,
  );
  const sending = { epochMs: TODAY_MS, isLimited: false };
  expect(maySend(planned, sending)).toBe(true);
  expect(maySend({ ...planned, cacheHit: { duplicateOf: 0 } }, sending)).toBe(false);
});

it.each<[state: 'uploaded' | 'available', isLimited: boolean, expected: boolean]>([
  ['available', true, false],
  ['available', false, true],
  ['uploaded', true, true],
])('an old upload that is %s may be sent again (limit of calls: %s): %s', (state, isLimited, expected) => {
  const [planned = expect.fail('no file')] = ledgerOf(['a.png'], new TestClock()).entries.map(
    (entry) => entry.planned,
  );
  const restored = { ...keyOf(1), ...imageOf(1), state, updatedAt: new Date(0).toISOString() };
  expect(maySend({ ...planned, cacheHit: { restored } }, { epochMs: TODAY_MS, isLimited })).toBe(expected);
});
