// Decides which posts go out, and what happens to the others, before anything is sent: one table of states, in the order of their
// precedence. `planPosts` is pure over the post files, the memory and the time.

import { ActionError } from '../errors/action-error.ts';
import { formatInstant, pluralize } from '../format.ts';
import { existsExactly } from '../media/find/workspace.ts';
import { apiBaseOf } from '../memory/upload-entry.ts';
import { contentOf } from './content.ts';
import { digestId } from './file/inline-post.ts';
import type { WrittenPost } from './file/post.ts';
import { type IdentifiedPost, type Identity, identify } from './identity.ts';
import { describeClaim, entryName, isActive, type PostEntry, type Posts } from './memory/post-entry.ts';

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

/** `errors`: why it does not go out; a post that is known has none. */
export interface PlannedPost extends WrittenPost, Omit<IdentifiedPost, keyof WrittenPost> {
  readonly state: PlanState;
  /** Completes a sentence about the post file. Null where the state says it all. */
  readonly reason: string | null;
  /** Completes a sentence about the post file. */
  readonly notice: string | null;
  /** A notice that the author should not miss. */
  readonly warning: string | null;
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

export interface PostPlanSettings {
  /** The author of this job. */
  readonly owner: string;
  /** The result of `apiBaseOf`. */
  readonly apiUrl: string;
  /** 0: no limit. */
  readonly maxAgeHours: number;
  /** The most posts that the run may send. */
  readonly maxPosts: number;
}

interface Workspace {
  /** Whether the workspace has a file at this path, matched or not. */
  fileExists(path: string): boolean;
}

interface PlanInputs {
  readonly mode: string;
  readonly owner: string;
  readonly apiUrl: URL;
  readonly maxPosts: number;
  readonly maxAgeHours: number;
  readonly workspace: string;
}

/** The memory of earlier runs. */
interface EarlierPosts {
  readonly memory: { epochMs(): number };
  readonly posts: { entries(): Posts };
  /** Why it could not be read. */
  readonly error: ActionError | null;
}

/** A run that publishes without its memory sends nothing. A simulation sends all. */
export function planPostsOfRun(
  posts: readonly WrittenPost[],
  { memory, posts: earlier, error }: EarlierPosts,
  { mode, owner, apiUrl, maxPosts, maxAgeHours, workspace }: PlanInputs,
): PostPlan {
  const settings = {
    ...{ owner, maxAgeHours, apiUrl: apiBaseOf(apiUrl) },
    maxPosts: mode === 'simulate' ? Number.POSITIVE_INFINITY : maxPosts,
  };
  const fileExists = (file: string) => existsExactly(workspace, file);
  const plan = planPosts(posts, settings, {
    ...{ fileExists, posts: earlier.entries(), nowMs: memory.epochMs() },
    isKnown: error === null,
  });
  return error === null || mode === 'plan' ? plan : { ...plan, stop: error };
}

interface PlanContext extends Workspace {
  readonly posts: Posts;
  readonly nowMs: number;
  /** False if the memory could not be read: then posts of earlier runs look new. */
  readonly isKnown: boolean;
}

export function planPosts(
  written: readonly WrittenPost[],
  settings: PostPlanSettings,
  { posts, nowMs, isKnown, fileExists }: PlanContext,
): PostPlan {
  const { owner, apiUrl } = settings;
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
    turns: { ...settings, isKnown, isMemoryEmpty: ownPosts(posts).size === 0 },
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

interface DecisionContext extends PostPlanSettings {
  readonly nowMs: number;
}

const NOTHING = { reason: null, notice: null, warning: null, attempt: 1 } as const;

/** `identity` is null for a post of another author. The first state that applies counts. */
function decide(file: Undecided, identity: Identity | null, context: DecisionContext): PlannedPost {
  const { owner, nowMs } = context;
  const post: PlannedPost = { ...file, ...NOTHING, identity: identity ?? NEW, state: 'due' };
  if (identity === null) {
    const reason = `its owner is ${file.author}, and this job posts for ${owner}`;
    return { ...post, state: 'other-owner', errors: [], reason };
  }
  if (identity.kind === 'error')
    return { ...post, state: 'failed', errors: [identityError(file, identity), ...file.errors] };
  if (identity.kind === 'by-hand')
    return file.content === null
      ? { ...post, state: 'failed' }
      : { ...post, state: 'known', reason: BY_HAND };
  if (identity.kind === 'new') return decideUnsent(post, context);
  const { entry } = identity;
  const urn = identity.kind === 'own' ? identity.urn : null;
  if (urn !== null || entry.state === 'posted') return decideKnown(post, identity);
  if (isActive(entry, nowMs)) return { ...post, state: 'claimed', errors: [], reason: describeClaim(entry) };
  const mayResend = identity.kind === 'own' && entry.attempt <= file.resend;
  const again = mayResend ? decideUnsent({ ...post, attempt: entry.attempt + 1 }, context) : null;
  if (again?.state === 'due') return again;
  const errors = [unknownAttemptError(entry, again?.reason ?? null), ...(again?.errors ?? [])];
  return { ...post, ...copyWarning(identity), state: 'unknown', errors };
}

/** Why the post may be on LinkedIn. `waits`: why a person's `resend` does not send it now. */
export function unknownAttemptError(
  { attempt, claimedAt, run }: Extract<PostEntry, { state: 'sending' | 'unknown' }>,
  waits: string | null,
): ActionError {
  const tried = `attempt ${attempt} of ${claimedAt}${run === '' ? '' : ` (${run})`}`;
  const rest = waits === null ? '' : `; it is not sent again now: ${waits}`;
  const message = `the post may be on LinkedIn: the outcome of ${tried} is unknown${rest}`;
  return new ActionError('POST_UNKNOWN', message);
}

const BY_HAND = 'its file names its URN';
const CHANGED = 'has changed since it was posted; nothing is sent';
const UNEDITABLE =
  'has a greater `revision`, but nothing is sent: the post is a draft, or known only by an activity, which LinkedIn does not edit';

/** A published post is history: whatever its file looks like now, it stops nothing. */
function decideKnown(post: PlannedPost, identity: Extract<Identity, { kind: 'own' | 'copy' }>): PlannedPost {
  const { entry } = identity;
  const known = { ...post, state: 'known', errors: [] } as const;
  if (identity.kind === 'copy') return { ...known, ...copyWarning(identity), reason: COPY };
  if (identity.urn !== null) {
    const isReplaced = entry.state === 'posted';
    const notice = isReplaced
      ? `has another \`urn\` than is remembered for it, which was ${entry.urn}`
      : null;
    return { ...known, reason: BY_HAND, notice };
  }
  const reason = identity.isRenamed ? `it was posted as ${entryName(entry)}` : 'it was posted earlier';
  if (post.revision > entry.revision)
    return decideEdit(post, entry) ?? { ...known, reason, notice: UNEDITABLE };
  const [error] = post.errors;
  if (error !== undefined)
    return { ...known, reason, notice: `was posted, so an error in it stops nothing: ${error.message}` };
  if (post.content === entry.content) return { ...known, reason };
  const another = `${post.isIdGiven ? 'another' : 'an'} \`id\` makes another post`;
  // The inputs have no `revision`.
  const edit = post.file === null ? '' : 'a greater `revision` replaces the text on LinkedIn, and ';
  return { ...known, reason, notice: `${CHANGED}: ${edit}${another}` };
}

/** Null for a post that is not edited. Its media stay as they are, so what is wrong with them does not matter. */
function decideEdit(post: PlannedPost, entry: PostEntry): PlannedPost | null {
  const { revision, draft } = post;
  if (entry.state !== 'posted' || !EDITABLE_URN.test(entry.urn) || draft) return null;
  const errors = post.errors.filter(({ code }) => code === 'POST_KEY' || code === 'POST_TEXT');
  if (errors.length > 0) return { ...post, state: 'failed', errors };
  const reason = `the text will be replaced (revision ${revision}); ${UNEDITED}`;
  return { ...post, state: 'edit', errors, reason };
}

/** Completes a sentence about an edit. */
export const UNEDITED =
  'pictures, alternative texts, title, link, poll, visibility and comment stay as they were published';

const EDITABLE_URN = /^urn:li:(?:share|ugcPost):/;

const COPY = 'its text was posted from another file';

function copyWarning(identity: Extract<Identity, { kind: 'own' | 'copy' }>): { warning: string | null } {
  if (identity.kind === 'own') return { warning: null };
  const { original, isEdit, entry } = identity;
  const has = entry.state === 'posted' ? 'has' : 'may have';
  return {
    warning: isEdit
      ? `is not sent: its text counts as an edit of ${original}; an \`id\` makes it another post`
      : `is not sent: it has the text of ${original}, and LinkedIn ${has} that; another text makes it another post`,
  };
}

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

function identityError(
  { file, lineOf, errorAt }: WrittenPost,
  { path, problem }: Extract<Identity, { kind: 'error' }>,
): ActionError {
  if (file === null) return errorAt({ code: 'POST_KEY', path, problem, isSentence: true });
  return new ActionError('POST_KEY', problem, { subject: { file, line: lineOf({ path }) ?? 1 } });
}

export interface TurnRules {
  readonly maxPosts: number;
  readonly maxAgeHours: number;
  /** False if the memory could not be read: then posts of earlier runs look new. */
  readonly isKnown: boolean;
  /** Whether the memory has no post of this author and API base. */
  readonly isMemoryEmpty: boolean;
}

/** The highest value of the input `max-posts`. */
export const MOST_POSTS = 50;

/** The entry of a post in the memory; null without one. */
export function entryOf({ identity }: PlannedPost): PostEntry | null {
  return 'entry' in identity ? identity.entry : null;
}
