// What has become of each post of a run, as it happens: the report is made from it, at any time.

import { type ActionError, interruptedError, runStoppedError } from '../errors.ts';
import type { UrnSource } from './memory/memory.ts';
import type { PlannedPost, PostPlan } from './plan.ts';
import { mayExistError } from './send/post-failures.ts';
import { knownUrns } from './send/post-task.ts';

/** The state of a row. Part of the public interface. */
export type PostState =
  | 'posted'
  | 'known'
  | 'scheduled'
  | 'draft'
  | 'expired'
  | 'other-owner'
  | 'planned'
  | 'unknown'
  | 'failed'
  | 'skipped';

export interface PostOutcome {
  readonly state: PostState;
  /** The first one is that of the row. A post that is on LinkedIn may have errors too. */
  readonly errors: readonly ActionError[];
  /** Completes a sentence about the post. Null where the state says it all. */
  readonly reason: string | null;
  /** Completes a sentence about the post. */
  readonly notice: string | null;
  readonly urn: string | null;
  readonly urnSource: UrnSource | null;
  readonly commentUrn: string | null;
}

export interface PostProgress {
  readonly planned: PlannedPost;
  /** Null while it is open: the run has not decided yet. */
  readonly outcome: PostOutcome | null;
}

type Listener = (index: number, progress: PostProgress) => void;

export class PostLedger {
  readonly plan: PostPlan;
  readonly #posts: PostProgress[];
  readonly #listeners: Listener[] = [];
  #stopReason: ActionError | null;

  constructor(plan: PostPlan) {
    this.plan = plan;
    this.#stopReason = plan.stop;
    this.#posts = plan.posts.map((planned) => ({ planned, outcome: outcomeOfPlan(planned) }));
  }

  get posts(): readonly PostProgress[] {
    return this.#posts;
  }

  /** Why nothing more is sent, or null. */
  get stopReason(): ActionError | null {
    return this.#stopReason;
  }

  /** Keeps the first reason: later ones follow from it. */
  stop(reason: ActionError): void {
    this.#stopReason ??= reason;
  }

  at(index: number): PostProgress {
    const post = this.#posts[index];
    if (post === undefined) throw new RangeError(`no post ${index} in the ledger`);
    return post;
  }

  openIndices(): number[] {
    return [...this.#posts.keys()].filter((index) => this.at(index).outcome === null);
  }

  settle(index: number, outcome: Partial<PostOutcome> & Pick<PostOutcome, 'state'>): void {
    const { planned } = this.at(index);
    const post = { planned, outcome: { ...NOTHING, ...outcome } };
    this.#posts[index] = post;
    for (const listener of this.#listeners) listener(index, post);
  }

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** For a run that sends nothing. */
  settleAsPlanned(): void {
    for (const index of this.openIndices()) {
      const { planned } = this.at(index);
      const mayExist = mayExistError(planned);
      if (mayExist !== null) this.settle(index, { state: 'unknown', errors: [mayExist] });
      else this.settle(index, { state: 'planned', reason: planned.reason });
    }
  }

  /** Settles what the run will not send any more. `end`: why it was aborted. */
  settleAsSkipped(end: ActionError | null): void {
    const reason = end ?? this.#stopReason;
    if (reason === null) return;
    const error =
      end === null ? runStoppedError('not posted', reason) : interruptedError('before it was posted', end);
    for (const index of this.openIndices()) {
      const { planned } = this.at(index);
      const mayExist = mayExistError(planned);
      if (mayExist !== null) this.settle(index, { state: 'unknown', errors: [mayExist] });
      else this.settle(index, { state: 'skipped', errors: [error] });
    }
  }
}

const NOTHING = {
  errors: [],
  reason: null,
  notice: null,
  urn: null,
  urnSource: null,
  commentUrn: null,
} as const;

/** Null for a post that the run still has to handle. */
function outcomeOfPlan(planned: PlannedPost): PostOutcome | null {
  const { state, reason, errors, notice = null } = planned;
  if (state === 'due' || state === 'sending' || state === 'unknown') return null;
  if (state !== 'known') return { ...NOTHING, state, reason, errors, notice };
  return knownOutcome(planned);
}

/** Of a post that was published earlier, or by hand. */
function knownOutcome(planned: PlannedPost): PostOutcome {
  const { reason, errors, notice = null } = planned;
  return { ...NOTHING, state: 'known', reason, errors, notice, ...knownUrns(planned) };
}
