// Comments on posts: created as LinkedIn's page shows them, and rejected when a rule is broken.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { type Answer, Caller, JSON_HEADERS } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { codeOf, MEMBER, makePost, PAGE } from './post-caller.ts';

const NOW = Date.UTC(2026, 10, 26);
let sandbox: Sandbox;
let caller: Caller;
let post: string;

beforeEach(async () => {
  sandbox = await startSandbox({ clock: { now: () => NOW } });
  caller = new Caller(sandbox.url);
  post = await makePost(caller);
});
afterEach(() => sandbox.close());

const commentsOf = (urn: string) => `/rest/socialActions/${encodeURIComponent(urn)}/comments`;
const bodyOf = (fields: Record<string, unknown> = {}) => ({
  ...{ actor: PAGE, object: post, message: { text: 'First' } },
  ...fields,
});
const comment = (fields: Record<string, unknown> = {}, on = post) =>
  caller.post(commentsOf(on), bodyOf(fields));
const activity = () => `urn:li:activity:${BigInt(post.replace(/\D/g, '')) + 1n}`;
describe('Comment creation', () => {
  it('a comment is created, and the 201 names it in its header and repeats it in its body', async () => {
    const answer = await comment();
    const id = String(answer.headers['x-restli-id']);
    expect(id).toMatch(/^\d+$/);
    expect(answer).toMatchObject({
      status: 201,
      headers: { location: `/socialActions/${encodeURIComponent(post)}/comments/${id}` },
    });
    const urn = `urn:li:comment:(${activity()},${id})`;
    expect(answer.json).toEqual({
      actor: PAGE,
      commentUrn: urn,
      created: { actor: PAGE, time: NOW },
      id,
      lastModified: { actor: PAGE, time: NOW },
      message: { attributes: [], text: 'First' },
      object: activity(),
    });
    expect(sandbox.model.comments).toEqual([
      { id, urn, postUrn: post, actor: PAGE, text: 'First', createdAt: NOW },
    ]);
    expect(sandbox.model.otherCalls()).toMatchObject({ comment: 1 });
  });

  it.each<[string, () => Promise<Answer>]>([
    ['of a person', () => comment({ actor: MEMBER })],
    ['whose object is the activity of the post', () => comment({ object: activity() })],
    ['on the activity of the post', () => comment({}, activity())],
    [
      'with a mention',
      () => comment({ message: { text: 'Hi Acme', attributes: [{ start: 3, length: 4, value: {} }] } }),
    ],
    ['of 1,250 characters', () => comment({ message: { text: 'x'.repeat(1250) } })],
    ['with characters that a post would need to escape', () => comment({ message: { text: '(a) #b @c' } })],
  ])('a comment %s is created', async (_, make) => {
    expect(await make()).toMatchObject({ status: 201 });
    expect(sandbox.model.comments).toMatchObject([{ postUrn: post }]);
  });

  it('an equal comment is created again', async () => {
    expect(await comment()).toMatchObject({ status: 201 });
    expect(await comment()).toMatchObject({ status: 201 });
    expect(sandbox.model.comments).toHaveLength(2);
  });

  it.each<[string, Record<string, unknown>, number, string | undefined]>([
    ['without actor', { actor: undefined }, 400, 'MISSING_FIELD'],
    ['of an ad account', { actor: 'urn:li:sponsoredAccount:1' }, 403, 'ACCESS_DENIED'],
    ['of an actor that is not a URN', { actor: '4' }, 422, undefined],
    ['without object', { object: undefined }, 400, 'MISSING_FIELD'],
    ['whose object is another post', { object: 'urn:li:share:1' }, 403, 'ACCESS_DENIED'],
    ['without message', { message: undefined }, 400, 'MISSING_FIELD'],
    ['without text', { message: {} }, 400, 'MISSING_FIELD'],
    ['of blanks', { message: { text: ' ' } }, 400, 'INVALID_VALUE_BLANK_FIELD'],
    ['of 1,251 characters', { message: { text: 'x'.repeat(1251) } }, 400, 'FIELD_LENGTH_TOO_LONG'],
    ['with a text that is a number', { message: { text: 7 } }, 403, 'ACCESS_DENIED'],
    ['with an attribute without start', { message: { text: 'x', attributes: [{}] } }, 400, 'MISSING_FIELD'],
    ['with an image', { content: [] }, 403, 'ACCESS_DENIED'],
    ['that replies to another', { parentComment: 'urn:li:comment:(x,1)' }, 403, 'ACCESS_DENIED'],
    ['with a field of a post', { commentary: 'x' }, 422, undefined],
  ])('a comment %s is rejected', async (_, fields, status, code) => {
    const answer = await comment(fields);
    expect(answer.status).toBe(status);
    expect(codeOf(answer)).toBe(code);
    expect(sandbox.model.comments).toEqual([]);
  });

  it('a comment on a post that is unknown, or no post, is rejected', async () => {
    expectApiError(await comment({ object: 'urn:li:share:7' }, 'urn:li:share:7'), 404, 'NOT_FOUND');
    expectApiError(await comment({}, 'urn:li:person:abc'), 400, 'INVALID_URN_TYPE');
  });

  it('a comment at an address with raw colons, with a query, or with another method name, is rejected', async () => {
    expect(await caller.post(`/rest/socialActions/${post}/comments`, bodyOf())).toMatchObject({
      status: 400,
    });
    expect(await caller.post(`${commentsOf(post)}?actor=x`, bodyOf())).toMatchObject({ status: 400 });
    const headers = { ...JSON_HEADERS, 'x-restli-method': 'BATCH_CREATE' };
    const sent = { method: 'POST', path: commentsOf(post), headers, body: JSON.stringify(bodyOf()) };
    expectApiError(await caller.send(sent), 400, undefined);
    expect(await caller.post(commentsOf(post).replace(/comments$/, 'likes'), {})).toMatchObject({
      status: 400,
    });
    expect(await caller.get(commentsOf(post))).toMatchObject({ status: 400 });
    expect(sandbox.model.comments).toEqual([]);
  });
});

describe('Comment scopes', () => {
  it.each(['w_member_social', 'w_organization_social', 'rw_ads'] as const)(
    'a token with %s alone creates posts at most, and is refused a comment by name',
    async (scope) => {
      expect(await withScopes([scope], post)).toMatchObject({
        status: 403,
        json: {
          code: 'ACCESS_DENIED',
          message: 'Not enough permissions to access: partnerApiSocialActions.CREATE.20260901',
        },
      });
    },
  );

  it('a token for comments of one kind of actor is rejected for the other', async () => {
    expect((await withScopes(['w_member_social_feed'], post, PAGE)).json).toEqual({
      message: 'Organization Or Events permissions must be used when using organization as actor',
      status: 400,
    });
    expect(await withScopes(['w_organization_social_feed'], post, MEMBER)).toMatchObject({ status: 400 });
    // The scope is checked, and the post is unknown in that sandbox.
    expect(await withScopes(['w_organization_social_feed'], post, PAGE)).toMatchObject({ status: 404 });
  });

  async function withScopes(
    scopes: NonNullable<SandboxOptions['scopes']>,
    on: string,
    actor = PAGE,
  ): Promise<Answer> {
    const other = await startSandbox({ scopes });
    try {
      return await new Caller(other.url).post(commentsOf(on), bodyOf({ actor, object: on }));
    } finally {
      await other.close();
    }
  }
});
