// What the rules for a manifest on a branch take for a loss between two of its versions.

import { expect, it } from 'vitest';
import { keyText, type Manifest, type ManifestEntry } from '../../src/memory/manifest.ts';
import { imageOf, keyOf } from '../memory/uploads.ts';
import { lossesBetween } from './branch-rules.ts';

const DAY = '2026-11-25';

function versionOf(change: Partial<ManifestEntry> | null, calls = 0): Manifest {
  const entry = { ...keyOf(1), ...imageOf(1), updatedAt: '2026-11-25T12:00:00.000Z', ...change };
  return {
    entries: new Map(change === null ? [] : [[keyText(entry), entry]]),
    calls: new Map([[DAY, calls]]),
  };
}

const other = 'urn:li:digitalmediaAsset:B';

it.each<[string, readonly Manifest[], readonly string[]]>([
  ['progress is no loss', [versionOf({ state: 'registered' }), versionOf({ state: 'available' })], []],
  [
    'a rejection by LinkedIn is no loss',
    [versionOf({ state: 'uploaded' }), versionOf({ state: 'registered' })],
    [],
  ],
  ['a replacement is no loss', [versionOf({}), versionOf({ urn: other })], []],
  ['a dropped entry is a loss', [versionOf({}), versionOf(null)], ['drops the entry of media/00001.png']],
  [
    'lost progress is a loss',
    [versionOf({ state: 'available' }), versionOf({ state: 'uploaded' })],
    ['takes media/00001.png back from available to uploaded'],
  ],
  [
    'a replaced URN that comes back is a loss',
    [versionOf({}), versionOf({ urn: other }), versionOf({})],
    [`brings back ${imageOf(1).urn} of media/00001.png`],
  ],
  ['a count that falls is a loss', [versionOf({}, 5), versionOf({}, 4)], [`forgets calls of ${DAY}`]],
])('%s', (_, versions, losses) => {
  const replaced = new Set<string>();
  const found = versions.slice(1).flatMap((after, index) => {
    const before = versions[index] ?? expect.fail('no version');
    return [...lossesBetween(before, after, replaced)];
  });
  expect(found).toEqual(losses);
});
