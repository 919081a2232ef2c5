// The first comment of a post: sent once after the post, and never retried after a lost response, because LinkedIn is not
// known to reject duplicate comments.

import { Stopwatch } from '../../clock.ts';
import { ActionError, RunError, toActionError } from '../../errors.ts';
import { SEND_LIMIT_MS } from '../claim-timing.ts';
import { type CommentState, MAX_URN_CHARS, type PostedEntry } from '../memory/memory.ts';
import type { CommentClaim } from '../memory/post-changes.ts';
import { buildCommentBody } from '../text/body.ts';
import type { PostEnv } from './post-task.ts';
import { type Attempt, sendOnce } from './send-once.ts';

export interface CommentResult {
  readonly commentUrn: string | null;
  readonly error: ActionError | null;
}

/** The URN is null if LinkedIn does not name the comment. */
type CommentAttempt = Attempt<{ readonly urn: string | null }>;

export class FirstComment {
  readonly #text: string;
  readonly #env: PostEnv;
  /** The claim that is stored, or about to be stored. */
  #claim: CommentClaim | null = null;
  #isInFlight = false;
  /** Null until its outcome is known. */
  #attempt: CommentAttempt | null = null;

  constructor(text: string, env: PostEnv) {
    this.#text = text;
    this.#env = env;
  }

  makeClaim(): CommentClaim {
    const { memory, makeNonce, runUrl } = this.#env;
    const claimedAt = new Date(memory.epochMs()).toISOString();
    this.#claim = { state: 'sending', nonce: makeNonce(), run: runUrl, claimedAt };
    return this.#claim;
  }

  /** The comment of `post` is claimed. Never throws. */
  async send(post: PostedEntry, claim: CommentClaim): Promise<CommentResult> {
    const { linkedin, clock } = this.#env;
    const json = JSON.stringify(buildCommentBody(post.author, post.urn, this.#text));
    const onProgress = (isInFlight: boolean) => {
      this.#isInFlight = isInFlight;
    };
    const attempt = await sendOnce(
      (signals) => linkedin.comment(post.urn, json, signals),
      { since: new Stopwatch(clock), withinMs: SEND_LIMIT_MS, onProgress },
      this.#env,
    );
    this.#attempt = attempt;
    return await this.#settle(claim, attempt);
  }

  /** The result of a cancelled run that ends now. */
  abandon(): CommentResult {
    const error = new RunError('RUN_CANCELLED', 'the run was cancelled');
    const attempt = this.#attempt ?? { kind: this.#isInFlight ? 'lost' : 'unsent', error };
    if (this.#claim !== null) void this.#settle(this.#claim, attempt);
    return { commentUrn: urnOf(attempt), error: this.#errorOf(attempt) };
  }

  async #settle({ nonce }: CommentClaim, attempt: CommentAttempt): Promise<CommentResult> {
    const commentUrn = urnOf(attempt);
    const error = this.#errorOf(attempt);
    try {
      await this.#env.memory.settleComment(nonce, stateAfter(attempt));
      return { commentUrn, error };
    } catch (thrown) {
      const cause = toActionError(thrown);
      const what = `the first comment is on LinkedIn, but that could not be remembered: ${cause.message}`;
      return { commentUrn, error: error ?? new ActionError(cause.code, what, { cause }) };
    }
  }

  /** No later run makes the comment, so a person needs its text. */
  #errorOf(attempt: CommentAttempt): ActionError | null {
    if (attempt.kind === 'accepted') return null;
    const { kind, error: cause } = attempt;
    if (kind === 'lost') {
      const what = `the response to the first comment was lost, so the comment may be on LinkedIn: ${cause.message}`;
      const advice = `look at the post, and add the comment by hand if it is missing: ${this.#text}`;
      return new ActionError('COMMENT_UNKNOWN', `${what}; ${advice}`, { cause });
    }
    const code = cause.code === 'RUN_CANCELLED' ? cause.code : 'COMMENT_FAILED';
    const what = `the first comment was not made: ${cause.message}; add it by hand: ${this.#text}`;
    return new ActionError(code, what, { cause });
  }
}

function urnOf(attempt: CommentAttempt): string | null {
  return attempt.kind === 'accepted' ? attempt.value.urn : null;
}

/** Null: it was not made. */
function stateAfter(attempt: CommentAttempt): CommentState | null {
  if (attempt.kind === 'lost') return { state: 'unknown' };
  if (attempt.kind !== 'accepted') return null;
  const { urn } = attempt.value;
  return { state: 'posted', ...(urn !== null && urn.length <= MAX_URN_CHARS && { urn }) };
}
