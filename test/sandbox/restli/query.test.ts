// Query tunnelling as on LinkedIn's page and in its JavaScript client: the query in the body of a POST, with or without
// the body of the tunnelled request.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { type Answer, CALL_HEADERS, Caller, IMAGE_HEADERS, registration, type Sent } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import { initializeImage, readSeveral } from '../media-caller.ts';

let sandbox: Sandbox;
let caller: Caller;
beforeAll(async () => {
  sandbox = await startSandbox({ processingMs: 0 });
  caller = new Caller(sandbox.url);
});
afterAll(() => sandbox.close());

const FORM = 'application/x-www-form-urlencoded';
const MIXED = 'multipart/mixed; boundary=xyz';

function tunnel(path: string, method: string, body: string, headers: Sent['headers'] = {}): Promise<Answer> {
  const inTunnel = { ...CALL_HEADERS, 'content-type': FORM, 'x-http-method-override': method };
  return caller.send({ method: 'POST', path, headers: { ...inTunnel, ...headers }, body });
}

const section = (type: string, content: string) => `--xyz\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
const QUERY = section(FORM, 'action=registerUpload');
const BODY = section('application/json', JSON.stringify(registration()));
const END = '--xyz--';

const URNS = Array.from({ length: 160 }, (_, index) => `urn:li:image:LOST${index}`);
const listOf = (urns: readonly string[]) => `ids=List(${urns.map(encodeURIComponent).join(',')})`;

describe('Tunnelled query without a body', () => {
  test('a tunnelled query may be longer than the limit of a URL', async () => {
    const { urn } = await initializeImage(caller);
    const urns = [urn, ...URNS];
    expect(listOf(urns).length).toBeGreaterThan(4096);
    expectApiError(await readSeveral(caller, 'images', urns), 414, undefined);
    const before = sandbox.model.batchReads;
    const answer = await tunnel('/rest/images', 'GET', listOf(urns), { 'x-restli-method': 'batch_get' });
    expect(answer.status).toBe(200);
    const { results, errors } = answer.json as Record<'results' | 'errors', Record<string, unknown>>;
    expect(Object.keys(results)).toEqual([urn]);
    expect(Object.keys(errors)).toEqual(URNS);
    expect(sandbox.model.batchReads).toBe(before + 1);
  });

  test('a tunnelled query may be empty', async () => {
    const { id } = await caller.register();
    expect(await tunnel(`/rest/assets/${id}`, 'GET', '')).toMatchObject({ status: 200, json: { id } });
  });

  test('a tunnelled query adds to the query of the URL', async () => {
    const { urn } = await initializeImage(caller);
    const answer = await tunnel(`/rest/images?${listOf([urn])}`, 'GET', 'fields=status');
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.json).toMatchObject({ results: { [urn]: { status: 'WAITING_UPLOAD' } } });
  });

  test('a tunnelled query does not lift the length limit of the URL', async () => {
    const answer = await tunnel(`/rest/images?${'i'.repeat(4097)}`, 'GET', 'ids=List(x)');
    expectApiError(answer, 414, undefined);
  });
});

describe('Tunnelled query with a body', () => {
  test.each([
    ['', QUERY + BODY + END],
    [' with a line break after the last boundary', `${QUERY}${BODY}${END}\r\n`],
    [' with the body first', BODY + QUERY + END],
  ])('a tunnelled query and its body are accepted as multipart/mixed%s', async (_row, body) => {
    const answer = await tunnel('/rest/assets', 'POST', body, { 'content-type': MIXED });
    expect(answer).toMatchObject({ status: 200, json: { value: { uploadMechanism: expect.anything() } } });
  });

  test('a tunnelled body needs its own content type to be JSON', async () => {
    const body = QUERY + section('text/plain', '{}') + END;
    expectApiError(await tunnel('/rest/assets', 'POST', body, { 'content-type': MIXED }), 415, undefined);
  });
});

describe('Invalid tunnels', () => {
  const rows: [string, number, string | undefined, () => Promise<Answer>][] = [
    ['an unknown method', 400, undefined, () => tunnel('/rest/images', 'FETCH', listOf(URNS))],
    ['a method in lower case', 400, undefined, () => tunnel('/rest/images', 'get', listOf(URNS))],
    [
      'another content type',
      415,
      undefined,
      () => tunnel('/rest/images', 'GET', '{}', { 'content-type': 'application/json' }),
    ],
    [
      'no boundary',
      400,
      undefined,
      () => tunnel('/rest/assets', 'POST', QUERY + BODY + END, { 'content-type': 'multipart/mixed; x=y' }),
    ],
    [
      'sections that do not end',
      400,
      undefined,
      () => tunnel('/rest/assets', 'POST', QUERY + BODY, { 'content-type': MIXED }),
    ],
    ['no query', 400, undefined, () => tunnel('/rest/assets', 'POST', BODY + END, { 'content-type': MIXED })],
    [
      'two bodies',
      400,
      undefined,
      () => tunnel('/rest/assets', 'POST', QUERY + BODY + BODY + END, { 'content-type': MIXED }),
    ],
    [
      'the method GET outside',
      400,
      undefined,
      () =>
        caller.send({
          method: 'GET',
          path: '/rest/images?ids=List(urn%3Ali%3Aimage%3AA)',
          headers: { ...CALL_HEADERS, 'x-http-method-override': 'GET' },
        }),
    ],
    [
      'no token and an unknown method, for the token,',
      401,
      'EMPTY_ACCESS_TOKEN',
      () => tunnel('/rest/images', 'FETCH', '', { authorization: undefined }),
    ],
  ];
  test.each(rows)('a tunnel with %s is rejected', async (_row, status, code, send) => {
    expectApiError(await send(), status, code);
  });

  test('an upload through a tunnel is rejected', async () => {
    const { addresses } = await caller.register();
    const answer = await caller.send({
      method: 'POST',
      path: addresses[0]?.path ?? '',
      headers: { ...IMAGE_HEADERS, 'x-http-method-override': 'PUT' },
      body: 'bytes',
    });
    expect(answer.status).toBe(405);
  });
});
