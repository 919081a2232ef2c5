// Several processes with one memory: at most one sends a post, the others wait for it or ask a person.

import { describe, expect, it } from 'vitest';
import { PostServices, type ServiceOptions } from '../post-services.ts';
import { makePost } from '../posts.ts';
import { byHand, MAY_NOT_READ, MAY_READ, onLinkedIn, publish, sent, start, states } from './publish-run.ts';

const MINUTE_MS = 60_000;

/** Sends a post and is killed before the response arrives. Returns the URN of the post, if LinkedIn has one. */
async function dieWhileSending(options: ServiceOptions = {}): Promise<PostServices> {
  const services = new PostServices({ faults: { post: ['lost response'] }, ...options });
  const process = start(services, { scopes: MAY_NOT_READ });
  const run = process.run([makePost()]);
  await services.finish(services.clock.sleep(20_000));
  expect(sent(services)).toHaveLength(1);
  process.kill();
  expect(await run).toBeNull();
  expect(states(services)).toEqual(['sending']);
  return services;
}

describe('several runs at once', () => {
  it('one of several runs posts, and the others wait and report the post as known', async () => {
    const services = new PostServices();
    const runs = [1, 2, 3, 4].map(() => start(services).run([makePost()]));
    const reports = await services.finish(Promise.all(runs));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['known', 'known', 'known', 'posted']);
    expect(new Set(rows.map(({ urn }) => urn))).toEqual(new Set(onLinkedIn(services)));
    expect(sent(services)).toHaveLength(1);
  });

  it('a post that another run sends under an earlier name of its file waits for it', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { post: ['lost response'] } });
    const first = start(services, { scopes: MAY_NOT_READ }).run([makePost()]);
    await services.finish(services.clock.sleep(5000));
    const renamed = makePost({ file: 'posts/renamed.md' });
    const second = start(services, { scopes: MAY_NOT_READ }).run([renamed]);
    const reports = await services.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { id: 'posts/launch.md', state: 'posted' },
      { id: 'posts/renamed.md', state: 'known', urn: onLinkedIn(services)[0] },
    ]);
    const again = await publish(services, [renamed]);
    expect(again.rows).toMatchObject([{ state: 'known' }]);
    expect(services.entries().map(({ id }) => id)).toEqual(['posts/launch.md', 'posts/renamed.md']);
  });

  it('a post that was renamed while another run sent it is known under its new name, also after an edit', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { post: ['lost response'] } });
    const first = start(services, { scopes: MAY_NOT_READ }).run([makePost()]);
    await services.finish(services.clock.sleep(5000));
    const file = 'posts/renamed.md';
    const second = start(services, { scopes: MAY_NOT_READ }).run([makePost({ file })]);
    await services.finish(Promise.all([first, second]));
    const edited = await publish(services, [makePost({ file, text: 'Edited.' })]);
    expect(edited.rows).toMatchObject([{ state: 'known', urn: onLinkedIn(services)[0] }]);
    expect(onLinkedIn(services)).toHaveLength(1);
  });

  it('a run that waited for a post which the other run could not send does not send it either', async () => {
    const services = new PostServices({
      latencyMs: 0,
      faults: { post: [{ status: 429, retryAfterS: 60 }, { status: 403 }] },
    });
    const first = start(services).run([makePost()]);
    await services.finish(services.clock.sleep(1000));
    const second = start(services).run([makePost()]);
    const reports = await services.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { state: 'failed', error: { code: 'ACCESS_DENIED' } },
      { state: 'skipped', error: { code: 'RUN_STOPPED' } },
    ]);
    expect(states(services)).toEqual([]);
  });

  it('a run that loses the claim does not send the post either when the other one withdraws it', async () => {
    const services = new PostServices({
      latencyMs: 0,
      faults: { post: [{ status: 429, retryAfterS: 60 }, { status: 403 }] },
    });
    const runs = [start(services), start(services)].map((process) => process.run([makePost()]));
    const reports = await services.finish(Promise.all(runs));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['failed', 'skipped']);
    expect(rows.find(({ state }) => state === 'skipped')?.error?.message).toContain('withdrew its claim');
    expect(sent(services)).toHaveLength(2);
  });

  it.each([
    ['loses the claim', 0],
    ['waits for the claim', 5000],
  ])('a run that %s leaves a further attempt of `resend` to the next run', async (_, afterMs) => {
    const services = new PostServices({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: ['lost response', 'lost request'] },
    });
    const post = makePost({ resend: 1 });
    const first = start(services, { scopes: MAY_NOT_READ }).run([post]);
    if (afterMs > 0) await services.finish(services.clock.sleep(afterMs));
    const second = start(services, { scopes: MAY_NOT_READ }).run([post]);
    const reports = await services.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
      { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
    ]);
    expect(onLinkedIn(services)).toHaveLength(1);
    expect(services.entries()).toMatchObject([{ state: 'unknown', attempt: 1 }]);
  });

  it('a run whose decision is older than an attempt of another run sends nothing', async () => {
    const services = new PostServices({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: [{ status: 429, retryAfterS: 100 }, 'lost response', 'lost request'] },
    });
    const other = makePost({ file: 'posts/a.md', text: 'Another.' });
    const post = makePost({ resend: 1 });
    // The post waits for its turn behind another one.
    const slow = start(services, { scopes: MAY_NOT_READ }).run([other, post]);
    await services.finish(services.clock.sleep(5000));
    const fast = await publish(services, [post], { scopes: MAY_NOT_READ });
    expect(fast.rows).toMatchObject([{ state: 'unknown' }]);
    const report = await services.finish(slow);
    expect(report?.rows).toMatchObject([
      { state: 'posted' },
      { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
    ]);
    expect(sent(services).filter(({ text }) => text.includes('Version 2'))).toHaveLength(2);
  });

  it('a run that finds the claim of another one when it claims waits for it', async () => {
    const services = new PostServices({ latencyMs: 0 });
    const runs = [start(services), start(services)].map((process) => process.run([makePost()]));
    const reports = await services.finish(Promise.all(runs));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.map(({ state }) => state).toSorted()).toEqual(['known', 'posted']);
  });
});

