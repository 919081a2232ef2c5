// Several processes with one memory: at most one sends a post, the others wait for it or ask a person.

import { describe, expect, it } from 'vitest';
import { PostWorld, type WorldOptions } from './post-world.ts';
import { makePost } from './posts.ts';
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
    const added = entry.replaceAll('posts/launch.md', 'posts/twin.md');
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
