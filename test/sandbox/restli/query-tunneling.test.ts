// Query tunnelling as LinkedIn's page and its own JavaScript client do it: the query in the body of a POST, with or
// without a body of the request's own beside it.

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

describe('a query without a body', () => {
  test('may be longer in the body of a POST than it may be in the address', async () => {
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

  test('may be empty', async () => {
    const { id } = await caller.register();
    expect(await tunnel(`/rest/assets/${id}`, 'GET', '')).toMatchObject({ status: 200, json: { id } });
  });

  test('adds to the one in the address', async () => {
    const { urn } = await initializeImage(caller);
    const answer = await tunnel(`/rest/images?${listOf([urn])}`, 'GET', 'fields=status');
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.json).toMatchObject({ results: { [urn]: { status: 'WAITING_UPLOAD' } } });
  });

  test('does not lift the limit on the address', async () => {
    const answer = await tunnel(`/rest/images?${'i'.repeat(4097)}`, 'GET', 'ids=List(x)');
    expectApiError(answer, 414, undefined);
  });
});

describe('a query with a body beside it', () => {
  test.each([
    ['', QUERY + BODY + END],
    [', and a line break behind the last boundary', `${QUERY}${BODY}${END}\r\n`],
    [', the body first', BODY + QUERY + END],
  ])('comes as multipart/mixed%s', async (_row, body) => {
    const answer = await tunnel('/rest/assets', 'POST', body, { 'content-type': MIXED });
    expect(answer).toMatchObject({ status: 200, json: { value: { uploadMechanism: expect.anything() } } });
  });

  test('is held to its own type', async () => {
    const body = QUERY + section('text/plain', '{}') + END;
    expectApiError(await tunnel('/rest/assets', 'POST', body, { 'content-type': MIXED }), 415, undefined);
  });
});

describe('refuses', () => {
  const rows: [string, number, string | undefined, () => Promise<Answer>][] = [
    ['a method that is none', 400, undefined, () => tunnel('/rest/images', 'FETCH', listOf(URNS))],
    ['a method in small letters', 400, undefined, () => tunnel('/rest/images', 'get', listOf(URNS))],
    [
      'another type',
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
      'a GET',
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
      'no token, before it looks into the tunnel',
      401,
      'EMPTY_ACCESS_TOKEN',
      () => tunnel('/rest/images', 'FETCH', '', { authorization: undefined }),
    ],
  ];
  test.each(rows)('%s', async (_row, status, code, send) => {
    expectApiError(await send(), status, code);
  });

  test('an upload: its host knows no tunnel', async () => {
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
