// Sends the posts of a run, one after the other, each exactly once: claim, send, remember, comment. Never throws: the ledger
// has the errors.

import { type ActionError, toActionError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import { withGracePeriod } from '../../grace-period.ts';
import { isMediaLost } from '../../linkedin/post-replies.ts';
import { isFatal } from '../../upload/retry/retry-policy.ts';
import { WAIT_LIMIT_MS } from '../claim-timing.ts';
import { mediaFilesOf, postName } from '../file/post.ts';
import type { PlannedPost } from '../plan.ts';
import { outcomeOfError, type PostItem, type PostOutcome } from '../post-state.ts';
import type { PostDeps } from './post-deps.ts';
import { PostPublication } from './post-publication.ts';

/** How long a cancelled run waits for LinkedIn's response. */
const RESPONSE_MS = 2000;

/**
 * Sends or settles the open posts, in their order. An error that would affect every post ends the sending. A cancelled run
 * sends no further one: resolves within 2 s, and `memory.flush` stores the rest after the outputs are written.
 */
export async function sendPosts(deps: PostDeps): Promise<void> {
  const { ledger, signal } = deps;
  for (const { planned } of ledger.open) logWaiting(planned, deps);
  for (const item of ledger.open) {
    if (signal.aborted) return;
    ledger.settle(item, await sendInTime(item, deps));
    forgetLostMedia(item, deps);
    const [error] = item.errors;
    if (error !== undefined && affectsAll(error)) return ledger.skipOpen(error);
  }
}

async function sendInTime(item: PostItem, deps: PostDeps): Promise<PostOutcome> {
  const { clock, signal } = deps;
  const publication = new PostPublication(item, deps);
  const work = publication.publish().catch((thrown) => outcomeOfError(item, toActionError(thrown)));
  return await withGracePeriod(work, { clock, signal, settleMs: RESPONSE_MS }, (reason) =>
    publication.abandon(reason),
  );
}

const MEMORY_CODES: ReadonlySet<string> = new Set(['MANIFEST_WRITE', 'MANIFEST_INVALID', 'BRANCH_PROTECTED']);

function affectsAll(error: ActionError): boolean {
  return isFatal(error) || MEMORY_CODES.has(error.code);
}

/** LinkedIn does not say which of several pictures it has lost. */
function forgetLostMedia({ errors, planned: { written } }: PostItem, deps: PostDeps): void {
  if (!isMediaLost(errors[0] ?? null)) return;
  const { ledger, logger, forgetMedia } = deps;
  const urns = mediaFilesOf(written).flatMap(({ path }) => ledger.mediaUrns.get(path) ?? []);
  forgetMedia(new Set(urns));
  logger.info('LinkedIn does not have the media of this post any more, so the next run uploads them again');
}

/** A log that is silent for minutes looks like a hang. */
function logWaiting({ state, reason, written }: PlannedPost, { logger }: PostDeps): void {
  if (state !== 'sending') return;
  const minutes = pluralize(WAIT_LIMIT_MS / 60_000, 'minute');
  logger.info(`${postName(written)}: ${reason}; waiting up to ${minutes} for its outcome`);
}
