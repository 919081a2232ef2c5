// The plan with `api: media`: no recipes, no synchronous images, every video in parts, sidecars with their video.

import { describe, expect, it } from 'vitest';
import { parseRecipe, RECIPES, type RecipeName } from '../../src/linkedin/recipes.ts';
import type { Media, MediaFile, Sidecars } from '../../src/media/media-file.ts';
import { type PlanSettings, planUploads } from '../../src/upload/plan.ts';
import { IMAGE, mediaFile, settingsOf, sidecar, VIDEO } from '../support/ledgers.ts';

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
])(
  'the media API uploads %o of %i bytes with %o by %s, without a recipe',
  (media, sizeBytes, over, mechanism) => {
    expect(requestOf(mediaFile('a', { media, sizeBytes }), { ...MEDIA, ...over })).toEqual({
      api: 'media',
      owner: 'urn:li:person:abc',
      kind: media.kind,
      mediaType: media.mediaType,
      sizeBytes,
      recipe: null,
      mechanism,
    });
  },
);

describe('recipes with the media API', () => {
  it.each([...RECIPES.map(({ shortName }) => shortName), 'brand-new_1', 'urn:li:digitalmediaRecipe:x'])(
    'the media API ignores a recipe with one notice: %s',
    (text) => {
      const files = [mediaFile('a.png'), mediaFile('b.mp4', { media: VIDEO })];
      const recipe = recipeNamed(text);
      const plan = planUploads(settingsOf({ ...MEDIA, recipe }), files);
      expect(plan.notices).toEqual([
        `recipe: ${recipe.shortName} is ignored, because \`api: media\` has no recipes`,
      ]);
      expect(plan.warnings).toEqual([]);
      // The recipe has the wrong kind for one of the files, which rejects no file here.
      expect(plan.files.map(({ rejection }) => rejection)).toEqual([null, null]);
      expect(plan.files.map(({ request }) => request?.recipe)).toEqual([null, null]);
    },
  );

  it('a recipe that is used gets no notice', () => {
    const { notices } = planUploads(settingsOf({ recipe: recipeNamed('feedshare-image') }), []);
    expect(notices).toEqual([]);
  });
});

it.each(['assets', 'media'] as const)('`recipe: auto` gets no notice with api: %s', (api) => {
  expect(planUploads(settingsOf({ api }), []).notices).toEqual([]);
});

describe('sidecars of a video', () => {
  const captions = sidecar('clip.srt', 40);
  const thumbnail = sidecar('clip.thumbnail.png', 2000);

  it.each<[Sidecars]>([[{ captions }], [{ thumbnail }], [{ captions, thumbnail }]])(
    'the sidecars of a video are planned with the media API only (%#)',
    (sidecars) => {
      const file = mediaFile('clip.mp4', { media: VIDEO, sidecars });
      expect(requestOf(file).sidecars).toEqual(sidecars);
      expect(requestOf(file, { api: 'assets' })).not.toHaveProperty('sidecars');
    },
  );

  it('a video without sidecars is planned without them', () => {
    expect(requestOf(mediaFile('clip.mp4', { media: VIDEO }))).not.toHaveProperty('sidecars');
  });
});

it('the media API has the limits of LinkedIn as well', () => {
  const tooLarge = mediaFile('a.png', { media: { ...IMAGE, width: 10_000, height: 10_000 } });
  const [planned] = planUploads(settingsOf(MEDIA), [tooLarge]).files;
  expect(planned).toMatchObject({ request: null, rejection: { code: 'FILE_PIXELS' } });
});
