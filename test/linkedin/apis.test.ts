// The recipes of uploads, and the versions of the API that LinkedIn still answers.

import { expect, it } from 'vitest';
import {
  DATED_VERSION,
  NEWEST_KNOWN_VERSION,
  parseRecipe,
  RECIPES,
  versionWarning,
} from '../../src/linkedin/apis.ts';

it.each(RECIPES)('parseRecipe parses $shortName by its name and by its URN', (recipe) => {
  const { shortName } = recipe;
  const urn = `urn:li:digitalmediaRecipe:${shortName}`;
  expect(parseRecipe(shortName)).toEqual({ shortName, urn, documented: recipe });
  expect(parseRecipe(urn)).toEqual({ shortName, urn, documented: recipe });
});

it('each deprecated recipe has a successor of the same kind', () => {
  const old = RECIPES.filter(({ successor }) => successor !== undefined);
  expect(old.map(({ shortName, successor }) => [shortName, successor])).toEqual([
    ['ads-video', 'ads-video_v2'],
    ['ads-messaging-attachment-image', 'ads-image'],
  ]);
  for (const { kind, successor = '' } of old)
    expect(parseRecipe(successor)?.documented?.kind).toBe(kind);
});

it('parseRecipe accepts an unknown recipe with a valid name', () => {
  const urn = 'urn:li:digitalmediaRecipe:new_one-2';
  expect(parseRecipe('new_one-2')).toEqual({ urn, shortName: 'new_one-2' });
  expect(parseRecipe(urn)).toEqual({ urn, shortName: 'new_one-2' });
});

it.each([
  '',
  'a b',
  'urn:li:digitalmediaRecipe:',
  'urn:li:digitalmediaAsset:X',
  'é',
  'a\nb',
  'urn:li:digitalmediaRecipe:a:b',
])('parseRecipe rejects %j', (text) => expect(parseRecipe(text)).toBeNull());

it('the newest known version is a dated version', () => {
  expect(DATED_VERSION.test(NEWEST_KNOWN_VERSION)).toBe(true);
});

it.each([
  ['202609', true],
  ['202600', false],
  ['202613', false],
  ['20260901', false],
  ['202609\n', false],
  ['v2', false],
  ['', false],
])('%j is a dated version: %s', (text, isDated) => {
  expect(DATED_VERSION.test(text)).toBe(isDated);
});

const instead = 'set a newer one, such as 202609';
const soon = (days: string) =>
  `LinkedIn ends version 202601 around 2027-01-15, in ${days}; ${instead}`;
const unknown = (version: string) =>
  `LinkedIn cannot have published version ${version} yet; set the newest one, such as 202609`;

const early = (version: string) =>
  `LinkedIn publishes a version around the middle of its month, so ${version} may not exist yet; set an earlier one, such as 202609`;

it.each<[version: string, day: string, text: string | null]>([
  // The newest one, soon after its release.
  ['202609', '2026-11-25', null],
  ['202601', '2026-11-30', null],
  ['202601', '2026-12-01', soon('45 days')],
  ['202601', '2027-01-14', soon('1 day')],
  [
    '202601',
    '2027-01-15',
    `LinkedIn has probably ended version 202601, around 2027-01-15; ${instead}`,
  ],
  [
    '202405',
    '2026-11-25',
    `LinkedIn has probably ended version 202405, around 2025-05-15; ${instead}`,
  ],
  // The newest one that this release knows.
  ['202609', '2027-07-31', null],
  [
    '202609',
    '2027-09-01',
    'LinkedIn ends version 202609 around 2027-09-15, in 14 days; look for a newer release of this action',
  ],
  // Newer than this release.
  ['202610', '2030-01-01', null],
  // The version of the current month, which LinkedIn publishes around its middle.
  ['202610', '2026-10-02', early('202610')],
  ['202610', '2026-10-31', early('202610')],
  ['202610', '2026-11-01', null],
  // This release knows that it exists.
  ['202609', '2026-09-30', null],
  ['202612', '2026-11-25', unknown('202612')],
  ['203012', '2026-11-25', unknown('203012')],
  ['v2', '2030-01-01', null],
])('version %s gives on %s the warning %j', (version, day, text) => {
  expect(versionWarning(version, Date.parse(`${day}T12:00:00Z`))).toBe(text);
});

it('the newest known version gives a warning within 13 months', () => {
  const newest = Date.UTC(
    Number(NEWEST_KNOWN_VERSION.slice(0, 4)) + 1,
    Number(NEWEST_KNOWN_VERSION.slice(4)),
  );
  expect(versionWarning(NEWEST_KNOWN_VERSION, newest)).not.toBeNull();
});
