// Publishes the posts of a run, one after the other, each exactly once: claim, send, remember, comment. Never throws: the
// results have the errors.

import { type ActionError, abortReason, interruptedError, toActionError } from '../../errors.ts';
import { withGracePeriod } from '../../grace-period.ts';
import { isFatal } from '../../upload/retry/retry-policy.ts';
import { PostPublication } from './post-publication.ts';
import type { PostEnv, PostResult, PostTask } from './post-task.ts';

/** How long a cancelled run waits for LinkedIn's response. */
const RESPONSE_MS = 2000;

/**
 * In the order of `tasks`. An error that would affect every post ends the sending. After a cancellation, resolves within 2
 * s; `memory.flush` stores the rest after the outputs are written.
 */
export async function publishPosts(
  tasks: readonly PostTask[],
  env: PostEnv,
  onResult: (result: PostResult, index: number) => void = () => {},
): Promise<PostResult[]> {
  const results: PostResult[] = [];
  let stop: ActionError | null = null;
  for (const [index, task] of tasks.entries()) {
    const publication = new PostPublication(task, env);
    const end: ActionError | null = abortReason(env.signal) ?? stop;
    const result: PostResult =
      end === null
        ? await publishInTime(publication, env)
        : publication.resultIfNotStarted(interruptedError('before it was sent', end));
    const { error } = result;
    // The error would affect the other posts too.
    if (error !== null && (isFatal(error) || MEMORY_CODES.has(error.code))) stop ??= error;
    results.push(result);
    onResult(result, index);
  }
  return results;
}

async function publishInTime(publication: PostPublication, { clock, signal }: PostEnv): Promise<PostResult> {
  const work = publication.publish().catch((thrown) => publication.resultOfError(toActionError(thrown)));
  return await withGracePeriod(work, { clock, signal, settleMs: RESPONSE_MS }, (reason) =>
    publication.abandon(reason),
  );
}

const MEMORY_CODES: ReadonlySet<string> = new Set(['MANIFEST_WRITE', 'MANIFEST_INVALID', 'BRANCH_PROTECTED']);
