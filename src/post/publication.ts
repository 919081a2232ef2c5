// One post of a run, from the plan to its end: which stage it has reached, and how it ends from there. A request whose response was
// lost leads only to a post that is found, or to `unknown`. Pure, except that it reports its end.

import { ActionError, interruptedError, RunError } from '../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import type { UrnSource } from './memory/post-entry.ts';
import { factsOf, NOTHING, type PlannedPost, type PostFacts, unknownError } from './plan.ts';
import type { Attempt } from './send/send-once.ts';

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
  /** The response was lost. */
  | { readonly kind: 'lost' }
  | ({ readonly kind: 'accepted' } & AcceptedPost)
  | ({ readonly kind: 'commented'; readonly comment: CommentAttempt } & AcceptedPost);

export interface PostEnd extends Partial<PostFacts> {
  readonly state: PostState;
}

export class Publication implements PostFacts {
  /** As it was planned before anything was sent. */
  readonly post: PlannedPost;
  readonly #onSettled: (publication: Publication) => void;
  /** As it is planned after another run has changed its entry. */
  latest: PlannedPost;
  stage: Stage = { kind: 'planned' };
  /** Whether this run has claimed it, or tried to. */
  wasClaimed = false;
  /** Null while the post is open: the run has not decided yet. */
  state: PostState | null = null;
  errors: readonly ActionError[] = [];
  reason: string | null = null;
  notice: string | null = null;
  warning: string | null = null;
  urn: string | null = null;
  urnSource: UrnSource | null = null;
  commentUrn: string | null = null;

  /** A post that needs nothing is settled from the start. */
  constructor(post: PlannedPost, onSettled: (publication: Publication) => void) {
    this.post = post;
    this.latest = post;
    this.#onSettled = onSettled;
    if (!['due', 'edit', 'claimed', 'unknown'].includes(post.state)) this.end(null);
  }

  /** From `lost`, only `accepted` is reached. */
  advance(stage: Stage): void {
    if (this.state !== null || (this.stage.kind === 'lost' && !('urn' in stage))) return;
    this.stage = stage;
    this.wasClaimed ||= stage.kind === 'claimed';
    if ('urn' in stage) Object.assign(this, { urn: stage.urn, urnSource: stage.urnSource });
  }

  settle(end: PostEnd): void {
    if (this.state !== null) return;
    Object.assign(this, NOTHING, end);
    this.#onSettled(this);
  }

  /** Ends the post where it stands. `error`: why it goes no further; null if it has got all that it needs. */
  end(error: ActionError | null): void {
    this.settle(endOf(this.stage, this.latest, error));
  }

  /** Why the post ends if the run ends now. */
  interruptedBy(end: ActionError): ActionError {
    const { kind } = this.stage;
    if ('urn' in this.stage) return interruptedError('before the comment was made', end);
    if (kind === 'sending' || kind === 'lost') return interruptedError('before LinkedIn responded', end);
    return interruptedError(`before it was ${this.latest.state === 'edit' ? 'edited' : 'posted'}`, end);
  }

  /** Nobody has approved it. A post that a person published is not remembered then, whatever it was settled as. */
  refuse(error: ActionError): void {
    this.state = null;
    this.settle({ state: 'failed', errors: [error] });
  }
}

/** The end of each stage. */
function endOf(stage: Stage, latest: PlannedPost, error: ActionError | null): PostEnd {
  const cause = error ?? new RunError('RUN_STOPPED', 'not sent');
  switch (stage.kind) {
    case 'planned':
      return unsentEnd(latest, cause);
    case 'claimed':
      return notSentEnd(latest, cause);
    case 'sending':
    case 'lost': {
      // The memory has the former number of the text.
      const rest = 'LinkedIn may show the new text, and the next run replaces it again';
      if (latest.state === 'edit') return notSentEnd(latest, cause.reword(`${cause.message}; ${rest}`));
      const isOwn = cause.code === 'POST_UNKNOWN' || cause.code === 'POST_DUPLICATE';
      return { state: 'unknown', errors: [isOwn ? cause : unknownError(cause.message, cause)] };
    }
    case 'accepted':
    case 'commented':
      return postedEnd(stage, latest.comment, error);
  }
}

/** A post that this run has not claimed. */
function unsentEnd(latest: PlannedPost, cause: ActionError): PostEnd {
  const { state, errors } = latest;
  if (state === 'due' || state === 'edit') return notSentEnd(latest, cause);
  if (state === 'claimed') return { state: 'skipped', errors };
  return { ...factsOf(latest), state };
}

const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RUN_CANCELLED', 'RUN_STOPPED']);

function notSentEnd({ urn, urnSource, commentUrn }: PlannedPost, cause: ActionError): PostEnd {
  const failed = STOPPED.has(cause.code) ? 'skipped' : 'failed';
  const state = cause.code === 'POST_UNKNOWN' ? 'unknown' : failed;
  return { state, errors: [cause], urn, urnSource, commentUrn };
}

const TWICE = 'was sent again after a lost response; if the page shows it twice, delete one of the two';

/** `text`: of the first comment. A person needs it if the comment was not made. */
function postedEnd(
  stage: Extract<Stage, { kind: 'accepted' | 'commented' }>,
  text: string | null,
  error: ActionError | null,
): PostEnd {
  const { urn, urnSource, isRepeated } = stage;
  const isCancelled = error?.code === 'RUN_CANCELLED';
  const errors = error === null || isCancelled ? [] : [error];
  const cause = isCancelled ? error : new RunError('RUN_STOPPED', 'the post could not be remembered');
  const comment = stage.kind === 'commented' ? stage.comment : ({ kind: 'refused', error: cause } as const);
  const commentUrn = comment.kind === 'accepted' ? comment.value.urn : null;
  if (text !== null && comment.kind !== 'accepted') errors.push(commentError(text, comment));
  return { state: 'posted', urn, urnSource, commentUrn, errors, warning: isRepeated ? TWICE : null };
}

/** No later run makes the comment `text`. */
function commentError(
  text: string,
  { kind, error: cause }: Exclude<CommentAttempt, { kind: 'accepted' }>,
): ActionError {
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

/** The post is on LinkedIn. */
export function notStoredError(urn: string, why: string, cause?: ActionError): ActionError {
  const problem = `the post is on LinkedIn as ${urn}, but that could not be remembered: ${why}`;
  const hint = `So that it is not sent again, set \`urn: ${urn}\` in its file; without a file, do not run it again.`;
  return new ActionError(cause?.code ?? 'MANIFEST_WRITE', problem, { hint, cause });
}

/** The post is not on LinkedIn, because of `error`. */
export function claimNotWithdrawnError(error: ActionError, why: string): ActionError {
  const rest = `its claim may still be stored (${why}); later runs report POST_UNKNOWN then`;
  return error.reword(`${error.message}; ${rest}`);
}
