// Many jobs that share a manifest on a branch: nothing is lost, and GitHub's rate limits are kept.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatCommitMessage } from '../../../src/action/github/commit-message.ts';
import { conflictWaitMs, startDelayMs, writeDelayMs } from '../../../src/action/github/write-timing.ts';
import { RunError } from '../../../src/errors.ts';
import { TestClock } from '../../support/clock.ts';
import { BranchFixture } from './branch-fixture.ts';

/** Repeatable, and different for each call. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

/** A GitHub that enforces its rate limits. Each request takes about a fifth of a second. */
function limitedGitHub(seed: number) {
  const random = randomFrom(seed);
  const clock = new TestClock({ random });
  return new BranchFixture({ clock, latency: () => clock.sleep(100 + random() * 200) }, clock);
}

const numbers = (count: number, of = (n: number) => n) => Array.from({ length: count }, (_, n) => of(n));

describe('a shared branch', () => {
  it.each([1, 2, 3])(
    'eight jobs that start and end at once keep every upload and every call (seed %i)',
    async (seed) => {
      const fixture = limitedGitHub(seed);
      const jobs = await fixture.finish(
        Promise.all(numbers(8, () => 8).map((shards) => fixture.openJob({ shards }))),
      );
      await fixture.finish(Promise.all(jobs.map(({ store }) => store.prepareWrites())));
      for (const [index, { upload, call }] of jobs.entries()) {
        for (let n = 0; n < 5; n += 1) upload(index * 5 + n);
        call(3);
      }
      await fixture.finish(Promise.all(jobs.map(({ store }) => store.close())));
      expect(fixture.stored()).toEqual(numbers(40));
      expect(fixture.storedCalls()).toEqual({ '2026-11-25': 24 });
      expect(fixture.fake.limited).toBe(0);
    },
  );

  it('twenty jobs that start at once, upload for an hour and end at once stay below all rate limits', async () => {
    const fixture = limitedGitHub(20);
    const jobs = await fixture.finish(Promise.all(numbers(20).map(() => fixture.openJob({ shards: 20 }))));
    await fixture.finish(Promise.all(jobs.map(({ store }) => store.prepareWrites())));
    for (let round = 0; round < 14; round += 1) {
      for (const [index, { upload }] of jobs.entries()) upload(round * 20 + index);
      await fixture.pass(240_000, 1000);
    }
    await fixture.finish(Promise.all(jobs.map(({ store }) => store.close())));
    expect(fixture.clock.now()).toBeLessThan(3_600_000);
    expect(fixture.stored()).toEqual(numbers(14 * 20));
    expect(fixture.fake.limited).toBe(0);
    expect(fixture.fake.requests.length).toBeLessThan(1000);
  }, 60_000);

  it('most of eight jobs that are cancelled at once keep their uploads, and no write of another job is lost', async () => {
    const fixture = limitedGitHub(4);
    const jobs = await fixture.finish(Promise.all(numbers(8).map(() => fixture.openJob({ shards: 8 }))));
    await fixture.finish(Promise.all(jobs.map(({ store }) => store.prepareWrites())));
    for (const [index, { upload }] of jobs.entries()) upload(index);
    for (const { cancel } of jobs) cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled'));
    const closed = await fixture.finish(Promise.allSettled(jobs.map(({ store }) => store.close())));
    const kept = closed.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
    expect(fixture.stored()).toEqual(expect.arrayContaining(kept));
    expect(kept.length).toBeGreaterThanOrEqual(4);
  });
});

describe('timing of writes', () => {
  const shards = fc.integer({ min: 1, max: 256 });
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('a write comes 1 to 1.5 intervals of max(30 s, 15 s per job) after a change', () => {
    fc.assert(
      fc.property(shards, random, (jobs, chance) => {
        const intervalMs = Math.max(30_000, 15_000 * jobs);
        const delayMs = writeDelayMs(jobs, chance);
        expect(delayMs).toBeGreaterThanOrEqual(intervalMs);
        expect(delayMs).toBeLessThanOrEqual(1.5 * intervalMs);
      }),
    );
  });

  it('a single job creates the branch without a delay, and no job waits longer than 20 s', () => {
    expect(startDelayMs(1, 0.9)).toBe(0);
    expect(startDelayMs(256, 0.99)).toBeLessThanOrEqual(20_000);
  });

  it('the wait after a conflict leaves time for another attempt', () => {
    fc.assert(
      fc.property(
        shards,
        random,
        fc.nat(20),
        fc.nat(60_000),
        fc.boolean(),
        (jobs, chance, tries, leftMs, isCancelled) => {
          const waitMs = conflictWaitMs({
            tries: tries + 1,
            shards: jobs,
            leftMs,
            isCancelled,
            random: chance,
          });
          if (leftMs < 500) expect(waitMs).toBeNull();
          else expect(waitMs).toBeLessThanOrEqual(leftMs / 2);
        },
      ),
    );
  });
});

describe('commit messages', () => {
  const env = {
    GITHUB_WORKFLOW: 'Publish',
    GITHUB_RUN_ID: '7',
    GITHUB_RUN_ATTEMPT: '2',
    GITHUB_JOB: 'media',
  };

  it.each<[string, Record<string, string>, string | null, string]>([
    [
      'names workflow, run and job',
      env,
      null,
      'Update m.json (workflow Publish, run 7.2, job media) [skip ci]',
    ],
    [
      'names the shard',
      env,
      '3/20',
      'Update m.json (workflow Publish, run 7.2, job media, shard 3/20) [skip ci]',
    ],
    ['has one line', { GITHUB_WORKFLOW: 'a\r\n\r\nb' }, null, 'Update m.json (workflow a b) [skip ci]'],
  ])('a commit message %s', (_, variables, shard, message) => {
    expect(formatCommitMessage('m.json', variables, shard)).toBe(message);
  });
});
