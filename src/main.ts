// The upload action, step by step. It catches all errors.

import { type ActionError, abortReason } from './errors/action-error.ts';
import { GitHubClient } from './github/github-client.ts';
import { type Inputs, manifestPath, readInputs } from './inputs/read-inputs.ts';
import type { Memory } from './memory/memory.ts';
import { withCheckOutputs } from './report/check-report.ts';
import { logPlan } from './report/log/progress.ts';
import { Reporter } from './report/reporter.ts';
import { buildReport, buildUploadFailureReport } from './report/uploads/upload-report.ts';
import type { Runtime } from './runtime.ts';
import { checkAccess } from './steps/check.ts';
import { type CollectedFiles, collectFiles, inspectCollected } from './steps/collect-files.ts';
import { closeMemory, finishRun } from './steps/finish-run.ts';
import { withLinkedIn } from './steps/open-linkedin.ts';
import { openMemory } from './steps/open-memory.ts';
import { prepareToSend } from './steps/prepare-to-send.ts';
import { uploadMedia } from './steps/upload-media.ts';
import { withGracePeriod } from './time-limits.ts';
import { Ledger } from './upload/ledger.ts';
import { planUploads } from './upload/plan.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(runtime: Runtime): Promise<number> {
  const { env, logger } = runtime;
  const reporter = new Reporter(runtime);
  let github: GitHubClient | null = null;
  try {
    const inputs = readInputs(env, logger.mask);
    if (inputs.mode === 'check') return await checkAccess(inputs, runtime);
    github = inputs.github && new GitHubClient(inputs.github, runtime);
    const connected = { ...runtime, github };
    const collected = await withGracePeriod(collectFiles(inputs, connected), runtime);
    const { memory, error } = await openMemory(inputs, connected);
    return await upload(collected, inputs, { ...runtime, memory, memoryError: error, reporter });
  } catch (error) {
    return reporter.writeReport(withCheckOutputs(buildUploadFailureReport(error, manifestPath(env)), env));
  } finally {
    await github?.disconnect();
  }
}

interface Run extends Runtime {
  readonly memory: Memory;
  /** Why it cannot be read. */
  readonly memoryError: ActionError | null;
  readonly reporter: Reporter;
}

async function upload(collected: CollectedFiles, inputs: Inputs, run: Run): Promise<number> {
  const { memory, memoryError, reporter, clock, signal } = run;
  const { mode, api, linkedinVersion: version } = inputs;
  const digests = inputs.branch !== null || inputs.manifestFile !== null;
  const media = await inspectCollected(collected, { ...inputs, digests }, run);
  const plan = planUploads(inputs, media, digests ? memory.uploads : null);
  logPlan(plan, { version }, run);
  const ledger = new Ledger(plan, clock);
  if (memoryError !== null) ledger.failAll(memoryError);
  const { limit, deferred } = await prepareToSend(ledger, inputs, run);
  if (mode === 'plan') {
    ledger.settle(deferred, { state: 'deferred' });
    ledger.settle(ledger.open, { state: 'planned' });
  } else {
    await reporter.observe(ledger, api, async () => {
      // Here, so that the log names the files.
      ledger.settle(deferred, { state: 'deferred' });
      if (ledger.open.length === 0) return;
      await withLinkedIn(inputs, run, ledger, (connection) =>
        uploadMedia(ledger, inputs, { ...run, ...connection, callLimit: limit }),
      );
    });
  }
  for (const error of await closeMemory(memory, run, ledger.error)) ledger.fail(error);
  const tokenDaysLeft = memory.tokens.daysLeft;
  const manifest = memoryError === null ? inputs.manifestFile : null;
  const facts = { ...inputs, ...collected, manifest, limit, tokenDaysLeft };
  return await finishRun(() => buildReport(ledger, facts, abortReason(signal)), run);
}
