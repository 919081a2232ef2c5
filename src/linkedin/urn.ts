// LinkedIn's URNs: owners, authors and posts, and the image, video or document URN of a file. A leaf that any module may import.

export type MediaKind = 'image' | 'video' | 'document';
export type OwnerKind = 'person' | 'organization' | 'sponsoredAccount';

// Person ids are not numeric. LinkedIn's documents use both spellings of the ad account:
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/vector-asset-api (read 2026-11-25)
const OWNER = /^urn:li:(person|organization|sponsoredAccount|sponsoredAdAccount):([A-Za-z0-9_-]+)$/;

export const MEDIA_URNS: Readonly<Record<MediaKind, RegExp>> = {
  image: /^urn:li:image:[A-Za-z0-9_-]+$/,
  video: /^urn:li:video:[A-Za-z0-9_-]+$/,
  document: /^urn:li:document:[A-Za-z0-9_-]+$/,
};
export const ASSET_URN = /^urn:li:digitalmediaAsset:[A-Za-z0-9_-]+$/;

/** The kind of an owner URN; null for any other text. People, organizations and ad accounts own media. */
export function ownerKind(urn: string): OwnerKind | null {
  const [, kind, id] = OWNER.exec(urn) ?? [];
  if (kind === undefined || id === undefined) return null;
  if (kind !== 'person' && !/^\d+$/.test(id)) return null;
  return kind === 'sponsoredAdAccount' ? 'sponsoredAccount' : (kind as OwnerKind);
}

const PAGE =
  'urn:li:organization:24141830 for the page with the admin view linkedin.com/company/24141830/admin';

/** What a text that is no owner must be instead, by the mistake in it. The first one counts; `$1` is the number of a page. */
const OWNER_MISTAKES: readonly (readonly [text: RegExp, expected: string])[] = [
  [/^["'].*["']$/, 'a URN without quotes'],
  [
    /urn:li:.*[\s,;]urn:li:/s,
    'one URN; for several owners, use a matrix of jobs with one owner each',
  ],
  [
    /^(?:(?:https?:\/\/)?(?:www\.)?linkedin\.com\/(?:company|showcase|school)\/|urn:li:company:|organization:)?(\d{1,20})(?:[/?#].*)?$/,
    'a URN: urn:li:organization:$1 for this page',
  ],
  [
    /^(?:secrets|vars|env|inputs|github)[.[]|^\$/i,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: workflow syntax that users copy.
    'the value of the variable, not its name: write ${{ vars.NAME }} in the workflow; a post file takes the URN itself',
  ],
  [
    /^\/?in\/|linkedin\.com\/(?:in|pub)\//,
    'a URN: urn:li:person:…, with the id of the person, which is not in the address of the profile; `mode: check` with a token of that person shows it',
  ],
  [
    /^urn:li:(?:company|organization):|linkedin\.com\/(?:company|showcase|school)\//,
    `a URN with the number of the page, not its name: ${PAGE}; \`mode: check\` lists yours`,
  ],
];

/** The patterns for mistakes take a time that grows with the square of the length. */
const MAX_SEARCHED_CHARS = 1000;

/** Completes the sentence "must be …" about a text that is no owner, or with `isAuthor`, no author of posts. */
export function expectedOwner(text: string, isAuthor: boolean): string {
  if (isAuthor && ownerKind(text) === 'sponsoredAccount')
    return 'the URN of a page or person: an ad account cannot be the author of posts';
  const start = text.slice(0, MAX_SEARCHED_CHARS);
  for (const [mistake, expected] of OWNER_MISTAKES)
    if (mistake.test(start)) return expected.replace('$1', () => mistake.exec(start)?.[1] ?? '');
  const accounts = isAuthor ? '' : ', urn:li:sponsoredAccount:… for an ad account';
  const person =
    'urn:li:person:… for a member, with an id that is not in the address of the profile';
  return `a URN: ${PAGE}, ${person}${accounts}; \`mode: check\` lists yours`;
}

/** Uses the newer of the two spellings of an ad account. */
export function normalizeOwner(owner: string): string {
  return owner.replace(/^urn:li:sponsoredAdAccount:/, 'urn:li:sponsoredAccount:');
}

/** LinkedIn's page of an organization. Null for other owners, whose pages are not named after their URNs. */
export function pageUrl(owner: string): string | null {
  const page = /^urn:li:organization:(\d+)$/.exec(owner)?.[1];
  return page === undefined ? null : `https://www.linkedin.com/company/${page}/`;
}

/** The bare id of a URN, such as that of an asset, as the status URL needs it. */
export function idOf(urn: string): string {
  return urn.slice(urn.lastIndexOf(':') + 1);
}

/** The URNs that LinkedIn assigned to a file. */
export interface MediaIdentity {
  /** The URN for status reads. */
  readonly urn: string;
  readonly assetUrn?: string;
  readonly mediaUrn: string;
  readonly urnSource: 'derived' | 'linkedin';
}

/** An asset shares its id with its image or video ("Asset Usage"). Other URNs are already media URNs. */
export function toMediaIdentity(urn: string, kind: MediaKind): MediaIdentity {
  if (!ASSET_URN.test(urn)) return { urn, mediaUrn: urn, urnSource: 'linkedin' };
  return { urn, assetUrn: urn, mediaUrn: `urn:li:${kind}:${idOf(urn)}`, urnSource: 'derived' };
}

/** Ad accounts own media, but are not authors. */
export const AUTHOR = /^urn:li:(?:organization:\d+|person:[\w-]+)$/;

/** LinkedIn's response names a share or a ugcPost. Its pages show people the activity of a post. */
export const POST_URN = /^urn:li:(?:share|ugcPost|activity):\d+$/;

/** The page of the post. Also right for the URN of an activity. */
export function postUrl(urn: string): string {
  return `https://www.linkedin.com/feed/update/${urn}/`;
}
