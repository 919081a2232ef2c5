// Sends the posts of a run, one after the other, each exactly once: claims it, sends it, stores what came of it, and comments. A lost
// response is repeated once. An edit is claimed too, and may be repeated. Never throws: the publications have the errors.

import { randomUUID } from 'node:crypto';
import { Stopwatch, sleepUnlessAborted } from '../../clock.ts';
import {
  ActionError,
  type DuplicatePost,
  RunError,
  toActionError,
} from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { duplicateIn, isMediaLost } from '../../linkedin/post-client.ts';
import { mediaFilesOf, postName } from '../file/post.ts';
import {
  claimEntry,
  commentChange,
  hasUrn,
  isIndistinguishable,
  settleChange,
} from '../memory/post-entry.ts';
import { claimLeftError } from '../memory/post-memory.ts';
import { unknownError } from '../plan.ts';
import { keyOf, type PlannedPost } from '../planned-post.ts';
import type { AcceptedPost, CommentAttempt, OwnClaim, Publication } from '../publication.ts';
import { buildCommentBody, buildPostBody } from '../text/body.ts';
import { sendEdit } from './edit-sender.ts';
import { duplicateError, findOwnDuplicate, isThere, searchPost } from './recovery.ts';
import { type Attempt, sendOnce } from './send-once.ts';
import { notStoredError, type SendRun } from './send-run.ts';

/** Errors of the memory, after which no other post is claimed either. */
const MEMORY_CODES: readonly ErrorCode[] = [
  'MANIFEST_WRITE',
  'MANIFEST_INVALID',
  'BRANCH_PROTECTED',
];

/** LinkedIn may need some time to store a post whose response was lost. */
const RETRY_DELAY_MS = 30_000;

/**
 * Sends or settles `items`, in their order. An error that would affect every post ends the sending. A cancelled run sends no further
 * one, and leaves the one whose response is missing to `PostLedger.close`.
 */
export async function sendPosts(items: readonly Publication[], run: SendRun): Promise<void> {
  for (const item of items) {
    if (run.signal.aborted) return;
    await sendPost(item, run).catch((thrown) => {
      const error = toActionError(thrown);
      item.end(error.code === 'RUN_CANCELLED' ? item.interruptedBy(error) : error);
    });
    const [error] = item.facts.errors;
    if (error !== undefined && (error.endsRun || MEMORY_CODES.includes(error.code)))
      return run.ledger.skipOpen(error);
  }
}

/**
 * Ends the publication. A post that an earlier attempt may have sent is looked up first, and edited if an earlier revision of it is
 * found. Else it is claimed and sent. If another run was first, it ends as that run left it.
 * @throws ActionError of the memory, before anything is sent; that of an edit; the reason of a cancellation
 */
async function sendPost(item: Publication, run: SendRun): Promise<void> {
  if (item.post.state === 'due' && !(await lookUp(item, run))) {
    const claim = await tryClaim(item, run);
    if (claim !== null) return await conclude(item, claim, run);
  }
  if (item.latest.state === 'unknown') await lookUp(item, run);
  if (item.latest.state === 'edit') return await sendEdit(item, run);
  item.end(item.latest.state === 'due' ? unknownError('another run has sent it meanwhile') : null);
}

/** Null: the stored memory led to another decision, or another run was first. */
async function tryClaim(item: Publication, run: SendRun): Promise<OwnClaim | null> {
  const { ledger, remembered, signal } = run;
  const { posts } = remembered;
  const claim = await posts.claim((stored) => {
    const latest = ledger.plan.decide(item.post, stored, posts.nowMs());
    item.latest = latest;
    // Keeps the claim before it is stored, because a cancelled run settles a claim whose response is missing.
    item.claim = isAsPlanned(latest, item.post) ? makeClaim(item, run) : null;
    item.advance({ kind: item.claim === null ? 'planned' : 'claimed' });
    return item.claim;
  });
  if (claim === null) signal.throwIfAborted();
  return claim;
}

function makeClaim(
  { claim, latest }: Publication,
  { remembered, runUrl, clock }: SendRun,
): OwnClaim {
  const { content, identity, attempt } = latest;
  if (content === null) throw new RangeError(`${postName(latest)} is not valid`);
  // The same for each claim of the post: any attempt may be the one that was stored.
  const nonce = claim?.entry.nonce ?? randomUUID();
  const { key, entry } = identity.kind === 'own' ? identity : { key: nonce, entry: null };
  // A post that is on LinkedIn is never due.
  const previous = entry?.state === 'posted' ? null : entry;
  const claimed = { attempt, nonce, run: runUrl, claimedAt: remembered.posts.now() };
  return {
    key,
    entry: claimEntry({ ...latest, content }, previous, claimed),
    previous,
    since: new Stopwatch(clock),
    sinceRequest: null,
  };
}

/** What has become of the requests for a post. */
type Answer = Attempt<AcceptedPost>;

