// Decides which posts go out, and what happens to the others, before anything is sent: one table of states, in the order of their
// precedence. `planPosts` is pure over the post files, the memory and the time.

import { ActionError, InputError } from '../errors/action-error.ts';
import { formatFirst, formatInstant, pluralize } from '../format.ts';
import { existsExactly } from '../media/find/workspace.ts';
import { apiBaseOf } from '../memory/upload-entry.ts';
import { contentOf } from './content.ts';
import { digestId } from './file/inline-post.ts';
import { postName, type WrittenPost } from './file/post.ts';
import { type Identity, identify, learn, type PostFile } from './identity.ts';
import { CLAIM_TTL_MS, entryName, isActive, type PostEntry, type Posts } from './memory/post-entry.ts';

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

export interface PlannedPost {
  readonly written: WrittenPost;
  /** `digestPost`. Null when there are errors. */
  readonly content: string | null;
  readonly isIdGiven: boolean;
  /** The key `revision`, as far as it can be read. */
  readonly revision: number;
  readonly identity: Identity;
  readonly state: PlanState;
  /** Completes a sentence about the post file. Null where the state says it all. */
  readonly reason: string | null;
  readonly errors: readonly ActionError[];
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
  decide(written: WrittenPost, posts: Posts, nowMs: number): PlannedPost;
  /**
   * Adds to `posts` the ids and contents of the posts that this run has recognized, and the URNs that a person gave. False: nothing
   * is new.
   */
  remember(recognized: readonly PlannedPost[], posts: Posts, nowMs: number): boolean;
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
  readonly planSettings: Pick<PostPlanSettings, 'owner'>;
  readonly connect: { readonly apiUrl: URL };
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
  { mode, planSettings: { owner }, connect, maxPosts, maxAgeHours, workspace }: PlanInputs,
): PostPlan {
  const settings = {
    ...{ owner, maxAgeHours, apiUrl: apiBaseOf(connect.apiUrl) },
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
  const files = toFiles(written, owner);
  const paths = new Set(written.map(({ file }) => file));
  const ownPosts = (all: Posts) =>
    new Map([...all].filter(([, one]) => one.author === owner && one.apiUrl === apiUrl));
  const identitiesOf = (all: Posts, now: number) => {
    const identities = identify([...files.values()], {
      posts: ownPosts(all),
      isUnmatchedFile: (path) => !paths.has(path) && fileExists(path),
      isActive: (entry) => isActive(entry, now),
    });
    return new Map([...files.keys()].map((one, index) => [one, identities[index] ?? NEW]));
  };
  const identities = identitiesOf(posts, nowMs);
  const planned = written.map((one) =>
    decide(one, identities.get(one) ?? null, { ...settings, nowMs, files }),
  );
  const scheduled = planned.flatMap(({ state, written: { post } }) =>
    state === 'scheduled' ? [post?.atMs ?? 0] : [],
  );
  const [invalid = null] = planned.flatMap(({ state, errors }) => (state === 'failed' ? errors : []));
  return {
    posts: planned,
    stop: invalid,
    nextAtMs: scheduled.length === 0 ? null : Math.min(...scheduled),
    turns: { ...settings, isKnown, isMemoryEmpty: ownPosts(posts).size === 0 },
    decide: (one, all, now) =>
      decide(one, identitiesOf(all, now).get(one) ?? null, { ...settings, nowMs: now, files }),
    remember: (recognized, all, now) => {
      const time = new Date(now).toISOString();
      const changes = recognized.map(({ written: { file, id }, ...post }) =>
        learn(post.identity, { ...post, file, id, author: owner, apiUrl }, { posts: all, now: time }),
      );
      return changes.includes(true);
    },
  };
}

const NEW: Identity = { kind: 'new', sentAs: null };

/** The posts of this job. */
function toFiles(posts: readonly WrittenPost[], owner: string): ReadonlyMap<WrittenPost, PostFile> {
  const own = posts.filter(({ author }) => author === owner);
  return new Map(
    own.map((written): [WrittenPost, PostFile] => {
      const { file, id, author, text, post, errors } = written;
      const isIdGiven = id !== (file ?? digestId(author, text));
      const content = post === null || errors.length > 0 ? null : contentOf(written, post);
      return [written, { file, id, isIdGiven, content, urn: post?.urn ?? null }];
    }),
  );
}

interface DecisionContext extends PostPlanSettings {
  readonly nowMs: number;
  readonly files: ReadonlyMap<WrittenPost, PostFile>;
}

const NOTHING = { reason: null, errors: [], notice: null, warning: null, attempt: 1 } as const;

/** `identity` is null for a post of another author. The first state that applies counts. */
function decide(written: WrittenPost, identity: Identity | null, context: DecisionContext): PlannedPost {
  const { owner, nowMs, files } = context;
  const { content = null, isIdGiven = false } = files.get(written) ?? {};
  const post: PlannedPost = {
    ...{ ...NOTHING, written, content, isIdGiven, revision: revisionOf(written), identity: identity ?? NEW },
    state: 'due',
  };
  if (identity === null)
    return {
      ...post,
      state: 'other-owner',
      reason: `its owner is ${written.author}, and this job posts for ${owner}`,
    };
  if (identity.kind === 'error')
    return { ...post, state: 'failed', errors: [identityError(written, identity), ...written.errors] };
  if (identity.kind === 'by-hand') {
    if (content === null) return { ...post, state: 'failed', errors: written.errors };
    return { ...post, state: 'known', reason: BY_HAND };
  }
  if (identity.kind === 'new') return decideUnsent(post, context);
  const { entry } = identity;
  const urn = identity.kind === 'own' ? identity.urn : null;
  if (urn !== null || entry.state === 'posted') return decideKnown(post, identity);
  const run = entry.run === '' ? '' : ` (${entry.run})`;
  if (isActive(entry, nowMs)) {
    const until = new Date(Date.parse(entry.claimedAt) + CLAIM_TTL_MS).toISOString();
    const reason = `another run${run} is sending it; a run after ${until} would look again`;
    return { ...post, state: 'claimed', reason };
  }
  const resend = written.post?.resend ?? 0;
  if (identity.kind === 'own' && entry.attempt <= resend)
    return decideUnsent({ ...post, attempt: entry.attempt + 1 }, context);
  const tried = `attempt ${entry.attempt} of ${entry.claimedAt}${run}`;
  const message = `the post may be on LinkedIn: the outcome of ${tried} is unknown`;
  return {
    ...post,
    ...copyWarning(identity),
    state: 'unknown',
    errors: [new ActionError('POST_UNKNOWN', message)],
  };
}

const BY_HAND = 'its file names its URN';
const CHANGED =
  'has changed since it was posted; nothing is sent: a greater `revision` replaces the text on LinkedIn, and an `id` makes another post';
const UNEDITABLE =
  'has a greater `revision`, but nothing is sent: the post is a draft, or known only by an activity, which LinkedIn does not edit';

/** A published post is history: whatever its file looks like now, it stops nothing. */
function decideKnown(post: PlannedPost, identity: Extract<Identity, { kind: 'own' | 'copy' }>): PlannedPost {
  const { entry } = identity;
  const { written, content } = post;
  const known = { ...post, state: 'known' } as const;
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
  const [error] = written.errors;
  if (error !== undefined)
    return { ...known, reason, notice: `was posted, so an error in it stops nothing: ${error.message}` };
  return { ...known, reason, notice: content === entry.content ? null : CHANGED };
}

/** Null for a post that is not edited. Its media stay as they are, so what is wrong with them does not matter. */
function decideEdit(post: PlannedPost, entry: PostEntry): PlannedPost | null {
  const { written, revision } = post;
  const { errors } = written;
  const textErrors = errors.filter(({ code }) => code === 'POST_KEY' || code === 'POST_TEXT');
  if (textErrors.length > 0) return { ...post, state: 'failed', errors: textErrors };
  const isEditable = entry.state === 'posted' && EDITABLE_URN.test(entry.urn);
  if (!isEditable || (written.post ?? written.readable)?.draft === true) return null;
  return { ...post, state: 'edit', reason: `the text will be replaced (revision ${revision})` };
}

const EDITABLE_URN = /^urn:li:(?:share|ugcPost):/;

function revisionOf({ post, readable }: WrittenPost): number {
  return (post ?? readable)?.revision ?? 0;
}

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
  const { written, identity } = post;
  if (written.post === null || written.errors.length > 0)
    return { ...post, state: 'failed', errors: written.errors };
  const { draft, at, atMs } = written.post;
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

const HOUR_MS = 3_600_000;

function identityError(
  written: WrittenPost,
  { path, problem }: Extract<Identity, { kind: 'error' }>,
): ActionError {
  const { file, lineOf, errorAt } = written;
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

/** In the order of their turns: posts without `at` first, by path; then the earliest. */
export function inTurn(due: readonly PlannedPost[]): PlannedPost[] {
  const atOf = ({ written: { post } }: PlannedPost) => post?.atMs ?? Number.NEGATIVE_INFINITY;
  return due.toSorted((a, b) => (atOf(a) === atOf(b) ? 0 : atOf(a) - atOf(b)));
}

/** Why none of the posts that are due may go out; null if they may, or if only some must wait. */
export function excessError(due: readonly PlannedPost[], rules: TurnRules): ActionError | null {
  const { maxPosts, maxAgeHours, isKnown, isMemoryEmpty } = rules;
  if (!isKnown || due.length <= maxPosts) return null;
  const undated = due.filter(({ written: { post } }) => post?.atMs === null);
  const cause =
    undated.length > maxPosts
      ? { posts: undated, why: 'without `at` are due' }
      : isMemoryEmpty
        ? { posts: due, why: 'are due, and the memory has no post yet' }
        : maxAgeHours === 0
          ? { posts: due, why: 'are due, and with `max-age-hours: 0` none expires' }
          : null;
  if (cause === null) return null;
  const { posts, why } = cause;
  const names = formatFirst(
    posts.map(({ written }) => postName(written)),
    MAX_NAMES,
  );
  const all = posts.length > MOST_POSTS ? '' : `set it to ${posts.length} to post all of them, or `;
  const problem = `is ${maxPosts}, but ${pluralize(posts.length, 'post')} ${why}: ${names}; ${all}keep some back with \`draft: true\` or a later \`at\``;
  return new InputError('INPUT_INVALID', 'max-posts', problem);
}

/** Why a post that is due waits. `before`: the one whose turn comes before. */
export function waitReason(
  post: PlannedPost,
  before: PlannedPost,
  { maxPosts, maxAgeHours }: TurnRules,
): string {
  const { atMs, at } = post.written.post ?? { atMs: null, at: null };
  const expiry = formatInstant(new Date((atMs ?? 0) + maxAgeHours * HOUR_MS).toISOString());
  return `it was due on ${formatInstant(at ?? '')}, and its turn comes in a later run, after ${postName(before.written)} (\`max-posts\` is ${maxPosts}); it expires on ${expiry}`;
}

const MAX_NAMES = 5;
/** The highest value of the input `max-posts`. */
export const MOST_POSTS = 50;

/** The entry of a post in the memory; null without one. */
export function entryOf({ identity }: PlannedPost): PostEntry | null {
  return 'entry' in identity ? identity.entry : null;
}
