// The three-way merge of manifests: what counts when two runs changed the same file on a branch.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyText, type Manifest, type ManifestEntry } from '../../../src/memory/manifest.ts';
import { copyManifest, mergeManifests } from '../../../src/publish/manifest/merge.ts';
import { imageOf, keyOf } from '../../memory/uploads.ts';
import { fuzzed } from '../../support/fuzz.ts';

/** An entry of upload 0: its URN, its state, and the minute of its last change. */
function entryOf(urn: string, state: ManifestEntry['state'], minute = 0, rest = {}): ManifestEntry {
  const updatedAt = new Date(Date.UTC(2026, 10, 25, 12, minute)).toISOString();
  return { ...keyOf(0), ...imageOf(0), urn: `urn:li:digitalmediaAsset:${urn}`, state, updatedAt, ...rest };
}

function manifestOf(entry: ManifestEntry | null, rest: Omit<Manifest, 'entries'> & object = {}): Manifest {
  return { ...rest, entries: new Map(entry === null ? [] : [[keyText(entry), entry]]) };
}

type Side = ManifestEntry | null;

function merged(base: Side, ours: Side, theirs: Side): ManifestEntry | undefined {
  const [one] = mergeManifests({
    base: manifestOf(base),
    ours: manifestOf(ours),
    theirs: manifestOf(theirs),
  }).entries.values();
  return one;
}

const registered = entryOf('A', 'registered');
const uploaded = entryOf('A', 'uploaded', 1);
const available = entryOf('A', 'available', 2);
const judged = entryOf('A', 'registered', 3);
const other = entryOf('B', 'registered', 3);
const third = entryOf('C', 'uploaded', 4);

describe('merge of one entry', () => {
  it.each<[string, Record<'base' | 'ours' | 'theirs' | 'result', Side>]>([
    ['added on one side is kept', { base: null, ours: uploaded, theirs: null, result: uploaded }],
    [
      'changed on one side takes that side',
      { base: registered, ours: uploaded, theirs: registered, result: uploaded },
    ],
    ['missing on one side is kept', { base: uploaded, ours: uploaded, theirs: null, result: uploaded }],
    [
      'added on both sides with the same URN is further along',
      { base: null, ours: registered, theirs: uploaded, result: uploaded },
    ],
    [
      'advanced on both sides is further along',
      { base: registered, ours: uploaded, theirs: available, result: available },
    ],
    [
      'checked on both sides has the later check',
      {
        base: available,
        ours: entryOf('A', 'available', 9, { checkedAt: '2026-11-25T12:07:00.000Z' }),
        theirs: entryOf('A', 'available', 8, { checkedAt: '2026-11-25T12:08:00.000Z' }),
        result: entryOf('A', 'available', 8, { checkedAt: '2026-11-25T12:08:00.000Z' }),
      },
    ],
    [
      'added on both sides with different URNs is the newer one',
      { base: null, ours: third, theirs: available, result: third },
    ],
    [
      'replaced on both sides is the newer one',
      { base: uploaded, ours: other, theirs: third, result: third },
    ],
    [
      'replaced on one side and advanced on the other is the replacement',
      { base: uploaded, ours: other, theirs: entryOf('A', 'available', 9), result: other },
    ],
    [
      'rejected by LinkedIn on one side and advanced on the other stays rejected',
      { base: uploaded, ours: judged, theirs: entryOf('A', 'available', 9), result: judged },
    ],
    [
      'rejected by LinkedIn on one side and replaced on the other is the replacement',
      { base: uploaded, ours: entryOf('A', 'registered', 9), theirs: other, result: other },
    ],
    [
      'with a time of another precision compares as a time',
      {
        base: null,
        ours: entryOf('B', 'uploaded', 0, { updatedAt: '2026-11-25T12:00:00.500Z' }),
        theirs: entryOf('C', 'uploaded', 0, { updatedAt: '2026-11-25T12:00:00Z' }),
        result: entryOf('B', 'uploaded', 0, { updatedAt: '2026-11-25T12:00:00.500Z' }),
      },
    ],
  ])('an entry %s', (_, { base, ours, theirs, result }) => {
    expect(merged(base, ours, theirs)).toEqual(result);
    expect(merged(base, theirs, ours)).toEqual(result);
  });
});

