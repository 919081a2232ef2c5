// The first comment: made once after the post is stored, remembered by its URN, and never repeated after a lost response.

import { expect, it } from 'vitest';
import { type Planned, PostWorld, withoutId } from '../post-world.ts';
import { makePost } from '../posts.ts';

const post = makePost({ comment: 'Docs: https://example.org/v2 (#plain)' });

const commented = ({ world }: PostWorld) => world.calls.filter(({ name }) => name === 'comment');

it('a comment is made after the post, as plain text, and remembered with its URN', async () => {
  const world = new PostWorld();
  const { rows } = await world.publish([post]);
  const [comment] = world.model.comments;
  expect(comment).toMatchObject({
    postUrn: world.urns[0],
    text: post.comment,
    actor: post.author,
  });
  expect(rows).toMatchObject([{ state: 'posted', commentUrn: comment?.urn, error: null }]);
  expect(world.entries).toMatchObject([{ commentUrn: comment?.urn }]);
  expect(world.arrivals[1]?.stored).toMatchObject([{ ids: [post.id], state: 'posted' }]);
  const again = await world.publish([post]);
  expect(again.rows).toMatchObject([{ state: 'known', commentUrn: comment?.urn, error: null }]);
  expect(commented(world)).toHaveLength(1);
});

it.each<Planned>([
  'lost request',
  'lost response',
  'silent',
  { kind: 'status after effect', status: 500 },
  409,
])(
  'a comment whose response is lost (%j) is unknown, fails the run, and is never repeated',
  async (fault) => {
    const world = new PostWorld({ faults: { comment: [fault] } });
    const { rows } = await world.publish([post]);
    expect(rows).toMatchObject([
      {
        state: 'posted',
        urn: world.urns[0],
        commentUrn: null,
        error: { code: 'COMMENT_UNKNOWN' },
      },
    ]);
    expect(world.entries).toMatchObject([{ state: 'posted' }]);
    expect(world.entries[0]).not.toHaveProperty('commentUrn');
    const again = await world.publish([post]);
    expect(again.rows).toMatchObject([{ state: 'known', error: null }]);
    expect(commented(world)).toHaveLength(1);
  },
);

it.each([400, 403, 404])(
  'a comment that LinkedIn refuses (%i) fails the run, which names its text, and no later run makes it',
  async (status) => {
    const world = new PostWorld({ faults: { comment: [{ status }] } });
    const { rows } = await world.publish([post]);
    expect(rows).toMatchObject([{ state: 'posted', error: { code: 'COMMENT_FAILED' } }]);
    expect(rows[0]?.error?.message).toContain(`add it by hand: "${post.comment}"`);
    expect(world.entries).toMatchObject([{ state: 'posted' }]);
    expect(world.entries[0]).not.toHaveProperty('commentUrn');
    expect(rows[0]?.error?.hint).toContain('Add the comment by hand');
    expect(rows[0]?.error?.hint.includes('scope')).toBe(status === 403);
    const again = await world.publish([post]);
    expect(again.rows).toMatchObject([{ state: 'known', commentUrn: null, error: null }]);
    expect(world.sent).toHaveLength(1);
    expect(world.model.comments).toEqual([]);
  },
);

it('a rate limit of comments is waited for', async () => {
  const world = new PostWorld({
    faults: { comment: [{ status: 429, retryAfterS: 60 }, 'unreachable'] },
  });
  expect((await world.publish([post])).rows).toMatchObject([{ state: 'posted', error: null }]);
  expect(world.model.comments).toHaveLength(1);
});

it('a rate limit that is too long to wait for says nothing about the token', async () => {
  const world = new PostWorld({ faults: { comment: [{ status: 429, retryAfterS: 3600 }] } });
  const { rows } = await world.publish([post]);
  const hint = 'Add the comment by hand: its text is in the message. No later run makes it.';
  expect(rows).toMatchObject([{ state: 'posted', error: { code: 'COMMENT_FAILED', hint } }]);
});

it('a comment without a URN in the answer is made, and not remembered', async () => {
  const world = new PostWorld({
    onAnswer: (answer, kind) => (kind === 'comment' ? withoutId(answer) : answer),
  });
  const { rows } = await world.publish([post]);
  expect(rows).toMatchObject([{ state: 'posted', commentUrn: null, error: null }]);
  expect(world.entries[0]).not.toHaveProperty('commentUrn');
  expect(world.model.comments).toHaveLength(1);
});

it('a comment that is made while its file is renamed is remembered', async () => {
  const world = new PostWorld({
    latencyMs: 0,
    faults: { comment: [{ status: 429, retryAfterS: 60 }] },
  });
  const first = world.start([post]).report;
  await world.sleep(10_000);
  const renamed = makePost({ file: 'posts/renamed.md', comment: post.comment });
  expect((await world.publish([renamed])).rows).toMatchObject([{ state: 'known', error: null }]);
  await world.finish(first);
  const commentUrn = world.model.comments[0]?.urn;
  expect(world.entries).toMatchObject([{ ids: [post.id, 'posts/renamed.md'], commentUrn }]);
  expect((await world.publish([renamed])).rows).toMatchObject([{ commentUrn }]);
  expect(world.model.comments).toHaveLength(1);
});

it('a comment is not made when its post could not be remembered, and a person gets its text', async () => {
  const onArrival = (world: PostWorld) => {
    if (world.arrivals.length === 1) world.startOutage(900_000);
  };
  const world = new PostWorld({ latencyMs: 0, onArrival });
  const { rows, texts } = await world.publish([post]);
  expect(rows).toMatchObject([
    { state: 'posted', commentUrn: null, error: { code: 'MANIFEST_WRITE' } },
  ]);
  const text = `add it by hand: "${post.comment}"`;
  expect(texts.get('log')).toContain(text);
  expect(commented(world)).toEqual([]);
});

it('a comment that could not be remembered is named as made', async () => {
  const onArrival = (world: PostWorld) => {
    if (world.arrivals.length === 2) world.startOutage(900_000);
  };
  const world = new PostWorld({ latencyMs: 0, onArrival });
  const { rows } = await world.publish([post]);
  const [comment] = world.model.comments;
  expect(rows).toMatchObject([
    { state: 'posted', commentUrn: comment?.urn, error: { code: 'MANIFEST_WRITE' } },
  ]);
  await world.sleep(900_000);
  expect((await world.publish([post])).rows).toMatchObject([{ state: 'known', error: null }]);
  expect(world.model.comments).toHaveLength(1);
});
