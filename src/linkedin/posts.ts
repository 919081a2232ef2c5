// Builds bodies for LinkedIn's Posts API: one for each file, and one for all images together. Nothing is
// sent, and the text is left to the user.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api (read 2026-11-25)

import { type MediaKind, ownerKind } from './urn.ts';

/** A file that LinkedIn holds. */
export interface PostableMedia {
  readonly file: string;
  readonly kind: MediaKind;
  readonly mediaUrn: string;
  /** Whether LinkedIn has processed it. A post with unprocessed media may stay invisible. */
  readonly isReady: boolean;
}

/** A body that can be sent once `commentary` is filled in. */
interface PostBody {
  readonly author: string;
  readonly commentary: '';
  readonly visibility: 'PUBLIC';
  readonly distribution: {
    readonly feedDistribution: 'MAIN_FEED';
    readonly targetEntities: readonly [];
    readonly thirdPartyDistributionChannels: readonly [];
  };
  readonly content:
    | { readonly media: { readonly id: string; readonly title?: string } }
    | { readonly multiImage: { readonly images: readonly { readonly id: string }[] } };
  readonly lifecycleState: 'PUBLISHED';
  readonly isReshareDisabledByAuthor: false;
}

export interface Post {
  /** `images` for several images in one post. */
  readonly kind: MediaKind | 'images';
  /** The files of the post, in the order of its content. */
  readonly files: readonly string[];
  readonly ready: boolean;
  readonly body: PostBody;
}

// https://learn.microsoft.com/linkedin/marketing/community-management/shares/multiimage-post-api (read 2026-11-25)
const MIN_IMAGES = 2;
const MAX_IMAGES = 20;

/**
 * Yields the possible posts of `media` lazily: single posts in file order, then posts of several images, in the order of
 * `compareFiles`. Media with the same URN counts once. Yields nothing for an ad account: it owns media, but only people and organizations are
 * authors, and LinkedIn rejects media that the author does not own.
 */
export function* buildPosts(
  media: readonly PostableMedia[],
  owner: string,
  compareFiles: (a: string, b: string) => number = () => 0,
): Generator<Post> {
  const kind = ownerKind(owner);
  if (kind === null || kind === 'sponsoredAccount') return;
  const distinct = [...Map.groupBy(media, ({ mediaUrn }) => mediaUrn).values()].flatMap(
    ([first]) => first ?? [],
  );
  const images = distinct.filter((one) => one.kind === 'image').sort((a, b) => compareFiles(a.file, b.file));
  for (const one of distinct) yield buildPost(one.kind, [one], owner);
  for (const group of galleries(images)) yield buildPost('images', group, owner);
}

function buildPost(kind: Post['kind'], media: readonly PostableMedia[], author: string): Post {
  return {
    kind,
    files: media.map(({ file }) => file),
    ready: media.every(({ isReady }) => isReady),
    body: {
      author,
      commentary: '',
      visibility: 'PUBLIC',
      distribution: {
        feedDistribution: 'MAIN_FEED',
        targetEntities: [],
        thirdPartyDistributionChannels: [],
      },
      content: contentOf(kind, media),
      lifecycleState: 'PUBLISHED',
      isReshareDisabledByAuthor: false,
    },
  };
}

function contentOf(kind: Post['kind'], media: readonly PostableMedia[]): PostBody['content'] {
  const ids = media.map(({ mediaUrn }) => ({ id: mediaUrn }));
  const [only = { id: '' }] = ids;
  if (kind === 'images') return { multiImage: { images: ids } };
  // LinkedIn rejects a document without a title, and shows it above the pages.
  return { media: kind === 'document' ? { ...only, title: titleOf(media[0]?.file ?? '') } : only };
}

/** The name of the file without its folder and extension. */
function titleOf(file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  return name.replace(/(?<=.)\.[^.]*$/, '');
}

/** Splits images evenly over several posts, so that no remainder is too small for a post. */
function galleries(images: readonly PostableMedia[]): (readonly PostableMedia[])[] {
  if (images.length < MIN_IMAGES) return [];
  const posts = Math.ceil(images.length / MAX_IMAGES);
  const startOf = (index: number) => Math.round((index * images.length) / posts);
  return Array.from({ length: posts }, (_, index) => images.slice(startOf(index), startOf(index + 1)));
}
