// Decides which posts go out, and what happens to the others, before anything is sent: one table of states, in the order of their
// precedence. `planPosts` is pure over the post files, the memory and the time.

import { ActionError, RunError } from '../errors/action-error.ts';
import { formatInstant, pluralize, quoted } from '../format.ts';
import { errorAt } from './file/finding.ts';
import { defaultId, type WrittenPost } from './file/post.ts';
import type { PostTime } from './file/post-time.ts';
import { contentOf, type Identity, identify } from './identity.ts';
import {
  type ClaimedEntry,
  describeClaim,
  isActive,
  type PostFile,
  type Posts,
} from './memory/post-entry.ts';
import { NOTHING, type PlannedPost } from './planned-post.ts';
import { decideKnown, refuseNewEdit } from './published-post.ts';

export interface PostPlan {
  /** In the order in which they were collected. */
  readonly posts: readonly PlannedPost[];
  /** Why nothing may be sent. */
  readonly stop: ActionError | null;
  /** When the next scheduled post is due. */
  readonly nextAt: PostTime | null;
  readonly turns: TurnRules;
  /** Decides again about all posts, with what is remembered at `nowMs`. */
  decideAll(posts: Posts, nowMs: number): readonly PlannedPost[];
  /** Decides again about one of the posts. It is not due if the decision about another one has become an error. */
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
  /** False in a simulation, and in a plan that could not read the memory: there, published posts look new. */
  readonly knowsPublished: boolean;
  /** Whether the workspace has a file at this path, matched or not. */
  fileExists(path: string): boolean;
  /** Whether what the file of a post holds may decide about other posts. */
  countsAsSeen(post: Pick<PostFile, 'file'>): boolean;
  /** When a run last let the post with this content wait for its turn, in epoch milliseconds; null if none did. */
  waitedMs(content: string): number | null;
}

export function planPosts(
  written: readonly WrittenPost[],
  settings: PlanSettings,
  { posts, nowMs }: { readonly posts: Posts; readonly nowMs: number },
): PostPlan {
  const { owner, apiUrl, fileExists, countsAsSeen } = settings;
  const files = written.map((post) => toFile(post, apiUrl));
  const own = files.filter(({ author }) => author === owner);
  const paths = new Set(written.map(({ file }) => file));
  const ownPosts = (all: Posts) =>
    new Map([...all].filter(([, one]) => one.author === owner && one.apiUrl === apiUrl));
  const decideAll = (all: Posts, now: number) => {
    const identities: ReadonlyMap<PostFile, Identity> = identify(own, {
      posts: ownPosts(all),
      isUnmatchedFile: (path) => !paths.has(path) && fileExists(path),
      countsAsSeen,
      nowMs: now,
    });
    const context = { ...settings, nowMs: now };
    return files.map((file) => decide(file, identities.get(file) ?? OTHER_OWNER, context));
  };
  const planned = decideAll(posts, nowMs);
  const scheduled = planned.flatMap(({ state, at }) => (state === 'scheduled' ? (at ?? []) : []));
  const [nextAt = null] = scheduled.sort((a, b) => a.epochMs - b.epochMs);
  return {
    posts: planned,
    stop: planned.find(({ state }) => state === 'failed')?.errors[0] ?? null,
    nextAt,
    turns: { ...settings, isMemoryEmpty: ownPosts(posts).size === 0 },
    decideAll,
    decide: (post, all, now) => {
      const latest = decideAll(all, now);
      const one = latest[planned.indexOf(post)] ?? post;
      // Another run has seen meanwhile that a text has moved, maybe to this file.
      const [wrong] = latest.filter(({ identity }) => identity.kind === 'error');
      if ((one.state !== 'due' && one.state !== 'edit') || wrong === undefined) return one;
      const error = new RunError('RUN_STOPPED', `not sent: ${wrong.errors[0]?.message}`);
      return { ...one, state: 'claimed', errors: [error] };
    },
  };
}

const OTHER_OWNER: Identity = { kind: 'other-owner' };

function toFile(post: WrittenPost, apiUrl: string): WrittenPost & PostFile {
  const isIdGiven = post.id !== defaultId(post);
  return { ...post, apiUrl, isIdGiven, content: post.errors.length > 0 ? null : contentOf(post) };
}

interface DecisionContext extends PlanSettings {
  readonly nowMs: number;
}

