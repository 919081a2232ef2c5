// The memory on a branch during a run and at its end: when it is written, and what a conflict does. One of two changes wins, and
// none is merged or lost.

import { describe, expect, it } from 'vitest';
import { ActionError, RunError } from '../../src/errors/action-error.ts';
import type { Change, Content } from '../../src/memory/content.ts';
import { WRITE_LIMIT_MS } from '../../src/memory/memory.ts';
import { uploadKeyText } from '../../src/memory/upload-entry.ts';
import { closeInTime } from '../../src/steps/run-program.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { rememberUploads } from '../../src/upload/remember-uploads.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { formatManifest } from '../support/manifest.ts';
import { testRun } from '../support/run.ts';
import type { GitHubFault } from '../world/github/api.ts';
import type { GitHub } from '../world/github/github.ts';
import { BRANCH, BranchFixture, manifestText } from './branch-fixture.ts';
import { entryOf, imageOf } from './entries.ts';

const down: GitHubFault = { on: 'write contents', response: { status: 502 } };
const limited = (seconds: number): GitHubFault => ({
  on: 'write contents',
  response: {
    status: 403,
    headers: { 'retry-after': String(seconds) },
    body: '{"message":"You have exceeded a secondary rate limit."}',
  },
});
const cancelled = new RunError('RUN_CANCELLED', 'the run was cancelled');

/** A branch with upload 0, shared by the jobs of the test. */
function shared(
  faults: readonly GitHubFault[] = [],
  {
    random = () => 0.5,
    ...rest
  }: { random?: () => number; forbids?: ['update']; isTerse?: boolean } = {},
) {
  return BranchFixture.holding([0], { ...rest, faults }, new TestClock({ random }));
}

describe('writes during the run', () => {
  it.each([
    [1, 0, 60_000],
    [1, 1, 90_000],
    [20, 0, 300_000],
  ])(
    'with %i jobs and random %d the first write comes %i ms after the first change',
    async (shards, random, dueMs) => {
      const fixture = shared([], { random: () => random });
      const { upload } = await fixture.openJob({ shards });
      await fixture.clock.advance(20_000);
      upload(1);
      await fixture.clock.advance(dueMs - 1000);
      upload(2);
      expect(fixture.stored()).toEqual([0]);
      await fixture.clock.advance(1000);
      expect(fixture.stored()).toEqual([0, 1, 2]);
    },
  );

  it('each interval has at most one write, and an interval without changes has no request', async () => {
    const fixture = shared([], { random: () => 0 });
    const { upload } = await fixture.openJob();
    for (let n = 1; n <= 180; n += 1) {
      upload(n);
      await fixture.clock.advance(1000);
    }
    expect(fixture.fake.count('write contents')).toBe(3);
    const before = fixture.fake.requests.length;
    await fixture.clock.advance(600_000);
    expect(fixture.fake.requests.length - before).toBeLessThanOrEqual(2);
  });

  it('a ruleset that forbids updates stops the run at the first write, and only close tries again', async () => {
    const fixture = shared([], { forbids: ['update'] });
    const { memory, upload } = await fixture.openJob();
    const ledger = new Ledger({ files: [], warnings: [], notices: [] }, fixture.clock);
    rememberUploads(ledger, memory);
    upload(1);
    await fixture.clock.advance(60_000);
    expect(ledger.stopReason).toBeNull();
    await fixture.clock.advance(30_000);
    expect(ledger.stopReason?.code).toBe('BRANCH_PROTECTED');
    expect(ledger.stopReason?.message).toMatch(/forbid a write to branch linkedin-media/);
    upload(2);
    await fixture.clock.advance(200_000);
    expect(fixture.fake.count('write contents')).toBe(1);
    const error = await caught(() => fixture.finish(memory.close()), ActionError);
    expect(error.fingerprint).toBe(ledger.stopReason?.fingerprint);
    expect(fixture.fake.count('write contents')).toBe(2);
  });

  it('no write starts before the end of the wait that GitHub asks for', async () => {
    const fixture = shared([limited(100)]);
    const { upload } = await fixture.openJob();
    upload(1);
    await fixture.clock.advance(35_000 + 99_000);
    expect(fixture.fake.count('write contents')).toBe(1);
    await fixture.clock.advance(60_000);
    expect(fixture.stored()).toEqual([0, 1]);
  });
});

