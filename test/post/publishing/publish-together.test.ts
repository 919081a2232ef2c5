// Several processes with one memory: at most one sends a post, the others wait for it or ask a person.

import { describe, expect, it } from 'vitest';
import { PostWorld, type WorldOptions } from '../post-world.ts';
import { makePost } from '../posts.ts';
import { byHand, MAY_NOT_READ, MAY_READ, onLinkedIn, publish, sent, start, states } from './publish-run.ts';

const MINUTE_MS = 60_000;

/** Sends a post and dies before the answer arrives. Returns the URN of the post, if LinkedIn has one. */
async function dieWhileSending(options: WorldOptions = {}): Promise<PostWorld> {
  const world = new PostWorld({ faults: { post: ['lost response'] }, ...options });
  const process = start(world, { scopes: MAY_NOT_READ });
  const run = process.run([makePost()]);
  await world.finish(world.clock.sleep(20_000));
  expect(sent(world)).toHaveLength(1);
  process.kill();
  expect(await run).toBeNull();
  expect(states(world)).toEqual(['sending']);
  return world;
}

describe('several runs at once', () => {
  it('one of several runs posts, and the others wait and report the post as known', async () => {
    const world = new PostWorld();
    const runs = [1, 2, 3, 4].map(() => start(world).run([makePost()]));
    const reports = await world.finish(Promise.all(runs));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['known', 'known', 'known', 'posted']);
    expect(new Set(rows.map(({ urn }) => urn))).toEqual(new Set(onLinkedIn(world)));
    expect(sent(world)).toHaveLength(1);
  });

  it('a post that another run sends under an earlier name of its file waits for it', async () => {
    const world = new PostWorld({ latencyMs: 0, faults: { post: ['lost response'] } });
    const first = start(world, { scopes: MAY_NOT_READ }).run([makePost()]);
    await world.finish(world.clock.sleep(5000));
    const renamed = makePost({ file: 'posts/renamed.md' });
    const second = start(world, { scopes: MAY_NOT_READ }).run([renamed]);
    const reports = await world.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { id: 'posts/launch.md', state: 'posted' },
      { id: 'posts/renamed.md', state: 'known', urn: onLinkedIn(world)[0] },
    ]);
    const again = await publish(world, [renamed]);
    expect(again.rows).toMatchObject([{ state: 'known' }]);
    expect(world.entries().map(({ id }) => id)).toEqual(['posts/launch.md', 'posts/renamed.md']);
  });

  it('a post that was renamed while another run sent it is known under its new name, also after an edit', async () => {
    const world = new PostWorld({ latencyMs: 0, faults: { post: ['lost response'] } });
    const first = start(world, { scopes: MAY_NOT_READ }).run([makePost()]);
    await world.finish(world.clock.sleep(5000));
    const file = 'posts/renamed.md';
    const second = start(world, { scopes: MAY_NOT_READ }).run([makePost({ file })]);
    await world.finish(Promise.all([first, second]));
    const edited = await publish(world, [makePost({ file, text: 'Edited.' })]);
    expect(edited.rows).toMatchObject([{ state: 'known', urn: onLinkedIn(world)[0] }]);
    expect(onLinkedIn(world)).toHaveLength(1);
  });

  it('a run that waited for a post which the other run could not send does not send it either', async () => {
    const world = new PostWorld({
      latencyMs: 0,
      faults: { post: [{ status: 429, retryAfterS: 60 }, { status: 403 }] },
    });
    const first = start(world).run([makePost()]);
    await world.finish(world.clock.sleep(1000));
    const second = start(world).run([makePost()]);
    const reports = await world.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { state: 'failed', error: { code: 'ACCESS_DENIED' } },
      { state: 'skipped', error: { code: 'RUN_STOPPED' } },
    ]);
    expect(states(world)).toEqual([]);
  });

  it('a run that loses the claim does not send the post either when the other one withdraws it', async () => {
    const world = new PostWorld({
      latencyMs: 0,
      faults: { post: [{ status: 429, retryAfterS: 60 }, { status: 403 }] },
    });
    const runs = [start(world), start(world)].map((process) => process.run([makePost()]));
    const reports = await world.finish(Promise.all(runs));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['failed', 'skipped']);
    expect(rows.find(({ state }) => state === 'skipped')?.error?.message).toContain('withdrawn its claim');
    expect(sent(world)).toHaveLength(2);
  });

  it.each([
    ['loses the claim', 0],
    ['waits for the claim', 5000],
  ])('a run that %s leaves a further attempt of `resend` to the next run', async (_, afterMs) => {
    const world = new PostWorld({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: ['lost response', 'lost request'] },
    });
    const post = makePost({ resend: 1 });
    const first = start(world, { scopes: MAY_NOT_READ }).run([post]);
    if (afterMs > 0) await world.finish(world.clock.sleep(afterMs));
    const second = start(world, { scopes: MAY_NOT_READ }).run([post]);
    const reports = await world.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
      { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
    ]);
    expect(onLinkedIn(world)).toHaveLength(1);
    expect(world.entries()).toMatchObject([{ state: 'unknown', attempt: 1 }]);
  });

  it('a run whose decision is older than an attempt of another run sends nothing', async () => {
    const world = new PostWorld({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: [{ status: 429, retryAfterS: 100 }, 'lost response', 'lost request'] },
    });
    const other = makePost({ file: 'posts/a.md', text: 'Another.' });
    const post = makePost({ resend: 1 });
    // The post waits for its turn behind another one.
    const slow = start(world, { scopes: MAY_NOT_READ }).run([other, post]);
    await world.finish(world.clock.sleep(5000));
    const fast = await publish(world, [post], { scopes: MAY_NOT_READ });
    expect(fast.rows).toMatchObject([{ state: 'unknown' }]);
    const report = await world.finish(slow);
    expect(report?.rows).toMatchObject([
      { state: 'posted' },
      { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
    ]);
    expect(sent(world).filter(({ text }) => text.includes('Version 2'))).toHaveLength(2);
  });

  it('a run that finds the claim of another one when it claims waits for it', async () => {
    const world = new PostWorld({ latencyMs: 0 });
    const runs = [start(world), start(world)].map((process) => process.run([makePost()]));
    const reports = await world.finish(Promise.all(runs));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['known', 'posted']);
  });
});

