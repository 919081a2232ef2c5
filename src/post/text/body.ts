// The exact bodies that are sent for a post and for its first comment. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)

import type { MediaKind } from '../../linkedin/urn.ts';
import type { LinkCard, Post } from '../file/post.ts';
import { toLittleText } from './text.ts';

/** A file that LinkedIn holds. */
export interface UploadedMedia {
  readonly kind: MediaKind;
  /** `urn:li:image:…`, `urn:li:video:…` or `urn:li:document:…`. */
  readonly urn: string;
  /** Images only. */
  readonly alt: string | null;
}

interface SentImage {
  readonly id: string;
  readonly altText?: string;
}

interface SentArticle {
  readonly source: string;
  readonly title: string;
  readonly description?: string;
  readonly thumbnail?: string;
}

export type PostContent =
  | { readonly media: SentImage & { readonly title?: string } }
  | { readonly multiImage: { readonly images: readonly SentImage[] } }
  | { readonly article: SentArticle };

/** The body of `POST /rest/posts`. */
export interface PostBody {
  readonly author: string;
  /** Little text. Titles, descriptions and alternative texts are plain text. */
  readonly commentary: string;
  readonly visibility: 'PUBLIC' | 'CONNECTIONS' | 'LOGGED_IN';
  readonly distribution: {
    readonly feedDistribution: 'MAIN_FEED';
    readonly targetEntities: readonly [];
    readonly thirdPartyDistributionChannels: readonly [];
  };
  /** Absent for a post of text alone: LinkedIn rejects null. */
  readonly content?: PostContent;
  readonly lifecycleState: 'PUBLISHED';
  readonly isReshareDisabledByAuthor: false;
}

const VISIBILITIES = { public: 'PUBLIC', connections: 'CONNECTIONS', 'logged-in': 'LOGGED_IN' } as const;

interface PostParts {
  /** In display order; as `checkMedia` allows them. */
  readonly media: readonly UploadedMedia[];
  /** The image of the link card. */
  readonly thumbnailUrn: string | null;
}

/** The fields have a fixed order, so that the same post has the same bytes. */
export function buildPostBody(post: Post, parts: PostParts): PostBody {
  const content = buildContent(post, parts);
  return {
    author: post.author,
    commentary: toLittleText(post.text),
    visibility: VISIBILITIES[post.visibility],
    distribution: { feedDistribution: 'MAIN_FEED', targetEntities: [], thirdPartyDistributionChannels: [] },
    ...(content !== null && { content }),
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: false,
  };
}

function buildContent({ title, link }: Post, { media, thumbnailUrn }: PostParts): PostContent | null {
  if (link !== null) return { article: buildArticle(link, thumbnailUrn) };
  const [first, ...others] = media;
  if (first === undefined) return null;
  if (others.length > 0) return { multiImage: { images: media.map(buildImage) } };
  if (first.kind === 'image') return { media: buildImage(first) };
  return { media: { id: first.urn, ...(title !== null && { title }) } };
}

/** LinkedIn rejects an empty `altText`. */
function buildImage({ urn, alt }: UploadedMedia): SentImage {
  return { id: urn, ...(alt !== null && alt !== '' && { altText: alt }) };
}

function buildArticle({ url, title, description }: LinkCard, thumbnail: string | null): SentArticle {
  return {
    source: url,
    title,
    ...(description !== null && { description }),
    ...(thumbnail !== null && { thumbnail }),
  };
}

/** The body of `POST /rest/socialActions/{URN of the post}/comments`. */
export interface CommentBody {
  readonly actor: string;
  /** The URN of the post, as it is in the path. */
  readonly object: string;
  /** Plain text: backslashes would be shown. */
  readonly message: { readonly text: string };
}

export function buildCommentBody(author: string, postUrn: string, text: string): CommentBody {
  return { actor: author, object: postUrn, message: { text } };
}