const others = (...numbers: number[]) => ({
  'linkedin.json': manifestText(...numbers.map((n) => entryOf(n))),
});
const zero = {
  'linkedin.json': formatManifest({
    revision: 1,
    uploads: new Map([[uploadKeyText(entryOf(0)), entryOf(0)]]),
  }),
};

it.each<[string, Record<string, string>, (fake: GitHub) => void, number[]]>([
  ['writes the file', others(0), (fake) => fake.commit(BRANCH, others(0, 7)), [0, 1, 7]],
  ['creates the file', { 'notes.md': 'x' }, (fake) => fake.commit(BRANCH, others(7)), [1, 7]],
  ['deletes the branch', others(0), (fake) => fake.deleteBranch(BRANCH), [0, 1]],
  [
    'deletes the branch and creates it again',
    zero,
    (fake) => {
      fake.deleteBranch(BRANCH);
      fake.commit(BRANCH, others(7));
    },
    [0, 1, 7],
  ],
])(
  'the uploads of both are kept when another job %s before a write',
  async (_, files, change, stored) => {
    const fixture = new BranchFixture({
      faults: [{ on: 'write contents', meanwhile: () => change(fixture.fake) }],
    });
    fixture.fake.commit(BRANCH, files);
    const { memory, upload, call } = await fixture.openJob();
    upload(1);
    call(3);
    await fixture.finish(memory.close());
    expect(fixture.stored()).toEqual(stored);
    expect(memory.content.uploads.size).toBe(stored.length);
    expect(fixture.storedCalls()).toBe(3);
  },
);

it('a lost response does not undo what other jobs wrote', async () => {
  const changed = entryOf(0, { state: 'available', updatedAt: '2026-11-25T12:30:00.000Z' });
  const fixture = shared();
  const one = await fixture.openJob();
  fixture.store(
    formatManifest({ uploads: new Map([[uploadKeyText(changed), changed]]), revision: 2 }),
  );
  fixture.fake.faults.push({ on: 'write contents', kind: 'lost response' });
  one.upload(1);
  await fixture.clock.advance(60_000);
  one.upload(2);
  await fixture.finish(one.memory.close());
  expect(fixture.stored()).toEqual([0, 1, 2]);
  expect(fixture.fake.file(BRANCH)).toContain('"state":"available"');
});

it('a change during a write is written by the next one', async () => {
  const fixture = shared([{ on: 'write contents', meanwhile: () => one.upload(2) }]);
  const one = await fixture.openJob();
  one.upload(1);
  await fixture.clock.advance(90_000);
  expect(fixture.stored()).toEqual([0, 1]);
  await fixture.clock.advance(90_000);
  expect(fixture.stored()).toEqual([0, 1, 2]);
});

it.each<[string, readonly GitHubFault[]]>([
  ['an outage', Array(6).fill(down)],
  ['the minute that GitHub asks for when a job writes too often', [limited(60)]],
])('the last write is retried after %s', async (_, faults) => {
  const fixture = shared(faults);
  const { memory, upload } = await fixture.openJob();
  upload(1);
  await fixture.finish(memory.close());
  expect(fixture.stored()).toEqual([0, 1]);
  expect(fixture.clock.now()).toBeLessThan(WRITE_LIMIT_MS);
});

const silent: GitHubFault = { on: 'write contents', meanwhile: () => new Promise(() => {}) };
const denied: GitHubFault = {
  on: 'write contents',
  response: { status: 403, body: '{"message":"Resource not accessible by integration"}' },
};
const UNWRITTEN = `linkedin.json on branch ${BRANCH} could not be written`;
const FORBIDDEN = 'forbid a write to branch linkedin-media';

it.each<
  [
    what: string,
    GitHubFault[],
    Parameters<typeof shared>[1],
    text: string,
    limitMs: number,
    writes?: number,
  ]
