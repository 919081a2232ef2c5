// Posts are published exactly once, whatever happens to LinkedIn's responses: against the sandbox, in virtual time.

import { describe, expect, it } from 'vitest';
import type { UrnSource } from '../../../src/post/memory/post-entry.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import { byHand, type Planned, PostWorld, type PostWorldOptions, withoutId } from '../post-world.ts';
import { makePost } from '../posts.ts';

describe('publishing a post', () => {
  it('a post is claimed, sent and remembered, and known to the next run', async () => {
    const world = new PostWorld();
    const { rows } = await world.publish();
    const [urn = ''] = world.urns;
    expect(rows).toMatchObject([
      {
        id: 'posts/launch.md',
        state: 'posted',
        urn,
        urnSource: 'linkedin',
        commentUrn: null,
        error: null,
      },
    ]);
    expect(world.sent[0]?.stored).toMatchObject([{ id: 'posts/launch.md', state: 'sending' }]);
    expect(world.entries).toMatchObject([{ state: 'posted', urn, urnSource: 'linkedin' }]);
    const again = await world.publish();
    expect(again.rows).toMatchObject([{ state: 'known', urn, urnSource: 'linkedin', error: null }]);
    expect(world.sent).toHaveLength(1);
  });

  it('a bare number in the answer is remembered as a derived URN', async () => {
    const world = new PostWorld({ linkedin: { bareIds: true } });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'posted', urn: world.urns[0], urnSource: 'derived' }]);
  });

  it('an accepted post without a URN ends unknown, and is not repeated', async () => {
    const world = new PostWorld({ onAnswer: withoutId });
    const { rows } = await world.publish([makePost()]);
    expect(rows).toMatchObject([{ state: 'unknown', urn: null, error: { code: 'POST_UNKNOWN' } }]);
    expect(rows[0]?.error?.message).toContain('without naming its URN');
    expect(world.sent).toHaveLength(1);
    expect(world.states).toEqual(['unknown']);
  });

  it.each([400, 401, 403, 422])(
    'a refusal with status %i withdraws the claim, and the next run posts',
    async (status) => {
      const world = new PostWorld({ faults: { post: [{ status }] } });
      const { rows } = await world.publish();
      expect(rows).toMatchObject([{ state: 'failed', urn: null }]);
      expect(rows[0]?.error?.code).toMatch(/^(POST_REFUSED|TOKEN_REFUSED|ACCESS_DENIED)$/);
      expect(world.entries).toEqual([]);
      expect((await world.publish()).rows).toMatchObject([{ state: 'posted' }]);
      expect(world.urns).toHaveLength(1);
    },
  );

  it.each<[string, readonly Planned[]]>([
    ['connections that never opened', ['unreachable', 'unreachable', 'unreachable']],
    ['rate limits', [{ status: 429, retryAfterS: 60 }, 429]],
  ])('%s are retried as usual', async (_, post) => {
    const world = new PostWorld({ faults: { post } });
    expect((await world.publish()).rows).toMatchObject([{ state: 'posted', urnSource: 'linkedin' }]);
    expect(world.urns).toHaveLength(1);
  });

  it('a post that never reached LinkedIn is failed, and its claim is withdrawn', async () => {
    const world = new PostWorld({ faults: { post: Array(10).fill('unreachable') } });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'NETWORK_FAILED' } }]);
    expect(world.sent).toEqual([]);
    expect(world.entries).toEqual([]);
  });

  it('no first request leaves more than four minutes after the claim', async () => {
    const world = new PostWorld({
      faults: { post: Array(30).fill({ status: 429, retryAfterS: 100 }) },
    });
    const { rows, endMs } = await world.publish();
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'LIMIT_REACHED' } }]);
    expect(endMs).toBeLessThan(5 * 60_000);
    expect(world.entries).toEqual([]);
  });

  it('a duplicate without an earlier attempt fails, names the URN and adopts nothing', async () => {
    const world = new PostWorld();
    const [first, second] = [makePost({ file: 'posts/a.md' }), makePost({ file: 'posts/b.md' })];
    const { rows } = await world.publish([first, second]);
    expect(rows).toMatchObject([
      { id: 'posts/a.md', state: 'posted' },
      { id: 'posts/b.md', state: 'failed', urn: null, error: { code: 'POST_DUPLICATE' } },
    ]);
    expect(rows[1]?.error?.message).toContain(`${world.urns[0]}, which is posts/a.md: `);
    expect(world.entries).toMatchObject([{ id: 'posts/a.md' }]);
  });

  it('a duplicate of a post that a person made is not in the memory, and the error says so', async () => {
    const world = new PostWorld();
    const { text } = makePost();
    world.model.addPost(byHand(text));
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'POST_DUPLICATE' } }]);
    expect(rows[0]?.error?.message).toContain(`${world.urns[0]}, which is not in the memory: `);
  });

  it('an error that would affect every post skips the rest', async () => {
    const world = new PostWorld({ faults: { post: [401] } });
    const posts = [makePost({ file: 'posts/a.md' }), makePost({ file: 'posts/b.md' })];
    const { rows } = await world.publish(posts);
    expect(rows).toMatchObject([
      { state: 'failed', error: { code: 'TOKEN_REFUSED' } },
      { state: 'skipped', error: { code: 'RUN_STOPPED' } },
    ]);
  });
});

