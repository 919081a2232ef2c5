// The post action, step by step. It catches all errors.

import { abortReason } from './errors/action-error.ts';
import { GitHubClient } from './github/github-client.ts';
import { addressesAt } from './github/run-page.ts';
import { readPostInputs } from './inputs/read-post-inputs.ts';
import { PostLedger } from './post/post-ledger.ts';
import { withCheckOutputs } from './report/check-report.ts';
import { logPosts } from './report/log/post-log.ts';
import { buildPostFailureReport, buildPostReport } from './report/posts/post-report.ts';
import { buildPostRows } from './report/posts/post-row.ts';
import { Reporter } from './report/reporter.ts';
import type { Runtime } from './runtime.ts';
import { checkAccess } from './steps/check.ts';
import { collectPosts } from './steps/collect-posts.ts';
import { closeMemory, type EndedRun, finishRun } from './steps/finish-run.ts';
import { openPostMemory } from './steps/open-memory.ts';
import { type PublishRun, planRun, publishPosts } from './steps/publish-posts.ts';
import { withGracePeriod } from './time-limits.ts';
import type { Ledger } from './upload/ledger.ts';

/** Resolves with the exit code of the step; never throws. */
export async function postMain(runtime: Runtime): Promise<number> {
  const { env, logger, signal } = runtime;
  const reporter = new Reporter(runtime);
  let github: GitHubClient | null = null;
  try {
    const inputs = readPostInputs(env, logger.mask);
    if (inputs.mode === 'check') return await checkAccess(inputs, runtime);
    github = inputs.github && new GitHubClient(inputs.github, runtime);
    const connected = { ...runtime, github };
    const { posts, remarks } = await withGracePeriod(collectPosts(inputs, connected), runtime);
    const remembered = await openPostMemory(inputs, { ...connected, posts });
    const { memory } = remembered;
    const run = { ...connected, inputs, memory, remembered, reporter, remarks };
    const ledger = new PostLedger(planRun(posts, remembered, inputs));
    logPosts(ledger, { ...runtime, ...inputs, isMemoryNew: remembered.isNew });
    const uploads = await reporter.keepResults(
      () => buildPostRows(ledger),
      () => publishPosts(ledger, run),
    );
    ledger.close(abortReason(signal));
    return await report(ledger, uploads, run);
  } catch (error) {
    return reporter.writeReport(withCheckOutputs(buildPostFailureReport(error), env));
  } finally {
    await github?.disconnect();
  }
}

async function report(
  ledger: PostLedger,
  uploads: Ledger | null,
  run: PublishRun & EndedRun & { readonly remarks: readonly string[] },
): Promise<number> {
  const { inputs, memory, signal } = run;
  const facts = {
    ledger,
    mode: inputs.mode,
    requests: uploads?.requests ?? { calls: 0, uploads: 0 },
    tokenDaysLeft: uploads?.tokenInfo?.daysLeft ?? memory.tokens.daysLeft,
    memoryError: run.remembered.error,
    maxPosts: inputs.maxPosts,
    approval: inputs.approval,
    remarks: run.remarks,
    runErrors: await closeMemory(memory, run),
    addressOf: addressesAt(run.env),
  };
  return await finishRun(() => buildPostReport(facts, abortReason(signal)), run);
}
