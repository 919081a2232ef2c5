// Sends the posts of a run, one after the other. Never throws: the publications have the errors.

import { toActionError } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { withGracePeriod } from '../../time-limits.ts';
import { interrupted, type Publication } from '../publication.ts';
import { editPost } from './edit.ts';
import { PostSender, type SendRun } from './post-sender.ts';

/** Errors of the memory, after which no other post is claimed either. */
const MEMORY_CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MANIFEST_WRITE',
  'MANIFEST_INVALID',
  'BRANCH_PROTECTED',
]);

/** How long a cancelled run waits for LinkedIn's response. */
const LAST_RESPONSE_MS = 2000;

/**
 * Sends or settles `items`, in their order. An error that would affect every post ends the sending. A cancelled run
 * sends no further one, and resolves within 2 s: the memory stores the rest meanwhile, and `finishRun` waits for it after the outputs.
 */
export async function sendPosts(items: readonly Publication[], run: SendRun): Promise<void> {
  const { ledger, signal, clock } = run;
  for (const item of items) {
    if (signal.aborted) return;
    const sender = new PostSender(item, run);
    const work = publishOrEdit(item, sender, run).catch((thrown) => {
      const error = toActionError(thrown);
      item.end(error.code === 'RUN_CANCELLED' ? interrupted(item, error) : error);
    });
    await withGracePeriod(work, { clock, signal, settleMs: LAST_RESPONSE_MS }, (reason) =>
      sender.abandon(reason),
    );
    const [error] = item.errors;
    if (error !== undefined && (error.endsRun || MEMORY_CODES.has(error.code))) return ledger.skipOpen(error);
  }
}

async function publishOrEdit(item: Publication, sender: PostSender, run: SendRun): Promise<void> {
  if (item.post.state !== 'edit') await sender.publish();
  if (item.state === null && item.latest.state === 'edit') await editPost(item, run);
}
