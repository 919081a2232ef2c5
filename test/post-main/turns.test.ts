// Turns: which posts a run sends if more are due than `max-posts`, and what becomes of those that wait.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jsonResponse, pathOnly, type SandboxHandler } from '../../src/sandbox/messages.ts';
import {
  type Files,
  type Inputs,
  MEMORY_BRANCH,
  type Posting,
  postEnds,
  postRows,
  startPosting,
} from '../support/posting.ts';
import { OWNER } from '../support/publishing.ts';
import type { StepRun } from '../support/runner.ts';

const HOUR_MS = 3_600_000;

let posting: Posting;

beforeEach(async () => {
  posting = await startPosting();
});
afterEach(() => posting.close());

const publish = (files: Files, inputs: Inputs = {}) =>
  posting.run(files, { posts: 'posts/*.md', ...inputs });
const file = (text: string, ...keys: string[]) => ['---', ...keys, '---', text, ''].join('\n');
const isoHoursAgo = (hours: number) =>
  new Date(Date.now() - hours * HOUR_MS).toISOString().replace(/\.\d+/, '');
const hoursAgo = (hours: number) => `at: ${isoHoursAgo(hours)}`;
const endsOf = (run: StepRun) => [run.exitCode, postEnds(run)];

/** A post of an earlier run: the memory is not new. */
const publishFirst = () => publish({ 'posts/0.md': file('First of all') });

interface StoredMemory {
  readonly waiting: readonly {
    readonly author: string;
    readonly content: string;
    readonly waitedAt: string;
  }[];
}

function storedMemory(): StoredMemory {
  return JSON.parse(posting.github.file(MEMORY_BRANCH) ?? '{}');
}

/** The last run that let posts wait was so long ago. */
function ageWaiting(hours: number): void {
  const memory = storedMemory();
  const waiting = memory.waiting.map((post) => ({ ...post, waitedAt: isoHoursAgo(hours) }));
  posting.github.commit(MEMORY_BRANCH, { 'linkedin.json': JSON.stringify({ ...memory, waiting }) });
}

it('two undated posts of two merged pull requests go out in two runs, by path, and a warning says what starts the next run', async () => {
  await publishFirst();
  const files = { 'posts/a.md': file('One'), 'posts/b.md': file('Two') };
  const first = await publish(files);
  expect(endsOf(first)).toEqual([0, { 'posts/a.md': 'posted', 'posts/b.md': 'scheduled' }]);
  expect(first.outputs['waiting-count']).toBe('1');
  expect(first.messages('warning').join()).toMatch(
    /`max-posts` is 1, so 1 due post must wait, in this order: posts\/b\.md\. The next run of this workflow goes on/,
  );
  expect(endsOf(await publish(files))).toEqual([
    0,
    { 'posts/a.md': 'known', 'posts/b.md': 'posted' },
  ]);
});

it('a dated post goes out before an undated one, because it can expire', async () => {
  await publishFirst();
  const run = await publish({
    'posts/a.md': file('Undated'),
    'posts/b.md': file('Dated', hoursAgo(1)),
  });
  expect(endsOf(run)).toEqual([0, { 'posts/a.md': 'scheduled', 'posts/b.md': 'posted' }]);
});

describe.each([400, 403, 404, 413, 422, 451])('a post that LinkedIn refuses with %i', (status) => {
  it('gives its turn to the next one in the same run', async () => {
    await posting.close();
    const refuse =
      (handle: SandboxHandler): SandboxHandler =>
      async (request) => {
        const isPost = request.method === 'POST' && pathOnly(request) === '/rest/posts';
        if (!isPost) return await handle(request);
        const chunks = await Array.fromAsync(request.body);
        const body = Buffer.concat(chunks);
        if (body.includes('Refused')) return jsonResponse(status, { message: 'no', status });
        return await handle({ ...request, body: [body] as never });
      };
    posting = await startPosting({}, {}, refuse);
    await publishFirst();
    const files = {
      'posts/a.md': file('Refused', hoursAgo(3)),
      'posts/b.md': file('Two', hoursAgo(2)),
      'posts/c.md': file('Three', hoursAgo(1)),
    };
    const run = await publish(files);
    expect(run.exitCode).toBe(1);
    expect(postRows(run).map(({ state }) => state)).toEqual(['failed', 'posted', 'scheduled']);
  });
});

