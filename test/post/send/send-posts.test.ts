// Posts are published exactly once, whatever happens to LinkedIn's responses: against the sandbox, in virtual time.

import { describe, expect, it } from 'vitest';
import type { UrnSource } from '../../../src/post/memory/memory.ts';
import { type CallFault, PostServices } from '../post-services.ts';
import { makePost } from '../posts.ts';
import { byHand, MAY_NOT_READ, MAY_READ, onLinkedIn, publish, sent, states } from './publish-run.ts';

describe('publishing a post', () => {
  it('a post is claimed, sent and remembered, and known to the next run', async () => {
    const services = new PostServices();
    const { rows } = await publish(services);
    const [urn = ''] = onLinkedIn(services);
    expect(rows).toEqual([
      {
        id: 'posts/launch.md',
        state: 'posted',
        urn,
        urnSource: 'linkedin',
        commentUrn: null,
        error: null,
        notice: null,
      },
    ]);
    expect(sent(services)[0]?.claim?.id).toBe('posts/launch.md');
    expect(services.entries()).toMatchObject([{ state: 'posted', urn, urnSource: 'linkedin' }]);
    const again = await publish(services);
    expect(again.rows).toMatchObject([{ state: 'known', urn, urnSource: 'linkedin', error: null }]);
    expect(sent(services)).toHaveLength(1);
  });

  it('a bare number in the answer is remembered as a derived URN', async () => {
    const services = new PostServices({ linkedin: { bareIds: true } });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'posted', urn: onLinkedIn(services)[0], urnSource: 'derived' }]);
  });

  it('an accepted post without a URN ends unknown, and is not repeated', async () => {
    const services = new PostServices({ faults: { post: ['no id'] } });
    const { rows } = await publish(services, [makePost()], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'unknown', urn: null, error: { code: 'POST_UNKNOWN' } }]);
    expect(rows[0]?.error?.message).toContain('without naming its URN');
    expect(sent(services)).toHaveLength(1);
    expect(states(services)).toEqual(['unknown']);
  });

  it.each([400, 401, 403, 422])(
    'a refusal with status %i withdraws the claim, and the next run posts',
    async (status) => {
      const services = new PostServices({ faults: { post: [{ status }] } });
      const { rows } = await publish(services);
      expect(rows).toMatchObject([{ state: 'failed', urn: null }]);
      expect(rows[0]?.error?.code).toMatch(/^(POST_REFUSED|TOKEN_REFUSED|ACCESS_DENIED)$/);
      expect(services.entries()).toEqual([]);
      expect((await publish(services)).rows).toMatchObject([{ state: 'posted' }]);
      expect(onLinkedIn(services)).toHaveLength(1);
    },
  );

  it.each<[string, readonly CallFault[]]>([
    ['connections that never opened', ['unreachable', 'unreachable', 'unreachable']],
    ['rate limits', [{ status: 429, retryAfterS: 60 }, { status: 429 }]],
  ])('%s are retried as usual', async (_, post) => {
    const services = new PostServices({ faults: { post } });
    expect((await publish(services)).rows).toMatchObject([{ state: 'posted', urnSource: 'linkedin' }]);
    expect(onLinkedIn(services)).toHaveLength(1);
  });

  it('a post that never reached LinkedIn is failed, and its claim is withdrawn', async () => {
    const services = new PostServices({ faults: { post: Array(10).fill('unreachable') } });
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'NETWORK_FAILED' } }]);
    expect(sent(services)).toEqual([]);
    expect(services.entries()).toEqual([]);
  });

  it('no first request leaves more than four minutes after the claim', async () => {
    const services = new PostServices({
      faults: { post: Array(30).fill({ status: 429, retryAfterS: 100 }) },
    });
    const { rows, endMs } = await publish(services);
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'LIMIT_REACHED' } }]);
    expect(endMs).toBeLessThan(5 * 60_000);
    expect(services.entries()).toEqual([]);
  });

  it('a duplicate without an earlier attempt fails, names the URN and adopts nothing', async () => {
    const services = new PostServices();
    const [first, second] = [makePost({ file: 'posts/a.md' }), makePost({ file: 'posts/b.md' })];
    const { rows } = await publish(services, [first, second]);
    expect(rows).toMatchObject([
      { id: 'posts/a.md', state: 'posted' },
      { id: 'posts/b.md', state: 'failed', urn: null, error: { code: 'POST_DUPLICATE' } },
    ]);
    expect(rows[1]?.error?.message).toContain(`${onLinkedIn(services)[0]}, which is posts/a.md: `);
    expect(services.entries()).toMatchObject([{ id: 'posts/a.md' }]);
  });

  it('a duplicate of a post that a person made is not in the memory, and the error says so', async () => {
    const services = new PostServices();
    const { text } = makePost();
    services.model.addPost(byHand(text));
    const { rows } = await publish(services);
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'POST_DUPLICATE' } }]);
    expect(rows[0]?.error?.message).toContain(`${onLinkedIn(services)[0]}, which is not in the memory: `);
  });

  it('an error that would affect every post skips the rest', async () => {
    const services = new PostServices({ faults: { post: [{ status: 401 }] } });
    const posts = [makePost({ file: 'posts/a.md' }), makePost({ file: 'posts/b.md' })];
    const { rows } = await publish(services, posts);
    expect(rows).toMatchObject([
      { state: 'failed', error: { code: 'TOKEN_REFUSED' } },
      { state: 'skipped', error: { code: 'RUN_STOPPED' } },
    ]);
  });
});

