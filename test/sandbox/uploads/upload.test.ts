// Uploads to the addresses of the Assets API: one invalid call per rule, and the replies of LinkedIn's page.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SandboxModel } from '../../../src/sandbox/model.ts';
import { createRoutes } from '../../../src/sandbox/routes.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { SandboxDispatcher } from '../../support/sandbox-dispatcher.ts';
import {
  Caller,
  COMPLETE,
  completion,
  IMAGE_HEADERS,
  inOne,
  inParts,
  PART_HEADERS,
  type Sent,
  VIDEO_HEADERS,
} from '../caller.ts';
import { expectHtmlError } from '../expect-errors.ts';

let sandbox: Sandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startSandbox({ token: 'test-token' });
  caller = new Caller(sandbox.url);
});

afterAll(() => sandbox.close());

describe('Asset upload', () => {
  const bytes = Buffer.from('0123456789');
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield bytes;
  }
  const image = (headers: Sent['headers'], more: Partial<Sent> = {}) =>
    [{}, { headers: { ...IMAGE_HEADERS, ...headers }, ...more }] as const;
  const video = (headers: Sent['headers'], more: Partial<Sent> = {}) =>
    [inOne, { headers: { ...VIDEO_HEADERS, ...headers }, ...more }] as const;
  const part = (headers: Sent['headers'], more: Partial<Sent> = {}) =>
    [inParts(30), { headers: { ...PART_HEADERS, ...headers }, ...more }] as const;

  const rows: [string, number, ReturnType<typeof image | typeof video | typeof part>][] = [
    ['an image without Authorization', 401, image({ authorization: undefined })],
    ['an image with another token', 401, image({ authorization: 'Bearer stolen' })],
    [
      'an image with a content type that is not an image',
      400,
      image({ 'content-type': 'application/x-www-form-urlencoded' }),
    ],
    [
      'an image with a content type that LinkedIn does not support',
      400,
      image({ 'content-type': 'image/webp' }),
    ],
    ['an image with the header of a video', 400, image({ 'media-type-family': 'VIDEO' })],
    ['an image with the content type of another one', 400, image({}, { body: Buffer.from('GIF89a....') })],
    ['an empty image', 400, image({}, { body: '' })],
    ['a chunked image', 411, image({}, { body: stream() })],
    ['an image by POST', 405, image({}, { method: 'POST' })],
    ['a video with Authorization', 400, video({ authorization: 'Bearer test-token' })],
    ['a video with the header of an image', 400, video({ 'media-type-family': 'STILLIMAGE' })],
    ['a video with the content type of an image', 400, video({ 'content-type': 'image/png' })],
    ['a video without content type', 400, video({ 'content-type': undefined })],
    ['a part with Authorization', 400, part({ authorization: 'Bearer test-token' })],
    ['a part with another content type', 400, part({ 'content-type': 'video/mp4' })],
    ['a part that is too short', 400, part({}, { body: bytes.subarray(1) })],
    ['a part that is too long', 400, part({}, { body: Buffer.alloc(11) })],
    ['a chunked part', 411, part({}, { body: stream() })],
  ];
  test.each(rows)('an upload of %s is rejected', async (_row, status, [fields, put]) => {
    const { id, addresses } = await caller.register(fields);
    const path = addresses[0]?.path ?? '';
    expectHtmlError(await caller.send({ method: 'PUT', path, body: bytes, ...put }), status);
    expect(sandbox.model.assets().find((asset) => asset.id === id)).toMatchObject({ sizeBytes: 0 });
  });

  // curl adds `accept`, `user-agent` and `content-length`.
  const CURL = { accept: '*/*', 'user-agent': 'curl/8.5.0' };
  test.each<[string, Record<string, unknown>, Sent['headers'], number]>([
    ['an image', {}, { authorization: 'Bearer test-token' }, 201],
    ['a video', inOne, { 'content-type': 'application/octet-stream' }, 200],
  ])(
    'an upload of %s is accepted with the headers of the curl sample on LinkedIn’s page',
    async (_row, fields, sent, status) => {
      const { addresses } = await caller.register(fields);
      const answer = await caller.put(addresses[0]?.path ?? '', { ...CURL, ...sent }, bytes);
      expect(answer).toMatchObject({ status, text: '' });
    },
  );

  test('an image is accepted as application/octet-stream', async () => {
    const { id, addresses } = await caller.register();
    const headers = { ...IMAGE_HEADERS, 'content-type': 'application/octet-stream' };
    const png = Buffer.from('89504e470d0a1a0a', 'hex');
    expect(await caller.put(addresses[0]?.path ?? '', headers, png)).toMatchObject({ status: 201 });
    expect(sandbox.model.assets().find((asset) => asset.id === id)).toMatchObject({ sizeBytes: png.length });
  });

  test('a video above 200 MB in one request is rejected by its Content-Length, before its bytes arrive', async () => {
    const { addresses } = await caller.register(inOne);
    async function* large(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 201; sent += 1) yield Buffer.alloc(1_000_000);
    }
    const headers = { ...VIDEO_HEADERS, 'content-length': '201000000' };
    expectHtmlError(await caller.put(addresses[0]?.path ?? '', headers, large()), 413);
  });

  test('an upload to an unknown address is rejected', async () => {
    const { addresses } = await caller.register();
    expectHtmlError(await caller.put(`${addresses[0]?.path}x`, IMAGE_HEADERS, bytes), 404);
  });

  test('a second upload to the same address is rejected', async () => {
    const { addresses } = await caller.register();
    const path = addresses[0]?.path ?? '';
    expect(await caller.put(path, IMAGE_HEADERS, bytes)).toMatchObject({ status: 201 });
    expectHtmlError(await caller.put(path, IMAGE_HEADERS, bytes), 409);
  });

  test('an upload to a used address is rejected before fault rules apply and before its body is read', async () => {
    const model = new SandboxModel({ faults: [{ on: 'upload', nth: 2, reply: { status: 500 } }] });
    const direct = new Caller('http://sandbox', new SandboxDispatcher(createRoutes(model)));
    const { addresses } = await direct.register();
    const path = addresses[0]?.path ?? '';
    await direct.put(path, IMAGE_HEADERS, bytes);
    let read = false;
    async function* watched(): AsyncGenerator<Uint8Array> {
      read = true;
      yield bytes;
    }
    expectHtmlError(await direct.put(path, { ...IMAGE_HEADERS, 'content-length': '10' }, watched()), 409);
    expect(read).toBe(false);
  });

  test('one of two parallel uploads to an address is accepted', async () => {
    const { addresses } = await caller.register();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    async function* held(): AsyncGenerator<Uint8Array> {
      yield bytes.subarray(5);
      await released;
      yield bytes.subarray(5);
    }
    const headers = { ...IMAGE_HEADERS, 'content-length': '10' };
    const puts = [1, 2].map(() => caller.put(addresses[0]?.path ?? '', headers, held()));
    await expect.poll(() => sandbox.model.peakUploads).toBe(2);
    release();
    const statuses = (await Promise.all(puts)).map(({ status }) => status);
    expect(statuses.toSorted()).toEqual([201, 409]);
  });

  test('a part is rejected after the complete call', async () => {
    const parts = await caller.register(inParts(10));
    await caller.post(COMPLETE, completion(parts, await caller.putParts(parts, bytes)));
    const first = parts.addresses[0];
    const part = bytes.subarray(0, (first?.lastByte ?? 0) + 1);
    expectHtmlError(await caller.put(first?.path ?? '', PART_HEADERS, part), 409);
  });
});

