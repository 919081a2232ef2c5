// The entry of a post in the memory: that it is about to be sent, that it may have been sent, or its URN; and by what its file is
// recognized. And the changes of an entry: each may be applied again to a newer version, and recognizes its own result. Pure.

import { quoted } from '../../format.ts';
import { AUTHOR, POST_URN } from '../../linkedin/urn.ts';
import { sha256 } from '../../memory/upload-entry.ts';
import * as z from '../../schema.ts';
import type { WrittenPost } from '../file/post.ts';

/** The newest ids, and the newest contents besides the published one, that an entry keeps. */
const MAX_KEPT = 20;

/** How a URN became known. Absent when a person gave it. */
export const urnSource = z.enum(['linkedin', 'derived', 'duplicate', 'lookup']);
export type UrnSource = z.infer<typeof urnSource>;

/** Who sends, and since when. Another nonce is another run. */
const claim = z.object({
  /** Counted from 1. A claim that is withdrawn does not count. */
  attempt: z.int().min(1),
  nonce: z.string().regex(/^[\w-]{16,64}$/),
  /** The page of the run on GitHub; empty outside GitHub. */
  run: z.string().max(2048),
  claimedAt: z.iso.datetime(),
});

/** The claim of an edit: who replaces the text on LinkedIn by which, and since when. */
const editing = z.strictObject({
  revision: z.int().min(1),
  /** `contentOf` the file whose text is sent. */
  content: sha256,
  nonce: claim.shape.nonce,
  run: claim.shape.run,
  claimedAt: claim.shape.claimedAt,
});

export type Editing = Readonly<z.infer<typeof editing>>;

/** By what a post is recognized. */
const recognitionSchema = z.object({
  author: z.string().regex(AUTHOR),
  /** The same value as in the entries of uploads. */
  apiUrl: z.string().max(2048),
  /** The ids under which runs found the post, the newest last. */
  ids: z.array(z.string().min(1).max(4096)).min(1).max(MAX_KEPT).readonly(),
  /** Whether the author chose the newest id. Otherwise it is the path of the file, or the digest of a post from inputs. */
  isIdGiven: z.boolean(),
  /** Whether the post has no file. */
  isFromInputs: z.boolean(),
  /** `contentOf` the post that was sent. */
  content: sha256,
  /** Other contents that a run has seen in the file, the newest last. */
  seen: z.array(sha256).max(MAX_KEPT).readonly(),
  /** Of the text that LinkedIn shows. */
  revision: z.int().min(0),
  updatedAt: z.iso.datetime(),
});

type Recognition = Readonly<z.infer<typeof recognitionSchema>>;

/** Strict, so that an entry of a newer version is not misread. */
export const postEntrySchema = z.discriminatedUnion('state', [
  z.strictObject({
    ...recognitionSchema.shape,
    state: z.enum(['sending', 'unknown']),
    ...claim.shape,
  }),
  z.strictObject({
    ...recognitionSchema.shape,
    state: z.literal('posted'),
    urn: z.string().regex(POST_URN),
    urnSource: urnSource.exactOptional(),
    /** The URN of the first comment, if this action made one and LinkedIn named it. */
    commentUrn: z
      .string()
      .regex(/^urn:li:comment:.+$/)
      .exactOptional(),
    /** While a run replaces the text, and for good if that run was lost: LinkedIn may show either text then. */
    editing: editing.exactOptional(),
  }),
]);

export type PostEntry = Readonly<z.infer<typeof postEntrySchema>>;
export type PostedEntry = Extract<PostEntry, { state: 'posted' }>;
/** It is about to be sent, or may have been sent. */
export type ClaimedEntry = Exclude<PostEntry, PostedEntry>;

// The times of a claim. No run may take over a claim while its request can still have an effect, or while its outcome may still
// be stored:
//
//   SEND_LIMIT_MS (claim → first request) + SEND_LIMIT_MS (first request → retry) + STORE_LIMIT_MS < CLAIM_TTL_MS
//   CLAIM_TTL_MS <= IDENTICAL_POST_WINDOW_MS
//
// The claim of an edit has the same times, but an edit may be repeated more than once:
//
//   EDIT_LIMIT_MS (claim → last request) + STORE_LIMIT_MS < CLAIM_TTL_MS

const MINUTE_MS = 60_000;

/** No request starts later than this after the claim, and no retry later than this after the first request. */
export const SEND_LIMIT_MS = 4 * MINUTE_MS;

/** No request of an edit starts later than this after its claim. */
export const EDIT_LIMIT_MS = 2 * SEND_LIMIT_MS;

/** How long a run tries to store the outcome of a post that may be on LinkedIn: another run must not find it claimed for ever. */
export const STORE_LIMIT_MS = 8 * MINUTE_MS;

/** The claim of another run is active for this long. */
export const CLAIM_TTL_MS = 20 * MINUTE_MS;

/**
 * A claim of the same text that is older than ours by this had its effect before ours. Any other may have made the post that we find.
 */
export const IDENTICAL_POST_WINDOW_MS = 20 * MINUTE_MS;

