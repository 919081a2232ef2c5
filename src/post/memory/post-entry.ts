// What is remembered of a post: that it is about to be sent, that it may have been sent, or its URN. Finds it under the id of the
// post, or under the id of a file that has been renamed. Pure.

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
  /** As in the entries of uploads. */
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
    /** Absent when a person gave the URN. */
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
/** How the URN became known. Absent in an entry whose URN a person gave. */
export type UrnSource = NonNullable<PostedEntry['urnSource']>;
/** What is remembered of the first comment. */
export type CommentState = NonNullable<PostedEntry['comment']>;

// The times of a claim on a post or a first comment. No run may take over a claim while its request can still have an effect:
//
//   SEND_LIMIT_MS (claim → first request) + SEND_LIMIT_MS (first request → retry) < CLAIM_TTL_MS
//   WAIT_LIMIT_MS <= CLAIM_TTL_MS <= IDENTICAL_POST_WINDOW_MS

const MINUTE_MS = 60_000;

/** No request starts later than this after the claim, and no retry later than this after the first request. */
export const SEND_LIMIT_MS = 4 * MINUTE_MS;

/** How long one run waits for the claim of another. */
export const WAIT_LIMIT_MS = 6 * MINUTE_MS;

/** The claim of another run is active for this long. */
export const CLAIM_TTL_MS = 10 * MINUTE_MS;

/** Requests of a claim that is older than another by this have had their effect before the other. */
export const IDENTICAL_POST_WINDOW_MS = 10 * MINUTE_MS;

/** The fields that identify an entry. Another API base means another entry. */
export type PostKey = Pick<PostEntry, 'author' | 'apiUrl' | 'id'>;

export function postKeyText({ author, apiUrl, id }: PostKey): string {
  return JSON.stringify([author, apiUrl, id]);
}

export interface FoundEntry {
  readonly entry: PostEntry;
  /** Whether it was remembered under another id. */
  readonly isRenamed: boolean;
  /** The highest attempt number under any name of the file. */
  readonly attempts: number;
}

export interface PostLookup {
  readonly entries: readonly PostEntry[];
  /** Keys (`postKeyText`) of the posts of this run: their ids are still in use, wherever their files are. */
  readonly currentKeys: ReadonlySet<string>;
  /** Whether the post file at this path is still in the workspace, matched or not. */
  fileExists(path: string): boolean;
}

/** A copy is not a rename: the file of the other id must be gone. */
export function findEntry(key: PostKey, digest: string, lookup: PostLookup): FoundEntry | null {
  const ofAuthor = lookup.entries.filter(
    ({ author, apiUrl }) => author === key.author && apiUrl === key.apiUrl,
  );
  const own = ofAuthor.find(({ id }) => id === key.id);
  const renamedFrom = ofAuthor
    .filter(
      (entry) =>
        entry.digest === digest &&
        entry !== own &&
        entry.file !== null &&
        !lookup.fileExists(entry.file) &&
        !lookup.currentKeys.has(postKeyText(entry)),
    )
    .toSorted((a, b) => RANKS[a.state] - RANKS[b.state] || Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  const known = own === undefined ? renamedFrom : [own, ...renamedFrom];
  // Two runs may have sent the file under both of its names.
  const sending = own?.state === 'unknown' ? renamedFrom.find(({ state }) => state === 'sending') : undefined;
  const entry = sending ?? known[0];
  if (entry === undefined) return null;
  // After a post that is on LinkedIn no further attempt is allowed.
  const attempts = known.map((one) => (one.state === 'posted' ? Infinity : one.attempt));
  return { entry, isRenamed: entry !== own, attempts: Math.max(...attempts) };
}

/** A post that is known outranks one that may be on LinkedIn. */
const RANKS = { posted: 0, sending: 1, unknown: 2 } as const;
