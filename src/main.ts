// The upload action, step by step.

import type { ActionError } from './errors/action-error.ts';
import { type Inputs, manifestPath, readInputs } from './inputs/read-inputs.ts';
import { logPlan } from './report/log/progress.ts';
import type { Report } from './report/report.ts';
import { buildReport, buildUploadFailureReport } from './report/uploads/upload-report.ts';
import type { Run } from './run.ts';
import { collectFiles, inspectCollected } from './steps/collect-files.ts';
import { withLinkedIn } from './steps/open-linkedin.ts';
import { openMemory } from './steps/open-memory.ts';
import { closeMemory, type ProgramRun, runProgram } from './steps/run-program.ts';
import { CallLimit } from './upload/call-limit.ts';
import { Ledger } from './upload/ledger.ts';
import { planUploads } from './upload/plan.ts';
import { prepareToSend } from './upload/remember-uploads.ts';
import { uploadFiles } from './upload/upload-files.ts';

/** Resolves with the exit code of the step; never throws. */
export function main(run: Run): Promise<number> {
  const buildFailure = (error: unknown) => buildUploadFailureReport(error, manifestPath(run.env));
  return runProgram(run, { read: readInputs, plan, publish, report, buildFailure });
}

type PlannedRun = Awaited<ReturnType<typeof plan>>;

async function plan(inputs: Inputs, run: ProgramRun) {
  const collected = await collectFiles(inputs, run);
  const { memory, error: memoryError } = await openMemory(inputs, run);
  const digests = inputs.branch !== null || inputs.manifestFile !== null;
  const media = await inspectCollected(collected, { ...inputs, digests }, run);
  const planned = planUploads(inputs, media, digests ? memory.uploads : null);
  logPlan(planned, inputs.linkedinVersion, run);
  const ledger = new Ledger(planned, run.clock);
  if (memoryError !== null) ledger.failAll(memoryError);
  const { maxCalls } = inputs;
  const callLimit =
    maxCalls === null ? null : new CallLimit(maxCalls, inputs, { ...run, memory, ledger });
  return { ...run, inputs, collected, planned, memory, memoryError, ledger, callLimit };
}

async function publish(run: PlannedRun): Promise<void> {
  const { inputs, ledger, memory, reporter } = run;
  const deferred = await prepareToSend(inputs.mode, run);
  if (inputs.mode === 'plan') {
    ledger.settle(deferred, { state: 'deferred' });
    ledger.settle(ledger.open, { state: 'planned' });
  } else {
    await reporter.observe(ledger, inputs.api, async () => {
      // The log follows the ledger only inside `observe`.
      ledger.settle(deferred, { state: 'deferred' });
      if (ledger.open.length === 0) return;
      await withLinkedIn(inputs, run, ledger, (connection) =>
        uploadFiles(ledger, inputs, { ...run, ...connection }),
      );
    });
  }
  const error = await closeMemory(memory, run, ledger.error);
  if (error !== null) ledger.fail(error);
}

function report(run: PlannedRun, end: ActionError | null): Report {
  const { inputs, ledger, callLimit, collected, planned, memory, memoryError } = run;
  if (end !== null) ledger.interrupt(end);
  const manifest = memoryError === null ? inputs.manifestFile : null;
  const inputWarnings = planned.warnings;
  const { daysLeft: tokenDaysLeft } = memory.tokens;
  const facts = { manifest, inputWarnings, limit: callLimit, tokenDaysLeft };
  return buildReport(ledger, { ...inputs, ...collected, ...facts }, end);
}
