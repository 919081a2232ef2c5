// Publishes one post: claims it, sends it, and stores the outcome. Keeps its progress, so that a cancelled run has a result
// at any time.

import { ActionError, interruptedError, RunError, toActionError } from '../../errors.ts';
import { type PostEntry, type PostedEntry, postKeyText } from '../memory/memory.ts';
import { type Claim, isCommentClaimed } from '../memory/post-changes.ts';
import type { PlannedPost } from '../plan.ts';
import { FirstComment } from './first-comment.ts';
import { leaveToNextRun, resolveUnknown, waitForOtherRun } from './other-runs.ts';
import { claimNotWithdrawnError, duplicateError, mayExistError, notStoredError } from './post-failures.ts';
import { PostSender, type SendOutcome } from './post-sender.ts';
import {
  makeKnownResult,
  makeResult,
  nameOf,
  type PostEnv,
  type PostResult,
  type PostTask,
} from './post-task.ts';
import { findCommentObstacle } from './scopes.ts';

export class PostPublication {
  readonly #task: PostTask;
  readonly #env: PostEnv;
  readonly #comment: FirstComment | null;
  #planned: PlannedPost;
  #nonce: string | null = null;
  /** Stored, or about to be stored. */
  #claim: Claim | null = null;
  #sender: PostSender | null = null;
  #accepted: Pick<PostedEntry, 'urn' | 'urnSource'> | null = null;

  constructor(task: PostTask, env: PostEnv) {
    this.#task = task;
    this.#env = env;
    this.#planned = task.planned;
    this.#comment = task.comment === null ? null : new FirstComment(task.comment, env);
  }

