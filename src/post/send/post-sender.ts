// Sends the posts of a run, one after the other, each exactly once: claims it, sends it, stores what came of it, and comments. A lost
// response is repeated once. An edit may be repeated, so it needs no claim. Never throws: the publications have the errors.

import { Stopwatch, sleepUnlessAborted } from '../../clock.ts';
import {
  ActionError,
  type DuplicatePost,
  RunError,
  statusOf,
  toActionError,
} from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { duplicateIn, isMediaLost, type PostClient } from '../../linkedin/post-client.ts';
import { contentOf } from '../content.ts';
import { mediaFilesOf, postName } from '../file/post.ts';
import { claimEntry } from '../identity.ts';
import {
  type Claim,
  commentChange,
  editChange,
  hasUrn,
  isIndistinguishable,
  settleChange,
  withdrawChange,
} from '../memory/post-entry.ts';
import type { PostMemory } from '../memory/post-memory.ts';
import { entryOf, factsOf, NOTHING, type PlannedPost, UNEDITED, unknownError } from '../plan.ts';
import type { PostLedger } from '../post-ledger.ts';
import {
  type AcceptedPost,
  type CommentAttempt,
  claimNotWithdrawnError,
  notStoredError,
  type Publication,
} from '../publication.ts';
import { buildCommentBody, buildPostBody } from '../text/body.ts';
import { toLittleText } from '../text/little-text.ts';
import { duplicateError, findOwnDuplicate, isThere, type Reader, searchPost } from './recovery.ts';
import { type Attempt, type SendSignals, sendOnce } from './send-once.ts';

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

/** Errors of the memory, after which no other post is claimed either. */
const MEMORY_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MANIFEST_WRITE',
  'MANIFEST_INVALID',
  'BRANCH_PROTECTED',
]);

/** LinkedIn may need some time to store a post whose response was lost. */
const RETRY_DELAY_MS = 30_000;
const MAX_EDIT_ATTEMPTS = 4;

/**
 * Sends or settles `items`, in their order. An error that would affect every post ends the sending. A cancelled run
 * sends no further one. The ledger abandons the one whose response is still missing 2 s later: the last write of the memory stores
 * what is known of it.
 */
export async function sendPosts(items: readonly Publication[], run: SendRun): Promise<void> {
  const { ledger, signal } = run;
  for (const item of items) {
    if (signal.aborted) return;
    const sender = new PostSender(item, run);
    ledger.abandonSent = (reason) => sender.abandon(reason);
    await sender.publish().catch((thrown) => {
      const error = toActionError(thrown);
      item.end(error.code === 'RUN_CANCELLED' ? item.interruptedBy(error) : error);
    });
    const [error] = item.errors;
    if (error !== undefined && (error.endsRun || MEMORY_CODES.has(error.code))) return ledger.skipOpen(error);
  }
}

/** A claim of this run. */
interface OwnClaim extends Claim {
  /** Runs since the claim was made. */
  readonly since: Stopwatch;
}

/** What has become of the requests for a post. */
type Answer = Attempt<AcceptedPost>;

/** The publication has the progress: a cancelled run has a result at any time. */
class PostSender {
  readonly #item: Publication;
  readonly #run: SendRun;
  /** The same for each claim: any attempt may be the one that was stored. */
  readonly #nonce: string;
  #claim: OwnClaim | null = null;
  /** Runs since the first byte of the latest request left. */
  #sinceRequest: Stopwatch;

  constructor(item: Publication, run: SendRun) {
    this.#item = item;
    this.#run = run;
    this.#nonce = run.makeNonce();
    this.#sinceRequest = new Stopwatch(run.clock);
  }

