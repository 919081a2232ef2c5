// The upload plan: the recipe and mechanism of each file, rejections and warnings.

import { describe, expect, it } from 'vitest';
import { FileError } from '../../src/errors/action-error.ts';
import { parseRecipe, RECIPES, type RecipeName } from '../../src/linkedin/recipes.ts';
import type { Media, MediaFile } from '../../src/media/media-file.ts';
import { type PlannedFile, type PlanSettings, planUploads } from '../../src/upload/plan.ts';
import { IMAGE, mediaFile, settingsOf, VIDEO } from '../support/ledgers.ts';

const THRESHOLD = 5_000_000;
const OWNERS = {
  person: 'urn:li:person:8675309_x',
  organization: 'urn:li:organization:24141830',
  sponsoredAccount: 'urn:li:sponsoredAdAccount:512345',
} as const;
type OwnerName = keyof typeof OWNERS;

function settingsFor(owner: OwnerName, recipe: string, over: Partial<PlanSettings> = {}): PlanSettings {
  return settingsOf({
    owner: OWNERS[owner],
    recipe: recipe === 'auto' ? 'auto' : recipeNamed(recipe),
    multipartThresholdBytes: THRESHOLD,
    ...over,
  });
}

function recipeNamed(text: string): RecipeName {
  const recipe = parseRecipe(text);
  if (recipe === null) throw new RangeError(`${text} is no recipe`);
  return recipe;
}

const fileOf = (media: Media, sizeBytes = 1000): MediaFile =>
  mediaFile(media.kind === 'image' ? 'a.png' : 'a.mp4', { media, sizeBytes });

function planOne(settings: PlanSettings, file: MediaFile): PlannedFile {
  const [planned] = planUploads(settings, [file]).files;
  if (planned === undefined) throw new RangeError('nothing was planned');
  return planned;
}

describe('upload mechanism', () => {
  it.each<[media: Media, sizeBytes: number, over: Partial<PlanSettings>, mechanism: string]>([
    [IMAGE, 1, {}, 'synchronous'],
    [IMAGE, 10 * THRESHOLD, {}, 'synchronous'],
    [IMAGE, 1, { imageUpload: 'asynchronous' }, 'single'],
    [IMAGE, 10 * THRESHOLD, { imageUpload: 'asynchronous' }, 'single'],
    [VIDEO, 1, {}, 'single'],
    [VIDEO, THRESHOLD - 1, {}, 'single'],
    [VIDEO, THRESHOLD, {}, 'multipart'],
    [VIDEO, 10 * THRESHOLD, { imageUpload: 'asynchronous' }, 'multipart'],
    [VIDEO, THRESHOLD, { multipartThresholdBytes: THRESHOLD + 1 }, 'single'],
  ])('the mechanism of %o with %i bytes and %o is %s', (media, sizeBytes, over, mechanism) => {
    const { request, rejection } = planOne(settingsFor('person', 'auto', over), fileOf(media, sizeBytes));
    expect(rejection).toBeNull();
    expect(request).toEqual({
      api: 'assets',
      owner: OWNERS.person,
      kind: media.kind,
      mediaType: media.mediaType,
      sizeBytes,
      recipe: `urn:li:digitalmediaRecipe:feedshare-${media.kind}`,
      mechanism,
    });
  });
});

describe('recipes', () => {
  const owners = Object.keys(OWNERS) as OwnerName[];
  const rows = owners.flatMap((owner) =>
    RECIPES.flatMap((recipe) => [IMAGE, VIDEO].map((media) => ({ owner, recipe, media }))),
  );

  it.each(rows)(
    'the recipe $recipe.shortName for a $media.kind of a $owner is used only for its own kind',
    ({ owner, recipe, media }) => {
      const { request, rejection } = planOne(settingsFor(owner, recipe.shortName), fileOf(media));
      const fits = recipe.kind === media.kind;
      expect(request?.recipe ?? null).toBe(fits ? `urn:li:digitalmediaRecipe:${recipe.shortName}` : null);
      expect(request?.owner ?? null).toBe(fits ? OWNERS[owner] : null);
      expect(rejection?.code ?? null).toBe(fits ? null : 'FILE_RECIPE');
    },
  );

  it.each([
    ['feedshare-image', VIDEO, 'feedshare-video'],
    ['feedshare-video', IMAGE, 'feedshare-image'],
    ['event-background-image', VIDEO, 'feedshare-video'],
    ['ads-image', VIDEO, 'ads-video_v2'],
    ['rightRail-logo-image', VIDEO, 'ads-video_v2'],
    ['ads-messaging-attachment-image', VIDEO, 'ads-video_v2'],
    ['ads-video', IMAGE, 'ads-image'],
    ['ads-video_v2', IMAGE, 'ads-image'],
  ])('the error of the recipe %s for the wrong kind names a right one', (recipe, media, right) => {
    const { rejection } = planOne(settingsFor('organization', recipe), fileOf(media));
    expect(rejection).toBeInstanceOf(FileError);
    expect(rejection?.message).toMatch(
      new RegExp(`^a\\.\\w+ is an? ${media.kind}.*${recipe}.*use ${right}$`),
    );
    expect(recipeNamed(right).documented?.kind).toBe(media.kind);
  });

  it.each([IMAGE, VIDEO])('an unknown recipe is sent unchanged for a $kind', (media) => {
    const urn = 'urn:li:digitalmediaRecipe:brand-new_1';
    const { request } = planOne(settingsFor('person', urn), fileOf(media));
    expect(request?.recipe).toBe(urn);
  });
});

