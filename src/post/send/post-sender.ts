// Sends one post, exactly once: claims it, sends it, stores what came of it, and comments. A lost response is repeated once.

import { Stopwatch, sleepUnlessAborted } from '../../clock.ts';
import { ActionError, RunError, toActionError } from '../../errors/action-error.ts';
import { type CreatedPost, duplicateIn, isMediaLost, type PostClient } from '../../linkedin/post-client.ts';
import { mediaFilesOf, postName } from '../file/post.ts';
import { claimEntry } from '../identity.ts';
import { type Claim, isIndistinguishable, nonceOf, SEND_LIMIT_MS } from '../memory/post-entry.ts';
import type { PostMemory } from '../memory/post-memory.ts';
import { entryOf, type PlannedPost } from '../plan.ts';
import type { PostLedger } from '../post-ledger.ts';
import {
  type AcceptedPost,
  claimNotWithdrawnError,
  duplicateError,
  interrupted,
  mediaLostError,
  notStoredError,
  type Publication,
  unknownError,
  urnsOf,
} from '../publication.ts';
import { buildCommentBody, buildPostBody } from '../text/body.ts';
import { toLittleText } from '../text/little-text.ts';
import { findOwnDuplicate, isThere, type Reader, searchPost } from './recovery.ts';
import { type Attempt, sendOnce } from './send-once.ts';

export interface SendRun extends Reader {
  readonly ledger: PostLedger;
  readonly memory: PostMemory;
  readonly linkedin: Pick<PostClient, 'create' | 'edit' | 'find' | 'comment'>;
  /** The page of the run on GitHub; empty outside GitHub. */
  readonly runUrl: string;
  /** LinkedIn's clock, in epoch milliseconds. */
  readonly serverNow: () => number;
  /** The clock that all runs share, in epoch milliseconds: the ages of claims are measured with it. */
  readonly sharedNow: () => number;
  /** Returns a new nonce for each claim: `randomUUID`. */
  readonly makeNonce: () => string;
  /** Makes the next run upload these media again. */
  readonly forgetMedia: (urns: ReadonlySet<string>) => void;
  readonly logger: { readonly info: (text: string) => void };
}

/** LinkedIn may need some time to store a post whose response was lost. */
const RETRY_DELAY_MS = 30_000;

/** A post whose claim is stored, or about to be stored. */
interface ClaimedPost {
  readonly claim: Claim;
  /** Runs since the claim was made. */
  readonly since: Stopwatch;
}

/** What has become of the requests for a post. */
type Answer =
  | ({ readonly kind: 'accepted' } & AcceptedPost)
  /** LinkedIn has no post of this claim. */
  | { readonly kind: 'refused'; readonly error: ActionError }
  | { readonly kind: 'lost'; readonly error: ActionError };

/** Its publication has the progress: a cancelled run has a result at any time. */
export class PostSender {
  readonly #item: Publication;
  readonly #run: SendRun;
  #nonce: string | null = null;
  #claimed: ClaimedPost | null = null;
  /** Runs since the first byte of the latest request left. */
  #sinceRequest: Stopwatch;

  constructor(item: Publication, run: SendRun) {
    this.#item = item;
    this.#run = run;
    this.#sinceRequest = new Stopwatch(run.clock);
  }

