// Sends one claimed post, and retries once after a lost response. Stores nothing.

import { Stopwatch, sleepUnlessAborted } from '../../clock.ts';
import { type ActionError, DuplicatePostError, RunError } from '../../errors.ts';
import type { CreatedPost } from '../../linkedin/post-client.ts';
import {
  type Claim,
  type PostEntry,
  postKeyText,
  SEND_LIMIT_MS,
  type UrnSource,
} from '../memory/post-entry.ts';
import type { PostItem } from '../post-state.ts';
import { buildPostBody } from '../text/body.ts';
import { toLittleText } from '../text/little-text.ts';
import type { PostDeps } from './post-deps.ts';
import { findOwnDuplicate, searchPost } from './recovery.ts';
import { type Attempt, sendOnce } from './send-once.ts';

export type SendOutcome =
  /** Without a URN if LinkedIn did not name it. */
  | {
      readonly kind: 'accepted';
      readonly urn: string | null;
      readonly urnSource: UrnSource;
    }
  /** LinkedIn has no post of this claim. */
  | { readonly kind: 'rejected'; readonly error: ActionError }
  | { readonly kind: 'unknown'; readonly error: ActionError };

/** LinkedIn may need some time to store a post whose response was lost. */
const RETRY_DELAY_MS = 30_000;

/** A post whose claim is stored, or about to be stored. */
export interface ClaimedPost {
  readonly claim: Claim;
  /** Runs since the claim was made. */
  readonly since: Stopwatch;
  /** What is remembered of an attempt before this one, whose outcome is unknown. Null without one. */
  readonly earlier: PostEntry | null;
}

interface Sending extends ClaimedPost {
  readonly item: PostItem;
  readonly deps: PostDeps;
  /** The exact bytes of the request, the same in every attempt. */
  readonly json: string;
  /** Runs since the last request. */
  sinceRequest: Stopwatch;
}

/** Rejects only if the post is not valid. */
export async function sendPost(item: PostItem, deps: PostDeps, claimed: ClaimedPost): Promise<SendOutcome> {
  const json = JSON.stringify(buildPostBody(item.planned.written, deps.ledger.mediaUrns));
  const sending: Sending = { ...claimed, item, deps, json, sinceRequest: claimed.since };
  const first = await attempt(sending, claimed.since);
  if (first.kind === 'accepted') return { kind: 'accepted', ...first.value };
  if (first.kind === 'lost') return await recover(sending, first.error);
  const isEarlier = first.error instanceof DuplicatePostError && claimed.earlier !== null;
  if (!isEarlier) return { kind: 'rejected', error: first.error };
  return adoptDuplicate(sending, first.error) ?? { kind: 'unknown', error: first.error };
}

async function recover(sending: Sending, error: ActionError): Promise<SendOutcome> {
  const { clock, signal, memory } = sending.deps;
  const sinceFirst = sending.sinceRequest;
  const found = await search(sending);
  if (found !== null) return found;
  if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return { kind: 'unknown', error };
  const again = await attempt(sending, sinceFirst, async () => {
    // A person may have settled the post meanwhile. If the memory cannot be read, the retry is sent anyway.
    const { nonce } = sending.claim.entry;
    const entries = await memory.refresh().catch(() => null);
    if (entries === null || entries.some((one) => 'nonce' in one && one.nonce === nonce)) return;
    throw new RunError('RUN_STOPPED', 'the post was settled meanwhile');
  });
  if (again.kind === 'accepted') return { kind: 'accepted', ...again.value };
  const adopted = adoptDuplicate(sending, again.error);
  const recovered = again.kind === 'lost' ? (adopted ?? (await search(sending))) : adopted;
  return recovered ?? { kind: 'unknown', error: again.error };
}

async function attempt(
  sending: Sending,
  since: Stopwatch,
  prepare?: () => Promise<void>,
): Promise<Attempt<CreatedPost>> {
  const { item, deps, json } = sending;
  const { linkedin, clock, ledger } = deps;
  const isVideo = item.planned.written.media.some(({ kind }) => kind === 'video');
  const onProgress = (isInFlight: boolean) => {
    ledger.record(item, { kind: isInFlight ? 'sending' : 'unsent' });
    if (isInFlight) sending.sinceRequest = new Stopwatch(clock);
  };
  const options = { since, withinMs: SEND_LIMIT_MS, prepare, onProgress };
  const ended = await sendOnce((signals) => linkedin.create(json, { isVideo, ...signals }), options, deps);
  if (ended.kind === 'lost') ledger.record(item, { kind: 'lost' });
  return ended;
}

function adoptDuplicate(sending: Sending, error: ActionError): SendOutcome | null {
  if (!(error instanceof DuplicatePostError)) return null;
  const { deps, claim, sinceRequest } = sending;
  const urn = findOwnDuplicate(error, {
    entries: deps.memory.entries(),
    key: postKeyText(claim.entry),
    sinceClaimMs: sinceClaimMs(sending),
    sinceRetryMs: sinceRequest.monotonicMs(),
  });
  return urn === null ? null : { kind: 'accepted', urn, urnSource: 'duplicate' };
}

async function search(sending: Sending): Promise<SendOutcome | null> {
  const { item, deps } = sending;
  const { author, text } = item.planned.written;
  const sinceMs = () => deps.serverNow() - sinceClaimMs(sending);
  const searched = { author, commentary: toLittleText(text), sinceMs };
  const urn = await searchPost(searched, deps.memory.entries(), deps);
  return urn === null ? null : { kind: 'accepted', urn, urnSource: 'lookup' };
}

/** Since the first claim whose request may have had an effect. */
function sinceClaimMs({ earlier, since, deps }: Sending): number {
  if (earlier === null || earlier.state === 'posted') return since.monotonicMs();
  return deps.memory.epochMs() - Date.parse(earlier.claimedAt);
}
