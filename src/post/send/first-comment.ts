// The first comment of a post: sent once after the post, and never retried after a lost response, because LinkedIn is not
// known to reject duplicate comments.

import { Stopwatch } from '../../clock.ts';
import { ActionError, toActionError } from '../../errors/action-error.ts';
import {
  type CommentClaim,
  type CommentState,
  MAX_URN_CHARS,
  type PostedEntry,
  SEND_LIMIT_MS,
} from '../memory/post-entry.ts';
import { CANCELLED, type CommentAttempt, type PostItem } from '../post-state.ts';
import { buildCommentBody } from '../text/body.ts';
import type { PostDeps } from './post-deps.ts';
import { sendOnce } from './send-once.ts';

export class FirstComment {
  readonly #text: string;
  readonly #item: PostItem;
  readonly #deps: PostDeps;
  /** The claim that is stored, or about to be stored. */
  #claim: CommentClaim | null = null;

  constructor(text: string, item: PostItem, deps: PostDeps) {
    this.#text = text;
    this.#item = item;
    this.#deps = deps;
  }

  makeClaim(): CommentClaim {
    const { sharedNow, makeNonce, runUrl } = this.#deps;
    const claimedAt = new Date(sharedNow()).toISOString();
    this.#claim = { state: 'sending', nonce: makeNonce(), run: runUrl, claimedAt };
    return this.#claim;
  }

  /** The comment of `post` is claimed. Returns why its outcome could not be remembered, or null. Never throws. */
  async send(post: PostedEntry): Promise<ActionError | null> {
    const { linkedin, clock } = this.#deps;
    const json = JSON.stringify(buildCommentBody(post.author, post.urn, this.#text));
    const onProgress = (isInFlight: boolean) =>
      this.#record({ kind: isInFlight ? 'lost' : 'unsent', error: CANCELLED });
    const attempt = await sendOnce(
      (signals) => linkedin.comment(post.urn, json, signals),
      { since: new Stopwatch(clock), withinMs: SEND_LIMIT_MS, onProgress },
      this.#deps,
    );
    this.#record(attempt);
    return await this.#store(attempt);
  }

  /** In a cancelled run that ends now, stores what is known. */
  abandon(): void {
    void this.#store(this.#item.comment ?? { kind: 'unsent', error: CANCELLED });
  }

  #record(attempt: CommentAttempt): void {
    this.#deps.ledger.record(this.#item, { kind: 'comment', attempt });
  }

  async #store(attempt: CommentAttempt): Promise<ActionError | null> {
    if (this.#claim === null) return null;
    try {
      await this.#deps.memory.settleComment(this.#claim.nonce, stateAfter(attempt));
      return null;
    } catch (thrown) {
      if (attempt.kind !== 'accepted') return null;
      const cause = toActionError(thrown);
      const what = `the first comment is on LinkedIn, but that could not be remembered: ${cause.message}`;
      return new ActionError(cause.code, what, { cause });
    }
  }
}

/** Null if it was not made. */
function stateAfter(attempt: CommentAttempt): CommentState | null {
  if (attempt.kind === 'lost') return { state: 'unknown' };
  if (attempt.kind !== 'accepted') return null;
  const { urn } = attempt.value;
  return { state: 'posted', ...(urn !== null && urn.length <= MAX_URN_CHARS && { urn }) };
}
