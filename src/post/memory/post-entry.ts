// The entry of a post in the memory: that it is about to be sent, that it may have been sent, or its URN; and by what its file is
// recognized. And the changes of an entry: each may be applied again to a newer version, and recognizes its own result. Pure.

import { AUTHOR, POST_URN } from '../../linkedin/urn.ts';
import * as z from '../../schema.ts';

const MAX_URN_CHARS = 512;
/** The newest ids, and the newest contents besides the published one, that an entry keeps. */
export const MAX_IDS = 20;
export const MAX_SEEN = 20;
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

/** By what a post is recognized. */
const recognitionSchema = z.object({
  author: z.string().regex(AUTHOR).max(MAX_URN_CHARS),
  /** The same value as in the entries of uploads. */
  apiUrl: z.string().max(2048),
  /** The ids under which runs found the post, the newest last. */
  ids: z.array(z.string().min(1).max(4096)).min(1).max(MAX_IDS).readonly(),
  /** Whether the author chose the newest id. Otherwise it is the path of the file, or the digest of a post from inputs. */
  isIdGiven: z.boolean(),
  /** Whether the post has no file. */
  isFromInputs: z.boolean(),
  /** `digestPost` of the content that was sent. */
  content: sha256,
  /** Other contents that a run has seen in the file, the newest last. */
  seen: z.array(sha256).max(MAX_SEEN).readonly(),
  /** Of the text that LinkedIn shows. */
  revision: z.int().min(0),
  updatedAt: z.iso.datetime(),
});

/** Strict, so that an entry of a newer version is not misread. */
export const postEntrySchema = z.discriminatedUnion('state', [
  z.strictObject({ ...recognitionSchema.shape, state: z.literal('sending'), ...claim.shape }),
  z.strictObject({ ...recognitionSchema.shape, state: z.literal('unknown'), ...claim.shape }),
  z.strictObject({
    ...recognitionSchema.shape,
    state: z.literal('posted'),
    urn: z.string().regex(POST_URN).max(MAX_URN_CHARS),
    /** How the URN became known. Absent when a person gave it. */
    urnSource: z.enum(['linkedin', 'derived', 'duplicate', 'lookup']).exactOptional(),
    /** The URN of the first comment, if this action made one and LinkedIn named it. */
    commentUrn: z
      .string()
      .regex(/^urn:li:comment:.+$/)
      .max(MAX_URN_CHARS)
      .exactOptional(),
  }),
]);

export type PostEntry = Readonly<z.infer<typeof postEntrySchema>>;
export type ClaimedEntry = Extract<PostEntry, { state: 'sending' }>;
export type PostedEntry = Extract<PostEntry, { state: 'posted' }>;
export type UrnSource = NonNullable<PostedEntry['urnSource']>;

// The times of a claim. No run may take over a claim while its request can still have an effect, or while its outcome may still
// be stored:
//
//   SEND_LIMIT_MS (claim → first request) + SEND_LIMIT_MS (first request → retry) + STORE_LIMIT_MS < CLAIM_TTL_MS
//   CLAIM_TTL_MS <= IDENTICAL_POST_WINDOW_MS

const MINUTE_MS = 60_000;

/** No request starts later than this after the claim, and no retry later than this after the first request. */
export const SEND_LIMIT_MS = 4 * MINUTE_MS;

/** How long a run tries to store the outcome of a post that may be on LinkedIn: another run must not find it claimed for ever. */
export const STORE_LIMIT_MS = 8 * MINUTE_MS;

/** The claim of another run is active for this long. */
export const CLAIM_TTL_MS = 20 * MINUTE_MS;

/** Requests of a claim that is older than another by this have had their effect before the other. */
export const IDENTICAL_POST_WINDOW_MS = 20 * MINUTE_MS;

/** Whether another run may be sending the post now. A claim with a date in the future is active: the clock of its runner is ahead. */
export function isActive(entry: PostEntry, nowMs: number): entry is ClaimedEntry {
  return entry.state === 'sending' && nowMs - Date.parse(entry.claimedAt) < CLAIM_TTL_MS;
}

/** `another run (https://…) is sending it; a run after 2026-12-03T09:20:00.000Z would look again` */
export function describeClaim({ run, claimedAt }: Exclude<PostEntry, PostedEntry>): string {
  const until = new Date(Date.parse(claimedAt) + CLAIM_TTL_MS).toISOString();
  return `another run${run === '' ? '' : ` (${run})`} is sending it; a run after ${until} would look again`;
}

/** The name of a post that has no file in this run. */
export function entryName({ ids, isFromInputs, isIdGiven }: PostEntry): string {
  return isFromInputs && !isIdGiven ? 'a post from inputs' : (ids.at(-1) ?? '');
}

