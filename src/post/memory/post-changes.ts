// The changes of the remembered posts. Each may be applied again to a newer version, and recognizes its own result. Pure.

import {
  type ClaimedEntry,
  type CommentState,
  IDENTICAL_POST_WINDOW_MS,
  type PostEntry,
  type PostedEntry,
  postKeyText,
} from './post-entry.ts';

/** By their keys (`postKeyText`). */
export type Posts = Map<string, PostEntry>;
/** Changes posts in place. False: there is nothing to write. */
export type PostChange = (posts: Posts) => boolean;

/** A claim that is stored, and what it replaced. */
export interface Claim {
  readonly entry: ClaimedEntry;
  /** Null if nothing was remembered under this id. */
  readonly previous: PostEntry | null;
}

export type CommentClaim = Extract<CommentState, { state: 'sending' }>;

/** What became of a claimed post. */
export type ClaimOutcome =
  | { readonly state: 'unknown' }
  | Pick<PostedEntry, 'state' | 'urn' | 'comment' | 'urnSource'>;

/** Whether the claim is stored. */
export function isClaimed(posts: Posts, { nonce, ...claimed }: ClaimedEntry): boolean {
  const stored = posts.get(postKeyText(claimed));
  return stored?.state === 'sending' && stored.nonce === nonce;
}

/** Restores what the claim replaced. */
export function withdrawChange({ entry, previous }: Claim): PostChange {
  return (posts) => {
    if (!isClaimed(posts, entry)) return false;
    if (previous === null) posts.delete(postKeyText(entry));
    else posts.set(postKeyText(entry), previous);
    return true;
  };
}

/**
 * Does nothing if another run has taken over the entry. A URN that was recovered makes the post `unknown` if it is,
 * or may become, the URN of another post.
 */
export function settleChange(claim: Claim, outcome: ClaimOutcome, updatedAt: string): PostChange {
  const key = postKeyText(claim.entry);
  const { attempt, nonce, run, claimedAt, state: _, ...identity } = { ...claim.entry, updatedAt };
  const unknown: PostEntry = { ...identity, state: 'unknown', attempt, nonce, run, claimedAt };
  return (posts) => {
    const stored = posts.get(key);
    const isOurs = stored === undefined || (stored.state !== 'posted' && stored.nonce === nonce);
    if (!isOurs) return false;
    const isUnknown = outcome.state === 'unknown' || isOfAnother(outcome, claim, posts);
    posts.set(key, isUnknown ? unknown : { ...identity, ...outcome });
    return true;
  };
}

function isOfAnother(
  { urn, urnSource }: Pick<PostedEntry, 'urn' | 'urnSource'>,
  { entry, previous }: Claim,
  posts: Posts,
): boolean {
  if (urnSource !== 'duplicate' && urnSource !== 'lookup') return false;
  const others = [...posts.values()].filter((post) => postKeyText(post) !== postKeyText(entry));
  const first = previous === null || previous.state === 'posted' ? entry : previous;
  return others.some((post) => hasUrn(post, urn) || isIndistinguishable(post, first));
}

/**
 * Whether a post that LinkedIn cannot tell from the claimed one may have been sent at the same time or later. A renamed
 * file has left the same attempt under both of its names.
 */
export function isIndistinguishable(
  post: PostEntry,
  claimed: Pick<ClaimedEntry, 'digest' | 'claimedAt' | 'nonce'>,
): boolean {
  if (post.state === 'posted' || post.digest !== claimed.digest || post.nonce === claimed.nonce) return false;
  return Date.parse(post.claimedAt) > Date.parse(claimed.claimedAt) - IDENTICAL_POST_WINDOW_MS;
}

export function hasUrn(post: PostEntry, urn: string): boolean {
  return post.state === 'posted' && post.urn === urn;
}

export function isCommentClaimed(post: PostEntry, nonce: string): post is PostedEntry {
  return post.state === 'posted' && post.comment?.state === 'sending' && post.comment.nonce === nonce;
}

export interface CommentOutcome {
  /** The nonce of the claim. */
  readonly nonce: string;
  /** Null: no comment was made. */
  readonly comment: CommentState | null;
  readonly updatedAt: string;
}

/** Under all names of the post, which another run may have renamed. */
export function settleCommentChange({ nonce, comment, updatedAt }: CommentOutcome): PostChange {
  return (posts) => {
    const claimed = [...posts].filter(([, post]) => isCommentClaimed(post, nonce)) as [string, PostedEntry][];
    for (const [key, { comment: _, ...post }] of claimed)
      posts.set(key, { ...post, updatedAt, ...(comment !== null && { comment }) });
    return claimed.length > 0;
  };
}

/** Remembers a renamed post, or one that a person published, if the memory is what the plan read: `entry`. */
export function rememberChange(toRemember: PostEntry, entry: PostEntry | null): PostChange {
  const key = postKeyText(toRemember);
  const expected = entry !== null && postKeyText(entry) === key ? entry : undefined;
  return (posts) => {
    if (JSON.stringify(posts.get(key)) !== JSON.stringify(expected)) return false;
    posts.set(key, toRemember);
    return true;
  };
}
