// A memory that cannot be read or written: nothing is sent without a stored claim, and no accepted post is lost.

import { describe, expect, it } from 'vitest';
import { type CallFault, PostServices } from '../post-services.ts';
import { makePost } from '../posts.ts';
import { MAY_NOT_READ, MAY_READ, onLinkedIn, publish, sent, states } from './publish-run.ts';

const MINUTE_MS = 60_000;
/** Creating the branch takes five writes: the probe, blob, tree, commit and reference. The next one is the claim. */
const BRANCH_WRITES = [null, null, null, null, null];

describe('the claim', () => {
  it.each<[string, readonly CallFault[]]>([
    ['whose response is lost', ['lost response']],
    ['that is lost', ['lost request']],
    ['that meets a conflict', [{ status: 409 }]],
    ['that meets a failing GitHub', [{ status: 500 }, { status: 502, isExecuted: true }]],
  ])('a claim %s is read again, and the post goes out once', async (_, faults) => {
    const services = new PostServices({ faults: { write: [...BRANCH_WRITES, ...faults] } });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'posted', error: null }]);
    expect(sent(services)).toMatchObject([{ claim: { id: 'posts/launch.md' } }]);
    expect(states(services)).toEqual(['posted']);
  });

  it('a claim whose write has its effect after a later one has failed is still the own claim', async () => {
    const lost = ['late effect', ...Array(8).fill('unreachable')];
    const services = new PostServices({
      seed: 3,
      latencyMs: 0,
      faults: { write: [...BRANCH_WRITES, ...lost] },
    });
    const { rows, endMs } = await publish(services);
    expect(rows).toMatchObject([{ state: 'posted', error: null }]);
    expect(endMs).toBeLessThan(MINUTE_MS);
    expect(sent(services)).toHaveLength(1);
  });

  it('without a stored claim nothing is sent, and the other posts are skipped', async () => {
    const services = new PostServices({
      faults: { write: [...BRANCH_WRITES, ...Array(30).fill({ status: 503 })] },
    });
    const posts = [makePost(), makePost({ file: 'posts/b.md', text: 'Another.' })];
    const { rows } = await publish(services, posts);
    expect(rows).toMatchObject([
      { state: 'failed', error: { code: 'MANIFEST_WRITE' } },
      { state: 'skipped', error: { code: 'RUN_STOPPED' } },
    ]);
    expect(sent(services)).toEqual([]);
  });

  it('a claim that is stored although its response was lost is withdrawn by the last write', async () => {
    const read = [null, null, ...Array(12).fill({ status: 503 })];
    const services = new PostServices({
      latencyMs: 0,
      faults: { write: [...BRANCH_WRITES, 'lost response'], read },
    });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'MANIFEST_WRITE' } }]);
    expect(sent(services)).toEqual([]);
    // The branch, the claim, its withdrawal.
    expect(services.github.history('linkedin-media')).toHaveLength(3);
    expect(states(services)).toEqual([]);
  });

  it('a memory with an entry that is not valid stops the run', async () => {
    const services = new PostServices();
    const header = '{"schema":2,"manifest":"linkedin-media-upload","entries":[';
    services.github.commit('linkedin-media', { 'linkedin.json': `${header}\n],"posts":{"a":{"id":"a"}}}` });
    const { rows, error } = await publish(services);
    expect(rows).toEqual([]);
    expect(error).toMatchObject({ code: 'MANIFEST_INVALID', input: 'manifest' });
    expect(error?.problem).toBe(
      'linkedin.json on branch linkedin-media: entry 1 of `posts` is not valid (`state`)',
    );
    expect(sent(services)).toEqual([]);
  });
});

describe('a memory that cannot be written after LinkedIn accepted the post', () => {
  const outage = () =>
    new PostServices({
      latencyMs: 0,
      onArrival: (services) => services.startOutage(5 * MINUTE_MS),
      faults: {},
    });

  it('the post is reported with an error that names its URN, and its comment is not made', async () => {
    const services = outage();
    const { rows, memoryError } = await publish(services, [makePost({ comment: 'Docs' })]);
    const [urn = ''] = onLinkedIn(services);
    expect(rows).toMatchObject([{ state: 'posted', urn, error: { code: 'MANIFEST_WRITE' } }]);
    expect(rows[0]?.error?.hint).toContain(`set \`urn: ${urn}\``);
    expect(memoryError?.code).toBe('MANIFEST_WRITE');
    expect(services.model.comments).toEqual([]);
  });

  it('a later run finds the claim, and sends nothing', async () => {
    const services = outage();
    await publish(services);
    await services.finish(services.clock.sleep(15 * MINUTE_MS));
    const { rows } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    const found = await publish(services, [makePost()], { scopes: MAY_READ });
    expect(found.rows).toMatchObject([{ state: 'known', urn: onLinkedIn(services)[0] }]);
    expect(sent(services)).toHaveLength(1);
  });

  it('a write that follows stores the URN after all, without the comment, which was not made', async () => {
    const services = new PostServices({ latencyMs: 0, onArrival: (one) => one.startOutage(70_000) });
    const { rows } = await publish(services, [makePost({ comment: 'Docs' })]);
    expect(rows).toMatchObject([{ state: 'posted', error: { code: 'MANIFEST_WRITE' } }]);
    expect(services.entries()).toMatchObject([{ state: 'posted', urn: rows[0]?.urn }]);
    expect(services.entries()[0]).not.toHaveProperty('comment');
  });

  it('a refused post says so when its claim could not be withdrawn', async () => {
    const services = new PostServices({
      latencyMs: 0,
      onArrival: (one) => one.startOutage(5 * MINUTE_MS),
      faults: { post: [{ status: 403 }] },
    });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
    expect(rows[0]?.error?.message).toContain('its claim is still stored');
  });

  it('a post whose entry another run has taken over is reported with its URN', async () => {
    const services = new PostServices({
      onArrival: ({ github }) => {
        const text = github.file('linkedin-media') ?? '';
        github.commit('linkedin-media', {
          'linkedin.json': text.replace(/"nonce":"[^"]+"/, '"nonce":"nonce-of-another"'),
        });
      },
    });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([
      { state: 'posted', urn: onLinkedIn(services)[0], error: { code: 'MANIFEST_WRITE' } },
    ]);
    expect(services.entries()).toMatchObject([{ state: 'sending', nonce: 'nonce-of-another' }]);
  });

  it('a post whose branch was deleted meanwhile is remembered on a new one', async () => {
    const services = new PostServices({ onArrival: ({ github }) => github.deleteBranch('linkedin-media') });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'posted', error: null }]);
    expect(states(services)).toEqual(['posted']);
  });
});
