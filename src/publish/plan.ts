// Decides, before anything is sent, what will be: which recipe and mechanism each file takes, and which files are
// refused. Pure: no disk, no network; every refusal is here.

import { type ActionError, FileError } from '../errors.ts';
import type { ApiName, Mechanism, SessionRequest } from '../linkedin/session.ts';
import type { MediaKind, OwnerKind } from '../linkedin/urn.ts';
import { judgeLimits, RECIPES, type RecipeName } from '../media/limits.ts';
import type { Media, MediaFile } from '../media/media-file.ts';

export interface PlanSettings {
  readonly api: ApiName;
  readonly owner: string;
  readonly ownerKind: OwnerKind;
  readonly recipe: 'auto' | RecipeName;
  readonly imageUpload: 'synchronous' | 'asynchronous';
  readonly multipartThresholdBytes: number;
  readonly waitMs: number;
}

/** One row of the plan: exactly one of `request` and `refusal` is set. */
export interface PlannedFile {
  readonly file: MediaFile;
  readonly request: SessionRequest | null;
  readonly refusal: ActionError | null;
  readonly warnings: readonly string[];
}

export interface Plan {
  /** In file order. */
  readonly files: readonly PlannedFile[];
  /** About the inputs, once a run. */
  readonly warnings: readonly string[];
}

/** The fewest requests a file can take: calls count against LinkedIn's quota, PUTs carry bytes. */
export interface LeastRequests {
  readonly calls: number;
  /** Null when LinkedIn decides the number of parts. */
  readonly puts: number | null;
}

export function planUploads(settings: PlanSettings, files: readonly MediaFile[]): Plan {
  return { files: files.map((file) => planFile(settings, file)), warnings: settingsWarnings(settings) };
}

export function leastRequests({ mechanism }: SessionRequest, waitMs: number): LeastRequests {
  const complete = mechanism === 'multipart' ? 1 : 0;
  const status = waitMs > 0 ? 1 : 0;
  return { calls: 1 + complete + status, puts: mechanism === 'multipart' ? null : 1 };
}

function planFile(settings: PlanSettings, file: MediaFile): PlannedFile {
  const { media, warnings } = file;
  const refusal = file.fault ?? (media === null ? null : judgeMedia(settings, file.path, media));
  if (refusal !== null || media === null) return { file, request: null, refusal, warnings };
  return { file, request: requestFor(settings, file, media), refusal: null, warnings };
}

function judgeMedia({ recipe }: PlanSettings, path: string, media: Media): ActionError | null {
  if (recipe !== 'auto' && recipe.known !== undefined && recipe.known.kind !== media.kind) {
    const right = recipeOf(media.kind, isOrganic(recipe));
    return new FileError(
      'FILE_RECIPE',
      `${path} is ${AN[media.kind]}, but recipe ${recipe.shortName} is for ${recipe.known.kind}s; use ${right}`,
    );
  }
  return judgeLimits(path, media);
}

const AN: Record<MediaKind, string> = { image: 'an image', video: 'a video' };
const AUTO: Record<MediaKind, string> = { image: 'feedshare-image', video: 'feedshare-video' };
const ADS: Record<MediaKind, string> = { image: 'ads-image', video: 'ads-video_v2' };

function recipeOf(kind: MediaKind, organic: boolean): string {
  return (organic ? AUTO : ADS)[kind];
}

function isOrganic({ known }: RecipeName): boolean {
  return known === undefined || !known.forOwners.includes('sponsoredAccount');
}

function requestFor(settings: PlanSettings, file: MediaFile, media: Media): SessionRequest {
  const recipe =
    settings.recipe === 'auto' ? `urn:li:digitalmediaRecipe:${AUTO[media.kind]}` : settings.recipe.urn;
  return {
    api: settings.api,
    owner: settings.owner,
    kind: media.kind,
    mediaType: media.mediaType,
    sizeBytes: file.sizeBytes,
    recipe,
    mechanism: mechanismFor(settings, file.sizeBytes, media.kind),
  };
}

function mechanismFor(settings: PlanSettings, sizeBytes: number, kind: MediaKind): Mechanism {
  if (kind === 'image') return settings.imageUpload === 'synchronous' ? 'synchronous' : 'single';
  return sizeBytes >= settings.multipartThresholdBytes ? 'multipart' : 'single';
}

function settingsWarnings(settings: PlanSettings): string[] {
  return settings.recipe === 'auto'
    ? autoWarnings(settings)
    : recipeWarnings(settings.recipe, settings.ownerKind);
}

function autoWarnings({ ownerKind }: PlanSettings): string[] {
  if (ownerKind !== 'sponsoredAccount') return [];
  return [
    `recipe: auto takes ${AUTO.image} and ${AUTO.video}, which are for posts of people and organizations; for an ad account set ${ADS.image} or ${ADS.video}`,
  ];
}

function recipeWarnings(recipe: RecipeName, ownerKind: OwnerKind): string[] {
  const { known, shortName } = recipe;
  if (known === undefined) {
    const names = RECIPES.filter((entry) => entry.deprecated === undefined).map((entry) => entry.shortName);
    return [
      `recipe: ${shortName} is not known to this action and is sent as it is; known: ${names.join(', ')}`,
    ];
  }
  const warnings: string[] = [];
  if (known.deprecated !== undefined) {
    warnings.push(
      `recipe: ${shortName} is deprecated, use ${known.deprecated.successor}: ${known.deprecated.reason}`,
    );
  }
  if (!known.forOwners.includes(ownerKind)) {
    warnings.push(
      `recipe: ${shortName} is for ${known.purpose}; LinkedIn expects its owner to be one of: ${known.forOwners.join(', ')}`,
    );
  }
  return warnings;
}
