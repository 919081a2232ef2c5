// Edits and deletions of posts: which fields can be set, and what a later read returns.

import { describe, expect, test } from 'vitest';
import { START_MS, sandboxPerTest } from '../../support/sandbox-per-test.ts';
import { CALL_HEADERS, JSON_HEADERS } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { addressOf, codeOf, deletePost, editPost, makePost, PAGE, readPost } from './post-caller.ts';

const context = sandboxPerTest();

describe('Post edits', () => {
  test('an edit answers with an empty 204, and a later read returns the time of the change', async () => {
    const urn = await makePost(context.caller);
    context.nowMs += 5000;
    const answer = await editPost(context.caller, urn, { $set: { commentary: 'Our launch, #again' } });
    expect(answer).toMatchObject({ status: 204, text: '' });
    expect((await readPost(context.caller, urn)).json).toMatchObject({
      id: urn,
      author: PAGE,
      commentary: String.raw`Our launch, {hashtag|\#|again}`,
      createdAt: START_MS,
      publishedAt: START_MS,
      lastModifiedAt: START_MS + 5000,
      lifecycleStateInfo: { isEditedByAuthor: true },
    });
    expect(context.sandbox.model.otherCalls()).toMatchObject({ postEdit: 1 });
  });

  test.each<[string, Record<string, unknown>]>([
    ['contentLandingPage', { contentLandingPage: 'https://example.org' }],
    ['contentCallToActionLabel', { contentCallToActionLabel: 'LEARN_MORE' }],
    ['lifecycleState', { lifecycleState: 'PUBLISHED' }],
    ['adContext', { adContext: { dscName: 'Launch' } }],
  ])('an edit may set %s', async (_row, $set) => {
    const urn = await makePost(context.caller);
    expect(await editPost(context.caller, urn, { $set })).toMatchObject({ status: 204 });
    expect((await readPost(context.caller, urn)).json).toMatchObject({ commentary: 'Our launch', ...$set });
  });

  test('an edit may patch a field inside adContext, as in the sample of LinkedIn’s page', async () => {
    const urn = await makePost(context.caller, { adContext: { dscName: 'Old', dscStatus: 'ACTIVE' } });
    const patch = {
      $set: { commentary: 'Update to the post', contentCallToActionLabel: 'LEARN_MORE' },
      adContext: { $set: { dscName: 'Updating name!' } },
    };
    expect(await editPost(context.caller, urn, patch)).toMatchObject({ status: 204 });
    expect((await readPost(context.caller, urn)).json).toMatchObject({
      ...patch.$set,
      adContext: { dscName: 'Updating name!', dscStatus: 'ACTIVE' },
    });
  });

  const rows: [string, unknown, number, string | undefined][] = [
    ['another author', { $set: { author: PAGE } }, 403, 'ACCESS_DENIED'],
    ['other content', { $set: { content: {} } }, 403, 'ACCESS_DENIED'],
    ['the deletion of a field', { $delete: ['contentLandingPage'] }, 403, 'ACCESS_DENIED'],
    ['an empty $set', { $set: {} }, 400, 'MISSING_FIELD'],
    ['an empty patch', {}, 400, 'MISSING_FIELD'],
    ['a $set that is not a record', { $set: 'x' }, 403, 'ACCESS_DENIED'],
    ['the state of a draft', { $set: { lifecycleState: 'DRAFT' } }, 400, 'INVALID_VALUE_FOR_FIELD'],
    ['a blank text', { $set: { commentary: '' } }, 400, 'INVALID_VALUE_BLANK_FIELD'],
    [
      'a text of more than 3,000 characters',
      { $set: { commentary: 'x'.repeat(3001) } },
      400,
      'FIELD_LENGTH_TOO_LONG',
    ],
    ['no patch', undefined, 400, 'MISSING_FIELD'],
  ];
  test.each(rows)('an edit with %s is rejected and changes nothing', async (_row, patch, status, code) => {
    const urn = await makePost(context.caller);
    const before = (await readPost(context.caller, urn)).json;
    const answer = await editPost(context.caller, urn, patch);
    expect(answer.status).toBe(status);
    expect(codeOf(answer)).toBe(code);
    expect((await readPost(context.caller, urn)).json).toEqual(before);
  });

  test('an edit of a field that is not permitted is rejected, and the message names the field by its path', async () => {
    const urn = await makePost(context.caller);
    expect((await editPost(context.caller, urn, { $set: { visibility: 'PUBLIC' } })).json).toMatchObject({
      status: 403,
      message:
        'Unpermitted fields present in REQUEST_BODY: Data Processing Exception while processing fields [/patch/$set/visibility]',
    });
  });

  test('an edit of an unknown or deleted post is rejected with 404', async () => {
    const urn = await makePost(context.caller);
    const edit = (to: string) => editPost(context.caller, to, { $set: { commentary: 'x' } });
    expectApiError(await edit(`${urn}0`), 404, 'NOT_FOUND');
    await deletePost(context.caller, urn);
    expectApiError(await edit(urn), 404, 'NOT_FOUND');
  });

  test('an edit may name its Rest.li method in upper or lower case, or leave it out', async () => {
    const path = addressOf(await makePost(context.caller));
    const body = JSON.stringify({ patch: { $set: { commentary: 'x' } } });
    const send = (method: string | undefined) =>
      context.caller.send({
        method: 'POST',
        path,
        headers: { ...JSON_HEADERS, 'x-restli-method': method },
        body,
      });
    for (const method of ['PARTIAL_UPDATE', 'partial_update', undefined])
      expect(await send(method)).toMatchObject({ status: 204 });
    expectApiError(await send('UPDATE'), 400, undefined);
  });
});

describe('Post deletions', () => {
  test('a deletion answers with an empty 204, also when it is repeated', async () => {
    const urn = await makePost(context.caller);
    for (let turn = 0; turn < 2; turn += 1) {
      expect(await deletePost(context.caller, urn)).toMatchObject({ status: 204, text: '' });
      expectApiError(await readPost(context.caller, urn), 404, 'NOT_FOUND');
    }
    expect(context.sandbox.model.otherCalls()).toMatchObject({ postDelete: 2 });
  });

  test('a deletion needs no Rest.li method name, and is rejected with another one', async () => {
    const path = addressOf(await makePost(context.caller));
    const send = (headers: object) =>
      context.caller.send({ method: 'DELETE', path, headers: { ...CALL_HEADERS, ...headers } });
    expectApiError(await send({ 'x-restli-method': 'BATCH_DELETE' }), 400, undefined);
    expect(await send({})).toMatchObject({ status: 204 });
  });

  test('a deletion of an unknown post, or by a URN of another type, is rejected', async () => {
    expectApiError(await deletePost(context.caller, 'urn:li:share:LOST'), 404, 'NOT_FOUND');
    expectApiError(await deletePost(context.caller, 'urn:li:activity:1'), 400, 'INVALID_URN_TYPE');
  });
});
