// A GitHub that answers reads with an older state for seconds: the memory holds what the runs reported all the same.

import { describe, expect, it } from 'vitest';
import { PostWorld } from '../post-world.ts';
import { makePost } from '../posts.ts';

describe.each([200, 5000, 14_000])('reads that are up to %i ms old', (lagMs) => {
  it('the first run on a new branch publishes its post', async () => {
    const world = new PostWorld({ lagMs });
    const { rows, exitCode } = await world.publish();
    expect(rows).toMatchObject([{ state: 'posted', error: null }]);
    expect(exitCode).toBe(0);
    expect(world.states).toEqual(['posted']);
  });

  it('the claim of a post that LinkedIn refuses is withdrawn', async () => {
    const world = new PostWorld({ lagMs, faults: { post: [403] } });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
    expect(world.states).toEqual([]);
    await world.sleep(lagMs);
    expect((await world.publish()).rows).toMatchObject([{ state: 'posted', error: null }]);
  });

  it('the claim of a run that is cancelled before it sends is withdrawn', async () => {
    const faults = { post: [{ status: 429, retryAfterS: 60 }] };
    const world = new PostWorld({ mayRead: false, lagMs, latencyMs: 0, faults });
    const { machine, report: run } = world.start();
    await world.sleep(10_000);
    expect(world.states).toEqual(['sending']);
    machine.cancel();
    await world.finish(run);
    expect(world.states).toEqual([]);
  });

  it('a comment that was made is remembered as made', async () => {
    const world = new PostWorld({ lagMs });
    const { rows } = await world.publish([makePost({ comment: 'Docs' })]);
    const [comment] = world.model.comments;
    expect(rows).toMatchObject([{ state: 'posted', commentUrn: comment?.urn, error: null }]);
    expect(world.entries).toMatchObject([{ commentUrn: comment?.urn }]);
  });

  it('one of two runs at a time sends the post', async () => {
    const world = new PostWorld({ lagMs, latencyMs: 0, faults: { post: ['lost response'] } });
    const running = [1, 2].map(() => world.start().report);
    const reports = await world.finish(Promise.all(running));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.filter(({ state }) => state === 'posted')).toHaveLength(1);
    expect(world.urns).toHaveLength(1);
  });

  it('a run that starts on an old answer sends no post again', async () => {
    const world = new PostWorld({ lagMs });
    await world.publish();
    const { rows } = await world.publish();
    // It may still see the claim.
    expect(['known', 'skipped']).toContain(rows[0]?.state);
    expect(world.sent).toHaveLength(1);
  });
});
