// Decides what happens to each post, before anything is sent: pure over the post files, the memory and the time.

import { type ActionError, InputError } from '../errors.ts';
import { formatNumber, pluralize } from '../format.ts';
import { type Post, postName } from './file/post.ts';
import { PostError } from './file/post-error.ts';
import { EntryIndex, findEntry, type PostLookup } from './memory/find-entry.ts';
import { type PostEntry, postKeyText } from './memory/memory.ts';
import { type DecisionSettings, decideState, type PostDecision } from './post-decision.ts';

/** A post file, or the post of the inputs, after its media were inspected. */
export interface PostCandidate {
  readonly file: string | null;
  readonly id: string;
  readonly author: string;
  /** Null when the file could not be parsed. */
  readonly post: Post | null;
  /** `digestPost`. Null when there are errors. */
  readonly digest: string | null;
  readonly errors: readonly ActionError[];
  /** The line of the id, for its errors. */
  readonly idLine: number;
}

export interface PostPlanSettings extends DecisionSettings {
  /** The author of this job. */
  readonly owner: string;
  readonly maxPosts: number;
}

export interface PlannedPost extends PostDecision {
  readonly candidate: PostCandidate;
}

export interface PostPlan {
  /** In the order of the candidates. */
  readonly posts: readonly PlannedPost[];
  /** Why nothing may be sent: neither posts nor comments. */
  readonly stop: ActionError | null;
  /** When the next scheduled post is due, in epoch milliseconds. */
  readonly nextAtMs: number | null;
  /** Decides again about one of the candidates, with what is remembered at `nowMs`. */
  decide(candidate: PostCandidate, entries: readonly PostEntry[], nowMs: number): PlannedPost;
}

interface Memory extends Pick<PostLookup, 'fileExists'> {
  readonly entries: readonly PostEntry[];
}

export function planPosts(
  candidates: readonly PostCandidate[],
  { entries, ...memory }: Memory,
  settings: PostPlanSettings,
): PostPlan {
  const { apiUrl } = settings;
  const keys = Map.groupBy(candidates, (candidate) => postKeyText({ ...candidate, apiUrl }));
  const lookup = { ...memory, currentKeys: new Set(keys.keys()) };
  const known = { ...lookup, entries: new EntryIndex(entries) };
  const posts = candidates.map((candidate) => {
    const others = keys.get(postKeyText({ ...candidate, apiUrl })) ?? [];
    const errors = [...candidate.errors, ...duplicateErrors(candidate, others)];
    return plan({ ...candidate, errors }, settings, known);
  });
  const scheduled = posts.flatMap(({ state, candidate: { post } }) =>
    state === 'scheduled' ? [post?.atMs ?? 0] : [],
  );
  return {
    posts,
    stop: findStop(posts, settings),
    nextAtMs: scheduled.length === 0 ? null : Math.min(...scheduled),
    decide: (candidate, stored, nowMs) =>
      plan(candidate, { ...settings, nowMs }, { ...lookup, entries: new EntryIndex(stored) }),
  };
}

function plan(candidate: PostCandidate, settings: PostPlanSettings, lookup: PostLookup): PlannedPost {
  const { post, digest, errors, author } = candidate;
  const [error] = errors;
  if (post === null || digest === null || error !== undefined)
    return { candidate, state: 'failed', reason: null, errors };
  if (author !== settings.owner) {
    const reason = `its owner is ${author}, and this job posts for ${settings.owner}`;
    return { candidate, state: 'other-owner', reason, errors };
  }
  const found = findEntry({ ...candidate, apiUrl: settings.apiUrl }, digest, lookup);
  return { candidate, ...decideState({ post, digest, found }, settings) };
}

/** With the same id and author, publishing one of the posts would mark the other as known. */
function duplicateErrors(
  { file, id, idLine }: PostCandidate,
  sameKey: readonly PostCandidate[],
): ActionError[] {
  const other = sameKey.find((candidate) => candidate.file !== file);
  if (other === undefined || file === null) return [];
  const message = `the id ${id} is also the id of ${other.file}: give one of them another \`id\``;
  return [new PostError('POST_KEY', { file, line: idLine }, message)];
}

function findStop(posts: readonly PlannedPost[], { maxPosts }: PostPlanSettings): ActionError | null {
  const [invalid] = posts.flatMap(({ state, errors }) => (state === 'failed' ? errors : []));
  if (invalid !== undefined) return withPlace(invalid);
  const due = posts.filter(({ state }) => state === 'due');
  if (due.length <= maxPosts) return null;
  const names = due.slice(0, MAX_NAMES).map(({ candidate }) => postName(candidate));
  const rest = due.length > MAX_NAMES ? ` and ${formatNumber(due.length - MAX_NAMES)} more` : '';
  const advice = due.length > MOST_POSTS ? '' : `; set it to ${due.length} to post all of them`;
  const message = `is ${maxPosts}, but ${pluralize(due.length, 'post')} are due: ${names.join(', ')}${rest}${advice}`;
  return new InputError('INPUT_INVALID', 'max-posts', message);
}

const MAX_NAMES = 5;
/** Of the input `max-posts`. */
export const MOST_POSTS = 50;

/** The rows of the other posts quote the message, without the annotation that has the place. */
function withPlace(error: ActionError): ActionError {
  if (!(error instanceof PostError)) return error;
  const { code, file, line, message } = error;
  return new PostError(code, { file, line }, `${file}, line ${line}: ${message}`);
}
