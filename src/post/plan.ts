// Decides which posts go out, and what happens to the others, before anything is sent: one table of states, in the order of their
// precedence. `planPosts` is pure over the post files, the memory and the time.

import { ActionError, RunError } from '../errors/action-error.ts';
import { formatInstant, pluralize } from '../format.ts';
import { errorAt } from './file/finding.ts';
import { defaultId, type WrittenPost } from './file/post.ts';
import { contentOf, type Identity, identify } from './identity.ts';
import {
  type ClaimedEntry,
  describeClaim,
  entryName,
  isActive,
  isEditActive,
  type PostedEntry,
  type PostFile,
  type Posts,
  type UrnSource,
} from './memory/post-entry.ts';

export type PlanState =
  | 'other-owner'
  | 'known'
  /** The text on LinkedIn is to be replaced. */
  | 'edit'
  /** Another run is sending it now, or has changed what the memory says about it. */
  | 'claimed'
  /** It may be on LinkedIn. The entry of its identity is `unknown`, or an old `sending`, which may be looked up. */
  | 'unknown'
  | 'failed'
  | 'draft'
  | 'expired'
  | 'scheduled'
  | 'due';

/** The facts of a row about which nothing is known. */
export const NOTHING = {
  /** The first one is that of the row. A post that is on LinkedIn may have errors too. */
  errors: [] as readonly ActionError[],
  /** Completes a sentence about the post. Null where the state says it all. */
  reason: null as string | null,
  /** Completes a sentence about the post. */
  notice: null as string | null,
  /** A notice that nobody should miss. */
  warning: null as string | null,
  /** On LinkedIn. */
  urn: null as string | null,
  /** Null also for a URN that a person gave. */
  urnSource: null as UrnSource | null,
  commentUrn: null as string | null,
};

export type PostFacts = Readonly<typeof NOTHING>;

/** The facts are those of its row if nothing is sent. */
export interface PlannedPost extends WrittenPost, PostFile, PostFacts {
  readonly identity: Identity;
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
  /** When a run last let the post with this content wait for its turn, in epoch milliseconds; null if none did. */
  waitedMs(content: string): number | null;
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
    const identities: ReadonlyMap<PostFile, Identity> = identify(own, {
      posts: ownPosts(all),
      isUnmatchedFile: (path) => !paths.has(path) && fileExists(path),
      nowMs: now,
    });
    const context = { ...settings, nowMs: now };
    return files.map((file) => decide(file, identities.get(file) ?? OTHER_OWNER, context));
  };
  const planned = decideAll(posts, nowMs);
  const scheduled = planned.flatMap(({ state, atMs }) => (state === 'scheduled' ? (atMs ?? []) : []));
  return {
    posts: planned,
    stop: planned.find(({ state }) => state === 'failed')?.errors[0] ?? null,
    nextAtMs: scheduled.length === 0 ? null : Math.min(...scheduled),
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
function decide(file: WrittenPost & PostFile, identity: Identity, context: DecisionContext): PlannedPost {
  const { errors, author } = file;
  const post: PlannedPost = { ...NOTHING, ...file, urn: null, identity, attempt: 1, state: 'due' };
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
      return { ...post, state: 'known', errors: [], urn, reason: 'its file names its URN', notice, warning };
    }
    case 'new':
      if (file.revision > 0 && context.knowsPublished) return refuseEdit(post, NO_POST);
      return decideUnsent(post, context);
    case 'copy':
      return decideStored({ ...post, warning: identity.warning, resend: 0 }, identity, context);
    case 'own':
      return decideStored(post, identity, context);
  }
}

type StoredIdentity = Extract<Identity, { kind: 'own' | 'copy' }>;

