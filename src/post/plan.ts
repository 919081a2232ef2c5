// Decides which posts go out, and what happens to the others, before anything is sent. `planPosts` is pure over the post files,
// the memory and the time.

import { createHash } from 'node:crypto';
import { ActionError, InputError } from '../errors/action-error.ts';
import { formatFirst, pluralize } from '../format.ts';
import { existsExactly } from '../media/find/workspace.ts';
import { apiBaseOf } from '../memory/upload-entry.ts';
import { type Post, postName, type WrittenPost } from './file/post.ts';
import { type PostEntry, postKeyText } from './memory/post-entry.ts';
import {
  type DecisionSettings,
  decideState,
  findEntry,
  type PostDecision,
  UNDECIDED,
} from './post-decision.ts';
import { type CurrentPost, findUrnHolder, type PostLookup } from './renames.ts';

export interface PostPlanSettings extends DecisionSettings {
  /** The author of this job. */
  readonly owner: string;
  readonly maxPosts: number;
}

export interface PlannedPost extends PostDecision {
  readonly written: WrittenPost;
  /** `digestPost`. Null when there are errors. */
  readonly digest: string | null;
}

export interface PostPlan {
  /** In the order in which they were collected. */
  readonly posts: readonly PlannedPost[];
  /** Why nothing may be sent: neither posts nor comments. */
  readonly stop: ActionError | null;
  /** The most posts that the run may send. */
  readonly maxPosts: number;
  /** When the next scheduled post is due, in epoch milliseconds. */
  readonly nextAtMs: number | null;
  /** Decides again about one of the posts, with what is remembered at `nowMs`. */
  decide(written: WrittenPost, entries: readonly PostEntry[], nowMs: number): PlannedPost;
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
  readonly posts: { entries(): readonly PostEntry[] };
  /** Why it could not be read. */
  readonly error: ActionError | null;
}

/** A run that publishes without its memory sends nothing. Posts of earlier runs look due then, so their number is not checked. */
export function planPostsOfRun(
  posts: readonly WrittenPost[],
  { memory, posts: earlier, error }: EarlierPosts,
  { mode, planSettings: { owner }, connect, maxPosts, maxAgeHours, workspace }: PlanInputs,
): PostPlan {
  const fileExists = (file: string) => existsExactly(workspace, file);
  const planned = planPosts(
    posts,
    { entries: earlier.entries(), fileExists },
    {
      ...{ owner, maxAgeHours, apiUrl: apiBaseOf(connect.apiUrl), nowMs: memory.epochMs() },
      maxPosts: error === null ? maxPosts : Number.POSITIVE_INFINITY,
    },
  );
  return error === null || mode === 'plan' ? planned : { ...planned, stop: error };
}

export function planPosts(
  posts: readonly WrittenPost[],
  memory: Pick<PostLookup, 'entries' | 'fileExists'>,
  settings: PostPlanSettings,
): PostPlan {
  const { apiUrl } = settings;
  const keys = Map.groupBy(posts, (written) => postKeyText({ ...written, apiUrl }));
  const lookup = { ...memory, current: posts.map((written) => toCurrent(written, apiUrl)) };
  const planned = posts.map((written) => {
    const others = keys.get(postKeyText({ ...written, apiUrl })) ?? [];
    const errors = [...written.errors, ...duplicateErrors(written, others), ...urnErrors(written, posts)];
    return plan({ ...written, errors }, settings, lookup);
  });
  const scheduled = planned.flatMap(({ state, written: { post } }) =>
    state === 'scheduled' ? [post?.atMs ?? 0] : [],
  );
  const [invalid = null] = planned.flatMap(({ state, errors }) => (state === 'failed' ? errors : []));
  return {
    posts: planned,
    stop: invalid,
    maxPosts: settings.maxPosts,
    nextAtMs: scheduled.length === 0 ? null : Math.min(...scheduled),
    decide: (written, entries, nowMs) => plan(written, { ...settings, nowMs }, { ...lookup, entries }),
  };
}

