// A memory that cannot be read or written: nothing is sent without a stored claim, and no accepted post is lost.

import { expect, it } from 'vitest';
import type { Fault } from '../../world/faults.ts';
import { type Planned, PostWorld, type PostWorldOptions, withoutId } from '../post-world.ts';
import { makeEntry, makePost } from '../posts.ts';

const MINUTE_MS = 60_000;
/** Creating the branch takes five writes: the probe, blob, tree, commit and reference. The next one is the claim. */
const BRANCH_WRITES = [null, null, null, null, null];

it.each<[string, readonly Planned[]]>([
  ['whose response is lost', ['lost response']],
  ['that is lost', ['lost request']],
  ['that meets a conflict', [409]],
  ['that meets a failing GitHub', [500, { kind: 'status after effect', status: 502 }]],
])('a claim %s is read again, and the post goes out once', async (_, faults) => {
  const world = new PostWorld({ faults: { write: [...BRANCH_WRITES, ...faults] } });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'posted', error: null }]);
  expect(world.sent[0]?.stored).toMatchObject([{ ids: ['posts/launch.md'], state: 'sending' }]);
  expect(world.states).toEqual(['posted']);
});

it('a claim whose write has its effect after a later one has failed is still the own claim', async () => {
  const lost = ['late effect', ...Array(8).fill('unreachable')];
  const world = new PostWorld({
    seed: 3,
    latencyMs: 0,
    faults: { write: [...BRANCH_WRITES, ...lost] },
  });
  const { rows, endMs } = await world.publish();
  expect(rows).toMatchObject([{ state: 'posted', error: null }]);
  expect(endMs).toBeLessThan(MINUTE_MS);
  expect(world.sent).toHaveLength(1);
});

it('without a stored claim nothing is sent, and the other posts are skipped', async () => {
  const world = new PostWorld({
    faults: { write: [...BRANCH_WRITES, ...Array(30).fill(503)] },
  });
  const posts = [makePost(), makePost({ file: 'posts/b.md', text: 'Another.' })];
  const { rows } = await world.publish(posts);
  expect(rows).toMatchObject([
    { state: 'failed', error: { code: 'MANIFEST_WRITE' } },
    { state: 'skipped', error: { code: 'RUN_STOPPED' } },
  ]);
  expect(world.sent).toEqual([]);
});

it('a claim that is stored although its response was lost is withdrawn by the last write', async () => {
  const read = [null, null, ...Array(18).fill(503)];
  const world = new PostWorld({
    latencyMs: 0,
    faults: { write: [...BRANCH_WRITES, 'lost response'], read },
  });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'failed', error: { code: 'MANIFEST_WRITE' } }]);
  expect(rows[0]?.error?.message).toContain('its claim may still be stored');
  expect(world.sent).toEqual([]);
  // The branch, the claim, its withdrawal, the day of the token.
  expect(world.github.history('linkedin-media')).toHaveLength(4);
  expect(world.states).toEqual([]);
});

it('a claim that GitHub refuses is not said to be stored', async () => {
  const world = new PostWorld({ latencyMs: 0, faults: { write: [...BRANCH_WRITES, 403] } });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'failed', error: { code: 'MANIFEST_WRITE' } }]);
  expect(rows[0]?.error?.message).not.toContain('claim');
});

const POSTED = makeEntry({ state: 'posted' });
it.each<[string, unknown, string]>([
  ['no object', 1, '`posts.a`: Invalid input: expected object'],
  ['no state', { ids: ['a'] }, '`posts.a.state`: Invalid'],
  ['no ids', { ...POSTED, ids: 1 }, '`posts.a.ids`: Invalid'],
  ['a URN of another kind', { ...POSTED, urn: 'x' }, '`posts.a.urn`: Invalid'],
  ['an unknown key', { ...POSTED, urns: 1 }, '`posts.a`: Unrecognized key: "urns"'],
  ['a wrong value inside', { ...POSTED, seen: ['x'] }, '`posts.a.seen[0]`: Invalid'],
])('a memory with an entry that is not valid stops the run: %s', async (_, entry, message) => {
  const world = new PostWorld();
  const header = '{"schema":1,"manifest":"linkedin-media-upload","uploads":[';
  const posts = JSON.stringify({ a: entry });
  world.github.commit('linkedin-media', { 'linkedin.json': `${header}\n],"posts":${posts}}` });
  const { rows, texts } = await world.publish();
  expect(rows).toMatchObject([{ state: 'skipped', error: { code: 'RUN_STOPPED' } }]);
  expect(texts.get('log')).toContain(`linkedin.json on branch linkedin-media: ${message}`);
  expect(world.sent).toEqual([]);
});

const comment = 'Docs';

