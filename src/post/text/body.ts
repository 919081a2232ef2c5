// The exact bodies that are sent for a post and for its first comment. Pure.
// https://learn.microsoft.com/linkedin/marketing/community-management/shares/post-api-schema (read 2026-11-26)

import type { WrittenPost } from '../file/post.ts';
import { toLittleText } from './little-text.ts';

const DURATIONS = { 1: 'ONE_DAY', 3: 'THREE_DAYS', 7: 'SEVEN_DAYS', 14: 'FOURTEEN_DAYS' } as const;
const VISIBILITIES = {
  public: 'PUBLIC',
  connections: 'CONNECTIONS',
  'logged-in': 'LOGGED_IN',
} as const;

/** Path of a file → its URN on LinkedIn: `urn:li:image:…`, `urn:li:video:…` or `urn:li:document:…`. */
type MediaUrns = ReadonlyMap<string, string>;

/** An object of JSON, whose fields have a fixed order: the same post has the same bytes. Undefined fields are not sent. */
type Body = Readonly<Record<string, unknown>>;

/** The body of `POST /rest/posts`. `commentary` is little text; all other texts are plain. */
export function buildPostBody(post: WrittenPost, mediaUrns: MediaUrns): Body {
  return {
    author: post.author,
    commentary: toLittleText(post.text),
    visibility: VISIBILITIES[post.visibility],
    distribution: {
      feedDistribution: 'MAIN_FEED',
      targetEntities: [],
      thirdPartyDistributionChannels: [],
    },
    // LinkedIn rejects null.
    content: buildContent(post, mediaUrns),
    lifecycleState: 'PUBLISHED',
    isReshareDisabledByAuthor: false,
  };
}

/** Undefined for a post of text alone. Which media fit together was checked before (`checkMedia`). */
function buildContent(
  { title, link, poll, media, linkImage }: WrittenPost,
  mediaUrns: MediaUrns,
): Body | undefined {
  if (link !== null) {
    const thumbnail = linkImage === null ? undefined : mediaUrns.get(linkImage.path);
    const { url: source, description } = link;
    return { article: { source, title: link.title, description, thumbnail } };
  }
  if (poll !== null) {
    const options = poll.options.map((text) => ({ text }));
    // The author sees who voted for what: LinkedIn refuses other settings.
    const settings = { voteSelectionType: 'SINGLE_VOTE', isVoterVisibleToAuthor: true };
    return {
      poll: {
        question: poll.question,
        options,
        settings: { duration: DURATIONS[poll.days], ...settings },
      },
    };
  }
  const isImage = media[0]?.media.kind === 'image';
  const files = media.map(({ path, alt }) => ({
    id: mediaUrns.get(path) ?? '',
    // LinkedIn rejects an empty `altText`.
    ...(isImage && alt !== null && alt !== '' && { altText: alt }),
  }));
  const [first, ...others] = files;
  if (others.length > 0) return { multiImage: { images: files } };
  return first && { media: { ...first, ...(!isImage && title !== null && { title }) } };
}

/** The body of `POST /rest/socialActions/{URN of the post}/comments`. `text` is plain: backslashes would be shown. */
export function buildCommentBody(author: string, postUrn: string, text: string): Body {
  return { actor: author, object: postUrn, message: { text } };
}