describe('a claim of a run that died', () => {
  it('a claim that counts as alive is waited for at most six minutes', async () => {
    const world = await dieWhileSending();
    const { rows, startMs, endMs } = await publish(world, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(endMs - startMs).toBeGreaterThan(6 * MINUTE_MS);
    expect(endMs - startMs).toBeLessThan(7 * MINUTE_MS);
  });

  it('a claim that is older than ten minutes is not waited for, and nothing is sent', async () => {
    const world = await dieWhileSending();
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const { rows, startMs, endMs } = await publish(world, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(endMs - startMs).toBeLessThan(MINUTE_MS);
    expect(sent(world)).toHaveLength(1);
    expect(states(world)).toEqual(['sending']);
  });

  it('a post that was renamed while its run died is unknown under its new name, also after an edit', async () => {
    const world = await dieWhileSending();
    const file = 'posts/renamed.md';
    const waiting = await publish(world, [makePost({ file })], { scopes: MAY_NOT_READ });
    expect(waiting.rows).toMatchObject([{ state: 'unknown' }]);
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const text = 'Edited.';
    const edited = await publish(world, [makePost({ file, text })], { scopes: MAY_NOT_READ });
    expect(edited.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(onLinkedIn(world)).toHaveLength(1);
  });

  it.each([0, 10 * MINUTE_MS])(
    'a renamed post of a run that died is found on LinkedIn under its new name, %d ms later',
    async (afterMs) => {
      const world = await dieWhileSending();
      if (afterMs > 0) await world.finish(world.clock.sleep(afterMs));
      const renamed = makePost({ file: 'posts/renamed.md' });
      const { rows } = await publish(world, [renamed], { scopes: MAY_READ });
      const [urn = ''] = onLinkedIn(world);
      expect(rows).toMatchObject([{ state: 'known', urn, urnSource: 'lookup' }]);
      expect((await publish(world, [renamed])).rows).toMatchObject([{ state: 'known', urn }]);
      expect(sent(world)).toHaveLength(1);
    },
  );

  it('a post that is found is reported with its URN, also if that cannot be remembered', async () => {
    const world = await dieWhileSending();
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const down = { on: 'write contents', response: { status: 503 } } as const;
    world.github.faults.push(...Array(200).fill(down));
    const { rows } = await publish(world, [makePost()], { scopes: MAY_READ });
    const [urn = ''] = onLinkedIn(world);
    expect(rows).toMatchObject([{ state: 'known', urn, error: { code: 'MANIFEST_WRITE' } }]);
    expect(rows[0]?.error?.message).toContain(`set \`urn: ${urn}\``);
  });

  it('a run that can no longer read the memory while it waits says that the post may be on LinkedIn', async () => {
    const world = await dieWhileSending();
    const waiting = start(world, { scopes: MAY_NOT_READ }).run([makePost()]);
    await world.finish(world.clock.sleep(5000));
    world.startOutage(10 * MINUTE_MS);
    const report = await world.finish(waiting);
    expect(report?.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(report?.rows[0]?.error?.message).toContain('another run is sending it');
  });

  it('a run that is cancelled while it stores what it found says that the post may be on LinkedIn', async () => {
    const world = await dieWhileSending();
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const hangs = { on: 'write contents', until: new Promise<void>(() => {}) } as const;
    world.github.faults.push(...Array(20).fill(hangs));
    const { rows } = await publish(world, [makePost()], { scopes: MAY_READ, cancelAfterMs: 10_000 });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
  });

  it('a post that the token can read is found on LinkedIn, and remembered', async () => {
    const world = await dieWhileSending();
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(world, [makePost({ comment: 'Docs' })], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'known', urn: onLinkedIn(world)[0], urnSource: 'lookup' }]);
    expect(rows[0]?.notice).toContain('found on LinkedIn');
    expect(world.entries()).toMatchObject([{ state: 'posted', comment: { state: 'due' } }]);
    const next = await publish(world, [makePost({ comment: 'Docs' })], { scopes: MAY_READ });
    expect(next.rows).toMatchObject([{ state: 'known', commentUrn: world.model.comments[0]?.urn }]);
  });

  it('a post whose file was edited since is not looked up by its new text', async () => {
    const world = await dieWhileSending();
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    world.model.addPost(byHand('Edited.'));
    const { rows } = await publish(world, [makePost({ text: 'Edited.' })], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'unknown', urn: null }]);
  });

  it('a post with the text of another one that is being sent is not looked up', async () => {
    const world = await dieWhileSending();
    const twin = makePost({ file: 'posts/twin.md' });
    const text = world.github.file('linkedin-media') ?? '';
    const [, entry = ''] = /"posts":\{\n"[^\n]*":(\{.*\})\n/.exec(text) ?? [];
    const added = entry
      .replaceAll('posts/launch.md', 'posts/twin.md')
      .replace(/"nonce":"[^"]+"/, '"nonce":"nonce-of-another-run"');
    const key = JSON.stringify(JSON.stringify([twin.author, 'https://api.linkedin.com', twin.id]));
    world.github.commit('linkedin-media', {
      'linkedin.json': text.replace('"posts":{\n', `"posts":{\n${key}:${added},\n`),
    });
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(world, [makePost(), twin], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'unknown' }, { state: 'unknown' }]);
  });

  it('`resend` allows one further attempt, however often the job runs', async () => {
    const world = await dieWhileSending({
      faults: { post: ['lost request', 'lost request', 'lost request'] },
      linkedin: { duplicateWindowMs: 0 },
    });
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const post = makePost({ resend: 1 });
    const { rows } = await publish(world, [post], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown' }]);
    expect(world.entries()).toMatchObject([{ state: 'unknown', attempt: 2 }]);
    const again = await publish(world, [post], { scopes: MAY_NOT_READ });
    expect(again.rows).toMatchObject([{ state: 'unknown' }]);
    expect(sent(world)).toHaveLength(3);
  });

  it('a further attempt that LinkedIn refuses as a duplicate of the first one adopts its URN', async () => {
    const world = await dieWhileSending({
      faults: { post: ['lost response'] },
      linkedin: { duplicateWindowMs: 60 * MINUTE_MS },
    });
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(world, [makePost({ resend: 1 })], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'posted', urn: onLinkedIn(world)[0], urnSource: 'duplicate' }]);
    expect(sent(world)).toHaveLength(2);
  });

  it('a further attempt that LinkedIn refuses as a duplicate of another post is unknown, and not made again', async () => {
    const world = await dieWhileSending({
      faults: { post: ['lost response'] },
      linkedin: {
        duplicateWindowMs: 60 * MINUTE_MS,
        duplicateUrnInResponse: () => 'urn:li:share:7400000000000000000',
      },
    });
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const post = makePost({ resend: 1 });
    const { rows } = await publish(world, [post], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(rows[0]?.error?.message).toContain('urn:li:share:7400000000000000000');
    expect(world.entries()).toMatchObject([{ state: 'unknown', attempt: 2 }]);
    await publish(world, [post], { scopes: MAY_NOT_READ });
    expect(sent(world)).toHaveLength(2);
  });

  it('a further attempt that LinkedIn refuses for another reason restores what was known before', async () => {
    const world = await dieWhileSending({ faults: { post: ['lost response', { status: 403 }] } });
    await world.finish(world.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(world, [makePost({ resend: 1 })], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
    expect(world.entries()).toMatchObject([{ state: 'sending', attempt: 1 }]);
  });

  it('a URN that a person sets settles the post', async () => {
    const world = await dieWhileSending();
    const urn = 'urn:li:activity:7534224930792013826';
    const { rows } = await publish(world, [makePost({ urn })]);
    expect(rows).toMatchObject([{ state: 'known', urn, urnSource: null }]);
    expect(world.entries()).toMatchObject([{ state: 'posted', urn }]);
    expect(sent(world)).toHaveLength(1);
  });

  it('a post that a person settles before its repetition is not sent again', async () => {
    const limit = { status: 429, retryAfterS: 60 };
    const world = new PostWorld({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: ['lost response', limit] },
    });
    const run = start(world, { scopes: MAY_NOT_READ }).run([makePost()]);
    await world.finish(world.clock.sleep(40_000));
    const [urn = ''] = onLinkedIn(world);
    expect((await publish(world, [makePost({ urn })])).rows).toMatchObject([{ state: 'known', urn }]);
    const report = await world.finish(run);
    expect(report?.rows).toMatchObject([{ state: 'known', urn }]);
    expect(onLinkedIn(world)).toEqual([urn]);
  });

  it('claims are measured by the clock of GitHub, not by those of the runners', async () => {
    const world = new PostWorld({ faults: { post: ['lost request'] } });
    const behind = start(world, { skewMs: -20 * MINUTE_MS, scopes: MAY_NOT_READ });
    const first = behind.run([makePost({ resend: 1 })]);
    await world.finish(world.clock.sleep(10_000));
    const second = start(world, { skewMs: 20 * MINUTE_MS }).run([makePost({ resend: 1 })]);
    const reports = await world.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { state: 'posted' },
      { state: 'known' },
    ]);
    expect(onLinkedIn(world)).toHaveLength(1);
  });
});

