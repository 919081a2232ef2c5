// The rules of every call of every API, before its resource is asked: one invalid call per rule.

import { describe, expect, it } from 'vitest';
import {
  type Caller,
  COMPLETE,
  expectApiError,
  FINALIZE,
  INIT_IMAGE,
  INIT_VIDEO,
  JSON_HEADERS,
  POSTS,
  REGISTER,
  registration,
  type Sent,
  setUp,
} from './caller.ts';

const CALLS: readonly (readonly [method: string, path: string])[] = [
  ['POST', REGISTER],
  ['POST', COMPLETE],
  ['GET', '/rest/assets/SIMULATED-C5622AQ000001'],
  ['POST', INIT_IMAGE],
  ['POST', INIT_VIDEO],
  ['POST', FINALIZE],
  ['GET', '/rest/images/urn%3Ali%3Aimage%3AA'],
  ['GET', '/rest/videos?ids=List(urn%3Ali%3Avideo%3AA)'],
  ['POST', POSTS],
  ['DELETE', `${POSTS}/urn%3Ali%3Ashare%3A1`],
  ['GET', `${POSTS}?q=author&author=urn%3Ali%3Aperson%3AA`],
  ['POST', '/rest/socialActions/urn%3Ali%3Ashare%3A1/comments'],
  ['GET', '/rest/organizationAcls?q=roleAssignee'],
  ['GET', '/rest/unknown'],
];

const send = (
  caller: Caller,
  [method, path]: readonly [string, string],
  headers: Sent['headers'],
) =>
  caller.send({
    method,
    path,
    headers: { ...JSON_HEADERS, ...headers },
    ...(method === 'POST' ? { body: '{}' } : {}),
  });

describe('headers', () => {
  const rows: [string, Sent['headers'], number, string | undefined][] = [
    ['no Authorization', { authorization: undefined }, 401, 'EMPTY_ACCESS_TOKEN'],
    ['another token', { authorization: 'Bearer stolen' }, 401, undefined],
    ['no version', { 'linkedin-version': undefined }, 400, 'VERSION_MISSING'],
    ['a retired version', { 'linkedin-version': '202512' }, 426, 'NONEXISTENT_VERSION'],
    ['a month that does not exist', { 'linkedin-version': '202613' }, 426, 'NONEXISTENT_VERSION'],
    ['no protocol', { 'x-restli-protocol-version': undefined }, 400, undefined],
    ['protocol 1.0.0', { 'x-restli-protocol-version': '1.0.0' }, 400, undefined],
  ];
  it.each(rows)('every call with %s is rejected', async (_, headers, status, code) => {
    const { caller } = setUp();
    for (const call of CALLS) expectApiError(await send(caller, call, headers), status, code);
  });

  it('a retired version is named with a day appended, and a missing one marked as an error of the gateway', async () => {
    const { caller } = setUp();
    const call = ['GET', '/rest/assets/x'] as const;
    expect((await send(caller, call, { 'linkedin-version': '202504' })).json).toEqual({
      status: 426,
      code: 'NONEXISTENT_VERSION',
      message: 'Requested version 20250401 is not active',
    });
    const { headers } = await send(caller, call, { 'linkedin-version': undefined });
    expect(headers).toMatchObject({ 'x-restli-gateway-error': 'true' });
  });

  it('a version is active from 202601 on, and that of the current month from its 15th day', async () => {
    let now = Date.UTC(2026, 10, 15) - 1;
    const { caller } = setUp({ clock: { now: () => now } });
    const register = async (version: string) =>
      (await caller.post(REGISTER, registration(), { 'linkedin-version': version })).status;
    for (const version of ['202601', '202609', '202610']) expect(await register(version)).toBe(200);
    for (const version of ['202512', '202611', '202701']) expect(await register(version)).toBe(426);
    now += 1;
    expect(await register('202611')).toBe(200);
    expect(await register('202612')).toBe(426);
  });

  it.each([
    ['revoked', 65601, 'REVOKED_ACCESS_TOKEN', 'has been revoked by the user'],
    ['expired', 65602, 'EXPIRED_ACCESS_TOKEN', 'has expired'],
  ] as const)(
    'a token that is %s is refused everywhere',
    async (tokenStatus, number, code, what) => {
      const { caller } = setUp({ tokenStatus });
      const message = `The token used in the request ${what}`;
      for (const call of [...CALLS, ['GET', '/v2/userinfo'], ['GET', '/v2/me']] as const)
        expect(await send(caller, call, {})).toMatchObject({
          status: 401,
          json: { status: 401, serviceErrorCode: number, code, message },
        });
    },
  );
});

it('a path that LinkedIn does not have is answered with 404', async () => {
  const { caller, model } = setUp();
  for (const path of [
    '/',
    '/rest',
    '/rest/assets2',
    '/v2/images?ids=List(x)',
    '/v1/assets/x',
    '/rest/me',
  ])
    expectApiError(await caller.get(path), 404, 'RESOURCE_NOT_FOUND');
  expect(model.log.map(({ kind }) => kind)).toEqual(Array(6).fill(null));
});

const wrongCalls: [string, string, string][] = [
  ['another action', 'POST', '/rest/assets?action=registerUploads'],
  ['no action', 'POST', '/rest/assets'],
  ['a parameter beside the action', 'POST', `${REGISTER}&fields=asset`],
  ['the action in another method', 'GET', REGISTER],
  ['no key', 'GET', '/rest/videos'],
  ['another finder', 'GET', `${POSTS}?q=dscAdAccount`],
];
it.each(wrongCalls)('a call with %s is no method of LinkedIn', async (_, method, path) => {
  const { caller } = setUp();
  const answer = await send(caller, [method, path], {});
  expectApiError(answer, 400, undefined);
  expect(answer.json.message).toMatch(
    new RegExp(`^Method '${method}' is not supported for URI '/[^?]*'$`),
  );
});

it('the log holds each rejection with its reason, without tokens and queries', async () => {
  const { caller, model } = setUp();
  await caller.get('/rest/images?ids=List(test-token)');
  await caller.get('/rest/videos?access_token=test-token');
  expect(model.log).toEqual([
    {
      ...{ kind: 'status', method: 'GET', path: '/rest/images', status: 400 },
      reason: 'The id is not a URN of type image',
    },
    {
      ...{ kind: null, method: 'GET', path: '/rest/videos', status: 400 },
      reason: "Method 'GET' is not supported for URI '/videos'",
    },
  ]);
});
