// Decides which posts go out, and what happens to the others, before anything is sent: one table of states, in the order of their
// precedence. `planPosts` is pure over the post files, the memory and the time.

import { ActionError, RunError } from '../errors/action-error.ts';
import { formatInstant, pluralize } from '../format.ts';
import { contentOf } from './content.ts';
import { errorAt } from './file/finding.ts';
import { digestId } from './file/inline-post.ts';
import type { WrittenPost } from './file/post.ts';
import { type IdentifiedPost, type Identity, identify } from './identity.ts';
import {
  describeClaim,
  entryName,
  isActive,
  type PostEntry,
  type PostedEntry,
  type Posts,
  type UrnSource,
} from './memory/post-entry.ts';

export type PlanState =
  | 'other-owner'
  | 'known'
  /** The text on LinkedIn is to be replaced. */
  | 'edit'
  /** Another run is sending it now. */
  | 'claimed'
  /** It may be on LinkedIn. `entry` is `unknown`, or an old `sending`, which may be looked up. */
  | 'unknown'
  | 'failed'
  | 'draft'
  | 'expired'
  | 'scheduled'
  | 'due';

/** What the row of a post says. */
export interface PostFacts {
  /** The first one is that of the row. A post that is on LinkedIn may have errors too. */
  readonly errors: readonly ActionError[];
  /** Completes a sentence about the post. Null where the state says it all. */
  readonly reason: string | null;
  /** Completes a sentence about the post. */
  readonly notice: string | null;
  /** A notice that nobody should miss. */
  readonly warning: string | null;
  /** On LinkedIn. */
  readonly urn: string | null;
  /** Null also for a URN that a person gave. */
  readonly urnSource: UrnSource | null;
  readonly commentUrn: string | null;
}

export const NOTHING: PostFacts = {
  errors: [],
  reason: null,
  notice: null,
  warning: null,
  urn: null,
  urnSource: null,
  commentUrn: null,
};

export function factsOf(post: PostFacts): PostFacts {
  const { errors, reason, notice, warning, urn, urnSource, commentUrn } = post;
  return { errors, reason, notice, warning, urn, urnSource, commentUrn };
}

/** The facts are those of its row if nothing is sent. */
export interface PlannedPost extends WrittenPost, Omit<IdentifiedPost, keyof WrittenPost>, PostFacts {
  readonly urn: string | null;
  readonly state: PlanState;
  /** The number of the next attempt, counted from 1, if the post is due. */
  readonly attempt: number;
}

export interface PostPlan {
  /** In the order in which they were collected. */
  readonly posts: readonly PlannedPost[];
  /** Why nothing may be sent. */
  readonly stop: ActionError | null;
  /** When the next scheduled post is due, in epoch milliseconds. */
  readonly nextAtMs: number | null;
  readonly turns: TurnRules;
  /** Decides again about one of the posts, with what is remembered at `nowMs`. */
  decide(post: PlannedPost, posts: Posts, nowMs: number): PlannedPost;
}

export interface TurnRules {
  /** The most posts that the run may send. */
  readonly maxPosts: number;
  /** 0: no limit. */
  readonly maxAgeHours: number;
  /** False if the memory could not be read: then posts of earlier runs look new. */
  readonly isKnown: boolean;
  /** Whether the memory has no post of this author and API base. */
  readonly isMemoryEmpty: boolean;
}

export interface PlanSettings extends Omit<TurnRules, 'isMemoryEmpty'> {
  /** The author of this job. */
  readonly owner: string;
  /** The result of `apiBaseOf`. */
  readonly apiUrl: string;
  /** Whether the workspace has a file at this path, matched or not. */
  fileExists(path: string): boolean;
}

