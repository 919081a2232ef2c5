// One post of a run, from the plan to its end: which stage it has reached, and how it ends from there. A request whose response was
// lost leads only to a post that is found, or to `unknown`. Pure, except that it reports its end.

import { ActionError, interruptedError, RunError } from '../errors/action-error.ts';
import { ERROR_CODES, type ErrorCode } from '../errors/error-codes.ts';
import { duplicateIn } from '../linkedin/post-client.ts';
import { entryName, hasUrn, type PostedEntry, type Posts, type UrnSource } from './memory/post-entry.ts';
import { entryOf, type PlannedPost, type PlanState, UNEDITED } from './plan.ts';
import type { Attempt } from './send/send-once.ts';

/** The state of a row. Part of the public interface. */
export type PostState =
  | 'posted'
  | 'edited'
  | 'known'
  | 'scheduled'
  | 'draft'
  | 'expired'
  | 'other-owner'
  | 'planned'
  | 'unknown'
  | 'failed'
  | 'skipped';

/** The URN is null if LinkedIn does not name the comment. */
export type CommentAttempt = Attempt<{ readonly urn: string | null }>;

export interface AcceptedPost {
  readonly urn: string;
  readonly urnSource: UrnSource;
  /** Whether LinkedIn took the repeat of a request whose response was lost. */
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
  | ({ readonly kind: 'commented'; readonly comment: CommentAttempt } & AcceptedPost)
  | { readonly kind: 'settled' };

interface PostFacts {
  /** The first one is that of the row. A post that is on LinkedIn may have errors too. */
  readonly errors: readonly ActionError[];
  /** Completes a sentence about the post. Null where the state says it all. */
  readonly reason: string | null;
  /** Completes a sentence about the post. */
  readonly notice: string | null;
  /** A notice that nobody should miss. */
  readonly warning: string | null;
  readonly urn: string | null;
  /** Null also for a URN that a person gave. */
  readonly urnSource: UrnSource | null;
  readonly commentUrn: string | null;
}

export interface PostEnd extends Partial<PostFacts> {
  readonly state: PostState;
}

const NOTHING: PostFacts = {
  errors: [],
  reason: null,
  notice: null,
  warning: null,
  urn: null,
  urnSource: null,
  commentUrn: null,
};

/** What a run may still have to do something about. */
const OPEN: ReadonlySet<PlanState> = new Set(['due', 'edit', 'claimed', 'unknown']);

export class Publication {
  /** As it was planned before anything was sent. */
  readonly post: PlannedPost;
  #onSettled: (publication: Publication) => void = () => {};
  /** As it is planned after another run has changed its entry. */
  latest: PlannedPost;
  #stage: Stage = { kind: 'planned' };
  #wasClaimed = false;
  #end: (PostFacts & { readonly state: PostState }) | null = null;

  /** A post that needs nothing is settled from the start. */
  constructor(post: PlannedPost, onSettled: (publication: Publication) => void) {
    this.post = post;
    this.latest = post;
    if (!OPEN.has(post.state)) this.end(null);
    this.#onSettled = onSettled;
  }

  get stage(): Stage {
    return this.#stage;
  }

  /** Whether this run has claimed it, or tried to. */
  get wasClaimed(): boolean {
    return this.#wasClaimed;
  }

  /** Null while the post is open: the run has not decided yet. */
  get state(): PostState | null {
    return this.#end?.state ?? null;
  }

  get errors(): readonly ActionError[] {
    return this.#facts.errors;
  }

  get reason(): string | null {
    return this.#facts.reason;
  }

  get notice(): string | null {
    return this.#facts.notice;
  }

  get warning(): string | null {
    return this.#facts.warning;
  }

  get urn(): string | null {
    return this.#facts.urn;
  }

  get urnSource(): UrnSource | null {
    return this.#facts.urnSource;
  }

  get commentUrn(): string | null {
    return this.#facts.commentUrn;
  }

  get #facts(): PostFacts {
    return this.#end ?? { ...NOTHING, ...('urn' in this.#stage && this.#stage) };
  }