/** Sends a request in doubt once more, after 30 s: LinkedIn refuses a post that it has, and names it. Never throws. */
async function send(item: Publication, claim: OwnClaim, run: SendRun): Promise<Answer> {
  const { clock, signal } = run;
  const first = await request(item, claim, run);
  // After an answer of LinkedIn, a repeat would tell nothing new: the answer had no URN, or said that LinkedIn has such a post.
  if (first.kind !== 'lost' || first.error.effect !== 'maybe') return first;
  if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return first;
  const again = await request(item, claim, run);
  if (again.kind !== 'refused') return again;
  return { kind: 'lost', error: signal.aborted ? first.error : again.error };
}

/** One request, and what LinkedIn may have taken of it. No repeat leaves later than `SEND_LIMIT_MS` after the first one. */
async function request(item: Publication, claim: OwnClaim, run: SendRun): Promise<Answer> {
  const { ledger, linkedin, clock, remembered } = run;
  const { sinceRequest } = claim;
  const isRepeated = sinceRequest !== null;
  const json = JSON.stringify(buildPostBody(item.post, ledger.mediaUrns));
  const isVideo = item.post.media.some(({ media }) => media.kind === 'video');
  const onProgress = (isInFlight: boolean) => {
    item.advance({ kind: isInFlight ? 'sending' : 'claimed' });
    if (isInFlight) claim.sinceRequest = new Stopwatch(clock);
  };
  const attempt = await sendOnce(
    {
      send: (signals) => linkedin.posts.create(json, { isVideo, ...signals }),
      since: sinceRequest ?? claim.since,
      onProgress,
    },
    run,
  );
  if (attempt.kind === 'accepted' && attempt.value.urn !== null) {
    const { urn, urnSource } = attempt.value;
    return { kind: 'accepted', value: { urn, urnSource, isRepeated } };
  }
  const error = attempt.kind === 'accepted' ? UNNAMED : attempt.error;
  const duplicate = duplicateIn(error);
  if (attempt.kind === 'refused' && duplicate === null) return attempt;
  item.advance({ kind: 'lost' });
  const posts = remembered.posts.entries();
  if (duplicate === null) {
    const claimedAtMs = () => linkedin.serverNow() - sinceClaimMs(claim, run);
    const urn = await searchPost({ ...item.post, claimedAtMs }, posts, run);
    if (urn === null) return { kind: 'lost', error };
    return { kind: 'accepted', value: { urn, urnSource: 'lookup', isRepeated } };
  }
  const urn = await adopt(duplicate, claim, { ...run, isRepeated });
  if (urn !== null)
    return { kind: 'accepted', value: { urn, urnSource: 'duplicate', isRepeated: false } };
  const end = isRepeated
    ? unknownError(error.message, error)
    : duplicateError(error, duplicate.urn, posts);
  return { kind: 'lost', error: end };
}

const UNNAMED = new RunError('RUN_STOPPED', 'LinkedIn accepted it without naming its URN');

/** The post that LinkedIn names, if it is the one of this claim, and is there as far as can be read. */
async function adopt(
  duplicate: DuplicatePost,
  claim: OwnClaim,
  { isRepeated, ...run }: SendRun & { readonly isRepeated: boolean },
): Promise<string | null> {
  const sinceRequestMs = claim.sinceRequest?.monotonicMs() ?? 0;
  const isFurther = isRepeated || claim.previous !== null;
  const urn = findOwnDuplicate(duplicate, {
    posts: run.remembered.posts.entries(),
    key: claim.key,
    sinceStartMs: isFurther ? sinceClaimMs(claim, run) : sinceRequestMs,
    sinceRepeatMs: isFurther ? sinceRequestMs : null,
  });
  const isRead = urn === null ? null : await isThere(urn, claim.entry.author, run);
  // Without an earlier attempt, the named post is the one of this request, and LinkedIn must show it.
  return (isRead ?? isFurther) ? urn : null;
}

/** The time since the first claim whose request may have had an effect. */
function sinceClaimMs({ previous, since }: OwnClaim, { remembered }: SendRun): number {
  if (previous === null) return since.monotonicMs();
  return remembered.posts.nowMs() - Date.parse(previous.claimedAt);
}