>([
  ['an outage', Array(50).fill(down), {}, UNWRITTEN, WRITE_LIMIT_MS],
  ['a longer wait than 90 s', [limited(91)], {}, UNWRITTEN, 250, 1],
  // They name the files that the manifest lacks.
  ['a missing permission', [denied], {}, `may lack: ${imageOf(1).file}`, 250, 1],
  ['responses that never come', [silent, silent], {}, UNWRITTEN, WRITE_LIMIT_MS + 1000],
  ['a ruleset that forbids updates', [], { forbids: ['update'] }, FORBIDDEN, 250, 1],
  ['a branch protection', [], { forbids: ['update'], isTerse: true }, FORBIDDEN, 250, 1],
])('%s fails the last write', async (_, faults, rules, text, limitMs, writes) => {
  const fixture = shared(faults, rules);
  const { memory, upload } = await fixture.openJob();
  upload(1);
  const error = await caught(() => fixture.finish(memory.close()), ActionError);
  expect(error.code).toBe(text === FORBIDDEN ? 'BRANCH_PROTECTED' : 'MANIFEST_WRITE');
  expect(error.message).toContain(text);
  if (faults[0] === denied) expect(error.hint).toContain('`permissions: contents: write`');
  expect(fixture.clock.now()).toBeLessThanOrEqual(limitMs);
  if (writes !== undefined) expect(fixture.fake.count('write contents')).toBe(writes);
});

it('a manifest that another program damaged is not overwritten', async () => {
  const fixture = shared();
  const { memory, upload } = await fixture.openJob();
  fixture.fake.commit(BRANCH, { 'linkedin.json': 'damaged' });
  upload(1);
  const error = await caught(() => fixture.finish(memory.close()), ActionError);
  expect(error.code).toBe('MANIFEST_INVALID');
  expect(fixture.fake.file(BRANCH)).toBe('damaged');
});

it('what a cancelled run records after the signal is written by its close', async () => {
  const fixture = shared();
  const { memory, upload, cancel } = await fixture.openJob();
  upload(1);
  cancel.abort(cancelled);
  await fixture.clock.advance(500);
  upload(2);
  await fixture.finish(memory.close());
  expect(fixture.stored()).toEqual([0, 1, 2]);
});

it('a GitHub that does not respond is named by the error of a cancelled run, 3 s after its outputs', async () => {
  const fixture = shared(
    Array(9).fill({ on: 'write contents', meanwhile: () => new Promise(() => {}) }),
  );
  const { memory, upload, cancel } = await fixture.openJob();
  upload(1);
  cancel.abort(cancelled);
  await fixture.clock.advance(1000);
  const closed = closeInTime(memory, testRun({ clock: fixture.clock, signal: cancel.signal }));
  const error = await caught(() => fixture.finish(closed), ActionError);
  expect(error.code).toBe('MANIFEST_WRITE');
  expect(error.message).toContain('GitHub does not respond');
  expect(fixture.clock.now()).toBeLessThanOrEqual(4000);
});

type PostTable = Content['posts'];

const storedPosts = ({ content }: BranchFixture): PostTable => content.posts;

/** Takes `key` for `owner`, if nobody has it. */
function take(key: string, owner: string): Change {
  return (draft) => {
    if (draft.posts[key] !== undefined) return false;
    draft.posts = { ...draft.posts, [key]: owner };
    return true;
  };
}

/** Another job stores these posts. */
function storePosts(fixture: BranchFixture, posts: PostTable): void {
  const { content } = fixture;
  fixture.store(formatManifest({ ...content, posts, revision: content.revision + 1 }));
}

