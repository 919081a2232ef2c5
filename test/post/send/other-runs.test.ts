// Several processes with one memory: at most one sends a post, the others leave it to that one or ask a person.

import { expect, it } from 'vitest';
import { CLAIM_TTL_MS } from '../../../src/post/memory/post-entry.ts';
import { byHand, PostWorld, type PostWorldOptions } from '../post-world.ts';
import { makePost } from '../posts.ts';

const MINUTE_MS = 60_000;

/** A run sends a post, and its machine is lost before the response arrives. The token of later runs may read posts. */
async function dieWhileSending(options: PostWorldOptions = {}): Promise<PostWorld> {
  const world = new PostWorld({ mayRead: false, faults: { post: ['lost response'] }, ...options });
  const { machine, report } = world.start();
  const lost = expect(report).rejects.toThrow('the machine is lost');
  await world.sleep(20_000);
  expect(world.calls).toHaveLength(1);
  machine.die();
  await lost;
  expect(world.states).toEqual(['sending']);
  world.mayRead = options.mayRead ?? true;
  return world;
}

it('one of several runs posts, and the others skip the post and name the run that sends it', async () => {
  const world = new PostWorld({ mayRead: false, faults: { post: ['lost response'] } });
  const runs = [1, 2, 3, 4].map(() => world.start([makePost()]).report);
  const reports = await world.finish(Promise.all(runs));
  const rows = reports.flatMap((report) => report?.rows ?? []);
  expect(rows.map(({ state }) => state).toSorted()).toEqual([
    'posted',
    'skipped',
    'skipped',
    'skipped',
  ]);
  const [skipped] = rows.filter(({ state }) => state === 'skipped');
  expect(skipped?.error?.code).toBe('POST_CLAIMED');
  expect(skipped?.error?.message).toMatch(/another run \(.*\/runs\/\d+\S*\) is sending it/);
  expect(world.urns).toHaveLength(1);
});

it('a post that another run sends under an earlier name of its file is skipped, and known later', async () => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    faults: { post: ['lost response'] },
  });
  const first = world.start([makePost()]).report;
  await world.sleep(5000);
  const renamed = makePost({ file: 'posts/renamed.md' });
  const { rows } = await world.publish([renamed]);
  expect(rows).toMatchObject([{ state: 'skipped', error: { code: 'POST_CLAIMED' } }]);
  expect((await world.finish(first)).rows).toMatchObject([{ state: 'posted' }]);
  const again = await world.publish([renamed]);
  expect(again.rows).toMatchObject([{ state: 'known', urn: world.urns[0] }]);
  expect(world.entries.map(({ ids }) => ids)).toEqual([['posts/launch.md', 'posts/renamed.md']]);
});

it('a post that was renamed while another run sent it is known under its new name, also after an edit', async () => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    faults: { post: ['lost response'] },
  });
  const first = world.start([makePost()]).report;
  await world.sleep(5000);
  const file = 'posts/renamed.md';
  const second = world.start([makePost({ file })]).report;
  await world.finish(Promise.all([first, second]));
  const edited = await world.publish([makePost({ file, text: 'Edited.' })]);
  expect(edited.rows).toMatchObject([{ state: 'known', urn: world.urns[0] }]);
  expect(world.urns).toHaveLength(1);
});

it('a text that moved to another file is not sent if another run has seen it as a correction meanwhile, and the next run asks', async () => {
  // The first claim of the second run is refused, and the third run writes before it is repeated.
  const world = new PostWorld({ latencyMs: 0, faults: { write: [...Array(8).fill(null), 503] } });
  await world.publish([makePost()]);
  const moved = [
    makePost({ text: 'Another text.' }),
    makePost({ file: 'posts/moved.md', id: 'moved', text: 'Corrected.' }),
  ];
  const claiming = world.start(moved).report;
  await world.sleep(100);
  await world.publish([makePost({ text: 'Corrected.' })]);
  const first = await world.finish(claiming);
  const message = expect.stringContaining('the post that was here is now in posts/moved.md');
  expect(first.rows).toMatchObject([
    { state: 'known' },
    { state: 'skipped', error: { code: 'RUN_STOPPED', message } },
  ]);
  const again = await world.publish(moved);
  expect(again.rows).toMatchObject([{ state: 'failed', error: { code: 'POST_KEY', message } }, {}]);
  expect(world.urns).toHaveLength(1);
});

