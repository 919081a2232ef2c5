// The post action, step by step.

import type { ActionError } from './errors/action-error.ts';
import { addressesAt } from './github/run-page.ts';
import { type PostInputs, readPostInputs } from './inputs/read-post-inputs.ts';
import { PostLedger } from './post/post-ledger.ts';
import { logPosts } from './report/log/progress.ts';
import { buildPostFailureReport, buildPostReport } from './report/posts/post-report.ts';
import { buildPostRows } from './report/posts/post-row.ts';
import type { Report } from './report/report.ts';
import type { Run } from './run.ts';
import { collectPosts } from './steps/collect-posts.ts';
import { openPostMemory } from './steps/open-memory.ts';
import { openApprovals, planRun, publishPosts } from './steps/publish-posts.ts';
import { closeMemory, type ProgramRun, runProgram } from './steps/run-program.ts';

/** Resolves with the exit code of the step; never throws. */
export function postMain(run: Run): Promise<number> {
  return runProgram(run, {
    read: readPostInputs,
    plan,
    publish,
    report,
    buildFailure: buildPostFailureReport,
  });
}

type PlannedRun = Awaited<ReturnType<typeof plan>>;

async function plan(inputs: PostInputs, run: ProgramRun) {
  const { posts, remarks } = await collectPosts(inputs, run);
  const remembered = await openPostMemory(inputs, posts, run);
  const approvals = openApprovals({ ...run, inputs });
  const ledger = new PostLedger(await planRun(posts, remembered, { inputs, approvals }));
  logPosts(ledger, inputs, { ...run, isMemoryNew: remembered.isNew });
  return { ...run, inputs, ledger, memory: remembered.memory, remembered, approvals, remarks };
}

async function publish(run: PlannedRun): Promise<void> {
  const { ledger, memory, reporter } = run;
  await reporter.keepResults(
    () => buildPostRows(ledger),
    () => publishPosts(ledger, run),
  );
  ledger.error = await closeMemory(memory, run);
}

function report(run: PlannedRun, end: ActionError | null): Report {
  const { inputs, ledger, memory, remembered, env } = run;
  ledger.close(end, remembered.posts);
  const { uploads } = ledger;
  const facts = {
    requests: uploads?.requests ?? { calls: 0, uploads: 0 },
    tokenDaysLeft: uploads?.tokenInfo?.daysLeft ?? memory.tokens.daysLeft,
    memoryError: remembered.error,
    addressOf: addressesAt(env),
  };
  return buildPostReport({ ...run, ...inputs, ...facts }, end);
}
