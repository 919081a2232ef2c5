// The whole program of the post action: reads inputs, collects posts, plans, publishes, reports. It catches all errors.

import { checkAccess } from './check.ts';
import { collectPosts } from './collect-posts.ts';
import { abortReason } from './errors.ts';
import { findCommittedFiles } from './github/committed-files.ts';
import { type GitHubConnection, openGitHub } from './github/open-github.ts';
import { TempDir } from './github/release/temp-dir.ts';
import { withGracePeriod } from './grace-period.ts';
import { withErrorsOf } from './inputs/parse-inputs.ts';
import { wantsSummary } from './inputs/read-inputs.ts';
import { type PostInputs, readPostInputs } from './inputs/read-post-inputs.ts';
import { existsExactly } from './media/find/named-files.ts';
import { apiBaseOf } from './memory/manifest.ts';
import { closeMemory, closeMemoryAfterOutputs, openPostMemory, type RunMemory } from './open-post-memory.ts';
import type { PostFile } from './post/file/post-file.ts';
import { findPostFiles } from './post/find-posts.ts';
import { type PostPlan, planPosts } from './post/plan.ts';
import { PostLedger } from './post/post-ledger.ts';
import { publishPosts } from './publish-posts.ts';
import { logPlan, logPostWarnings } from './report/log/post-log.ts';
import { buildReportWithPage } from './report/page/write-page.ts';
import { buildPostFailureReport, buildPostReport, shownPictures } from './report/posts/post-report.ts';
import { buildPostRows } from './report/posts/post-rows.ts';
import { Reporter } from './report/reporter.ts';
import type { Runtime } from './runtime.ts';
import type { Ledger } from './upload/ledger.ts';

/** Resolves with the exit code of the step; never throws. */
export async function postMain(runtime: Runtime): Promise<number> {
  const { env, logger, clock } = runtime;
  const tempDir = new TempDir(env);
  const reporter = new Reporter({ env, logger, clock, wantsSummary: wantsSummary(env) });
  let github: GitHubConnection | null = null;
  try {
    const { inputs, check, errors, search } = readPostInputs(env, logger.mask);
    if (check !== null) return await checkAccess(check, runtime);
    if (inputs === null)
      throw await withGracePeriod(withErrorsOf(errors, search && findPostFiles(search, runtime)), runtime);
    github = openGitHub(inputs.github.access, runtime);
    const run = { ...runtime, ...github, tempDir };
    const posts = await withGracePeriod(collectPosts(inputs, run), runtime);
    const memory = await openPostMemory(inputs, { ...run, posts });
    const ledger = new PostLedger(planRun(posts, memory, inputs));
    logRun(ledger, { inputs, memory, runtime });
    reporter.follow(
      () => buildPostRows(ledger),
      (listener) => ledger.subscribe(listener),
    );
    const media = await publishPosts(ledger, { ...runtime, github: github.github, inputs, memory });
    ledger.close(abortReason(runtime.signal));
    return await report(ledger, media, { inputs, memory, reporter, runtime, github: github.github });
  } catch (error) {
    return reporter.writeOutputs(buildPostFailureReport(error));
  } finally {
    await github?.disconnect();
    await tempDir.remove(clock);
  }
}

/**
 * Without its memory, a run that publishes sends nothing. Posts of earlier runs look due then, so the number of posts is not
 * checked.
 */
function planRun(posts: readonly PostFile[], memory: RunMemory, inputs: PostInputs): PostPlan {
  const { mode, plan, connect, maxPosts, maxAgeHours, workspace } = inputs;
  const { error } = memory;
  const remembered = {
    entries: memory.posts.entries(),
    fileExists: (file: string) => existsExactly(workspace, file),
  };
  const settings = {
    owner: plan.owner,
    apiUrl: apiBaseOf(connect.apiUrl),
    nowMs: memory.posts.epochMs(),
    maxPosts: error === null ? maxPosts : Number.POSITIVE_INFINITY,
    maxAgeHours,
  };
  const planned = planPosts(posts, remembered, settings);
  return error === null || mode === 'plan' ? planned : { ...planned, stop: error };
}

interface Run {
  readonly inputs: PostInputs;
  readonly memory: RunMemory;
  readonly runtime: Runtime;
}

/** A branch that was deleted, or another name of it, makes every post new. */
const NEW_MEMORY = 'the memory is new and has no posts, so every post that is due goes out';

/** Logs the plan, and then what becomes of each post. */
function logRun(ledger: PostLedger, { inputs, memory, runtime }: Run): void {
  const { logger } = runtime;
  if (inputs.mode === 'publish' && memory.isNew) logger.notice(NEW_MEMORY, { title: 'Memory of posts' });
  logPostWarnings(ledger, { ...runtime, ...inputs.connect });
  logPlan(ledger, logger);
}

interface ReportedRun extends Run, Pick<GitHubConnection, 'github'> {
  readonly reporter: Reporter;
}

/** Where a reader of the preview can load the pictures. A cancelled run has no time for it. */
async function findAddresses(
  ledger: PostLedger,
  { github, inputs, runtime }: Omit<ReportedRun, 'memory' | 'reporter'>,
): Promise<ReadonlyMap<string, string>> {
  if (runtime.signal.aborted) return new Map();
  const options = { github, workspace: inputs.workspace, env: runtime.env };
  const finding = findCommittedFiles(shownPictures(ledger), options);
  return await withGracePeriod(finding, runtime, () => new Map());
}

/** Resolves with the exit code. In a cancelled run, the outputs come before the memory and the page. */
async function report(
  ledger: PostLedger,
  media: Ledger | null,
  { github, inputs, memory, reporter, runtime }: ReportedRun,
): Promise<number> {
  const { signal } = runtime;
  const facts = {
    ledger,
    mode: inputs.mode,
    requests: media?.requests ?? { calls: 0, uploads: 0 },
    tokenDaysLeft: media?.tokenInfo?.daysLeft ?? memory.token?.daysLeft ?? null,
    memoryError: memory.error,
    runErrors: await closeMemory(memory, runtime),
    addresses: await findAddresses(ledger, { github, inputs, runtime }),
  };
  const built = await buildReportWithPage(
    () => buildPostReport(facts, abortReason(signal)),
    (report) => reporter.writePage(report),
    runtime,
  );
  const exitCode = reporter.writeOutputs(built);
  if (signal.aborted) {
    await closeMemoryAfterOutputs(memory, runtime);
    await reporter.writePage(built, true);
  }
  return exitCode;
}
