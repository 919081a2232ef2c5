// The posts of a run. A report can be made from them at any time.

import { type ActionError, runStoppedError } from '../errors/action-error.ts';
import { pluralize } from '../format.ts';
import {
  entryOf,
  excessError,
  inTurn,
  type PlannedPost,
  type PostPlan,
  unknownAttemptError,
  waitReason,
} from './plan.ts';
import { interrupted, Publication, urnsOfEntry } from './publication.ts';

export class PostLedger {
  readonly plan: PostPlan;
  /** In the order of the plan. */
  readonly items: readonly Publication[];
  /** Path of a media file → its URN on LinkedIn. */
  readonly mediaUrns = new Map<string, string>();
  readonly #listeners: ((item: Publication) => void)[] = [];
  #stopReason: ActionError | null;
  #excess: { readonly due: number; readonly maxPosts: number } | null = null;

  constructor(plan: PostPlan) {
    this.plan = plan;
    this.#stopReason = plan.stop;
    this.items = plan.posts.map(
      (post) =>
        new Publication(post, (item) => {
          for (const listener of this.#listeners) listener(item);
        }),
    );
  }

  /** Why nothing more is sent, or null. */
  get stopReason(): ActionError | null {
    return this.#stopReason;
  }

  /** Keeps the first reason: later ones follow from it. */
  stop(reason: ActionError): void {
    this.#stopReason ??= reason;
  }

  get open(): Publication[] {
    return this.items.filter(({ state }) => state === null);
  }

  /** `listener` gets each post when it is settled. */
  subscribe(listener: (item: Publication) => void): void {
    this.#listeners.push(listener);
  }

  /** The open posts that are to be sent, in their order. */
  get due(): Publication[] {
    const due = this.open.filter(({ post }) => post.state === 'due');
    const byPost = new Map(due.map((item) => [item.post, item]));
    return inTurn([...byPost.keys()]).flatMap((post) => byPost.get(post) ?? []);
  }

  /** More posts are due than the run may send: see `limitPosts`. */
  get excess(): { readonly due: number; readonly maxPosts: number } | null {
    return this.#excess;
  }

  /** Stops the run if more posts are due than may go out or wait. Called once those that fail for another reason are settled. */
  limitPosts(): void {
    const { due } = this;
    const error = this.#stopReason === null ? excessError(plansOf(due), this.plan.turns) : null;
    if (error === null) return;
    this.#excess = { due: due.length, maxPosts: this.plan.turns.maxPosts };
    this.stop(error);
  }

  /** The posts that go out next. A post that failed before its claim has given its turn back. */
  takeTurns(): Publication[] {
    const { maxPosts, isKnown } = this.plan.turns;
    const hadTurn = this.items.filter(
      ({ post, state, wasClaimed }) =>
        post.state === 'due' && state !== null && (state !== 'failed' || wasClaimed),
    );
    return isKnown ? this.due.slice(0, Math.max(0, maxPosts - hadTurn.length)) : this.due;
  }

  /** The open posts among `going`, those to be edited, and those that an earlier run may have sent, in the order of the plan. */
  openAmong(going: readonly Publication[]): Publication[] {
    const hasNoTurn = (item: Publication) => ['unknown', 'edit'].includes(item.post.state);
    return this.open.filter((item) => going.includes(item) || hasNoTurn(item));
  }

  /** Settles the posts that are due and get no turn. Returns their number. */
  settleWaiting(): number {
    const order = inTurn(plansOf(this.items).filter(({ state }) => state === 'due'));
    const going = this.takeTurns();
    const waiting = this.due.filter((item) => !going.includes(item));
    for (const item of waiting) {
      const before = order[order.indexOf(item.post) - 1] ?? item.post;
      const reason = waitReason(item.post, before, this.plan.turns);
      const entry = entryOf(item.post);
      if (entry === null || entry.state === 'posted') item.settle({ state: 'scheduled', reason });
      else item.settle({ state: 'unknown', errors: [unknownAttemptError(entry, reason)] });
    }
    return waiting.length;
  }

  /** Settles every open post for a run that sends nothing. */
  settleAsPlanned(): void {
    for (const item of this.open) {
      const { state, reason, warning } = item.post;
      if (state === 'unknown') item.end(null);
      else if (state === 'claimed') item.settle({ state: 'planned', notice: `waits: ${reason}` });
      else item.settle({ state: 'planned', reason, warning, ...urnsOfEntry(item.post) });
    }
  }

  /** Settles what the run will not send any more because of `reason`. */
  skipOpen(reason: ActionError): void {
    const error = runStoppedError('not posted', reason);
    for (const item of this.open) item.end(error);
  }

  /** Settles what is left at the end of the run. `end`: why it was aborted. */
  close(end: ActionError | null): void {
    if (end !== null) for (const item of this.open) item.end(interrupted(item, end));
    else if (this.#stopReason !== null) this.skipOpen(this.#stopReason);
  }
}

function plansOf(items: readonly Publication[]): PlannedPost[] {
  return items.map(({ post }) => post);
}

/** A line for the log and the summary. */
export function waitingLine(count: number, maxPosts: number): string {
  const verb = count === 1 ? 'waits' : 'wait';
  return `${pluralize(count, 'post')} that ${count === 1 ? 'is' : 'are'} due ${verb} for a later run: \`max-posts\` is ${maxPosts}`;
}
