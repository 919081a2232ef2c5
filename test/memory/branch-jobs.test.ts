// Many jobs that share a manifest on a branch: nothing is lost, and GitHub's rate limits are kept.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors/action-error.ts';
import { WRITE_LIMIT_MS } from '../../src/memory/memory.ts';
import { TestClock } from '../support/clock.ts';
import type { Answer } from '../support/sandbox-dispatcher.ts';
import { refusal } from '../world/github/answers.ts';
import { Random } from '../world/random.ts';
import { BRANCH, BranchFixture } from './branch-fixture.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** GitHub's rate limits: 1,000 calls an hour, and 80 writes a minute and 500 an hour. */
class RateLimits {
  /** How many calls were refused. */
  hits = 0;
  readonly #clock: { epochMs(): number };
  readonly #callsMs: number[] = [];
  readonly #writesMs: number[] = [];

  constructor(clock: { epochMs(): number }) {
    this.#clock = clock;
  }

  /** Counts a call; null if it may pass. */
  limit(method: string): Answer | null {
    const nowMs = this.#clock.epochMs();
    const isWrite = method !== 'GET';
    this.#callsMs.push(nowMs);
    if (isWrite) this.#writesMs.push(nowMs);
    const within = (times: readonly number[], ms: number) => times.filter((time) => time > nowMs - ms).length;
    const isSpent = within(this.#callsMs, HOUR_MS) > 1000;
    const isFast =
      isWrite && (within(this.#writesMs, MINUTE_MS) > 80 || within(this.#writesMs, HOUR_MS) > 500);
    if (!isSpent && !isFast) return null;
    this.hits += 1;
    const reset = String(Math.ceil((nowMs + HOUR_MS) / 1000));
    const headers = isSpent
      ? { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
      : { 'retry-after': '60' };
    return { ...refusal(403, `You have exceeded a ${isFast ? 'secondary ' : ''}rate limit.`), headers };
  }
}

/** A GitHub that enforces its rate limits. Each request takes about a fifth of a second. */
function limitedGitHub(seed: number) {
  const source = new Random(seed);
  const random = () => source.next();
  const clock = new TestClock({ random });
  const fixture = new BranchFixture({ latency: () => clock.sleep(100 + random() * 200) }, clock);
  const limits = new RateLimits(clock);
  const { handle } = fixture;
  fixture.handle = async (request) => limits.limit(request.method) ?? (await handle(request));
  return { fixture, limits };
}

const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a shared branch', () => {
  it.each([1, 2, 3])(
    'eight jobs that start and end at once keep every upload and every call (seed %i)',
    async (seed) => {
      const { fixture, limits } = limitedGitHub(seed);
      const jobs = await fixture.openJobs(8, { shards: 8 });
      await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.prepareWrites())));
      for (const [index, { upload, call }] of jobs.entries()) {
        for (let n = 0; n < 5; n += 1) upload(index * 5 + n);
        call(3);
      }
      await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.close())));
      expect(fixture.stored()).toEqual(numbers(40));
      expect(fixture.storedCalls()).toBe(24);
      expect(limits.hits).toBe(0);
    },
  );

  it.each([20])(
    'twenty jobs that start at once, change something each second for an hour and end at once stay below all rate limits (seed %i)',
    async (seed) => {
      const { fixture, limits } = limitedGitHub(seed);
      const jobs = await fixture.openJobs(20, { shards: 20 });
      await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.prepareWrites())));
      let seconds = 0;
      for (; fixture.clock.now() < 3_520_000; seconds += 1) {
        for (const [index, { upload, call }] of jobs.entries()) {
          if (seconds % 240 === 0) upload((seconds / 240) * 20 + index);
          call();
        }
        await fixture.clock.advance(1000);
      }
      await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.close())));
      expect(fixture.clock.now()).toBeLessThan(3_600_000);
      expect(fixture.stored()).toEqual(numbers(Math.ceil(seconds / 240) * 20));
      expect(fixture.storedCalls()).toBe(20 * seconds);
      expect(limits.hits).toBe(0);
      // At least nine writes of each job.
      expect(fixture.fake.history(BRANCH).length).toBeGreaterThan(180);
    },
  );

  it.each([
    [2, 1],
    [8, 1],
  ])(
    'each of %i busy jobs loses at most the changes of 1.5 intervals and of one write when it is killed at any moment (seed %i)',
    async (count, seed) => {
      const { fixture } = limitedGitHub(seed);
      const jobs = await fixture.openJobs(count, { shards: count });
      await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.prepareWrites())));
      const lossMs = 1.5 * Math.max(60_000, 15_000 * count) + WRITE_LIMIT_MS;
      const recordedMs: number[] = [];
      let oldestMs = 0;
      for (let second = 0; second < (5 * lossMs) / 1000; second += 1) {
        for (const { upload } of second % 20 === 0 ? jobs : []) {
          upload(recordedMs.length);
          recordedMs.push(fixture.clock.now());
        }
        await fixture.clock.advance(1000);
        const stored = new Set(fixture.stored());
        const lost = recordedMs.filter((_, n) => !stored.has(n));
        oldestMs = Math.max(oldestMs, ...lost.map((atMs) => fixture.clock.now() - atMs));
      }
      expect(oldestMs).toBeLessThanOrEqual(lossMs);
      // Some write came late.
      expect(oldestMs).toBeGreaterThan(0.8 * (lossMs - WRITE_LIMIT_MS));
    },
  );

  it('several of eight jobs that are cancelled at once keep their uploads, and no write of another job is lost', async () => {
    const { fixture } = limitedGitHub(4);
    const jobs = await fixture.openJobs(8, { shards: 8 });
    await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.prepareWrites())));
    for (const [index, { upload }] of jobs.entries()) upload(index);
    for (const { cancel } of jobs) cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled'));
    const closed = await fixture.finish(Promise.allSettled(jobs.map(({ memory }) => memory.close())));
    const kept = closed.flatMap(({ status }, index) => (status === 'fulfilled' ? [index] : []));
    expect(fixture.stored()).toEqual(expect.arrayContaining(kept));
    // How many, within 4.5 s, depends on the order in which they write.
    expect(kept.length).toBeGreaterThanOrEqual(3);
  });
});
