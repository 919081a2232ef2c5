// The recipes of the Assets API: what an asset is for. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import type { MediaKind } from './urn.ts';

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
  return { urn: `${RECIPE_PREFIX}${shortName}`, shortName, ...(documented ? { documented } : {}) };
}
