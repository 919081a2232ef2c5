// Makes a plan that breaks a rule smaller, as long as it breaks the same one.

import type { Breach } from './breach.ts';
import type { FaultPlan } from './fault-plan.ts';
import { breachesOf } from './invariants.ts';
import { runSchedule } from './schedule.ts';

const MOST_TRIES = 400;

export async function shrink(plan: FaultPlan, breaches: readonly Breach[]): Promise<FaultPlan> {
  const rule = breaches[0]?.rule;
  let smallest = plan;
  let tries = 0;
  for (let isSmaller = true; isSmaller; ) {
    isSmaller = false;
    for (const candidate of smallerOnes(smallest)) {
      tries += 1;
      if (tries > MOST_TRIES) return smallest;
      if (!breachesOf(await runSchedule(candidate)).some((breach) => breach.rule === rule)) continue;
      smallest = candidate;
      isSmaller = true;
      break;
    }
  }
  return smallest;
}

/** The bolder ones first. */
function* smallerOnes(plan: FaultPlan): Generator<FaultPlan> {
  for (const file of plan.files.keys()) if (plan.files.length > 1) yield without(plan, file);
  for (const index of plan.faults.keys()) yield { ...plan, faults: plan.faults.toSpliced(index, 1) };
  if (plan.cancel !== null) yield { ...plan, cancel: null };
  yield* simplerHiccups(plan);
  if (plan.token !== 'given') yield { ...plan, token: 'given' };
  if (plan.skewMs !== 0) yield { ...plan, skewMs: 0 };
  if (plan.readsArtifacts) yield { ...plan, readsArtifacts: false };
  if (plan.processingMs > 0) yield { ...plan, processingMs: 0 };
  if (plan.latencyMs > 0) yield { ...plan, latencyMs: 0 };
  if (plan.concurrency > 1) yield { ...plan, concurrency: 1 };
  if (plan.concurrency > 2) yield { ...plan, concurrency: plan.concurrency - 1 };
  yield* earlierCancels(plan);
  yield* simplerFiles(plan);
  yield* simplerFaults(plan);
}

function* earlierCancels(plan: FaultPlan): Generator<FaultPlan> {
  const { cancel } = plan;
  if (cancel === null) return;
  const at = 'step' in cancel ? cancel.step : cancel.atMs;
  const earlier = new Set([at >> 1, at - (at >> 2), at - 1].filter((one) => one >= 0 && one < at));
  for (const one of earlier) yield { ...plan, cancel: 'step' in cancel ? { step: one } : { atMs: one } };
}

function* simplerHiccups({ hiccup, ...plan }: FaultPlan): Generator<FaultPlan> {
  if (hiccup === undefined) return;
  yield plan;
  for (const nth of new Set([1, hiccup.nth >> 1, hiccup.nth - 1]))
    if (nth > 0 && nth < hiccup.nth) yield { ...plan, hiccup: { ...hiccup, nth } };
  for (const forMs of [1, hiccup.forMs >> 1, hiccup.forMs - 100])
    if (forMs > 0 && forMs < hiccup.forMs) yield { ...plan, hiccup: { ...hiccup, forMs } };
}

function* simplerFiles(plan: FaultPlan): Generator<FaultPlan> {
  for (const [index, file] of plan.files.entries()) {
    const change = (simpler: Partial<typeof file>) => ({
      ...plan,
      files: plan.files.with(index, { ...file, ...simpler }),
    });
    const { copies = 0, earlier: _, ...rest } = file;
    if ('earlier' in file) yield { ...plan, files: plan.files.with(index, { ...rest, copies }) };
    if (copies > 0) yield change({ copies: copies - 1 });
    if (file.beside.length > 0) yield change({ beside: [] });
    if (file.form !== 'picture') yield change({ form: 'picture', beside: [] });
    for (const sizeBytes of [1, plan.partSizeBytes, 2 * plan.partSizeBytes])
      if (sizeBytes < file.sizeBytes) yield change({ sizeBytes });
  }
}

function* simplerFaults(plan: FaultPlan): Generator<FaultPlan> {
  for (const [index, fault] of plan.faults.entries()) {
    const change = (simpler: Partial<typeof fault>) => ({
      ...plan,
      faults: plan.faults.with(index, { ...fault, ...simpler }),
    });
    if (fault.times > 1) yield change({ times: 1 });
    if (fault.nth > 1) yield change({ nth: fault.nth - 1 });
    if (fault.isApplied) yield change({ isApplied: false });
  }
}

/** The faults of the file go with it, and those of the files after it stay theirs. */
function without(plan: FaultPlan, file: number): FaultPlan {
  return {
    ...plan,
    files: plan.files.toSpliced(file, 1),
    faults: plan.faults
      .filter((fault) => fault.file !== file)
      .map((fault) =>
        fault.file === null || fault.file < file ? fault : { ...fault, file: fault.file - 1 },
      ),
  };
}
