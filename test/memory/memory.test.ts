// What a job believes of the answers of a GitHub that lags, loses answers and executes writes late.

import { describe, expect, it } from 'vitest';
import { ActionError, RunError } from '../../src/errors.ts';
import { callsOn, keyText, setCalls } from '../../src/memory/manifest.ts';
import { formatManifest } from '../../src/memory/manifest-text.ts';
import type { Memory } from '../../src/memory/memory.ts';
import { makeEntry } from '../post/posts.ts';
import { caught } from '../support/caught.ts';
import { LaggingJobs } from './lagging-jobs.ts';
import { entryOf } from './uploads.ts';

const DAY = '2026-11-25';
const cancelled = new RunError('RUN_CANCELLED', 'the run was cancelled');

/** Each answer is the oldest that is possible. */
const OLD = { lagMs: 10_000, old: 1, random: () => 0 };

function claimOf(nonce: string) {
  const entry = makeEntry({ state: 'sending', nonce });
  if (entry.state !== 'sending') throw new TypeError('not a claim');
  return { entry, previous: null };
}

function upload(memory: Memory, n: number): Promise<void> {
  return memory.update(({ entries }) => {
    entries.set(keyText(entryOf(n)), entryOf(n));
    return true;
  });
}

const filesOf = ({ branch }: LaggingJobs) => [...branch.content.entries.values()].map(({ file }) => file);
const fileOf = (n: number) => entryOf(n).file;

describe('old answers of GitHub', () => {
  it('a claim is withdrawn although reads show the version before it', async () => {
    const jobs = new LaggingJobs(OLD);
    const [one, two] = [await jobs.open('one'), await jobs.open('two')];
    const claim = await jobs.finish(one.posts.claim(() => claimOf('nonce-of-job-one')));
    await jobs.finish(upload(two.memory, 5));
    await jobs.finish(one.posts.withdraw(claim ?? expect.fail('not claimed')));
    expect(jobs.branch.content.posts).toEqual({});
    expect(filesOf(jobs)).toEqual([fileOf(0), fileOf(5)]);
  });

  it('a branch that was just created is not missing because reads do not show it yet', async () => {
    const jobs = new LaggingJobs(OLD, null);
    const [one, two] = [await jobs.open('one'), await jobs.open('two')];
    await jobs.finish(one.memory.prepareWrites());
    await jobs.finish(two.memory.prepareWrites());
    await jobs.finish(upload(one.memory, 1));
    await jobs.finish(upload(two.memory, 2));
    expect(filesOf(jobs)).toEqual([fileOf(1), fileOf(2)]);
  });

  it('calls are counted once although reads show old counts', async () => {
    const jobs = new LaggingJobs(OLD);
    const names = ['one', 'two'];
    const opened = [await jobs.open('one'), await jobs.open('two')];
    for (let count = 1; count <= 4; count += 1)
      for (const [index, { memory }] of opened.entries()) {
        memory.stage(DAY, (draft) => setCalls(draft, { day: DAY, job: names[index] ?? '', count }));
        await jobs.finish(memory.flush());
      }
    expect(callsOn(jobs.branch.content, DAY)).toBe(8);
  });

  it('a run that waits for the claim of another one still sees it in an old answer', async () => {
    const jobs = new LaggingJobs(OLD);
    const [one, two] = [await jobs.open('one'), await jobs.open('two')];
    await jobs.finish(one.posts.claim(() => claimOf('nonce-of-job-one')));
    const claim = two.posts.claim((entries) => (entries.length > 0 ? null : claimOf('nonce-of-job-two')));
    expect(await jobs.finish(claim)).toBeNull();
    await jobs.finish(upload(one.memory, 5));
    expect(await jobs.finish(two.posts.refresh())).toMatchObject([{ state: 'sending' }]);
  });
});

describe('a branch that somebody reset', () => {
  it.each<[string, string | null, string[]]>([
    ['an older version', formatManifest({ entries: new Map() }), [fileOf(0), fileOf(1)]],
    ['a missing branch', null, [fileOf(0), fileOf(1)]],
    [
      'another content',
      formatManifest({ entries: new Map([[keyText(entryOf(7)), entryOf(7)]]) }),
      [fileOf(0), fileOf(1), fileOf(7)],
    ],
  ])('after 15 s of %s, the next write restores what the run knows', async (_, text, files) => {
    const jobs = new LaggingJobs();
    const { memory } = await jobs.open('one');
    jobs.branch.store(text);
    const startMs = jobs.clock.now();
    await jobs.finish(upload(memory, 1));
    expect(filesOf(jobs)).toEqual(files);
    expect(jobs.clock.now() - startMs).toBeGreaterThan(15_000);
  });

  it('a run that is cancelled has no time to find that out, and its change fails', async () => {
    const jobs = new LaggingJobs();
    const { memory, cancel } = await jobs.open('one');
    jobs.branch.store(null);
    cancel.abort(cancelled);
    const error = await caught(() => jobs.finish(upload(memory, 1)), ActionError);
    expect(error.code).toBe('MANIFEST_WRITE');
    expect(jobs.branch.exists).toBe(false);
  });
});

describe('a write whose answer is missing', () => {
  /** `fates`: 0.1 stores the write, 0.5 stores it late, 0.9 never does. */
  function losing(...fates: number[]) {
    const jobs = new LaggingJobs();
    const { branch } = jobs;
    const decide = branch.decide.bind(branch);
    branch.decide = () => fates.shift() ?? decide();
    return jobs;
  }

  it('a claim that is cancelled is gone, although its write takes effect late', async () => {
    const jobs = losing(0.5);
    const { posts, cancel } = await jobs.open('one');
    const claiming = posts.claim(() => claimOf('nonce-of-job-one'));
    void jobs.clock.sleep(300).then(() => cancel.abort(cancelled));
    expect(await jobs.finish(claiming)).toBeNull();
    await jobs.pass(60_000);
    expect(jobs.branch.content.posts).toEqual({});
    expect(jobs.branch.content.revision).toBe(2);
  });

  it.each([0.1, 0.5, 0.9])('a change is stored once (fate %d)', async (fate) => {
    const jobs = losing(fate);
    const { memory } = await jobs.open('one');
    await jobs.finish(upload(memory, 1));
    await jobs.pass(60_000);
    expect(filesOf(jobs)).toEqual([fileOf(0), fileOf(1)]);
  });

  it('a claim that could not be stored is withdrawn by the next write', async () => {
    const jobs = losing(...Array(9).fill(0.9));
    const { memory, posts } = await jobs.open('one');
    await caught(() => jobs.finish(posts.claim(() => claimOf('nonce-of-job-one'))), ActionError);
    const { promise, resolve } = Promise.withResolvers<string[]>();
    jobs.branch.onWrite = (content) => resolve(Object.keys(content.posts));
    await jobs.finish(memory.close());
    expect(await promise).toEqual([]);
    expect(jobs.branch.content.posts).toEqual({});
  });
});
