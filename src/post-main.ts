// The post action, step by step. It catches all errors.

import { type ActionError, abortReason } from './errors/action-error.ts';
import { GitHubClient } from './github/github-client.ts';
import { addressesAt } from './github/run-page.ts';
import { type PostInputs, readPostInputs } from './inputs/read-post-inputs.ts';
import { PostLedger } from './post/post-ledger.ts';
import { withCheckOutputs } from './report/check-report.ts';
import { logPosts } from './report/log/progress.ts';
import { buildPostFailureReport, buildPostReport } from './report/posts/post-report.ts';
import { buildPostRows } from './report/posts/post-row.ts';
import { Reporter } from './report/reporter.ts';
import type { Run } from './run.ts';
import { checkAccess } from './steps/check.ts';
import type { CollectRun } from './steps/collect-files.ts';
import { collectPosts } from './steps/collect-posts.ts';
import { closeMemory, finishRun } from './steps/finish-run.ts';
import { openPostMemory } from './steps/open-memory.ts';
import { planRun, publishPosts } from './steps/publish-posts.ts';
import { withGracePeriod } from './time-limits.ts';

/** Resolves with the exit code of the step; never throws. */
export async function postMain(run: Run): Promise<number> {
  const { env, logger, signal } = run;
  const reporter = new Reporter(run);
  let github: GitHubClient | null = null;
  try {
    const inputs = readPostInputs(env, logger.mask);
    if (inputs.mode === 'check') return await checkAccess(inputs, run);
    github = inputs.github && new GitHubClient(inputs.github, run);
    const planned = await withGracePeriod(plan(inputs, { ...run, github, reporter }), run);
    const { ledger } = planned;
    await reporter.keepResults(
      () => buildPostRows(ledger),
      // A step that is cancelled simply rejects: the ledger has what is known of each post.
      () =>
        withGracePeriod(publish(planned), run).catch((error) => {
          if (!signal.aborted) throw error;
        }),
    );
    ledger.close(abortReason(signal));
    return await report(planned);
  } catch (error) {
    return reporter.writeReport(withCheckOutputs(buildPostFailureReport(error), env));
  } finally {
    await github?.disconnect();
  }
}

type PlannedRun = Awaited<ReturnType<typeof plan>>;

async function plan(inputs: PostInputs, run: CollectRun & { readonly reporter: Reporter }) {
  const { posts, remarks } = await collectPosts(inputs, run);
  const remembered = await openPostMemory(inputs, { ...run, posts });
  const ledger = new PostLedger(planRun(posts, remembered, inputs));
  logPosts(ledger, { ...run, ...inputs, isMemoryNew: remembered.isNew });
  const runErrors: ActionError[] = [];
  return { ...run, inputs, ledger, memory: remembered.memory, remembered, remarks, runErrors };
}

async function publish(run: PlannedRun): Promise<void> {
  await publishPosts(run.ledger, run);
  run.runErrors.push(...(await closeMemory(run.memory, run)));
}

async function report(run: PlannedRun): Promise<number> {
  const { inputs, ledger, memory, signal } = run;
  const { uploads } = ledger;
  const facts = {
    ledger,
    mode: inputs.mode,
    requests: uploads?.requests ?? { calls: 0, uploads: 0 },
    tokenDaysLeft: uploads?.tokenInfo?.daysLeft ?? memory.tokens.daysLeft,
    memoryError: run.remembered.error,
    maxPosts: inputs.maxPosts,
    approval: inputs.approval,
    remarks: run.remarks,
    runErrors: run.runErrors,
    addressOf: addressesAt(run.env),
  };
  return await finishRun(() => buildPostReport(facts, abortReason(signal)), run);
}
