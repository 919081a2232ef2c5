// Publishes the posts of a run, one after the other, each exactly once: claim, send, remember, comment. Never throws: the
// results have the errors.

import { type ActionError, abortReason, interruptedError, toActionError } from '../../errors.ts';
import { withGracePeriod } from '../../publish/grace-period.ts';
import { isFatal } from '../../publish/retry/retry-policy.ts';
import type { PostEnv, PostJob, PostResult } from './post-job.ts';
import { PostRun } from './post-run.ts';

/** How long a cancelled run waits for LinkedIn's answer. */
const ANSWER_MS = 2000;

/**
 * In the order of `jobs`. An error that every post would meet ends the sending. After a cancellation, resolves within 2 s;
 * `memory.flush` stores the rest after the outputs are written.
 */
export async function publishPosts(
  jobs: readonly PostJob[],
  env: PostEnv,
  onResult: (result: PostResult, index: number) => void = () => {},
): Promise<PostResult[]> {
  const results: PostResult[] = [];
  let stop: ActionError | null = null;
  for (const [index, job] of jobs.entries()) {
    const run = new PostRun(job, env);
    const end: ActionError | null = abortReason(env.signal) ?? stop;
    const result: PostResult =
      end === null
        ? await publishInTime(run, env)
        : run.resultWithout(interruptedError('before it was sent', end));
    if (result.error !== null && stopsSending(result.error)) stop ??= result.error;
    results.push(result);
    onResult(result, index);
  }
  return results;
}

async function publishInTime(run: PostRun, { clock, signal }: PostEnv): Promise<PostResult> {
  const work = run.publish().catch((thrown) => run.resultAfter(toActionError(thrown)));
  return await withGracePeriod(work, { clock, signal, settleMs: ANSWER_MS }, (reason) => run.abandon(reason));
}

const MEMORY_CODES: ReadonlySet<string> = new Set(['MANIFEST_WRITE', 'MANIFEST_INVALID', 'BRANCH_PROTECTED']);

/** Whether the other posts would meet the error too. */
function stopsSending(error: ActionError): boolean {
  return isFatal(error) || MEMORY_CODES.has(error.code);
}
