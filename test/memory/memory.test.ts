// Random schedules of jobs that share a memory: what it holds after a run is what the run reported, and no post is claimed
// twice. Reads are up to 14 s old, responses are lost, writes arrive late, and jobs are cancelled at any moment.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RunError } from '../../src/errors/action-error.ts';
import type { Memory } from '../../src/memory/memory.ts';
import { uploadKeyText } from '../../src/memory/upload-entry.ts';
import { settleChange } from '../../src/post/memory/post-entry.ts';
import { PostMemory } from '../../src/post/memory/post-memory.ts';
import { makeEntry } from '../post/posts.ts';
import { TestClock } from '../support/clock.ts';
import { fuzzed } from '../support/fuzz.ts';
import { refusal } from '../world/github/answers.ts';
import { Random } from '../world/random.ts';
import { BranchFixture } from './branch-fixture.ts';
import { entryOf } from './entries.ts';

const DAY = '2026-11-25';
const IDS = ['a', 'b', 'c'];

interface Weather {
  /** How old a read may be. */
  readonly lagMs: number;
  /** The shares of old answers, of failed calls, and of changes whose response is lost. */
  readonly old: number;
  readonly failed: number;
  readonly lost: number;
}

interface Report {
  readonly job: string;
  readonly post: string;
  /** `withdrawn`: not sent, and the claim is gone. */
  readonly state: 'posted' | 'withdrawn' | 'other' | 'not stored';
}

class World {
  readonly clock: TestClock;
  readonly jobs: BranchFixture;
  readonly random: () => number;
  readonly sent: string[] = [];
  readonly reports: Report[] = [];
  /** The jobs whose last write succeeded, with their uploads and calls. */
  readonly closed = new Map<
    string,
    { readonly uploads: readonly number[]; readonly calls: number }
  >();

  constructor(seed: number, { lagMs, old, failed, lost }: Weather) {
    const source = new Random(seed);
    const random = () => source.next();
    const clock = new TestClock({ random });
    const jobs = new BranchFixture({ lagMs: () => (random() < old ? random() * lagMs : 0) }, clock);
    jobs.handle = async (request) => {
      await clock.sleep(20 + random() * 100);
      if (random() < failed) return refusal(502, 'Bad Gateway');
      const effect = (['now', 'late', 'never'] as const)[Math.floor(random() * 3)] ?? 'now';
      const isLost = request.method !== 'GET' && random() < lost;
      return isLost
        ? await jobs.lose(request, effect, 500 + random() * 20_000)
        : await jobs.fake.handle(request);
    };
    this.random = random;
    this.clock = clock;
    this.jobs = jobs;
  }

  async job(index: number, ids: readonly string[]): Promise<void> {
    const { memory, file, cancel } = this.jobs.job();
    const name = file.job;
    await this.clock.sleep(this.random() * 4000);
    // A GitHub that fails for long ends a run before it has sent anything.
    const isOpen = await memory.open().then(...YES_OR_NO);
    if (!isOpen) return;
    const posts = new PostMemory(memory, { signal: cancel.signal });
    // Nothing is sent if it cannot be written.
    const isReady = await memory.prepareWrites().then(...YES_OR_NO);
    if (!isReady) return;
    const run = new JobRun(this, { name, index, memory, posts, cancel });
    for (const post of ids) await run.publish(post);
    await memory.close().then(
      () => this.closed.set(name, { uploads: run.uploads, calls: run.calls }),
      () => {},
    );
  }
}

interface Job {
  readonly name: string;
  readonly index: number;
  readonly memory: Memory;
  readonly posts: PostMemory;
  readonly cancel: AbortController;
}

class JobRun {
  readonly #world: World;
  readonly #job: Job;
  readonly uploads: number[] = [];
  calls = 0;

  constructor(world: World, job: Job) {
    this.#world = world;
    this.#job = job;
  }

