// The whole program of the post action: reads inputs, collects posts, plans, publishes, reports. It catches all errors.

import { checkAccess } from './check.ts';
import { collectPosts } from './collect-posts.ts';
import type { Deps } from './deps.ts';
import { type ActionError, abortReason, toActionError } from './errors.ts';
import { checkApprovals } from './github/approval/check-approvals.ts';
import { GitHubClient } from './github/github-client.ts';
import { TempDir } from './github/release/temp-dir.ts';
import { withGracePeriod } from './grace-period.ts';
import { withErrorsOf } from './inputs/parse-inputs.ts';
import { wantsSummary } from './inputs/read-inputs.ts';
import { type PostInputs, readPostInputs } from './inputs/read-post-inputs.ts';
import { existsExactly } from './media/find/named-files.ts';
import { apiBaseOf } from './memory/manifest.ts';
import { openEmptyMemory, openMemory, type RunMemory } from './open-post-memory.ts';
import type { PostFile } from './post/file/post-file.ts';
import { findPostFiles } from './post/find-posts.ts';
import { type PostPlan, planPosts } from './post/plan.ts';
import { PostLedger } from './post/post-ledger.ts';
import { planMedia, publishToLinkedIn, type SendContext } from './post-connect.ts';
import { logPlan, logPostWarnings } from './report/log/post-log.ts';
import { buildReportWithPage } from './report/page/write-page.ts';
import { buildPostFailureReport, buildPostReport } from './report/posts/post-report.ts';
import { buildPostRows } from './report/posts/post-rows.ts';
import { Reporter } from './report/reporter.ts';
import type { Runtime } from './runtime.ts';
import { rememberToken } from './token-days.ts';
import type { Ledger } from './upload/ledger.ts';

/** Resolves with the exit code of the step; never throws. */
export async function postMain(runtime: Runtime): Promise<number> {
  const { env, logger, clock } = runtime;
  const tempDir = new TempDir(env);
  const reporter = new Reporter({ env, logger, clock, wantsSummary: wantsSummary(env) });
  try {
    const { inputs, check, errors, search } = readPostInputs(env, logger.mask);
    if (check !== null) return await checkAccess(check, runtime);
    if (inputs === null)
      throw await withGracePeriod(
        withErrorsOf(errors, search && findPostFiles(search.patterns, search.workspace, runtime)),
        runtime,
      );
    return await withGitHub(inputs, runtime, async (connection) => {
      const collecting = collectPosts(inputs, { ...runtime, ...connection, tempDir });
      const collected = await withGracePeriod(collecting, runtime);
      const memory = await openMemoryInTime(inputs, { ...runtime, ...connection, collected });
      return await publishCollected(collected, { ...connection, inputs, runtime, reporter, memory });
    });
  } catch (error) {
    return reporter.writeOutputs(buildPostFailureReport(error));
  } finally {
    await tempDir.remove(clock);
  }
}

/** A connection to GitHub; null without access to it. */
interface GitHubConnection {
  readonly github: GitHubClient | null;
  readonly dispatcher: Deps['dispatcher'] | null;
}

/** One connection serves the release, the memory and the approval. */
async function withGitHub<T>(
  { github: { access } }: PostInputs,
  runtime: Runtime,
  work: (connection: GitHubConnection) => Promise<T>,
): Promise<T> {
  if (access === null) return await work({ github: null, dispatcher: null });
  const dispatcher = runtime.openDispatcher(access.proxy);
  try {
    return await work({ github: new GitHubClient({ ...runtime, ...access, dispatcher }), dispatcher });
  } finally {
    await dispatcher.destroy();
  }
}

/** A run that is cancelled meanwhile reports its posts all the same. */
async function openMemoryInTime(...[inputs, run]: Parameters<typeof openMemory>): Promise<RunMemory> {
  try {
    return await withGracePeriod(openMemory(inputs, run), run);
  } catch (error) {
    if (!run.signal.aborted) throw error;
    return await openEmptyMemory(inputs, run);
  }
}

interface Run extends GitHubConnection {
  readonly inputs: PostInputs;
  readonly runtime: Runtime;
  readonly reporter: Reporter;
  readonly memory: RunMemory;
}