describe('a lost response', () => {
  it.each<[CallFault, UrnSource]>([
    ['lost request', 'linkedin'],
    ['ignored', 'linkedin'],
    [{ status: 500 }, 'linkedin'],
    [{ status: 409 }, 'linkedin'],
    ['lost response', 'duplicate'],
    ['silent', 'duplicate'],
    [{ status: 500, isExecuted: true }, 'duplicate'],
    [{ status: 503, isExecuted: true }, 'duplicate'],
    [{ status: 409, isExecuted: true }, 'duplicate'],
    [{ status: 409, isDuplicate: true }, 'linkedin'],
    [{ status: 409, isExecuted: true, isDuplicate: true }, 'duplicate'],
    [{ status: 302, isExecuted: true }, 'duplicate'],
  ])(
    'after %j the same bytes are sent once more, and the post exists once (%s)',
    async (fault, urnSource) => {
      const services = new PostServices({ faults: { post: [fault] } });
      const { rows, endMs } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
      expect(rows).toMatchObject([{ state: 'posted', urnSource, error: null }]);
      expect(onLinkedIn(services)).toEqual([rows[0]?.urn]);
      expect(new Set(sent(services).map(({ body }) => body)).size).toBe(1);
      expect(endMs).toBeGreaterThan(30_000);
      expect(services.entries()).toMatchObject([{ state: 'posted', urnSource }]);
    },
  );

  it('a conflict that answers the repetition and names the post is a duplicate like any other', async () => {
    const again: CallFault = { status: 409, isExecuted: true, isDuplicate: true };
    const services = new PostServices({ faults: { post: ['lost response', again] } });
    const { rows } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
    expect(onLinkedIn(services)).toEqual([rows[0]?.urn]);
  });

  it('a conflict that names no post ends unknown, even as the answer to the repetition', async () => {
    const conflict: CallFault = { status: 409, isDuplicate: true };
    const services = new PostServices({ faults: { post: [conflict, conflict] } });
    const { rows } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(states(services)).toEqual(['unknown']);
  });

  it('the repetition comes 30 s after the loss', async () => {
    const services = new PostServices({ latencyMs: 0, faults: { post: ['lost response'] } });
    await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    const [first, second] = sent(services).map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBe(30_000);
  });

  it('a post that the token can read is found by its text, and not sent again', async () => {
    const services = new PostServices({ faults: { post: ['lost response'] } });
    const post = makePost({ text: 'A #tag_of_two (and more) \\#literal @[Acme](urn:li:organization:1)' });
    const { rows } = await publish(services, [post], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'posted', urn: onLinkedIn(services)[0], urnSource: 'lookup' }]);
    expect(sent(services)).toHaveLength(1);
  });

  it('a token that is known not to read posts makes no search', async () => {
    const services = new PostServices({ faults: { post: ['lost response'] } });
    await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(services.model.otherCalls().postRead).toBe(0);
  });

  it('a token whose scopes are unknown searches, and a refused search proves nothing', async () => {
    const services = new PostServices({
      linkedin: { scopes: ['w_organization_social'] },
      faults: { post: ['lost response'] },
    });
    const { rows } = await publish(services);
    expect(services.model.otherCalls().postRead).toBe(1);
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
  });

  it('a search that finds several posts adopts none of them', async () => {
    const onArrival = ({ model, arrivals }: PostServices) => {
      if (arrivals.length > 1) return;
      for (let count = 0; count < 2; count += 1) model.addPost(byHand(makePost().text));
    };
    const services = new PostServices({
      onArrival,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: ['lost request'] },
    });
    const { rows } = await publish(services, [makePost()], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'linkedin' }]);
    expect(rows[0]?.urn).toBe(onLinkedIn(services)[2]);
  });

  it('a post that is older than the claim is not the one that is searched for', async () => {
    const services = new PostServices({
      faults: { post: ['lost request'] },
      linkedin: { duplicateWindowMs: 0 },
    });
    const { text } = makePost();
    services.model.addPost(byHand(text));
    await services.finish(services.clock.sleep(10_000));
    const { rows } = await publish(services, [makePost()], { scopes: MAY_READ });
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'linkedin' }]);
    expect(rows[0]?.urn).toBe(onLinkedIn(services)[1]);
  });

  it('a search that misses the post of a damaged answer finds it after the repetition', async () => {
    const services = new PostServices({
      // The late effect comes between the first search and the repetition.
      seed: 2,
      faults: { post: ['late effect', { status: 500 }], find: [] },
      linkedin: { duplicateWindowMs: 0 },
    });
    const { rows } = await publish(services, [makePost()], { scopes: MAY_READ });
    expect(onLinkedIn(services)).toHaveLength(1);
    expect(rows).toMatchObject([{ state: 'posted', urn: onLinkedIn(services)[0], urnSource: 'lookup' }]);
  });

  it.each<[string, CallFault, string]>([
    ['lost too', 'lost request', 'POST_UNKNOWN'],
    ['refused', { status: 403 }, 'POST_UNKNOWN'],
    ['accepted without a URN', 'no id', 'POST_UNKNOWN'],
  ])('a post whose repetition is %s is unknown, and no third request is sent', async (_, fault, code) => {
    const services = new PostServices({
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: ['lost request', fault] },
    });
    const { rows } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code } }]);
    expect(sent(services)).toHaveLength(2);
    expect(services.entries()).toMatchObject([{ state: 'unknown', attempt: 1 }]);
    const again = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(again.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(onLinkedIn(services).length).toBeLessThanOrEqual(1);
  });

  it.each<[string, (urn: string) => string | null]>([
    ['no post', () => null],
    ['an activity', (urn) => urn.replace('share', 'activity')],
    ['an image', () => 'urn:li:image:C5622'],
    ['a post of last year', () => 'urn:li:share:7400000000000000000'],
    ['a post of next year', () => 'urn:li:share:7700000000000000000'],
  ])('a duplicate that names %s is not adopted', async (_, duplicateUrnInResponse) => {
    const services = new PostServices({
      linkedin: { duplicateUrnInResponse },
      faults: { post: ['lost response'] },
    });
    const { rows } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', urn: null }]);
    expect(states(services)).toEqual(['unknown']);
  });

  it('a duplicate of a post that was made before the claim is not adopted', async () => {
    const services = new PostServices({ faults: { post: ['lost request'] } });
    services.model.addPost(byHand(makePost().text));
    await services.finish(services.clock.sleep(10_000));
    const { rows } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown' }]);
  });

  it.each([-3, -0.5, 0.5, 3])('clocks that differ by %d hours do not hinder the adoption', async (hours) => {
    const skewMs = hours * 3_600_000;
    const services = new PostServices({ linkedinSkewMs: skewMs, faults: { post: ['lost response'] } });
    const { rows } = await publish(services, [makePost()], { skewMs: -2 * skewMs, scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
  });

  it('a rate limit before the repetition is waited for', async () => {
    const services = new PostServices({
      faults: { post: ['lost response', { status: 429, retryAfterS: 100 }] },
    });
    const { rows, endMs } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
    expect(endMs).toBeGreaterThan(130_000);
  });

  it('no repetition leaves more than four minutes after the first request', async () => {
    const limits = Array(5).fill({ status: 429, retryAfterS: 110 });
    const services = new PostServices({ faults: { post: ['lost response', ...limits] } });
    const { rows, endMs } = await publish(services, [makePost()], { scopes: MAY_NOT_READ });
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(endMs).toBeLessThan(5 * 60_000);
  });
});