describe('a claim of a run that was killed', () => {
  it('an active claim is waited for at most six minutes', async () => {
    const services = await dieWhileSending();
    const { rows, startMs, endMs } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(endMs - startMs).toBeGreaterThan(6 * MINUTE_MS);
    expect(endMs - startMs).toBeLessThan(7 * MINUTE_MS);
  });

  it('a claim that is older than ten minutes is not waited for, and nothing is sent', async () => {
    const services = await dieWhileSending();
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const { rows, startMs, endMs } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(endMs - startMs).toBeLessThan(MINUTE_MS);
    expect(sent(services)).toHaveLength(1);
    expect(states(services)).toEqual(['sending']);
  });

  it('a post that was renamed while its run was killed is unknown under its new name, also after an edit', async () => {
    const services = await dieWhileSending();
    const file = 'posts/renamed.md';
    const waiting = await publish(services, [makePost({ file })], { scopes: MAY_NOT_READ });
    expect(waiting.rows).toMatchObject([{ state: 'unknown' }]);
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const text = 'Edited.';
    const edited = await publish(services, [makePost({ file, text })], { scopes: MAY_NOT_READ });
    expect(edited.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(onLinkedIn(services)).toHaveLength(1);
  });

  it.each([0, 10 * MINUTE_MS])(
    'a renamed post of a run that was killed is found on LinkedIn under its new name, %d ms later',
    async (afterMs) => {
      const services = await dieWhileSending();
      if (afterMs > 0) await services.finish(services.clock.sleep(afterMs));
      const renamed = makePost({ file: 'posts/renamed.md' });
      const { rows } = await publish(services, [renamed], { scopes: MAY_READ });
      const [urn = ''] = onLinkedIn(services);
      expect(rows).toMatchObject([{ state: 'known', urn, urnSource: 'lookup' }]);
      expect((await publish(services, [renamed])).rows).toMatchObject([{ state: 'known', urn }]);
      expect(sent(services)).toHaveLength(1);
    },
  );

  it('a post that is found is reported with its URN, also if that cannot be remembered', async () => {
    const services = await dieWhileSending();
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const down = { on: 'write contents', response: { status: 503 } } as const;
    services.github.faults.push(...Array(200).fill(down));
    const { rows } = await publish(services, [makePost()], { scopes: MAY_READ });
    const [urn = ''] = onLinkedIn(services);
    expect(rows).toMatchObject([{ state: 'known', urn, error: { code: 'MANIFEST_WRITE' } }]);
    expect(rows[0]?.error?.hint).toContain(`set \`urn: ${urn}\``);
  });

  it('a run that can no longer read the memory while it waits says that the post may be on LinkedIn', async () => {
    const services = await dieWhileSending();
    const waiting = start(services, { scopes: MAY_NOT_READ }).run([makePost()]);
    await services.finish(services.clock.sleep(5000));
    services.startOutage(10 * MINUTE_MS);
    const report = await services.finish(waiting);
    expect(report?.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(report?.rows[0]?.error?.message).toContain('another run is sending it');
  });

  it('a run that is cancelled while it stores what it found says that the post may be on LinkedIn', async () => {
    const services = await dieWhileSending();
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const hangs = { on: 'write contents', until: new Promise<void>(() => {}) } as const;
    services.github.faults.push(...Array(20).fill(hangs));
    const { rows } = await publish(services, [makePost()], { scopes: MAY_READ, cancelAfterMs: 10_000 });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
  });

  it('a post that the token can read is found on LinkedIn, and remembered', async () => {
    const services = await dieWhileSending();
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(services, [makePost({ comment: 'Docs' })], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'known', urn: onLinkedIn(services)[0], urnSource: 'lookup' }]);
    expect(rows[0]?.notice).toContain('found on LinkedIn');
    expect(rows[0]?.notice).toContain('its first comment was not made');
    expect(services.entries()).toMatchObject([{ state: 'posted' }]);
  });

  it('a post whose file was edited since is not looked up by its new text', async () => {
    const services = await dieWhileSending();
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    services.model.addPost(byHand('Edited.'));
    const { rows } = await publish(services, [makePost({ text: 'Edited.' })], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'unknown', urn: null }]);
  });

  it('a post with the text of another one that is being sent is not looked up', async () => {
    const services = await dieWhileSending();
    const twin = makePost({ file: 'posts/twin.md' });
    const text = services.github.file('linkedin-media') ?? '';
    const [, entry = ''] = /"posts":\{\n"[^\n]*":(\{.*\})\n/.exec(text) ?? [];
    const added = entry
      .replaceAll('posts/launch.md', 'posts/twin.md')
      .replace(/"nonce":"[^"]+"/, '"nonce":"nonce-of-another-run"');
    const key = JSON.stringify(JSON.stringify([twin.author, 'https://api.linkedin.com', twin.id]));
    services.github.commit('linkedin-media', {
      'linkedin.json': text.replace('"posts":{\n', `"posts":{\n${key}:${added},\n`),
    });
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(services, [makePost(), twin], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'unknown' }, { state: 'unknown' }]);
  });

  it('`resend` allows one further attempt, however often the job runs', async () => {
    const services = await dieWhileSending({
      faults: { post: ['lost request', 'lost request', 'lost request'] },
      linkedin: { duplicateWindowMs: 0 },
    });
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const post = makePost({ resend: 1 });
    const { rows } = await publish(services, [post], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown' }]);
    expect(services.entries()).toMatchObject([{ state: 'unknown', attempt: 2 }]);
    const again = await publish(services, [post], { scopes: MAY_NOT_READ });
    expect(again.rows).toMatchObject([{ state: 'unknown' }]);
    expect(sent(services)).toHaveLength(3);
  });

  it('a further attempt that LinkedIn refuses as a duplicate of the first one adopts its URN', async () => {
    const services = await dieWhileSending({
      faults: { post: ['lost response'] },
      linkedin: { duplicateWindowMs: 60 * MINUTE_MS },
    });
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(services, [makePost({ resend: 1 })], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'posted', urn: onLinkedIn(services)[0], urnSource: 'duplicate' }]);
    expect(sent(services)).toHaveLength(2);
  });

  it('a further attempt that LinkedIn refuses as a duplicate of another post is unknown, and not made again', async () => {
    const services = await dieWhileSending({
      faults: { post: ['lost response'] },
      linkedin: {
        duplicateWindowMs: 60 * MINUTE_MS,
        duplicateUrnInResponse: () => 'urn:li:share:7400000000000000000',
      },
    });
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const post = makePost({ resend: 1 });
    const { rows } = await publish(services, [post], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(rows[0]?.error?.message).toContain('urn:li:share:7400000000000000000');
    expect(services.entries()).toMatchObject([{ state: 'unknown', attempt: 2 }]);
    await publish(services, [post], { scopes: MAY_NOT_READ });
    expect(sent(services)).toHaveLength(2);
  });

  it('a further attempt that LinkedIn refuses for another reason restores what was known before', async () => {
    const services = await dieWhileSending({ faults: { post: ['lost response', { status: 403 }] } });
    await services.finish(services.clock.sleep(10 * MINUTE_MS));
    const { rows } = await publish(services, [makePost({ resend: 1 })], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
    expect(services.entries()).toMatchObject([{ state: 'sending', attempt: 1 }]);
  });

  it('a URN that a person sets settles the post', async () => {
    const services = await dieWhileSending();
    const urn = 'urn:li:activity:7534224930792013826';
    const { rows } = await publish(services, [makePost({ urn })]);
    expect(rows).toMatchObject([{ state: 'known', urn, urnSource: null }]);
    expect(services.entries()).toMatchObject([{ state: 'posted', urn }]);
    expect(sent(services)).toHaveLength(1);
  });

  it('a post that a person settles before its repetition is not sent again', async () => {
    const limit = { status: 429, retryAfterS: 60 };
    const services = new PostServices({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: ['lost response', limit] },
    });
    const run = start(services, { scopes: MAY_NOT_READ }).run([makePost()]);
    await services.finish(services.clock.sleep(40_000));
    const [urn = ''] = onLinkedIn(services);
    expect((await publish(services, [makePost({ urn })])).rows).toMatchObject([{ state: 'known', urn }]);
    const report = await services.finish(run);
    expect(report?.rows).toMatchObject([{ state: 'known', urn }]);
    expect(onLinkedIn(services)).toEqual([urn]);
  });

  it('claims are measured by the clock of GitHub, not by those of the runners', async () => {
    const services = new PostServices({ faults: { post: ['lost request'] } });
    const behind = start(services, { skewMs: -20 * MINUTE_MS, scopes: MAY_NOT_READ });
    const first = behind.run([makePost({ resend: 1 })]);
    await services.finish(services.clock.sleep(10_000));
    const second = start(services, { skewMs: 20 * MINUTE_MS }).run([makePost({ resend: 1 })]);
    const reports = await services.finish(Promise.all([first, second]));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { state: 'posted' },
      { state: 'known' },
    ]);
    expect(onLinkedIn(services)).toHaveLength(1);
  });
});