  /**
   * Ends the publication, except that of a post whose earlier revision is found on LinkedIn, or was published by another run
   * meanwhile: it is to be edited. What an earlier attempt may have sent is looked up before a person's `resend` sends it again.
   * @throws ActionError of the memory, before anything is sent; the reason of a cancellation
   */
  async publish(): Promise<void> {
    const { post } = this.#item;
    if (post.state === 'due') {
      if (await this.#lookUp(post)) return;
      const claimed = await this.#tryClaim();
      if (claimed !== null) {
        const answer = await this.#send(claimed);
        if (answer.kind === 'accepted') return await this.#accept(claimed.claim, answer);
        if (answer.kind === 'refused') return await this.#withdraw(claimed.claim, answer.error);
        return await this.#storeUnknown(claimed.claim, answer.error);
      }
    }
    const { latest } = this.#item;
    if (latest.state === 'edit') return;
    if (latest.state === 'unknown' && (await this.#lookUp(latest))) return;
    if (latest.state !== 'due') this.#item.end(null);
    else this.#item.end(entryOf(latest) === null ? CLAIM_WITHDRAWN : SENT_BY_OTHER);
  }

  /** Null: the stored memory led to another decision, or another run was first. */
  async #tryClaim(): Promise<ClaimedPost | null> {
    const { memory, signal, ledger, sharedNow } = this.#run;
    const { post } = this.#item;
    const stored = await memory.claim((posts) => {
      const latest = ledger.plan.decide(post, posts, sharedNow());
      this.#item.latest = latest;
      // Keeps the claim before it is stored, because `abandon` settles a claim whose response is missing.
      this.#claimed = isAsPlanned(latest, post) ? this.#makeClaim(latest) : null;
      this.#item.advance({ kind: this.#claimed === null ? 'planned' : 'claimed' });
      return this.#claimed?.claim ?? null;
    });
    if (stored !== null) return this.#claimed;
    signal.throwIfAborted();
    return null;
  }

  #makeClaim(post: PlannedPost): ClaimedPost {
    const { runUrl, makeNonce, clock, sharedNow } = this.#run;
    const { content, identity, attempt } = post;
    if (content === null) throw new RangeError(`${postName(post)} is not valid`);
    // Reuses the nonce: any attempt may be the one that was stored.
    this.#nonce ??= makeNonce();
    const claim = {
      attempt,
      nonce: this.#nonce,
      run: runUrl,
      claimedAt: new Date(sharedNow()).toISOString(),
    };
    const entry = claimEntry({ ...post, content }, claim);
    const known = identity.kind === 'own' ? identity : null;
    const stored = { key: known?.key ?? this.#nonce, entry, previous: known?.entry ?? null };
    return { claim: stored, since: new Stopwatch(clock) };
  }

  /** Never throws: `buildPostBody` throws only for a post that is not valid. */
  async #send({ claim, since }: ClaimedPost): Promise<Answer> {
    const json = JSON.stringify(buildPostBody(this.#item.post, this.#run.ledger.mediaUrns));
    const first = await this.#attempt(json, since);
    if (first.kind === 'accepted') return await this.#answerOf(first.value, claim, false);
    if (first.kind === 'lost') return await this.#recover(json, claim, first.error);
    if (duplicateIn(first.error) === null) return { kind: 'refused', error: first.error };
    const error = duplicateError(first.error, this.#run.memory.entries());
    return (await this.#adoptDuplicate(first.error, claim, false)) ?? { kind: 'lost', error };
  }

  /** Repeats the request once: LinkedIn refuses what it has, and names it. */
  async #recover(json: string, claim: Claim, error: ActionError): Promise<Answer> {
    const { clock, signal, memory } = this.#run;
    const sinceFirst = this.#sinceRequest;
    const found = await this.#search(claim);
    if (found !== null) return found;
    if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return { kind: 'lost', error };
    const again = await this.#attempt(json, sinceFirst, async () => {
      // A person may have settled the post meanwhile. If the memory cannot be read, the repeat is sent anyway.
      const posts = await memory.refresh().catch(() => null);
      const entry = posts?.get(claim.key);
      if (posts === null || (entry !== undefined && nonceOf(entry) === claim.entry.nonce)) return;
      throw new RunError('RUN_STOPPED', 'the post was settled meanwhile');
    });
    if (again.kind === 'accepted') return await this.#answerOf(again.value, claim, true);
    if (duplicateIn(again.error) !== null)
      return (
        (await this.#adoptDuplicate(again.error, claim, true)) ?? {
          kind: 'lost',
          error: unknownError(again.error.message, again.error),
        }
      );
    const recovered = again.kind === 'lost' ? await this.#search(claim) : null;
    return recovered ?? { kind: 'lost', error: again.error };
  }

  async #attempt(
    json: string,
    since: Stopwatch,
    prepare?: () => Promise<void>,
  ): Promise<Attempt<CreatedPost>> {
    const { linkedin, clock } = this.#run;
    const isVideo = this.#item.post.media.some(({ kind }) => kind === 'video');
    const onProgress = (isInFlight: boolean) => {
      this.#item.advance({ kind: isInFlight ? 'sending' : 'claimed' });
      if (isInFlight) this.#sinceRequest = new Stopwatch(clock);
    };
    const attempt = await sendOnce(
      (signals) => linkedin.create(json, { isVideo, ...signals }),
      { since, withinMs: SEND_LIMIT_MS, prepare, onProgress },
      this.#run,
    );
    if (attempt.kind === 'lost') this.#item.advance({ kind: 'lost' });
    return attempt;
  }

  /** LinkedIn took the post. Without its URN, it is looked up at once. */
  async #answerOf({ urn, urnSource }: CreatedPost, claim: Claim, isRepeated: boolean): Promise<Answer> {
    if (urn !== null) return { kind: 'accepted', urn, urnSource, isRepeated };
    this.#item.advance({ kind: 'lost' });
    const error = new RunError('RUN_STOPPED', 'LinkedIn accepted it without naming its URN');
    return (await this.#search(claim)) ?? { kind: 'lost', error };
  }

  /** The post that LinkedIn names as the duplicate, if it is the one of this claim, and is there as far as can be read. */
  async #adoptDuplicate(error: ActionError, claim: Claim, isRepeat: boolean): Promise<Answer | null> {
    this.#item.advance({ kind: 'lost' });
    const duplicate = duplicateIn(error);
    if (duplicate === null) return null;
    const sinceRequestMs = this.#sinceRequest.monotonicMs();
    const isFurther = isRepeat || claim.previous !== null;
    const urn = findOwnDuplicate(duplicate, {
      posts: this.#run.memory.entries(),
      key: claim.key,
      sinceStartMs: isFurther ? this.#sinceClaimMs(claim) : sinceRequestMs,
      sinceRepeatMs: isFurther ? sinceRequestMs : null,
    });
    if (urn === null) return null;
    const isRead = await isThere(urn, claim.entry.author, this.#run);
    // Without an earlier attempt, only a post that is there can be the one of the request itself.
    if (isFurther ? isRead === false : isRead !== true) return null;
    return { kind: 'accepted', urn, urnSource: 'duplicate', isRepeated: false };
  }

  async #search(claim: Claim): Promise<Answer | null> {
    const { memory, serverNow } = this.#run;
    const { author, text } = this.#item.post;
    const claimedAtMs = () => serverNow() - this.#sinceClaimMs(claim);
    const searched = { author, commentary: toLittleText(text), claimedAtMs };
    const urn = await searchPost(searched, memory.entries(), this.#run);
    return urn === null ? null : { kind: 'accepted', urn, urnSource: 'lookup', isRepeated: false };
  }

  /** The time since the first claim whose request may have had an effect. */
  #sinceClaimMs({ previous }: Claim): number {
    if (previous === null || previous.state === 'posted') return this.#claimed?.since.monotonicMs() ?? 0;
    return this.#run.sharedNow() - Date.parse(previous.claimedAt);
  }