it('a run that finds a claim sends nothing, although the other run then cannot send the post', async () => {
  const world = new PostWorld({
    latencyMs: 0,
    faults: { post: [{ status: 429, retryAfterS: 60 }, 403] },
  });
  const first = world.start([makePost()]).report;
  await world.sleep(1000);
  const { rows } = await world.publish([makePost()]);
  expect(rows).toMatchObject([{ state: 'skipped', error: { code: 'POST_CLAIMED' } }]);
  expect((await world.finish(first)).rows).toMatchObject([
    { state: 'failed', error: { code: 'ACCESS_DENIED' } },
  ]);
  expect(world.states).toEqual([]);
});

it.each([
  ['loses the claim', 0],
  ['finds the claim', 5000],
])('a run that %s leaves a further attempt of `resend` to the next run', async (_, afterMs) => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    linkedin: { duplicateWindowMs: 0 },
    faults: { post: ['lost response', 'lost request'] },
  });
  const post = makePost({ resend: 1 });
  const first = world.start([post]).report;
  if (afterMs > 0) await world.sleep(afterMs);
  const second = world.start([post]).report;
  const reports = await world.finish(Promise.all([first, second]));
  const rows = reports.flatMap((report) => report?.rows ?? []);
  const codes = rows.map(({ state, error }) => `${state} ${error?.code}`);
  expect(codes.toSorted()).toEqual(['skipped POST_CLAIMED', 'unknown POST_UNKNOWN']);
  expect(world.urns).toHaveLength(1);
  expect(world.entries).toMatchObject([{ state: 'unknown', attempt: 1 }]);
});

it('a run whose decision is older than an attempt of another run sends nothing', async () => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    linkedin: { duplicateWindowMs: 0 },
    faults: { post: [{ status: 429, retryAfterS: 100 }, 'lost response', 'lost request'] },
  });
  const other = makePost({ file: 'posts/a.md', text: 'Another.' });
  const post = makePost({ resend: 1 });
  // The post waits for its turn behind another one.
  const slow = world.start([other, post]).report;
  await world.sleep(5000);
  const fast = await world.publish([post]);
  expect(fast.rows).toMatchObject([{ state: 'unknown' }]);
  const report = await world.finish(slow);
  expect(report?.rows).toMatchObject([
    { state: 'posted' },
    { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
  ]);
  expect(world.calls.filter(({ body }) => body.includes('Version 2'))).toHaveLength(2);
});

it.each([
  ['an active claim', 0, 'skipped', 'POST_CLAIMED'],
  ['a claim that is older than twenty minutes', CLAIM_TTL_MS, 'unknown', 'POST_UNKNOWN'],
])('%s is not waited for, and nothing is sent', async (_, ageMs, state, code) => {
  const world = await dieWhileSending({ mayRead: false });
  await world.sleep(ageMs);
  const startMs = world.nowMs;
  const { rows, endMs } = await world.publish();
  expect(rows).toMatchObject([{ state, error: { code } }]);
  expect(endMs - startMs).toBeLessThan(MINUTE_MS);
  expect(world.calls).toHaveLength(1);
  expect(world.states).toEqual(['sending']);
});

