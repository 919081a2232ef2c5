// What `mode: plan` expects a limit of API calls to leave for another day.

import { describe, expect, it } from 'vitest';
import type { UploadEntry } from '../../../src/memory/upload-entry.ts';
import { CallLimit } from '../../../src/upload/calls/call-limit.ts';
import { type PlannedFile, planUploads } from '../../../src/upload/plan.ts';
import { IMAGE, mediaFile, settingsOf, VIDEO } from '../../support/ledgers.ts';

const STEPS = { waitMs: 30 * 60_000, readsArtifacts: false };

const planOf = (kinds: readonly ('image' | 'video')[]) =>
  planUploads(
    settingsOf(),
    kinds.map((kind, index) => mediaFile(`${kind}-${index}`, { media: kind === 'image' ? IMAGE : VIDEO })),
  ).files;

/** With that many calls allowed, and so many made today. */
function limitOf(maxCalls: number, usedCalls = 0) {
  const { signal } = new AbortController();
  return new CallLimit({
    ...{ maxCalls, callsOn: () => usedCalls, isOver: () => false, steps: STEPS },
    epochMs: () => 0,
    signal,
  });
}

/** The places in `plan` of the files that are left for another day, when some calls were made and so many are left. */
function deferredOf(plan: readonly PlannedFile[], leftCalls: number): number[] {
  const deferred = limitOf(100, 100 - leftCalls).planDeferrals(plan);
  return [...plan.keys()].filter((place) => deferred.has(plan[place] as PlannedFile));
}

const earlier = (state: 'uploaded' | 'available') => ({
  reused: { earlier: { state } as UploadEntry },
});

describe('deferrals of a plan', () => {
  it('the first files of the plan start, and nothing is deferred while calls are left', () => {
    const planned = planOf(Array(5).fill('image'));
    const deferred = (leftCalls: number) => deferredOf(planned, leftCalls);
    expect(deferred(3)).toEqual([3, 4]);
    expect(deferred(5)).toEqual([]);
    expect(deferred(0)).toEqual([0, 1, 2, 3, 4]);
    // Other jobs may have made more calls than allowed.
    expect(deferred(-7)).toEqual([0, 1, 2, 3, 4]);
  });

  it('a later file that fits is not deferred', () => {
    const planned = planOf(['video', 'image', 'image']);
    expect(deferredOf(planned, 2)).toEqual([0]);
  });

  it('rejected files and available uploads need no calls, and earlier uploads are read first', () => {
    const planned = planOf(['image', 'image', 'video', 'image', 'image']);
    const [sent, available, uploaded, rejected, duplicate] = planned as PlannedFile[];
    const plan = [
      sent,
      { ...available, ...earlier('available') },
      { ...uploaded, ...earlier('uploaded') },
      { ...rejected, request: null },
      { ...duplicate, reused: { duplicateOf: sent } },
    ] as PlannedFile[];
    const deferred = (leftCalls: number) => deferredOf(plan, leftCalls);
    // The video is read once, and perhaps six times more.
    expect(deferred(7)).toEqual([]);
    expect(deferred(6)).toEqual([2]);
    expect(deferred(0)).toEqual([0, 2, 4]);
  });
});

it.each([
  [0, [1]],
  [1, [0, 1]],
])(
  'of files that need more calls than a day has, one starts if none was made that day (made: %d, left: %j)',
  (used, places) => {
    const planned = planOf(['video', 'video']);
    const deferred = limitOf(6, used).planDeferrals(planned);
    expect([...planned.keys()].filter((place) => deferred.has(planned[place] as PlannedFile))).toEqual(
      places,
    );
  },
);
