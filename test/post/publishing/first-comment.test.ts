// The first comment: made once after the post, remembered separately, and never repeated after a lost response.

import { describe, expect, it } from 'vitest';
import { type CallFault, PostWorld } from '../post-world.ts';
import { makePost } from '../posts.ts';
import { MAY_READ, onLinkedIn, publish, sent, start } from './publish-run.ts';

const post = makePost({ comment: 'Docs: https://example.org/v2 (#plain)' });

const commented = ({ arrivals }: PostWorld) => arrivals.filter(({ kind }) => kind === 'comment');

describe('the first comment', () => {
  it('a comment is made after the post, as plain text, and remembered with its URN', async () => {
    const world = new PostWorld();
    const { rows } = await publish(world, [post], { scopes: MAY_READ });
    const [comment] = world.model.comments;
    expect(comment).toMatchObject({ postUrn: onLinkedIn(world)[0], text: post.comment, actor: post.author });
    expect(rows).toMatchObject([{ state: 'posted', commentUrn: comment?.urn, error: null }]);
    expect(world.entries()).toMatchObject([{ comment: { state: 'posted', urn: comment?.urn } }]);
    expect(commented(world)).toMatchObject([{ claim: { id: post.id } }]);
    const again = await publish(world, [post]);
    expect(again.rows).toMatchObject([{ state: 'known', commentUrn: comment?.urn, error: null }]);
    expect(commented(world)).toHaveLength(1);
  });

  it('the URN of the post and the claim of its comment are stored with one write', async () => {
    const world = new PostWorld();
    await publish(world, [post]);
    const history = world.github.history('linkedin-media').length;
    // The branch, the claim, the URN with the claim of the comment, and the comment.
    expect(history).toBe(4);
  });

  it.each<CallFault>([
    'lost request',
    'lost response',
    'silent',
    { status: 500, isExecuted: true },
    { status: 409 },
  ])(
    'a comment whose response is lost (%j) is unknown, fails the run, and is never repeated',
    async (fault) => {
      const world = new PostWorld({ faults: { comment: [fault] } });
      const { rows } = await publish(world, [post]);
      expect(rows).toMatchObject([
        { state: 'posted', urn: onLinkedIn(world)[0], commentUrn: null, error: { code: 'COMMENT_UNKNOWN' } },
      ]);
      expect(world.entries()).toMatchObject([{ state: 'posted', comment: { state: 'unknown' } }]);
      const again = await publish(world, [post]);
      expect(again.rows).toMatchObject([{ state: 'known', error: null }]);
      expect(commented(world)).toHaveLength(1);
    },
  );

  it.each([400, 403, 404])(
    'a comment that LinkedIn refuses (%i) fails the run, and the next run makes it alone',
    async (status) => {
      const world = new PostWorld({ faults: { comment: [{ status }] } });
      const { rows } = await publish(world, [post]);
      expect(rows).toMatchObject([{ state: 'posted', error: { code: 'COMMENT_FAILED' } }]);
      expect(world.entries()).toMatchObject([{ state: 'posted', comment: { state: 'due' } }]);
      const again = await publish(world, [post]);
      expect(again.rows).toMatchObject([
        { state: 'known', commentUrn: world.model.comments[0]?.urn, error: null },
      ]);
      expect(sent(world)).toHaveLength(1);
      expect(world.model.comments).toHaveLength(1);
    },
  );

  it('a rate limit of comments is waited for', async () => {
    const world = new PostWorld({ faults: { comment: [{ status: 429, retryAfterS: 60 }, 'unreachable'] } });
    expect((await publish(world, [post])).rows).toMatchObject([{ state: 'posted', error: null }]);
    expect(world.model.comments).toHaveLength(1);
  });

  it('a comment without a URN in the answer is remembered as made', async () => {
    const world = new PostWorld({ faults: { comment: ['no id'] } });
    const { rows } = await publish(world, [post]);
    expect(rows).toMatchObject([{ state: 'posted', commentUrn: null, error: null }]);
    expect(world.entries()).toMatchObject([{ comment: { state: 'posted' } }]);
  });

  it('a token that is known not to comment fails before anything is sent', async () => {
    const world = new PostWorld();
    const { rows } = await publish(world, [post], { scopes: ['w_organization_social'] });
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
    expect(rows[0]?.error?.message).toContain('w_organization_social_feed');
    expect(world.arrivals).toEqual([]);
    expect(world.entries()).toEqual([]);
  });

  it('two runs that find a comment due make it once', async () => {
    const world = new PostWorld({ faults: { comment: [{ status: 403 }] } });
    await publish(world, [post]);
    const runs = [start(world), start(world), start(world)].map((process) => process.run([post]));
    const reports = await world.finish(Promise.all(runs));
    expect(reports.flatMap((report) => report?.rows ?? [])).toMatchObject([
      { state: 'known' },
      { state: 'known' },
      { state: 'known' },
    ]);
    expect(world.model.comments).toHaveLength(1);
  });

  it('a comment that another run makes while its file is renamed is made once', async () => {
    const world = new PostWorld({
      latencyMs: 0,
      faults: { comment: [{ status: 403 }, { status: 429, retryAfterS: 60 }] },
    });
    await publish(world, [post]);
    const first = start(world).run([post]);
    await world.finish(world.clock.sleep(10_000));
    const renamed = makePost({ file: 'posts/renamed.md', comment: post.comment });
    expect((await publish(world, [renamed])).rows).toMatchObject([{ state: 'known', error: null }]);
    await world.finish(first);
    const comment = { state: 'posted', urn: world.model.comments[0]?.urn };
    expect(world.entries()).toMatchObject([{ comment }, { id: 'posts/renamed.md', comment }]);
    expect((await publish(world, [renamed])).rows).toMatchObject([{ commentUrn: comment.urn }]);
    expect(world.model.comments).toHaveLength(1);
  });

  it('a comment that is due under both names of a file is made once', async () => {
    const world = new PostWorld({ faults: { comment: [{ status: 403 }] } });
    await publish(world, [post]);
    const renamed = makePost({ file: 'posts/renamed.md', comment: post.comment });
    const runs = [[post], [renamed], [renamed]].map((posts) => start(world).run(posts));
    await world.finish(Promise.all(runs));
    await publish(world, [renamed]);
    await publish(world, [post]);
    expect(world.model.comments).toHaveLength(1);
  });

  it('a comment that could not be remembered is named as made', async () => {
    const onArrival = (world: PostWorld) => {
      if (world.arrivals.length === 2) world.startOutage(300_000);
    };
    const world = new PostWorld({ latencyMs: 0, onArrival });
    const { rows } = await publish(world, [post]);
    const [comment] = world.model.comments;
    expect(rows).toMatchObject([
      { state: 'posted', commentUrn: comment?.urn, error: { code: 'MANIFEST_WRITE' } },
    ]);
    await world.finish(world.clock.sleep(900_000));
    expect((await publish(world, [post])).rows).toMatchObject([{ state: 'known', error: null }]);
    expect(world.model.comments).toHaveLength(1);
  });
});