/** Whether another run may be sending the post now. A claim with a date in the future is active: the clock of its runner is ahead. */
export function isActive(entry: PostEntry, nowMs: number): entry is ClaimedEntry {
  return entry.state === 'sending' && nowMs - Date.parse(entry.claimedAt) < CLAIM_TTL_MS;
}

/** Whether another run may be replacing the text now. */
export function isEditActive({ claimedAt }: Editing, nowMs: number): boolean {
  return nowMs - Date.parse(claimedAt) < CLAIM_TTL_MS;
}

/** `another run (https://…) is sending it; a run after 2026-12-03T09:20:00.000Z would look again` */
export function describeClaim(claimed: ClaimedEntry | Editing): string {
  const { run } = claimed;
  const what =
    'state' in claimed ? 'sending it' : `replacing its text (revision ${claimed.revision})`;
  const until = endOfClaim(claimed);
  return `another run${run === '' ? '' : ` (${run})`} is ${what}; a run after ${until} would look again`;
}

/** When other runs no longer leave the post to the run that claimed it. */
export function endOfClaim({ claimedAt }: Pick<Editing, 'claimedAt'>): string {
  return new Date(Date.parse(claimedAt) + CLAIM_TTL_MS).toISOString();
}

/** The contents by which a post is recognized: what LinkedIn shows or may show, and what a run has seen in its file. */
export function contentsOf(entry: PostEntry): string[] {
  const { content, seen } = entry;
  const sent =
    entry.state === 'posted' && entry.editing !== undefined ? [entry.editing.content] : [];
  return [content, ...sent, ...seen];
}

/** The name of a post that has no file in this run. */
export function entryName({ ids, isFromInputs, isIdGiven }: PostEntry): string {
  return isFromInputs && !isIdGiven ? 'a post from inputs' : quoted(ids.at(-1) ?? '');
}

/** The entries by their keys. A key never changes: it is the first nonce of the post, or the URN that a person gave. */
export type Posts = Map<string, PostEntry>;
/** Changes posts in place. False: there is nothing to write. */
export type PostChange = (posts: Posts) => boolean;

/** Replaces the entry of a key, or removes it if the result is null. The same entry: there is nothing to write. */
export function changeEntry(
  key: string,
  replace: (stored: PostEntry | null, posts: Posts) => PostEntry | null,
): PostChange {
  return (posts) => {
    const stored = posts.get(key) ?? null;
    const entry = replace(stored, posts);
    if (entry === null) posts.delete(key);
    else posts.set(key, entry);
    return entry !== stored;
  };
}

/** A claim that is stored, and what it replaced. */
export interface Claim {
  readonly key: string;
  readonly entry: ClaimedEntry;
  /** Null for a new post. */
  readonly previous: ClaimedEntry | null;
}

/** The claim of an edit that is stored, and what it replaced. */
export interface EditClaim {
  readonly key: string;
  /** With the claim. */
  readonly entry: PostedEntry;
  readonly editing: Editing;
  /** The edit of a lost run, of which LinkedIn may show the text; null without one. */
  readonly previous: Editing | null;
}

export function isClaimed(
  stored: PostEntry | null | undefined,
  claimed: Claim | EditClaim,
): boolean {
  if ('editing' in claimed)
    return stored?.state === 'posted' && stored.editing?.nonce === claimed.editing.nonce;
  return stored?.state === 'sending' && stored.nonce === claimed.entry.nonce;
}

export function withdrawChange(claimed: Claim | EditClaim): PostChange {
  return changeEntry(claimed.key, (stored) => {
    if (!isClaimed(stored, claimed)) return stored;
    if (!('editing' in claimed)) return claimed.previous;
    return stored?.state === 'posted' ? withEditing(stored, claimed.previous) : stored;
  });
}

function withEditing({ editing: _, ...entry }: PostedEntry, claimed: Editing | null): PostedEntry {
  return claimed === null ? entry : { ...entry, editing: claimed };
}

/**
 * `found`: null if the outcome is unknown. Does nothing if another run has taken over the entry. A URN that was recovered makes the
 * post `unknown` if it is, or may become, the URN of another post. Keeps the ids and contents that other runs have added.
 */
export function settleChange(claim: Claim, found: NamedPost | null, updatedAt: string): PostChange {
  return changeEntry(claim.key, (stored, posts) => {
    const entry = stored ?? claim.entry;
    if (entry.state === 'posted' || entry.nonce !== claim.entry.nonce) return stored;
    if (found !== null && !isOfAnother(found, claim, posts))
      return asPosted(entry, found, updatedAt);
    return entry.state === 'unknown' ? stored : { ...entry, state: 'unknown', updatedAt };
  });
}

export type NamedPost = Pick<PostedEntry, 'urn' | 'urnSource'>;

/** The entry of a post that is on LinkedIn, without the claim that it may have. */
export function asPosted(entry: Recognition, named: NamedPost, updatedAt: string): PostedEntry {
  return { ...recognitionSchema.parse(entry), updatedAt, ...named, state: 'posted' };
}

