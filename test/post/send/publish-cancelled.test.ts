// Cancelled runs: what has not left is withdrawn, what has left is waited for, and the outputs come before the memory.

import { describe, expect, it } from 'vitest';
import { type CallFault, PostServices } from '../post-services.ts';
import { makePost } from '../posts.ts';
import { MAY_NOT_READ, onLinkedIn, publish, sent, start, states } from './publish-run.ts';

const posts = [makePost(), makePost({ file: 'posts/b.md', text: 'Another.' })];

describe('a cancelled run', () => {
  it('a run that is cancelled before the claim skips its posts', async () => {
    const services = new PostServices();
    const { rows } = await publish(services, posts, { cancelAt: 14 });
    expect(rows).toMatchObject([
      { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
      { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
    ]);
    expect(sent(services)).toEqual([]);
    expect(states(services)).toEqual([]);
  });

  it('a claim whose write a cancellation interrupts is not stored', async () => {
    const services = new PostServices();
    const { rows } = await publish(services, posts, { cancelAt: 15 });
    expect(rows[0]).toMatchObject({ state: 'skipped', error: { code: 'RUN_CANCELLED' } });
    expect(services.github.requests.at(-1)).toBe('PUT /contents/linkedin.json');
    expect(states(services)).toEqual([]);
  });

  it('a claim is withdrawn if the run is cancelled before the first byte leaves', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { post: [{ status: 429, retryAfterS: 60 }] } });
    const process = start(services, { scopes: MAY_NOT_READ });
    const run = process.run(posts);
    await services.finish(services.clock.sleep(10_000));
    expect(states(services)).toEqual(['sending']);
    process.abort();
    const report = await services.finish(run);
    expect(report?.rows).toMatchObject([
      { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
      { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
    ]);
    expect(report?.rows[0]?.error?.message).not.toContain('withdrawn');
    expect(states(services)).toEqual([]);
  });

  it('a claim that could not be withdrawn in time is mentioned', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { post: [{ status: 429, retryAfterS: 60 }] } });
    const process = start(services, { scopes: MAY_NOT_READ });
    const run = process.run(posts);
    await services.finish(services.clock.sleep(10_000));
    services.startOutage(60_000);
    process.abort();
    const report = await services.finish(run);
    expect(report?.rows[0]).toMatchObject({ state: 'skipped', error: { code: 'RUN_CANCELLED' } });
    expect(report?.rows[0]?.error?.message).toContain('its claim is still stored');
    expect(report?.memoryError?.code).toBe('MANIFEST_WRITE');
    expect((report?.endMs ?? 0) - (report?.cancelledMs ?? 0)).toBeLessThanOrEqual(2000);
  });

  it('a post that has left is waited for, and its URN is stored after the outputs are written', async () => {
    const services = new PostServices({ latencyMs: 1500 });
    const process = start(services);
    const run = process.run([makePost({ comment: 'Docs' })]);
    while (sent(services).length === 0) await services.finish(services.clock.sleep(50));
    process.abort();
    const report = await services.finish(run);
    const [urn = ''] = onLinkedIn(services);
    expect(report?.rows).toMatchObject([{ state: 'posted', urn, error: { code: 'RUN_CANCELLED' } }]);
    expect(report?.rows[0]?.error?.message).toContain('add it by hand: Docs');
    expect(services.entries()).toMatchObject([{ state: 'posted', urn }]);
    expect(services.entries()[0]).not.toHaveProperty('comment');
    expect(services.model.comments).toEqual([]);
  });

  it.each<CallFault>(['ignored', 'silent'])(
    'a post without an answer within 2 s is unknown (%s)',
    async (fault) => {
      const services = new PostServices({ latencyMs: 0, faults: { post: [fault] } });
      const process = start(services);
      const run = process.run(posts);
      await services.finish(services.clock.sleep(10_000));
      process.abort();
      const report = await services.finish(run);
      expect(report?.rows).toMatchObject([
        { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
        { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
      ]);
      expect((report?.endMs ?? 0) - (report?.cancelledMs ?? 0)).toBe(2000);
      expect(states(services)).toEqual(['unknown']);
    },
  );

  it('a post whose repetition is due is unknown at once', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { post: ['lost response'] } });
    const process = start(services, { scopes: MAY_NOT_READ });
    const run = process.run([makePost()]);
    await services.finish(services.clock.sleep(10_000));
    process.abort();
    const report = await services.finish(run);
    expect(report?.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(report?.endMs).toBe(report?.cancelledMs);
    expect(sent(services)).toHaveLength(1);
    expect(states(services)).toEqual(['unknown']);
  });

  it('a comment that has left is unknown', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { comment: ['silent'] } });
    const process = start(services);
    const run = process.run([makePost({ comment: 'Docs' })]);
    await services.finish(services.clock.sleep(10_000));
    process.abort();
    const report = await services.finish(run);
    expect(report?.rows).toMatchObject([
      { state: 'posted', urn: onLinkedIn(services)[0], error: { code: 'COMMENT_UNKNOWN' } },
    ]);
    expect(services.entries()).toMatchObject([{ state: 'posted', comment: { state: 'unknown' } }]);
  });

  it('a comment that LinkedIn has accepted is reported with its URN, also if it is not stored in time', async () => {
    const hangs = { on: 'write contents', until: new Promise<void>(() => {}) } as const;
    const onArrival = ({ arrivals, github }: PostServices) => {
      if (arrivals.length === 2) github.faults.push(...Array(20).fill(hangs));
    };
    const services = new PostServices({ latencyMs: 0, onArrival });
    const process = start(services);
    const run = process.run([makePost({ comment: 'Docs' })]);
    await services.finish(services.clock.sleep(10_000));
    process.abort();
    const report = await services.finish(run);
    const [comment] = services.model.comments;
    expect(report?.rows).toMatchObject([{ state: 'posted', commentUrn: comment?.urn, error: null }]);
  });

  it('a run that waits for another one ends at once, and says that the post may be on LinkedIn', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { post: ['silent'] } });
    const first = start(services, { scopes: MAY_NOT_READ }).run([makePost()]);
    await services.finish(services.clock.sleep(5000));
    const waiting = start(services);
    const second = waiting.run([makePost()]);
    await services.finish(services.clock.sleep(5000));
    waiting.abort();
    const report = await services.finish(second);
    expect(report?.endMs).toBe(report?.cancelledMs);
    expect(report?.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(report?.rows[0]?.error?.message).toContain('another run is sending it');
    expect((await services.finish(first))?.rows).toMatchObject([{ state: 'posted' }]);
  });
});
