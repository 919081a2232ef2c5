// The whole program: reads inputs, collects files, plans, publishes, reports. It catches all errors.

import { checkAccess } from './check.ts';
import { type CollectedFiles, collectFiles, inspectCollected, searchWorkspace } from './collect-files.ts';
import type { Clock } from './deps.ts';
import { type ActionError, abortReason, toActionError } from './errors.ts';
import { TempDir } from './github/release/temp-dir.ts';
import { withGracePeriod } from './grace-period.ts';
import { withErrorsOf } from './inputs/parse-inputs.ts';
import { type Inputs, manifestPath, readInputs, wantsSummary } from './inputs/read-inputs.ts';
import { apiBaseOf } from './memory/manifest.ts';
import { Memory } from './memory/memory.ts';
import type { MemoryFile } from './memory/memory-file.ts';
import { publish } from './open-linkedin.ts';
import { findManifestErrors, openMemoryFile } from './open-memory-file.ts';
import { logPlanWarnings } from './report/log/progress.ts';
import { buildReportWithPage } from './report/page/write-page.ts';
import { Reporter } from './report/reporter.ts';
import { buildReport, buildUploadFailureReport } from './report/uploads/upload-report.ts';
import { stepIdOf } from './report/uploads/upload-sections.ts';
import type { Runtime } from './runtime.ts';
import { estimateTokenDays, rememberToken, type TokenEstimate } from './token-days.ts';
import { CallAllowance } from './upload/calls/call-allowance.ts';
import { fits, neverFittingWarning, planDeferrals } from './upload/calls/planned-deferrals.ts';
import { Ledger } from './upload/ledger.ts';
import { planUploads } from './upload/plan.ts';
import { maySend } from './upload/reuse.ts';
import { UploadCache } from './upload/upload-cache.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(runtime: Runtime): Promise<number> {
  const { env, logger, clock } = runtime;
  const tempDir = new TempDir(env);
  const reporter = new Reporter({ env, logger, clock, wantsSummary: wantsSummary(env) });
  let file: MemoryFile | null = null;
  try {
    const { inputs, check, errors, search } = readInputs(env, logger.mask);
    if (check !== null) return await checkAccess(check, runtime);
    const manifestErrors = await withGracePeriod(findManifestErrors(runtime), runtime);
    if (inputs === null || manifestErrors.length > 0) {
      const searching = search && searchWorkspace(search, runtime);
      throw await withGracePeriod(withErrorsOf([...errors, ...manifestErrors], searching), runtime);
    }
    file = openMemoryFile(inputs, runtime);
    const collected = await withGracePeriod(collectFiles(inputs, { ...runtime, tempDir }), runtime);
    const opened = await withGracePeriod(openCache(file, inputs, runtime), runtime);
    return await publishCollected(collected, { inputs, runtime, reporter, ...opened });
  } catch (error) {
    return reporter.writeOutputs(buildUploadFailureReport(error, manifestPath(env)));
  } finally {
    await file?.disconnect();
    await tempDir.remove(clock);
  }
}

interface OpenedCache {
  /** Null without a manifest. */
  readonly cache: UploadCache | null;
  /** Why the manifest on the branch cannot be read. Nothing is sent then, but every file has its row. */
  readonly unreadable: ActionError | null;
  /** Null if the memory does not know how long the access token lasts. */
  readonly token: TokenEstimate | null;
}

/** @throws any error of a manifest in the workspace */
async function openCache(file: MemoryFile | null, inputs: Inputs, runtime: Runtime): Promise<OpenedCache> {
  const { branch, connect, mode } = inputs;
  const { clock, signal } = runtime;
  if (file === null) return { cache: null, unreadable: null, token: null };
  try {
    const memory = new Memory(file, { clock, signal, isReadOnly: mode === 'plan' });
    await memory.open();
    const cache = new UploadCache(memory, { apiBase: apiBaseOf(connect.apiUrl), clock });
    return { cache, unreadable: null, token: estimateTokenDays(memory, inputs, runtime) };
  } catch (error) {
    if (branch === null) throw error;
    // A cancellation is reported through the signal.
    const unreadable = signal.aborted ? null : toActionError(error);
    return { cache: null, unreadable, token: null };
  }
}

