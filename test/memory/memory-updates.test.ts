// Compare-and-swap of the manifest on a branch: one of two changes wins, and none is merged or lost.

import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/errors/action-error.ts';
import type { Change, Content } from '../../src/memory/content.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { formatManifest } from '../support/manifest.ts';
import type { GitHubFault } from '../world/github/api.ts';
import { BranchFixture } from './branch-fixture.ts';

const conflict: GitHubFault = { on: 'write contents', response: { status: 409 } };
const down: GitHubFault = { on: 'write contents', response: { status: 503 } };

type PostTable = Content['posts'];

const shared = (faults: readonly GitHubFault[] = []) => BranchFixture.holding([0], { faults });

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
    ['that was stored', { on: 'write contents', breaks: 'after' }, [false, false, true]],
    ['that was not stored', { on: 'write contents', breaks: 'before' }, [false, false]],
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
    const updates = jobs.map(({ memory }, index) => memory.update(take('post', names[index] ?? '')));
    await fixture.finish(Promise.all(updates));
    const owner = storedPosts(fixture).post;
    expect(names).toContain(owner);
    expect(jobs.map(({ memory }) => memory.content.posts.post)).toEqual(names.map(() => owner));
  });

  it('changes of one job that overlap are all stored', async () => {
    const fixture = shared([conflict]);
    const { memory } = await fixture.openJob();
    await fixture.finish(Promise.all(['a', 'b', 'c'].map((key) => memory.update(take(key, 'us')))));
    expect(storedPosts(fixture)).toEqual({ a: 'us', b: 'us', c: 'us' });
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

describe('writes beside an update', () => {
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
});

describe('the clock of GitHub', () => {
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
});
