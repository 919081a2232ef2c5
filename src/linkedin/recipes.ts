// The recipes of the Assets API: what an asset is for. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)

import type { MediaKind, OwnerKind } from './urn.ts';

/** The purpose of an asset. Assets API only. */
export interface Recipe {
  readonly shortName: string;
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

/** All recipes of the page above, and `event-background-image`, which LinkedIn's event covers use. */
export const RECIPES: readonly Recipe[] = [
  {
    shortName: 'feedshare-image',
    kind: 'image',
    purpose: 'an organic post of a person or organization',
    forOwners: POSTERS,
  },
  {
    shortName: 'feedshare-video',
    kind: 'video',
    purpose: 'an organic post of a person or organization',
    forOwners: POSTERS,
  },
  {
    shortName: 'companyUpdate-article-image',
    kind: 'image',
    purpose: 'an image or article ad',
    forOwners: ADVERTISERS,
  },
  {
    shortName: 'ssu-carousel-card-image',
    kind: 'image',
    purpose: 'a card of a carousel ad',
    forOwners: ADVERTISERS,
  },
  {
    shortName: 'rightRail-logo-image',
    kind: 'image',
    purpose: 'a text ad or dynamic ad, or the background of one',
    forOwners: ADVERTISERS,
  },
  {
    shortName: 'ads-image',
    kind: 'image',
    purpose: 'the attachment of a sponsored message',
    forOwners: ADVERTISERS,
  },
  { shortName: 'ads-video_v2', kind: 'video', purpose: 'a video ad', forOwners: ADVERTISERS },
  {
    shortName: 'event-background-image',
    kind: 'image',
    purpose: 'the cover of a LinkedIn event',
    forOwners: POSTERS,
  },
  {
    shortName: 'ads-video',
    kind: 'video',
    purpose: 'a video ad',
    forOwners: ADVERTISERS,
    deprecated: { successor: 'ads-video_v2', reason: 'LinkedIn marks it as deprecated' },
  },
  {
    shortName: 'ads-messaging-attachment-image',
    kind: 'image',
    purpose: 'the attachment of a sponsored message',
    forOwners: ADVERTISERS,
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
