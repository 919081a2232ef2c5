// The first comment: made once after the post, remembered separately, and never repeated after a lost response.

import { describe, expect, it } from 'vitest';
import { type CallFault, PostServices } from '../post-services.ts';
import { makePost } from '../posts.ts';
import { MAY_NOT_READ, MAY_READ, onLinkedIn, publish, sent, start } from './publish-run.ts';

const post = makePost({ comment: 'Docs: https://example.org/v2 (#plain)' });

const commented = ({ arrivals }: PostServices) => arrivals.filter(({ kind }) => kind === 'comment');

describe('the first comment', () => {
  it('a comment is made after the post, as plain text, and remembered with its URN', async () => {
    const services = new PostServices();
    const { rows } = await publish(services, [post], { scopes: MAY_READ });
    const [comment] = services.model.comments;
    expect(comment).toMatchObject({
      postUrn: onLinkedIn(services)[0],
      text: post.comment,
      actor: post.author,
    });
    expect(rows).toMatchObject([{ state: 'posted', commentUrn: comment?.urn, error: null }]);
    expect(services.entries()).toMatchObject([{ comment: { state: 'posted', urn: comment?.urn } }]);
    expect(commented(services)).toMatchObject([{ claim: { id: post.id } }]);
    const again = await publish(services, [post]);
    expect(again.rows).toMatchObject([{ state: 'known', commentUrn: comment?.urn, error: null }]);
    expect(commented(services)).toHaveLength(1);
  });

  it('the URN of the post and the claim of its comment are stored with one write', async () => {
    const services = new PostServices();
    await publish(services, [post]);
    const history = services.github.history('linkedin-media').length;
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
      const services = new PostServices({ faults: { comment: [fault] } });
      const { rows } = await publish(services, [post]);
      expect(rows).toMatchObject([
        {
          state: 'posted',
          urn: onLinkedIn(services)[0],
          commentUrn: null,
          error: { code: 'COMMENT_UNKNOWN' },
        },
      ]);
      expect(services.entries()).toMatchObject([{ state: 'posted', comment: { state: 'unknown' } }]);
      const again = await publish(services, [post]);
      expect(again.rows).toMatchObject([{ state: 'known', error: null }]);
      expect(commented(services)).toHaveLength(1);
    },
  );

  it.each([400, 403, 404])(
    'a comment that LinkedIn refuses (%i) fails the run, which names its text, and no later run makes it',
    async (status) => {
      const services = new PostServices({ faults: { comment: [{ status }] } });
      const { rows } = await publish(services, [post]);
      expect(rows).toMatchObject([{ state: 'posted', error: { code: 'COMMENT_FAILED' } }]);
      expect(rows[0]?.error?.message).toContain(`add it by hand: ${post.comment}`);
      expect(services.entries()).toMatchObject([{ state: 'posted' }]);
      expect(services.entries()[0]).not.toHaveProperty('comment');
      const again = await publish(services, [post]);
      expect(again.rows).toMatchObject([{ state: 'known', commentUrn: null, notice: null, error: null }]);
      expect(sent(services)).toHaveLength(1);
      expect(services.model.comments).toEqual([]);
    },
  );

  it('a rate limit of comments is waited for', async () => {
    const services = new PostServices({
      faults: { comment: [{ status: 429, retryAfterS: 60 }, 'unreachable'] },
    });
    expect((await publish(services, [post])).rows).toMatchObject([{ state: 'posted', error: null }]);
    expect(services.model.comments).toHaveLength(1);
  });

  it('a comment without a URN in the answer is remembered as made', async () => {
    const services = new PostServices({ faults: { comment: ['no id'] } });
    const { rows } = await publish(services, [post]);
    expect(rows).toMatchObject([{ state: 'posted', commentUrn: null, error: null }]);
    expect(services.entries()).toMatchObject([{ comment: { state: 'posted' } }]);
  });

  it('a token that is known to lack the scope for comments fails before anything is sent', async () => {
    const services = new PostServices();
    const { rows } = await publish(services, [post], { scopes: ['w_organization_social'] });
    expect(rows).toMatchObject([{ state: 'failed', error: { code: 'ACCESS_DENIED' } }]);
    expect(rows[0]?.error?.message).toContain('w_organization_social_feed');
    expect(services.arrivals).toEqual([]);
    expect(services.entries()).toEqual([]);
  });

  it('a run that waited for the post makes no comment', async () => {
    const faults = { post: ['lost response'], comment: [{ status: 403 }] } as const;
    const services = new PostServices({ latencyMs: 0, faults });
    const first = start(services, { scopes: MAY_NOT_READ }).run([post]);
    await services.finish(services.clock.sleep(5000));
    const changed = makePost({ comment: 'Nobody has approved this.' });
    const { rows } = await publish(services, [changed], { scopes: MAY_NOT_READ });
    expect((await services.finish(first))?.rows).toMatchObject([{ error: { code: 'COMMENT_FAILED' } }]);
    expect(rows).toMatchObject([{ state: 'known', commentUrn: null, error: null }]);
    expect(services.model.comments).toEqual([]);
  });

  it('a comment that is made while its file is renamed is remembered under both names', async () => {
    const services = new PostServices({
      latencyMs: 0,
      faults: { comment: [{ status: 429, retryAfterS: 60 }] },
    });
    const first = start(services).run([post]);
    await services.finish(services.clock.sleep(10_000));
    const renamed = makePost({ file: 'posts/renamed.md', comment: post.comment });
    expect((await publish(services, [renamed])).rows).toMatchObject([{ state: 'known', error: null }]);
    await services.finish(first);
    const comment = { state: 'posted', urn: services.model.comments[0]?.urn };
    expect(services.entries()).toMatchObject([{ comment }, { id: 'posts/renamed.md', comment }]);
    expect((await publish(services, [renamed])).rows).toMatchObject([{ commentUrn: comment.urn }]);
    expect(services.model.comments).toHaveLength(1);
  });

  it('a comment that could not be remembered is named as made', async () => {
    const onArrival = (services: PostServices) => {
      if (services.arrivals.length === 2) services.startOutage(300_000);
    };
    const services = new PostServices({ latencyMs: 0, onArrival });
    const { rows } = await publish(services, [post]);
    const [comment] = services.model.comments;
    expect(rows).toMatchObject([
      { state: 'posted', commentUrn: comment?.urn, error: { code: 'MANIFEST_WRITE' } },
    ]);
    await services.finish(services.clock.sleep(900_000));
    expect((await publish(services, [post])).rows).toMatchObject([{ state: 'known', error: null }]);
    expect(services.model.comments).toHaveLength(1);
  });
});
