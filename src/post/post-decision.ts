// The state of one valid post of this job, in the order of precedence: known, unknown, draft, expired, scheduled, due. And its
// entry in the memory, under its id or under that of a file that has been renamed. Pure.

import { ActionError } from '../errors/action-error.ts';
import { formatInstant, pluralize } from '../format.ts';
import type { Post } from './file/post.ts';
import { CLAIM_TTL_MS, type PostEntry, type PostedEntry } from './memory/post-entry.ts';
import { type CurrentPost, hasGivenId, isCopied, type PostLookup } from './renames.ts';

type PlanState =
  | 'failed'
  | 'other-owner'
  | 'known'
  /** It may be on LinkedIn. `entry` is `unknown`, or an old `sending`, which may be looked up. */
  | 'unknown'
  /** Another run is sending it now. */
  | 'sending'
  | 'draft'
  | 'expired'
  | 'scheduled'
  | 'due';

export interface PostDecision {
  readonly state: PlanState;
  /** Completes a sentence about the post file. Null where the state says it all. */
  readonly reason: string | null;
  readonly errors: readonly ActionError[];
  /** Completes a sentence about the post file. */
  readonly notice: string | null;
  /** The entry in the memory. A claim is made only if it is still the same. */
  readonly entry: PostEntry | null;
  /** The number of the next attempt, counted from 1, if the post is due. */
  readonly attempt: number;
  /** The run that made the first comment of a known post did not store its outcome. */
  readonly isCommentLost: boolean;
  /** The entry that the memory lacks. */
  readonly toRemember: PostEntry | null;
}

/** A decision about a post of which nothing is remembered. */
export const UNDECIDED = {
  reason: null,
  errors: [],
  notice: null,
  entry: null,
  attempt: 1,
  isCommentLost: false,
  toRemember: null,
} as const;

const HOUR_MS = 3_600_000;

export interface DecisionSettings {
  /** The result of `apiBaseOf`. */
  readonly apiUrl: string;
  readonly nowMs: number;
  /** 0: no limit. */
  readonly maxAgeHours: number;
}

interface Facts {
  readonly post: Post;
  readonly digest: string;
  readonly found: FoundEntry | null;
  /** Another post file for which the URN in this file is remembered. */
  readonly urnHolder: string | null;
}

export function decideState(facts: Facts, settings: DecisionSettings): PostDecision {
  const { post, found } = facts;
  const { nowMs } = settings;
  if (post.urn !== null) return publishedByHand(post.urn, facts, settings);
  if (found === null) return decideUnsent(post, settings, { attempt: 1, entry: null });
  const { entry, isRenamed, attempts } = found;
  if (entry.state === 'posted') return alreadyPosted(entry, facts, nowMs);
  if (entry.state === 'sending' && isActive(entry, nowMs))
    return { ...UNDECIDED, state: 'sending', reason: `another run is sending it${runText(entry)}`, entry };
  if (attempts <= post.resend) return decideUnsent(post, settings, { attempt: attempts + 1, entry });
  const toRemember = isRenamed ? asUnknown(entry, post, nowMs) : null;
  return { ...UNDECIDED, state: 'unknown', errors: [unknownError(entry)], entry, toRemember };
}

export function unknownError(entry: UnsettledEntry): ActionError {
  const tried = `attempt ${entry.attempt} of ${entry.claimedAt}${runText(entry)}`;
  const message = `the post may be on LinkedIn: the outcome of ${tried} is unknown`;
  return new ActionError('POST_UNKNOWN', message);
}

/** The entry under the new id of a renamed post, for a claim that stays open: a later edit of the text must not make it new. */
export function asUnknown(entry: UnsettledEntry, post: Pick<Post, 'id' | 'file'>, nowMs: number): PostEntry {
  return renamed({ ...entry, state: 'unknown' }, post, nowMs);
}

type UnsettledEntry = Exclude<PostEntry, PostedEntry>;

function runText({ run }: { readonly run: string }): string {
  return run === '' ? '' : ` (${run})`;
}

/** A claim with a date in the future is active: the clock of its runner is ahead. */
function isActive({ claimedAt }: { readonly claimedAt: string }, nowMs: number): boolean {
  return nowMs - Date.parse(claimedAt) < CLAIM_TTL_MS;
}

function renamed<T extends PostEntry>(entry: T, { id, file }: Pick<Post, 'id' | 'file'>, nowMs: number): T {
  return { ...entry, id, file, updatedAt: new Date(nowMs).toISOString() };
}

/** The URN in the file outranks the memory: a person has looked. Nothing is sent, so no comment either. */
function publishedByHand(urn: string, facts: Facts, { apiUrl, nowMs }: DecisionSettings): PostDecision {
  const { post, digest, found } = facts;
  const entry = found?.entry ?? null;
  const known = { ...UNDECIDED, state: 'known', reason: 'its file names its URN', entry } as const;
  if (entry?.state === 'posted' && entry.urn === urn && found?.isRenamed === false)
    return { ...known, notice: changeNotice(entry, facts) };
  const { id, file, author } = post;
  const updatedAt = new Date(nowMs).toISOString();
  return {
    ...known,
    notice: urnNotice(urn, facts),
    toRemember: { id, author, apiUrl, file, digest, updatedAt, state: 'posted', urn },
  };
}