test('an image upload is answered with an empty 201, and a video upload with 200', async () => {
  const image = await caller.register();
  const imagePut = await caller.put(image.addresses[0]?.path ?? '', IMAGE_HEADERS, 'bytes');
  expect(imagePut).toMatchObject({ status: 201, text: '', headers: { 'content-length': '0' } });
  expect(imagePut.headers.etag).toBeUndefined();

  const video = await caller.register(inOne);
  expect(await caller.put(video.addresses[0]?.path ?? '', VIDEO_HEADERS, 'bytes')).toMatchObject({
    status: 200,
    text: '',
  });
});

test('a part gets a quoted hex ETag, and the complete call takes it without quotes', async () => {
  const parts = await caller.register(inParts(10));
  const file = Buffer.from('0123456789');
  const first = parts.addresses[0];
  const answer = await caller.put(
    first?.path ?? '',
    first?.headers ?? {},
    file.subarray(0, (first?.lastByte ?? 0) + 1),
  );
  expect(answer.status).toBe(200);
  expect(answer.headers.etag).toMatch(/^"[0-9a-f]{32}"$/);

  const receipts = await caller.putParts(parts, file);
  expect(await caller.post(COMPLETE, completion(parts, receipts))).toMatchObject({ status: 200, text: '' });
});

test('the log holds each rejection with its reason, without tokens and queries', async () => {
  const { addresses } = await caller.register(inOne);
  const path = addresses[0]?.path ?? '';
  await caller.put(path, { ...VIDEO_HEADERS, authorization: 'Bearer test-token' }, 'x');
  expect(sandbox.model.log.at(-1)).toEqual({
    kind: 'upload',
    method: 'PUT',
    path: path.split('?')[0],
    status: 400,
    reason: 'This upload URL does not accept an Authorization header',
  });
  expect(JSON.stringify(sandbox.model.log)).not.toMatch(/test-token|stolen|\?/);
});
