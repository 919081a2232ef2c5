// The upload plan: the recipe and mechanism of each file, rejections and warnings, and which uploads of the same bytes are reused.

import { describe, expect, it } from 'vitest';
import { ActionError, FileError } from '../../src/errors/action-error.ts';
import { parseRecipe, RECIPES, type RecipeName } from '../../src/linkedin/apis.ts';
import type { Media, MediaFile, Sidecars } from '../../src/media/media-file.ts';
import { type UploadEntry, uploadKeyText } from '../../src/memory/upload-entry.ts';
import {
  type PlannedFile,
  type PlanSettings,
  planUploads,
  type UploadLookup,
} from '../../src/upload/plan.ts';
import { IMAGE, mediaFile, settingsOf, sidecar, VIDEO } from '../support/ledgers.ts';

const THRESHOLD = 5_000_000;
const OWNERS = {
  person: 'urn:li:person:8675309_x',
  organization: 'urn:li:organization:24141830',
  sponsoredAccount: 'urn:li:sponsoredAdAccount:512345',
} as const;
type OwnerName = keyof typeof OWNERS;
const MEDIA = { api: 'media' } as const;

function recipeNamed(text: string): RecipeName {
  return parseRecipe(text) ?? expect.fail(`${text} is no recipe`);
}

function settingsFor(
  owner: OwnerName,
  recipe: string,
  over: Partial<PlanSettings> = {},
): PlanSettings {
  return settingsOf({
    owner: OWNERS[owner],
    recipe: recipe === 'auto' ? 'auto' : recipeNamed(recipe),
    multipartThresholdBytes: THRESHOLD,
    ...over,
  });
}

const fileOf = (media: Media, sizeBytes = 1000): MediaFile =>
  mediaFile(media.kind === 'image' ? 'a.png' : 'a.mp4', { media, sizeBytes });

function planOne(settings: PlanSettings, file: MediaFile): PlannedFile {
  return planUploads(settings, [file]).files[0] ?? expect.fail('nothing was planned');
}

it.each<[media: Media, sizeBytes: number, over: Partial<PlanSettings>, mechanism: string]>([
  [IMAGE, 1, {}, 'synchronous'],
  [IMAGE, 10 * THRESHOLD, {}, 'synchronous'],
  [IMAGE, 1, { imageUpload: 'asynchronous' }, 'single'],
  [VIDEO, THRESHOLD - 1, {}, 'single'],
  [VIDEO, THRESHOLD, {}, 'multipart'],
  [VIDEO, 10 * THRESHOLD, { imageUpload: 'asynchronous' }, 'multipart'],
  [VIDEO, THRESHOLD, { multipartThresholdBytes: THRESHOLD + 1 }, 'single'],
  // The Media APIs have no synchronous uploads, and send every video in parts.
  [IMAGE, 1, { ...MEDIA, imageUpload: 'synchronous' }, 'single'],
  [VIDEO, 1, MEDIA, 'multipart'],
  [VIDEO, THRESHOLD, { ...MEDIA, multipartThresholdBytes: 2 * THRESHOLD }, 'multipart'],
])('the mechanism of %o with %i bytes and %o is %s', (media, sizeBytes, over, mechanism) => {
  const { request, rejection } = planOne(
    settingsFor('person', 'auto', over),
    fileOf(media, sizeBytes),
  );
  const { api = 'assets' } = over;
  expect(rejection).toBeNull();
  expect(request).toEqual({
    ...{
      api,
      owner: OWNERS.person,
      kind: media.kind,
      mediaType: media.mediaType,
      sizeBytes,
      mechanism,
    },
    recipe: api === 'media' ? null : `urn:li:digitalmediaRecipe:feedshare-${media.kind}`,
  });
});

