// Sends one post, exactly once: claims it, sends it, stores what came of it, and comments. A lost response is repeated once.

import { Stopwatch, sleepUnlessAborted } from '../../clock.ts';
import { ActionError, RunError, toActionError } from '../../errors/action-error.ts';
import { type CreatedPost, duplicateIn, isMediaLost, type PostClient } from '../../linkedin/post-client.ts';
import { mediaFilesOf, postName } from '../file/post.ts';
import { claimEntry } from '../identity.ts';
import {
  type Claim,
  commentChange,
  hasUrn,
  isIndistinguishable,
  nonceOf,
  SEND_LIMIT_MS,
  STORE_LIMIT_MS,
  settleChange,
  type UrnSource,
  withdrawChange,
} from '../memory/post-entry.ts';
import type { PostMemory } from '../memory/post-memory.ts';
import { entryOf, type PlannedPost } from '../plan.ts';
import type { PostLedger } from '../post-ledger.ts';
import {
  type AcceptedPost,
  type CommentAttempt,
  claimNotWithdrawnError,
  duplicateError,
  interrupted,
  mediaLostError,
  notStoredError,
  type Publication,
  unknownError,
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
  /** Returns a new nonce for each claim: `randomUUID`. */
  readonly makeNonce: () => string;
  /** Makes the next run upload these media again. */
  readonly forgetMedia: (urns: ReadonlySet<string>) => void;
  readonly logger: { readonly info: (text: string) => void };
}

/** LinkedIn may need some time to store a post whose response was lost. */
const RETRY_DELAY_MS = 30_000;

/** The claim of this run. */
interface OwnClaim extends Claim {
  /** Runs since the claim was made. */
  readonly since: Stopwatch;
}

/** What has become of the requests for a post. */
type Answer = Attempt<AcceptedPost>;

