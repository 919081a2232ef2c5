// LinkedIn's URNs: owners, assets, and the media URNs that are derived from assets.

import { expect, it } from 'vitest';
import {
  ASSET_URN,
  expectedOwner,
  idOf,
  normalizeOwner,
  ownerKind,
  toMediaIdentity,
} from '../../src/linkedin/urn.ts';

it.each([
  ['urn:li:person:-f_Ut43FoQ', 'person'],
  ['urn:li:organization:24141830', 'organization'],
  ['urn:li:sponsoredAccount:507', 'sponsoredAccount'],
  ['urn:li:sponsoredAdAccount:123', 'sponsoredAccount'],
  ['urn:li:organization:acme', null],
  ['urn:li:organization:1\n', null],
  ['urn:li:company:1', null],
  ['urn:li:person:a/b', null],
  ['24141830', null],
  ['', null],
])('the owner %j has the kind %j', (urn, kind) => {
  expect(ownerKind(urn)).toBe(kind);
});

it('the mistake in an owner is found in its first 1,000 characters', () => {
  const two = (chars: number) => `urn:li:${' '.repeat(chars - 14)}urn:li:`;
  expect(two(1000)).toHaveLength(1000);
  expect(expectedOwner(two(1000), false)).toContain('one URN; for several owners');
  expect(expectedOwner(two(1001), false)).not.toContain('one URN');
});

it('both spellings of an ad account normalize to the same owner', () => {
  const spellings = ['urn:li:sponsoredAccount:507', 'urn:li:sponsoredAdAccount:507'];
  expect(spellings.map(normalizeOwner)).toEqual([spellings[0], spellings[0]]);
  for (const other of ['urn:li:organization:507', 'urn:li:person:x'])
    expect(normalizeOwner(other)).toBe(other);
});

it.each([
  ['urn:li:digitalmediaAsset:C5522AQHn46pwH96hxQ', true],
  ['urn:li:digitalmediaAsset:D4_E-1', true],
  ['urn:li:digitalmediaAsset:../me', false],
  ['urn:li:digitalmediaAsset:C5\n', false],
  ['urn:li:image:C5', false],
])('it is an asset URN: %j %s', (urn, isAsset) => {
  expect(ASSET_URN.test(urn)).toBe(isAsset);
});

it('the media URN has the ID of its asset, as in the documented example', () => {
  const urn = 'urn:li:digitalmediaAsset:C5522AQHn46pwH96hxQ';
  expect(idOf(urn)).toBe('C5522AQHn46pwH96hxQ');
  expect(toMediaIdentity(urn, 'video').mediaUrn).toBe('urn:li:video:C5522AQHn46pwH96hxQ');
  expect(toMediaIdentity(urn, 'image')).toEqual({
    urn,
    assetUrn: urn,
    mediaUrn: 'urn:li:image:C5522AQHn46pwH96hxQ',
    urnSource: 'derived',
  });
});

it('a media URN from LinkedIn gets no derived asset URN', () => {
  const urn = 'urn:li:video:C5F10';
  expect(toMediaIdentity(urn, 'video')).toEqual({ urn, mediaUrn: urn, urnSource: 'linkedin' });
});
