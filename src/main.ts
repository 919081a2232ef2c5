// The upload action, step by step. It catches all errors.

import { abortReason } from './errors/action-error.ts';
import { GitHubClient } from './github/github-client.ts';
import { type Inputs, manifestPath, readInputs } from './inputs/read-inputs.ts';
import { withCheckOutputs } from './report/check-report.ts';
import { logPlan } from './report/log/progress.ts';
import { Reporter } from './report/reporter.ts';
import { buildReport, buildUploadFailureReport } from './report/uploads/upload-report.ts';
import type { Run } from './run.ts';
import { checkAccess } from './steps/check.ts';
import { type CollectRun, collectFiles, inspectCollected } from './steps/collect-files.ts';
import { closeMemory, finishRun } from './steps/finish-run.ts';
import { withLinkedIn } from './steps/open-linkedin.ts';
import { openMemory } from './steps/open-memory.ts';
import { limitCalls, prepareToSend } from './steps/prepare-to-send.ts';
import { withGracePeriod } from './time-limits.ts';
import { Ledger } from './upload/ledger.ts';
import { planUploads } from './upload/plan.ts';
import { uploadFiles } from './upload/upload-files.ts';

/** Resolves with the exit code of the step; never throws. */
export async function main(run: Run): Promise<number> {
  const { env, logger, signal } = run;
  const reporter = new Reporter(run);
  let github: GitHubClient | null = null;
  try {
    const inputs = readInputs(env, logger.mask);
    if (inputs.mode === 'check') return await checkAccess(inputs, run);
    github = inputs.github && new GitHubClient(inputs.github, run);
    const planned = await withGracePeriod(plan(inputs, { ...run, github, reporter }), run);
    // A step that is cancelled simply rejects: the ledger has what is known of each file.
    await withGracePeriod(publish(inputs, planned), run).catch((error) => {
      if (!signal.aborted) throw error;
    });
    return await report(inputs, planned);
  } catch (error) {
    return reporter.writeReport(withCheckOutputs(buildUploadFailureReport(error, manifestPath(env)), env));
  } finally {
    await github?.disconnect();
  }
}

type PlannedRun = Awaited<ReturnType<typeof plan>>;

async function plan(inputs: Inputs, run: CollectRun & { readonly reporter: Reporter }) {
  const collected = await collectFiles(inputs, run);
  const { memory, error: memoryError } = await openMemory(inputs, run);
  const digests = inputs.branch !== null || inputs.manifestFile !== null;
  const media = await inspectCollected(collected, { ...inputs, digests }, run);
  const planned = planUploads(inputs, media, digests ? memory.uploads : null);
  logPlan(planned, { version: inputs.linkedinVersion }, run);
  const ledger = new Ledger(planned, run.clock);
  if (memoryError !== null) ledger.failAll(memoryError);
  const limit = limitCalls(inputs, ledger, { ...run, memory });
  return { ...run, collected, memory, memoryError, ledger, limit };
}

async function publish(inputs: Inputs, run: PlannedRun): Promise<void> {
  const { ledger, limit, memory, reporter } = run;
  const { mode, api } = inputs;
  const deferred = await prepareToSend(ledger, inputs, run);
  if (mode === 'plan') {
    ledger.settle(deferred, { state: 'deferred' });
    ledger.settle(ledger.open, { state: 'planned' });
  } else {
    await reporter.observe(ledger, api, async () => {
      // Here, so that the log names the files.
      ledger.settle(deferred, { state: 'deferred' });
      if (ledger.open.length === 0) return;
      await withLinkedIn(inputs, run, ledger, (connection) =>
        uploadFiles(ledger, inputs, { ...run, ...connection, callLimit: limit }),
      );
    });
  }
  for (const error of await closeMemory(memory, run, ledger.error)) ledger.fail(error);
}

async function report(inputs: Inputs, run: PlannedRun): Promise<number> {
  const { ledger, limit, collected, memory, memoryError, signal } = run;
  const end = abortReason(signal);
  if (end !== null) ledger.interrupt(end);
  const tokenDaysLeft = memory.tokens.daysLeft;
  const manifest = memoryError === null ? inputs.manifestFile : null;
  const facts = { ...inputs, ...collected, manifest, limit, tokenDaysLeft };
  return await finishRun(() => buildReport(ledger, facts, abortReason(signal)), run);
}
