// The table of recipes, and the names and URNs that are parsed.

import { expect, it } from 'vitest';
import { parseRecipe, RECIPES } from '../../src/linkedin/apis.ts';

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
  for (const { kind, successor = '' } of old) expect(parseRecipe(successor)?.documented?.kind).toBe(kind);
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
