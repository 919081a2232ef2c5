// The whole program: reads inputs, collects files, plans, publishes, reports. It catches all errors.

import { collectFiles, inspectCollected, REQUIRED_INPUTS } from './action/collect-files.ts';
import { collectInputErrors } from './action/inputs/input-reader.ts';
import { manifestPath, readInputs, wantsSummary } from './action/inputs/read-inputs.ts';
import { logPlanWarnings } from './action/log/progress.ts';
import { buildFailureReport, buildReport } from './action/report/report.ts';
import { Reporter } from './action/report/reporter.ts';
import type { Runtime } from './action/runtime.ts';
import { TempDir } from './action/temp-dir.ts';
import { publish } from './connect.ts';
import { abortReason } from './errors.ts';
import { withGracePeriod } from './publish/grace-period.ts';
import { Ledger } from './publish/ledger.ts';
import { openUploadCache } from './publish/manifest/upload-cache.ts';
import { planUploads } from './publish/plan.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(runtime: Runtime): Promise<number> {
  const { env, logger, clock, signal } = runtime;
  const tempDir = new TempDir(env);
  const reporter = new Reporter({ env, logger, clock, wantsSummary: wantsSummary(env) });
  try {
    const { inputs, errors } = readInputs(env, logger.mask);
    const opening = collectInputErrors(
      {
        requiredInputs: ['mode', 'manifest'],
        run: () => openUploadCache({ ...inputs.connect, ...inputs, clock, path: inputs.manifest }),
      },
      {
        requiredInputs: REQUIRED_INPUTS,
        run: () => collectFiles(inputs, { ...runtime, tempDir }),
        // Reading a release is an API call, and all input errors are reported before the first one.
        runAnyway: inputs.release === null,
      },
      errors,
    );
    const [cache, { files, ...found }] = await withGracePeriod(opening, runtime);
    const media = await inspectCollected(files, { ...inputs, ...found, digests: cache !== null }, runtime);
    const plan = logPlanWarnings(planUploads(inputs.plan, media, cache), {
      ...inputs.connect,
      logger,
      clock,
    });
    const ledger = new Ledger(plan, clock);
    const upload = () => publish(ledger, inputs, runtime).finally(() => cache?.close(signal));
    cache?.follow(ledger);
    if (inputs.mode === 'plan') ledger.settleAsPlanned();
    else await reporter.observe(ledger, inputs.plan.api, upload);
    const report = buildReport(ledger, { ...inputs, ...found }, abortReason(signal));
    const exitCode = reporter.deliver(report, { plan, ...inputs.plan });
    if (signal.aborted) await cache?.closeAfterOutputs().finally(() => reporter.nameManifest(report));
    return exitCode;
  } catch (error) {
    return reporter.deliver(buildFailureReport(error, manifestPath(env)));
  } finally {
    await tempDir.remove(clock);
  }
}
