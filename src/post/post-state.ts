// The state of each post of a run: the reducer that applies events to it, and how a post ends. Pure.

import { ActionError, interruptedError, RunError } from '../errors/action-error.ts';
import type { UrnSource } from './memory/post-entry.ts';
import type { PlannedPost } from './plan.ts';
import { claimNotWithdrawnError, commentError } from './post-failures.ts';
import type { Attempt } from './send/send-once.ts';

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

interface PostFacts {
  /** The first one is that of the row. A post that is on LinkedIn may have errors too. */
  readonly errors: readonly ActionError[];
  /** Completes a sentence about the post. Null where the state says it all. */
  readonly reason: string | null;
  /** Completes a sentence about the post. */
  readonly notice: string | null;
  readonly urn: string | null;
  /** Null also for a URN that a person gave. */
  readonly urnSource: UrnSource | null;
  readonly commentUrn: string | null;
}

export interface PostOutcome extends Partial<PostFacts> {
  readonly state: PostState;
}

/** The URN is null if LinkedIn does not name the comment. */
export type CommentAttempt = Attempt<{ readonly urn: string | null }>;

export type PostEvent =
  /** Nobody has approved it. A post that a person published is not remembered then. */
  | { readonly kind: 'unapproved'; readonly error: ActionError }
  /** Another run has changed its entry in the memory. */
  | { readonly kind: 'replanned'; readonly planned: PlannedPost }
  /** The claim is stored, or about to be stored. */
  | { readonly kind: 'claimed' }
  /** The first byte of the request may have left. */
  | { readonly kind: 'sending' }
  /** The request had no effect. */
  | { readonly kind: 'unsent' }
  /** The response was lost. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'accepted'; readonly urn: string; readonly urnSource: UrnSource }
  /** The known outcome of the request for the first comment. */
  | { readonly kind: 'comment'; readonly attempt: CommentAttempt }
  | ({ readonly kind: 'settled' } & PostOutcome);

export type PostStage = 'waiting' | 'claimed' | 'sending' | 'lost' | 'accepted' | 'settled';

/** A post of a run, as it happens. Only its ledger changes it. */
export interface PostItem extends PostFacts {
  /** The plan before anything was sent. */
  readonly planned: PlannedPost;
  readonly latest: PlannedPost;
  readonly stage: PostStage;
  /** Null while the post is open: the run has not decided yet. */
  readonly state: PostState | null;
  /** Null until the first comment is sent. */
  readonly comment: CommentAttempt | null;
}

const NOTHING: PostFacts = {
  errors: [],
  reason: null,
  notice: null,
  urn: null,
  urnSource: null,
  commentUrn: null,
};

/** A post that needs nothing is settled from the start. */
export function newItem(planned: PlannedPost): PostItem {
  const waiting = { stage: 'waiting', state: null, comment: null } as const;
  const item = { ...NOTHING, ...waiting, planned, latest: planned };
  const { state, reason, errors, notice } = planned;
  if (state === 'due' || state === 'sending' || state === 'unknown') return item;
  const outcome = state === 'known' ? knownOutcome(planned) : { state, notice };
  return reduce(item, { kind: 'settled', ...outcome, reason, errors });
}

/** Returns `item` after `event`. Only the missing approval of a known post changes an item that is settled. */
export function reduce(item: PostItem, event: PostEvent): PostItem {
  if (item.stage === 'settled' && event.kind !== 'unapproved') return item;
  switch (event.kind) {
    case 'unapproved':
      return { ...item, ...NOTHING, stage: 'settled', state: 'failed', errors: [event.error] };
    case 'replanned':
      return { ...item, latest: event.planned };
    case 'claimed':
      return { ...item, stage: 'claimed' };
    case 'sending':
      return item.stage === 'lost' ? item : { ...item, stage: 'sending' };
    case 'unsent':
      return item.stage === 'lost' ? item : { ...item, stage: 'claimed' };
    case 'lost':
      return { ...item, stage: 'lost' };
    case 'accepted':
      return { ...item, stage: 'accepted', urn: event.urn, urnSource: event.urnSource };
    case 'comment':
      return { ...item, comment: event.attempt };
    case 'settled': {
      const { kind: _, ...outcome } = event;
      return { ...item, ...NOTHING, ...outcome, stage: 'settled' };
    }
  }
}