export function planPosts(
  written: readonly WrittenPost[],
  settings: PlanSettings,
  { posts, nowMs }: { readonly posts: Posts; readonly nowMs: number },
): PostPlan {
  const { owner, apiUrl, fileExists } = settings;
  const files = written.map((post) => toFile(post, apiUrl));
  const own = files.filter(({ author }) => author === owner);
  const paths = new Set(written.map(({ file }) => file));
  const ownPosts = (all: Posts) =>
    new Map([...all].filter(([, one]) => one.author === owner && one.apiUrl === apiUrl));
  const decideAll = (all: Posts, now: number) => {
    const identities = identify(own, {
      posts: ownPosts(all),
      isUnmatchedFile: (path) => !paths.has(path) && fileExists(path),
      isActive: (entry) => isActive(entry, now),
    });
    const known = new Map(own.map((file, index) => [file, identities[index] ?? NEW]));
    return files.map((file) => decide(file, known.get(file) ?? null, { ...settings, nowMs: now }));
  };
  const planned = decideAll(posts, nowMs);
  const scheduled = planned.flatMap(({ state, atMs }) => (state === 'scheduled' ? (atMs ?? []) : []));
  const [invalid = null] = planned.flatMap(({ state, errors }) => (state === 'failed' ? errors : []));
  return {
    posts: planned,
    stop: invalid,
    nextAtMs: scheduled.length === 0 ? null : Math.min(...scheduled),
    turns: { ...settings, isMemoryEmpty: ownPosts(posts).size === 0 },
    decide: (post, all, now) => decideAll(all, now)[planned.indexOf(post)] ?? post,
  };
}

const NEW: Identity = { kind: 'new', sentAs: null };

function toFile(post: WrittenPost, apiUrl: string): Undecided {
  const { file, id, author, text, errors } = post;
  const isIdGiven = id !== (file ?? digestId(author, text));
  return { ...post, apiUrl, isIdGiven, content: errors.length > 0 ? null : contentOf(post) };
}

type Undecided = WrittenPost & Pick<PlannedPost, 'apiUrl' | 'isIdGiven' | 'content'>;

interface DecisionContext extends PlanSettings {
  readonly nowMs: number;
}

/** `identity` is null for a post of another author. The first state that applies counts. */
function decide(file: Undecided, identity: Identity | null, context: DecisionContext): PlannedPost {
  const { errors, author, content, resend } = file;
  const post: PlannedPost = { ...file, ...NOTHING, identity: identity ?? NEW, attempt: 1, state: 'due' };
  if (identity === null) {
    const reason = `its owner is ${author}, and this job posts for ${context.owner}`;
    return { ...post, state: 'other-owner', reason };
  }
  if (identity.kind === 'error') {
    const error = errorAt(file, 'POST_KEY', { ...identity, isSentence: true });
    return { ...post, state: 'failed', errors: [error, ...errors] };
  }
  if (identity.kind === 'by-hand')
    return content === null
      ? { ...post, state: 'failed', errors }
      : { ...post, state: 'known', urn: identity.urn, reason: BY_HAND };
  if (identity.kind === 'new') return decideUnsent({ ...post, errors }, context);
  const { entry } = identity;
  const warning = copyWarning(identity);
  if (entry.state === 'posted' || (identity.kind === 'own' && identity.urn !== null))
    return decideKnown({ ...post, errors, warning }, identity);
  if (isActive(entry, context.nowMs)) {
    const claim = describeClaim(entry);
    const claimed = [new RunError('POST_CLAIMED', `not sent: ${claim}`)];
    return { ...post, state: 'claimed', errors: claimed, notice: `waits: ${claim}` };
  }
  const mayResend = identity.kind === 'own' && entry.attempt <= resend;
  const again = mayResend ? decideUnsent({ ...post, errors, attempt: entry.attempt + 1 }, context) : null;
  if (again?.state === 'due') return again;
  const unknown = unknownAttemptError(entry, again?.reason ?? null);
  return { ...post, warning, state: 'unknown', errors: [unknown, ...(again?.errors ?? [])] };
}

/** The post of this run, or of an earlier one, may be on LinkedIn. */
export function unknownError(why: string, cause?: ActionError): ActionError {
  return new ActionError('POST_UNKNOWN', `the post may be on LinkedIn: ${why}`, { cause });
}

/** `waits`: why a person's `resend` does not send it now. */
export function unknownAttemptError(
  { attempt, claimedAt, run }: Exclude<PostEntry, PostedEntry>,
  waits: string | null,
): ActionError {
  const tried = `attempt ${attempt} of ${claimedAt}${run === '' ? '' : ` (${run})`}`;
  const rest = waits === null ? '' : `; it is not sent again now: ${waits}`;
  return unknownError(`the outcome of ${tried} is unknown${rest}`);
}

const BY_HAND = 'its file names its URN';
const CHANGED = 'has changed since it was posted; nothing is sent';
const UNEDITABLE =
  'has a greater `revision`, but nothing is sent: the post is a draft, or known only by an activity, which LinkedIn does not edit';