it.each<[string, Partial<Fault>]>([
  ['429', { status: 429, retryAfterS: 120 }],
  ['403', { status: 403, retryAfterS: 240 }],
])(
  'while a live post is not stored, the run waits as long as GitHub asks (%s)',
  async (_, limit) => {
    const world = new PostWorld({ faults: { write: [...BRANCH_WRITES, null, limit] } });
    const { rows, exitCode } = await world.publish([makePost({ comment })]);
    const [urn = ''] = world.urns;
    expect(rows).toMatchObject([
      { state: 'posted', urn, commentUrn: expect.any(String), error: null },
    ]);
    expect(exitCode).toBe(0);
    expect(world.entries).toMatchObject([{ state: 'posted', urn }]);
  },
);

it.each([1, 3, 7.5])(
  'a live post is stored after GitHub was down for %d minutes',
  async (minutes) => {
    const world = new PostWorld({
      onArrival: (one) => one.sent.length === 1 && one.startOutage(minutes * MINUTE_MS),
    });
    const { rows } = await world.publish();
    expect(rows).toMatchObject([{ state: 'posted', urn: world.urns[0], error: null }]);
    expect(world.states).toEqual(['posted']);
  },
);

it('an unknown post, which may be live, is stored after minutes too', async () => {
  const world = new PostWorld({
    mayRead: false,
    onAnswer: withoutId,
    onArrival: (one) => one.startOutage(5 * MINUTE_MS),
  });
  expect((await world.publish()).rows).toMatchObject([{ state: 'unknown' }]);
  expect(world.states).toEqual(['unknown']);
});

it('a claim that GitHub asks to write later than in 90 s is not stored, and nothing is sent', async () => {
  const limit = { status: 429, retryAfterS: 120 };
  const world = new PostWorld({ faults: { write: [...BRANCH_WRITES, limit] } });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'failed', error: { code: 'MANIFEST_WRITE' } }]);
  expect(world.sent).toEqual([]);
});

it('a live post is not waited for longer than eight minutes', async () => {
  const limit = { status: 429, retryAfterS: 500 };
  const world = new PostWorld({
    faults: { write: [...BRANCH_WRITES, null, ...Array(9).fill(limit)] },
  });
  const { rows, endMs } = await world.publish();
  expect(rows).toMatchObject([
    { state: 'posted', urn: world.urns[0], error: { code: 'MANIFEST_WRITE' } },
  ]);
  expect(endMs).toBeLessThan(MINUTE_MS);
});

const outage = (more: PostWorldOptions = {}) =>
  new PostWorld({ latencyMs: 0, onArrival: (world) => world.startOutage(15 * MINUTE_MS), ...more });

it('a post that cannot be remembered is reported with an error that names its URN, and its comment is not made', async () => {
  const world = outage();
  const { rows, exitCode } = await world.publish([makePost({ comment: 'Docs' })]);
  const [urn = ''] = world.urns;
  expect(rows).toMatchObject([{ state: 'posted', urn, error: { code: 'MANIFEST_WRITE' } }]);
  expect(rows[0]?.error?.hint).toContain(`set \`urn: ${urn}\``);
  expect(exitCode).toBe(1);
  expect(world.model.comments).toEqual([]);
});

it('a write that follows stores the URN after all, without the comment, which was not made', async () => {
  const world = new PostWorld({
    latencyMs: 0,
    onArrival: (one) => one.startOutage(8.5 * MINUTE_MS),
  });
  const { rows } = await world.publish([makePost({ comment: 'Docs' })]);
  expect(rows).toMatchObject([{ state: 'posted', error: { code: 'MANIFEST_WRITE' } }]);
  expect(world.entries).toMatchObject([{ state: 'posted', urn: rows[0]?.urn }]);
  expect(world.entries[0]).not.toHaveProperty('commentUrn');
});

it('a refused post says so when its claim could not be withdrawn', async () => {
  const refuse = () => ({ status: 403, headers: {}, body: '{"message":"planned","status":403}' });
  const world = outage({ onAnswer: refuse });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
  expect(rows[0]?.error?.message).toContain('its claim may still be stored');
});

it('a post whose entry another run has taken over is reported with its URN', async () => {
  const world = new PostWorld({
    onArrival: ({ github }) => {
      const text = github.file('linkedin-media') ?? '';
      github.commit('linkedin-media', {
        'linkedin.json': text.replace(/"nonce":"[^"]+"/, '"nonce":"nonce-of-another"'),
      });
    },
  });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([
    { state: 'posted', urn: world.urns[0], error: { code: 'MANIFEST_WRITE' } },
  ]);
  expect(world.entries).toMatchObject([{ state: 'sending', nonce: 'nonce-of-another' }]);
});

it('a post whose branch was deleted meanwhile is remembered on a new one', async () => {
  const world = new PostWorld({ onArrival: ({ github }) => github.deleteBranch('linkedin-media') });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'posted', error: null }]);
  expect(world.states).toEqual(['posted']);
});