function urnNotice(urn: string, { found, urnHolder }: Facts): string | null {
  if (urnHolder !== null)
    return `has the \`urn\` that is remembered for ${urnHolder}; if that is another post, give it an \`id\` of its own`;
  const replaced = found?.isRenamed === false && found.entry.state === 'posted' ? found.entry.urn : urn;
  return replaced === urn ? null : `has another \`urn\` than is remembered for it, which was ${replaced}`;
}

function alreadyPosted(entry: PostedEntry, facts: Facts, nowMs: number): PostDecision {
  const { post, found } = facts;
  const isOtherId =
    found?.isRenamed === true && (entry.file === post.file || (hasGivenId(entry) && hasGivenId(post)));
  const notice = isOtherId ? OTHER_ID : changeNotice(entry, facts);
  const isCommentLost = entry.comment?.state === 'sending' && !isActive(entry.comment, nowMs);
  const about = { ...UNDECIDED, state: 'known', entry, notice, isCommentLost } as const;
  // The loss of the comment is stored, so that only one run warns.
  const known: PostedEntry = isCommentLost ? { ...entry, comment: { state: 'unknown' } } : entry;
  if (found?.isRenamed) {
    const name = isOtherId ? entry.id : entry.file;
    return {
      ...about,
      reason: `it was posted as ${name}, with the same text, media, link and time`,
      toRemember: renamed(known, post, nowMs),
    };
  }
  // A file may take over the id of a post from inputs, and get another one later.
  const isNewFile = entry.file === null && post.file !== null;
  const toRemember = isCommentLost || isNewFile ? renamed(known, post, nowMs) : null;
  return { ...about, reason: 'it was posted earlier', toRemember };
}

const OTHER_ID =
  'counts as the post that it was under its former `id`; to post the same text once more, add another file';

function changeNotice(entry: PostedEntry, { digest, found }: Facts): string | null {
  if (entry.digest === digest) return null;
  const movedTo = found?.movedTo ?? null;
  return movedTo === null
    ? 'has changed since it was posted; nothing is sent: edit the post on LinkedIn, or give another post an `id` of its own'
    : `is not sent, because a post was published under its id that is now in ${movedTo}; rename it, or give it an \`id\` of its own`;
}

/** Decides about a post that nobody has sent, or that may be sent again. */
function decideUnsent(
  { draft, at, atMs }: Post,
  { nowMs, maxAgeHours }: DecisionSettings,
  next: Pick<PostDecision, 'attempt' | 'entry'>,
): PostDecision {
  const decision = { ...UNDECIDED, ...next };
  if (draft) return { ...decision, state: 'draft', reason: 'it is a draft (`draft: true`)' };
  if (atMs !== null && maxAgeHours > 0 && nowMs - atMs > maxAgeHours * HOUR_MS) {
    const reason = `it was due on ${formatInstant(at ?? '')}, more than ${pluralize(maxAgeHours, 'hour')} ago (\`max-age-hours\`)`;
    return { ...decision, state: 'expired', reason };
  }
  if (atMs !== null && atMs > nowMs) {
    const reason = `it is due on ${formatInstant(at ?? '')}, and the first run after that publishes it`;
    return { ...decision, state: 'scheduled', reason };
  }
  return { ...decision, state: 'due' };
}

export interface FoundEntry {
  readonly entry: PostEntry;
  /** Whether it was remembered under another id. */
  readonly isRenamed: boolean;
  /** The highest attempt number under any name of the file. */
  readonly attempts: number;
  /** The file of another post of this run that has the content which was published under this id; else null. */
  readonly movedTo: string | null;
}

/** A post from inputs is never a renamed file, and a file is never a renamed post from inputs. */
export function findEntry(key: CurrentPost, lookup: PostLookup): FoundEntry | null {
  const ofAuthor = lookup.entries.filter(
    ({ author, apiUrl }) => author === key.author && apiUrl === key.apiUrl,
  );
  const own = ofAuthor.find(({ id }) => id === key.id);
  const sameContent = ofAuthor.filter(
    (entry) => entry.digest === key.digest && entry !== own && entry.file !== null && key.file !== null,
  );
  // A file that is remembered itself was not renamed since: earlier posts of other files are not its own.
  const here = sameContent.filter(({ file }) => file === key.file);
  const renamedFrom = (here.length > 0 ? here : sameContent)
    .filter((entry) => !isCopied(entry, key, lookup))
    .toSorted((a, b) => RANKS[a.state] - RANKS[b.state] || Date.parse(b.updatedAt) - Date.parse(a.updatedAt));
  const known = own === undefined ? renamedFrom : [own, ...renamedFrom];
  // Two runs may have sent the file under both of its names.
  const better = own?.state === 'unknown' ? renamedFrom.find(({ state }) => state !== 'unknown') : undefined;
  const entry = better ?? known[0];
  if (entry === undefined) return null;
  // After a post that is on LinkedIn no further attempt is allowed.
  const attempts = known.map((one) => (one.state === 'posted' ? Infinity : one.attempt));
  const isMoved = entry === own && own.digest !== key.digest;
  const movedTo = isMoved ? (lookup.current.find(({ digest }) => digest === own.digest)?.file ?? null) : null;
  return { entry, isRenamed: entry !== own, attempts: Math.max(...attempts), movedTo };
}

/** A post that is known outranks one that may be on LinkedIn. */
const RANKS = { posted: 0, sending: 1, unknown: 2 } as const;
