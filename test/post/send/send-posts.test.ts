// Posts are claimed, sent and remembered, one after the other: against the sandbox, in virtual time.

import { describe, expect, it } from 'vitest';
import { byHand, type Planned, PostWorld, withoutId } from '../post-world.ts';
import { makePost } from '../posts.ts';

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
  expect(world.sent[0]?.stored).toMatchObject([{ ids: ['posts/launch.md'], state: 'sending' }]);
  expect(world.entries).toMatchObject([{ state: 'posted', urn, urnSource: 'linkedin' }]);
  const again = await world.publish();
  expect(again.rows).toMatchObject([{ state: 'known', urn, urnSource: 'linkedin', error: null }]);
  expect(world.sent).toHaveLength(1);
});

it('a run that asks about one file remembers what it has seen in the others', async () => {
  const world = new PostWorld();
  await world.publish([makePost(), makePost({ file: 'posts/other.md', text: 'Other.' })]);
  const moved = [makePost({ text: 'Another text.' }), makePost({ file: 'posts/moved.md' })];
  const corrected = makePost({ file: 'posts/other.md', text: 'Other, corrected.' });
  const { rows } = await world.publish([...moved, corrected]);
  expect(rows).toMatchObject([
    { state: 'failed', error: { code: 'POST_KEY' } },
    {},
    { state: 'known' },
  ]);
  const renamed = { ...corrected, file: 'posts/renamed.md', id: 'posts/renamed.md' };
  const next = await world.publish([makePost(), renamed]);
  expect(next.rows).toMatchObject([{ state: 'known' }, { state: 'known', urn: world.urns[1] }]);
});

it('an accepted post without a URN ends unknown, and is not repeated', async () => {
  const world = new PostWorld({ mayRead: false, onAnswer: withoutId });
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

it('an accepted post without a URN is looked up at once if the token may read posts', async () => {
  const world = new PostWorld({ onAnswer: withoutId });
  const { rows, endMs } = await world.publish();
  expect(rows).toMatchObject([
    { state: 'posted', urn: world.urns[0], urnSource: 'lookup', error: null },
  ]);
  expect(endMs).toBeLessThan(30_000);
});

it.each([500, 503, 409, 400])(
  'an answer with status %i that names the new post is that post',
  async (status) => {
    const fault = { kind: 'status after effect', status, namesPost: true } as const;
    const world = new PostWorld({ mayRead: false, faults: { post: [fault] } });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([
      { state: 'posted', urn: world.urns[0], urnSource: 'linkedin', error: null },
    ]);
    expect(world.sent).toHaveLength(1);
  },
);

it('a duplicate without an earlier attempt is unknown and stored so, and no later run sends it', async () => {
  const world = new PostWorld({ mayRead: false });
  const { text } = makePost();
  world.model.addPost(byHand(text));
  await world.sleep(10_000);
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'unknown', urn: null, error: { code: 'POST_DUPLICATE' } }]);
  expect(rows[0]?.error?.message).toContain(`${world.urns[0]}, which is not in the manifest: `);
  expect(rows[0]?.error?.hint).toMatch(/set `urn`.*`resend: true`/);
  expect(world.states).toEqual(['unknown']);
  await world.sleep(86_400_000);
  expect((await world.publish()).rows).toMatchObject([
    { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
  ]);
  expect(world.urns).toHaveLength(1);
});

it('a post that LinkedIn takes and refuses as a duplicate of itself is adopted if it can be read', async () => {
  const faults = { post: ['duplicate of itself'] } as const;
  const reading = new PostWorld({ faults });
  expect((await reading.publish()).rows).toMatchObject([
    { state: 'posted', urn: reading.urns[0], urnSource: 'duplicate' },
  ]);
  const blind = new PostWorld({ faults, mayRead: false });
  expect((await blind.publish()).rows).toMatchObject([{ state: 'unknown' }]);
});

it('a duplicate of the post of another file names that file', async () => {
  const world = new PostWorld({ mayRead: false, linkedin: { duplicateWindowMs: 3_600_000 } });
  const [first, second] = [makePost({ id: 'w1' }), makePost({ file: 'posts/z.md', id: 'w2' })];
  const { rows } = await world.publish([first, second]);
  expect(rows[1]).toMatchObject({ state: 'unknown', error: { code: 'POST_DUPLICATE' } });
  expect(rows[1]?.error?.message).toContain(`${world.urns[0]}, which is w1: `);
});

it('an error that would affect every post skips the rest', async () => {
  const world = new PostWorld({ faults: { post: [401] } });
  const posts = [
    makePost({ file: 'posts/a.md' }),
    makePost({ file: 'posts/b.md', text: 'Another.' }),
  ];
  const { rows } = await world.publish(posts);
  expect(rows).toMatchObject([
    { state: 'failed', error: { code: 'TOKEN_REFUSED' } },
    { state: 'skipped', error: { code: 'RUN_STOPPED' } },
  ]);
});

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