/** The first state that applies counts. */
function decide(
  file: WrittenPost & PostFile,
  identity: Identity,
  context: DecisionContext,
): PlannedPost {
  const { errors, author } = file;
  const expiresMs = expiryMs(file, context);
  const start = { urn: null, identity, expiresMs, attempt: 1, state: 'due' } as const;
  const post: PlannedPost = { ...NOTHING, ...file, ...start };
  switch (identity.kind) {
    case 'other-owner': {
      const reason = `its owner is ${author}, and this job posts for ${context.owner}`;
      return { ...post, state: 'other-owner', errors: [], reason };
    }
    case 'error': {
      const error = errorAt(file, 'POST_KEY', { ...identity, isSentence: true });
      return { ...post, state: 'failed', errors: [error, ...errors] };
    }
    case 'by-hand': {
      const { urn, entry } = identity;
      if (errors.length > 0 && entry === null) return { ...post, state: 'failed' };
      const warning = entry === null ? TEXT_STAYS_HERE : null;
      const notice =
        entry?.state === 'posted'
          ? `has another \`urn\` than is remembered for it, which was ${entry.urn}`
          : null;
      return {
        ...post,
        state: 'known',
        errors: [],
        urn,
        reason: 'its file names its URN',
        notice,
        warning,
      };
    }
    case 'new':
      if (file.revision > 0 && context.knowsPublished) return refuseNewEdit(post);
      return decideUnsent(post, context);
    case 'copy':
      return decideStored({ ...post, warning: identity.warning, resend: 0 }, identity, context);
    case 'own':
      return decideStored(post, identity, context);
  }
}

type StoredIdentity = Extract<Identity, { kind: 'own' | 'copy' }>;

/** Decides about a post that the memory has. */
function decideStored(
  post: PlannedPost,
  identity: StoredIdentity,
  context: DecisionContext,
): PlannedPost {
  const { entry } = identity;
  if (entry.state === 'posted') return decideKnown(post, { identity, entry, context });
  if (isActive(entry, context.nowMs)) {
    const claim = describeClaim(entry);
    const errors = [new RunError('POST_CLAIMED', `not sent: ${claim}`)];
    return { ...post, state: 'claimed', errors, notice: `waits: ${claim}` };
  }
  const { attempt } = entry;
  const mayResend = attempt <= post.resend;
  const again = mayResend ? decideUnsent({ ...post, attempt: attempt + 1 }, context) : null;
  if (again?.state === 'due') return again;
  const unknown = unknownAttemptError(entry, again?.reason ?? null);
  return { ...post, state: 'unknown', errors: [unknown, ...(again?.errors ?? [])] };
}

/** The post of this run, or of an earlier one, may be on LinkedIn. */
export function unknownError(why: string, cause?: ActionError): ActionError {
  return new ActionError('POST_UNKNOWN', `the post may be on LinkedIn: ${why}`, { cause });
}

/** `waits`: why a person's `resend` does not send it now. */
export function unknownAttemptError(
  { attempt, claimedAt, run }: ClaimedEntry,
  waits: string | null,
): ActionError {
  const tried = `attempt ${attempt} of ${claimedAt}${run === '' ? '' : ` (${run})`}`;
  const rest = waits === null ? '' : `; it is not sent again now: ${waits}`;
  return unknownError(`the outcome of ${tried} is unknown${rest}`);
}

const TEXT_STAYS_HERE =
  'is not sent, because its `urn` names a post that is on LinkedIn; if this is another post, remove `urn`';

/** Decides about a post that nobody has sent, or that may be sent again. */
function decideUnsent(post: PlannedPost, context: DecisionContext): PlannedPost {
  const { nowMs } = context;
  const { identity, draft, at, expiresMs } = post;
  if (post.errors.length > 0) return { ...post, state: 'failed' };
  if (draft) return { ...post, state: 'draft', reason: 'it is a draft (`draft: true`)' };
  if (expiresMs !== null && nowMs > expiresMs)
    return { ...post, state: 'expired', reason: expiredReason(post, context) };
  const sentAs = identity.kind === 'new' ? identity.sentAs : null;
  const warning =
    sentAs === null
      ? null
      : `has the text of the post with the id ${quoted(sentAs)}, and counts as another post`;
  if (at === null || at.epochMs <= nowMs) return { ...post, warning };
  const reason = `it is due on ${formatInstant(at.iso, at.zone)}, and the first run after that publishes it`;
  return { ...post, state: 'scheduled', reason, warning };
}

/** A post that had to wait for its turn is not forgotten: its age counts from the last run that let it wait. */
function expiryMs(
  { at, content }: WrittenPost & PostFile,
  { maxAgeHours, waitedMs }: DecisionContext,
): number | null {
  if (at === null || maxAgeHours === 0) return null;
  const waitedAtMs = content === null ? null : waitedMs(content);
  return Math.max(at.epochMs, waitedAtMs ?? at.epochMs) + maxAgeHours * HOUR_MS;
}

function expiredReason(
  { at, content }: PlannedPost,
  { maxAgeHours, waitedMs }: DecisionContext,
): string {
  const waitedAtMs = content === null ? null : waitedMs(content);
  const shown = (iso = '') => formatInstant(iso, at?.zone);
  const waited =
    waitedAtMs === null ? '' : ` and last waited for its turn on ${shown(at?.isoAt(waitedAtMs))},`;
  return `it was due on ${shown(at?.iso)},${waited} more than ${pluralize(maxAgeHours, 'hour')} ago (\`max-age-hours\`); a later \`at\` publishes it`;
}

const HOUR_MS = 3_600_000;

/** The highest value of the input `max-posts`. */
export const MOST_POSTS = 50;
