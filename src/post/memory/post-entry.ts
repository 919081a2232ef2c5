// The entry of a post in the memory: that it is about to be sent, that it may have been sent, or its URN. And the changes of an
// entry: each may be applied again to a newer version, and recognizes its own result. Pure.

import { AUTHOR, POST_URN } from '../../linkedin/urn.ts';
import * as z from '../../schema.ts';

export const MAX_URN_CHARS = 512;
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Who sends, and since when. Another nonce is another run. */
const claim = z.object({
  /** Counted from 1. A claim that is withdrawn does not count. */
  attempt: z.int().min(1),
  nonce: z.string().regex(/^[\w-]{16,64}$/),
  /** The page of the run on GitHub; empty outside GitHub. */
  run: z.string().max(2048),
  claimedAt: z.iso.datetime(),
});

const comment = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('sending'), ...claim.omit({ attempt: true }).shape }),
  /** The response was lost. */
  z.strictObject({ state: z.literal('unknown') }),
  z.strictObject({
    state: z.literal('posted'),
    /** Absent when LinkedIn accepted the comment without naming it. */
    urn: z
      .string()
      .regex(/^urn:li:comment:.+$/)
      .max(MAX_URN_CHARS)
      .exactOptional(),
  }),
]);

const identity = {
  /** The author, the API base and the id are the key. */
  id: z.string().min(1).max(4096),
  author: z.string().regex(AUTHOR).max(MAX_URN_CHARS),
  /** The same value as in the entries of uploads. */
  apiUrl: z.string().max(2048),
  /** The post file, to distinguish a renamed post from a copied one. Null for a post from inputs. */
  file: z.string().min(1).max(4096).nullable(),
  /** `digestPost` of the content that was sent. */
  digest: sha256,
  updatedAt: z.iso.datetime(),
};

/** Strict, so that an entry of a newer version is not misread. */
export const postEntrySchema = z.discriminatedUnion('state', [
  z.strictObject({ ...identity, state: z.literal('sending'), ...claim.shape }),
  z.strictObject({ ...identity, state: z.literal('unknown'), ...claim.shape }),
  z.strictObject({
    ...identity,
    state: z.literal('posted'),
    urn: z.string().regex(POST_URN).max(MAX_URN_CHARS),
    /** How the URN became known. Absent when a person gave it. */
    urnSource: z.enum(['linkedin', 'derived', 'duplicate', 'lookup']).exactOptional(),
    /** Absent without a comment: the post had none, or none was made, or a person published it. */
    comment: comment.exactOptional(),
  }),
]);

/** Entries of older versions are valid: fields that nothing depends on any more are dropped. */
export const storedPostSchema = z.preprocess((value) => {
  if (typeof value !== 'object' || value === null) return value;
  const { editedDigest: _, ...entry }: Record<string, unknown> = { ...value };
  if (hasDroppedComment(entry)) delete entry.comment;
  return entry;
}, postEntrySchema);

/** Whether an older version left the first comment to a later run. */
export function hasDroppedComment(entry: unknown): boolean {
  return DROPPED_COMMENT.safeParse(entry).success;
}

const DROPPED_COMMENT = z.object({ comment: z.strictObject({ state: z.literal('due') }) });

export type PostEntry = Readonly<z.infer<typeof postEntrySchema>>;
export type ClaimedEntry = Extract<PostEntry, { state: 'sending' }>;
export type PostedEntry = Extract<PostEntry, { state: 'posted' }>;
export type UrnSource = NonNullable<PostedEntry['urnSource']>;
export type CommentState = NonNullable<PostedEntry['comment']>;

// The times of a claim on a post or a first comment. No run may take over a claim while its request can still have an effect, or
// while its outcome may still be stored:
//
//   SEND_LIMIT_MS (claim → first request) + SEND_LIMIT_MS (first request → retry) + STORE_LIMIT_MS < CLAIM_TTL_MS
//   WAIT_LIMIT_MS <= CLAIM_TTL_MS <= IDENTICAL_POST_WINDOW_MS

const MINUTE_MS = 60_000;

/** No request starts later than this after the claim, and no retry later than this after the first request. */
export const SEND_LIMIT_MS = 4 * MINUTE_MS;

/** How long a run tries to store the outcome of a post that may be on LinkedIn: another run must not find it claimed for ever. */
export const STORE_LIMIT_MS = 8 * MINUTE_MS;

/** How long one run waits for the claim of another. */
export const WAIT_LIMIT_MS = 6 * MINUTE_MS;

/** The claim of another run is active for this long. */
export const CLAIM_TTL_MS = 20 * MINUTE_MS;

/** Requests of a claim that is older than another by this have had their effect before the other. */
export const IDENTICAL_POST_WINDOW_MS = 20 * MINUTE_MS;

/** The fields that identify an entry. Another API base means another entry. */
export type PostKey = Pick<PostEntry, 'author' | 'apiUrl' | 'id'>;

export function postKeyText({ author, apiUrl, id }: PostKey): string {
  return JSON.stringify([author, apiUrl, id]);
}

/** The entries by their keys (`postKeyText`). */
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

export type ClaimOutcome =
  | { readonly state: 'unknown' }
  | Pick<PostedEntry, 'state' | 'urn' | 'comment' | 'urnSource'>;

export function isClaimed(posts: Posts, { nonce, ...claimed }: ClaimedEntry): boolean {
  const stored = posts.get(postKeyText(claimed));
  return stored?.state === 'sending' && stored.nonce === nonce;
}

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

/** Whether an identical post may have been sent with the claimed one or later. A renamed file has one attempt under both names. */
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
  readonly nonce: string;
  /** Null: no comment was made. */
  readonly comment: CommentState | null;
  readonly updatedAt: string;
}

/** Changes the entries of all names of the post, which another run may have renamed. */
export function settleCommentChange({ nonce, comment, updatedAt }: CommentOutcome): PostChange {
  return (posts) => {
    const claimed = [...posts].filter(([, post]) => isCommentClaimed(post, nonce)) as [string, PostedEntry][];
    for (const [key, { comment: _, ...post }] of claimed)
      posts.set(key, { ...post, updatedAt, ...(comment !== null && { comment }) });
    return claimed.length > 0;
  };
}

/** Stores `toRemember` if the `entry` of the plan is still stored. A post on LinkedIn replaces its unknown attempt in any case. */
export function rememberChange(toRemember: PostEntry, entry: PostEntry | null): PostChange {
  const key = postKeyText(toRemember);
  const expected = entry !== null && postKeyText(entry) === key ? entry : undefined;
  return (posts) => {
    const stored = posts.get(key);
    const isResolved =
      stored?.state === 'unknown' && stored.digest === toRemember.digest && toRemember.state === 'posted';
    if (!isResolved && JSON.stringify(stored) !== JSON.stringify(expected)) return false;
    posts.set(key, toRemember);
    return true;
  };
}
