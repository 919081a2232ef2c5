// The exact bodies that are sent for a post and for its first comment. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)

import type { WrittenPost } from '../file/post.ts';
import { toLittleText } from './little-text.ts';

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

/** The author sees who voted for what; LinkedIn refuses anything else. */
interface SentPoll {
  readonly question: string;
  readonly options: readonly { readonly text: string }[];
  readonly settings: {
    readonly duration: (typeof DURATIONS)[keyof typeof DURATIONS];
    readonly voteSelectionType: 'SINGLE_VOTE';
    readonly isVoterVisibleToAuthor: true;
  };
}

export type PostContent =
  | { readonly media: SentImage & { readonly title?: string } }
  | { readonly multiImage: { readonly images: readonly SentImage[] } }
  | { readonly article: SentArticle }
  | { readonly poll: SentPoll };

/** The body of `POST /rest/posts`. */
export interface PostBody {
  readonly author: string;
  /** Little text. Titles, descriptions, alternative texts and polls are plain text. */
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

const DURATIONS = { 1: 'ONE_DAY', 3: 'THREE_DAYS', 7: 'SEVEN_DAYS', 14: 'FOURTEEN_DAYS' } as const;
const VISIBILITIES = { public: 'PUBLIC', connections: 'CONNECTIONS', 'logged-in': 'LOGGED_IN' } as const;

/** Path of a file → its URN on LinkedIn: `urn:li:image:…`, `urn:li:video:…` or `urn:li:document:…`. */
type MediaUrns = ReadonlyMap<string, string>;

/** The fields have a fixed order, so that the same post has the same bytes. */
export function buildPostBody(post: WrittenPost, mediaUrns: MediaUrns): PostBody {
  const content = buildContent(post, mediaUrns);
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

/** Which media fit together was checked before (`checkMedia`). */
function buildContent(
  { title, link, poll, media, linkImage }: WrittenPost,
  mediaUrns: MediaUrns,
): PostContent | null {
  if (link !== null) {
    const thumbnail = linkImage === null ? undefined : mediaUrns.get(linkImage.path);
    const { url: source, description } = link;
    return {
      article: {
        source,
        title: link.title,
        ...(description !== null && { description }),
        ...(thumbnail !== undefined && { thumbnail }),
      },
    };
  }
  if (poll !== null) {
    const options = poll.options.map((text) => ({ text }));
    const settings = { voteSelectionType: 'SINGLE_VOTE', isVoterVisibleToAuthor: true } as const;
    return {
      poll: { question: poll.question, options, settings: { duration: DURATIONS[poll.days], ...settings } },
    };
  }
  const isImage = media[0]?.kind === 'image';
  const files = media.map(({ file, alt }) => ({
    id: mediaUrns.get(file) ?? '',
    // LinkedIn rejects an empty `altText`.
    ...(isImage && alt !== null && alt !== '' && { altText: alt }),
  }));
  const [first, ...others] = files;
  if (first === undefined) return null;
  if (others.length > 0) return { multiImage: { images: files } };
  return { media: { ...first, ...(!isImage && title !== null && { title }) } };
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