describe('an update', () => {
  it('a change is stored at once, together with the uploads that are not written yet, and without a read', async () => {
    const fixture = shared();
    const { memory, upload } = await fixture.openJob();
    const reads = fixture.fake.count('read contents');
    upload(1);
    await fixture.finish(memory.update(take('a', 'us')));
    expect(memory.content.posts).toEqual({ a: 'us' });
    expect(storedPosts(fixture)).toEqual({ a: 'us' });
    expect(fixture.stored()).toEqual([0, 1]);
    await fixture.finish(memory.close());
    expect(fixture.fake.count('write contents')).toBe(1);
    expect(fixture.fake.count('read contents')).toBe(reads);
  });

  it('a refresh writes nothing, and reads what others wrote', async () => {
    const fixture = shared();
    const { memory } = await fixture.openJob();
    storePosts(fixture, { a: 'them' });
    await fixture.finish(memory.refresh());
    expect(memory.content.posts).toEqual({ a: 'them' });
    expect(fixture.fake.count('write contents')).toBe(0);
  });

  it('after a conflict the change decides again, with what the other job stored', async () => {
    const seen: PostTable[] = [];
    const fixture: BranchFixture = shared([
      { on: 'write contents', meanwhile: () => storePosts(fixture, { a: 'them' }) },
    ]);
    const { memory } = await fixture.openJob();
    const change: Change = (draft) => {
      seen.push(draft.posts);
      return take('a', 'us')(draft);
    };
    await fixture.finish(memory.update(change));
    expect(seen).toEqual([{}, { a: 'them' }]);
    expect(memory.content.posts).toEqual({ a: 'them' });
    expect(storedPosts(fixture)).toEqual({ a: 'them' });
  });

  it.each<[string, GitHubFault, boolean[]]>([
    ['that was stored', { on: 'write contents', kind: 'lost response' }, [false, false, true]],
    ['that was not stored', { on: 'write contents', kind: 'lost request' }, [false, false]],
  ])(
    'after a lost response to a write %s the same write is tried again, and the change finds its result',
    async (_, fault, found) => {
      const fixture = shared([fault]);
      const { memory, call } = await fixture.openJob();
      call(3);
      const results: boolean[] = [];
      const change: Change = (draft) => {
        results.push(draft.posts.a === 'us');
        return take('a', 'us')(draft);
      };
      await fixture.finish(memory.update(change));
      expect(results).toEqual(found);
      expect(storedPosts(fixture)).toEqual({ a: 'us' });
      await fixture.finish(memory.close());
      expect(fixture.storedCalls()).toBe(3);
    },
  );

  it('exactly one of many runs that take the same post at once has it, and every run knows which', async () => {
    const clock = new TestClock();
    const fixture = BranchFixture.holding([0], { latency: () => clock.sleep(200) }, clock);
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const jobs = await fixture.openJobs(names.length);
    const updates = jobs.map(({ memory }, index) =>
      memory.update(take('post', names[index] ?? '')),
    );
    await fixture.finish(Promise.all(updates));
    const owner = storedPosts(fixture).post;
    expect(names).toContain(owner);
    expect(jobs.map(({ memory }) => memory.content.posts.post)).toEqual(names.map(() => owner));
  });

  it('an update fails after a minute without success, and the later writes do not repeat it', async () => {
    const fixture = shared();
    const { memory } = await fixture.openJob();
    fixture.fake.faults.push(...Array(100).fill(down));
    const error = await caught(() => fixture.finish(memory.update(take('a', 'us'))), ActionError);
    expect(error.code).toBe('MANIFEST_WRITE');
    fixture.fake.faults.length = 0;
    await fixture.finish(memory.close());
    expect(storedPosts(fixture)).toEqual({});
  });
});

it('a post that another job removed does not come back with the uploads of this run', async () => {
  const fixture = shared();
  storePosts(fixture, { a: 'them', b: 'them' });
  const { memory, upload } = await fixture.openJob();
  storePosts(fixture, { b: 'them' });
  upload(1);
  await fixture.finish(memory.close());
  expect(fixture.stored()).toEqual([0, 1]);
  expect(storedPosts(fixture)).toEqual({ b: 'them' });
});

it('the time of a memory on a branch is that of GitHub’s last response', async () => {
  const fixture = shared([
    {
      on: 'read contents',
      response: { status: 500, headers: { date: 'Wed, 25 Nov 2026 13:00:00 GMT' } },
    },
  ]);
  const { file, memory } = fixture.job();
  expect(file.epochMs()).toBe(fixture.clock.epochMs());
  await fixture.finish(memory.open());
  const aheadMs = file.epochMs() - fixture.clock.epochMs();
  expect(Math.round(aheadMs / 60_000)).toBe(60);
});