  /** LinkedIn has the post. It is stored before its comment is made. */
  async #accept(claim: Claim, { kind, ...post }: Extract<Answer, { kind: 'accepted' }>): Promise<void> {
    const { memory, signal } = this.#run;
    const { urn, urnSource } = post;
    this.#item.advance({ kind, ...post });
    const lost = (why: string, cause?: ActionError) => this.#item.end(notStoredError(urn, why, cause));
    try {
      const stored = await memory.settle(claim, { state: 'posted', urn, urnSource });
      if (stored === null) return this.abandon(toActionError(signal.reason));
      if (stored.state === 'unknown')
        return this.#item.settle({
          state: 'unknown',
          errors: [unknownError(`${urn} is that of another post`)],
        });
      if (stored.state !== 'posted' || stored.urn !== urn)
        return lost('another run has claimed it meanwhile');
    } catch (thrown) {
      const cause = toActionError(thrown);
      return lost(cause.message, cause);
    }
    this.#item.end(await this.#comment(claim, post));
  }

  /** Sent at most once: LinkedIn is not known to refuse a second comment. Returns why its URN could not be stored, or null. */
  async #comment(claim: Claim, post: AcceptedPost): Promise<ActionError | null> {
    const { linkedin, clock, memory } = this.#run;
    const { comment: text } = this.#item.post;
    if (text === null) return null;
    const json = JSON.stringify(buildCommentBody(claim.entry.author, post.urn, text));
    const record = (comment: Attempt<{ readonly urn: string | null }>) =>
      this.#item.advance({ kind: 'commented', ...post, comment });
    const attempt = await sendOnce(
      (signals) => linkedin.comment(post.urn, json, signals),
      {
        since: new Stopwatch(clock),
        withinMs: SEND_LIMIT_MS,
        onProgress: (isInFlight) => record({ kind: isInFlight ? 'lost' : 'unsent', error: CANCELLED }),
      },
      this.#run,
    );
    record(attempt);
    if (attempt.kind !== 'accepted' || attempt.value.urn === null) return null;
    try {
      await memory.addComment(claim, post.urn, attempt.value.urn);
      return null;
    } catch (thrown) {
      const cause = toActionError(thrown);
      const what = `the first comment is on LinkedIn, but that could not be remembered: ${cause.message}`;
      return new ActionError(cause.code, what, { cause });
    }
  }

  /** LinkedIn has no post of this claim. */
  async #withdraw(claim: Claim, reason: ActionError): Promise<void> {
    const hasLostMedia = isMediaLost(reason) && mediaFilesOf(this.#item.post).length > 0;
    const error = hasLostMedia ? mediaLostError(reason) : reason;
    try {
      await this.#run.memory.withdraw(claim);
      this.#item.end(error);
    } catch (thrown) {
      this.#item.end(claimNotWithdrawnError(error, toActionError(thrown).message));
    }
  }

  async #storeUnknown(claim: Claim, error: ActionError): Promise<void> {
    try {
      const stored = await this.#run.memory.settle(claim, { state: 'unknown' });
      if (stored?.state !== 'posted') return this.#item.end(error);
      // A person or another run has settled it meanwhile.
      this.#item.settle({ state: 'known', ...urnsOf(stored) });
    } catch (thrown) {
      const failure = toActionError(thrown).message;
      this.#item.end(error.reword(`${error.message}; that could not be remembered: ${failure}`));
    }
  }

  /** A post of an earlier run that may be on LinkedIn. True if it was found: its publication has ended, or it is to be edited. */
  async #lookUp(latest: PlannedPost): Promise<boolean> {
    const { memory, ledger, sharedNow } = this.#run;
    const { content, identity, author, text } = latest;
    const entry = entryOf(latest);
    if (identity.kind !== 'own' || entry === null || entry.state === 'posted') return false;
    const posts = memory.entries();
    const isAmbiguous = [...posts].some(
      ([key, one]) => key !== identity.key && isIndistinguishable(one, entry),
    );
    if (content !== entry.content || isAmbiguous) return false;
    const claimedAtMs = () => Date.parse(entry.claimedAt);
    const urn = await searchPost({ author, commentary: toLittleText(text), claimedAtMs }, posts, this.#run);
    if (urn === null) return false;
    const claim: Claim = { key: identity.key, entry: { ...entry, state: 'sending' }, previous: entry };
    const found = { state: 'known', urn, urnSource: 'lookup' } as const;
    try {
      await memory.settle(claim, { state: 'posted', urn, urnSource: 'lookup' });
    } catch (thrown) {
      const cause = toActionError(thrown);
      this.#item.settle({ ...found, errors: [notStoredError(urn, cause.message, cause)] });
      return true;
    }
    const comment = latest.comment === null ? '' : '; its first comment was not made, so add it by hand';
    const notice = `was found on LinkedIn by its text${comment}`;
    const decided = ledger.plan.decide(this.#item.post, memory.entries(), sharedNow());
    if (decided.state === 'edit') this.#item.latest = { ...decided, notice };
    else if (decided.state === 'known') this.#item.settle({ ...found, notice });
    return decided.state === 'edit' || decided.state === 'known';
  }

  /** Ends the post in a cancelled run. The last write of the memory stores the rest. */
  abandon(reason: ActionError): void {
    const { memory } = this.#run;
    const { stage } = this.#item;
    const claim = this.#claimed?.claim ?? null;
    if (claim !== null && (stage.kind === 'sending' || stage.kind === 'lost'))
      void memory.settle(claim, { state: 'unknown' }).catch(() => {});
    else if (claim !== null && stage.kind === 'claimed') void memory.withdraw(claim).catch(() => {});
    else if (claim !== null && stage.kind === 'commented' && stage.comment.kind === 'accepted')
      void memory.addComment(claim, stage.urn, stage.comment.value.urn ?? '').catch(() => {});
    const error = interrupted(this.#item, reason);
    this.#item.end(
      stage.kind === 'claimed' ? claimNotWithdrawnError(error, 'there was no time left') : error,
    );
  }
}

const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled');
const CLAIM_WITHDRAWN = new RunError(
  'RUN_STOPPED',
  'not sent: another run claimed it and then withdrew its claim; run the job again',
);
const SENT_BY_OTHER = unknownError('another run has sent it meanwhile');

/** Whether the question "Which post is this?" has the same answer for the stored memory, and the post may still go out. */
function isAsPlanned(latest: PlannedPost, planned: PlannedPost): boolean {
  const keyOf = ({ identity }: PlannedPost) => ('key' in identity ? identity.key : null);
  const [now, before] = [entryOf(latest), entryOf(planned)];
  return (
    latest.state === 'due' &&
    keyOf(latest) === keyOf(planned) &&
    (now && nonceOf(now)) === (before && nonceOf(before))
  );
}