it('three posts of one day all go out although each waits longer than `max-age-hours`', async () => {
  await publishFirst();
  const files = {
    'posts/a.md': file('One', hoursAgo(47)),
    'posts/b.md': file('Two', hoursAgo(46.9)),
    'posts/c.md': file('Three', hoursAgo(46.8)),
  };
  expect(endsOf(await publish(files))).toEqual([
    0,
    { 'posts/a.md': 'posted', 'posts/b.md': 'scheduled', 'posts/c.md': 'scheduled' },
  ]);
  expect(storedMemory().waiting).toHaveLength(2);
  expect(storedMemory().waiting[0]?.author).toBe(OWNER);
  // Later they are too old, but for their wait of a day ago.
  const inputs = { 'max-age-hours': '40' };
  ageWaiting(24);
  expect(postEnds(await publish(files, { ...inputs, mode: 'plan' }))).toEqual({
    'posts/a.md': 'known',
    'posts/b.md': 'planned',
    'posts/c.md': 'scheduled',
  });
  expect(endsOf(await publish(files, inputs))).toEqual([
    0,
    { 'posts/a.md': 'known', 'posts/b.md': 'posted', 'posts/c.md': 'scheduled' },
  ]);
  expect(storedMemory().waiting).toHaveLength(1);
  ageWaiting(39);
  expect(endsOf(await publish(files, inputs))).toEqual([
    0,
    { 'posts/a.md': 'known', 'posts/b.md': 'known', 'posts/c.md': 'posted' },
  ]);
  expect(storedMemory().waiting).toEqual([]);
});

it('a post that no run has let wait for longer than `max-age-hours` expires, with a warning', async () => {
  await publishFirst();
  const files = {
    'posts/a.md': file('One', hoursAgo(20)),
    'posts/b.md': file('Two', hoursAgo(19)),
  };
  await publish(files);
  ageWaiting(6);
  const run = await publish(files, { 'max-age-hours': '5' });
  expect(endsOf(run)).toEqual([0, { 'posts/a.md': 'known', 'posts/b.md': 'expired' }]);
  expect(run.summary).toContain('last waited for its turn on');
});

it('a branch that begins with an old manifest of the workspace counts as new: more posts than `max-posts` are an error', async () => {
  await publishFirst();
  const old = posting.github.file(MEMORY_BRANCH) ?? '';
  await posting.close();
  posting = await startPosting();
  const files = { 'linkedin.json': old, 'posts/a.md': file('One'), 'posts/b.md': file('Two') };
  const run = await publish(files);
  expect(endsOf(run)).toEqual([
    1,
    { 'posts/a.md': 'skipped RUN_STOPPED', 'posts/b.md': 'skipped RUN_STOPPED' },
  ]);
  expect(run.messages('error').join()).toContain('the manifest has no post of this owner yet');
  expect(posting.sent).toEqual([]);
});

it('a memory that has only posts of another owner counts as new: more posts than `max-posts` are an error', async () => {
  await publishFirst();
  const files = { 'posts/a.md': file('One'), 'posts/b.md': file('Two') };
  const run = await publish(files, { owner: 'urn:li:person:ab-C_1' });
  expect(endsOf(run)).toEqual([
    1,
    { 'posts/a.md': 'skipped RUN_STOPPED', 'posts/b.md': 'skipped RUN_STOPPED' },
  ]);
  expect(run.messages('error').join()).toContain('the manifest has no post of this owner yet');
  expect(posting.sent).toHaveLength(1);
});

it('`refs/heads/NAME` is the memory NAME: nothing goes out again', async () => {
  const files = { 'posts/a.md': file('One') };
  await publish(files);
  const run = await publish(files, { 'manifest-branch': `refs/heads/${MEMORY_BRANCH}` });
  expect(endsOf(run)).toEqual([0, { 'posts/a.md': 'known' }]);
});
