// Replaces the text of a published post on LinkedIn: claims the edit, sends it, and stores what came of it. A lost
// answer is repeated as usual, because the call is idempotent. An edit that may have had its effect keeps its claim,
// which says so to later runs.

import { randomUUID } from 'node:crypto';
import { abortAfter, Stopwatch } from '../../clock.ts';
import { ActionError, RunError, toActionError } from '../../errors/action-error.ts';
import { contentOf } from '../identity.ts';
import {
  claimEdit,
  EDIT_LIMIT_MS,
  type EditClaim,
  editChange,
  endOfClaim,
  type PostedEntry,
} from '../memory/post-entry.ts';
import { claimLeftError } from '../memory/post-memory.ts';
import { keyOf } from '../planned-post.ts';
import type { Publication } from '../publication.ts';
import { UNEDITED } from '../published-post.ts';
import { toLittleText } from '../text/little-text.ts';
import { notStoredError, type SendRun } from './send-run.ts';

const MAX_EDIT_ATTEMPTS = 4;

/** Claims the edit, replaces the text on LinkedIn, and stores that. @throws as `sendPost` */
export async function sendEdit(item: Publication, run: SendRun): Promise<void> {
  const claim = await tryEditClaim(item, run);
  if (claim === null) return item.end(null);
  const failure = await replaceText(item, claim, run);
  if (failure !== null) return item.end(failure);
  const { remembered, signal } = run;
  const { posts } = remembered;
  const { latest } = item;
  const { revision } = claim.editing;
  const cause = await posts.store(editChange(claim, posts.now()));
  const stored = posts.entries().get(claim.key);
  // A cancelled run has not written it yet.
  const isChecked = cause === null && !signal.aborted;
  if (isChecked && stored?.state === 'posted' && isOvertaken(stored, claim)) {
    const error = overtakenError(revision, stored);
    return item.settle({ ...latest, state: 'failed', reason: null, errors: [error] });
  }
  const reason = `its text is that of revision ${revision}; ${UNEDITED}`;
  const until = `A run after ${endOfClaim(claim.editing)} replaces the text again.`;
  const errors = cause === null ? [] : [notStoredError('the text is replaced', cause, until)];
  item.settle({ ...latest, state: 'edited', reason, errors });
}

/** Null: the stored memory led to another decision, or another run was first. */
async function tryEditClaim(item: Publication, run: SendRun): Promise<EditClaim | null> {
  const { ledger, remembered, signal, runUrl } = run;
  const { posts } = remembered;
  const { notice } = item.latest;
  const key = keyOf(item.latest);
  // The same for each claim of the edit: any attempt may be the one that was stored.
  const nonce = randomUUID();
  const claim = await posts.claim((stored) => {
    const latest = ledger.plan.decide(item.post, stored, posts.nowMs());
    item.latest = { ...latest, notice: notice ?? latest.notice };
    const { identity, state, revision } = latest;
    const mayEdit = state === 'edit' && keyOf(latest) === key && identity.kind === 'own';
    item.editClaim = null;
    if (mayEdit && identity.entry.state === 'posted') {
      // Media that are missing have no digest: then the content is none that any file has.
      const content = latest.content ?? contentOf(latest);
      const claimed = { revision, content, nonce, run: runUrl, claimedAt: posts.now() };
      item.editClaim = claimEdit(identity.key, identity.entry, claimed);
    }
    item.advance({ kind: item.editClaim === null ? 'planned' : 'claimed' });
    return item.editClaim;
  });
  if (claim === null) signal.throwIfAborted();
  return claim;
}

/** Sends the new text. Null if LinkedIn took it. An edit that certainly had no effect gives its claim back. Never throws. */
async function replaceText(
  item: Publication,
  claim: EditClaim,
  run: SendRun,
): Promise<ActionError | null> {
  const { linkedin, limits, remembered, clock, signal } = run;
  const tooLate = new RunError('RUN_STOPPED', 'not edited: its time limit has passed');
  const limit = abortAfter(EDIT_LIMIT_MS, tooLate, { clock, signal });
  const since = new Stopwatch(clock);
  const onSending = () => {
    // The connection may have taken long.
    if (since.elapsedMs() >= EDIT_LIMIT_MS) throw tooLate;
    item.advance({ kind: 'sending' });
  };
  const text = toLittleText(item.latest.text);
  // Without a signal: a request on its way is not cut off, but waited for.
  const replace = () => linkedin.posts.edit(claim.entry.urn, text, { onSending });
  // The last attempt may be refused although one before it had its effect.
  let isInDoubt = false;
  const onInDoubt = () => {
    isInDoubt = true;
  };
  const options = { key: item, maxAttempts: MAX_EDIT_ATTEMPTS, onInDoubt, signal: limit.signal };
  try {
    await limits.call(replace, options);
    return null;
  } catch (thrown) {
    const error = toActionError(thrown);
    const failure = error.code === 'RUN_CANCELLED' ? item.interruptedBy(error) : error;
    if (isInDoubt) return failure;
    item.advance({ kind: 'claimed' });
    const left = await remembered.posts.withdraw(claim);
    item.advance({ kind: 'planned' });
    return left === null ? failure : claimLeftError(failure, { why: left.message, isEdit: true });
  } finally {
    limit.clear();
  }
}

/** Whether another run has stored or claimed an edit since this one was claimed. */
function isOvertaken({ revision, content, editing }: PostedEntry, claim: EditClaim): boolean {
  const { editing: own } = claim;
  return editing !== undefined || revision !== own.revision || content !== own.content;
}

/** Another run has sent an edit at the same time: nobody knows which text LinkedIn got last. */
function overtakenError(revision: number, stored: PostedEntry): ActionError {
  const other = stored.editing?.revision ?? stored.revision;
  const greatest = Math.max(other, revision);
  const problem = `another run has sent revision ${other} while this one sent revision ${revision}, so LinkedIn may show the older text`;
  const hint = `Set \`revision: ${greatest + 1}\` in the file: the next run replaces the text again.`;
  return new ActionError('POST_REFUSED', problem, { hint });
}
