// The rules of every JSON call of every API: one invalid call per rule.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import {
  CALL_HEADERS,
  Caller,
  COMPLETE,
  JSON_HEADERS,
  REGISTER,
  registration,
  type Sent,
} from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { FINALIZE, INIT_IMAGE, INIT_VIDEO, initialization } from '../media-caller.ts';

let sandbox: Sandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startSandbox({ token: 'test-token' });
  caller = new Caller(sandbox.url);
});

afterAll(() => sandbox.close());

describe('JSON calls', () => {
  const calls: [string, Sent][] = [
    [
      'register',
      { method: 'POST', path: REGISTER, headers: JSON_HEADERS, body: JSON.stringify(registration()) },
    ],
    ['complete', { method: 'POST', path: COMPLETE, headers: JSON_HEADERS, body: '{}' }],
    ['status', { method: 'GET', path: '/rest/assets/SIMULATED-C5622AQ000001', headers: CALL_HEADERS }],
    [
      'initialize of an image',
      { method: 'POST', path: INIT_IMAGE, headers: JSON_HEADERS, body: JSON.stringify(initialization()) },
    ],
    ['initialize of a video', { method: 'POST', path: INIT_VIDEO, headers: JSON_HEADERS, body: '{}' }],
    ['finalize', { method: 'POST', path: FINALIZE, headers: JSON_HEADERS, body: '{}' }],
    [
      'status of an image',
      { method: 'GET', path: '/rest/images/urn%3Ali%3Aimage%3AA', headers: CALL_HEADERS },
    ],
    [
      'status of videos',
      { method: 'GET', path: '/rest/videos?ids=List(urn%3Ali%3Avideo%3AA)', headers: CALL_HEADERS },
    ],
  ];
  const rows: [string, Record<string, string | undefined>, number, string | undefined][] = [
    ['no Authorization', { authorization: undefined }, 401, 'EMPTY_ACCESS_TOKEN'],
    ['an empty token', { authorization: 'Bearer ' }, 401, 'EMPTY_ACCESS_TOKEN'],
    ['another token', { authorization: 'Bearer stolen' }, 401, undefined],
    ['another scheme', { authorization: 'Basic test-token' }, 401, undefined],
    ['no version', { 'linkedin-version': undefined }, 400, 'VERSION_MISSING'],
    ['a retired version', { 'linkedin-version': '202512' }, 426, 'NONEXISTENT_VERSION'],
    ['a month that does not exist', { 'linkedin-version': '202613' }, 426, 'NONEXISTENT_VERSION'],
    ['month zero', { 'linkedin-version': '202600' }, 426, 'NONEXISTENT_VERSION'],
    ['a version with its day', { 'linkedin-version': '20260901' }, 426, 'NONEXISTENT_VERSION'],
    ['no protocol', { 'x-restli-protocol-version': undefined }, 400, undefined],
    ['protocol 1.0.0', { 'x-restli-protocol-version': '1.0.0' }, 400, undefined],
  ];

  describe.each(calls)('Call: %s', (_name, call) => {
    test.each(rows)('a call with %s is rejected', async (_row, headers, status, code) => {
      expectApiError(await caller.send({ ...call, headers: { ...call.headers, ...headers } }), status, code);
    });
  });

  test('a retired version is rejected, and the message names it with a day appended', async () => {
    const answer = await caller.send({
      method: 'GET',
      path: '/rest/assets/x',
      headers: { ...CALL_HEADERS, 'linkedin-version': '202504' },
    });
    expect(answer.json).toEqual({
      status: 426,
      code: 'NONEXISTENT_VERSION',
      message: 'Requested version 20250401 is not active',
    });
  });

  describe.each<[string, number, string[], string[]]>([
    ['2026-11-26', Date.UTC(2026, 10, 26), ['202601', '202609', '202611'], ['202512', '202612', '202701']],
    ['a clock that is far behind', Date.UTC(2020, 0, 1), ['202601', '202609'], ['202610', '202611']],
  ])('Versions on %s', (_row, nowMs, active, inactive) => {
    let ofThatDay: Sandbox;
    beforeAll(async () => {
      ofThatDay = await startSandbox({ clock: { now: () => nowMs } });
    });
    afterAll(() => ofThatDay.close());

    const register = (version: string) =>
      new Caller(ofThatDay.url).send({
        method: 'POST',
        path: REGISTER,
        headers: { ...JSON_HEADERS, 'linkedin-version': version },
        body: JSON.stringify(registration()),
      });

    test.each(active)('version %s is served', async (version) => {
      expect(await register(version)).toMatchObject({ status: 200 });
    });

    test.each(inactive)('version %s is not active', async (version) => {
      expect(await register(version)).toMatchObject({
        status: 426,
        json: {
          status: 426,
          code: 'NONEXISTENT_VERSION',
          message: `Requested version ${version}01 is not active`,
        },
      });
    });
  });

  test('/v2 needs no version', async () => {
    const { id } = await caller.register();
    const headers = { ...CALL_HEADERS, 'linkedin-version': undefined };
    expect(await caller.send({ method: 'GET', path: `/v2/assets/${id}`, headers })).toMatchObject({
      status: 200,
    });
  });
});