describe('rejected files', () => {
  const error = new FileError('FILE_EMPTY', 'a.png', 'is empty');
  it.each<[name: string, file: MediaFile, code: string]>([
    ['for its own error', mediaFile('a.png', { media: null, error }), 'FILE_EMPTY'],
    ['for its pixels', fileOf({ ...IMAGE, width: 10_000, height: 10_000 }), 'FILE_PIXELS'],
    ['for its frames', fileOf({ ...IMAGE, mediaType: 'image/gif', frames: 251 }), 'FILE_FRAMES'],
  ])('a file is rejected %s', (_, file, code) => {
    const { request, rejection } = planOne(settingsFor('person', 'auto'), file);
    expect(request).toBeNull();
    expect(rejection?.code).toBe(code);
    if (file.error !== null) expect(rejection).toBe(file.error);
  });

  it('a file is rejected for its own error before its recipe', () => {
    const file = mediaFile('a.png', { media: null, error });
    expect(planOne(settingsFor('person', 'feedshare-video'), file).rejection).toBe(error);
  });
});

describe('plan warnings', () => {
  it.each<[owner: OwnerName, recipe: string, warnings: RegExp[]]>([
    ['person', 'auto', []],
    ['organization', 'auto', []],
    ['sponsoredAccount', 'auto', []],
    ['person', 'feedshare-image', []],
    ['organization', 'ads-image', []],
    ['sponsoredAccount', 'ads-video_v2', []],
    ['organization', 'ads-video', [/ads-video is deprecated; use ads-video_v2/]],
    ['person', 'ads-messaging-attachment-image', [/is deprecated; use ads-image/]],
    ['person', 'brand-new_1', [/^recipe: brand-new_1 is unknown.*feedshare-image.*ads-video_v2/]],
  ])('the plan of a %s with the recipe %s has the expected warnings', (owner, recipe, warnings) => {
    const plan = planUploads(settingsFor(owner, recipe), [fileOf(IMAGE), fileOf(VIDEO)]);
    expect(plan.warnings).toHaveLength(warnings.length);
    for (const [index, pattern] of warnings.entries()) expect(plan.warnings[index]).toMatch(pattern);
  });

  it('the warning about an unknown recipe names no deprecated recipe', () => {
    const { warnings } = planUploads(settingsFor('person', 'brand-new_1'), []);
    expect(warnings.join()).not.toMatch(/ads-video\b(?!_v2)|ads-messaging/);
  });

  it('the warnings of a file stay with the file', () => {
    const file = { ...fileOf(VIDEO), warnings: ['runs for 2 seconds'] };
    const plan = planUploads(settingsFor('person', 'auto'), [file, fileOf(IMAGE)]);
    expect(plan.files.map(({ warnings }) => warnings)).toEqual([['runs for 2 seconds'], []]);
    expect(plan.warnings).toEqual([]);
  });
});

it('a plan keeps the order of the files, including rejected ones', () => {
  const files = [
    mediaFile('z.png'),
    mediaFile('m.mp4', { media: VIDEO }),
    mediaFile('a.gif', { media: null, error: new FileError('FILE_TYPE', 'a.gif', 'is not an image') }),
    mediaFile('b.png'),
  ];
  const plan = planUploads(settingsFor('person', 'feedshare-image'), files);
  expect(plan.files.map(({ file }) => file)).toEqual(files);
  expect(plan.files.map(({ rejection }) => rejection?.code ?? null)).toEqual([
    null,
    'FILE_RECIPE',
    'FILE_TYPE',
    null,
  ]);
  for (const { request, rejection } of plan.files) expect(request === null).toBe(rejection !== null);
});