/** A published post is history: whatever its file looks like now, it stops nothing. */
function decideKnown(post: PlannedPost, identity: KnownIdentity): PlannedPost {
  const { entry } = identity;
  const { revision, draft, content, errors } = post;
  const [error] = errors;
  const stored = entry.state === 'posted' ? entry : null;
  const { urn = null, urnSource = null, commentUrn = null } = stored ?? {};
  const known = { ...post, state: 'known', errors: [], urn, urnSource, commentUrn } as const;
  if (identity.kind === 'copy') return { ...known, reason: 'its text was posted from another file' };
  if (identity.urn !== null) {
    const notice = urn === null ? null : `has another \`urn\` than is remembered for it, which was ${urn}`;
    return { ...post, ...NOTHING, state: 'known', urn: identity.urn, reason: BY_HAND, notice };
  }
  const reason = identity.isRenamed ? `it was posted as ${entryName(entry)}` : 'it was posted earlier';
  if (revision > entry.revision) {
    if (draft || !EDITABLE_URN.test(urn ?? '')) return { ...known, reason, notice: UNEDITABLE };
    // The media stay as they are, so what is wrong with them does not matter.
    const wrong = errors.filter(({ code }) => code === 'POST_KEY' || code === 'POST_TEXT');
    if (wrong.length > 0) return { ...post, state: 'failed', errors: wrong };
    const edit = `the text will be replaced (revision ${revision}); ${UNEDITED}`;
    return { ...known, state: 'edit', reason: edit };
  }
  if (error !== undefined)
    return { ...known, reason, notice: `was posted, so an error in it stops nothing: ${error.message}` };
  if (content === entry.content) return { ...known, reason };
  const another = `${post.isIdGiven ? 'another' : 'an'} \`id\` makes another post`;
  // The inputs have no `revision`.
  const edit = post.file === null ? '' : 'a greater `revision` replaces the text on LinkedIn, and ';
  return { ...known, reason, notice: `${CHANGED}: ${edit}${another}` };
}

/** Completes a sentence about an edit. */
export const UNEDITED =
  'pictures, alternative texts, title, link, poll, visibility and comment stay as they were published';

const EDITABLE_URN = /^urn:li:(?:share|ugcPost):/;

function copyWarning(identity: KnownIdentity): string | null {
  if (identity.kind === 'own') return null;
  const { original, isEdit, entry } = identity;
  const has = entry.state === 'posted' ? 'has' : 'may have';
  return isEdit
    ? `is not sent: its text counts as an edit of ${original}; an \`id\` makes it another post`
    : `is not sent: it has the text of ${original}, and LinkedIn ${has} that; another text makes it another post`;
}

type KnownIdentity = Extract<Identity, { kind: 'own' | 'copy' }>;

/** Decides about a post that nobody has sent, or that may be sent again. */
function decideUnsent(post: PlannedPost, { nowMs, maxAgeHours }: DecisionContext): PlannedPost {
  const { identity, draft, at, atMs } = post;
  if (post.errors.length > 0) return { ...post, state: 'failed' };
  if (draft) return { ...post, state: 'draft', reason: 'it is a draft (`draft: true`)' };
  if (atMs !== null && maxAgeHours > 0 && nowMs - atMs > maxAgeHours * HOUR_MS) {
    const reason = `it was due on ${formatInstant(at ?? '')}, more than ${pluralize(maxAgeHours, 'hour')} ago (\`max-age-hours\`)`;
    return { ...post, state: 'expired', reason };
  }
  const sentAs = identity.kind === 'new' ? identity.sentAs : null;
  const warning =
    sentAs === null ? null : `has the text of the post with the id ${sentAs}, and counts as another post`;
  if (atMs !== null && atMs > nowMs) {
    const reason = `it is due on ${formatInstant(at ?? '')}, and the first run after that publishes it`;
    return { ...post, state: 'scheduled', reason, warning };
  }
  return { ...post, state: 'due', warning };
}

export const HOUR_MS = 3_600_000;

/** The highest value of the input `max-posts`. */
export const MOST_POSTS = 50;

/** The entry of a post in the memory; null without one. */
export function entryOf({ identity }: PlannedPost): PostEntry | null {
  return 'entry' in identity ? identity.entry : null;
}