describe('recipes', () => {
  const owners = Object.keys(OWNERS) as OwnerName[];
  const rows = owners.flatMap((owner) =>
    RECIPES.flatMap((recipe) => [IMAGE, VIDEO].map((media) => ({ owner, recipe, media }))),
  );
  it.each(rows)(
    'the owner $owner and the recipe $recipe.shortName take a $media.kind only of the kind of the recipe',
    ({ owner, recipe, media }) => {
      const { request, rejection } = planOne(settingsFor(owner, recipe.shortName), fileOf(media));
      const fits = recipe.kind === media.kind;
      expect(request?.recipe ?? null).toBe(
        fits ? `urn:li:digitalmediaRecipe:${recipe.shortName}` : null,
      );
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
    const text = new RegExp(`^a\\.\\w+ is an? ${media.kind}.*${recipe}.*use ${right}$`);
    expect(rejection?.message).toMatch(text);
    expect(recipeNamed(right).documented?.kind).toBe(media.kind);
  });

  it.each([IMAGE, VIDEO])('an unknown recipe is sent unchanged for a $kind', (media) => {
    const urn = 'urn:li:digitalmediaRecipe:brand-new_1';
    expect(planOne(settingsFor('person', urn), fileOf(media)).request?.recipe).toBe(urn);
  });

  it.each([
    ...RECIPES.map(({ shortName }) => shortName),
    'brand-new_1',
    'urn:li:digitalmediaRecipe:x',
  ])('`api: media` ignores the recipe %s with one notice, and rejects no file for it', (text) => {
    const { shortName } = recipeNamed(text);
    const plan = planUploads(settingsFor('person', text, MEDIA), [fileOf(IMAGE), fileOf(VIDEO)]);
    expect([plan.notices, plan.warnings]).toEqual([
      [`recipe: ${shortName} is ignored, because \`api: media\` has no recipes`],
      [],
    ]);
    expect(plan.files.map(({ request }) => request?.recipe)).toEqual([null, null]);
  });

  it.each<[owner: OwnerName, recipe: string, over: Partial<PlanSettings>, warnings: RegExp[]]>([
    ['person', 'auto', {}, []],
    ['sponsoredAccount', 'auto', MEDIA, []],
    ['person', 'feedshare-image', {}, []],
    ['organization', 'ads-image', {}, []],
    ['sponsoredAccount', 'ads-video_v2', {}, []],
    ['organization', 'ads-video', {}, [/ads-video is deprecated; use ads-video_v2/]],
    ['person', 'ads-messaging-attachment-image', {}, [/is deprecated; use ads-image/]],
    // The nearest known recipe, in any letter case.
    [
      'person',
      'feedshare-imag',
      {},
      [/^recipe: feedshare-imag is unknown.*; did you mean feedshare-image\?$/],
    ],
    ['person', 'ADS-IMAGE', {}, [/; did you mean ads-image\?$/]],
    ['person', 'ads-vidoe_v2', {}, [/; did you mean ads-video_v2\?$/]],
    // The successor of a deprecated recipe.
    ['person', 'ads-vidoe', {}, [/; did you mean ads-video_v2\?$/]],
    // All recipes that are not deprecated, where none is near.
    [
      'person',
      'brand-new_1',
      {},
      [/^recipe: brand-new_1 is unknown(?!.*ads-video,|.*messaging).*feedshare-image/],
    ],
  ])(
    'a plan of a %s with the recipe %s and %o has these warnings: %j',
    (owner, recipe, over, texts) => {
      const { warnings, notices } = planUploads(settingsFor(owner, recipe, over), [fileOf(IMAGE)]);
      const lines = warnings.map(({ about, text }) => `${about}: ${text}`);
      expect(lines).toEqual(texts.map((text) => expect.stringMatching(text)));
      expect(notices).toEqual([]);
    },
  );
});

describe('rejected files', () => {
  const error = new FileError('FILE_EMPTY', 'a.png', 'is empty');

  it.each<[name: string, file: MediaFile, code: string, over?: Partial<PlanSettings>]>([
    ['for its own error', mediaFile('a.png', { media: null, error }), 'FILE_EMPTY'],
    [
      'for its own error before its recipe',
      mediaFile('a.png', { error }),
      'FILE_EMPTY',
      { recipe: recipeNamed('ads-video') },
    ],
  ])('a file is rejected %s', (_, file, code, over) => {
    const { request, rejection } = planOne(settingsFor('person', 'auto', over), file);
    expect([request, rejection?.code]).toEqual([null, code]);
    if (file.error !== null) expect(rejection).toBe(file.error);
  });

  it('a plan keeps the order of the files, including rejected ones, and the warnings of each', () => {
    const files = [
      mediaFile('z.png', { warnings: ['is small'] }),
      mediaFile('m.mp4', { media: VIDEO }),
      mediaFile('a.gif', {
        media: null,
        error: new FileError('FILE_TYPE', 'a.gif', 'is not an image'),
      }),
      mediaFile('b.png'),
    ];
    const plan = planUploads(settingsFor('person', 'feedshare-image'), files);
    expect(plan.files.map(({ file }) => file)).toEqual(files);
    const codes = plan.files.map(({ rejection }) => rejection?.code ?? null);
    expect(codes).toEqual([null, 'FILE_RECIPE', 'FILE_TYPE', null]);
    expect(plan.files.map(({ warnings }) => warnings)).toEqual([['is small'], [], [], []]);
    expect(plan.warnings).toEqual([]);
  });
});

/** Files with one letter as their bytes, such as `a` for `aaa…`. */
const pictureOf = (path: string, content: string) =>
  mediaFile(path, { media: { ...IMAGE, sha256: content.repeat(64) } });

function videoOf(path: string, sidecars: Readonly<Record<string, string>>): MediaFile {
  const hashed = Object.entries(sidecars).map(([kind, content]) => [
    kind,
    { ...sidecar(kind, 10), sha256: content.repeat(64) },
  ]);
  const media = { ...VIDEO, sha256: 'a'.repeat(64) };
  return mediaFile(path, {
    media,
    ...(hashed.length > 0 && { sidecars: Object.fromEntries(hashed) }),
  });
}

