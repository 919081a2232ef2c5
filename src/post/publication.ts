// One post of a run, from the plan to its end: which stage it has reached, and how it ends from there. A request in doubt leads only
// to a post that is found, or to `unknown`. Sends nothing. `interrupt` stages the last write of the memory.

import type { Stopwatch } from '../clock.ts';
import { ActionError, interruptedError, RunError } from '../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import {
  type Claim,
  commentChange,
  type EditClaim,
  endOfClaim,
  settleChange,
  type UrnSource,
  withdrawChange,
} from './memory/post-entry.ts';
import { claimLeftError, type PostMemory } from './memory/post-memory.ts';
import { unknownError } from './plan.ts';
import { NOTHING, type PlannedPost, type PostFacts } from './planned-post.ts';
import type { Attempt, FailedAttempt } from './send/send-once.ts';

/** The states of a row. Part of the public interface. */
export const POST_STATES = [
  'posted',
  'edited',
  'known',
  'scheduled',
  'draft',
  'expired',
  'other-owner',
  'planned',
  'unknown',
  'failed',
  'skipped',
] as const;

export type PostState = (typeof POST_STATES)[number];

/** The URN is null if LinkedIn does not name the comment. */
export type CommentAttempt = Attempt<{ readonly urn: string | null }>;

export interface AcceptedPost {
  readonly urn: string;
  readonly urnSource: UrnSource;
  /** Whether it was sent again after a lost response, and LinkedIn did not refuse the repeat. */
  readonly isRepeated: boolean;
}

export type Stage =
  | { readonly kind: 'planned' }
  /** The claim is stored, or about to be stored. */
  | { readonly kind: 'claimed' }
  /** The first byte of the request may have left. */
  | { readonly kind: 'sending' }
  /** LinkedIn may have the post: the request is in doubt, was accepted without a URN, or was refused as a duplicate. */
  | { readonly kind: 'lost' }
  /** `comment`: null before it is sent. */
  | ({ readonly kind: 'accepted'; readonly comment: CommentAttempt | null } & AcceptedPost);

/** A claim of this run. */
export interface OwnClaim extends Claim {
  /** Runs since the claim was made. */
  readonly since: Stopwatch;
  /** Runs since the first byte of the latest request left; null before the first one. */
  sinceRequest: Stopwatch | null;
}

export interface PostEnd extends Partial<PostFacts> {
  readonly state: PostState;
}

export class Publication {
  /** As it was planned before anything was sent. */
  readonly post: PlannedPost;
  readonly #onSettled: (publication: Publication) => void;
  /** As it is planned after another run has changed its entry. */
  latest: PlannedPost;
  stage: Stage = { kind: 'planned' };
  /** Null while this run has claimed nothing, and after it has withdrawn its claim. */
  claim: OwnClaim | null = null;
  /** Null while this run has claimed no edit. */
  editClaim: EditClaim | null = null;
  /** Null while the post is open: the run has not decided yet. */
  state: PostState | null = null;
  facts: PostFacts = NOTHING;

  /** A post that needs nothing is settled from the start. */
  constructor(post: PlannedPost, onSettled: (publication: Publication) => void) {
    this.post = post;
    this.latest = post;
    this.#onSettled = onSettled;
    if (!['due', 'edit', 'claimed', 'unknown'].includes(post.state)) this.end(null);
  }

  /** From `lost`, only `accepted` is reached. */
  advance(stage: Stage): void {
    if (this.state !== null || (this.stage.kind === 'lost' && stage.kind !== 'accepted')) return;
    this.stage = stage;
    if (stage.kind === 'accepted')
      this.facts = { ...NOTHING, urn: stage.urn, urnSource: stage.urnSource };
  }

  settle({ state, ...facts }: PostEnd): void {
    if (this.state !== null) return;
    this.state = state;
    this.facts = { ...NOTHING, ...facts };
    this.#onSettled(this);
  }

  /** Ends the post where it stands. `error`: why it goes no further; null if it has got all that it needs. */
  end(error: ActionError | null): void {
    this.settle(endOf(this, error));
  }

  /** Why the post ends if the run ends now. */
  interruptedBy(end: ActionError): ActionError {
    const { stage, latest } = this;
    if (stage.kind === 'accepted') return interruptedError('before the comment was made', end);
    if (isSent(stage)) return interruptedError('before LinkedIn responded', end);
    return interruptedError(`before it was ${latest.state === 'edit' ? 'edited' : 'posted'}`, end);
  }