/** The error of a first comment whose outcome is not known when the run ends. */
export const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled');

/** A post that was published earlier. An entry that is about to be stored outranks the stored one. */
export function knownOutcome(planned: PlannedPost): PostOutcome {
  const { entry, toRemember, notice } = planned;
  const known = [toRemember, entry].find((one) => one?.state === 'posted');
  if (known?.state !== 'posted') return { state: 'known', notice };
  const { urn, urnSource = null, comment } = known;
  const commentUrn = comment?.state === 'posted' ? (comment.urn ?? null) : null;
  return { state: 'known', notice, urn, urnSource, commentUrn };
}

/** A post that this run, or an earlier one, may have put on LinkedIn. */
export function unknownOutcome(why: string, cause?: ActionError): PostOutcome {
  const message = `the post may be on LinkedIn: ${why}`;
  return { state: 'unknown', errors: [new ActionError('POST_UNKNOWN', message, { cause })] };
}

/** How a post ends that another run has sent, or is sending. Null if it cannot be on LinkedIn, or is known to be. */
export function maybeSentOutcome(planned: PlannedPost, cause?: ActionError): PostOutcome | null {
  const { state, errors, reason } = planned;
  if (state === 'unknown') return errors[0] === undefined ? null : { state, errors: errors.slice(0, 1) };
  if (state !== 'sending') return null;
  const next = 'a later run that publishes waits for it, and reports what became of it';
  return unknownOutcome([reason, ...(cause === undefined ? [] : [cause.message]), next].join('; '), cause);
}

/** A post that LinkedIn accepted in this run. A person needs the text of a comment that was not sent because of `whyNoComment`. */
export function postedOutcome(item: PostItem, whyNoComment: ActionError): PostOutcome {
  const { urn, urnSource, planned } = item;
  const posted = { state: 'posted', urn, urnSource } as const;
  const text = planned.written.post?.comment ?? null;
  if (text === null) return posted;
  const comment = item.comment ?? { kind: 'unsent', error: whyNoComment };
  const error = commentError(text, comment);
  const commentUrn = comment.kind === 'accepted' ? comment.value.urn : null;
  return { ...posted, commentUrn, errors: error === null ? [] : [error] };
}

/** How an open post ends when the run ends before it has an outcome. `error` is that of a post that was not sent. */
export function outcomeOfEnd(item: PostItem, error: ActionError): PostOutcome {
  const { stage, latest } = item;
  if (stage === 'accepted') return postedOutcome(item, CANCELLED);
  if (stage === 'sending' || stage === 'lost')
    return unknownOutcome('the run was cancelled before LinkedIn responded', error);
  if (latest.state === 'known') return knownOutcome(latest);
  if (stage === 'claimed')
    return { state: 'skipped', errors: [claimNotWithdrawnError(error, 'there was no time left')] };
  return maybeSentOutcome(latest) ?? { state: 'skipped', errors: [error] };
}

/** How a post ends that an error of the memory, a cancellation or a bug interrupts. */
export function outcomeOfError(item: PostItem, error: ActionError): PostOutcome {
  const { stage, latest, urn, urnSource } = item;
  if (stage === 'accepted') return { state: 'posted', urn, urnSource, errors: [error] };
  if (stage === 'sending' || stage === 'lost') return unknownOutcome(error.message, error);
  if (latest.state === 'known') return { ...knownOutcome(latest), errors: [error] };
  const maybeSent = maybeSentOutcome(latest, error);
  if (maybeSent !== null) return maybeSent;
  if (error.code !== 'RUN_CANCELLED') return { state: 'failed', errors: [error] };
  return { state: 'skipped', errors: [interruptedError('before it was posted', error)] };
}