/** Sends the post, stores what came of the claim, and ends the post. The URN is stored before the comment is made. */
async function conclude(item: Publication, claim: OwnClaim, run: SendRun): Promise<void> {
  const { remembered, signal } = run;
  const { posts } = remembered;
  const answer = await send(item, claim, run);
  if (answer.kind !== 'accepted') {
    const isRefused = answer.kind === 'refused';
    const error = isRefused ? withoutLostMedia(item, answer.error, run) : answer.error;
    const failure = isRefused
      ? await posts.withdraw(claim)
      : await posts.store(settleChange(claim, null, posts.now()));
    // A post that did not go out gives its turn to the next one.
    if (isRefused && failure === null) item.claim = null;
    return item.end(
      failure === null ? error : claimLeftError(error, { why: failure.message, isEdit: false }),
    );
  }
  const { urn, urnSource } = answer.value;
  item.advance({ kind: 'accepted', ...answer.value, comment: null });
  const failure = await posts.store(settleChange(claim, { urn, urnSource }, posts.now()));
  if (failure !== null) return item.end(postNotStored(urn, failure));
  // `PostLedger.close` ends it.
  if (signal.aborted) return;
  const stored = posts.entries().get(claim.key);
  if (stored?.state === 'unknown')
    return item.settle({
      state: 'unknown',
      errors: [unknownError(`${urn} is that of another post`)],
    });
  if (!hasUrn(stored, urn)) return item.end(postNotStored(urn, TAKEN_OVER));
  const commentUrn = await comment(item, answer.value, run);
  const cause =
    commentUrn === null ? null : await posts.store(commentChange(claim.key, urn, commentUrn));
  item.end(cause && notStoredError('the first comment is on LinkedIn', cause));
}

const TAKEN_OVER = new ActionError('MANIFEST_WRITE', 'another run has claimed it meanwhile');

function postNotStored(urn: string, cause: ActionError): ActionError {
  const hint = `So that it is not sent again, set \`urn: ${urn}\` in its file; without a file, do not run it again.`;
  return notStoredError(`the post is on LinkedIn as ${urn}`, cause, hint);
}

/** Sent at most once: LinkedIn is not known to refuse a second comment. Returns its URN, or null. */
async function comment(
  item: Publication,
  accepted: AcceptedPost,
  run: SendRun,
): Promise<string | null> {
  const { urn } = accepted;
  const { author, comment: text } = item.post;
  if (text === null) return null;
  const json = JSON.stringify(buildCommentBody(author, urn, text));
  const record = (made: CommentAttempt) =>
    item.advance({ kind: 'accepted', ...accepted, comment: made });
  const attempt = await sendOnce(
    {
      send: (signals) => run.linkedin.posts.comment(urn, json, signals),
      since: new Stopwatch(run.clock),
      onProgress: (isInFlight) =>
        record({ kind: isInFlight ? 'lost' : 'refused', error: CANCELLED }),
    },
    run,
  );
  record(attempt);
  return attempt.kind === 'accepted' ? attempt.value.urn : null;
}

const CANCELLED = new RunError('RUN_CANCELLED', 'the run was cancelled');

/** LinkedIn does not say which of several pictures it cannot use. */
function withoutLostMedia(
  { post }: Publication,
  error: ActionError,
  { ledger, remembered, logger }: SendRun,
): ActionError {
  const files = isMediaLost(error) ? mediaFilesOf(post) : [];
  const urns = files.flatMap(({ path }) => ledger.mediaUrns.get(path) ?? []);
  if (urns.length === 0) return error;
  remembered.memory.uploads.forget(new Set(urns));
  logger.info('LinkedIn cannot use the media of this post, so the next run uploads them again');
  return error.reword(error.message, { hint: MEDIA_LOST });
}

const MEDIA_LOST =
  'Run the job again: it uploads the media again. If LinkedIn refuses the post then too, export the media again, and check `owner`.';

/** A post of an earlier run that may be on LinkedIn. True if it was found: it is known, or it is to be edited. */
async function lookUp(item: Publication, run: SendRun): Promise<boolean> {
  const { posts } = run.remembered;
  const { latest } = item;
  const { content, identity, comment: text } = latest;
  if (identity.kind !== 'own' || identity.entry.state === 'posted') return false;
  const { key, entry } = identity;
  const entries = posts.entries();
  const isAmbiguous = [...entries].some(
    ([other, one]) => other !== key && isIndistinguishable(one, entry),
  );
  if (content !== entry.content || isAmbiguous) return false;
  const claimedAtMs = () => Date.parse(entry.claimedAt);
  const urn = await searchPost({ ...latest, claimedAtMs }, entries, run);
  if (urn === null) return false;
  const found = { urn, urnSource: 'lookup' } as const;
  const cause = await posts.store(settleChange({ key, entry, previous: null }, found, posts.now()));
  if (cause !== null) {
    item.settle({ ...found, state: 'known', errors: [postNotStored(urn, cause)] });
    return true;
  }
  const decided = run.ledger.plan.decide(item.post, posts.entries(), posts.nowMs());
  if (decided.state !== 'known' && decided.state !== 'edit') return false;
  const rest = text === null ? '' : '; its first comment was not made, so add it by hand';
  item.latest = { ...decided, notice: `was found on LinkedIn by its text${rest}` };
  return true;
}

/** Whether the question "Which post is this?" has the same answer for the stored memory, and the post may still go out. */
function isAsPlanned(latest: PlannedPost, planned: PlannedPost): boolean {
  // A further attempt of another run has another number.
  return (
    latest.state === 'due' && latest.attempt === planned.attempt && keyOf(latest) === keyOf(planned)
  );
}
