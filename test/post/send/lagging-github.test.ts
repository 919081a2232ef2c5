// A GitHub that answers reads with an older state for seconds: the memory holds what the runs reported all the same.

import { describe, expect, it } from 'vitest';
import { formatManifest } from '../../../src/memory/manifest-text.ts';
import { PostServices } from '../post-services.ts';
import { makePost } from '../posts.ts';
import { MAY_NOT_READ, onLinkedIn, publish, sent, start, states } from './publish-run.ts';

it('a run that waits for the claim of another one believes no answer from before that claim', async () => {
  let reads = 0;
  const services = new PostServices({
    latencyMs: 0,
    lagMs: 14_000,
    // The second run sees the claim at first.
    isOld: ({ nowMs }) => {
      reads += nowMs >= 21_000 ? 1 : 0;
      return reads === 2;
    },
    faults: { post: ['lost response'] },
  });
  services.github.commit('linkedin-media', { 'linkedin.json': formatManifest({}) });
  await services.finish(services.clock.sleep(20_000));
  const first = start(services, { scopes: MAY_NOT_READ }).run([makePost()]);
  await services.finish(services.clock.sleep(1000));
  const { rows } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
  expect(rows).toMatchObject([{ state: 'known', error: null }]);
  expect((await services.finish(first))?.rows).toMatchObject([{ state: 'posted', error: null }]);
  expect(reads).toBeGreaterThan(2);
});

describe.each([200, 5000, 14_000])('reads that are up to %i ms old', (lagMs) => {
  it('the first run on a new branch publishes its post', async () => {
    const services = new PostServices({ lagMs });
    const { rows, memoryError } = await publish(services);
    expect(rows).toMatchObject([{ state: 'posted', error: null }]);
    expect(memoryError).toBeNull();
    expect(states(services)).toEqual(['posted']);
  });

  it('the claim of a post that LinkedIn refuses is withdrawn', async () => {
    const services = new PostServices({ lagMs, faults: { post: [{ status: 403 }] } });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
    expect(states(services)).toEqual([]);
    await services.finish(services.clock.sleep(lagMs));
    expect((await publish(services)).rows).toMatchObject([{ state: 'posted', error: null }]);
  });

  it('the claim of a run that is cancelled before it sends is withdrawn', async () => {
    const faults = { post: [{ status: 429, retryAfterS: 60 }] };
    const services = new PostServices({ lagMs, latencyMs: 0, faults });
    const process = start(services, { scopes: MAY_NOT_READ });
    const run = process.run([makePost()]);
    await services.finish(services.clock.sleep(10_000));
    expect(states(services)).toEqual(['sending']);
    process.abort();
    await services.finish(run);
    expect(states(services)).toEqual([]);
  });

  it('a comment that was made is remembered as made', async () => {
    const services = new PostServices({ lagMs });
    const { rows } = await publish(services, [makePost({ comment: 'Docs' })]);
    const [comment] = services.model.comments;
    expect(rows).toMatchObject([{ state: 'posted', commentUrn: comment?.urn, error: null }]);
    expect(services.entries()).toMatchObject([{ comment: { state: 'posted', urn: comment?.urn } }]);
  });

  it('a run that waits for the claim of another one ends with its outcome', async () => {
    const services = new PostServices({ lagMs, latencyMs: 0, faults: { post: ['lost response'] } });
    const [first, second] = [start(services), start(services)];
    const running = [first, second].map((process) => process.run([makePost()]));
    const reports = await services.finish(Promise.all(running));
    const rows = reports.flatMap((report) => report?.rows ?? []);
    expect(rows.map(({ state }) => state).sort()).toEqual(['known', 'posted']);
    expect(rows.map(({ urn }) => urn)).toEqual([...onLinkedIn(services), ...onLinkedIn(services)]);
    expect(sent(services).filter(({ urn }) => urn !== null)).toHaveLength(1);
  });

  it('a run that starts on an old answer sends no post again', async () => {
    const services = new PostServices({ lagMs });
    await publish(services);
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'known', urn: onLinkedIn(services)[0] }]);
    expect(sent(services)).toHaveLength(1);
  });
});
