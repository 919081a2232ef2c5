// What is decided with `api: media`: no recipes, no synchronous pictures, every video in parts, sidecars as sizes.

import { describe, expect, it } from 'vitest';
import { parseRecipe, RECIPES, type RecipeName } from '../../src/media/limits.ts';
import type { Media, MediaFile, Sidecars } from '../../src/media/media-file.ts';
import { type PlanSettings, planUploads } from '../../src/publish/plan.ts';
import { IMAGE, mediaFile, settingsOf, sidecar, VIDEO } from './planned-files.ts';

const MEDIA = { api: 'media' } as const;
const THRESHOLD = 5_000_000;

function recipeNamed(text: string): RecipeName {
  const recipe = parseRecipe(text);
  if (recipe === null) throw new RangeError(`${text} is no recipe`);
  return recipe;
}

function requestOf(file: MediaFile, over: Partial<PlanSettings> = MEDIA) {
  const [planned] = planUploads(settingsOf(over), [file]).files;
  if (planned?.request == null) throw new RangeError('nothing was planned');
  return planned.request;
}

it.each<[media: Media, sizeBytes: number, over: Partial<PlanSettings>, mechanism: string]>([
  [IMAGE, 1, {}, 'single'],
  [IMAGE, 10 * THRESHOLD, { imageUpload: 'synchronous' }, 'single'],
  [IMAGE, 1, { imageUpload: 'asynchronous' }, 'single'],
  [VIDEO, 1, {}, 'multipart'],
  [VIDEO, THRESHOLD - 1, {}, 'multipart'],
  [VIDEO, THRESHOLD, { multipartThresholdBytes: 2 * THRESHOLD }, 'multipart'],
  [VIDEO, 10 * THRESHOLD, {}, 'multipart'],
])('%o of %i bytes with %o goes by %s, without a recipe', (media, sizeBytes, over, mechanism) => {
  expect(requestOf(mediaFile('a', { media, sizeBytes }), { ...MEDIA, ...over })).toEqual({
    api: 'media',
    owner: 'urn:li:person:abc',
    kind: media.kind,
    mediaType: media.mediaType,
    sizeBytes,
    recipe: null,
    mechanism,
  });
});

describe('a recipe that is set', () => {
  it.each([...RECIPES.map(({ shortName }) => shortName), 'brand-new_1', 'urn:li:digitalmediaRecipe:x'])(
    'gets one notice and is ignored: %s',
    (text) => {
      const files = [mediaFile('a.png'), mediaFile('b.mp4', { media: VIDEO })];
      const recipe = recipeNamed(text);
      const plan = planUploads(settingsOf({ ...MEDIA, recipe }), files);
      expect(plan.notices).toEqual([
        `recipe: ${recipe.shortName} is ignored, for \`api: media\` has no recipes`,
      ]);
      expect(plan.warnings).toEqual([]);
      // Of the wrong kind for one of the two: that refuses no file here.
      expect(plan.files.map(({ rejection }) => rejection)).toEqual([null, null]);
      expect(plan.files.map(({ request }) => request?.recipe)).toEqual([null, null]);
    },
  );

  it('gets none where it is used', () => {
    const { notices } = planUploads(settingsOf({ recipe: recipeNamed('feedshare-image') }), []);
    expect(notices).toEqual([]);
  });
});

it.each(['assets', 'media'] as const)('`recipe: auto` gets no notice with api: %s', (api) => {
  expect(planUploads(settingsOf({ api }), []).notices).toEqual([]);
});

it('nothing is said of recipes for ads, where there are none', () => {
  const { warnings, notices } = planUploads(settingsOf({ ...MEDIA, ownerKind: 'sponsoredAccount' }), []);
  expect([warnings, notices]).toEqual([[], []]);
});

describe('what lies beside a video', () => {
  const captions = sidecar('clip.srt', 40);
  const thumbnail = sidecar('clip.thumbnail.png', 2000);

  it.each<[Sidecars, unknown]>([
    [{ captions }, { captions: { sizeBytes: 40 } }],
    [{ thumbnail }, { thumbnail: { sizeBytes: 2000 } }],
    [
      { captions, thumbnail },
      { captions: { sizeBytes: 40 }, thumbnail: { sizeBytes: 2000 } },
    ],
  ])('is told as sizes alone', (sidecars, sizes) => {
    const file = mediaFile('clip.mp4', { media: VIDEO, sidecars });
    expect(requestOf(file).sidecars).toEqual(sizes);
    expect(requestOf(file, { api: 'assets' })).not.toHaveProperty('sidecars');
  });

  it('is not told of where there is nothing', () => {
    expect(requestOf(mediaFile('clip.mp4', { media: VIDEO }))).not.toHaveProperty('sidecars');
  });
});

it('LinkedIn’s limits hold as well', () => {
  const tooLarge = mediaFile('a.png', { media: { ...IMAGE, width: 10_000, height: 10_000 } });
  const [planned] = planUploads(settingsOf(MEDIA), [tooLarge]).files;
  expect(planned).toMatchObject({ request: null, rejection: { code: 'FILE_PIXELS' } });
});