describe('a machine that is suspended while it sends', () => {
  it('a lost post is not repeated when LinkedIn may have forgotten it', async () => {
    const services = new PostServices({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 10 * MINUTE_MS },
      faults: { post: ['lost response'] },
    });
    const process = start(services, { scopes: MAY_NOT_READ });
    const run = process.run([makePost()]);
    while (sent(services).length === 0) await services.finish(services.clock.sleep(1000));
    process.suspend(11 * MINUTE_MS);
    const report = await services.finish(run);
    expect(report?.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(onLinkedIn(services)).toHaveLength(1);
    expect(states(services)).toEqual(['unknown']);
  });

  it('a post whose claim has expired by then is not sent', async () => {
    const services = new PostServices({
      latencyMs: 0,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: [{ status: 429, retryAfterS: 60 }] },
    });
    const post = makePost({ resend: 1 });
    const process = start(services, { scopes: MAY_NOT_READ });
    const run = process.run([post]);
    while (sent(services).length === 0) await services.finish(services.clock.sleep(1000));
    process.suspend(30 * MINUTE_MS);
    await services.finish(services.clock.sleep(11 * MINUTE_MS));
    expect((await publish(services, [post], { scopes: MAY_NOT_READ })).rows).toMatchObject([
      { state: 'posted' },
    ]);
    const report = await services.finish(run);
    expect(report?.rows).toMatchObject([{ state: 'skipped', error: { code: 'RUN_STOPPED' } }]);
    expect(onLinkedIn(services)).toHaveLength(1);
    expect(states(services)).toEqual(['posted']);
  });
});
