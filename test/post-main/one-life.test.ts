// A post has one life: which post a file is, when it goes out, and what a run believes of LinkedIn's answers. With BUILT=1, the
// built action runs, and one of the tests waits 30 s for a repeat.

import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  emptyResponse,
  htmlResponse,
  pathOnly,
  type SandboxHandler,
} from '../../src/sandbox/messages.ts';
import { SCOPES } from '../../src/sandbox/options.ts';
import { png } from '../support/media.ts';
import {
  type Files,
  type Inputs,
  MEMORY_BRANCH,
  type Posting,
  postEnds,
  startPosting,
} from '../support/posting.ts';
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
const hoursAgo = (hours: number) =>
  `at: ${new Date(Date.now() - hours * HOUR_MS).toISOString().replace(/\.\d+/, '')}`;

type StoredPost = Record<string, unknown> & { readonly state: string };

function storedPosts(): Record<string, StoredPost> {
  return JSON.parse(posting.github.file(MEMORY_BRANCH) ?? '{}').posts;
}

function storePosts(posts: Record<string, object>): void {
  const memory = JSON.parse(posting.github.file(MEMORY_BRANCH) ?? '{}');
  posting.github.commit(MEMORY_BRANCH, { 'linkedin.json': JSON.stringify({ ...memory, posts }) });
}

const endsOf = (run: StepRun) => [run.exitCode, postEnds(run)];

/** A first run whose post arrives, and whose answers are lost; its claim is 30 minutes old then. */
async function loseFirst(files: Files, state: 'sending' | 'unknown'): Promise<void> {
  await posting.close();
  let isLost = true;
  posting = await startPosting({ duplicateWindowMs: 0 }, {}, (handle) => async (request) => {
    if (!isLost || pathOnly(request) !== '/rest/posts') return await handle(request);
    const isFirst = request.method === 'POST' && posting.sent.length === 0;
    if (isFirst) await handle(request);
    return emptyResponse(request.method === 'POST' ? 503 : 403);
  });
  await publish(files);
  isLost = false;
  const claimedAt = new Date(Date.now() - HOUR_MS / 2).toISOString();
  const posts = Object.entries(storedPosts()).map(([key, post]) => [
    key,
    { ...post, state, claimedAt },
  ]);
  storePosts(Object.fromEntries(posts));
  // LinkedIn has made the post right after the claim.
  for (const post of posting.sandbox.model.storedPosts)
    Object.assign(post, { createdAt: Date.parse(claimedAt) + 1000 });
}

it.each(['sending', 'unknown'] as const)(
  'an earlier attempt (%s) is looked up before `resend` sends the post again, if the token may read posts',
  async (state) => {
    const files = { 'posts/a.md': file('Hello', 'resend: true') };
    await loseFirst(files, state);
    expect(endsOf(await publish(files))).toEqual([0, { 'posts/a.md': 'known' }]);
    expect(posting.sent).toHaveLength(1);
  },
);

it('of posts for Monday 15:00 and Tuesday 8:00, daily runs send the earlier one, then the other, and a plan shows the order', async () => {
  await publish({ 'posts/0.md': file('First of all') });
  const files = {
    'posts/a-tuesday.md': file('On Tuesday', hoursAgo(0.3)),
    'posts/b-monday.md': file('On Monday', hoursAgo(17)),
  };
  const plan = await publish(files, { mode: 'plan' });
  expect(endsOf(plan)).toEqual([
    0,
    { 'posts/a-tuesday.md': 'scheduled', 'posts/b-monday.md': 'planned' },
  ]);
  expect(plan.summary).toMatch(/its turn comes in a later run: it is number 1 of 1 that wait/);
  const first = await publish(files);
  expect(endsOf(first)).toEqual([
    0,
    { 'posts/a-tuesday.md': 'scheduled', 'posts/b-monday.md': 'posted' },
  ]);
  expect(first.messages('warning').join()).toContain(
    'so 1 due post must wait, in this order: posts/a-tuesday.md.',
  );
  const second = await publish(files);
  expect(endsOf(second)).toEqual([
    0,
    { 'posts/a-tuesday.md': 'posted', 'posts/b-monday.md': 'known' },
  ]);
});

it('a lost memory, which makes several dated posts look new, is an error', async () => {
  const files = { 'posts/a.md': file('One', hoursAgo(2)), 'posts/b.md': file('Two', hoursAgo(1)) };
  const run = await publish(files);
  expect(endsOf(run)).toEqual([
    1,
    { 'posts/a.md': 'skipped RUN_STOPPED', 'posts/b.md': 'skipped RUN_STOPPED' },
  ]);
  expect(run.messages('error').join()).toContain(
    '2 posts are due, and the manifest has no post of this owner yet',
  );
  expect(run.messages('warning').join()).toContain('the manifest has no posts yet');
  expect(run.messages('notice').join()).not.toContain('out');
  expect(posting.sent).toEqual([]);
});

it('a post that is known by an activity, and gets a `revision`, is known with a warning and stops nothing; a new one is an error', async () => {
  const urn = 'urn: urn:li:activity:7111111111111111111';
  await publish({ 'posts/a.md': file('One', urn) });
  const run = await publish({
    'posts/a.md': file('Two', urn, 'revision: 1'),
    'posts/b.md': file('New'),
  });
  expect(endsOf(run)).toEqual([0, { 'posts/a.md': 'known', 'posts/b.md': 'posted' }]);
  expect(run.messages('warning').join()).toContain('known only by an activity');
  const other = file('Other', urn.replace('111', '222'), 'revision: 1');
  const wrong = await publish({ 'posts/c.md': other });
  expect(endsOf(wrong)).toEqual([1, { 'posts/c.md': 'failed POST_KEY' }]);
  expect(wrong.annotations).toContainEqual(
    expect.objectContaining({ file: 'posts/c.md', line: 3 }),
  );
});

