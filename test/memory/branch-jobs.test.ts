// Many jobs that share a manifest on a branch: nothing is lost, and GitHub's rate limits are kept.

import { expect, it } from 'vitest';
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
    const within = (times: readonly number[], ms: number) =>
      times.filter((time) => time > nowMs - ms).length;
    const isSpent = within(this.#callsMs, HOUR_MS) > 1000;
    const isFast =
      isWrite && (within(this.#writesMs, MINUTE_MS) > 80 || within(this.#writesMs, HOUR_MS) > 500);
    if (!isSpent && !isFast) return null;
    this.hits += 1;
    const reset = String(Math.ceil((nowMs + HOUR_MS) / 1000));
    const headers = isSpent
      ? { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
      : { 'retry-after': '60' };
    return {
      ...refusal(403, `You have exceeded a ${isFast ? 'secondary ' : ''}rate limit.`),
      headers,
    };
  }
}

it('twenty jobs that start at once, change something each second for an hour and end at once lose nothing and stay below all rate limits', async () => {
  const source = new Random(20);
  const random = () => source.next();
  const clock = new TestClock({ random });
  // Each request takes about a fifth of a second.
  const fixture = new BranchFixture({ latency: () => clock.sleep(100 + random() * 200) }, clock);
  const limits = new RateLimits(clock);
  const { handle } = fixture;
  fixture.handle = async (request) => limits.limit(request.method) ?? (await handle(request));
  const jobs = await fixture.openJobs(20, { shards: 20 });
  await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.prepareWrites())));
  let seconds = 0;
  for (; clock.now() < 3_520_000; seconds += 1) {
    for (const [index, { upload, call }] of jobs.entries()) {
      if (seconds % 240 === 0) upload((seconds / 240) * 20 + index);
      call();
    }
    await clock.advance(1000);
  }
  await fixture.finish(Promise.all(jobs.map(({ memory }) => memory.close())));
  expect(clock.now()).toBeLessThan(3_600_000);
  expect(fixture.stored()).toEqual([...Array(Math.ceil(seconds / 240) * 20).keys()]);
  expect(fixture.storedCalls()).toBe(20 * seconds);
  expect(limits.hits).toBe(0);
  // At least nine writes of each job.
  expect(fixture.fake.history(BRANCH).length).toBeGreaterThan(180);
});
