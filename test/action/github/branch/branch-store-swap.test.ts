// Compare-and-swap of the manifest on a branch: one of two changes wins, and none is merged or lost.

import { describe, expect, it } from 'vitest';
import { ActionError, InputError, RunError } from '../../../../src/errors.ts';
import { type Posts, parseManifest } from '../../../../src/memory/manifest.ts';
import type { Change } from '../../../../src/memory/store.ts';
import { caught } from '../../../support/caught.ts';
import type { GitHubFault } from '../../../support/github-contents.ts';
import { BRANCH, BranchFixture, entryOf, manifestText } from './branch-fixture.ts';

const conflict: GitHubFault = { on: 'write contents', response: { status: 409 } };
const down: GitHubFault = { on: 'read contents', response: { status: 503 } };

function shared(faults: readonly GitHubFault[] = []): BranchFixture {
  const fixture = new BranchFixture({ faults });
  fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(0)) });
  return fixture;
}

function storedPosts({ fake }: BranchFixture): Posts {
  return parseManifest(fake.file(BRANCH) ?? '', 'stored').posts ?? {};
}

/** Takes `key` for `owner`, if nobody has it. */
function take(key: string, owner: string): Change {
  return (stored) => {
    const { posts = {} } = stored;
    return posts[key] === undefined ? { ...stored, posts: { ...posts, [key]: owner } } : null;
  };
}

