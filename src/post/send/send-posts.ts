// Sends the posts of a run, one after the other, each exactly once: claim, send, remember, comment. Never throws: the ledger
// has the errors.

import { Stopwatch } from '../../clock.ts';
import { type ActionError, interruptedError, RunError, toActionError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import { isMediaLost } from '../../linkedin/post-client.ts';
import { withGracePeriod } from '../../time-limits.ts';
import { mediaFilesOf, postName } from '../file/post.ts';
import {
  type Claim,
  isCommentClaimed,
  type PostEntry,
  postKeyText,
  WAIT_LIMIT_MS,
} from '../memory/post-entry.ts';
import type { PlannedPost } from '../plan.ts';
import { claimNotWithdrawnError, duplicateError, mediaLostError, notStoredError } from '../post-failures.ts';
import {
  CANCELLED,
  knownOutcome,
  outcomeOfEnd,
  outcomeOfError,
  type PostItem,
  type PostOutcome,
  postedOutcome,
  unknownOutcome,
} from '../post-state.ts';
import { FirstComment } from './first-comment.ts';
import { leaveToNextRun, resolveUnknown, waitForOtherRun } from './other-runs.ts';
import type { PostDeps } from './post-deps.ts';
import { type ClaimedPost, PostSender, type SendOutcome } from './post-sender.ts';

/** Errors of the memory, after which no other post is claimed either. */
const MEMORY_CODES: ReadonlySet<string> = new Set(['MANIFEST_WRITE', 'MANIFEST_INVALID', 'BRANCH_PROTECTED']);

/** How long a cancelled run waits for LinkedIn's response. */
const LAST_RESPONSE_MS = 2000;

/**
 * Sends or settles the open posts, in their order. An error that would affect every post ends the sending. A cancelled run
 * sends no further one, and resolves within 2 s: the memory stores the rest meanwhile, and `finishRun` waits for it after the outputs.
 */
export async function sendPosts(deps: PostDeps): Promise<void> {
  const { ledger, signal, clock, logger } = deps;
  const minutes = pluralize(WAIT_LIMIT_MS / 60_000, 'minute');
  for (const { planned } of ledger.open) {
    // A log that is silent for minutes looks like a hang.
    if (planned.state === 'sending')
      logger.info(
        `${postName(planned.written)}: ${planned.reason}; waiting up to ${minutes} for its outcome`,
      );
  }
  for (const item of ledger.open) {
    if (signal.aborted) return;
    const publication = new PostPublication(item, deps);
    const work = publication.publish().catch((thrown) => outcomeOfError(item, toActionError(thrown)));
    const end = (reason: ActionError) => publication.abandon(reason);
    ledger.settle(item, await withGracePeriod(work, { clock, signal, settleMs: LAST_RESPONSE_MS }, end));
    const [error] = item.errors;
    if (error === undefined) continue;
    if (isMediaLost(error)) forgetMediaOf(item, deps);
    if (error.endsRun || MEMORY_CODES.has(error.code)) return ledger.skipOpen(error);
  }
}

/** LinkedIn does not say which of several pictures it cannot use. */
function forgetMediaOf({ planned }: PostItem, { ledger, logger, forgetMedia }: PostDeps): void {
  const urns = mediaFilesOf(planned.written).flatMap(({ path }) => ledger.mediaUrns.get(path) ?? []);
  if (urns.length === 0) return;
  forgetMedia(new Set(urns));
  logger.info('LinkedIn cannot use the media of this post, so the next run uploads them again');
}

/** Claims and sends one post, and stores the outcome. The ledger has its progress: a cancelled run has a result at any time. */
class PostPublication {
  readonly #item: PostItem;
  readonly #deps: PostDeps;
  readonly #comment: FirstComment | null;
  #nonce: string | null = null;
  #claimed: ClaimedPost | null = null;

  constructor(item: PostItem, deps: PostDeps) {
    this.#item = item;
    this.#deps = deps;
    const { state, written } = item.planned;
    const text = state === 'due' ? (written.post?.comment ?? null) : null;
    this.#comment = text === null ? null : new FirstComment(text, item, deps);
  }

  /** @throws ActionError of the memory, before anything is sent; the reason of a cancellation */
  async publish(): Promise<PostOutcome> {
    const { planned } = this.#item;
    if (planned.state === 'due') {
      const claimed = await this.#tryClaim();
      if (claimed !== null) {
        const sent = await new PostSender(this.#item, this.#deps, claimed).send();
        if (sent.kind === 'accepted') return await this.#accept(claimed.claim, sent);
        if (sent.kind === 'rejected') return await this.#withdraw(claimed.claim, sent.error);
        return await this.#settleAsUnknown(claimed.claim, sent.error.message, sent.error);
      }
    }
    if (this.#item.latest.state === 'sending')
      this.#replan(await waitForOtherRun(this.#item.latest, this.#deps));
    if (this.#item.latest !== planned) this.#replan(leaveToNextRun(this.#item.latest));
    return await this.#resolveUnsent(this.#item.latest);
  }

  #replan(planned: PlannedPost): void {
    this.#deps.ledger.record(this.#item, { kind: 'replanned', planned });
  }

  async #resolveUnsent(latest: PlannedPost): Promise<PostOutcome> {
    const { state, errors, reason } = latest;
    if (state === 'failed') return { state, errors };
    if (state === 'known') {
      await this.#rememberRenamed(latest);
      return knownOutcome(latest);
    }
    if (state !== 'unknown') {
      const error = new RunError('RUN_STOPPED', `not sent: ${reason ?? CLAIM_WITHDRAWN}`);
      return { state: 'skipped', errors: [error] };
    }
    const outcome = await resolveUnknown(latest, this.#deps);
    if (outcome.state === 'unknown') await this.#rememberRenamed(latest);
    return outcome;
  }

  /** A later edit of the text must not make the post new. The entries of the plan are stored already. */
  async #rememberRenamed(latest: PlannedPost): Promise<void> {
    if (latest !== this.#item.planned) await this.#deps.memory.remember([latest]);
  }

  /** Null: the stored memory led to another decision, or another run was first. */
  async #tryClaim(): Promise<ClaimedPost | null> {
    const { memory, signal, ledger, sharedNow } = this.#deps;
    const { planned } = this.#item;
    const stored = await memory.claim((entries) => {
      const latest = ledger.plan.decide(planned.written, entries, sharedNow());
      this.#replan(latest);
      const isAsPlanned = nonceOf(latest.entry) === nonceOf(planned.entry);
      const claimed = latest.state === 'due' && isAsPlanned ? this.#makeClaim(latest, entries) : null;
      if (claimed !== null) ledger.record(this.#item, { kind: 'claimed' });
      // Keeps the claim before it is stored, because `abandon` settles a claim whose response is missing.
      this.#claimed = claimed;
      return claimed?.claim ?? null;
    });
    if (stored !== null) return this.#claimed;
    signal.throwIfAborted();
    return null;
  }

  #makeClaim(latest: PlannedPost, entries: readonly PostEntry[]): ClaimedPost {
    const { apiUrl, runUrl, makeNonce, clock, sharedNow } = this.#deps;
    const { written, digest, attempt, entry } = latest;
    const { id, author, file } = written;
    if (digest === null) throw new RangeError(`${postName(written)} is not valid`);
    const claimedAt = new Date(sharedNow()).toISOString();
    const identity = { id, author, apiUrl, file, digest, updatedAt: claimedAt };
    const previous = entries.find((one) => postKeyText(one) === postKeyText(identity)) ?? null;
    // Reuses the nonce: any attempt may be the one that was stored.
    this.#nonce ??= makeNonce();
    const nonce = this.#nonce;
    const sending = { ...identity, state: 'sending', attempt, nonce, run: runUrl, claimedAt } as const;
    return { claim: { entry: sending, previous }, since: new Stopwatch(clock), earlier: entry };
  }

  /** LinkedIn has the post: its URN and the claim of its comment are one write. */
  async #accept(
    claim: Claim,
    { urn, urnSource }: Extract<SendOutcome, { kind: 'accepted' }>,
  ): Promise<PostOutcome> {
    if (urn === null)
      return await this.#settleAsUnknown(claim, 'LinkedIn accepted it without naming its URN');
    const { ledger, memory, signal } = this.#deps;
    ledger.record(this.#item, { kind: 'accepted', urn, urnSource });
    const comment = signal.aborted ? null : (this.#comment?.makeClaim() ?? null);
    const outcome = { state: 'posted', urn, urnSource, ...(comment !== null && { comment }) } as const;
    try {
      const stored = await memory.settle(claim, outcome);
      if (stored === null) return this.abandon(toActionError(signal.reason));
      if (stored.state === 'unknown') return unknownOutcome(`${urn} is remembered as another post`);
      if (stored.state !== 'posted' || stored.urn !== urn)
        return this.#notStored(urn, 'another run has claimed it meanwhile');
      const isClaimed = comment !== null && isCommentClaimed(stored, comment.nonce);
      const error = (isClaimed && (await this.#comment?.send(stored))) || null;
      const whyNoComment = signal.aborted ? CANCELLED : new RunError('RUN_STOPPED', SETTLED_ELSEWHERE);
      const posted = postedOutcome(this.#item, whyNoComment);
      return error === null ? posted : { ...posted, errors: [error] };
    } catch (thrown) {
      const cause = toActionError(thrown);
      return this.#notStored(urn, cause.message, cause);
    }
  }

  #notStored(urn: string, why: string, cause?: ActionError): PostOutcome {
    const error = notStoredError(urn, why, cause);
    const posted = postedOutcome(this.#item, new RunError('RUN_STOPPED', 'the post could not be remembered'));
    return { ...posted, errors: [error, ...(posted.errors ?? [])] };
  }

  /** LinkedIn has no post of this claim. */
  async #withdraw(claim: Claim, reason: ActionError): Promise<PostOutcome> {
    const isStopped = reason.code === 'RUN_CANCELLED' || reason.code === 'RUN_STOPPED';
    const state = isStopped ? 'skipped' : 'failed';
    const hasLostMedia = isMediaLost(reason) && mediaFilesOf(this.#item.planned.written).length > 0;
    const error = hasLostMedia ? mediaLostError(reason) : duplicateError(reason, this.#deps.memory.entries());
    try {
      await this.#deps.memory.withdraw(claim);
      return { state, errors: [error] };
    } catch (thrown) {
      return { state, errors: [claimNotWithdrawnError(error, toActionError(thrown).message)] };
    }
  }

  async #settleAsUnknown(claim: Claim, why: string, cause?: ActionError): Promise<PostOutcome> {
    try {
      const stored = await this.#deps.memory.settle(claim, { state: 'unknown' });
      if (stored?.state !== 'posted') return unknownOutcome(why, cause);
      // A person or another run has settled it meanwhile.
      return { state: 'known', urn: stored.urn, urnSource: stored.urnSource ?? null };
    } catch (thrown) {
      const failure = toActionError(thrown).message;
      return unknownOutcome(`${why}; that could not be remembered: ${failure}`, cause);
    }
  }

  /** Ends the post in a cancelled run. The last write of the memory stores the rest. */
  abandon(reason: ActionError): PostOutcome {
    const { memory } = this.#deps;
    const outcome = outcomeOfEnd(this.#item, interruptedError('before it was posted', reason));
    const claim = this.#claimed?.claim ?? null;
    if (outcome.state === 'posted') this.#comment?.abandon();
    else if (claim !== null && outcome.state === 'unknown')
      void memory.settle(claim, { state: 'unknown' }).catch(() => {});
    else if (claim !== null && outcome.state === 'skipped') void memory.withdraw(claim).catch(() => {});
    return outcome;
  }
}

const SETTLED_ELSEWHERE = 'another run has remembered the post meanwhile';
const CLAIM_WITHDRAWN = 'another run claimed it and then withdrew its claim; run the job again';

function nonceOf(entry: PostEntry | null): string | null {
  return entry !== null && 'nonce' in entry ? entry.nonce : null;
}