/** Decides about a post that the memory has. */
function decideStored(post: PlannedPost, identity: StoredIdentity, context: DecisionContext): PlannedPost {
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

interface Published {
  readonly identity: StoredIdentity;
  readonly entry: PostedEntry;
  readonly context: DecisionContext;
}

/** A published post is history: whatever its file looks like now, it stops nothing. A wrong edit does. */
function decideKnown(post: PlannedPost, { identity, entry, context }: Published): PlannedPost {
  const { urn, urnSource = null, commentUrn = null } = entry;
  const facts = { ...post, state: 'known', errors: [], urn, urnSource, commentUrn } as const;
  if (identity.kind === 'copy') return { ...facts, reason: 'its text was posted from another file' };
  const reason = identity.isRenamed ? `it was posted as ${entryName(entry)}` : 'it was posted earlier';
  const known = { ...facts, reason };
  const lost = lostEditWarning(post, entry, context);
  const [error] = post.errors;
  const isAsked = post.revision > entry.revision;
  if (isAsked && !EDITABLE_URN.test(urn)) return { ...known, warning: UNEDITABLE };
  if (isAsked && lost === null)
    return decideEdit({ ...known, errors: post.errors }, { entry, identity, context });
  if (error !== undefined) {
    const notice = `was posted, so an error in it stops nothing: ${error.message}`;
    return { ...known, notice, warning: lost };
  }
  if (post.content === entry.content) return { ...known, warning: lost };
  const isToBeSeen = identity.isFirstSeen || isAhead(post, context);
  if (lost !== null || !isToBeSeen) return { ...known, notice: changedNotice(post), warning: lost };
  return { ...known, warning: changedWarning(post, identity, context) };
}

type OwnIdentity = Extract<Identity, { kind: 'own' }>;

interface AskedEdit {
  readonly identity: OwnIdentity;
  readonly entry: PostedEntry;
  readonly context: DecisionContext;
}

/** Decides about a post whose file asks for another text on LinkedIn. `post`: as if it were known, with the errors of its file. */
function decideEdit(post: PlannedPost, { identity, entry, context }: AskedEdit): PlannedPost {
  const { revision, draft, at, content, errors } = post;
  const wrong = wrongEdit(post, identity);
  if (wrong !== null) return refuseEdit(post, wrong);
  // The media stay as they are, so what is wrong with them does not matter.
  const invalid = errors.filter(({ code }) => code === 'POST_KEY' || code === 'POST_TEXT');
  if (invalid.length > 0) return { ...post, state: 'failed', reason: null, errors: invalid };
  const edit = { ...post, errors: [] };
  const held = `its text on LinkedIn is not replaced yet (revision ${revision})`;
  if (draft) return { ...edit, state: 'draft', reason: `it is a draft (\`draft: true\`), and ${held}` };
  if (isAhead(post, context)) {
    const reason = `${held}: its \`at\` is ${formatInstant(at ?? '')}, and the first run after that replaces it`;
    return { ...edit, state: 'scheduled', reason };
  }
  const { editing } = entry;
  if (editing !== undefined && isEditActive(editing, context.nowMs)) {
    const claim = describeClaim(editing);
    const claimed = [new RunError('POST_CLAIMED', `not edited: ${claim}`)];
    return { ...edit, state: 'claimed', reason: null, errors: claimed, notice: `waits: ${claim}` };
  }
  const notice = content === entry.content ? SAME_TEXT : null;
  const reason = `the text will be replaced (revision ${revision}); ${UNEDITED}`;
  return { ...edit, state: 'edit', reason, notice };
}

interface WrongEdit {
  readonly problem: string;
  readonly hint?: string;
}

/** Why the edit would replace the text of another post; null if it would not. */
function wrongEdit({ content, urn }: PlannedPost, { entry, other, sameUrn }: OwnIdentity): WrongEdit | null {
  if (sameUrn !== null) {
    const problem = `asks for an edit of ${urn}, but two posts are remembered with this URN, the other one as ${sameUrn.name}`;
    return { problem, hint: `Edit the post on LinkedIn by hand, and remove \`revision\`.` };
  }
  if (other === null || content === entry.content) return null;
  const problem = `asks for an edit, but the text is that of another post, ${other.name}, and would replace that of ${entryName(entry)}`;
  const hint =
    other.urn === null
      ? 'Remove `revision`, or write another text.'
      : `If the file is that post, set \`urn: ${other.urn}\`; if not, remove \`revision\`.`;
  return { problem, hint };
}

function refuseEdit(post: PlannedPost, wrong: WrongEdit): PlannedPost {
  const error = errorAt(post, 'POST_KEY', { path: ['revision'], ...wrong });
  return { ...post, state: 'failed', reason: null, errors: [error, ...post.errors] };
}

const NO_POST: WrongEdit = {
  problem:
    'asks for an edit, but no published post is known for this file, and it would go out as a second post',
  hint: 'If the post is on LinkedIn, set `urn` to its URN; if it is a new post, remove `revision`.',
};

/** The edit of a run that was lost, if its number is greater than that of the file: LinkedIn may show that text. */
function lostEditWarning(
  { revision }: PlannedPost,
  { editing }: PostedEntry,
  { nowMs }: DecisionContext,
): string | null {
  if (editing === undefined || isEditActive(editing, nowMs) || editing.revision <= revision) return null;
  const { revision: sent, run } = editing;
  const which = run === '' ? 'a run' : `a run (${run})`;
  return `may show the text of revision ${sent} on LinkedIn: ${which} sent it, and its outcome is unknown; \`revision: ${sent + 1}\` replaces it`;
}

function isAhead({ atMs }: PlannedPost, { nowMs }: DecisionContext): boolean {
  return atMs !== null && atMs > nowMs;
}

function changedNotice(post: PlannedPost): string {
  return `has changed since it was posted; nothing is sent: ${waysOut(post)}`;
}

/** The same for all posts that have the same ways out, so that they share it. */
function changedWarning(post: PlannedPost, { other }: OwnIdentity, context: DecisionContext): string {
  if (other !== null && other.urn !== null)
    return `has the text of another post, ${other.name}, and nothing is sent: if it is that post, set \`urn: ${other.urn}\``;
  const text = 'has changed since it was posted, and the new text is not on LinkedIn';
  if (!isAhead(post, context)) return `${text}: ${waysOut(post)}`;
  return `${text}; nothing goes out at its \`at\` either, because its file is that of a published post: ${waysOut(post)}`;
}

function waysOut({ file, isIdGiven }: PlannedPost): string {
  const another = `${isIdGiven ? 'another' : 'an'} \`id\` makes another post`;
  // The inputs have no `revision`.
  return file === null ? another : `a greater \`revision\` replaces the text on LinkedIn, and ${another}`;
}

const TEXT_STAYS_HERE =
  'is not sent, because its `urn` names a post that is on LinkedIn; if this is another post, remove `urn`';

const SAME_TEXT = 'has a greater `revision` and the text that is published already, so that nothing changes';

const UNEDITABLE =
  'has a greater `revision`, but nothing is sent: the post is known only by an activity, which LinkedIn does not edit';

/** Completes a sentence about an edit. */
export const UNEDITED =
  'pictures, alternative texts, title, link, poll, visibility and comment stay as they were published';

const EDITABLE_URN = /^urn:li:(?:share|ugcPost):/;

/** Decides about a post that nobody has sent, or that may be sent again. */
function decideUnsent(post: PlannedPost, context: DecisionContext): PlannedPost {
  const { nowMs } = context;
  const { identity, draft, at, atMs } = post;
  if (post.errors.length > 0) return { ...post, state: 'failed' };
  if (draft) return { ...post, state: 'draft', reason: 'it is a draft (`draft: true`)' };
  if (isExpired(post, context)) return { ...post, state: 'expired', reason: expiredReason(post, context) };
  const sentAs = identity.kind === 'new' ? identity.sentAs : null;
  const warning =
    sentAs === null ? null : `has the text of the post with the id ${sentAs}, and counts as another post`;
  if (atMs === null || atMs <= nowMs) return { ...post, warning };
  const reason = `it is due on ${formatInstant(at ?? '')}, and the first run after that publishes it`;
  return { ...post, state: 'scheduled', reason, warning };
}

/** A post that had to wait for its turn is not forgotten: its age counts from the last run that let it wait. */
function isExpired(
  { atMs, content }: PlannedPost,
  { nowMs, maxAgeHours, waitedMs }: DecisionContext,
): boolean {
  if (atMs === null || maxAgeHours === 0) return false;
  const waitedAtMs = content === null ? null : waitedMs(content);
  return nowMs - Math.max(atMs, waitedAtMs ?? atMs) > maxAgeHours * HOUR_MS;
}

function expiredReason({ at, content }: PlannedPost, { maxAgeHours, waitedMs }: DecisionContext): string {
  const waitedAtMs = content === null ? null : waitedMs(content);
  const waited =
    waitedAtMs === null
      ? ''
      : ` and last waited for its turn on ${formatInstant(new Date(waitedAtMs).toISOString())},`;
  return `it was due on ${formatInstant(at ?? '')},${waited} more than ${pluralize(maxAgeHours, 'hour')} ago (\`max-age-hours\`); a later \`at\` publishes it`;
}

const HOUR_MS = 3_600_000;

/** The highest value of the input `max-posts`. */
export const MOST_POSTS = 50;

/** The key of the entry of a post; null without one. */
export function keyOf({ identity }: PlannedPost): string | null {
  return 'key' in identity ? identity.key : null;
}