describe('merge of call counts', () => {
  const callsOf = (calls: Record<string, number>) =>
    manifestOf(null, { calls: new Map(Object.entries(calls)) });
  const TODAY = '2026-11-25';

  it.each([
    ['the calls of both sides add up', { [TODAY]: 10 }, { [TODAY]: 14 }, { [TODAY]: 13 }, { [TODAY]: 17 }],
    [
      'calls of different days stay apart',
      {},
      { [TODAY]: 2 },
      { '2026-11-24': 5 },
      { '2026-11-24': 5, [TODAY]: 2 },
    ],
    [
      'a day without calls on our side keeps theirs',
      { [TODAY]: 3 },
      { [TODAY]: 3 },
      { [TODAY]: 9 },
      { [TODAY]: 9 },
    ],
    [
      'a count never falls, also if the stored one is gone',
      { [TODAY]: 9 },
      { [TODAY]: 9 },
      {},
      { [TODAY]: 9 },
    ],
    [
      'a count never falls, also if an older version was restored',
      { [TODAY]: 9 },
      { [TODAY]: 12 },
      { [TODAY]: 2 },
      { [TODAY]: 12 },
    ],
    [
      'only the newest seven days are kept',
      {},
      { '2026-11-25': 1, '2026-11-17': 1 },
      Object.fromEntries([18, 19, 20, 21, 22, 23, 24].map((day) => [`2026-11-${day}`, day])),
      Object.fromEntries([...[19, 20, 21, 22, 23, 24].map((day) => [`2026-11-${day}`, day]), [TODAY, 1]]),
    ],
  ])('%s', (_, base, ours, theirs, sum) => {
    const { calls } = mergeManifests({ base: callsOf(base), ours: callsOf(ours), theirs: callsOf(theirs) });
    expect(Object.fromEntries(calls ?? [])).toEqual(sum);
  });
});

describe('merge of unknown fields', () => {
  const fieldsOf = (fields: object) => manifestOf(null, fields);

  it.each<[string, object, object, object, object]>([
    ['a field of one side is kept', {}, { x: 1 }, { y: 2 }, { x: 1, y: 2 }],
    [
      'a field that one side changed takes that side',
      { x: 1, y: 1 },
      { x: 2, y: 1 },
      { x: 1, y: 2 },
      { x: 2, y: 2 },
    ],
    ['a field that both sides changed is the stored one', { x: 1 }, { x: 2 }, { x: 3 }, { x: 3 }],
    [
      'objects are merged by their fields',
      { x: { a: 1 } },
      { x: { a: 1, b: 2 } },
      { x: { a: 1, c: 3 } },
      { x: { a: 1, b: 2, c: 3 } },
    ],
    ['a list is one value', { x: [1] }, { x: [1, 2] }, { x: [1] }, { x: [1, 2] }],
  ])('%s', (_, base, ours, theirs, result) => {
    const { entries, calls, ...rest } = mergeManifests({
      base: fieldsOf(base),
      ours: fieldsOf(ours),
      theirs: fieldsOf(theirs),
    });
    expect(rest).toEqual(result);
  });
});

const DAYS = ['2026-11-24', '2026-11-25', '2026-11-26'];
const anEntry = fc
  .record({
    n: fc.integer({ min: 0, max: 3 }),
    urn: fc.constantFrom('A', 'B', 'C'),
    state: fc.constantFrom<ManifestEntry['state']>('registered', 'uploaded', 'available'),
    minute: fc.integer({ min: 0, max: 5 }),
  })
  .map(({ n, urn, state, minute }) => ({ ...entryOf(`${urn}${n}`, state, minute), ...keyOf(n) }));
