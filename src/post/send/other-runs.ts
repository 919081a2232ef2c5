// A post that another run sent, or is sending: waits for its outcome, and looks the post up on LinkedIn. Sends nothing.

import { toActionError } from '../../errors/action-error.ts';
import { pluralize } from '../../format.ts';
import type { Post } from '../file/post.ts';
import {
  isIndistinguishable,
  type PostEntry,
  type PostedEntry,
  postKeyText,
  WAIT_LIMIT_MS,
} from '../memory/post-entry.ts';
import type { PlannedPost } from '../plan.ts';
import { asUnknown, unknownError } from '../post-decision.ts';
import { notStoredError } from '../post-failures.ts';
import { knownOutcome, type PostOutcome, unknownOutcome } from '../post-state.ts';
import { toLittleText } from '../text/little-text.ts';
import type { PostDeps } from './post-deps.ts';
import { searchPost } from './recovery.ts';

/** A read of a branch is two requests, of 1,000 an hour. */
const POLL_MS = 10_000;

/** Waits while the claim of another run is active. @throws the errors of the memory; the reason of a cancellation */
export async function waitForOtherRun(planned: PlannedPost, deps: PostDeps): Promise<PlannedPost> {
  const { clock, signal, memory, ledger, sharedNow } = deps;
  const endMs = clock.now() + WAIT_LIMIT_MS;
  let current = planned;
  while (current.state === 'sending' && clock.now() < endMs) {
    await clock.sleep(POLL_MS, signal);
    current = ledger.plan.decide(planned.written, await memory.refresh(), sharedNow());
  }
  if (current.state !== 'sending') return current;
  const { entry, written, reason } = current;
  const minutes = pluralize(WAIT_LIMIT_MS / 60_000, 'minute');
  const { errors = [] } = unknownOutcome(`${reason}, and has not ended within ${minutes}`);
  const isRenamed = entry?.state === 'sending' && entry.id !== written.id;
  const toRemember = isRenamed ? asUnknown(entry, written, sharedNow()) : null;
  return { ...current, state: 'unknown', reason: null, errors, toRemember };
}

/** Leaves a post that another run has claimed during this one to the next run, even for an attempt that `resend` allows. */
export function leaveToNextRun(planned: PlannedPost): PlannedPost {
  const { state, entry } = planned;
  if (state !== 'due' || entry === null || entry.state === 'posted') return planned;
  return { ...planned, state: 'unknown', errors: [unknownError(entry)] };
}

/** A post that is found is remembered. No run makes its comment. Never throws. */
export async function resolveUnknown(planned: PlannedPost, deps: PostDeps): Promise<PostOutcome> {
  const { memory, ledger, apiUrl, sharedNow } = deps;
  const { written, digest, entry, errors } = planned;
  const { post, id, file, author } = written;
  const unknown = { state: 'unknown', errors } as const;
  if (post === null || entry === null || entry.state === 'posted') return unknown;
  const urn = await findSent({ post, digest, entry }, deps);
  if (urn === null) return unknown;
  const identity = { id, author, apiUrl, file, digest: entry.digest };
  const updatedAt = new Date(sharedNow()).toISOString();
  const found: PostEntry = { ...identity, updatedAt, state: 'posted', urn, urnSource: 'lookup' };
  // The attempt may have been remembered under the new id of a renamed post meanwhile.
  const stored = memory.entries().find((one) => postKeyText(one) === postKeyText(found));
  const isOfAttempt = stored !== undefined && 'nonce' in stored && stored.nonce === entry.nonce;
  try {
    await memory.remember([{ toRemember: found, entry: isOfAttempt ? stored : entry }]);
  } catch (thrown) {
    const cause = toActionError(thrown);
    const errors = [notStoredError(urn, cause.message, cause)];
    return { state: 'known', urn, urnSource: 'lookup', errors };
  }
  const current = ledger.plan.decide(written, memory.entries(), sharedNow());
  if (current.state !== 'known') return unknown;
  const comment = post.comment === null ? '' : '; its first comment was not made, so add it by hand';
  return { ...knownOutcome(current), notice: `was found on LinkedIn by its text${comment}` };
}

interface SentPost {
  readonly post: Post;
  /** The digest of the file as it is now. */
  readonly digest: string | null;
  /** The entry that the attempt left in the memory. */
  readonly entry: Exclude<PostEntry, PostedEntry>;
}

/** The URN of the post on LinkedIn that can only be the one of the attempt. */
async function findSent({ post, digest, entry }: SentPost, deps: PostDeps): Promise<string | null> {
  if (digest !== entry.digest) return null;
  const entries = deps.memory.entries();
  const others = entries.filter((one) => postKeyText(one) !== postKeyText(entry));
  if (others.some((one) => isIndistinguishable(one, entry))) return null;
  const searched = {
    author: post.author,
    commentary: toLittleText(post.text),
    claimedAtMs: () => Date.parse(entry.claimedAt),
  };
  return await searchPost(searched, entries, deps);
}
