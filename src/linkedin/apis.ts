// LinkedIn's APIs for media: their names, how they differ, the recipes of the Assets API, and the versions. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import { DAY_MS, pluralize } from '../format.ts';
import type { MediaKind } from './urn.ts';

/** `assets`: the Assets API. `media`: the Images, Videos and Documents APIs. */
export const API_NAMES = ['assets', 'media'] as const;
export type ApiName = (typeof API_NAMES)[number];

interface ApiTraits {
  readonly kinds: readonly MediaKind[];
  readonly hasRecipes: boolean;
  /** Whether the response to an image upload can wait for processing. */
  readonly hasSynchronousUpload: boolean;
  /** Whether a small video may be sent in one request; if not, the protocol is the same for every size. */
  readonly hasSinglePartVideos: boolean;
  readonly hasSidecars: boolean;
  /** How many files of a kind one status read can cover. */
  readonly statusBatch: number;
  /** Whether the status of an available file includes its artifacts; if not, they take a separate call. */
  readonly statusIncludesArtifacts: boolean;
  /** LinkedIn's caveat against reusing an upload; null if it may be reused. */
  readonly reuseCaveat: string | null;
}

/** How the APIs differ before a session is opened: "Compare & Contrast" on the page of the Assets API. */
export const API_TRAITS: Record<ApiName, ApiTraits> = {
  assets: {
    kinds: ['image', 'video'],
    hasRecipes: true,
    hasSynchronousUpload: true,
    hasSinglePartVideos: true,
    hasSidecars: false,
    statusBatch: 1,
    statusIncludesArtifacts: false,
    reuseCaveat:
      'LinkedIn says that assets generally cannot be reused, where images and videos can (`api: media`)',
  },
  media: {
    kinds: ['image', 'video', 'document'],
    hasRecipes: false,
    hasSynchronousUpload: false,
    hasSinglePartVideos: false,
    hasSidecars: true,
    // LinkedIn accepts 4 KB of query, and an encoded URN is about 50 bytes.
    statusBatch: 50,
    statusIncludesArtifacts: true,
    reuseCaveat: null,
  },
};

/** The purpose of an asset. Assets API only. */
export interface Recipe {
  readonly shortName: string;
  readonly kind: Exclude<MediaKind, 'document'>;
  /** For ads, not for posts of people and organizations. */
  readonly isForAds?: boolean;
  /** What LinkedIn asks to use instead. The recipe is deprecated. */
  readonly successor?: string;
}

const RECIPE_PREFIX = 'urn:li:digitalmediaRecipe:';

/** All recipes of the page above, and `event-background-image`, which LinkedIn's event covers use. */
export const RECIPES: readonly Recipe[] = [
  { shortName: 'feedshare-image', kind: 'image' },
  { shortName: 'feedshare-video', kind: 'video' },
  { shortName: 'ads-image', kind: 'image', isForAds: true },
  { shortName: 'companyUpdate-article-image', kind: 'image', isForAds: true },
  { shortName: 'ssu-carousel-card-image', kind: 'image', isForAds: true },
  { shortName: 'rightRail-logo-image', kind: 'image', isForAds: true },
  { shortName: 'ads-video_v2', kind: 'video', isForAds: true },
  { shortName: 'event-background-image', kind: 'image' },
  { shortName: 'ads-video', kind: 'video', isForAds: true, successor: 'ads-video_v2' },
  {
    shortName: 'ads-messaging-attachment-image',
    kind: 'image',
    isForAds: true,
    successor: 'ads-image',
  },
];

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
  return { urn: `${RECIPE_PREFIX}${shortName}`, shortName, ...(documented && { documented }) };
}

/** The newest version in LinkedIn's documents when this was written (2026-11-25). LinkedIn supports it for a year. */
export const NEWEST_KNOWN_VERSION = '202609';

/** `YYYYMM` for the LinkedIn-Version header of /rest, or `v2` for the unversioned paths. */
export type LinkedInVersion = string;

/** A version with a date. */
export const DATED_VERSION = /^20\d{2}(0[1-9]|1[0-2])$/;

const NOTICE_DAYS = 45;

/**
 * The warning for a version that is about to end, has ended, or may not exist yet; null if there is nothing to warn of, or the
 * version is newer than this release. LinkedIn serves each version for a year, and has ended none before the 15th. It publishes a
 * version around the middle of its month: 202610 was refused on 2 October 2026.
 * https://learn.microsoft.com/linkedin/marketing/integrations/migrations (copies of 2026-03 and 2026-08)
 */
export function versionWarning(version: LinkedInVersion, epochMs: number): string | null {
  if (version === 'v2') return null;
  const thisMonth = new Date(epochMs).toISOString().slice(0, 'YYYY-MM'.length).replace('-', '');
  if (version > thisMonth)
    return `LinkedIn cannot have published version ${version} yet; set the newest one, such as ${NEWEST_KNOWN_VERSION}`;
  if (version > NEWEST_KNOWN_VERSION && version === thisMonth)
    return `LinkedIn publishes a version around the middle of its month, so ${version} may not exist yet; set an earlier one, such as ${NEWEST_KNOWN_VERSION}`;
  if (version > NEWEST_KNOWN_VERSION) return null;
  const end = `${Number(version.slice(0, 4)) + 1}-${version.slice(4)}-15`;
  const daysLeft = Math.ceil((Date.parse(end) - epochMs) / DAY_MS);
  if (daysLeft > NOTICE_DAYS) return null;
  const advice =
    version === NEWEST_KNOWN_VERSION
      ? 'look for a newer release of this action'
      : `set a newer one, such as ${NEWEST_KNOWN_VERSION}`;
  return daysLeft > 0
    ? `LinkedIn ends version ${version} around ${end}, in ${pluralize(daysLeft, 'day')}; ${advice}`
    : `LinkedIn has probably ended version ${version}, around ${end}; ${advice}`;
}