describe('Paths and methods', () => {
  const rows: [string, string, string, number, string | undefined][] = [
    ['another query parameter on register', 'POST', `${REGISTER}&fields=asset`, 400, undefined],
    ['another query parameter on initialize', 'POST', `${INIT_IMAGE}&fields=image`, 400, undefined],
    [
      'an action with another spelling',
      'POST',
      '/rest/assets?action=completeMultipartUpload',
      400,
      undefined,
    ],
    ['an action in lower case', 'POST', '/rest/assets?action=registerupload', 400, undefined],
    [
      'an action named like a property of every object',
      'POST',
      '/rest/assets?action=constructor',
      400,
      undefined,
    ],
    ['no action', 'POST', '/rest/assets', 400, undefined],
    ['an action of another API', 'POST', '/rest/images?action=registerUpload', 400, undefined],
    ['a new action of the old API', 'POST', '/rest/assets?action=initializeUpload', 400, undefined],
    ['finalizing an image', 'POST', '/rest/images?action=finalizeUpload', 400, undefined],
    ['a GET of an action', 'GET', REGISTER, 400, undefined],
    ['a GET of a new action', 'GET', INIT_VIDEO, 400, undefined],
    ['a PUT of an action', 'PUT', FINALIZE, 400, undefined],
    ['a DELETE of an asset', 'DELETE', '/rest/assets/x', 400, undefined],
    ['a DELETE of an image', 'DELETE', '/rest/images/urn%3Ali%3Aimage%3Ax', 400, undefined],
    ['a POST of a batch', 'POST', '/rest/videos?ids=List(urn%3Ali%3Avideo%3Ax)', 400, undefined],
    ['several assets at once', 'GET', '/rest/assets?ids=List(x)', 400, undefined],
    ['all images', 'GET', '/rest/images', 400, undefined],
    ['another resource', 'POST', '/rest/comments?action=initializeUpload', 404, 'RESOURCE_NOT_FOUND'],
    ['another root', 'POST', '/assets?action=registerUpload', 404, 'RESOURCE_NOT_FOUND'],
    ['images under /v2', 'POST', '/v2/images?action=initializeUpload', 404, 'RESOURCE_NOT_FOUND'],
    ['videos under /v2', 'POST', '/v2/videos?action=initializeUpload', 404, 'RESOURCE_NOT_FOUND'],
    ['the status of an image under /v2', 'GET', '/v2/images/urn%3Ali%3Aimage%3Ax', 404, 'RESOURCE_NOT_FOUND'],
    ['a resource with an empty key', 'GET', '/rest/assets/', 404, 'RESOURCE_NOT_FOUND'],
  ];
  test.each(rows)('the gateway rejects %s', async (_row, method, path, status, code) => {
    const body = method === 'POST' ? { body: JSON.stringify(registration()) } : {};
    const answer = await caller.send({ method, path, headers: JSON_HEADERS, ...body });
    expectApiError(answer, status, code);
    const { message } = answer.json as { message: string };
    expect(message).toMatch(
      status === 400 ? `Method '${method}' is not supported for URI '/` : /^No virtual/,
    );
  });
});

describe('URL length limits', () => {
  const query = (length: number) => `/rest/images?${'i'.repeat(length)}`;
  const segment = (length: number) => `/rest/images/${'i'.repeat(length)}`;
  const whole = (length: number) =>
    `/${'i'.repeat(4000)}/${'i'.repeat(length - 4002 - 2001)}?${'i'.repeat(2000)}`;
  test.each([
    ['a query', 4 * 1024, query],
    ['a path segment', 4 * 1024, segment],
    ['a URL', 8 * 1024, whole],
  ])('%s of more than %i characters is rejected with 414', async (_row, most, pathOf) => {
    expectApiError(await caller.get(pathOf(most + 1)), 414, undefined);
    expect((await caller.get(pathOf(most))).status).not.toBe(414);
  });
});

describe('Request bodies', () => {
  test('each unknown field is rejected and named on its own line of the message', async () => {
    const body = registration({ altText: 'x', title: 'y' });
    const answer = await caller.post(REGISTER, body);
    expect(answer).toMatchObject({ status: 422, headers: { 'x-restli-error-response': 'true' } });
    expect(answer.json).toEqual({
      message:
        'ERROR :: /registerUploadRequest/altText :: unrecognized field found but not allowed\n' +
        'ERROR :: /registerUploadRequest/title :: unrecognized field found but not allowed\n',
      status: 422,
    });
  });

  test('a missing field is rejected and named by its path', async () => {
    const answer = await caller.post(INIT_IMAGE, initialization({ owner: undefined }));
    expect(answer.status).toBe(400);
    expect(answer.json).toEqual({
      errorDetailType: 'com.linkedin.common.error.BadRequest',
      code: 'MISSING_FIELD',
      message: 'Required field is missing: /initializeUploadRequest/owner',
      errorDetails: {
        inputErrors: [
          {
            description: 'Required field is missing: /initializeUploadRequest/owner',
            input: { inputPath: { fieldPath: 'initializeUploadRequest/owner' } },
            code: 'MISSING_FIELD',
          },
        ],
      },
      status: 400,
    });
  });

  test.each([REGISTER, COMPLETE, INIT_IMAGE, INIT_VIDEO, FINALIZE])(
    '%s accepts only valid JSON with a JSON content type',
    async (path) => {
      const send = (headers: Sent['headers'], body: string) =>
        caller.send({ method: 'POST', path, headers, body });
      expectApiError(await send({ ...JSON_HEADERS, 'content-type': 'text/plain' }, '{}'), 415, undefined);
      expectApiError(await send({ ...JSON_HEADERS, 'content-type': undefined }, '{}'), 415, undefined);
      expectApiError(await send(JSON_HEADERS, '{"initializeUploadRequest":'), 400, undefined);
    },
  );
});