  /** From `lost`, only `accepted` is reached. */
  advance(stage: Exclude<Stage, { kind: 'settled' }>): void {
    if (this.#stage.kind === 'settled') return;
    if (this.#stage.kind === 'lost' && !('urn' in stage)) return;
    this.#stage = stage;
    this.#wasClaimed ||= stage.kind === 'claimed';
  }

  settle(end: PostEnd): void {
    if (this.#stage.kind === 'settled') return;
    this.#stage = { kind: 'settled' };
    this.#end = { ...NOTHING, ...end };
    this.#onSettled(this);
  }

  /** Ends the post where it stands. `error`: why it goes no further; null if it has got all that it needs. */
  end(error: ActionError | null): void {
    this.settle(endOf(this.#stage, this.latest, error));
  }

  /** Nobody has approved it. A post that a person published is not remembered then, whatever it was settled as. */
  refuse(error: ActionError): void {
    this.#stage = { kind: 'planned' };
    this.settle({ state: 'failed', errors: [error] });
  }
}

/** The end of each stage. */
function endOf(stage: Stage, latest: PlannedPost, error: ActionError | null): PostEnd {
  switch (stage.kind) {
    case 'planned':
      return unsentEnd(latest, error);
    case 'claimed':
      return notSentEnd(error ?? NO_CAUSE);
    case 'sending':
    case 'lost':
      if (latest.state === 'edit') return unfinishedEditEnd(latest, error ?? NO_CAUSE);
      return unknownEnd(error ?? NO_CAUSE);
    case 'accepted':
    case 'commented':
      return postedEnd(stage, latest, error);
    case 'settled':
      throw new RangeError('the post has ended');
  }
}

const NO_CAUSE = new RunError('RUN_STOPPED', 'not sent');

/** A post that this run has not claimed. */
function unsentEnd(latest: PlannedPost, error: ActionError | null): PostEnd {
  const { state, errors, reason, notice, warning } = latest;
  if (state === 'known') {
    const isOfRun = error === null || error.code === 'RUN_CANCELLED' || error.code === 'RUN_STOPPED';
    return { ...knownEnd(latest), errors: isOfRun ? [] : [error] };
  }
  if (state === 'claimed') return notSentEnd(new RunError('POST_CLAIMED', `not sent: ${reason}`));
  if (state === 'edit') return { ...urnsOfEntry(latest), ...notSentEnd(error ?? NO_CAUSE) };
  if (state === 'due') return notSentEnd(error ?? NO_CAUSE);
  return { state, errors, reason, notice, warning };
}

const STOPPED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['RUN_CANCELLED', 'RUN_STOPPED', 'POST_CLAIMED']);

function notSentEnd(error: ActionError): PostEnd {
  if (error.code === 'POST_UNKNOWN') return { state: 'unknown', errors: [error] };
  return { state: STOPPED.has(error.code) ? 'skipped' : 'failed', errors: [error] };
}

function unknownEnd(cause: ActionError): PostEnd {
  const why =
    cause.code === 'RUN_CANCELLED' ? 'the run was cancelled before LinkedIn responded' : cause.message;
  const isOwn = cause.code === 'POST_UNKNOWN' || cause.code === 'POST_DUPLICATE';
  return { state: 'unknown', errors: [isOwn ? cause : unknownError(why, cause)] };
}

/** LinkedIn may have replaced the text, and the memory has the former number. */
function unfinishedEditEnd(latest: PlannedPost, error: ActionError): PostEnd {
  const problem = `${error.message}; LinkedIn may show the new text, and the next run replaces it again`;
  return { ...urnsOfEntry(latest), ...notSentEnd(error.reword(problem)) };
}

/** The post of this run, or of an earlier one, may be on LinkedIn. */
export function unknownError(why: string, cause?: ActionError): ActionError {
  return new ActionError('POST_UNKNOWN', `the post may be on LinkedIn: ${why}`, { cause });
}

const TWICE =
  'was sent again after a lost response, and LinkedIn took it; if the page shows it twice, delete one of the two';

/** A person needs the text of a comment that was not made. */
function postedEnd(
  stage: Extract<Stage, { kind: 'accepted' | 'commented' }>,
  { comment: text }: PlannedPost,
  error: ActionError | null,
): PostEnd {
  const { urn, urnSource, isRepeated } = stage;
  const isCancelled = error?.code === 'RUN_CANCELLED';
  const own = error === null || isCancelled ? [] : [error];
  const posted = { state: 'posted', urn, urnSource, warning: isRepeated ? TWICE : null } as const;
  if (text === null) return { ...posted, errors: own };
  const notMade = { kind: 'unsent', error: isCancelled ? CANCELLED : NOT_REMEMBERED } as const;
  const comment = stage.kind === 'commented' ? stage.comment : notMade;
  const commentUrn = comment.kind === 'accepted' ? comment.value.urn : null;
  return { ...posted, commentUrn, errors: [...own, ...commentErrors(text, comment)] };
}

const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled');
const NOT_REMEMBERED = new RunError('RUN_STOPPED', 'the post could not be remembered');

/** No later run makes the comment `text`. None if LinkedIn has it. */
function commentErrors(text: string, attempt: CommentAttempt): ActionError[] {
  if (attempt.kind === 'accepted') return [];
  const { kind, error: cause } = attempt;
  if (kind === 'lost') {
    const what = `the response to the first comment was lost, so the comment may be on LinkedIn: ${cause.message}`;
    const advice = `look at the post, and add the comment by hand if it is missing: "${text}"`;
    return [new ActionError('COMMENT_UNKNOWN', `${what}; ${advice}`, { cause })];
  }
  const what = `the first comment was not made: ${cause.message}; add it by hand: "${text}"`;
  // The hints of other codes say how to repeat a call.
  const { hint } = cause.code === 'COMMENT_FAILED' ? cause : ERROR_CODES.COMMENT_FAILED;
  return [new ActionError('COMMENT_FAILED', what, { hint, cause })];
}

/** A post that was published earlier. A URN that a person gives outranks the stored one. */
function knownEnd(post: PlannedPost): PostEnd {
  const { identity, reason, notice, warning } = post;
  const known = { state: 'known', reason, notice, warning } as const;
  const byHand = 'urn' in identity ? identity.urn : null;
  if (byHand !== null) return { ...known, urn: byHand };
  return { ...known, ...urnsOfEntry(post) };
}

/** The row of a post whose text LinkedIn has replaced. `errors`: why that could not be remembered. */
export function editedEnd(post: PlannedPost, errors: readonly ActionError[] = []): PostEnd {
  const reason = `its text is that of revision ${post.revision}; ${UNEDITED}`;
  return { state: 'edited', reason, errors, notice: post.notice, ...urnsOfEntry(post) };
}

export function urnsOfEntry(post: PlannedPost): Partial<PostFacts> {
  const entry = entryOf(post);
  return entry?.state === 'posted' ? urnsOf(entry) : {};
}

function urnsOf({ urn, urnSource, commentUrn }: PostedEntry): Partial<PostFacts> {
  return { urn, urnSource: urnSource ?? null, commentUrn: commentUrn ?? null };
}

/** Why a run that ends leaves a post. */
export function interrupted({ latest, stage }: Publication, end: ActionError): ActionError {
  if (latest.state !== 'edit') return interruptedError('before it was posted', end);
  const when = stage.kind === 'sending' ? 'before LinkedIn responded to the edit' : 'before it was edited';
  return interruptedError(when, end);
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

/** The next run uploads these media again. */
export function mediaLostError(error: ActionError): ActionError {
  const hint =
    'Run the job again: it uploads the media again. If LinkedIn refuses the post then too, export the media again, and check `owner`.';
  return error.reword(error.message, { hint });
}

/** Names the post that LinkedIn has, and its file if the memory has it. Any other error is returned as it is. */
export function duplicateError(error: ActionError, posts: Posts): ActionError {
  const duplicate = duplicateIn(error);
  if (duplicate === null) return error;
  const { urn } = duplicate;
  const known = urn === null ? undefined : [...posts.values()].find((entry) => hasUrn(entry, urn));
  const which = known === undefined ? 'which is not in the manifest' : `which is ${entryName(known)}`;
  const named = urn === null ? 'which it does not name' : `${urn}, ${which}`;
  const message = `LinkedIn has a post with this text, ${named}: ${error.message}`;
  return new ActionError('POST_DUPLICATE', message, { cause: error });
}
