// Records every event of every post of a run as it happens. A report can be made from it at any time.

import { type ActionError, interruptedError, runStoppedError } from '../errors/action-error.ts';
import { excessError, type PostPlan } from './plan.ts';
import {
  maybeSentOutcome,
  newItem,
  outcomeOfEnd,
  type PostEvent,
  type PostItem,
  type PostOutcome,
  reduce,
} from './post-state.ts';

/** More posts are due than `max-posts`. */
export interface PostExcess {
  readonly due: number;
  readonly maxPosts: number;
}

export class PostLedger {
  readonly plan: PostPlan;
  /** In the order of the plan. */
  readonly items: readonly PostItem[];
  /** Path of a media file → its URN on LinkedIn. */
  readonly mediaUrns = new Map<string, string>();
  readonly #listeners: ((item: PostItem) => void)[] = [];
  #stopReason: ActionError | null;
  #excess: PostExcess | null = null;

  constructor(plan: PostPlan) {
    this.plan = plan;
    this.#stopReason = plan.stop;
    this.items = plan.posts.map(newItem);
  }

  /** Why nothing more is sent, or null. */
  get stopReason(): ActionError | null {
    return this.#stopReason;
  }

  /** Keeps the first reason: later ones follow from it. */
  stop(reason: ActionError): void {
    this.#stopReason ??= reason;
  }

  /** Set if `limitPosts` found more posts than the run may send. */
  get excess(): PostExcess | null {
    return this.#excess;
  }

  get open(): PostItem[] {
    return this.items.filter(({ stage }) => stage !== 'settled');
  }

  record(item: PostItem, event: PostEvent): void {
    const after = reduce(item, event);
    if (after === item) return;
    Object.assign(item, after);
    if (item.stage === 'settled') for (const listener of this.#listeners) listener(item);
  }

  settle(item: PostItem, outcome: PostOutcome): void {
    this.record(item, { kind: 'settled', ...outcome });
  }

  /** `listener` gets each post when it is settled. */
  subscribe(listener: (item: PostItem) => void): void {
    this.#listeners.push(listener);
  }

  /** The open posts that are to be sent. */
  get due(): PostItem[] {
    return this.open.filter(({ planned }) => planned.state === 'due');
  }

  /** Stops the run if more posts are due than it may send. Called once those that may not go out for another reason are settled. */
  limitPosts(): void {
    const { due } = this;
    const { maxPosts } = this.plan;
    if (this.#stopReason !== null || due.length <= maxPosts) return;
    this.#excess = { due: due.length, maxPosts };
    this.stop(
      excessError(
        due.map(({ planned }) => planned),
        maxPosts,
      ),
    );
  }

  /** Settles every open post for a run that sends nothing. */
  settleAsPlanned(): void {
    for (const item of this.open) {
      const { planned } = item;
      this.settle(item, maybeSentOutcome(planned) ?? { state: 'planned', reason: planned.reason });
    }
  }

  /** Settles what the run will not send any more because of `reason`. */
  skipOpen(reason: ActionError): void {
    const error = runStoppedError('not posted', reason);
    for (const item of this.open) this.settle(item, outcomeOfEnd(item, error));
  }

  /** Settles what is left at the end of the run. `end`: why it was aborted. */
  close(end: ActionError | null): void {
    if (end !== null) {
      const error = interruptedError('before it was posted', end);
      for (const item of this.open) this.settle(item, outcomeOfEnd(item, error));
    } else if (this.#stopReason !== null) this.skipOpen(this.#stopReason);
  }
}
