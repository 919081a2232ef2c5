// What `mode: plan` expects a limit of API calls to leave for another day, compared with what a run leaves.

import { describe, expect, it } from 'vitest';
import type { MediaKind } from '../../../src/linkedin/urn.ts';
import type { ManifestEntry } from '../../../src/memory/manifest.ts';
import { CallLimit } from '../../../src/upload/calls/call-limit.ts';
import { type PlannedFile, type PlanSettings, planUploads } from '../../../src/upload/plan.ts';
import { TestClock } from '../../support/clock.ts';
import { settingsOf } from '../planned-files.ts';
import { VirtualLinkedIn } from '../virtual-linkedin.ts';
import { countStates, LimitedDays, type LimitedSettings } from './limited-days.ts';

const WAIT = { waitMs: 30 * 60_000 };

function planOf(kinds: readonly MediaKind[], over: Partial<LimitedSettings> = {}) {
  const linkedin = new VirtualLinkedIn({ latencyMs: 20, processingMs: 0 });
  const files = kinds.map((kind, index) => linkedin.addFile(`${kind}-${index}`, kind));
  const settings = settingsOf({ ...WAIT, ...over });
  return { linkedin, files, settings, planned: planUploads(settings, files).files };
}

/** With that many calls left. */
function limitOf(steps: PlanSettings, maxCalls: number) {
  const { signal } = new AbortController();
  return new CallLimit({ maxCalls, callsOn: () => 0, steps, clock: new TestClock(), signal });
}

const times = (count: number, kind: MediaKind) => Array.from({ length: count }, () => kind);
const earlier = (state: 'uploaded' | 'available') => ({
  cacheHit: { restored: { state } as ManifestEntry },
});

describe('deferrals of a plan', () => {
  it.each<[string, readonly MediaKind[], LimitedSettings]>([
    ['synchronous pictures', times(40, 'image'), { maxCalls: 30 }],
    ['pictures that are polled', times(40, 'image'), { maxCalls: 30, imageUpload: 'asynchronous' }],
    ['videos', times(8, 'video'), { maxCalls: 20 }],
    ['documents', times(40, 'document'), { maxCalls: 30, api: 'media' }],
    ['files of all kinds', [...times(2, 'video'), ...times(40, 'image')], { maxCalls: 40, api: 'media' }],
  ])('the plan for %s defers about as many files as the run', async (_, kinds, limited) => {
    const { linkedin, files, settings, planned } = planOf(kinds, limited);
    const expected = limitOf(settings, limited.maxCalls).planDeferrals(planned);
    const ledger = await new LimitedDays(linkedin).run(files, { ...WAIT, ...limited });
    const { deferred = 0 } = countStates(ledger);
    expect(deferred).toBeGreaterThan(0);
    // Near its limit, a run starts few files at a time, which share fewer status reads.
    expect(Math.abs(expected.size - deferred)).toBeLessThanOrEqual(8);
  });

  it('the first files of the plan start, and nothing is deferred while calls are left', () => {
    const { settings, planned } = planOf(times(5, 'image'));
    const deferred = (leftCalls: number) => [...limitOf(settings, leftCalls).planDeferrals(planned)];
    expect(deferred(3)).toEqual([3, 4]);
    expect(deferred(5)).toEqual([]);
    expect(deferred(0)).toEqual([0, 1, 2, 3, 4]);
    // Other jobs may have made more calls than allowed.
    expect(deferred(-7)).toEqual([0, 1, 2, 3, 4]);
  });

  it('a later file that fits is not deferred', () => {
    const { settings, planned } = planOf(['video', 'image', 'image']);
    expect([...limitOf(settings, 2).planDeferrals(planned)]).toEqual([0]);
  });

  it('rejected files and available uploads need no calls, and earlier uploads are read first', () => {
    const { settings, planned } = planOf(['image', 'image', 'video', 'image', 'image']);
    const [sent, available, uploaded, rejected, duplicate] = planned as PlannedFile[];
    const plan = [
      sent,
      { ...available, ...earlier('available') },
      { ...uploaded, ...earlier('uploaded') },
      { ...rejected, request: null },
      { ...duplicate, cacheHit: { duplicateOf: 0 } },
    ] as PlannedFile[];
    const deferred = (leftCalls: number) => [...limitOf(settings, leftCalls).planDeferrals(plan)].sort();
    // The video is read once, and perhaps six times more.
    expect(deferred(7)).toEqual([]);
    expect(deferred(6)).toEqual([2]);
    expect(deferred(0)).toEqual([0, 2, 4]);
  });
});

describe('files that never fit', () => {
  it('a warning counts the files that need more calls than a whole day has', () => {
    const { settings, planned } = planOf(['video', 'image', 'video']);
    expect(limitOf(settings, 7).neverFittingWarning(planned)).toBeNull();
    expect(limitOf(settings, 6).neverFittingWarning(planned)).toBe(
      'max-calls: 2 files may need more API calls than 6, up to 7 for one file, and cannot start; raise max-calls',
    );
  });
});