it('a post that another run has claimed is `skipped` with the run and the time, and a notice in a plan', async () => {
  const files = { 'posts/a.md': file('One') };
  await publish(files);
  const page = 'https://github.com/o/r/actions/runs/7';
  const claimedAt = new Date().toISOString();
  const claimed = Object.entries(storedPosts()).map(([key, { urn: _, urnSource: __, ...post }]) => {
    const claim = { attempt: 1, nonce: 'nonce-of-another-run', run: page, claimedAt };
    return [key, { ...post, state: 'sending', ...claim }];
  });
  storePosts(Object.fromEntries(claimed));
  const run = await publish(files);
  expect(endsOf(run)).toEqual([1, { 'posts/a.md': 'skipped POST_CLAIMED' }]);
  const until = new Date(Date.parse(claimedAt) + 20 * 60_000).toISOString();
  expect(run.messages('error').join()).toContain(
    `another run (${page}) is sending it; a run after ${until}`,
  );
  const plan = await publish(files, { mode: 'plan' });
  expect(endsOf(plan)).toEqual([0, { 'posts/a.md': 'planned' }]);
  expect(plan.messages('notice').join()).toContain(page);
  expect(posting.sent).toHaveLength(1);
});

it('a published post whose picture was deleted is known, with a notice, and the other post goes out', async () => {
  const old = file('One', 'media: [{ file: hero.png, alt: Hero }]');
  await publish({ 'posts/a.md': old, 'hero.png': { sample: 'hero.png' } });
  const run = await publish({ 'posts/a.md': old, 'posts/b.md': file('Two') });
  expect(endsOf(run)).toEqual([0, { 'posts/a.md': 'known', 'posts/b.md': 'posted' }]);
  expect(run.messages('notice').join()).toMatch(
    /was posted, so an error in it stops nothing: .*hero\.png/,
  );
});

it('an earlier attempt that is found, and whose file asks for a revision, is edited in the same run', async () => {
  await loseFirst({ 'posts/a.md': file('Hello', 'comment: See the docs') }, 'unknown');
  const run = await publish({
    'posts/a.md': file('Hello', 'comment: See the docs', 'revision: 1'),
  });
  expect(endsOf(run)).toEqual([0, { 'posts/a.md': 'edited' }]);
  expect(run.printed).toContain('its first comment was not made, so add it by hand');
});

it('an unknown post with `resend` that gets no turn stays unknown', async () => {
  const [a, b] = [file('A', hoursAgo(2)), file('B', hoursAgo(1), 'resend: 1')];
  await posting.close();
  // The token may not read posts.
  posting = await startPosting({ scopes: SCOPES.filter((scope) => !scope.startsWith('r_')) });
  await publish({ 'posts/0.md': file('First of all') });
  await publish({ 'posts/b.md': b });
  storePosts(
    Object.fromEntries(
      Object.entries(storedPosts()).map(([key, { urn, urnSource, ...post }]) => {
        const claim = {
          attempt: 1,
          nonce: 'n'.repeat(20),
          run: '',
          claimedAt: new Date(Date.now() - HOUR_MS).toISOString(),
        };
        const isOther = !JSON.stringify(post).includes('posts/b.md');
        return [
          key,
          isOther ? { ...post, urn, urnSource } : { ...post, state: 'unknown', ...claim },
        ];
      }),
    ),
  );
  const run = await publish({ 'posts/a.md': a, 'posts/b.md': b });
  expect(endsOf(run)).toEqual([
    1,
    { 'posts/a.md': 'posted', 'posts/b.md': 'unknown POST_UNKNOWN' },
  ]);
  expect(run.messages('error').join()).toContain('its turn comes in a later run');
});

it('a post whose picture LinkedIn refuses gives its turn to the next one, whose upload is logged like the first', async () => {
  let puts = 0;
  const refuseFirst = (handle: SandboxHandler): SandboxHandler => {
    return async (request) => {
      if (request.method !== 'PUT') return await handle(request);
      puts += 1;
      return puts === 1 ? htmlResponse(400, 'Bad Request') : await handle(request);
    };
  };
  await posting.close();
  posting = await startPosting({}, {}, refuseFirst);
  await publish({ 'posts/0.md': file('First of all') });
  const run = await publish({
    'posts/a.md': file('A', hoursAgo(2), 'media: [posts/a.png]'),
    'posts/a.png': png(),
    'posts/b.md': file('B', hoursAgo(1), 'media: [posts/b.png]'),
    'posts/b.png': png({ width: 2, height: 4 }),
  });
  expect(endsOf(run)).toEqual([
    1,
    { 'posts/a.md': 'failed REQUEST_REFUSED', 'posts/b.md': 'posted' },
  ]);
  for (const name of ['a', 'b'])
    expect(run.log.join('\n')).toContain(`posts/${name}.png: registered as urn:li:`);
});

it('a post of the inputs whose text has changed is known, and its warning names only what inputs have', async () => {
  await posting.run({}, { text: 'One', id: 'v1' });
  const run = await posting.run({}, { text: 'Two', id: 'v1' });
  expect(endsOf(run)).toEqual([0, { v1: 'known' }]);
  const [warning] = run.messages('warning');
  expect(warning).toMatch(
    /^v1 has changed since it was posted, and the new text is not on LinkedIn: another `id` makes another post/,
  );
});