function isOfAnother(
  { urn, urnSource }: NamedPost,
  { key, entry, previous }: Claim,
  posts: Posts,
): boolean {
  if (urnSource !== 'duplicate' && urnSource !== 'lookup') return false;
  return [...posts].some(
    ([other, post]) =>
      other !== key && (hasUrn(post, urn) || isIndistinguishable(post, previous ?? entry)),
  );
}

/** Whether an identical post may have been sent with the claimed one or later. */
export function isIndistinguishable(
  post: PostEntry,
  { content, claimedAt }: ClaimedEntry,
): boolean {
  if (post.state === 'posted' || post.content !== content) return false;
  return Date.parse(post.claimedAt) > Date.parse(claimedAt) - IDENTICAL_POST_WINDOW_MS;
}

export function hasUrn(post: PostEntry | undefined, urn: string | null): boolean {
  return post?.state === 'posted' && post.urn === urn;
}

/** Claims the edit of an entry. The text of a lost edit counts as seen: LinkedIn may have shown it. */
export function claimEdit(key: string, entry: PostedEntry, claimed: Editing): EditClaim {
  const previous = entry.editing ?? null;
  const seen = previous === null ? entry.seen : withSeen(entry, previous.content);
  const next = { ...withEditing(entry, claimed), seen, updatedAt: claimed.claimedAt };
  return { key, entry: next, editing: claimed, previous };
}

/**
 * Stores the text that LinkedIn shows after an edit, and ends its claim. Does nothing if a run has stored this revision, or a greater
 * one, or if another run has taken over the claim.
 */
export function editChange({ key, entry, editing: own }: EditClaim, updatedAt: string): PostChange {
  return changeEntry(key, (stored) => {
    if (stored?.state !== 'posted' || !hasUrn(stored, entry.urn)) return stored;
    if (stored.editing !== undefined && stored.editing.nonce !== own.nonce) return stored;
    if (stored.revision >= own.revision)
      return stored.editing === undefined ? stored : withEditing(stored, null);
    return {
      ...withContent(withEditing(stored, null), own.content),
      revision: own.revision,
      updatedAt,
    };
  });
}

/** Adds the first comment to the post that this run has stored. */
export function commentChange(key: string, urn: string, commentUrn: string): PostChange {
  return changeEntry(key, (stored) =>
    stored?.state === 'posted' && stored.urn === urn && stored.commentUrn !== commentUrn
      ? { ...stored, commentUrn }
      : stored,
  );
}

/** A post of this run, of the author of the entries. */
export interface PostFile extends Pick<WrittenPost, 'file' | 'id' | 'urn' | 'author' | 'revision'> {
  /** The result of `apiBaseOf`. */
  readonly apiUrl: string;
  /** Whether its author chose the id. */
  readonly isIdGiven: boolean;
  /** `contentOf`. Null while the post has errors. */
  readonly content: string | null;
}

/** The entry of a post that was found with this content. */
export function newEntry(
  { file, id, isIdGiven, author, apiUrl, revision }: PostFile,
  content: string,
  now: string,
): Recognition {
  const isFromInputs = file === null;
  return {
    author,
    apiUrl,
    ids: [id],
    isIdGiven,
    isFromInputs,
    content,
    seen: [],
    revision,
    updatedAt: now,
  };
}

/** The entry with the id and the content of its file; the same one if it has both. */
export function withFile<T extends Recognition>(entry: T, post: PostFile, updatedAt: string): T {
  const { file, id, isIdGiven, content } = post;
  // An id that it had before does not become the newest one: a run on an older commit changes nothing.
  const hasId = entry.ids.includes(id);
  const isKnown = content === null || isKnownContent(entry, content);
  if (hasId && isKnown) return entry;
  return {
    ...entry,
    ...(!hasId && {
      ids: [...entry.ids, id].slice(-MAX_KEPT),
      isIdGiven,
      isFromInputs: file === null,
    }),
    seen: isKnown ? entry.seen : withSeen(entry, content),
    updatedAt,
  };
}

function isKnownContent({ content, seen }: Recognition, one: string): boolean {
  return content === one || seen.includes(one);
}

function withSeen(entry: Recognition, content: string): readonly string[] {
  return isKnownContent(entry, content) ? entry.seen : [...entry.seen, content].slice(-MAX_KEPT);
}

/** The entry of a post whose content is sent anew. The former one stays as seen: an earlier attempt may have sent it. */
function withContent<T extends Recognition>(entry: T, content: string): T {
  const seen = [...entry.seen, entry.content].filter((one) => one !== content).slice(-MAX_KEPT);
  return { ...entry, content, seen };
}

/** The entry of a post that is about to be sent with this content, and with the number of its file. `previous`: what it replaces. */
export function claimEntry(
  post: PostFile & { readonly content: string },
  previous: ClaimedEntry | null,
  attempt: z.infer<typeof claim>,
): ClaimedEntry {
  const { content } = post;
  const now = attempt.claimedAt;
  const known = withFile<Recognition>(previous ?? newEntry(post, content, now), post, now);
  const revision = Math.max(known.revision, post.revision);
  const recognized = recognitionSchema.parse(withContent(known, content));
  return { ...recognized, revision, updatedAt: now, state: 'sending', ...attempt };
}