  /**
   * Ends the publication. What an earlier attempt may have sent is looked up before a person's `resend` sends it again. A post whose
   * earlier revision is found, or was published by another run meanwhile, is edited.
   * @throws ActionError of the memory, before anything is sent; that of an edit; the reason of a cancellation
   */
  async publish(): Promise<void> {
    const item = this.#item;
    if (item.post.state === 'due' && !(await this.#lookUp(item.post))) {
      const claim = await this.#tryClaim();
      if (claim !== null) return await this.#conclude(claim, await this.#send(claim));
    }
    if (item.latest.state === 'unknown') await this.#lookUp(item.latest);
    if (item.latest.state === 'edit') return await this.#edit();
    if (item.latest.state !== 'due') item.end(null);
    else item.end(unknownError('another run has sent it meanwhile'));
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
    if (stored === null) signal.throwIfAborted();
    return stored === null ? null : this.#claim;
  }

  #makeClaim(post: PlannedPost): OwnClaim {
    const { runUrl: run, clock, memory } = this.#run;
    const { content, identity, attempt } = post;
    if (content === null) throw new RangeError(`${postName(post)} is not valid`);
    const claim = { attempt, nonce: this.#nonce, run, claimedAt: memory.now() };
    const known = identity.kind === 'own' ? identity : null;
    return {
      key: known?.key ?? this.#nonce,
      entry: claimEntry({ ...post, content }, claim),
      previous: known?.entry ?? null,
      since: new Stopwatch(clock),
    };
  }

  /** Repeats a request whose response was lost once: LinkedIn refuses what it has, and names it. Never throws. */
  async #send(claim: OwnClaim): Promise<Answer> {
    const { ledger, clock, signal } = this.#run;
    const json = JSON.stringify(buildPostBody(this.#item.post, ledger.mediaUrns));
    const first = await this.#request(json, claim);
    if (first.kind !== 'lost' || first.error.effect !== 'maybe') return first;
    if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return first;
    const again = await this.#request(json, claim, this.#sinceRequest);
    if (again.kind !== 'refused') return again;
    return { kind: 'lost', error: signal.aborted ? first.error : again.error };
  }

  /** `sinceFirst`: that of the request that this one repeats. What LinkedIn may have taken is looked up. */
  async #request(json: string, claim: OwnClaim, sinceFirst?: Stopwatch): Promise<Answer> {
    const { linkedin, clock } = this.#run;
    const item = this.#item;
    const isRepeated = sinceFirst !== undefined;
    const isVideo = item.post.media.some(({ kind }) => kind === 'video');
    const onProgress = (isInFlight: boolean) => {
      item.advance({ kind: isInFlight ? 'sending' : 'claimed' });
      if (isInFlight) this.#sinceRequest = new Stopwatch(clock);
    };
    const send = (signals: SendSignals) => linkedin.create(json, { isVideo, ...signals });
    const attempt = await sendOnce({ send, since: sinceFirst ?? claim.since, onProgress }, this.#run);
    if (attempt.kind === 'accepted') {
      const { urn, urnSource } = attempt.value;
      if (urn !== null) return { kind: 'accepted', value: { urn, urnSource, isRepeated } };
      item.advance({ kind: 'lost' });
      return (await this.#search(claim, isRepeated)) ?? { kind: 'lost', error: UNNAMED };
    }
    const { kind, error } = attempt;
    const duplicate = duplicateIn(error);
    if (kind === 'refused' && duplicate === null) return attempt;
    item.advance({ kind: 'lost' });
    if (duplicate === null) return (await this.#search(claim, isRepeated)) ?? attempt;
    const unknown = isRepeated
      ? unknownError(error.message, error)
      : duplicateError(error, duplicate.urn, this.#run.memory.entries());
    return (await this.#adopt(duplicate, claim, isRepeated)) ?? { kind: 'lost', error: unknown };
  }

  /** The post that LinkedIn names, if it is the one of this claim, and is there as far as can be read. */
  async #adopt(duplicate: DuplicatePost, claim: OwnClaim, isRepeat: boolean): Promise<Answer | null> {
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
    return (isFurther ? isRead !== false : isRead === true)
      ? { kind: 'accepted', value: { urn, urnSource: 'duplicate', isRepeated: false } }
      : null;
  }

  async #search(claim: OwnClaim, isRepeated: boolean): Promise<Answer | null> {
    const { memory, serverNow } = this.#run;
    const { author, text } = this.#item.post;
    const claimedAtMs = () => serverNow() - this.#sinceClaimMs(claim);
    const urn = await searchPost({ author, text, claimedAtMs }, memory.entries(), this.#run);
    return urn === null ? null : { kind: 'accepted', value: { urn, urnSource: 'lookup', isRepeated } };
  }

  /** The time since the first claim whose request may have had an effect. */
  #sinceClaimMs({ previous, since }: OwnClaim): number {
    if (previous === null || previous.state === 'posted') return since.monotonicMs();
    return this.#run.memory.nowMs() - Date.parse(previous.claimedAt);
  }

  /** Stores what came of the claim, and ends the post. The URN is stored before the comment is made. */
  async #conclude(claim: OwnClaim, answer: Answer): Promise<void> {
    const { memory } = this.#run;
    const item = this.#item;
    if (answer.kind === 'accepted') return await this.#accept(claim, answer.value);
    if (answer.kind === 'refused') {
      const error = this.#withoutLostMedia(answer.error);
      const failure = await memory.withdraw(claim);
      return item.end(failure === null ? error : claimNotWithdrawnError(error, failure.message));
    }
    const { error } = answer;
    const change = settleChange(claim, { state: 'unknown' }, memory.now());
    const failure = await memory.store(change);
    const rest = `that could not be remembered: ${failure?.message}`;
    item.end(failure === null ? error : error.reword(`${error.message}; ${rest}`));
  }

  async #accept(claim: OwnClaim, post: AcceptedPost): Promise<void> {
    const { memory, signal } = this.#run;
    const { urn, urnSource } = post;
    const item = this.#item;
    item.advance({ kind: 'accepted', ...post });
    const change = settleChange(claim, { state: 'posted', urn, urnSource }, memory.now());
    const failure = await memory.store(change);
    if (failure !== null) return item.end(notStoredError(urn, failure.message, failure));
    if (signal.aborted) return item.end(item.interruptedBy(toActionError(signal.reason)));
    const stored = memory.entries().get(claim.key);
    if (stored?.state === 'unknown')
      return item.settle({ state: 'unknown', errors: [unknownError(`${urn} is that of another post`)] });
    if (stored === undefined || !hasUrn(stored, urn))
      return item.end(notStoredError(urn, 'another run has claimed it meanwhile'));
    item.end(await this.#comment(claim, post));
  }

  /** Sent at most once: LinkedIn is not known to refuse a second comment. Returns why its URN could not be stored, or null. */
  async #comment(claim: OwnClaim, post: AcceptedPost): Promise<ActionError | null> {
    const { linkedin, clock, memory } = this.#run;
    const { comment: text } = this.#item.post;
    if (text === null) return null;
    const json = JSON.stringify(buildCommentBody(claim.entry.author, post.urn, text));
    const record = (comment: CommentAttempt) => this.#item.advance({ kind: 'commented', ...post, comment });
    const attempt = await sendOnce(
      {
        send: (signals) => linkedin.comment(post.urn, json, signals),
        since: new Stopwatch(clock),
        onProgress: (isInFlight) => record({ kind: isInFlight ? 'lost' : 'refused', error: CANCELLED }),
      },
      this.#run,
    );
    record(attempt);
    if (attempt.kind !== 'accepted' || attempt.value.urn === null) return null;
    const cause = await memory.store(commentChange(claim.key, post.urn, attempt.value.urn));
    const what = `the first comment is on LinkedIn, but that could not be remembered: ${cause?.message}`;
    return cause && new ActionError(cause.code, what, { cause });
  }

  /** LinkedIn does not say which of several pictures it cannot use. */
  #withoutLostMedia(error: ActionError): ActionError {
    const { ledger, forgetMedia, logger } = this.#run;
    const files = isMediaLost(error) ? mediaFilesOf(this.#item.post) : [];
    const urns = files.flatMap(({ path }) => ledger.mediaUrns.get(path) ?? []);
    if (urns.length === 0) return error;
    forgetMedia(new Set(urns));
    logger.info('LinkedIn cannot use the media of this post, so the next run uploads them again');
    return error.reword(error.message, { hint: MEDIA_LOST });
  }

  /** Replaces the text of a post on LinkedIn. The number is stored afterwards. @throws as `publish` */
  async #edit(): Promise<void> {
    const { memory, ledger, linkedin, limits } = this.#run;
    const item = this.#item;
    const { notice } = item.latest;
    // Another run may have stored a greater number since the plan.
    const latest = ledger.plan.decide(item.post, await memory.refresh(), memory.nowMs());
    item.latest = { ...latest, notice };
    const { identity, revision, text, urn } = latest;
    if (latest.state !== 'edit' || identity.kind !== 'own' || urn === null) return item.end(null);
    const onSending = () => item.advance({ kind: 'sending' });
    const send = () => linkedin.edit(urn, toLittleText(text), { onSending });
    const options = { limiter: limits.calls, key: item, maxAttempts: MAX_EDIT_ATTEMPTS };
    await limits.call(send, options).catch((error) => {
      const status = statusOf(error) ?? 0;
      // LinkedIn has refused it.
      if (status >= 400 && status < 500) item.advance({ kind: 'planned' });
      throw error;
    });
    // Media that are missing have no digest: then the content is none that any file has.
    const edit = { key: identity.key, urn, revision, content: latest.content ?? contentOf(latest) };
    const cause = await memory.store(editChange(edit, memory.now()));
    const problem = `the text is replaced, but that could not be remembered: ${cause?.message}; the next run replaces it again`;
    const errors = cause === null ? [] : [new ActionError(cause.code, problem, { cause })];
    const stored = memory.entries().get(identity.key)?.revision ?? revision;
    if (stored > revision) {
      item.advance({ kind: 'planned' });
      return item.end(overtakenError(revision, stored));
    }
    const reason = `its text is that of revision ${revision}; ${UNEDITED}`;
    item.settle({ ...factsOf(item.latest), state: 'edited', reason, errors });
  }

  /** A post of an earlier run that may be on LinkedIn. True if it was found: it is known, or it is to be edited. */
  async #lookUp(latest: PlannedPost): Promise<boolean> {
    const { memory, ledger } = this.#run;
    const item = this.#item;
    const { content, identity, author, text, comment } = latest;
    const entry = entryOf(latest);
    if (identity.kind !== 'own' || entry === null || entry.state === 'posted') return false;
    const { key } = identity;
    const posts = memory.entries();
    const isAmbiguous = [...posts].some(([other, one]) => other !== key && isIndistinguishable(one, entry));
    if (content !== entry.content || isAmbiguous) return false;
    const claimedAtMs = () => Date.parse(entry.claimedAt);
    const urn = await searchPost({ author, text, claimedAtMs }, posts, this.#run);
    if (urn === null) return false;
    const claim: Claim = { key, entry: { ...entry, state: 'sending' }, previous: entry };
    const change = settleChange(claim, { state: 'posted', urn, urnSource: 'lookup' }, memory.now());
    const cause = await memory.store(change);
    const rest = comment === null ? '' : '; its first comment was not made, so add it by hand';
    const notice = `was found on LinkedIn by its text${rest}`;
    const decided = ledger.plan.decide(item.post, memory.entries(), memory.nowMs());
    const known = { ...latest, ...NOTHING, state: 'known', urn, urnSource: 'lookup' } as const;
    if (cause !== null) item.latest = { ...known, errors: [notStoredError(urn, cause.message, cause)] };
    else if (decided.state === 'known' || decided.state === 'edit') item.latest = { ...decided, notice };
    else return false;
    return true;
  }

  /** Ends the post in a cancelled run, if it has not ended. The last write of the memory stores the rest. */
  abandon(reason: ActionError): void {
    if (this.#item.state !== null) return;
    const { memory } = this.#run;
    const item = this.#item;
    const { stage } = item;
    const claim = this.#claim;
    let error = item.interruptedBy(reason);
    if (claim !== null && (stage.kind === 'sending' || stage.kind === 'lost'))
      memory.stage(settleChange(claim, { state: 'unknown' }, memory.now()));
    else if (claim !== null && stage.kind === 'claimed') {
      memory.stage(withdrawChange(claim));
      error = claimNotWithdrawnError(error, 'there was no time left');
    } else if (claim !== null && stage.kind === 'commented' && stage.comment.kind === 'accepted')
      memory.stage(commentChange(claim.key, stage.urn, stage.comment.value.urn));
    item.end(error);
  }
}

const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled');
const UNNAMED = new RunError('RUN_STOPPED', 'LinkedIn accepted it without naming its URN');
const MEDIA_LOST =
  'Run the job again: it uploads the media again. If LinkedIn refuses the post then too, export the media again, and check `owner`.';

function overtakenError(revision: number, stored: number): ActionError {
  const problem = `another run has stored revision ${stored} while this one sent revision ${revision}, so LinkedIn may show the older text`;
  const hint = `Set \`revision: ${stored + 1}\` in the file: the next run replaces the text again.`;
  return new ActionError('POST_REFUSED', problem, { hint });
}

/** Whether the question "Which post is this?" has the same answer for the stored memory, and the post may still go out. */
function isAsPlanned(latest: PlannedPost, planned: PlannedPost): boolean {
  const keyOf = ({ identity }: PlannedPost) => ('key' in identity ? identity.key : null);
  // A further attempt of another run has another number.
  const isSame = keyOf(latest) === keyOf(planned) && latest.attempt === planned.attempt;
  return latest.state === 'due' && isSame;
}