describe('a machine that sleeps while it sends', () => {
  it('a lost post is not repeated when LinkedIn may have forgotten it', async () => {
    const world = new PostWorld({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 10 * MINUTE_MS },
      faults: { post: ['lost response'] },
    });
    const process = start(world, { scopes: MAY_NOT_READ });
    const run = process.run([makePost()]);
    while (sent(world).length === 0) await world.finish(world.clock.sleep(1000));
    process.suspend(11 * MINUTE_MS);
    const report = await world.finish(run);
    expect(report?.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(onLinkedIn(world)).toHaveLength(1);
    expect(states(world)).toEqual(['unknown']);
  });

  it('a post whose claim counts as dead by then is not sent', async () => {
    const world = new PostWorld({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: [{ status: 429, retryAfterS: 60 }] },
    });
    const post = makePost({ resend: 1 });
    const process = start(world, { scopes: MAY_NOT_READ });
    const run = process.run([post]);
    while (sent(world).length === 0) await world.finish(world.clock.sleep(1000));
    process.suspend(30 * MINUTE_MS);
    await world.finish(world.clock.sleep(11 * MINUTE_MS));
    expect((await publish(world, [post], { scopes: MAY_NOT_READ })).rows).toMatchObject([
      { state: 'posted' },
    ]);
    const report = await world.finish(run);
    expect(report?.rows).toMatchObject([{ state: 'skipped', error: { code: 'RUN_STOPPED' } }]);
    expect(onLinkedIn(world)).toHaveLength(1);
    expect(states(world)).toEqual(['posted']);
  });
});
