// The posts of a run, and their turns: which go out in this run, and which wait for a later one. A report can be made from them at
// any time.

import { type ActionError, InputError, runStoppedError } from '../errors/action-error.ts';
import { formatFirst, formatInstant, pluralize } from '../format.ts';
import type { Ledger } from '../upload/ledger.ts';
import { postName } from './file/post.ts';
import type { PostMemory } from './memory/post-memory.ts';
import { HOUR_MS, MOST_POSTS, type PostPlan, type TurnRules, unknownAttemptError } from './plan.ts';
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

  /** Stops the run if more posts are due than may go out or wait. Called once those that fail for another reason are settled. */
  limitPosts(): void {
    this.stopReason ??= excessError(this.due, this.plan.turns);
  }

  /** The posts that go out next. A post that failed before its claim has given its turn back. */
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

  /** Settles the posts that are due and get no turn. Returns their number. */
  settleWaiting(): number {
    const order = inTurn(this.items);
    const going = this.takeTurns();
    const waiting = this.due.filter((item) => !going.includes(item));
    for (const item of waiting) {
      const before = order[order.indexOf(item) - 1] ?? item;
      const reason = waitReason(item, before, this.plan.turns);
      const { identity } = item.post;
      if (identity.kind !== 'own' || identity.entry.state === 'posted')
        item.settle({ state: 'scheduled', reason });
      else item.settle({ state: 'unknown', errors: [unknownAttemptError(identity.entry, reason)] });
    }
    return waiting.length;
  }

  /** Settles every open post for a run that sends nothing. */
  settleAsPlanned(): void {
    for (const item of this.open)
      if (item.post.state === 'unknown') item.end(null);
      else item.settle({ ...item.post, state: 'planned', errors: [] });
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

/** Those that are due: posts without `at` first, by path; then the earliest. */
function inTurn(items: readonly Publication[]): Publication[] {
  return items
    .filter(({ post }) => post.state === 'due')
    .sort((a, b) => (a.post.atMs ?? 0) - (b.post.atMs ?? 0));
}

/** Why none of the posts that are due may go out; null if they may, or if only some must wait. */
function excessError(due: readonly Publication[], rules: TurnRules): ActionError | null {
  const { maxPosts, maxAgeHours, isKnown, isMemoryEmpty } = rules;
  if (!isKnown || due.length <= maxPosts) return null;
  const undated = due.filter(({ post }) => post.atMs === null);
  const items = undated.length > maxPosts ? undated : due;
  const why =
    items !== due
      ? 'without `at` are due'
      : isMemoryEmpty
        ? 'are due, and the manifest has no post yet'
        : maxAgeHours === 0
          ? 'are due, and with `max-age-hours: 0` none expires'
          : null;
  if (why === null) return null;
  const names = formatFirst(
    items.map(({ post }) => postName(post)),
    5,
  );
  const all = items.length > MOST_POSTS ? '' : `set it to ${items.length} to post all of them, or `;
  const problem = `is ${maxPosts}, but ${pluralize(items.length, 'post')} ${why}: ${names}; ${all}keep some back with \`draft: true\` or a later \`at\``;
  return new InputError('INPUT_INVALID', 'max-posts', problem);
}

/** Why a post that is due waits. `before`: the one whose turn comes before. */
function waitReason(
  { post }: Publication,
  before: Publication,
  { maxPosts, maxAgeHours }: TurnRules,
): string {
  const { atMs, at } = post;
  const expiry = formatInstant(new Date((atMs ?? 0) + maxAgeHours * HOUR_MS).toISOString());
  return `it was due on ${formatInstant(at ?? '')}, and its turn comes in a later run, after ${postName(before.post)} (\`max-posts\` is ${maxPosts}); it expires on ${expiry}`;
}