it('a renamed post of a run that was killed is found on LinkedIn under its new name', async () => {
  const world = await dieWhileSending();
  await world.sleep(CLAIM_TTL_MS);
  const renamed = makePost({ file: 'posts/renamed.md' });
  const { rows } = await world.publish([renamed]);
  const [urn = ''] = world.urns;
  expect(rows).toMatchObject([{ state: 'known', urn, urnSource: 'lookup' }]);
  expect((await world.publish([renamed])).rows).toMatchObject([{ state: 'known', urn }]);
  expect(world.calls).toHaveLength(1);
});

it('a post that is found is reported with its URN, also if that cannot be remembered', async () => {
  const world = await dieWhileSending();
  await world.sleep(CLAIM_TTL_MS);
  const down = { on: 'write contents', response: { status: 503 } } as const;
  world.github.faults.push(...Array(200).fill(down));
  const { rows } = await world.publish([makePost()]);
  const [urn = ''] = world.urns;
  expect(rows).toMatchObject([{ state: 'known', urn, error: { code: 'MANIFEST_WRITE' } }]);
  expect(rows[0]?.error?.hint).toContain(`set \`urn: ${urn}\``);
});

it('a run that is cancelled while it stores what it found says that the post may be on LinkedIn', async () => {
  const world = await dieWhileSending();
  await world.sleep(CLAIM_TTL_MS);
  const hangs = { on: 'write contents', meanwhile: () => new Promise<void>(() => {}) } as const;
  world.github.faults.push(...Array(20).fill(hangs));
  const { rows } = await world.publish([makePost()], { cancelAfterMs: 10_000 });
  expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
});

it('a post that the token can read is found on LinkedIn, and remembered', async () => {
  const world = await dieWhileSending();
  await world.sleep(CLAIM_TTL_MS);
  const { rows, texts } = await world.publish([makePost({ comment: 'Docs' })]);
  expect(rows).toMatchObject([{ state: 'known', urn: world.urns[0], urnSource: 'lookup' }]);
  expect(texts.get('log')).toContain('was found on LinkedIn by its text');
  expect(texts.get('log')).toContain('its first comment was not made');
  expect(world.entries).toMatchObject([{ state: 'posted' }]);
});

it('a post whose file was edited since is not looked up by its new text', async () => {
  const world = await dieWhileSending();
  await world.sleep(CLAIM_TTL_MS);
  world.model.addPost(byHand('Edited.'));
  const { rows } = await world.publish([makePost({ text: 'Edited.' })]);
  expect(rows).toMatchObject([{ state: 'unknown', urn: null }]);
});

it('a post with the text of another one that may be on LinkedIn too is not looked up', async () => {
  const world = await dieWhileSending();
  const text = world.github.file('linkedin-media') ?? '';
  const memory = JSON.parse(text);
  const [[, claim]] = Object.entries<object>(memory.posts) as [[string, object]];
  const nonce = 'nonce-of-another-run';
  memory.posts[nonce] = { ...claim, ids: ['twin'], isIdGiven: true, nonce };
  world.github.commit('linkedin-media', { 'linkedin.json': JSON.stringify(memory) });
  await world.sleep(CLAIM_TTL_MS);
  const searches = () => world.world.calls.filter(({ name }) => name === 'find').length;
  const before = searches();
  const { rows } = await world.publish([makePost()]);
  expect(rows).toMatchObject([{ state: 'unknown' }]);
  expect(searches()).toBe(before);
});

it('`resend` allows one further attempt, however often the job runs', async () => {
  const world = await dieWhileSending({
    mayRead: false,
    faults: { post: ['lost request', 'lost request', 'lost request'] },
    linkedin: { duplicateWindowMs: 0 },
  });
  await world.sleep(CLAIM_TTL_MS);
  const post = makePost({ resend: 1 });
  const { rows } = await world.publish([post]);
  expect(rows).toMatchObject([{ state: 'unknown' }]);
  expect(world.entries).toMatchObject([{ state: 'unknown', attempt: 2 }]);
  const again = await world.publish([post]);
  expect(again.rows).toMatchObject([{ state: 'unknown' }]);
  expect(world.calls).toHaveLength(3);
});

