// Plans the run before anything is sent: the recipe and the mechanism of each file, and all rejections. Pure: no
// disk, no network.

import { type ActionError, FileError } from '../errors.ts';
import { pluralize } from '../format.ts';
import { API_TRAITS, type ApiName, type Mechanism, type SessionRequest } from '../linkedin/session.ts';
import type { MediaKind, OwnerKind } from '../linkedin/urn.ts';
import { checkLimits, RECIPES, type RecipeName } from '../media/limits.ts';
import type { Media, MediaFile, Sidecars } from '../media/media-file.ts';
import type { Digests, ManifestEntry, ManifestKey } from './manifest/schema.ts';

export interface PlanSettings {
  readonly api: ApiName;
  readonly owner: string;
  readonly ownerKind: OwnerKind;
  readonly recipe: 'auto' | RecipeName;
  readonly imageUpload: 'synchronous' | 'asynchronous';
  readonly multipartThresholdBytes: number;
  readonly waitMs: number;
  readonly readsArtifacts: boolean;
}

/** One row of the plan: exactly one of `request` and `rejection` is set. */
export interface PlannedFile {
  readonly file: MediaFile;
  readonly request: SessionRequest | null;
  readonly rejection: ActionError | null;
  readonly warnings: readonly string[];
  /** The key of uploads of the same bytes. Present with a manifest, when the digest is known. */
  readonly cacheKey?: ManifestKey;
  /** The upload that is reused for the file. */
  readonly cacheHit?: CacheHit;
}

/** An upload of an earlier run, or the index of the first file of this plan with the same bytes. */
export type CacheHit = { readonly restored: ManifestEntry } | { readonly duplicateOf: number };

/** Finds uploads of earlier runs. */
export interface CacheLookup {
  keyOf(request: SessionRequest, digests: Digests): ManifestKey;
  find(key: ManifestKey): ManifestEntry | null;
}

export interface Plan {
  /** In file order. */
  readonly files: readonly PlannedFile[];
  /** About the inputs, once per run. */
  readonly warnings: readonly string[];
  /** About inputs that are set but have no effect, once per run. */
  readonly notices: readonly string[];
}

/** `cache` is null without a manifest. */
export function planUploads(
  settings: PlanSettings,
  files: readonly MediaFile[],
  cache: CacheLookup | null = null,
): Plan {
  const planned = files.map((file) => planFile(settings, file));
  const lookedUp = cache === null ? planned : lookUpAll(planned, cache);
  return {
    files: lookedUp,
    warnings: [...settingsWarnings(settings), ...reuseWarnings(settings, lookedUp)],
    notices: settingsNotices(settings),
  };
}

/** Whether the file reuses an upload, of an earlier run or of an earlier file in this plan. */
export function isCached({ cacheHit }: PlannedFile): boolean {
  return cacheHit !== undefined;
}

function lookUpAll(planned: readonly PlannedFile[], cache: CacheLookup): PlannedFile[] {
  const firsts = new Map<string, number>();
  return planned.map((one, index) => {
    const digests = digestsOf(one);
    if (one.request === null || digests === null) return one;
    const cacheKey = cache.keyOf(one.request, digests);
    const first = firsts.get(JSON.stringify(cacheKey));
    if (first !== undefined) return { ...one, cacheKey, cacheHit: { duplicateOf: first } };
    firsts.set(JSON.stringify(cacheKey), index);
    const restored = cache.find(cacheKey);
    // An asset that was only registered has no bytes, and the manifest does not store upload URLs.
    if (restored === null || restored.state === 'registered') return { ...one, cacheKey };
    return { ...one, cacheKey, cacheHit: { restored } };
  });
}

/** Digests of the file and its sidecars: other captions make another video. Null when one of them is unknown. */
function digestsOf({ file: { media, sidecars }, request }: PlannedFile): Digests | null {
  const { captions, thumbnail } = request?.sidecars === undefined ? {} : (sidecars ?? {});
  const digests = {
    sha256: media?.sha256,
    ...(captions === undefined ? {} : { captionsSha256: captions.sha256 }),
    ...(thumbnail === undefined ? {} : { thumbnailSha256: thumbnail.sha256 }),
  };
  return isComplete(digests) ? digests : null;
}

function isComplete(digests: Partial<Record<keyof Digests, string | undefined>>): digests is Digests {
  return Object.values(digests).every((digest) => digest !== undefined);
}

function reuseWarnings({ api }: PlanSettings, planned: readonly PlannedFile[]): string[] {
  const { reuseCaveat } = API_TRAITS[api];
  const known = planned.filter(isCached).length;
  if (reuseCaveat === null || known === 0) return [];
  return [`manifest: ${known} of ${pluralize(planned.length, 'file')} are reused; ${reuseCaveat}`];
}

function planFile(settings: PlanSettings, file: MediaFile): PlannedFile {
  const { media, warnings } = file;
  const rejection = file.error ?? (media === null ? null : checkMedia(settings, file.path, media));
  if (rejection !== null || media === null) return { file, request: null, rejection, warnings };
  return { file, request: requestFor(settings, file, media), rejection: null, warnings };
}

