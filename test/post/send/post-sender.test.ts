// A post whose response is lost is on LinkedIn once, and its URN is found: against the sandbox, in virtual time.

import { expect, it } from 'vitest';
import type { UrnSource } from '../../../src/post/memory/post-entry.ts';
import type { Answer } from '../../support/sandbox-dispatcher.ts';
import {
  byHand,
  type Planned,
  PostWorld,
  type PostWorldOptions,
  withoutId,
} from '../post-world.ts';
import { makePost } from '../posts.ts';

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
  'after %j the same bytes are sent once more, and the post exists exactly once (%s)',
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
  const asConflict = (answer: Answer) =>
    answer.status === 422 ? { ...answer, status: 409 } : answer;
  const world = new PostWorld({
    mayRead: false,
    faults: { post: ['lost response'] },
    onAnswer: asConflict,
  });
  const { rows } = await world.publish();
  expect(rows).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
  expect(world.urns).toEqual([rows[0]?.urn]);
});

it('the repetition comes 30 s after the loss', async () => {
  const world = new PostWorld({
    mayRead: false,
    latencyMs: 0,
    faults: { post: ['lost response'] },
  });
  await world.publish([makePost()]);
  const [first, second] = world.sent.map(({ atMs }) => atMs);
  expect((second ?? 0) - (first ?? 0)).toBe(30_000);
});

it('a post that the token can read is found by its text, and not sent again', async () => {
  const world = new PostWorld({ faults: { post: ['lost response'] } });
  const post = makePost({
    text: 'A #tag_of_two (and more) \\#literal @[Acme](urn:li:organization:1)',
  });
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
  expect(world.model.otherCalls().postRead).toBe(2);
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

it('a post that a search finds only after the repetition has a warning that it may be there twice', async () => {
  const world = new PostWorld({
    faults: { post: ['lost response', 500], find: [403] },
    linkedin: { duplicateWindowMs: 0 },
  });
  const { rows, annotations } = await world.publish([makePost()]);
  expect(world.calls.filter(({ name }) => name === 'post')).toHaveLength(2);
  expect(rows).toMatchObject([{ state: 'posted', urn: world.urns[0], urnSource: 'lookup' }]);
  const message = expect.stringContaining('if the page shows it twice');
  expect(annotations).toContainEqual(expect.objectContaining({ level: 'warning', message }));
});

it.each<[string, Partial<PostWorldOptions>]>([
  ['lost too', { faults: { post: ['lost request', 'lost request'] } }],
  ['a conflict that names no post', { faults: { post: [409, 409] } }],
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

it('a duplicate of a post that was made before the claim is not adopted', async () => {
  const world = new PostWorld({ mayRead: false, faults: { post: ['lost request'] } });
  world.model.addPost(byHand(makePost().text));
  await world.sleep(10_000);
  const { rows } = await world.publish([makePost()]);
  expect(rows).toMatchObject([{ state: 'unknown' }]);
});

it('a duplicate that the token can read is adopted only if it is there', async () => {
  const post = ['lost response'] as const;
  const rowsOf = async (duplicateUrnInResponse: (urn: string) => string) => {
    const world = new PostWorld({
      faults: { post, find: ['lost response', 'lost response', 'lost response', 'lost response'] },
      linkedin: { duplicateUrnInResponse },
    });
    return (await world.publish([makePost()])).rows;
  };
  expect(await rowsOf((urn) => urn)).toMatchObject([{ state: 'posted', urnSource: 'duplicate' }]);
  expect(await rowsOf((urn) => urn.replace(/\d$/, '9'))).toMatchObject([{ state: 'unknown' }]);
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
