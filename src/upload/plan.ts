// Plans the run before anything is sent: the recipe and the mechanism of each file, and all rejections. Pure: no disk, no network.

import { type ActionError, FileError } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import { API_TRAITS, type ApiName, RECIPES, type RecipeName } from '../linkedin/apis.ts';
import type { Mechanism, SessionRequest } from '../linkedin/session.ts';
import type { MediaKind } from '../linkedin/urn.ts';
import type { Media, MediaFile } from '../media/media-file.ts';
import type { Digests, UploadEntry, UploadKey } from '../memory/upload-entry.ts';
import type { UploadTable } from '../memory/uploads.ts';
import { similarName } from '../similar-name.ts';

export interface PlanSettings {
  readonly api: ApiName;
  readonly owner: string;
  readonly recipe: 'auto' | RecipeName;
  readonly imageUpload: 'synchronous' | 'asynchronous';
  readonly multipartThresholdBytes: number;
}

/** One row of the plan: exactly one of `request` and `rejection` is set. */
export interface PlannedFile {
  readonly file: MediaFile;
  readonly request: SessionRequest | null;
  readonly rejection: ActionError | null;
  readonly warnings: readonly string[];
  /** The key of uploads of the same bytes. Present with a manifest, when the digest is known. */
  readonly uploadKey?: UploadKey;
  readonly reused?: Reused;
}

/** An upload of an earlier run, or the first file of this plan with the same bytes. */
export type Reused = { readonly earlier: UploadEntry } | { readonly duplicateOf: PlannedFile };

/** Finds uploads of earlier runs. */
export type UploadLookup = Pick<UploadTable, 'apiBase' | 'find'>;

/** A warning about an input, as a sentence without its full stop. */
export interface InputWarning {
  readonly about: 'recipe' | 'manifest';
  readonly text: string;
}

export interface Plan {
  /** In file order. */
  readonly files: readonly PlannedFile[];
  /** Once per run. */
  readonly warnings: readonly InputWarning[];
  /** About inputs that are set but have no effect, once per run. */
  readonly notices: readonly string[];
}

/** `uploads` is null without a manifest. */
export function planUploads(
  settings: PlanSettings,
  files: readonly MediaFile[],
  uploads: UploadLookup | null = null,
): Plan {
  const planned = files.map((file): PlannedFile => {
    const { media, warnings } = file;
    const rejection = checkFile(settings, file);
    if (rejection !== null || media === null) return { file, request: null, rejection, warnings };
    return { file, request: requestFor(settings, file, media), rejection: null, warnings };
  });
  const lookedUp = uploads === null ? planned : lookUpAll(planned, uploads);
  const { api, recipe } = settings;
  const { hasRecipes, reuseCaveat } = API_TRAITS[api];
  const warnings = recipeWarnings(settings);
  const reusedCount = lookedUp.filter(({ reused }) => reused !== undefined).length;
  if (reuseCaveat !== null && reusedCount > 0)
    warnings.push({
      about: 'manifest',
      text: `${reusedCount} of ${pluralize(files.length, 'file')} are reused; ${reuseCaveat}`,
    });
  const isRecipeIgnored = recipe !== 'auto' && !hasRecipes;
  return {
    files: lookedUp,
    warnings,
    notices: isRecipeIgnored
      ? [`recipe: ${recipe.shortName} is ignored, because \`api: ${api}\` has no recipes`]
      : [],
  };
}

function lookUpAll(planned: readonly PlannedFile[], uploads: UploadLookup): PlannedFile[] {
  const firsts = new Map<string, PlannedFile>();
  return planned.map((one): PlannedFile => {
    const digests = digestsOf(one);
    if (one.request === null || digests === null) return one;
    const { sizeBytes, owner, api, recipe } = one.request;
    const uploadKey: UploadKey = {
      ...digests,
      sizeBytes,
      owner,
      api,
      recipe,
      apiUrl: uploads.apiBase,
    };
    const keyText = JSON.stringify(uploadKey);
    const duplicateOf = firsts.get(keyText);
    if (duplicateOf !== undefined) return { ...one, uploadKey, reused: { duplicateOf } };
    const earlier = uploads.find(uploadKey);
    // An asset that was only registered has no bytes, and the manifest does not store upload URLs.
    const isReused = earlier !== null && earlier.state !== 'registered';
    const first = { ...one, uploadKey, ...(isReused && { reused: { earlier } }) };
    firsts.set(keyText, first);
    return first;
  });
}