describe('a lost response', () => {
  it.each<[Planned, UrnSource]>([
    ['lost request', 'linkedin'],
    ['ignored', 'linkedin'],
    [500, 'linkedin'],
    [409, 'linkedin'],
    ['lost response', 'duplicate'],
    ['silent', 'duplicate'],
    [{ kind: 'status after effect', status: 500 }, 'duplicate'],
    [{ kind: 'status after effect', status: 503 }, 'duplicate'],
    [{ kind: 'status after effect', status: 409 }, 'duplicate'],
    [{ kind: 'status after effect', status: 302 }, 'duplicate'],
  ])(
    'after %j the same bytes are sent once more, and the post exists once (%s)',
    async (fault, urnSource) => {
      const world = new PostWorld({ mayRead: false, faults: { post: [fault] } });
      const { rows, endMs } = await world.publish([makePost()]);
      expect(rows).toMatchObject([{ state: 'posted', urnSource, error: null }]);
      expect(world.urns).toEqual([rows[0]?.urn]);
      expect(new Set(world.sent.map(({ body }) => body)).size).toBe(1);
      expect(endMs).toBeGreaterThan(30_000);
      expect(world.entries).toMatchObject([{ state: 'posted', urnSource }]);
    },
  );

  it('a conflict that answers the repetition and names the post is a duplicate like any other', async () => {
    const asConflict = (answer: Answer) => (answer.status === 422 ? { ...answer, status: 409 } : answer);
    const world = new PostWorld({
      mayRead: false,
      faults: { post: ['lost response'] },
      onAnswer: asConflict,
    });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
    expect(world.urns).toEqual([rows[0]?.urn]);
  });

  it('a conflict that names no post ends unknown, even as the answer to the repetition', async () => {
    const world = new PostWorld({ mayRead: false, faults: { post: [409, 409] } });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(world.states).toEqual(['unknown']);
  });

  it('the repetition comes 30 s after the loss', async () => {
    const world = new PostWorld({ mayRead: false, latencyMs: 0, faults: { post: ['lost response'] } });
    await world.publish([makePost()]);
    const [first, second] = world.sent.map(({ atMs }) => atMs);
    expect((second ?? 0) - (first ?? 0)).toBe(30_000);
  });

  it('a post that the token can read is found by its text, and not sent again', async () => {
    const world = new PostWorld({ faults: { post: ['lost response'] } });
    const post = makePost({ text: 'A #tag_of_two (and more) \\#literal @[Acme](urn:li:organization:1)' });
    const { rows } = await world.publish([post]);
    expect(rows).toMatchObject([{ state: 'posted', urn: world.urns[0], urnSource: 'lookup' }]);
    expect(world.sent).toHaveLength(1);
  });

  it('a token whose scopes are unknown searches, and a refused search proves nothing', async () => {
    const world = new PostWorld({
      linkedin: { scopes: ['w_organization_social'] },
      faults: { post: ['lost response'] },
    });
    const { rows } = await world.publish();
    expect(world.model.otherCalls().postRead).toBe(1);
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
  });

  it('a search that finds several posts adopts none of them', async () => {
    const onArrival = ({ model, arrivals }: PostWorld) => {
      if (arrivals.length > 1) return;
      for (let count = 0; count < 2; count += 1) model.addPost(byHand(makePost().text));
    };
    const world = new PostWorld({
      onArrival,
      linkedin: { duplicateWindowMs: 0 },
      faults: { post: ['lost request'] },
    });
    const { rows } = await world.publish([makePost()]);
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'linkedin' }]);
    expect(rows[0]?.urn).toBe(world.urns[2]);
  });

  it('a post that is older than the claim is not the one that is searched for', async () => {
    const world = new PostWorld({
      faults: { post: ['lost request'] },
      linkedin: { duplicateWindowMs: 0 },
    });
    const { text } = makePost();
    world.model.addPost(byHand(text));
    await world.sleep(10_000);
    const { rows } = await world.publish([makePost()]);
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'linkedin' }]);
    expect(rows[0]?.urn).toBe(world.urns[1]);
  });

  it('a search that misses the post of a damaged answer finds it after the repetition', async () => {
    const world = new PostWorld({
      // The late effect comes between the first search and the repetition.
      seed: 2,
      faults: { post: ['late effect', 500], find: [] },
      linkedin: { duplicateWindowMs: 0 },
    });
    const { rows } = await world.publish([makePost()]);
    expect(world.urns).toHaveLength(1);
    expect(rows).toMatchObject([{ state: 'posted', urn: world.urns[0], urnSource: 'lookup' }]);
  });

  it.each<[string, Partial<PostWorldOptions>]>([
    ['lost too', { faults: { post: ['lost request', 'lost request'] } }],
    ['refused', { faults: { post: ['lost request', 403] } }],
    ['accepted without a URN', { faults: { post: ['lost request'] }, onAnswer: withoutId }],
  ])('a post whose repetition is %s is unknown, and no third request is sent', async (_, options) => {
    const world = new PostWorld({ mayRead: false, linkedin: { duplicateWindowMs: 0 }, ...options });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(world.calls).toHaveLength(2);
    expect(world.entries).toMatchObject([{ state: 'unknown', attempt: 1 }]);
    const again = await world.publish();
    expect(again.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(world.urns.length).toBeLessThanOrEqual(1);
  });

  it.each<[string, (urn: string) => string | null]>([
    ['no post', () => null],
    ['an activity', (urn) => urn.replace('share', 'activity')],
    ['an image', () => 'urn:li:image:C5622'],
    ['a post of last year', () => 'urn:li:share:7400000000000000000'],
    ['a post of next year', () => 'urn:li:share:7700000000000000000'],
  ])('a duplicate that names %s is not adopted', async (_, duplicateUrnInResponse) => {
    const world = new PostWorld({
      mayRead: false,
      linkedin: { duplicateUrnInResponse },
      faults: { post: ['lost response'] },
    });
    const { rows } = await world.publish([makePost()]);
    expect(rows).toMatchObject([{ state: 'unknown', urn: null }]);
    expect(world.states).toEqual(['unknown']);
  });

  it('a duplicate of a post that was made before the claim is not adopted', async () => {
    const world = new PostWorld({ mayRead: false, faults: { post: ['lost request'] } });
    world.model.addPost(byHand(makePost().text));
    await world.sleep(10_000);
    const { rows } = await world.publish([makePost()]);
    expect(rows).toMatchObject([{ state: 'unknown' }]);
  });

  it.each([-9, -1.5, 1.5, 9])('clocks that differ by %d hours do not hinder the adoption', async (hours) => {
    const world = new PostWorld({ mayRead: false, faults: { post: ['lost response'] } });
    const { rows } = await world.publish([makePost()], { skewMs: hours * 3_600_000 });
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
  });

  it('a rate limit before the repetition is waited for', async () => {
    const world = new PostWorld({
      mayRead: false,
      faults: { post: ['lost response', { status: 429, retryAfterS: 100 }] },
    });
    const { rows, endMs } = await world.publish([makePost()]);
    expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
    expect(endMs).toBeGreaterThan(130_000);
  });

  it('no repetition leaves more than four minutes after the first request', async () => {
    const limits = Array(5).fill({ status: 429, retryAfterS: 110 });
    const world = new PostWorld({ mayRead: false, faults: { post: ['lost response', ...limits] } });
    const { rows, endMs } = await world.publish([makePost()]);
    expect(rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
    expect(endMs).toBeLessThan(5 * 60_000);
  });
});