/** Its publication has the progress: a cancelled run has a result at any time. */
export class PostSender {
  readonly #item: Publication;
  readonly #run: SendRun;
  #nonce: string | null = null;
  #claim: OwnClaim | null = null;
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
    if (post.state === 'due' && (await this.#lookUp(post))) return;
    const claim = post.state === 'due' ? await this.#tryClaim() : null;
    if (claim !== null) {
      const answer = await this.#send(claim);
      if (answer.kind === 'accepted') return await this.#accept(claim, answer.value);
      if (answer.kind === 'lost') return await this.#storeUnknown(claim, answer.error);
      return await this.#withdraw(claim, answer.error);
    }
    const { latest } = this.#item;
    if (latest.state === 'unknown' && (await this.#lookUp(latest))) return;
    if (latest.state === 'edit') return;
    if (latest.state !== 'due') this.#item.end(null);
    else this.#item.end(entryOf(latest) === null ? CLAIM_WITHDRAWN : SENT_BY_OTHER);
  }

  /** Null: the stored memory led to another decision, or another run was first. */
  async #tryClaim(): Promise<OwnClaim | null> {
    const { memory, signal, ledger } = this.#run;
    const { post } = this.#item;
    const stored = await memory.claim((posts) => {
      const latest = ledger.plan.decide(post, posts, memory.nowMs());
      this.#item.latest = latest;
      // Keeps the claim before it is stored, because `abandon` settles a claim whose response is missing.
      this.#claim = isAsPlanned(latest, post) ? this.#makeClaim(latest) : null;
      this.#item.advance({ kind: this.#claim === null ? 'planned' : 'claimed' });
      return this.#claim;
    });
    if (stored !== null) return this.#claim;
    signal.throwIfAborted();
    return null;
  }

  #makeClaim(post: PlannedPost): OwnClaim {
    const { runUrl: run, makeNonce, clock, memory } = this.#run;
    const { content, identity, attempt } = post;
    if (content === null) throw new RangeError(`${postName(post)} is not valid`);
    // Reuses the nonce: any attempt may be the one that was stored.
    const nonce = this.#nonce ?? makeNonce();
    this.#nonce = nonce;
    const entry = claimEntry({ ...post, content }, { attempt, nonce, run, claimedAt: memory.now() });
    const known = identity.kind === 'own' ? identity : null;
    return { key: known?.key ?? nonce, entry, previous: known?.entry ?? null, since: new Stopwatch(clock) };
  }

  /** Never throws. */
  async #send(claim: OwnClaim): Promise<Answer> {
    const json = JSON.stringify(buildPostBody(this.#item.post, this.#run.ledger.mediaUrns));
    const first = await this.#attempt(json, claim.since);
    if (first.kind === 'accepted') return await this.#answerOf(first.value, claim, false);
    if (first.kind === 'lost') return await this.#recover(json, claim, first.error);
    return (await this.#answerOfDuplicate(first.error, claim, false)) ?? first;
  }

  /** Repeats the request once: LinkedIn refuses what it has, and names it. */
  async #recover(json: string, claim: OwnClaim, error: ActionError): Promise<Answer> {
    const { clock, signal } = this.#run;
    const sinceFirst = this.#sinceRequest;
    const found = await this.#search(claim);
    if (found !== null) return found;
    if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return { kind: 'lost', error };
    const again = await this.#attempt(json, sinceFirst);
    if (again.kind === 'accepted') return await this.#answerOf(again.value, claim, true);
    const recovered =
      (await this.#answerOfDuplicate(again.error, claim, true)) ??
      (again.kind === 'lost' ? await this.#search(claim) : null);
    return recovered ?? { kind: 'lost', error: again.error };
  }

  async #attempt(json: string, since: Stopwatch): Promise<Attempt<CreatedPost>> {
    const { linkedin, clock } = this.#run;
    const isVideo = this.#item.post.media.some(({ kind }) => kind === 'video');
    const onProgress = (isInFlight: boolean) => {
      this.#item.advance({ kind: isInFlight ? 'sending' : 'claimed' });
      if (isInFlight) this.#sinceRequest = new Stopwatch(clock);
    };
    const attempt = await sendOnce(
      (signals) => linkedin.create(json, { isVideo, ...signals }),
      { since, withinMs: SEND_LIMIT_MS, onProgress },
      this.#run,
    );
    if (attempt.kind === 'lost') this.#item.advance({ kind: 'lost' });
    return attempt;
  }

  /** LinkedIn took the post. Without its URN, it is looked up at once. */
  async #answerOf({ urn, urnSource }: CreatedPost, claim: OwnClaim, isRepeated: boolean): Promise<Answer> {
    if (urn !== null) return { kind: 'accepted', value: { urn, urnSource, isRepeated } };
    this.#item.advance({ kind: 'lost' });
    const error = new RunError('RUN_STOPPED', 'LinkedIn accepted it without naming its URN');
    return (await this.#search(claim)) ?? { kind: 'lost', error };
  }

  /**
   * The post that LinkedIn names as the duplicate, if it is the one of this claim, and is there as far as can be read. Null for
   * another error.
   */
  async #answerOfDuplicate(error: ActionError, claim: OwnClaim, isRepeat: boolean): Promise<Answer | null> {
    const duplicate = duplicateIn(error);
    if (duplicate === null) return null;
    this.#item.advance({ kind: 'lost' });
    const posts = this.#run.memory.entries();
    const sinceRequestMs = this.#sinceRequest.monotonicMs();
    const isFurther = isRepeat || claim.previous !== null;
    const urn = findOwnDuplicate(duplicate, {
      posts,
      key: claim.key,
      sinceStartMs: isFurther ? this.#sinceClaimMs(claim) : sinceRequestMs,
      sinceRepeatMs: isFurther ? sinceRequestMs : null,
    });
    const isRead = urn === null ? false : await isThere(urn, claim.entry.author, this.#run);
    // Without an earlier attempt, only a post that is there can be the one of the request itself.
    if (urn !== null && (isFurther ? isRead !== false : isRead === true)) return found(urn, 'duplicate');
    const unknown = isRepeat ? unknownError(error.message, error) : duplicateError(error, posts);
    return { kind: 'lost', error: unknown };
  }

  async #search(claim: OwnClaim): Promise<Answer | null> {
    const { memory, serverNow } = this.#run;
    const { author, text } = this.#item.post;
    const claimedAtMs = () => serverNow() - this.#sinceClaimMs(claim);
    const searched = { author, commentary: toLittleText(text), claimedAtMs };
    const urn = await searchPost(searched, memory.entries(), this.#run);
    return urn === null ? null : found(urn, 'lookup');
  }

  /** The time since the first claim whose request may have had an effect. */
  #sinceClaimMs({ previous, since }: OwnClaim): number {
    if (previous === null || previous.state === 'posted') return since.monotonicMs();
    return this.#run.memory.nowMs() - Date.parse(previous.claimedAt);
  }

  /** LinkedIn has the post. It is stored before its comment is made. */
  async #accept(claim: OwnClaim, post: AcceptedPost): Promise<void> {
    const { memory, signal } = this.#run;
    const { urn, urnSource } = post;
    this.#item.advance({ kind: 'accepted', ...post });
    const lost = (why: string, cause?: ActionError) => this.#item.end(notStoredError(urn, why, cause));
    try {
      await memory.store(
        settleChange(claim, { state: 'posted', urn, urnSource }, memory.now()),
        STORE_LIMIT_MS,
      );
    } catch (thrown) {
      const cause = toActionError(thrown);
      return lost(cause.message, cause);
    }
    if (signal.aborted) return this.abandon(toActionError(signal.reason));
    const stored = memory.entries().get(claim.key);
    if (stored?.state === 'unknown') {
      const errors = [unknownError(`${urn} is that of another post`)];
      return this.#item.settle({ state: 'unknown', errors });
    }
    if (stored === undefined || !hasUrn(stored, urn)) return lost('another run has claimed it meanwhile');
    this.#item.end(await this.#comment(claim, post));
  }

  /** Sent at most once: LinkedIn is not known to refuse a second comment. Returns why its URN could not be stored, or null. */
  async #comment(claim: OwnClaim, post: AcceptedPost): Promise<ActionError | null> {
    const { linkedin, clock, memory } = this.#run;
    const { comment: text } = this.#item.post;
    if (text === null) return null;
    const json = JSON.stringify(buildCommentBody(claim.entry.author, post.urn, text));
    const record = (comment: CommentAttempt) => this.#item.advance({ kind: 'commented', ...post, comment });
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
      await memory.store(commentChange(claim.key, post.urn, attempt.value.urn));
      return null;
    } catch (thrown) {
      const cause = toActionError(thrown);
      const what = `the first comment is on LinkedIn, but that could not be remembered: ${cause.message}`;
      return new ActionError(cause.code, what, { cause });
    }
  }

  /** LinkedIn has no post of this claim. It does not say which of several pictures it cannot use. */
  async #withdraw(claim: OwnClaim, reason: ActionError): Promise<void> {
    const { memory, ledger, forgetMedia, logger } = this.#run;
    const files = isMediaLost(reason) ? mediaFilesOf(this.#item.post) : [];
    const urns = files.flatMap(({ path }) => ledger.mediaUrns.get(path) ?? []);
    if (urns.length > 0) {
      forgetMedia(new Set(urns));
      logger.info('LinkedIn cannot use the media of this post, so the next run uploads them again');
    }
    const error = urns.length > 0 ? mediaLostError(reason) : reason;
    try {
      await memory.withdraw(claim);
      this.#item.end(error);
    } catch (thrown) {
      this.#item.end(claimNotWithdrawnError(error, toActionError(thrown).message));
    }
  }

  async #storeUnknown(claim: OwnClaim, error: ActionError): Promise<void> {
    const { memory } = this.#run;
    try {
      await memory.store(settleChange(claim, { state: 'unknown' }, memory.now()), STORE_LIMIT_MS);
      this.#item.end(error);
    } catch (thrown) {
      const failure = toActionError(thrown).message;
      this.#item.end(error.reword(`${error.message}; that could not be remembered: ${failure}`));
    }
  }

  /** A post of an earlier run that may be on LinkedIn. True if it was found: its publication has ended, or it is to be edited. */
  async #lookUp(latest: PlannedPost): Promise<boolean> {
    const { memory, ledger } = this.#run;
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
      const change = settleChange(claim, { state: 'posted', urn, urnSource: 'lookup' }, memory.now());
      await memory.store(change, STORE_LIMIT_MS);
    } catch (thrown) {
      const cause = toActionError(thrown);
      this.#item.settle({ ...found, errors: [notStoredError(urn, cause.message, cause)] });
      return true;
    }
    const comment = latest.comment === null ? '' : '; its first comment was not made, so add it by hand';
    const notice = `was found on LinkedIn by its text${comment}`;
    const decided = ledger.plan.decide(this.#item.post, memory.entries(), memory.nowMs());
    if (decided.state === 'edit') this.#item.latest = { ...decided, notice };
    else if (decided.state === 'known') this.#item.settle({ ...found, notice });
    return decided.state === 'edit' || decided.state === 'known';
  }

  /** Ends the post in a cancelled run. The last write of the memory stores the rest. */
  abandon(reason: ActionError): void {
    const { memory } = this.#run;
    const { stage } = this.#item;
    const claim = this.#claim;
    if (claim !== null && (stage.kind === 'sending' || stage.kind === 'lost'))
      memory.stage(settleChange(claim, { state: 'unknown' }, memory.now()));
    else if (claim !== null && stage.kind === 'claimed') memory.stage(withdrawChange(claim));
    else if (claim !== null && stage.kind === 'commented' && stage.comment.kind === 'accepted')
      memory.stage(commentChange(claim.key, stage.urn, stage.comment.value.urn));
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

function found(urn: string, urnSource: UrnSource): Answer {
  return { kind: 'accepted', value: { urn, urnSource, isRepeated: false } };
}

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