/** The entries by their keys. A key never changes: it is the first nonce of the post, or the URN that a person gave. */
export type Posts = Map<string, PostEntry>;
/** Changes posts in place. False: there is nothing to write. */
export type PostChange = (posts: Posts) => boolean;

/** A claim that is stored, and what it replaced. */
export interface Claim {
  readonly key: string;
  readonly entry: ClaimedEntry;
  /** Null for a new post. */
  readonly previous: PostEntry | null;
}

export type ClaimOutcome = { readonly state: 'unknown' } | Pick<PostedEntry, 'state' | 'urn' | 'urnSource'>;

export function isClaimed(posts: Posts, { key, entry }: Claim): boolean {
  const stored = posts.get(key);
  return stored?.state === 'sending' && stored.nonce === entry.nonce;
}

export function withdrawChange(claim: Claim): PostChange {
  const { key, previous } = claim;
  return (posts) => {
    if (!isClaimed(posts, claim)) return false;
    if (previous === null) posts.delete(key);
    else posts.set(key, previous);
    return true;
  };
}

/**
 * Does nothing if another run has taken over the entry. A URN that was recovered makes the post `unknown` if it is,
 * or may become, the URN of another post. Keeps the ids and contents that other runs have added.
 */
export function settleChange(claim: Claim, outcome: ClaimOutcome, updatedAt: string): PostChange {
  const { key, entry } = claim;
  return (posts) => {
    const stored = posts.get(key) ?? entry;
    if (stored.state === 'posted' || stored.nonce !== entry.nonce) return false;
    const isUnknown = outcome.state === 'unknown' || isOfAnother(outcome, claim, posts);
    if (isUnknown && stored.state === 'unknown') return false;
    posts.set(
      key,
      isUnknown ? { ...stored, state: 'unknown', updatedAt } : asPosted(stored, outcome, updatedAt),
    );
    return true;
  };
}

/** The entry of a post that is on LinkedIn, without the claim that it may have. */
export function asPosted(
  entry: PostEntry,
  outcome: Omit<Extract<ClaimOutcome, { state: 'posted' }>, 'state'>,
  updatedAt: string,
): PostedEntry {
  return { ...recognition(entry), updatedAt, ...outcome, state: 'posted' };
}

/** The fields that an entry has in every state. */
export function recognition(entry: PostEntry): z.infer<typeof recognitionSchema> {
  return recognitionSchema.parse(entry);
}

function isOfAnother(
  { urn, urnSource }: Pick<PostedEntry, 'urn' | 'urnSource'>,
  { key, entry, previous }: Claim,
  posts: Posts,
): boolean {
  if (urnSource !== 'duplicate' && urnSource !== 'lookup') return false;
  const others = [...posts].flatMap(([one, post]) => (one === key ? [] : [post]));
  const first = previous === null || previous.state === 'posted' ? entry : previous;
  return others.some((post) => hasUrn(post, urn) || isIndistinguishable(post, first));
}

/** Whether an identical post may have been sent with the claimed one or later. */
export function isIndistinguishable(
  post: PostEntry,
  claimed: Pick<ClaimedEntry, 'content' | 'claimedAt'>,
): boolean {
  if (post.state === 'posted' || post.content !== claimed.content) return false;
  return Date.parse(post.claimedAt) > Date.parse(claimed.claimedAt) - IDENTICAL_POST_WINDOW_MS;
}

export function hasUrn(post: PostEntry, urn: string | null): boolean {
  return post.state === 'posted' && post.urn === urn;
}

/** The entry of a post whose content is sent anew. The former one stays as seen. */
export function withContent<T extends PostEntry>(entry: T, content: string): T {
  const seen = [...entry.seen, entry.content].filter((one) => one !== content).slice(-MAX_SEEN);
  return { ...entry, content, seen };
}

/** What LinkedIn shows after an edit. */
export interface Edit {
  readonly key: string;
  readonly urn: string;
  readonly revision: number;
  readonly content: string;
}

/** Does nothing if a run has stored this revision, or a greater one. */
export function editChange({ key, urn, revision, content }: Edit, updatedAt: string): PostChange {
  return (posts) => {
    const post = posts.get(key);
    if (post?.state !== 'posted' || post.urn !== urn || post.revision >= revision) return false;
    posts.set(key, { ...withContent(post, content), revision, updatedAt });
    return true;
  };
}

/** Adds the first comment, if LinkedIn names it, to the post that this run has stored. */
export function commentChange(key: string, urn: string, commentUrn: string | null): PostChange {
  return (posts) => {
    const post = posts.get(key);
    if (commentUrn === null || commentUrn.length > MAX_URN_CHARS) return false;
    if (post?.state !== 'posted' || post.urn !== urn || post.commentUrn === commentUrn) return false;
    posts.set(key, { ...post, commentUrn });
    return true;
  };
}
