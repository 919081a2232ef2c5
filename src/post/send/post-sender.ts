// Sends one claimed post, so that it goes out exactly once: retries once after a lost response. Stores nothing.

import { Stopwatch, sleepUnlessAborted } from '../../clock.ts';
import { type ActionError, RunError } from '../../errors/action-error.ts';
import { type CreatedPost, duplicateIn } from '../../linkedin/post-client.ts';
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
  /** The URN is null if LinkedIn did not name it. */
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
  /** The entry of an earlier attempt whose outcome is unknown. Null without one. */
  readonly earlier: PostEntry | null;
}

/** Its constructor throws only if the post is not valid. */
export class PostSender {
  readonly #item: PostItem;
  readonly #deps: PostDeps;
  readonly #claimed: ClaimedPost;
  /** The exact bytes of the request, the same in every attempt. */
  readonly #json: string;
  #sinceRequest: Stopwatch;

  constructor(item: PostItem, deps: PostDeps, claimed: ClaimedPost) {
    this.#item = item;
    this.#deps = deps;
    this.#claimed = claimed;
    this.#json = JSON.stringify(buildPostBody(item.planned.written, deps.ledger.mediaUrns));
    this.#sinceRequest = claimed.since;
  }

  /** Never throws. */
  async send(): Promise<SendOutcome> {
    const { since, earlier } = this.#claimed;
    const first = await this.#attempt(since);
    if (first.kind === 'accepted') return { kind: 'accepted', ...first.value };
    if (first.kind === 'lost') return await this.#recover(first.error);
    const isEarlier = earlier !== null && duplicateIn(first.error) !== null;
    if (!isEarlier) return { kind: 'rejected', error: first.error };
    return this.#adoptDuplicate(first.error) ?? { kind: 'unknown', error: first.error };
  }

  async #recover(error: ActionError): Promise<SendOutcome> {
    const { clock, signal, memory } = this.#deps;
    const sinceFirst = this.#sinceRequest;
    const found = await this.#search();
    if (found !== null) return found;
    if (!(await sleepUnlessAborted(clock, RETRY_DELAY_MS, signal))) return { kind: 'unknown', error };
    const again = await this.#attempt(sinceFirst, async () => {
      // A person may have settled the post meanwhile. If the memory cannot be read, the retry is sent anyway.
      const { nonce } = this.#claimed.claim.entry;
      const entries = await memory.refresh().catch(() => null);
      if (entries === null || entries.some((one) => 'nonce' in one && one.nonce === nonce)) return;
      throw new RunError('RUN_STOPPED', 'the post was settled meanwhile');
    });
    if (again.kind === 'accepted') return { kind: 'accepted', ...again.value };
    const adopted = this.#adoptDuplicate(again.error);
    const recovered = again.kind === 'lost' ? (adopted ?? (await this.#search())) : adopted;
    return recovered ?? { kind: 'unknown', error: again.error };
  }

  async #attempt(since: Stopwatch, prepare?: () => Promise<void>): Promise<Attempt<CreatedPost>> {
    const { linkedin, clock, ledger } = this.#deps;
    const isVideo = this.#item.planned.written.media.some(({ kind }) => kind === 'video');
    const onProgress = (isInFlight: boolean) => {
      ledger.record(this.#item, { kind: isInFlight ? 'sending' : 'unsent' });
      if (isInFlight) this.#sinceRequest = new Stopwatch(clock);
    };
    const attempt = await sendOnce(
      (signals) => linkedin.create(this.#json, { isVideo, ...signals }),
      { since, withinMs: SEND_LIMIT_MS, prepare, onProgress },
      this.#deps,
    );
    if (attempt.kind === 'lost') ledger.record(this.#item, { kind: 'lost' });
    return attempt;
  }

  #adoptDuplicate(error: ActionError): SendOutcome | null {
    const duplicate = duplicateIn(error);
    if (duplicate === null) return null;
    const urn = findOwnDuplicate(duplicate, {
      entries: this.#deps.memory.entries(),
      key: postKeyText(this.#claimed.claim.entry),
      sinceClaimMs: this.#sinceClaimMs(),
      sinceRetryMs: this.#sinceRequest.monotonicMs(),
    });
    return urn === null ? null : { kind: 'accepted', urn, urnSource: 'duplicate' };
  }

  async #search(): Promise<SendOutcome | null> {
    const { memory, serverNow } = this.#deps;
    const { author, text } = this.#item.planned.written;
    const claimedAtMs = () => serverNow() - this.#sinceClaimMs();
    const searched = { author, commentary: toLittleText(text), claimedAtMs };
    const urn = await searchPost(searched, memory.entries(), this.#deps);
    return urn === null ? null : { kind: 'accepted', urn, urnSource: 'lookup' };
  }

  /** The time since the first claim whose request may have had an effect. */
  #sinceClaimMs(): number {
    const { earlier, since } = this.#claimed;
    if (earlier === null || earlier.state === 'posted') return since.monotonicMs();
    return this.#deps.sharedNow() - Date.parse(earlier.claimedAt);
  }
}