it('a further attempt that LinkedIn refuses as a duplicate of the first one adopts its URN', async () => {
  const world = await dieWhileSending({
    mayRead: false,
    faults: { post: ['lost response'] },
    linkedin: { duplicateWindowMs: 60 * MINUTE_MS },
  });
  await world.sleep(CLAIM_TTL_MS);
  const { rows } = await world.publish([makePost({ resend: 1 })]);
  expect(rows).toMatchObject([{ state: 'posted', urn: world.urns[0], urnSource: 'duplicate' }]);
  expect(world.calls).toHaveLength(2);
});

it('a further attempt that LinkedIn refuses as a duplicate of another post is unknown, and not made again', async () => {
  const world = await dieWhileSending({
    mayRead: false,
    faults: { post: ['lost response'] },
    linkedin: {
      duplicateWindowMs: 60 * MINUTE_MS,
      duplicateUrnInResponse: () => 'urn:li:share:7400000000000000000',
    },
  });
  await world.sleep(CLAIM_TTL_MS);
  const post = makePost({ resend: 1 });
  const { rows } = await world.publish([post]);
  expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_DUPLICATE' } }]);
  expect(rows[0]?.error?.message).toContain('urn:li:share:7400000000000000000');
  expect(world.entries).toMatchObject([{ state: 'unknown', attempt: 2 }]);
  await world.publish([post]);
  expect(world.calls).toHaveLength(2);
});

it('a further attempt that LinkedIn refuses for another reason restores what was known before', async () => {
  const world = await dieWhileSending({ mayRead: false, faults: { post: ['lost response', 403] } });
  await world.sleep(CLAIM_TTL_MS);
  const { rows } = await world.publish([makePost({ resend: 1 })]);
  expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
  expect(world.entries).toMatchObject([{ state: 'sending', attempt: 1 }]);
});

it('claims are measured by the clock of GitHub, not by those of the runners', async () => {
  const world = new PostWorld({ mayRead: false, faults: { post: ['lost request'] } });
  const first = world.start([makePost({ resend: 1 })], { skewMs: -20 * MINUTE_MS }).report;
  await world.sleep(10_000);
  const second = world.start([makePost({ resend: 1 })], { skewMs: 20 * MINUTE_MS }).report;
  const reports = await world.finish(Promise.all([first, second]));
  expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
    { state: 'posted' },
    { state: 'skipped', error: { code: 'POST_CLAIMED' } },
  ]);
  expect(world.urns).toHaveLength(1);
});

it('after its machine was suspended, a lost post is not repeated when LinkedIn may have forgotten it', async () => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    linkedin: { duplicateWindowMs: 10 * MINUTE_MS },
    faults: { post: ['lost response'] },
  });
  const { machine, report: run } = world.start([makePost()]);
  while (world.calls.length === 0) await world.sleep(1000);
  machine.fallAsleep(11 * MINUTE_MS);
  const report = await world.finish(run);
  expect(report?.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
  expect(world.urns).toHaveLength(1);
  expect(world.states).toEqual(['unknown']);
});

it('after its machine was suspended, a post whose claim has expired is not sent', async () => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    linkedin: { duplicateWindowMs: 0 },
    faults: { post: [{ status: 429, retryAfterS: 60 }] },
  });
  const post = makePost({ resend: 1 });
  const { machine, report: run } = world.start([post]);
  while (world.calls.length === 0) await world.sleep(1000);
  machine.fallAsleep(30 * MINUTE_MS);
  await world.sleep(21 * MINUTE_MS);
  expect((await world.publish([post])).rows).toMatchObject([{ state: 'posted' }]);
  const report = await world.finish(run);
  expect(report?.rows).toMatchObject([{ state: 'skipped', error: { code: 'RUN_STOPPED' } }]);
  expect(world.urns).toHaveLength(1);
  expect(world.states).toEqual(['posted']);
});