const aManifest: fc.Arbitrary<Manifest> = fc.record({
  entries: fc.array(anEntry, { maxLength: 6 }).map((list) => new Map(list.map((one) => [keyText(one), one]))),
  calls: fc.dictionary(fc.constantFrom(...DAYS), fc.nat(9)).map((calls) => new Map(Object.entries(calls))),
});
const aMerge = fc.record({ base: aManifest, ours: aManifest, theirs: aManifest });

describe('merge of any manifests', () => {
  it('a merge drops no entry of either side and invents none', () => {
    fc.assert(
      fc.property(aMerge, ({ base, ours, theirs }) => {
        const { entries } = mergeManifests({ base, ours, theirs });
        expect(new Set(entries.keys())).toEqual(new Set([...ours.entries.keys(), ...theirs.entries.keys()]));
        for (const [key, entry] of entries)
          expect([ours.entries.get(key), theirs.entries.get(key)]).toContain(entry);
      }),
      fuzzed(2000),
    );
  });

  it('a merge gives the same entries whichever side is ours', () => {
    fc.assert(
      fc.property(aMerge, ({ base, ours, theirs }) => {
        const one = mergeManifests({ base, ours, theirs });
        const two = mergeManifests({ base, ours: theirs, theirs: ours });
        expect(new Map([...one.entries].sort())).toEqual(new Map([...two.entries].sort()));
      }),
      fuzzed(2000),
    );
  });

  it('a second merge with the merged version changes no entry', () => {
    fc.assert(
      fc.property(aMerge, ({ base, ours, theirs }) => {
        const once = mergeManifests({ base, ours, theirs });
        expect(mergeManifests({ base, ours, theirs: once }).entries).toEqual(once.entries);
        expect(mergeManifests({ base: once, ours: once, theirs: once })).toEqual(once);
      }),
      fuzzed(2000),
    );
  });

  it('a run that changed nothing takes the stored version, and a stored version without changes takes the run', () => {
    fc.assert(
      fc.property(aManifest, aManifest, (base, changed) => {
        const withBase = { ...changed, entries: new Map([...base.entries, ...changed.entries]) };
        const stored = mergeManifests({ base, ours: base, theirs: withBase });
        const run = mergeManifests({ base, ours: withBase, theirs: base });
        expect(stored.entries).toEqual(withBase.entries);
        expect(run.entries).toEqual(withBase.entries);
      }),
      fuzzed(2000),
    );
  });

  it('a URN that one side replaced is not in the result', () => {
    fc.assert(
      fc.property(aMerge, ({ base, ours, theirs }) => {
        const { entries } = mergeManifests({ base, ours, theirs });
        for (const [key, { urn }] of entries) {
          const dead = base.entries.get(key)?.urn;
          const sides = [ours, theirs].map((side) => side.entries.get(key)?.urn ?? dead);
          if (dead !== undefined && sides.some((side) => side !== dead)) expect(urn).not.toBe(dead);
        }
      }),
      fuzzed(2000),
    );
  });

  it('the calls of all jobs add up, in whatever order they write', () => {
    fc.assert(
      fc.property(aManifest, fc.array(fc.nat(9), { maxLength: 8 }), (start, made) => {
        let stored = start;
        const before = start.calls?.get('2026-11-25') ?? 0;
        for (const count of made) {
          const ours = { ...start, calls: new Map(start.calls).set('2026-11-25', before + count) };
          stored = mergeManifests({ base: start, ours, theirs: stored });
        }
        const total = made.reduce((sum, count) => sum + count, before);
        expect(stored.calls?.get('2026-11-25') ?? 0).toBe(total);
      }),
      fuzzed(2000),
    );
  });
});

it('a copy of a manifest keeps the call counts of seven days, also without changes of other jobs', () => {
  const days = Array.from({ length: 30 }, (_, index) => `2026-11-${String(index + 1).padStart(2, '0')}`);
  const { calls } = copyManifest({ entries: new Map(), calls: new Map(days.map((day) => [day, 1])) });
  expect([...calls.keys()]).toEqual(days.slice(-7));
});
