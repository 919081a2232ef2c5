// Comments on posts: created as LinkedIn's page shows them, and rejected when a rule is broken.

import { expect, it } from 'vitest';
import sample from '../replies/create-comment.json' with { type: 'json' };
import {
  type Caller,
  deletePost,
  expectApiError,
  expectDenied,
  type Fields,
  makePost,
  PAGE,
  START_MS,
  setUp,
  shapeOf,
} from './caller.ts';

const pathOf = (urn: string) => `/rest/socialActions/${encodeURIComponent(urn)}/comments`;
const activityOf = (post: string) => `urn:li:activity:${BigInt(post.replace(/\D/g, '')) + 1n}`;
const comment = (caller: Caller, post: string, fields: Fields = {}, on = post) =>
  caller.post(pathOf(on), { actor: PAGE, object: post, message: { text: 'First' }, ...fields });

async function setUpPost() {
  const bench = setUp();
  return { ...bench, post: await makePost(bench.caller) };
}

it('a comment is created, and the 201 names it in its header and repeats it as in the sample', async () => {
  const { caller, model, post } = await setUpPost();
  const answer = await comment(caller, post);
  const id = String(answer.headers['x-restli-id']);
  expect(id).toMatch(/^\d+$/);
  const location = `/socialActions/${encodeURIComponent(post)}/comments/${id}`;
  expect(answer).toMatchObject({ status: sample.status, headers: { location } });
  const urn = `urn:li:comment:(${activityOf(post)},${id})`;
  const stamp = { actor: PAGE, time: START_MS };
  expect(answer.json).toEqual({
    ...{ actor: PAGE, commentUrn: urn, created: stamp, id, lastModified: stamp },
    ...{ message: { attributes: [], text: 'First' }, object: activityOf(post) },
  });
  expect(shapeOf(answer.json)).toEqual(shapeOf(sample.reply));
  expect(model.comments).toEqual([
    { id, urn, postUrn: post, actor: PAGE, text: 'First', createdAt: START_MS },
  ]);
  expect(model.otherCalls()).toMatchObject({ comment: 1 });
});

it('the post may be named by its activity, and an equal comment is created again', async () => {
  const { caller, model, post } = await setUpPost();
  expect(await comment(caller, post, {}, activityOf(post))).toMatchObject({ status: 201 });
  expect(await comment(caller, post)).toMatchObject({ status: 201 });
  expect(model.comments.map(({ postUrn }) => postUrn)).toEqual([post, post]);
});

const rows: [string, Fields, number, string | undefined][] = [
  ['without actor', { actor: undefined }, 400, 'MISSING_FIELD'],
  ['of blanks', { message: { text: ' ' } }, 400, 'INVALID_VALUE_BLANK_FIELD'],
  ['of 1,251 characters', { message: { text: 'x'.repeat(1251) } }, 400, 'FIELD_LENGTH_TOO_LONG'],
  ['that replies to another', { parentComment: 'urn:li:comment:(x,1)' }, 403, 'ACCESS_DENIED'],
];
it.each(rows)('a comment %s is rejected', async (_, fields, status, code) => {
  const { caller, model, post } = await setUpPost();
  expectApiError(await comment(caller, post, fields), status, code);
  expect(model.comments).toEqual([]);
});

it('a comment on a post that is unknown or deleted, or on no post, is rejected', async () => {
  const { caller, post } = await setUpPost();
  expectApiError(await comment(caller, 'urn:li:share:7'), 404, 'NOT_FOUND');
  expectApiError(await comment(caller, 'urn:li:person:abc'), 400, 'INVALID_URN_TYPE');
  expectApiError(await comment(caller, 'urn:li:share:a b'), 400, 'INVALID_URN_ID');
  await deletePost(caller, post);
  expectApiError(await comment(caller, post), 404, 'NOT_FOUND');
});

it.each(['w_member_social', 'w_organization_social', 'rw_ads'] as const)(
  'a token with %s alone creates posts at most, and is refused a comment by name',
  async (scope) => {
    const { caller } = setUp({ scopes: [scope] });
    expectDenied(await comment(caller, 'urn:li:share:1'), 'partnerApiSocialActions.CREATE.20260901');
  },
);