/** A write of another job. */
function takenMeanwhile(fixture: () => BranchFixture, posts: Posts): () => void {
  return () => {
    const text = fixture().fake.file(BRANCH) ?? '';
    const lines = Object.entries(posts).map(
      ([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`,
    );
    fixture().fake.commit(BRANCH, {
      'linkedin.json': text.replace('\n]}', `\n],"posts":{${lines.join()}}}`),
    });
  };
}

describe('a swap', () => {
  it('a change is stored at once, together with the uploads that are not written yet', async () => {
    const fixture = shared();
    const { store, upload } = await fixture.openJob();
    upload(1);
    const manifest = await fixture.finish(store.swap(take('a', 'us')));
    expect(manifest.posts).toEqual({ a: 'us' });
    expect(storedPosts(fixture)).toEqual({ a: 'us' });
    expect(fixture.stored()).toEqual([0, 1]);
    expect(fixture.fake.count('write contents')).toBe(1);
    await fixture.finish(store.close());
    expect(fixture.fake.count('write contents')).toBe(1);
  });

  it('a change that returns null writes nothing, and returns what others wrote', async () => {
    const fixture = shared();
    const { store } = await fixture.openJob();
    takenMeanwhile(() => fixture, { a: 'them' })();
    expect((await fixture.finish(store.swap(() => null))).posts).toEqual({ a: 'them' });
    expect(fixture.fake.count('write contents')).toBe(0);
  });

  it('after a conflict the change decides again, with what the other job stored', async () => {
    const seen: Posts[] = [];
    const fixture: BranchFixture = shared([
      { on: 'write contents', meanwhile: () => takenMeanwhile(() => fixture, { a: 'them' })() },
    ]);
    const { store } = await fixture.openJob();
    const manifest = await fixture.finish(
      store.swap((stored) => {
        seen.push(stored.posts ?? {});
        return take('a', 'us')(stored);
      }),
    );
    expect(seen).toEqual([{}, { a: 'them' }]);
    expect(manifest.posts).toEqual({ a: 'them' });
    expect(storedPosts(fixture)).toEqual({ a: 'them' });
  });

  it.each<[string, GitHubFault, number]>([
    ['that was stored', { on: 'write contents', breaks: 'after' }, 1],
    ['that was not stored', { on: 'write contents', breaks: 'before' }, 2],
  ])(
    'after a lost response to a write %s the change sees whether its result is there',
    async (_, fault, writes) => {
      const fixture = shared([fault]);
      const { store, call } = await fixture.openJob();
      call(3);
      const results: boolean[] = [];
      await fixture.finish(
        store.swap((stored) => {
          results.push(stored.posts?.a === 'us');
          return take('a', 'us')(stored);
        }),
      );
      expect(results).toEqual([false, writes === 1]);
      expect(storedPosts(fixture)).toEqual({ a: 'us' });
      await fixture.finish(store.close());
      expect(fixture.storedCalls()).toEqual({ '2026-11-25': 3 });
    },
  );

  it('exactly one of many runs that take the same post at once has it, and every run knows which', async () => {
    const clock = shared().clock;
    const fixture = new BranchFixture({ latency: () => clock.sleep(200) }, clock);
    fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(0)) });
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const jobs = await fixture.finish(Promise.all(names.map(() => fixture.openJob())));
    const manifests = await fixture.finish(
      Promise.all(jobs.map(({ store }, index) => store.swap(take('post', names[index] ?? '')))),
    );
    const owner = storedPosts(fixture).post;
    expect(names).toContain(owner);
    expect(manifests.map(({ posts }) => posts?.post)).toEqual(names.map(() => owner));
  });

  it('changes of one job that overlap are all stored', async () => {
    const fixture = shared([conflict]);
    const { store } = await fixture.openJob();
    await fixture.finish(Promise.all(['a', 'b', 'c'].map((key) => store.swap(take(key, 'us')))));
    expect(storedPosts(fixture)).toEqual({ a: 'us', b: 'us', c: 'us' });
  });

  it('a missing branch is created with the change', async () => {
    const fixture = new BranchFixture();
    const { store } = await fixture.openJob();
    await fixture.finish(store.swap(take('a', 'us')));
    expect(storedPosts(fixture)).toEqual({ a: 'us' });
  });

  it('a swap fails after a minute without success, and the later writes do not repeat it', async () => {
    const fixture = shared();
    const { store } = await fixture.openJob();
    fixture.fake.faults.push(...Array(100).fill(down));
    const startMs = fixture.clock.now();
    const error = await caught(() => fixture.finish(store.swap(take('a', 'us'))), ActionError);
    expect(error.code).toBe('MANIFEST_WRITE');
    expect(fixture.clock.now() - startMs).toBeLessThanOrEqual(60_000);
    fixture.fake.faults.length = 0;
    await fixture.finish(store.close());
    expect(fixture.fake.count('write contents')).toBe(0);
    expect(storedPosts(fixture)).toEqual({});
  });

  it('rules of the repository end a swap at once', async () => {
    const fixture = new BranchFixture({ forbids: ['update'] });
    fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(0)) });
    const { store } = await fixture.openJob();
    const error = await caught(() => fixture.finish(store.swap(take('a', 'us'))), ActionError);
    expect(error.code).toBe('BRANCH_PROTECTED');
  });

  it('a manifest that another program damaged is not overwritten', async () => {
    const fixture = shared();
    const { store } = await fixture.openJob();
    fixture.fake.commit(BRANCH, { 'linkedin.json': 'damaged' });
    const error = await caught(() => fixture.finish(store.swap(take('a', 'us'))), InputError);
    expect(error.code).toBe('MANIFEST_INVALID');
    expect(fixture.fake.file(BRANCH)).toBe('damaged');
  });

  it('an error of the change ends the swap', async () => {
    const fixture = shared();
    const { store } = await fixture.openJob();
    const refusal = new InputError('MANIFEST_INVALID', 'manifest', 'no');
    const swap = store.swap(() => {
      throw refusal;
    });
    expect(await caught(() => fixture.finish(swap), InputError)).toBe(refusal);
  });

  it('a cancelled run can still swap, within 4.5 s', async () => {
    const fixture = shared();
    const { store, cancel } = await fixture.openJob();
    cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled'));
    await fixture.finish(store.swap(take('a', 'us')));
    expect(storedPosts(fixture)).toEqual({ a: 'us' });
    fixture.fake.faults.push(...Array(100).fill(down));
    const startMs = fixture.clock.now();
    await caught(() => fixture.finish(store.swap(take('b', 'us'))), ActionError);
    expect(fixture.clock.now() - startMs).toBeLessThanOrEqual(4500);
  });
});

describe('writes beside a swap', () => {
  it('a post that another job removed does not come back with the uploads of this run', async () => {
    const fixture = shared();
    takenMeanwhile(() => fixture, { a: 'them', b: 'them' })();
    const { store, upload } = await fixture.openJob();
    const text = fixture.fake.file(BRANCH) ?? '';
    fixture.fake.commit(BRANCH, { 'linkedin.json': text.replace('"a":"them",', '') });
    upload(1);
    await fixture.finish(store.close());
    expect(fixture.stored()).toEqual([0, 1]);
    expect(storedPosts(fixture)).toEqual({ b: 'them' });
  });

  it('the posts of other jobs are kept by the write of a run that has read an older version', async () => {
    const fixture = shared();
    const { store, upload } = await fixture.openJob();
    takenMeanwhile(() => fixture, { a: 'them' })();
    upload(1);
    await fixture.finish(store.close());
    expect(storedPosts(fixture)).toEqual({ a: 'them' });
    expect(store.current.posts).toEqual({ a: 'them' });
  });

  it('a swap waits for the write that is under way', async () => {
    const clock = shared().clock;
    const fixture = new BranchFixture({ latency: () => clock.sleep(300) }, clock);
    fixture.fake.commit(BRANCH, { 'linkedin.json': manifestText(entryOf(0)) });
    const { store, upload } = await fixture.openJob();
    upload(1);
    const closed = store.close();
    await fixture.finish(Promise.all([closed, store.swap(take('a', 'us'))]));
    expect(fixture.stored()).toEqual([0, 1]);
    expect(storedPosts(fixture)).toEqual({ a: 'us' });
  });
});

describe('the clock of GitHub', () => {
  it('the time of a store is that of GitHub’s last response', async () => {
    const fixture = shared([
      {
        on: 'read contents',
        response: { status: 500, headers: { date: 'Wed, 25 Nov 2026 13:00:00 GMT' } },
      },
    ]);
    const { store } = fixture.job();
    expect(store.epochMs()).toBe(fixture.clock.epochMs());
    await fixture.finish(store.read());
    const aheadMs = store.epochMs() - fixture.clock.epochMs();
    expect(Math.round(aheadMs / 60_000)).toBe(60);
  });
});
