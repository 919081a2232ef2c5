// LinkedIn's published limits on images, videos and documents, and the recipes of the Assets API. Pure.

import { FileError } from '../errors.ts';
import { formatNumber, pluralize } from '../format.ts';
import type { MediaKind, OwnerKind } from '../linkedin/urn.ts';
import type { Media } from './media-file.ts';

// "Supported image formats" and "GIF":
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
/** Exclusive. */
const IMAGE_PIXELS_BOUND = 36_152_320;
const GIF_FRAMES_MAX = 250;
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/documents-api (read 2026-11-26)
const DOCUMENT_PAGES_MAX = 300;
/** LinkedIn gives none for images. Ours bounds the time: the largest photos have less than 100 MB. */
const MEGABYTES_MAX = { image: 200, document: 100 } as const;

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/videos-api (read 2026-11-25). The
// page lists these as specifications, and another row allows 5 GB. So they cause a warning, not a rejection.
const VIDEO_BYTES = { min: 75_000, max: 500_000_000 } as const;
const VIDEO_SECONDS = { min: 3, max: 30 * 60 } as const;

/** Called before a file is parsed. @throws FileError FILE_SIZE */
export function checkSize(path: string, kind: keyof typeof MEGABYTES_MAX, sizeBytes: number): void {
  const megabytes = MEGABYTES_MAX[kind];
  if (sizeBytes <= megabytes * 1_000_000) return;
  const limit = `the limit for ${kind}s is ${megabytes} MB`;
  throw new FileError('FILE_SIZE', path, `has ${formatNumber(sizeBytes)} bytes: ${limit}`);
}

/** Returns the first limit that a file exceeds (FILE_PIXELS, FILE_FRAMES, FILE_PAGES), or null. */
export function checkLimits(path: string, media: Media): FileError | null {
  if (media.kind === 'video') return null;
  const { width = 0, height = 0, frames = 0, pages = 0 } = media;
  const pixels = width * height;
  if (pixels >= IMAGE_PIXELS_BOUND) {
    const limit = `LinkedIn accepts fewer than ${formatNumber(IMAGE_PIXELS_BOUND)}`;
    return new FileError(
      'FILE_PIXELS',
      path,
      `has ${formatNumber(pixels)} pixels (${width} x ${height}): ${limit}`,
    );
  }
  if (frames > GIF_FRAMES_MAX) {
    const limit = `LinkedIn accepts at most ${GIF_FRAMES_MAX}`;
    return new FileError('FILE_FRAMES', path, `has ${formatNumber(frames)} frames: ${limit}`);
  }
  if (pages > DOCUMENT_PAGES_MAX) {
    const limit = `LinkedIn accepts at most ${DOCUMENT_PAGES_MAX}`;
    return new FileError('FILE_PAGES', path, `has ${formatNumber(pages)} pages: ${limit}`);
  }
  return null;
}

/** Warnings about a video outside LinkedIn's specifications. `durationSeconds` is undefined when it is unknown. */
export function videoWarnings(sizeBytes: number, durationSeconds: number | undefined): string[] {
  const warnings: string[] = [];
  if (sizeBytes < VIDEO_BYTES.min || sizeBytes > VIDEO_BYTES.max) {
    warnings.push(`has ${formatNumber(sizeBytes)} bytes, but LinkedIn asks for 75 KB to 500 MB`);
  }
  if (durationSeconds === undefined) return warnings;
  if (durationSeconds < VIDEO_SECONDS.min || durationSeconds > VIDEO_SECONDS.max) {
    const length = pluralize(Math.round(durationSeconds * 10) / 10, 'second');
    warnings.push(`is ${length} long, but LinkedIn asks for 3 seconds to 30 minutes`);
  }
  return warnings;
}

/** The purpose of an asset. Assets API only. */
export interface Recipe {
  readonly shortName: string;
  readonly urn: string;
  readonly kind: Exclude<MediaKind, 'document'>;
  /** Completes the sentence "it is for …". */
  readonly purpose: string;
  /** The owners it suits. Only a hint: LinkedIn's page relates recipes to content, not to owners. */
  readonly forOwners: readonly OwnerKind[];
  readonly deprecated?: { readonly successor: string; readonly reason: string };
}

const RECIPE_PREFIX = 'urn:li:digitalmediaRecipe:';
const POSTERS = ['person', 'organization'] as const;
const ADVERTISERS = ['sponsoredAccount', 'organization'] as const;

function recipe(
  kind: Recipe['kind'],
  shortName: string,
  purpose: string,
  forOwners: readonly OwnerKind[],
): Recipe {
  return { shortName, urn: `${RECIPE_PREFIX}${shortName}`, kind, purpose, forOwners };
}

/** All recipes of the page above, and `event-background-image`, which LinkedIn's event covers use. */
export const RECIPES: readonly Recipe[] = [
  recipe('image', 'feedshare-image', 'an organic post of a person or organization', POSTERS),
  recipe('video', 'feedshare-video', 'an organic post of a person or organization', POSTERS),
  recipe('image', 'companyUpdate-article-image', 'an image or article ad', ADVERTISERS),
  recipe('image', 'ssu-carousel-card-image', 'a card of a carousel ad', ADVERTISERS),
  recipe('image', 'rightRail-logo-image', 'a text ad or dynamic ad, or the background of one', ADVERTISERS),
  recipe('image', 'ads-image', 'the attachment of a sponsored message', ADVERTISERS),
  recipe('video', 'ads-video_v2', 'a video ad', ADVERTISERS),
  recipe('image', 'event-background-image', 'the cover of a LinkedIn event', POSTERS),
  {
    ...recipe('video', 'ads-video', 'a video ad', ADVERTISERS),
    deprecated: { successor: 'ads-video_v2', reason: 'LinkedIn marks it as deprecated' },
  },
  {
    ...recipe(
      'image',
      'ads-messaging-attachment-image',
      'the attachment of a sponsored message',
      ADVERTISERS,
    ),
    deprecated: { successor: 'ads-image', reason: 'it needs a strict permission and has no preview' },
  },
];

/** LinkedIn rejects it with 403, although its name fits the others. Documents have an API without recipes. */
export const DOCUMENT_RECIPE = 'feedshare-document';

export interface RecipeName {
  readonly urn: string;
  readonly shortName: string;
  /** Absent for a recipe that is not in `RECIPES`. */
  readonly documented?: Recipe;
}

/** Parses a short name or a URN of a recipe, or returns null. LinkedIn may add recipes, so unknown names are valid. */
export function parseRecipe(text: string): RecipeName | null {
  const shortName = text.startsWith(RECIPE_PREFIX) ? text.slice(RECIPE_PREFIX.length) : text;
  if (!/^[A-Za-z0-9_-]+$/.test(shortName)) return null;
  const documented = RECIPES.find((one) => one.shortName === shortName);
  return { urn: `${RECIPE_PREFIX}${shortName}`, shortName, ...(documented ? { documented } : {}) };
}
