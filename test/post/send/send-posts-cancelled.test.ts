// Cancelled runs: what has not left is withdrawn, what has left is waited for, and the outputs come before the memory.

import { expect, it } from 'vitest';
import { formatManifest } from '../../support/manifest.ts';
import type { GitHubFault } from '../../world/github/api.ts';
import { type Planned, PostWorld } from '../post-world.ts';
import { makePost } from '../posts.ts';

const posts = [makePost(), makePost({ file: 'posts/b.md', text: 'Another.' })];

/** GitHub kills a run after that. */
const GRACE_MS = 5000;

/** The branch exists, so that the first write of a run is the claim of its first post. */
function worldWithMemory(): PostWorld {
  const world = new PostWorld();
  world.github.commit('linkedin-media', { 'linkedin.json': formatManifest({ revision: 1 }) });
  return world;
}

/** A run that has claimed the first post and waits for LinkedIn to accept it. */
async function startClaimed() {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    faults: { post: [{ status: 429, retryAfterS: 60 }] },
  });
  const { machine, report: run } = world.start(posts);
  await world.sleep(10_000);
  return { world, machine, run };
}

it('a run that is cancelled before the claim skips its posts', async () => {
  const world = new PostWorld();
  const { machine, report } = world.start(posts);
  // The memory is open, and the branch exists.
  world.github.faults.push({ on: 'create ref', meanwhile: () => machine.cancel() });
  const { rows } = await world.finish(report);
  expect(rows).toMatchObject([
    { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
    { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
  ]);
  expect([world.calls, world.states]).toEqual([[], []]);
});

it('a claim whose write a cancellation interrupts is not stored', async () => {
  const world = worldWithMemory();
  const { machine, report } = world.start(posts);
  world.github.faults.push({ on: 'write contents', meanwhile: () => machine.cancel() });
  const { rows } = await world.finish(report);
  expect(rows[0]).toMatchObject({ state: 'skipped', error: { code: 'RUN_CANCELLED' } });
  expect([world.calls, world.states]).toEqual([[], []]);
});

it('a claim whose write got no answer is withdrawn in a cancelled run, also if GitHub is down for 2.5 s then', async () => {
  const world = worldWithMemory();
  const { machine, report } = world.start(posts);
  const cancel = () => {
    machine.cancel();
    world.startOutage(2500);
  };
  // The claim is stored by then.
  const meanwhile = () => void world.world.time.sleep(1000).then(cancel);
  world.github.faults.push({ on: 'write contents', kind: 'silent', meanwhile });
  const { rows } = await world.finish(report);
  expect(rows[0]).toMatchObject({ state: 'skipped', error: { code: 'RUN_CANCELLED' } });
  expect([world.calls, world.states]).toEqual([[], []]);
});

it('a claim is withdrawn if the run is cancelled before the first byte leaves', async () => {
  const { world, machine, run } = await startClaimed();
  expect(world.states).toEqual(['sending']);
  machine.cancel();
  const report = await world.finish(run);
  expect(report.rows).toMatchObject([
    { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
    { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
  ]);
  expect(report.rows[0]?.error?.message).not.toContain('withdrawn');
  expect(world.states).toEqual([]);
});

it('a claim that could not be withdrawn in time is mentioned', async () => {
  const { world, machine, run } = await startClaimed();
  world.startOutage(60_000);
  machine.cancel();
  const report = await world.finish(run);
  expect(report.rows[0]).toMatchObject({ state: 'skipped', error: { code: 'RUN_CANCELLED' } });
  expect(report.rows[0]?.error?.message).toContain('its claim may still be stored');
  expect(report.texts.get('log')).toContain('MANIFEST_WRITE');
  expect(report.endMs - (machine.cancelledMs ?? 0)).toBeLessThanOrEqual(GRACE_MS);
});

it('in a cancelled run, a post that has left is waited for, and its URN is stored after the outputs are written', async () => {
  const world = new PostWorld({ latencyMs: 1500 });
  const { machine, report: run } = world.start([makePost({ comment: 'Docs' })]);
  while (world.sent.length === 0) await world.sleep(50);
  machine.cancel();
  const report = await world.finish(run);
  const [urn = ''] = world.urns;
  expect(report.rows).toMatchObject([{ state: 'posted', urn, error: { code: 'COMMENT_FAILED' } }]);
  expect(report.rows[0]?.error?.message).toContain('add it by hand: "Docs');
  expect(report.rows[0]?.error?.hint).toMatch(/^Add the comment by hand.*No later run makes it/);
  expect(world.entries).toMatchObject([{ state: 'posted', urn }]);
  expect(world.entries[0]).not.toHaveProperty('commentUrn');
  expect(world.model.comments).toEqual([]);
});

it.each<Planned>(['ignored', 'silent'])(
  'in a cancelled run, a post without an answer within 2 s is unknown (%s)',
  async (fault) => {
    const world = new PostWorld({ latencyMs: 0, faults: { post: [fault] } });
    const report = await world.publish(posts, { cancelAfterMs: 10_000 });
    expect(report.rows).toMatchObject([
      { state: 'unknown', error: { code: 'POST_UNKNOWN' } },
      { state: 'skipped', error: { code: 'RUN_CANCELLED' } },
    ]);
    expect(report.endMs).toBeLessThanOrEqual(10_000 + GRACE_MS);
    expect(world.states).toEqual(['unknown']);
  },
);

it('in a cancelled run, a post whose repetition is due is unknown at once', async () => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    faults: { post: ['lost response'] },
  });
  const report = await world.publish([makePost()], { cancelAfterMs: 10_000 });
  expect(report.rows).toMatchObject([{ state: 'unknown', error: { code: 'POST_UNKNOWN' } }]);
  expect(report.endMs).toBeLessThanOrEqual(10_000 + GRACE_MS);
  expect(world.sent).toHaveLength(1);
  expect(world.states).toEqual(['unknown']);
});

it('in a cancelled run, a comment that has left is unknown', async () => {
  const world = new PostWorld({ latencyMs: 0, faults: { comment: ['silent'] } });
  const report = await world.publish([makePost({ comment: 'Docs' })], { cancelAfterMs: 10_000 });
  expect(report.rows).toMatchObject([
    { state: 'posted', urn: world.urns[0], error: { code: 'COMMENT_UNKNOWN' } },
  ]);
  expect(world.entries).toMatchObject([{ state: 'posted', urn: world.urns[0] }]);
});

it('in a cancelled run, a comment that LinkedIn has accepted is reported with its URN, also if it is not stored in time', async () => {
  const hangs = { on: 'write contents', meanwhile: () => new Promise<void>(() => {}) } as const;
  const onArrival = ({ arrivals, github }: PostWorld) => {
    if (arrivals.length === 2) github.faults.push(...Array(20).fill(hangs));
  };
  const world = new PostWorld({ latencyMs: 0, onArrival });
  const report = await world.publish([makePost({ comment: 'Docs' })], { cancelAfterMs: 10_000 });
  const [comment] = world.model.comments;
  expect(report.rows).toMatchObject([{ state: 'posted', commentUrn: comment?.urn, error: null }]);
});

it('a run that is cancelled while it writes the memory writes its outputs first, and says what was not stored', async () => {
  const world = worldWithMemory();
  const { machine, report: run } = world.start();
  const never = new Promise<void>(() => {});
  const hangs = Array(20).fill({ on: 'write contents', meanwhile: () => never });
  const denied: GitHubFault = { on: 'write contents', response: { status: 403 } };
  const cancel = () => {
    machine.cancel();
    return never;
  };
  const cancelled: GitHubFault = { on: 'write contents', meanwhile: cancel };
  const afterClaim = () => world.github.faults.push(denied, cancelled, ...hangs);
  world.github.faults.push({ on: 'write contents', meanwhile: afterClaim });
  const report = await world.finish(run);
  expect(report.rows).toMatchObject([{ state: 'posted', error: { code: 'MANIFEST_WRITE' } }]);
  expect(report.outputs['post-urn']).toBe(world.urns[0]);
  expect(report.errors.join()).toContain('RUN_CANCELLED');
  expect(report.errors.at(-1)).toContain('the manifest was not written in time');
});
