// The posts of a run, and their turns: which go out in this run, and which wait for a later one. A report can be made from them at
// any time.

import { type ActionError, InputError, runStoppedError } from '../errors/action-error.ts';
import { formatFirst, formatInstant, pluralize } from '../format.ts';
import type { Ledger } from '../upload/ledger.ts';
import { postName } from './file/post.ts';
import type { PostMemory } from './memory/post-memory.ts';
import { MOST_POSTS, type PostPlan, type TurnRules, unknownAttemptError } from './plan.ts';
import type { PlannedPost } from './planned-post.ts';
import { Publication } from './publication.ts';

export class PostLedger {
  readonly plan: PostPlan;
  /** In the order of the plan. */
  readonly items: readonly Publication[];
  /** Path of a media file → its URN on LinkedIn. */
  readonly mediaUrns = new Map<string, string>();
  /** Why nothing more is sent, or null. */
  stopReason: ActionError | null;
  /** An error of the run itself, such as a memory that could not be written; null without one. */
  error: ActionError | null = null;
  /** Gets each post when it is settled. */
  onSettled: (item: Publication) => void = () => {};
  /** The uploads of the media; null before they are planned. */
  uploads: Ledger | null = null;

  constructor(plan: PostPlan) {
    this.plan = plan;
    this.stopReason = plan.stop;
    this.items = plan.posts.map((post) => new Publication(post, (item) => this.onSettled(item)));
  }

  /** Keeps the first reason: later ones follow from it. */
  stop(reason: ActionError): void {
    this.stopReason ??= reason;
  }

  get open(): Publication[] {
    return this.items.filter(({ state }) => state === null);
  }

  /** The open posts that are to be sent, in the order of their turns. */
  get due(): Publication[] {
    return inTurn(this.open);
  }

  /**
   * Stops the run if the memory has no post and more posts are due than may go out. Called once those that fail for another reason
   * are settled.
   */
  guardNewMemory(): void {
    this.stopReason ??= newMemoryError(this.due, this.plan.turns);
  }

  /** The posts that go out next. A post that failed and has no claim did not go out: it has given its turn back. */
  takeTurns(): Publication[] {
    const { maxPosts, isKnown } = this.plan.turns;
    const hadTurn = this.items.filter(
      ({ post, state, claim }) =>
        post.state === 'due' && state !== null && (state !== 'failed' || claim !== null),
    );
    return isKnown ? this.due.slice(0, Math.max(0, maxPosts - hadTurn.length)) : this.due;
  }

  /** The open posts among `going`, those to be edited, and those that an earlier run may have sent, in the order of the plan. */
  openAmong(going: readonly Publication[]): Publication[] {
    return this.open.filter((item) => item.post.state !== 'due' || going.includes(item));
  }

  /** Settles the posts that are due and get no turn, and returns them in the order of their turns. */
  settleWaiting(): readonly Publication[] {
    const going = this.takeTurns();
    const waiting = this.due.filter((item) => !going.includes(item));
    const { maxPosts } = this.plan.turns;
    for (const [index, item] of waiting.entries()) {
      const place = `number ${index + 1} of ${waiting.length} that wait`;
      const reason = `${dueText(item.post)}its turn comes in a later run: it is ${place} (\`max-posts\` is ${maxPosts})`;
      const { identity } = item.post;
      if (identity.kind !== 'own' || identity.entry.state === 'posted')
        item.settle({ state: 'scheduled', reason });
      else item.settle({ state: 'unknown', errors: [unknownAttemptError(identity.entry, reason)] });
    }
    return waiting;
  }

  /** Settles every open post for a run that sends nothing. */
  settleAsPlanned(): void {
    const isHeldBack = this.stopReason !== null;
    for (const item of this.open) {
      const { post } = item;
      const reason = post.reason ?? lateReason(post, isHeldBack);
      if (post.state === 'unknown') item.end(null);
      else item.settle({ ...post, state: 'planned', errors: [], reason });
    }
  }

  /** Settles what the run will not send any more because of `reason`. */
  skipOpen(reason: ActionError): void {
    const error = runStoppedError('not posted', reason);
    for (const item of this.open) item.end(error);
  }

  /** Settles what is left at the end of the run. `end`: why it was aborted. */
  close(end: ActionError | null, memory: Pick<PostMemory, 'stage' | 'now'>): void {
    if (end !== null) for (const item of this.open) item.interrupt(end, memory);
    else if (this.stopReason !== null) this.skipOpen(this.stopReason);
  }
}

/** Those that are due: first the posts with `at`, which can expire, the earliest first; then the others, by path. */
function inTurn(items: readonly Publication[]): Publication[] {
  const due = items.filter(({ post }) => post.state === 'due');
  const dated = due.filter(({ post }) => post.at !== null);
  const undated = due.filter(({ post }) => post.at === null);
  const epochMsOf = ({ post }: Publication) => post.at?.epochMs ?? 0;
  return [...dated.sort((a, b) => epochMsOf(a) - epochMsOf(b)), ...undated];
}

/** Why none of the posts that are due may go out; null if they may, or if only some must wait. */
function newMemoryError(due: readonly Publication[], rules: TurnRules): ActionError | null {
  const { maxPosts, isKnown, isMemoryEmpty } = rules;
  if (!isKnown || !isMemoryEmpty || due.length <= maxPosts) return null;
  const names = formatFirst(
    due.map(({ post }) => postName(post)),
    5,
  );
  const all = due.length > MOST_POSTS ? '' : `set it to ${due.length} to post all of them, or `;
  const count = pluralize(due.length, 'post');
  const problem = `is ${maxPosts}, but ${count} are due, and the manifest has no post of this owner yet: ${names}; if they were published before, set \`urn\` in their files; else ${all}keep some back with \`draft: true\` or a later \`at\``;
  return new InputError('INPUT_INVALID', 'max-posts', problem);
}

/** Begins the reason of a post that waits. */
function dueText({ at }: PlannedPost): string {
  return at === null ? '' : `it was due on ${formatInstant(at.iso, at.zone)}; `;
}

/**
 * What a plan says of a post whose time has come; null without a time. `isHeldBack`: whether an error
 * stops the run.
 */
function lateReason(post: PlannedPost, isHeldBack: boolean): string | null {
  const { at, expiresMs, state } = post;
  if (at === null || state !== 'due') return null;
  const until =
    expiresMs === null ? '' : `, or expires on ${formatInstant(at.isoAt(expiresMs), at.zone)}`;
  return `${dueText(post)}goes out ${nextRun(isHeldBack)}${until}`;
}

/** Completes a sentence about a post that a plan leaves to a run. */
export function nextRun(isHeldBack: boolean): string {
  return isHeldBack ? 'once the errors are corrected' : 'with the next run that publishes';
}