/** Digests of the file and its sidecars: other captions make another video. Null when one of them is unknown. */
function digestsOf({ file: { media, sidecars }, request }: PlannedFile): Digests | null {
  const { captions, thumbnail } = request?.sidecars === undefined ? {} : (sidecars ?? {});
  const digests = {
    sha256: media?.sha256,
    ...(captions && { captionsSha256: captions.sha256 }),
    ...(thumbnail && { thumbnailSha256: thumbnail.sha256 }),
  };
  return Object.values(digests).includes(undefined) ? null : (digests as Digests);
}

/** Why a file cannot be uploaded; null if it can. */
function checkFile(settings: PlanSettings, { path, media, error }: MediaFile): ActionError | null {
  if (error !== null || media === null) return error;
  const { kind } = media;
  const { kinds, hasRecipes } = API_TRAITS[settings.api];
  if (!kinds.includes(kind)) {
    const text = `is ${WITH_ARTICLE[kind]}, which \`api: ${settings.api}\` does not accept`;
    return new FileError('FILE_API', path, text);
  }
  const documented =
    hasRecipes && settings.recipe !== 'auto' ? settings.recipe.documented : undefined;
  if (documented === undefined || documented.kind === kind) return null;
  const { isForAds, shortName } = documented;
  const right = RECIPES.find((one) => one.kind === kind && one.isForAds === isForAds)?.shortName;
  const text = `is ${WITH_ARTICLE[kind]}, but recipe ${shortName} is for ${documented.kind}s; use ${right}`;
  return new FileError('FILE_RECIPE', path, text);
}

export const WITH_ARTICLE: Record<MediaKind, string> = {
  image: 'an image',
  video: 'a video',
  document: 'a document',
};

function requestFor(settings: PlanSettings, file: MediaFile, media: Media): SessionRequest {
  const { api, owner } = settings;
  const { kind, mediaType } = media;
  const { sizeBytes, sidecars } = file;
  const { hasRecipes, hasSidecars } = API_TRAITS[api];
  const automatic = `urn:li:digitalmediaRecipe:feedshare-${kind}`;
  const recipe = settings.recipe === 'auto' ? automatic : settings.recipe.urn;
  return {
    api,
    owner,
    kind,
    mediaType,
    sizeBytes,
    recipe: hasRecipes ? recipe : null,
    mechanism: mechanismFor(settings, sizeBytes, kind),
    ...(sidecars !== undefined && hasSidecars && { sidecars }),
  };
}

function mechanismFor(settings: PlanSettings, sizeBytes: number, kind: MediaKind): Mechanism {
  const { hasSynchronousUpload, hasSinglePartVideos } = API_TRAITS[settings.api];
  if (kind === 'document') return 'single';
  if (kind === 'image') {
    return hasSynchronousUpload && settings.imageUpload === 'synchronous'
      ? 'synchronous'
      : 'single';
  }
  return hasSinglePartVideos && sizeBytes < settings.multipartThresholdBytes
    ? 'single'
    : 'multipart';
}

function recipeWarnings({ api, recipe }: PlanSettings): InputWarning[] {
  if (!API_TRAITS[api].hasRecipes || recipe === 'auto') return [];
  const { documented, shortName } = recipe;
  if (documented === undefined) {
    const advice = recipeAdvice(shortName);
    const text = `${shortName} is unknown to this action and is sent unchanged; ${advice}`;
    return [{ about: 'recipe', text }];
  }
  const { successor } = documented;
  if (successor === undefined) return [];
  return [{ about: 'recipe', text: `${shortName} is deprecated; use ${successor}` }];
}

/** Names the nearest known recipe, or all of them if none is near. A deprecated one is never recommended. */
function recipeAdvice(unknownName: string): string {
  const names = RECIPES.map(({ shortName }) => shortName);
  const nearest = similarName(unknownName, names);
  if (nearest !== null) {
    const { successor } = RECIPES.find(({ shortName }) => shortName === nearest) ?? {};
    return `did you mean ${successor ?? nearest}?`;
  }
  const current = RECIPES.filter(({ successor }) => successor === undefined);
  return `known recipes: ${current.map(({ shortName }) => shortName).join(', ')}`;
}
