// The upload action, step by step. It catches all errors.

import { checkAccess } from './check.ts';
import { type CollectedFiles, collectFiles, findAllErrors, inspectCollected } from './collect-files.ts';
import { abortReason } from './errors.ts';
import { type GitHubConnection, openGitHub } from './github/open-github.ts';
import { TempDir } from './github/release/temp-dir.ts';
import { type Inputs, manifestPath, readInputs, wantsSummary } from './inputs/read-inputs.ts';
import { withLinkedIn } from './open-linkedin.ts';
import {
  closeMemory,
  closeMemoryAfterOutputs,
  openManifest,
  openUploadMemory,
  prepareToSend,
  type RunMemory,
} from './open-memory.ts';
import { logPlanWarnings } from './report/log/progress.ts';
import { buildReportWithPage } from './report/page/page.ts';
import { Reporter } from './report/reporter.ts';
import { buildReport, buildUploadFailureReport } from './report/uploads/upload-report.ts';
import { stepIdOf } from './report/uploads/upload-sections.ts';
import type { Runtime } from './runtime.ts';
import { CallLimit } from './upload/calls/call-limit.ts';
import { Ledger } from './upload/ledger.ts';
import { planUploads } from './upload/plan.ts';
import type { UploadCache } from './upload/upload-cache.ts';
import { uploadFiles } from './upload/upload-files.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(runtime: Runtime): Promise<number> {
  const { env, logger, clock } = runtime;
  const tempDir = new TempDir(env);
  const reporter = new Reporter({ env, logger, clock, wantsSummary: wantsSummary(env) });
  let github: GitHubConnection | null = null;
  try {
    const { inputs, check, errors, search } = readInputs(env, logger.mask);
    if (check !== null) return await checkAccess(check, runtime);
    const { manifest, errors: manifestErrors } = await openManifest(runtime);
    if (inputs === null || manifestErrors.length > 0)
      throw await findAllErrors([...errors, ...manifestErrors], search, runtime);
    const collected = await collectFiles(inputs, { ...runtime, tempDir });
    github = inputs.branch && openGitHub(inputs.branch, runtime);
    const memory = await openUploadMemory(inputs, {
      ...runtime,
      manifest,
      dispatcher: github?.dispatcher ?? null,
    });
    return await upload(collected, inputs, { ...runtime, memory, reporter });
  } catch (error) {
    return reporter.writeOutputs(buildUploadFailureReport(error, manifestPath(env)));
  } finally {
    await github?.disconnect();
    await tempDir.remove(clock);
  }
}

interface Run extends Runtime {
  /** Null without a manifest. */
  readonly memory: RunMemory | null;
  readonly reporter: Reporter;
}

async function upload(collected: CollectedFiles, inputs: Inputs, run: Run): Promise<number> {
  const { memory, reporter, clock, signal } = run;
  const { mode, plan: settings } = inputs;
  const cache = memory?.isKept ? memory.uploads : null;
  const media = await inspectCollected(collected, { ...inputs, digests: cache !== null }, run);
  const plan = planUploads(settings, media, cache);
  logPlanWarnings(plan, { ...run, ...inputs.connect });
  const ledger = new Ledger(plan, clock);
  if (memory?.error) ledger.failAll(memory.error);
  const limit = limitCalls(inputs, ledger, { ...run, cache });
  // If no file can start, the files that do not fit stay deferred, even if a new day begins during the run.
  const isSending = await prepareToSend(ledger, { ...run, cache, mode, limit });
  const deferred = isSending ? undefined : limit?.planDeferrals(plan.files);
  if (mode === 'plan') ledger.settleAsPlanned(deferred);
  else {
    await reporter.observe(ledger, settings.api, async () => {
      ledger.defer(deferred);
      if (ledger.unsettledIndices().length === 0) return;
      const connection = { ...inputs, ...inputs.upload, api: settings.api };
      await withLinkedIn(connection, run, ledger, (connected) =>
        uploadFiles(ledger, inputs.upload, { ...run, ...connected, limit }),
      );
    });
  }
  for (const error of await closeMemory(memory, run, ledger.runError)) ledger.fail(error);
  const tokenDaysLeft = memory?.token?.daysLeft ?? null;
  const facts = { ...inputs, ...collected, limit, tokenDaysLeft, stepId: stepIdOf(run.env) };
  const report = await buildReportWithPage(
    () => buildReport(ledger, facts, abortReason(signal)),
    (built) => reporter.writePage(built),
    run,
  );
  const exitCode = reporter.writeOutputs(report);
  if (signal.aborted) {
    await closeMemoryAfterOutputs(memory, run);
    await reporter.writeLastFiles(report);
  }
  return exitCode;
}

/** Null without a limit of API calls. A simulated run counts only its own calls. */
function limitCalls(
  { maxCalls, plan: steps }: Inputs,
  ledger: Ledger,
  { cache, ...runtime }: Runtime & { readonly cache: UploadCache | null },
): CallLimit | null {
  if (maxCalls === null) return null;
  const callsOn = (day: string) => cache?.callsOn(day) ?? ledger.requests.calls;
  const limit = new CallLimit({ ...runtime, maxCalls, callsOn, steps });
  const warning = limit.neverFittingWarning(ledger.entries.map(({ planned }) => planned));
  if (warning !== null) runtime.logger.warning(warning);
  return limit;
}