  /** Ends the post in a run that `end` has aborted. The last write of the memory stores what is known of it. */
  interrupt(end: ActionError, memory: Pick<PostMemory, 'stage' | 'now'>): void {
    const { claim, editClaim, stage } = this;
    const error = this.interruptedBy(end);
    const left = { why: 'there was no time left', isEdit: editClaim !== null };
    this.end(stage.kind === 'claimed' ? claimLeftError(error, left) : error);
    // The claim of an edit that may have been sent stays: LinkedIn may show its text.
    if (editClaim !== null && stage.kind === 'claimed') memory.stage(withdrawChange(editClaim));
    const { commentUrn } = this.facts;
    if (claim === null) return;
    if (stage.kind === 'claimed') memory.stage(withdrawChange(claim));
    else if (isSent(stage)) memory.stage(settleChange(claim, null, memory.now()));
    else if (stage.kind === 'accepted' && commentUrn !== null)
      memory.stage(commentChange(claim.key, stage.urn, commentUrn));
  }

  /** Nobody has approved it. A post that a person published is not remembered then, whatever it was settled as. */
  refuse(error: ActionError): void {
    this.state = null;
    this.settle({ state: 'failed', errors: [error] });
  }
}

/** Whether LinkedIn may have got it, and has not responded. */
function isSent({ kind }: Stage): boolean {
  return kind === 'sending' || kind === 'lost';
}

/** How the post ends where it stands. */
function endOf({ stage, latest, editClaim }: Publication, error: ActionError | null): PostEnd {
  if (stage.kind === 'accepted') return postedEnd(stage, latest.comment, error);
  const { state, errors, urn, urnSource, commentUrn } = latest;
  if (stage.kind === 'planned' && state !== 'due' && state !== 'edit')
    return state === 'claimed'
      ? { state: 'skipped', errors, urn, urnSource, commentUrn }
      : { ...latest, state };
  const cause = error ?? new RunError('RUN_STOPPED', 'not sent');
  const { code, message } = cause;
  if (isSent(stage) && state !== 'edit') {
    const isOwn = code === 'POST_UNKNOWN' || code === 'POST_DUPLICATE';
    return { state: 'unknown', errors: [isOwn ? cause : unknownError(message, cause)] };
  }
  const until = editClaim === null ? '' : ` after ${endOfClaim(editClaim.editing)}`;
  const rest = `LinkedIn may show the new text, and a run${until} replaces it again`;
  return {
    state: code === 'POST_UNKNOWN' ? 'unknown' : STOPPED.includes(code) ? 'skipped' : 'failed',
    errors: [isSent(stage) ? cause.reword(`${message}; ${rest}`) : cause],
    urn,
    urnSource,
    commentUrn,
  };
}

const STOPPED: readonly ErrorCode[] = ['RUN_CANCELLED', 'RUN_STOPPED'];

const TWICE =
  'was sent again after a lost response; if the page shows it twice, delete one of the two';

/** `text`: of the first comment. A person needs it if the comment was not made. */
function postedEnd(
  { urn, urnSource, isRepeated, comment }: Extract<Stage, { kind: 'accepted' }>,
  text: string | null,
  error: ActionError | null,
): PostEnd {
  const isCancelled = error?.code === 'RUN_CANCELLED';
  const errors = error === null || isCancelled ? [] : [error];
  const cause = isCancelled
    ? error
    : new RunError('RUN_STOPPED', 'the post could not be remembered');
  const made = comment ?? { kind: 'refused', error: cause };
  if (text !== null && made.kind !== 'accepted') errors.push(commentError(text, made));
  const commentUrn = made.kind === 'accepted' ? made.value.urn : null;
  return {
    state: 'posted',
    urn,
    urnSource,
    commentUrn,
    errors,
    warning: isRepeated ? TWICE : null,
  };
}

/** No later run makes the comment `text`. */
function commentError(text: string, { kind, error: cause }: FailedAttempt): ActionError {
  if (kind === 'lost') {
    const what = `the response to the first comment was lost, so the comment may be on LinkedIn: ${cause.message}`;
    const advice = `look at the post, and add the comment by hand if it is missing: "${text}"`;
    return new ActionError('COMMENT_UNKNOWN', `${what}; ${advice}`, { cause });
  }
  const what = `the first comment was not made: ${cause.message}; add it by hand: "${text}"`;
  // The hints of other codes say how to repeat a call.
  const { hint } = cause.code === 'COMMENT_FAILED' ? cause : ERROR_CODES.COMMENT_FAILED;
  return new ActionError('COMMENT_FAILED', what, { hint, cause });
}
