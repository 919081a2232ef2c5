// The arbitrary of a manifest on a branch, and of GitHub's faults.

import fc, { type Arbitrary } from 'fast-check';
import { sometimes, weighted } from './fault-arbitrary.ts';
import type { BranchFault, BranchSchedule } from './fault-schedule.ts';
import { GITHUB_FAULT_KINDS, gitHubKindOf } from './github-fault-kinds.ts';

const ALWAYS = 1000;

const fault: Arbitrary<BranchFault> = fc.constantFrom(...GITHUB_FAULT_KINDS).chain((kind) =>
  fc.record({
    on: fc.constantFrom(...gitHubKindOf(kind).on),
    nth: weighted([12, 1], [6, 2], [3, 3], [1, 5]),
    times: weighted([9, 1], [2, 2], [1, ALWAYS]),
    kind: fc.constant(kind),
  }),
);

/** A write that succeeds without a response, and another job that writes before the next attempt. */
const hiddenWrite: Arbitrary<BranchFault[]> = fc.integer({ min: 1, max: 3 }).map((nth) => [
  { on: 'write contents', nth, times: 1, kind: 'lost-response' },
  // The first read is that of the start.
  { on: 'read contents', nth: nth + 2, times: 1, kind: 'other-job-first' },
]);

const faults = sometimes(
  80,
  fc.oneof(
    { weight: 2, arbitrary: fc.array(fault, { minLength: 1, maxLength: 1 }) },
    { weight: 1, arbitrary: fc.array(fault, { maxLength: 4, size: 'max' }) },
    { weight: 1, arbitrary: hiddenWrite },
  ),
  [],
);

export const branchArbitrary: Arbitrary<BranchSchedule> = fc
  .record({
    isMissing: sometimes(40, fc.constant(true), false),
    shards: weighted([3, 1], [1, 2], [1, 20]),
    latencyMs: fc.constantFrom(0, 20, 100),
    faults,
  })
  .map((branch) => ({ ...branch, faults: branch.faults.filter(({ kind }) => fits(branch.isMissing, kind)) }));

function fits(isMissing: boolean, kind: string): boolean {
  return !isMissing || gitHubKindOf(kind).needsBranch !== true;
}