/** Plans, publishes and reports. Resolves with the exit code. */
async function publishCollected(collected: readonly PostFile[], run: Run): Promise<number> {
  const { inputs, runtime, reporter } = run;
  const { logger, signal } = runtime;
  const ledger = new PostLedger(planRun(collected, run));
  if (inputs.mode === 'publish' && run.memory.isNew) logger.notice(NEW_MEMORY, { title: 'Memory of posts' });
  const posts = { ledger };
  logPostWarnings(posts, { ...runtime, ...inputs.connect });
  logPlan(ledger, logger);
  reporter.follow(
    () => buildPostRows(posts),
    (listener) => ledger.subscribe(listener),
  );
  if (inputs.mode === 'plan' && !signal.aborted) ledger.settleAsPlanned();
  const isPublishing = inputs.mode !== 'plan' && !signal.aborted && run.memory.error === null;
  const media = isPublishing ? await publishOpenPosts(posts, run) : null;
  ledger.close(abortReason(signal));
  const requests = media?.requests ?? { calls: 0, uploads: 0 };
  const runErrors = signal.aborted ? [] : await closeMemory(run);
  if (runErrors.length === 0) await rememberToken(run.memory.token, runtime);
  const tokenDaysLeft = media?.tokenInfo?.daysLeft ?? run.memory.token?.daysLeft ?? null;
  const facts = { ...posts, mode: inputs.mode, requests, tokenDaysLeft, runErrors };
  const report = await buildReportWithPage(
    () => buildPostReport(facts, abortReason(signal)),
    (built) => reporter.writePage(built),
    runtime,
  );
  const exitCode = reporter.writeOutputs(report);
  if (signal.aborted) {
    await closeMemoryAfterOutputs(run);
    await reporter.writePage(report, true);
  }
  return exitCode;
}

/** Returns the uploads; null without any. An error stops the posts that are still open. */
async function publishOpenPosts(posts: SendContext['run'], run: Run): Promise<Ledger | null> {
  const { ledger } = posts;
  const context = { ...run, run: posts };
  let media: Ledger | null = null;
  try {
    await checkApprovals(ledger, run);
    await rememberKnown(ledger, run);
    if (ledger.stopReason !== null || ledger.open.length === 0) return null;
    media = planMedia(context);
    await prepareWrites(run);
    await publishToLinkedIn(media, context);
  } catch (error) {
    if (!run.runtime.signal.aborted) ledger.stop(toActionError(error));
  }
  return media;
}

/** A branch that was deleted, or another name of it, makes every post new. */
const NEW_MEMORY = 'the memory is new and has no posts, so every post that is due goes out';

/** Stores posts that were renamed, or published by hand. */
async function rememberKnown(ledger: PostLedger, run: Run): Promise<void> {
  const known = ledger.items.filter(
    ({ planned, state }) => planned.toRemember !== undefined && state !== 'failed',
  );
  if (known.length === 0) return;
  await prepareWrites(run);
  await run.memory.posts.remember(known.map(({ planned }) => planned));
}

async function prepareWrites({ memory, runtime }: Run): Promise<void> {
  await withGracePeriod(memory.uploads.prepareWrites(), runtime);
}

/** The errors of the last writes. What is sent is reported all the same. After a cancellation the outputs come first. */
async function closeMemory({ memory, runtime }: Run): Promise<ActionError[]> {
  try {
    await memory.uploads.close(runtime.signal);
    return [];
  } catch (error) {
    return [toActionError(error)];
  }
}

/** For a cancelled run: the outputs are already written, so an error is only logged. */
async function closeMemoryAfterOutputs({ memory, runtime: { logger } }: Run): Promise<void> {
  try {
    await memory.uploads.closeAfterOutputs();
  } catch (error) {
    logger.error(toActionError(error).message, { title: toActionError(error).code });
  }
}

/**
 * Without its memory, a run that publishes sends nothing. Posts of earlier runs look due then, so the number of posts is not
 * checked.
 */
function planRun(collected: readonly PostFile[], { inputs, memory: { posts, error } }: Run): PostPlan {
  const { mode, plan, connect, maxPosts, maxAgeHours, workspace } = inputs;
  const memory = {
    entries: posts.entries(),
    fileExists: (file: string) => existsExactly(workspace, file),
  };
  const settings = {
    owner: plan.owner,
    apiUrl: apiBaseOf(connect.apiUrl),
    nowMs: posts.epochMs(),
    maxPosts: error === null ? maxPosts : Number.POSITIVE_INFINITY,
    maxAgeHours,
  };
  const planned = planPosts(collected, memory, settings);
  return error === null || mode === 'plan' ? planned : { ...planned, stop: error };
}
