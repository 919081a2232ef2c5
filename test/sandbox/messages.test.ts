// Requests that Node's HTTP client would not send, passed directly to the routes: wrong lengths, repeated headers.

import { describe, expect, test } from 'vitest';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { createRoutes } from '../../src/sandbox/routes.ts';
import { SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import { Caller } from './caller.ts';
import { captionsForm, initializeImage, initializeVideo, RAW_IMAGE_HEADERS } from './media-caller.ts';

const ORIGIN = 'http://sandbox';

async function setUp() {
  const model = new SandboxModel();
  const handle = createRoutes(model);
  const caller = new Caller(ORIGIN, new SandboxDispatcher(handle));
  const send = async (
    path: string,
    method: string,
    headers: [string, string][],
    chunks: Iterable<Uint8Array>,
  ) => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield* chunks;
    }
    return handle({ method, path, headers, body: body(), origin: ORIGIN });
  };
  return { model, caller, send };
}

describe('Content-Length', () => {
  test.each([
    ['that is not a number', 'ten', /not a number/],
    ['that is negative', '-10', /not a number/],
    ['that is sent twice', '10, 10', /not a number/],
    ['that is too long for the body', '11', /differs from Content-Length/],
    ['that is too short for the body', '9', /differs from Content-Length/],
  ])('a length %s is rejected, and nothing is stored', async (_row, length, reason) => {
    const { model, caller, send } = await setUp();
    const { path } = await initializeImage(caller);
    const headers: [string, string][] = [...Object.entries(RAW_IMAGE_HEADERS), ['content-length', length]];
    const reply = await send(path, 'PUT', headers, [Buffer.alloc(5), Buffer.alloc(5)]);
    expect(reply.status).toBe(400);
    expect(model.log.at(-1)?.reason).toMatch(reason);
    expect(model.assets()).toMatchObject([{ sizeBytes: 0, status: 'WAITING_UPLOAD' }]);
  });

  test('a form that is longer than its length is rejected', async () => {
    const { model, caller, send } = await setUp();
    const { captionsPath } = await initializeVideo(caller, { uploadCaptions: true });
    const { headers, body } = await captionsForm();
    const pairs = Object.entries({ ...headers, 'content-length': String(body.length) }) as [string, string][];
    expect((await send(captionsPath, 'POST', pairs, [body, Buffer.from('x')])).status).toBe(400);
    expect(model.log.at(-1)?.reason).toMatch(/differs from Content-Length/);
    expect((await send(captionsPath, 'POST', pairs, [body])).status).toBe(201);
  });

  test('a body is read no further once it exceeds its length', async () => {
    const { caller, send } = await setUp();
    const { path } = await initializeImage(caller);
    let read = 0;
    function* endless(): Generator<Uint8Array> {
      for (; read < 100; read += 1) yield Buffer.alloc(5);
    }
    const headers: [string, string][] = [...Object.entries(RAW_IMAGE_HEADERS), ['content-length', '10']];
    await send(path, 'PUT', headers, endless());
    expect(read).toBe(2);
  });
});

test('an image type is detected from the first bytes, even if they arrive one by one', async () => {
  const { model, caller, send } = await setUp();
  const { path } = await initializeImage(caller);
  const thin = (hex: string) => [...Buffer.from(hex, 'hex')].map((byte) => Buffer.from([byte]));
  const headers: [string, string][] = [...Object.entries(RAW_IMAGE_HEADERS), ['content-length', '6']];
  expect((await send(path, 'PUT', headers, thin('474946383961'))).status).toBe(400);
  expect(model.log.at(-1)?.reason).toMatch(/not match the image/);
  expect((await send(path, 'PUT', headers, thin('89504e470d0a'))).status).toBe(201);
});

test('a request with two Authorization headers is rejected with 401', async () => {
  const { send } = await setUp();
  const headers: [string, string][] = [
    ['Authorization', 'Bearer test-token'],
    ['authorization', 'Bearer test-token'],
  ];
  expect((await send('/rest/images/x', 'GET', headers, [])).status).toBe(401);
});
