// Which files a limit of API calls leaves for another day, as far as a plan can know. Pure.

import { pluralize } from '../../format.ts';
import type { PlannedFile } from '../plan.ts';
import type { CallAllowance } from './call-allowance.ts';
import { estimateRequests, type PostUploadSteps, worstCalls } from './request-estimate.ts';

/**
 * The indices of the files that are left for another day if no call fails, no other job runs, and each started file needs
 * the fewest calls. As in a run, earlier uploads come first, then the files in their order.
 */
export function planDeferrals(
  files: readonly PlannedFile[],
  steps: PostUploadSteps,
  { leftCalls }: Pick<CallAllowance, 'leftCalls'>,
): ReadonlySet<number> {
  const deferred = new Set<number>();
  const started: PlannedFile[] = [];
  let startedCalls = 0;
  const isNew = ({ cacheHit }: PlannedFile) => cacheHit === undefined;
  const order = files
    .map((file, index) => ({ file, index }))
    .toSorted((a, b) => Number(isNew(a.file)) - Number(isNew(b.file)));
  for (const { file, index } of order) {
    const needed = worstCalls(file, steps);
    if (needed === 0) continue;
    if (startedCalls + needed > leftCalls) startedCalls = estimateRequests(started, steps).calls.least;
    if (startedCalls + needed > leftCalls) deferred.add(index);
    else {
      started.push(file);
      // Files that share status reads need fewer calls. The exact number is only needed near the limit.
      startedCalls += estimateRequests([file], steps).calls.least;
    }
  }
  for (const [index, { cacheHit }] of files.entries()) {
    if (cacheHit !== undefined && 'duplicateOf' in cacheHit && deferred.has(cacheHit.duplicateOf))
      deferred.add(index);
  }
  return deferred;
}

/** Whether the calls of a file fit, if no other file starts. If none fits, a run starts no file. */
export function fits(
  file: PlannedFile,
  steps: PostUploadSteps,
  { leftCalls }: Pick<CallAllowance, 'leftCalls'>,
): boolean {
  return worstCalls(file, steps) <= leftCalls;
}

/** A warning about files that need more calls than a whole day allows; null without such files. */
export function neverFittingWarning(
  files: readonly PlannedFile[],
  steps: PostUploadSteps,
  maxCalls: number,
): string | null {
  const needs = files.map((file) => worstCalls(file, steps)).filter((calls) => calls > maxCalls);
  if (needs.length === 0) return null;
  const most = needs.reduce((a, b) => Math.max(a, b), 0);
  return `max-calls: ${pluralize(needs.length, 'file')} may need more API calls than ${maxCalls}, up to ${most} for one file, and cannot start; raise max-calls`;
}
