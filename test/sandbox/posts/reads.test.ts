// Reads of posts by URN, one or several, in the shape of LinkedIn's recorded answers.

import { describe, expect, test } from 'vitest';
import { START_MS, sandboxPerTest } from '../../support/sandbox-per-test.ts';
import { CALL_HEADERS } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { addressOf, makePost, PAGE, POSTS, readPost } from './post-caller.ts';

const context = sandboxPerTest();

describe('Reads of one post', () => {
  test('a read returns exactly the fields of the recorded answers', async () => {
    const urn = await makePost(context.caller);
    context.nowMs += 1000;
    expect(await readPost(context.caller, urn)).toMatchObject({ status: 200 });
    expect((await readPost(context.caller, urn)).json).toEqual({
      isReshareDisabledByAuthor: false,
      createdAt: START_MS,
      lifecycleState: 'PUBLISHED',
      lastModifiedAt: START_MS,
      visibility: 'PUBLIC',
      publishedAt: START_MS,
      author: PAGE,
      id: urn,
      distribution: { feedDistribution: 'MAIN_FEED', thirdPartyDistributionChannels: [] },
      commentary: 'Our launch',
      lifecycleStateInfo: { isEditedByAuthor: false },
    });
    expect(context.sandbox.model.otherCalls()).toMatchObject({ post: 1, postRead: 2 });
  });

  test('a read returns the target audience, the reshared post and whether reshares are disabled', async () => {
    const targetEntities = [{ geoLocations: ['urn:li:geo:103644278'] }];
    const parent = 'urn:li:share:6844785523593134080';
    const urn = await makePost(context.caller, {
      distribution: { feedDistribution: 'MAIN_FEED', targetEntities },
      isReshareDisabledByAuthor: true,
      reshareContext: { parent },
    });
    expect((await readPost(context.caller, urn)).json).toMatchObject({
      distribution: { targetEntities, feedDistribution: 'MAIN_FEED', thirdPartyDistributionChannels: [] },
      isReshareDisabledByAuthor: true,
      reshareContext: { parent, root: parent },
    });
  });

  test.each([['?viewContext=AUTHOR'], ['?viewContext=READER']])('a post is found with %s', async (query) => {
    const urn = await makePost(context.caller);
    expect(await readPost(context.caller, urn, query)).toMatchObject({ status: 200, json: { id: urn } });
  });

  test('a read with `fields` returns only these fields', async () => {
    const urn = await makePost(context.caller);
    const query = '?&fields=id,distribution:(feedDistribution)';
    expect((await readPost(context.caller, urn, query)).json).toEqual({
      id: urn,
      distribution: { feedDistribution: 'MAIN_FEED' },
    });
  });

  const rows: [string, (urn: string) => string, number, string | undefined][] = [
    ['a URN with raw colons', (urn) => `${POSTS}/${urn}`, 400, 'ILLEGAL_ARGUMENT'],
    ['a URN of another type', (urn) => addressOf(urn.replace('share', 'activity')), 400, 'INVALID_URN_TYPE'],
    ['a bare id', (urn) => addressOf(urn.replace('urn:li:share:', '')), 400, 'INVALID_URN_ID'],
    ['an invalid id', (urn) => addressOf(`${urn} `), 400, 'INVALID_URN_ID'],
    ['an unknown id', (urn) => addressOf(`${urn}0`), 404, 'NOT_FOUND'],
    [
      'its id under the other post type',
      (urn) => addressOf(urn.replace('share', 'ugcPost')),
      404,
      'NOT_FOUND',
    ],
    ['an unknown viewContext', (urn) => `${addressOf(urn)}?viewContext=ALL`, 400, 'ILLEGAL_ARGUMENT'],
    ['an unknown field', (urn) => `${addressOf(urn)}?fields=likes`, 400, 'ILLEGAL_ARGUMENT'],
    ['another parameter', (urn) => `${addressOf(urn)}?q=author`, 400, 'ILLEGAL_ARGUMENT'],
  ];
  test.each(rows)('a read with %s is rejected', async (_row, pathOf, status, code) => {
    const urn = await makePost(context.caller);
    expectApiError(await context.caller.get(pathOf(urn)), status, code);
  });

  test('a read needs the method GET, and is rejected with the Rest.li method name of another call', async () => {
    const path = addressOf(await makePost(context.caller));
    const send = (method: string, headers = {}) =>
      context.caller.send({ method, path, headers: { ...CALL_HEADERS, ...headers } });
    expect(await send('GET', { 'x-restli-method': 'get' })).toMatchObject({ status: 200 });
    expectApiError(await send('GET', { 'x-restli-method': 'BATCH_GET' }), 400, undefined);
    expectApiError(await send('PUT'), 400, undefined);
  });
});

describe('Batch reads of posts', () => {
  test('a batch read returns posts by their URNs, and an error for each unknown URN', async () => {
    const [first, , third] = [
      await makePost(context.caller, { commentary: '1' }),
      await makePost(context.caller, { commentary: '2' }),
      await makePost(context.caller, { commentary: '3' }),
    ];
    const lost = 'urn:li:ugcPost:LOST';
    const ids = [third, lost, first].map(encodeURIComponent).join(',');
    const answer = await context.caller.get(`${POSTS}?ids=List(${ids})&fields=commentary`);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.json).toEqual({
      results: { [third]: { commentary: '3' }, [first]: { commentary: '1' } },
      statuses: { [third]: 200, [first]: 200 },
      errors: { [lost]: { status: 404, code: 'NOT_FOUND', message: 'Could not find entity' } },
    });
  });
});