  async publish(post: string): Promise<void> {
    const { name, posts, cancel } = this.#job;
    const { signal } = cancel;
    const { clock, random, sent, reports } = this.#world;
    if (signal.aborted) return;
    if (random() < 0.25)
      void clock
        .sleep(random() * 1000)
        .then(() => cancel.abort(new RunError('RUN_CANCELLED', 'cancelled')));
    if (random() < 0.3) this.#upload();
    const nonce = `nonce-of-${name}-${post}`.replace(/\W/g, '-').padEnd(16, '-');
    const report = (state: Report['state']) => reports.push({ job: name, post, state });
    const entry = makeEntry({ state: 'sending', ids: [post], nonce });
    if (entry.state !== 'sending') throw new TypeError('not a claim');
    const claim = await posts
      .claim((stored) => (stored.has(post) ? null : { key: post, entry, previous: null }))
      .catch(() => undefined);
    if (claim === undefined) return void report('not stored');
    if (claim === null) return void report(signal.aborted ? 'withdrawn' : 'other');
    if (signal.aborted || random() < 0.2) {
      const isWithdrawn = (await posts.withdraw(claim)) === null;
      return void report(isWithdrawn ? 'withdrawn' : 'not stored');
    }
    this.#call();
    sent.push(post);
    await clock.sleep(50 + random() * 400);
    const outcome = { state: 'posted', urn: urnOf(post), urnSource: 'linkedin' } as const;
    const failure = await posts.store(settleChange(claim, outcome, posts.now()));
    report(failure === null && !signal.aborted ? 'posted' : 'not stored');
  }

  #upload(): void {
    const n = 100 * this.#job.index + this.uploads.length;
    const entry = entryOf(n);
    this.uploads.push(n);
    this.#call();
    this.#job.memory.stage(uploadKeyText(entry), ({ uploads }) => {
      uploads.set(uploadKeyText(entry), entry);
      return true;
    });
  }

  #call(): void {
    this.calls += 1;
    this.#job.memory.uploads.countCall();
  }
}

const YES_OR_NO = [() => true, () => false] as const;

function urnOf(post: string): string {
  return `urn:li:share:${post.charCodeAt(0)}`;
}

function assertTrue({ jobs: { content }, sent, reports, closed }: World): void {
  expect(sent).toEqual([...new Set(sent)]);
  for (const { job, post, state } of reports) {
    const stored = content.posts[post];
    const nonce = `nonce-of-${job}-${post}`.padEnd(16, '-');
    if (state === 'posted') expect(stored).toMatchObject({ state: 'posted', urn: urnOf(post) });
    if (
      state === 'withdrawn' ||
      (state === 'not stored' && closed.has(job) && !sent.includes(post))
    )
      expect(stored).not.toMatchObject({ nonce });
  }
  for (const [job, { uploads, calls }] of closed) {
    expect(content.calls[DAY]?.[job] ?? 0).toBe(calls);
    for (const n of uploads)
      expect(content.uploads.get(uploadKeyText(entryOf(n)))).toEqual(entryOf(n));
  }
}

const LONGEST_MS = 3_600_000;

const share = (max: number) => fc.oneof(fc.constant(0), fc.double({ min: 0, max, noNaN: true }));

it('what the memory holds after a run is what the run reported, and no post is claimed twice', async () => {
  const weather = fc.record({
    lagMs: fc.nat(14_000),
    old: share(1),
    failed: share(0.15),
    lost: share(0.4),
  });
  const size = fc.record({
    jobs: fc.integer({ min: 1, max: 3 }),
    posts: fc.integer({ min: 1, max: 3 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.nat(), weather, size, async (seed, faults, { jobs, posts }) => {
      const world = new World(seed, faults);
      const running = Array.from({ length: jobs }, (_, index) =>
        world.job(index, IDS.slice(0, posts)),
      );
      // Late writes arrive.
      const over = Promise.all(running).then(() => world.clock.sleep(60_000));
      expect(await world.clock.run(over, LONGEST_MS)).toBe(true);
      await over;
      assertTrue(world);
    }),
    fuzzed(150),
  );
});