/** A plan of `files` after an earlier run has brought those of `earlier` to `state`. */
function planAfter(
  earlier: readonly MediaFile[],
  files: readonly MediaFile[],
  { state = 'uploaded' as UploadEntry['state'], api = 'assets' as PlanSettings['api'] } = {},
) {
  const entries = new Map<string, UploadEntry>();
  const lookup: UploadLookup = {
    apiBase: 'https://api.linkedin.com',
    find: (key) => entries.get(uploadKeyText(key)) ?? null,
  };
  for (const { uploadKey } of planUploads(settingsOf({ api }), earlier, lookup).files)
    if (uploadKey !== undefined)
      entries.set(uploadKeyText(uploadKey), { ...uploadKey, state } as UploadEntry);
  const plan = planUploads(settingsOf({ api }), files, lookup);
  const places = new Map(plan.files.map((file, index) => [file, index]));
  const how = plan.files.map(({ reused }) => {
    if (reused === undefined) return 'sent';
    return 'earlier' in reused ? 'reused' : `copy of ${places.get(reused.duplicateOf)}`;
  });
  return { ...plan, how };
}

describe('reused uploads', () => {
  const contents = ['a', 'b', 'a', 'c', 'a'].map((content, index) =>
    pictureOf(`${index}.png`, content),
  );

  it.each<[state: UploadEntry['state'], how: string[]]>([
    ['uploaded', ['sent', 'reused', 'copy of 0', 'sent', 'copy of 0']],
    ['available', ['sent', 'reused', 'copy of 0', 'sent', 'copy of 0']],
    ['registered', ['sent', 'sent', 'copy of 0', 'sent', 'copy of 0']],
  ])(
    'the same bytes that are %s are reused, whatever their name, and later copies are duplicates',
    (state, how) => {
      expect(planAfter([pictureOf('old.png', 'b')], contents, { state }).how).toEqual(how);
    },
  );

  it('a reuse with the Assets API gets one warning, and none with the Media APIs', () => {
    const plan = (api: 'assets' | 'media') => planAfter(contents, contents, { api }).warnings;
    const text = expect.stringMatching(/^5 of 5 files are reused; /);
    expect(plan('assets')).toEqual([{ about: 'manifest', text }]);
    expect(plan('media')).toEqual([]);
  });

  it.each<[what: string, before: Record<string, string>, after: Record<string, string>]>([
    ['captions that are new', {}, { captions: 'b' }],
    ['captions that changed', { captions: 'b' }, { captions: 'c' }],
    ['captions that are gone', { captions: 'b' }, {}],
    ['a thumbnail that is new', { captions: 'b' }, { captions: 'b', thumbnail: 'c' }],
    ['a thumbnail that changed', { thumbnail: 'b' }, { thumbnail: 'c' }],
    ['captions that were the thumbnail', { thumbnail: 'b' }, { captions: 'b' }],
  ])(
    'a video with %s is another upload, but not with the Assets API, which takes none',
    (_, before, after) => {
      const [old, now, copy] = [
        videoOf('0.mp4', before),
        videoOf('1.mp4', after),
        videoOf('2.mp4', after),
      ];
      expect(planAfter([old], [now, copy], MEDIA).how).toEqual(['sent', 'copy of 0']);
      expect(planAfter([old], [old], MEDIA).how).toEqual(['reused']);
      expect(planAfter([old], [now]).how).toEqual(['reused']);
    },
  );

  it('a file without a digest, one with a sidecar without a digest, and a rejected file are not looked up', () => {
    const sidecars = { captions: sidecar('a.srt', 10) };
    const files = [
      mediaFile('a.png'),
      mediaFile('b.png', { media: null, error: new ActionError('PART_PLAN', 'x') as never }),
      mediaFile('a.mp4', { media: { ...VIDEO, sha256: 'a'.repeat(64) }, sidecars }),
    ];
    for (const planned of planAfter([], files, MEDIA).files)
      expect(planned).not.toHaveProperty('uploadKey');
  });
});

it.each<[Sidecars | undefined]>([
  [undefined],
  [{ captions: sidecar('clip.srt', 40) }],
  [{ thumbnail: sidecar('clip.thumbnail.png', 2000) }],
  [{ captions: sidecar('clip.srt', 40), thumbnail: sidecar('clip.thumbnail.png', 2000) }],
])('the sidecars of a video are planned with the Media APIs only (%#)', (sidecars) => {
  const file = mediaFile('clip.mp4', { media: VIDEO, ...(sidecars && { sidecars }) });
  expect(planOne(settingsOf(MEDIA), file).request?.sidecars).toEqual(sidecars);
  expect(planOne(settingsOf(), file).request).not.toHaveProperty('sidecars');
});
