// The upload action, step by step. It catches all errors.

import { checkAccess } from './check.ts';
import { type CollectedFiles, collectFiles, findAllErrors, inspectCollected } from './collect-files.ts';
import { abortReason } from './errors.ts';
import { TempDir } from './github/release/temp-dir.ts';
import { withGracePeriod } from './grace-period.ts';
import { type Inputs, manifestPath, readInputs, wantsSummary } from './inputs/read-inputs.ts';
import { withLinkedIn } from './open-linkedin.ts';
import {
  closeAfterOutputs,
  closeMemory,
  findManifestErrors,
  followLedger,
  type UploadMemory,
  withMemory,
} from './open-memory.ts';
import { logPlanWarnings } from './report/log/progress.ts';
import { buildReportWithPage } from './report/page/write-page.ts';
import { Reporter } from './report/reporter.ts';
import { buildReport, buildUploadFailureReport } from './report/uploads/upload-report.ts';
import { stepIdOf } from './report/uploads/upload-sections.ts';
import type { Runtime } from './runtime.ts';
import { CallLimit } from './upload/calls/call-limit.ts';
import { Ledger } from './upload/ledger.ts';
import { planUploads } from './upload/plan.ts';
import { uploadFiles } from './upload/upload-files.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(runtime: Runtime): Promise<number> {
  const { env, logger, clock } = runtime;
  const tempDir = new TempDir(env);
  const reporter = new Reporter({ env, logger, clock, wantsSummary: wantsSummary(env) });
  try {
    const { inputs, check, errors, search } = readInputs(env, logger.mask);
    if (check !== null) return await checkAccess(check, runtime);
    const manifestErrors = await withGracePeriod(findManifestErrors(runtime), runtime);
    if (inputs === null || manifestErrors.length > 0)
      throw await findAllErrors([...errors, ...manifestErrors], search, runtime);
    const collected = await collectFiles(inputs, { ...runtime, tempDir });
    return await withMemory(inputs, runtime, (memory) =>
      upload(collected, inputs, { ...runtime, ...memory, reporter }),
    );
  } catch (error) {
    return reporter.writeOutputs(buildUploadFailureReport(error, manifestPath(env)));
  } finally {
    await tempDir.remove(clock);
  }
}

interface Run extends Runtime, UploadMemory {
  readonly reporter: Reporter;
}

async function upload(collected: CollectedFiles, inputs: Inputs, run: Run): Promise<number> {
  const { cache, reporter, clock, signal } = run;
  const { api } = inputs.plan;
  const media = await inspectCollected(collected, { ...inputs, digests: cache !== null }, run);
  const plan = logPlanWarnings(planUploads(inputs.plan, media, cache), { ...run, ...inputs.connect });
  const ledger = new Ledger(plan, clock);
  const limit = limitCalls(inputs, ledger, run);
  const isSending = await followLedger(ledger, { ...run, limit });
  // If no file can start, the files that do not fit stay deferred, even if a new day begins during the run.
  const isDecided = ledger.stopReason === null && (inputs.mode === 'plan' || !isSending);
  const deferred = (isDecided ? limit?.planDeferrals(plan.files) : null) ?? new Set<number>();
  if (inputs.mode === 'plan') ledger.settleAsPlanned(deferred);
  else
    await reporter.observe(ledger, api, () => {
      ledger.defer(deferred);
      return send(ledger, inputs, { ...run, limit });
    });
  await closeMemory(ledger, run);
  const facts = {
    ...inputs,
    ...collected,
    limit,
    tokenDaysLeft: run.token?.daysLeft ?? null,
    stepId: stepIdOf(run.env),
  };
  const report = await buildReportWithPage(
    () => buildReport(ledger, facts, abortReason(signal)),
    (built) => reporter.writePage(built),
    run,
  );
  const exitCode = reporter.writeOutputs(report);
  if (signal.aborted) await closeAfterOutputs(run, () => reporter.writeLastFiles(report));
  return exitCode;
}

function send(
  ledger: Ledger,
  inputs: Inputs,
  run: Run & { readonly limit: CallLimit | null },
): Promise<void> {
  return withLinkedIn(inputs, run, ledger, (linkedin) =>
    uploadFiles(ledger, inputs.publish, { ...run, linkedin }),
  );
}

/** Null without a limit of API calls. A simulated run counts only its own calls. */
function limitCalls(
  { maxCalls, plan: steps }: Inputs,
  ledger: Ledger,
  { cache, ...runtime }: Run,
): CallLimit | null {
  if (maxCalls === null) return null;
  const callsOn = (day: string) => cache?.callsOn(day) ?? ledger.requests.calls;
  const limit = new CallLimit({ ...runtime, maxCalls, callsOn, steps });
  const warning = limit.neverFittingWarning(ledger.entries.map(({ planned }) => planned));
  if (warning !== null) runtime.logger.warning(warning);
  return limit;
}
