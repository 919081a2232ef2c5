// The whole program: reads inputs, collects files, plans, publishes, reports. It catches all errors.

import {
  type CollectedFiles,
  collectFiles,
  inspectCollected,
  REQUIRED_INPUTS,
} from './action/collect-files.ts';
import { collectInputErrors } from './action/inputs/input-reader.ts';
import { type Inputs, manifestPath, readInputs, wantsSummary } from './action/inputs/read-inputs.ts';
import { logPlanWarnings } from './action/log/progress.ts';
import { openStore } from './action/open-store.ts';
import { buildFailureReport, buildReport } from './action/report/report.ts';
import { Reporter } from './action/report/reporter.ts';
import type { Runtime } from './action/runtime.ts';
import { TempDir } from './action/temp-dir.ts';
import { publish } from './connect.ts';
import type { Clock } from './deps.ts';
import { abortReason } from './errors.ts';
import { CallAllowance } from './publish/calls/call-allowance.ts';
import { fits, neverFittingWarning, planDeferrals } from './publish/calls/planned-deferrals.ts';
import { withGracePeriod } from './publish/grace-period.ts';
import { Ledger } from './publish/ledger.ts';
import { maySend } from './publish/manifest/reuse.ts';
import type { Store } from './publish/manifest/store.ts';
import { openUploadCache, type UploadCache } from './publish/manifest/upload-cache.ts';
import { planUploads } from './publish/plan.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(runtime: Runtime): Promise<number> {
  const { env, logger, clock } = runtime;
  const tempDir = new TempDir(env);
  const reporter = new Reporter({ env, logger, clock, wantsSummary: wantsSummary(env) });
  let store: Store | null = null;
  try {
    const { inputs, errors } = readInputs(env, logger.mask);
    store = openStore(inputs, runtime);
    const opening = collectInputErrors(
      {
        collected: {
          requiredInputs: REQUIRED_INPUTS,
          callsApi: inputs.release !== null,
          run: () => collectFiles(inputs, { ...runtime, tempDir }),
        },
        cache: {
          requiredInputs: ['mode', 'manifest'],
          callsApi: inputs.branch !== null,
          run: () => openUploadCache(store, { ...inputs.connect, clock }),
        },
      },
      errors,
    );
    const { collected, cache } = await withGracePeriod(opening, runtime);
    return await publishCollected(collected, { inputs, runtime, reporter, cache });
  } catch (error) {
    return reporter.writeOutputs(buildFailureReport(error, manifestPath(env)));
  } finally {
    await store?.disconnect();
    await tempDir.remove(clock);
  }
}

interface Run {
  readonly inputs: Inputs;
  readonly runtime: Runtime;
  readonly reporter: Reporter;
  readonly cache: UploadCache | null;
}

/** Plans, publishes and reports. Resolves with the exit code. */
async function publishCollected(
  { files, ...found }: CollectedFiles,
  { inputs, runtime, reporter, cache }: Run,
): Promise<number> {
  const { logger, clock, signal } = runtime;
  const media = await inspectCollected(files, { ...inputs, ...found, digests: cache !== null }, runtime);
  const plan = logPlanWarnings(planUploads(inputs.plan, media, cache), { ...inputs.connect, logger, clock });
  const ledger = new Ledger(plan, clock);
  const allowance = openAllowance(inputs, { cache, ledger, runtime });
  const { isSending, deferred } = foresee(ledger, { inputs, allowance, clock });
  if (isSending && cache !== null) await withGracePeriod(cache.prepareWrites(), runtime);
  const upload = () => publish(ledger, inputs, { ...runtime, allowance }).finally(() => cache?.close(signal));
  cache?.follow(ledger);
  if (inputs.mode === 'plan') ledger.settleAsPlanned(deferred);
  else
    await reporter.observe(ledger, inputs.plan.api, () => {
      ledger.defer(deferred);
      return upload();
    });
  const report = buildReport(ledger, { ...inputs, ...found, allowance }, abortReason(signal));
  if (!signal.aborted) await withGracePeriod(reporter.writePage(report, ledger), runtime, () => {});
  const exitCode = reporter.writeOutputs(report, {
    ...{ plan, deferred, reusesUnread: allowance !== null },
    ...inputs.plan,
  });
  if (signal.aborted) {
    await cache?.closeAfterOutputs().finally(() => reporter.nameManifest(report));
    await reporter.writePage(report, ledger, true);
  }
  return exitCode;
}

/**
 * Whether the run may send files, and which of them a limit of calls leaves for another day: in a plan, or because not one
 * can start. Those stay so if a new day begins meanwhile, because nobody has asked for the permission to write.
 */
function foresee(
  ledger: Ledger,
  { inputs, allowance, clock }: { inputs: Inputs; allowance: CallAllowance | null; clock: Clock },
): { readonly isSending: boolean; readonly deferred: ReadonlySet<number> } {
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