  /** @throws ActionError of the memory, before anything is sent; the reason of a cancellation */
  async publish(): Promise<PostResult> {
    if (this.#planned.state === 'due') {
      const { author } = this.#planned.candidate;
      const error = this.#comment === null ? null : findCommentObstacle(author, this.#env.scopes);
      if (error !== null) return makeResult('failed', { error });
      const claim = await this.#tryClaim();
      if (claim !== null) return await this.#send(claim);
    }
    if (this.#planned.state === 'sending') this.#planned = await waitForOtherRun(this.#planned, this.#env);
    if (this.#planned !== this.#task.planned) this.#planned = leaveToNextRun(this.#planned);
    return await this.#resolveUnsent();
  }

  async #resolveUnsent(): Promise<PostResult> {
    const { state, errors, reason } = this.#planned;
    if (state === 'failed') return makeResult('failed', { error: errors[0] ?? null });
    if (state === 'known') {
      await this.#rememberRenamed();
      return makeKnownResult(this.#planned);
    }
    if (state !== 'unknown')
      return makeResult('skipped', {
        error: new RunError('RUN_STOPPED', `not sent: ${reason ?? CLAIM_WITHDRAWN}`),
      });
    const result = await resolveUnknown(this.#planned, this.#env);
    if (result.state === 'unknown') await this.#rememberRenamed();
    return result;
  }

  /** A later edit of the text must not make the post new. What the plan knew is remembered already. */
  async #rememberRenamed(): Promise<void> {
    if (this.#planned !== this.#task.planned) await this.#env.memory.remember([this.#planned]);
  }

  /** Null: the stored memory led to another decision, which is in `#planned`, or another run was first. */
  async #tryClaim(): Promise<Claim | null> {
    const { memory, decide, signal } = this.#env;
    const { candidate } = this.#planned;
    const claim = await memory.claim((entries) => {
      this.#planned = decide(candidate, entries, memory.epochMs());
      const isAsPlanned = nonceOf(this.#planned.entry) === nonceOf(this.#task.planned.entry);
      this.#claim = this.#planned.state === 'due' && isAsPlanned ? this.#makeClaim(entries) : null;
      return this.#claim;
    });
    if (claim === null) signal.throwIfAborted();
    return claim;
  }

  #makeClaim(entries: readonly PostEntry[]): Claim {
    const { memory, apiUrl, runUrl, makeNonce } = this.#env;
    const { candidate, attempt = 1, entry = null } = this.#planned;
    const { id, author, file, digest } = candidate;
    if (digest === null) throw new RangeError(`${nameOf(this.#planned)} is not valid`);
    this.#sender = new PostSender(this.#task, this.#env, entry);
    const claimedAt = new Date(memory.epochMs()).toISOString();
    const identity = { id, author, apiUrl, file, digest, updatedAt: claimedAt };
    const previous = entries.find((one) => postKeyText(one) === postKeyText(identity)) ?? null;
    // Reuses the nonce: any attempt may be the one that was stored.
    this.#nonce ??= makeNonce();
    const nonce = this.#nonce;
    return { entry: { ...identity, state: 'sending', attempt, nonce, run: runUrl, claimedAt }, previous };
  }

  async #send(claim: Claim): Promise<PostResult> {
    const sent = await this.#sender?.send(claim);
    if (sent?.kind === 'accepted') return await this.#accept(claim, sent);
    if (sent?.kind === 'unknown') return await this.#settleAsUnknown(claim, sent.error.message, sent.error);
    return await this.#withdraw(claim, sent?.error ?? new RunError('RUN_STOPPED', 'not sent'));
  }

  /** LinkedIn has the post: its URN and the claim of its comment are one write. */
  async #accept(
    claim: Claim,
    { urn, urnSource }: Extract<SendOutcome, { kind: 'accepted' }>,
  ): Promise<PostResult> {
    if (urn === null)
      return await this.#settleAsUnknown(claim, 'LinkedIn accepted it without naming its URN');
    this.#accepted = { urn, urnSource };
    const posted = makeResult('posted', { urn, urnSource });
    const comment = this.#env.signal.aborted ? null : (this.#comment?.makeClaim() ?? null);
    const outcome = { state: 'posted', urn, urnSource, ...(comment !== null && { comment }) } as const;
    try {
      const stored = await this.#env.memory.settle(claim, outcome);
      if (stored === null) return { ...posted, ...this.#comment?.abandon() };
      if (stored.state === 'unknown') return this.#unknown(`${urn} is remembered as another post`);
      if (stored.state !== 'posted' || stored.urn !== urn)
        return { ...posted, error: notStoredError(urn, 'another run has claimed it meanwhile') };
      if (comment === null || !isCommentClaimed(stored, comment.nonce)) return posted;
      return { ...posted, ...(await this.#comment?.send(stored, comment)) };
    } catch (thrown) {
      const cause = toActionError(thrown);
      return { ...posted, error: notStoredError(urn, cause.message, cause) };
    }
  }

  /** LinkedIn has no post of this claim. */
  async #withdraw(claim: Claim, reason: ActionError): Promise<PostResult> {
    const isStopped = reason.code === 'RUN_CANCELLED' || reason.code === 'RUN_STOPPED';
    const state = isStopped ? 'skipped' : 'failed';
    const error = duplicateError(reason, this.#env.memory.entries());
    try {
      await this.#env.memory.withdraw(claim);
      return makeResult(state, { error });
    } catch (thrown) {
      return makeResult(state, { error: claimNotWithdrawnError(error, toActionError(thrown).message) });
    }
  }

  async #settleAsUnknown(claim: Claim, why: string, cause?: ActionError): Promise<PostResult> {
    try {
      const stored = await this.#env.memory.settle(claim, { state: 'unknown' });
      // A person or another run has settled it meanwhile.
      if (stored?.state === 'posted') return makeResult('known', onLinkedIn(stored));
      return this.#unknown(why, cause);
    } catch (thrown) {
      const failure = toActionError(thrown).message;
      return this.#unknown(`${why}; that could not be remembered: ${failure}`, cause);
    }
  }

  #unknown(why: string, cause?: ActionError): PostResult {
    const message = `${nameOf(this.#planned)} may be on LinkedIn: ${why}`;
    return makeResult('unknown', { error: new ActionError('POST_UNKNOWN', message, { cause }) });
  }

  /** The result when the run stopped before it reached the post. */
  resultIfNotStarted(error: ActionError): PostResult {
    const { state, errors } = this.#planned;
    if (state === 'known') return makeKnownResult(this.#planned);
    if (state === 'failed') return makeResult('failed', { error: errors[0] ?? null });
    return this.#mayExist() ?? makeResult('skipped', { error });
  }

  /** The result after an error of the memory, or a bug. */
  resultOfError(error: ActionError): PostResult {
    if (this.#accepted !== null) return makeResult('posted', { ...onLinkedIn(this.#accepted), error });
    if (this.#sender?.mayExist) return this.#unknown(error.message, error);
    if (this.#planned.state === 'known') return { ...makeKnownResult(this.#planned), error };
    const mayExist = this.#mayExist(error);
    if (mayExist !== null) return mayExist;
    if (error.code !== 'RUN_CANCELLED') return makeResult('failed', { error });
    return makeResult('skipped', { error: interruptedError('before it was sent', error) });
  }

  /** The result of a post that another run has sent, or is sending. Null if this cannot be. */
  #mayExist(cause?: ActionError): PostResult | null {
    const error = mayExistError(this.#planned, cause);
    return error === null ? null : makeResult('unknown', { error });
  }

  /** The result of a cancelled run that ends now. What is not stored yet is left to the last write of the memory. */
  abandon(reason: ActionError): PostResult {
    const { memory } = this.#env;
    const claim = this.#claim;
    if (this.#accepted !== null)
      return makeResult('posted', { ...onLinkedIn(this.#accepted), ...this.#comment?.abandon() });
    if (this.#planned.state === 'known') return makeKnownResult(this.#planned);
    if (this.#sender?.mayExist) {
      if (claim !== null) void memory.settle(claim, { state: 'unknown' }).catch(() => {});
      return this.#unknown('the run was cancelled before LinkedIn responded', reason);
    }
    const error = interruptedError('before it was sent', reason);
    if (claim === null) return this.#mayExist(reason) ?? makeResult('skipped', { error });
    void memory.withdraw(claim).catch(() => {});
    return makeResult('skipped', { error: claimNotWithdrawnError(error, 'there was no time left') });
  }
}

const CLAIM_WITHDRAWN = 'another run claimed it and then withdrew its claim; run the job again';

function nonceOf(entry: PostEntry | undefined): string | null {
  return entry !== undefined && 'nonce' in entry ? entry.nonce : null;
}

function onLinkedIn({ urn, urnSource }: Pick<PostedEntry, 'urn' | 'urnSource'>) {
  return { urn, urnSource: urnSource ?? null };
}