function plan(written: WrittenPost, settings: PostPlanSettings, lookup: PostLookup): PlannedPost {
  const { post, errors, author } = written;
  const current = toCurrent(written, settings.apiUrl);
  const { digest } = current;
  if (post === null || digest === null) {
    const known = lookup.entries.find((entry) => postKeyText(entry) === postKeyText(current));
    const notice = known?.state === 'posted' ? `was posted as ${known.urn}; ${OLD_POST}` : null;
    return { ...UNDECIDED, written, digest: null, state: 'failed', errors, notice };
  }
  if (author !== settings.owner) {
    const reason = `its owner is ${author}, and this job posts for ${settings.owner}`;
    return { ...UNDECIDED, written, digest, state: 'other-owner', reason };
  }
  const found = findEntry(current, lookup);
  const urnHolder = post.urn === null ? null : findUrnHolder(post.urn, current, lookup);
  return { written, digest, ...decideState({ post, digest, found, urnHolder }, settings) };
}

const OLD_POST = 'while it has errors, no other post goes out: correct it, or delete its file';

function toCurrent(written: WrittenPost, apiUrl: string): CurrentPost {
  const { id, author, file, post, errors, media, linkImage } = written;
  if (post === null || errors.length > 0) return { id, author, apiUrl, file, digest: null };
  const digest = digestPost(post, {
    media: media.map(({ source }) => source.media?.sha256 ?? ''),
    linkImage: linkImage?.media?.sha256 ?? null,
  });
  return { id, author, apiUrl, file, digest };
}

/** The bytes of the files of a post, lower-case hex. */
interface MediaDigests {
  /** In display order. */
  readonly media: readonly string[];
  readonly linkImage: string | null;
}

/** Identifies a post under any name. Excludes alternative texts and media titles: correcting one in a rename must send nothing. */
export function digestPost(
  { author, text, link, poll, atMs }: Post,
  { media, linkImage }: MediaDigests,
): string {
  const card = link === null ? null : [link.url, link.title, link.description, linkImage];
  const parts = [author, text, media, card, atMs];
  return createHash('sha256')
    .update(JSON.stringify(poll === null ? parts : [...parts, poll]))
    .digest('hex');
}

/** With the same id and author, publishing one of the posts would mark the other as known. */
function duplicateErrors({ file, id, lineOf }: WrittenPost, sameKey: readonly WrittenPost[]): ActionError[] {
  const other = sameKey.find((one) => one.file !== file);
  if (other === undefined || file === null) return [];
  const problem = `the id ${id} is also the id of ${other.file}: give one of them another \`id\``;
  const line = lineOf({ path: ['id'] }) ?? 1;
  return [new ActionError('POST_KEY', problem, { subject: { file, line } })];
}

/** A `urn` that was copied along with its file would mark a new post as known. */
function urnErrors({ file, post, lineOf }: WrittenPost, posts: readonly WrittenPost[]): ActionError[] {
  const urn = post?.urn ?? null;
  const other = posts.find((one) => one.file !== file && one.post?.urn === urn);
  if (urn === null || file === null || other === undefined) return [];
  const problem = `the \`urn\` ${urn} is also that of ${other.file}: remove it from the post that it does not belong to`;
  return [new ActionError('POST_KEY', problem, { subject: { file, line: lineOf({ path: ['urn'] }) ?? 1 } })];
}

/** More posts are due than the run may send. */
export function excessError(due: readonly PlannedPost[], maxPosts: number): ActionError {
  const names = due.map(({ written }) => postName(written));
  const all = due.length > MOST_POSTS ? '' : `set it to ${due.length} to post all of them, or `;
  const problem = `is ${maxPosts}, but ${pluralize(due.length, 'post')} are due: ${formatFirst(names, MAX_NAMES)}; ${all}keep some back with \`draft: true\` or a later \`at\``;
  return new InputError('INPUT_INVALID', 'max-posts', problem);
}

const MAX_NAMES = 5;
/** The highest value of the input `max-posts`. */
export const MOST_POSTS = 50;
