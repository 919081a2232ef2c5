// What a job believes of the answers of a GitHub that lags, loses answers and executes writes late.

import { describe, expect, it } from 'vitest';
import { ActionError, RunError } from '../../src/errors/action-error.ts';
import type { Memory } from '../../src/memory/memory.ts';
import { uploadKeyText } from '../../src/memory/upload-entry.ts';
import { makeEntry } from '../post/posts.ts';
import { caught } from '../support/caught.ts';
import { formatManifest } from '../support/manifest.ts';
import { BRANCH, BranchFixture } from './branch-fixture.ts';
import { entryOf } from './entries.ts';

const cancelled = new RunError('RUN_CANCELLED', 'the run was cancelled');

/** Reads show what was stored 10 s ago. */
const OLD = { lagMs: () => 10_000 };

function claimOf(nonce: string) {
  const entry = makeEntry({ state: 'sending', nonce });
  if (entry.state !== 'sending') throw new TypeError('not a claim');
  return { key: nonce, entry, previous: null };
}

function upload(memory: Memory, n: number): Promise<void> {
  return memory.update(({ uploads }) => {
    uploads.set(uploadKeyText(entryOf(n)), entryOf(n));
    return true;
  });
}

const filesOf = ({ content }: BranchFixture) =>
  [...content.uploads.values()].map(({ file }) => file).sort();
const fileOf = (n: number) => entryOf(n).file;

it('a claim is withdrawn although reads show the version before it', async () => {
  const jobs = BranchFixture.holding([0], OLD);
  const [one, two] = [await jobs.openJob(), await jobs.openJob()];
  const ours = one.posts();
  const claim = await jobs.finish(ours.claim(() => claimOf('nonce-of-job-one')));
  await jobs.finish(upload(two.memory, 5));
  await jobs.finish(ours.withdraw(claim ?? expect.fail('not claimed')));
  expect(jobs.content.posts).toEqual({});
  expect(filesOf(jobs)).toEqual([fileOf(0), fileOf(5)]);
});

it('a branch that was just created is not missing because reads do not show it yet', async () => {
  const jobs = new BranchFixture(OLD);
  const [one, two] = [await jobs.openJob(), await jobs.openJob()];
  await jobs.finish(one.memory.prepareWrites());
  await jobs.finish(two.memory.prepareWrites());
  await jobs.finish(upload(one.memory, 1));
  await jobs.finish(upload(two.memory, 2));
  expect(filesOf(jobs)).toEqual([fileOf(1), fileOf(2)]);
});

describe('a branch that somebody reset', () => {
  it.each<[string, string | null, string[]]>([
    ['an older version', formatManifest({ uploads: new Map() }), [fileOf(0), fileOf(1)]],
    ['a missing branch', null, [fileOf(0), fileOf(1)]],
    [
      'another content',
      formatManifest({ uploads: new Map([[uploadKeyText(entryOf(7)), entryOf(7)]]) }),
      [fileOf(0), fileOf(1), fileOf(7)],
    ],
  ])('after 15 s of %s, the next write restores what the run knows', async (_, text, files) => {
    const jobs = BranchFixture.holding([0]);
    const { memory } = await jobs.openJob();
    jobs.store(text);
    const startMs = jobs.clock.now();
    await jobs.finish(upload(memory, 1));
    expect(filesOf(jobs)).toEqual(files);
    expect(jobs.clock.now() - startMs).toBeGreaterThan(15_000);
  });

  it('the posts of both contents are kept', async () => {
    const jobs = BranchFixture.holding([0]);
    const { memory, posts, call } = await jobs.openJob();
    await jobs.finish(posts().claim(() => claimOf('nonce-of-job-one')));
    jobs.store(formatManifest({ posts: { theirs: { state: 'posted' } } }));
    call();
    await jobs.finish(upload(memory, 1));
    expect(Object.keys(jobs.content.posts)).toHaveLength(2);
    expect(jobs.content.posts).toMatchObject({ theirs: { state: 'posted' } });
    expect(jobs.storedCalls()).toBe(1);
  });
});

/** The connections of the first writes break; they take effect at once, late or never. */
function losing(...effects: ('now' | 'late' | 'never')[]) {
  const jobs = BranchFixture.holding([0]);
  jobs.handle = (request) => {
    const effect = request.method === 'PUT' ? effects.shift() : undefined;
    return effect === undefined ? jobs.fake.handle(request) : jobs.lose(request, effect);
  };
  return jobs;
}

it('a claim that is cancelled is gone, although its write takes effect late', async () => {
  const jobs = losing('late');
  const { posts, cancel } = await jobs.openJob();
  const claiming = posts().claim(() => claimOf('nonce-of-job-one'));
  void jobs.clock.sleep(300).then(() => cancel.abort(cancelled));
  expect(await jobs.finish(claiming)).toBeNull();
  await jobs.clock.advance(60_000);
  expect(jobs.content.posts).toEqual({});
  expect(jobs.content.revision).toBe(2);
});

it('a claim that could not be stored is withdrawn by the next write', async () => {
  const jobs = losing(...Array(20).fill('never'));
  const { memory, posts } = await jobs.openJob();
  await caught(() => jobs.finish(posts().claim(() => claimOf('nonce-of-job-one'))), ActionError);
  const { length } = jobs.fake.history(BRANCH);
  await jobs.finish(memory.close());
  expect(jobs.fake.history(BRANCH)).toHaveLength(length + 1);
  expect(jobs.content.posts).toEqual({});
});