function checkMedia(settings: PlanSettings, path: string, media: Media): ActionError | null {
  const recipe = effectiveRecipe(settings);
  if (
    recipe !== null &&
    recipe !== 'auto' &&
    recipe.known !== undefined &&
    recipe.known.kind !== media.kind
  ) {
    const right = recipeFor(media.kind, isOrganic(recipe));
    return new FileError(
      'FILE_RECIPE',
      `${path} is ${WITH_ARTICLE[media.kind]}, but recipe ${recipe.shortName} is for ${recipe.known.kind}s; use ${right}`,
    );
  }
  return checkLimits(path, media);
}

const WITH_ARTICLE: Record<MediaKind, string> = { image: 'an image', video: 'a video' };
const DEFAULT_RECIPES: Record<MediaKind, string> = { image: 'feedshare-image', video: 'feedshare-video' };
const DEFAULT_RECIPE_URNS: Record<MediaKind, string> = {
  image: `urn:li:digitalmediaRecipe:${DEFAULT_RECIPES.image}`,
  video: `urn:li:digitalmediaRecipe:${DEFAULT_RECIPES.video}`,
};
const AD_RECIPES: Record<MediaKind, string> = { image: 'ads-image', video: 'ads-video_v2' };

function recipeFor(kind: MediaKind, organic: boolean): string {
  return (organic ? DEFAULT_RECIPES : AD_RECIPES)[kind];
}

function isOrganic({ known }: RecipeName): boolean {
  return known === undefined || !known.forOwners.includes('sponsoredAccount');
}

/** Null when the API has no recipes. */
function effectiveRecipe({ api, recipe }: PlanSettings): PlanSettings['recipe'] | null {
  return API_TRAITS[api].hasRecipes ? recipe : null;
}

function requestFor(settings: PlanSettings, file: MediaFile, media: Media): SessionRequest {
  const { api, owner } = settings;
  const { kind, mediaType } = media;
  return {
    api,
    owner,
    kind,
    mediaType,
    sizeBytes: file.sizeBytes,
    recipe: recipeUrn(effectiveRecipe(settings), kind),
    mechanism: mechanismFor(settings, file.sizeBytes, kind),
    ...(file.sidecars !== undefined && API_TRAITS[api].hasSidecars
      ? { sidecars: sidecarSizes(file.sidecars) }
      : {}),
  };
}

/** Sizes only: LinkedIn does not need the paths. */
function sidecarSizes({ captions, thumbnail }: Sidecars): NonNullable<SessionRequest['sidecars']> {
  return {
    ...(captions === undefined ? {} : { captions: { sizeBytes: captions.sizeBytes } }),
    ...(thumbnail === undefined ? {} : { thumbnail: { sizeBytes: thumbnail.sizeBytes } }),
  };
}

function recipeUrn(recipe: PlanSettings['recipe'] | null, kind: MediaKind): string | null {
  if (recipe === null) return null;
  return recipe === 'auto' ? DEFAULT_RECIPE_URNS[kind] : recipe.urn;
}

function mechanismFor(settings: PlanSettings, sizeBytes: number, kind: MediaKind): Mechanism {
  const { hasSynchronousUpload, hasSinglePartVideos } = API_TRAITS[settings.api];
  if (kind === 'image') {
    return hasSynchronousUpload && settings.imageUpload === 'synchronous' ? 'synchronous' : 'single';
  }
  return hasSinglePartVideos && sizeBytes < settings.multipartThresholdBytes ? 'single' : 'multipart';
}

function settingsWarnings(settings: PlanSettings): string[] {
  const recipe = effectiveRecipe(settings);
  if (recipe === null) return [];
  return recipe === 'auto' ? defaultRecipeWarnings(settings) : recipeWarnings(recipe, settings.ownerKind);
}

function settingsNotices({ api, recipe }: PlanSettings): string[] {
  if (API_TRAITS[api].hasRecipes || recipe === 'auto') return [];
  return [`recipe: ${recipe.shortName} is ignored, because \`api: ${api}\` has no recipes`];
}

function defaultRecipeWarnings({ ownerKind }: PlanSettings): string[] {
  if (ownerKind !== 'sponsoredAccount') return [];
  return [
    `recipe: auto uses ${DEFAULT_RECIPES.image} and ${DEFAULT_RECIPES.video}, which are for posts of people and organizations; for an ad account, set ${AD_RECIPES.image} or ${AD_RECIPES.video}`,
  ];
}

function recipeWarnings(recipe: RecipeName, ownerKind: OwnerKind): string[] {
  const { known, shortName } = recipe;
  if (known === undefined) {
    const names = RECIPES.filter((entry) => entry.deprecated === undefined).map((entry) => entry.shortName);
    return [
      `recipe: ${shortName} is unknown to this action and is sent unchanged; known recipes: ${names.join(', ')}`,
    ];
  }
  const warnings: string[] = [];
  if (known.deprecated !== undefined) {
    warnings.push(
      `recipe: ${shortName} is deprecated; use ${known.deprecated.successor}: ${known.deprecated.reason}`,
    );
  }
  if (!known.forOwners.includes(ownerKind)) {
    warnings.push(
      `recipe: ${shortName} is for ${known.purpose}; LinkedIn expects its owner to be one of: ${known.forOwners.join(', ')}`,
    );
  }
  return warnings;
}