interface Run extends OpenedCache {
  readonly inputs: Inputs;
  readonly runtime: Runtime;
  readonly reporter: Reporter;
}

/** Plans, publishes and reports. Resolves with the exit code. */
async function publishCollected(
  { files, ...found }: CollectedFiles,
  { inputs, runtime, reporter, cache, unreadable, token }: Run,
): Promise<number> {
  const { logger, clock, signal } = runtime;
  const media = await inspectCollected(files, { ...inputs, ...found, digests: cache !== null }, runtime);
  const plan = logPlanWarnings(planUploads(inputs.plan, media, cache), { ...inputs.connect, logger, clock });
  const ledger = new Ledger(plan, clock);
  const allowance = openAllowance(inputs, { cache, ledger, runtime });
  if (unreadable !== null) ledger.failAll(unreadable);
  const { isSending, deferred } = forecastRun(ledger, { inputs, allowance, clock });
  if (isSending && cache !== null) await prepareWrites(cache, ledger, runtime);
  const upload = () => publish(ledger, inputs, { ...runtime, allowance }).finally(() => cache?.close(signal));
  cache?.follow(ledger);
  if (inputs.mode === 'plan') ledger.settleAsPlanned(deferred);
  else
    await reporter.observe(ledger, inputs.plan.api, () => {
      ledger.defer(deferred);
      return upload();
    });
  if (ledger.runError === null) await rememberToken(token, runtime);
  const report = await buildReportWithPage(
    () =>
      buildReport(
        ledger,
        {
          ...inputs,
          ...found,
          allowance,
          tokenDaysLeft: token?.daysLeft ?? null,
          stepId: stepIdOf(runtime.env),
        },
        abortReason(signal),
      ),
    (built) => reporter.writePage(built),
    runtime,
  );
  const exitCode = reporter.writeOutputs(report);
  if (signal.aborted) {
    try {
      await cache?.closeAfterOutputs();
    } finally {
      reporter.nameFiles(report);
      await reporter.writePage(report, true);
    }
  }
  return exitCode;
}

/** If the manifest cannot be written, nothing is sent. A cancellation is reported through the signal. */
async function prepareWrites(cache: UploadCache, ledger: Ledger, runtime: Runtime): Promise<void> {
  try {
    await withGracePeriod(cache.prepareWrites(), runtime);
  } catch (error) {
    if (!runtime.signal.aborted) ledger.failAll(toActionError(error));
  }
}

/**
 * Decides before anything is sent: whether the run may send a file, and which files the limit of calls leaves for another
 * day. Files are deferred here only in a plan, or if none of them can start. Then they stay deferred even if a new UTC day
 * begins during the run, because nothing has checked that the manifest can be written.
 */
function forecastRun(
  ledger: Ledger,
  { inputs, allowance, clock }: { inputs: Inputs; allowance: CallAllowance | null; clock: Clock },
): { readonly isSending: boolean; readonly deferred: ReadonlySet<number> } {
  if (ledger.stopReason !== null) return { isSending: false, deferred: new Set() };
  const files = ledger.unsettledIndices().map((index) => ledger.entry(index).planned);
  const facts = { epochMs: clock.epochMs(), isLimited: allowance !== null };
  const left = { leftCalls: allowance?.leftCalls ?? Number.POSITIVE_INFINITY };
  const isSending = files.some((file) => maySend(file, facts) && fits(file, inputs.plan, left));
  const isDecided = allowance !== null && (inputs.mode === 'plan' || !isSending);
  const all = ledger.entries.map(({ planned }) => planned);
  return { isSending, deferred: isDecided ? planDeferrals(all, inputs.plan, left) : new Set() };
}

/** Null without a limit of API calls. A simulated run counts only its own calls. */
function openAllowance(
  { maxCalls, plan }: Inputs,
  { cache, ledger, runtime }: { cache: UploadCache | null; ledger: Ledger; runtime: Runtime },
): CallAllowance | null {
  if (maxCalls === null) return null;
  const { clock, logger } = runtime;
  const files = ledger.entries.map(({ planned }) => planned);
  const warning = neverFittingWarning(files, plan, maxCalls);
  if (warning !== null) logger.warning(warning);
  return new CallAllowance({
    maxCalls,
    callsOn: (day) => cache?.callsOn(day) ?? ledger.requests.calls,
    clock,
  });
}
