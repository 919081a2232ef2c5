// Status reads by URN, one or several at once: the same rules for images and videos, and the permission to read.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { CALL_HEADERS, Caller, IMAGE_HEADERS, inOne } from './caller.ts';
import { expectApiError } from './expect-errors.ts';
import {
  initializeImage,
  initializeVideo,
  RAW_IMAGE_HEADERS,
  readOne,
  readSeveral,
  uploadVideo,
} from './media-caller.ts';

let sandbox: Sandbox;
let caller: Caller;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ processingMs: 0, ...options });
  caller = new Caller(sandbox.url);
}

async function startAgain(options: SandboxOptions): Promise<void> {
  await sandbox.close();
  await start(options);
}

beforeEach(() => start());
afterEach(() => sandbox.close());

const RESOURCES = [
  ['images', 'image', 'INVALID_IMAGE_ID', async () => (await initializeImage(caller)).id],
  ['videos', 'video', 'INVALID_VIDEO_ID', async () => (await initializeVideo(caller)).id],
] as const;

describe.each(RESOURCES)('Status of %s', (resource, type, invalidId, make) => {
  const other = type === 'image' ? 'video' : 'image';
  const urnOf = (id: string) => `urn:li:${type}:${id}`;
  const encoded = (id: string) => encodeURIComponent(urnOf(id));

  describe('Single reads', () => {
    const rows: [string, (id: string) => string, number, string | undefined][] = [
      ['a URN with raw colons', urnOf, 400, 'ILLEGAL_ARGUMENT'],
      ['a URN with one raw colon', (id) => encoded(id).replace('%3A', ':'), 400, 'ILLEGAL_ARGUMENT'],
      ['an invalid percent encoding', (id) => `${encoded(id)}%3`, 400, 'ILLEGAL_ARGUMENT'],
      ['a URN encoded twice', (id) => encodeURIComponent(encoded(id)), 400, invalidId],
      ['the bare id', (id) => id, 400, invalidId],
      ['a URN of an asset', (id) => encoded(id).replace(type, 'digitalmediaAsset'), 400, 'INVALID_URN_TYPE'],
      ['a URN of another type', (id) => encoded(id).replace(type, other), 400, 'INVALID_URN_TYPE'],
      ['an invalid id', (id) => `${encoded(id)}%20`, 400, 'INVALID_URN_ID'],
      ['an id with a trailing slash', (id) => `${encoded(id)}/`, 400, 'INVALID_URN_ID'],
      ['an unknown id', (id) => `${encoded(id)}0`, 404, undefined],
      ['an unknown parameter', (id) => `${encoded(id)}?status=AVAILABLE`, 400, 'ILLEGAL_ARGUMENT'],
    ];
    test.each(rows)('a read with %s is rejected', async (_row, keyOf, status, code) => {
      const id = await make();
      expectApiError(await caller.get(`/rest/${resource}/${keyOf(id)}`), status, code);
      expect(sandbox.model.calls()).toMatchObject({ status: 1 });
      expect(sandbox.model.batchReads).toBe(0);
    });

    test('a read with raw colons is rejected with LinkedIn’s message', async () => {
      expect((await caller.get(`/rest/${resource}/${urnOf('x')}`)).json).toEqual({
        status: 400,
        code: 'ILLEGAL_ARGUMENT',
        message: 'Syntax exception in path variables',
      });
    });

    test.each([
      ['in upper case', (id: string) => encoded(id)],
      ['in lower case', (id: string) => encoded(id).toLowerCase().replace(id.toLowerCase(), id)],
    ])('an item is found by its URN, encoded %s', async (_row, keyOf) => {
      const id = await make();
      const answer = await caller.get(`/rest/${resource}/${keyOf(id)}`);
      expect(answer).toMatchObject({ status: 200, json: { id: urnOf(id), status: 'WAITING_UPLOAD' } });
    });

    test('an item of the other API is not found', async () => {
      const { id } = await (type === 'image' ? initializeVideo : initializeImage)(caller);
      expectApiError(await readOne(caller, resource, urnOf(id)), 404, undefined);
    });
  });

  describe('Batch reads', () => {
    test('a batch read returns items by their URNs, and an error for each unknown URN', async () => {
      const ids = [await make(), await make(), await make()];
      const asked = [ids[2], 'LOST', ids[0]].map((id) => urnOf(id ?? ''));
      const answer = await readSeveral(caller, resource, asked);
      const found = (id = '') => ({
        id: urnOf(id),
        owner: 'urn:li:organization:24141830',
        status: 'WAITING_UPLOAD',
      });
      expect(answer.status).toBe(200);
      expect(answer.json).toEqual({
        results: { [urnOf(ids[2] ?? '')]: found(ids[2]), [urnOf(ids[0] ?? '')]: found(ids[0]) },
        statuses: { [urnOf(ids[2] ?? '')]: 200, [urnOf(ids[0] ?? '')]: 200 },
        errors: { [urnOf('LOST')]: { status: 404, message: `No such ${type}` } },
      });
      expect(sandbox.model.calls()).toMatchObject({ status: 1 });
      expect(sandbox.model.batchReads).toBe(1);
    });

    test('a batch read may have one URN, or the same one twice', async () => {
      const id = await make();
      for (const urns of [[urnOf(id)], [urnOf(id), urnOf(id)]]) {
        const { json } = await readSeveral(caller, resource, urns);
        expect(Object.keys((json as { results: object }).results)).toEqual([urnOf(id)]);
      }
    });

    const rows: [string, (key: string) => string, number, string | undefined][] = [
      ['a URN with raw colons', (key) => `ids=List(${decodeURIComponent(key)})`, 400, 'ILLEGAL_ARGUMENT'],
      ['no list', (key) => `ids=${key}`, 400, 'ILLEGAL_ARGUMENT'],
      ['an encoded list', (key) => `ids=List%28${key}%29`, 400, 'ILLEGAL_ARGUMENT'],
      ['an encoded comma', (key) => `ids=List(${key}%2C${key})`, 400, 'INVALID_URN_ID'],
      ['list() in lower case', (key) => `ids=list(${key})`, 400, 'ILLEGAL_ARGUMENT'],
      ['an empty list', () => 'ids=List()', 400, 'ILLEGAL_ARGUMENT'],
      ['an empty entry', (key) => `ids=List(${key},)`, 400, 'ILLEGAL_ARGUMENT'],
      ['a list in a list', (key) => `ids=List(List(${key}))`, 400, 'ILLEGAL_ARGUMENT'],
      ['the form of protocol 1', (key) => `ids=${key}&ids=${key}`, 400, 'ILLEGAL_ARGUMENT'],
      ['another parameter', (key) => `ids=List(${key})&status=AVAILABLE`, 400, 'ILLEGAL_ARGUMENT'],
      ['another parameter first', (key) => `status=AVAILABLE&ids=List(${key})`, 400, 'ILLEGAL_ARGUMENT'],
      ['an invalid percent encoding', (key) => `ids=List(${key}%3)`, 400, 'ILLEGAL_ARGUMENT'],
      ['a bare id', (key) => `ids=List(${key.split('%3A').at(-1)})`, 400, invalidId],
      ['a URN of another type', (key) => `ids=List(${key.replace(type, other)})`, 400, 'INVALID_URN_TYPE'],
      ['more than 4 KB', (key) => `ids=List(${Array(200).fill(key).join(',')})`, 414, undefined],
    ];
    test.each(rows)('a batch read with %s is rejected', async (_row, queryOf, status, code) => {
      const key = encoded(await make());
      expectApiError(await caller.get(`/rest/${resource}?${queryOf(key)}`), status, code);
      expect(sandbox.model.calls()).toMatchObject({ status: 1 });
      expect(sandbox.model.batchReads).toBe(1);
    });

    test.each([
      ['forbidden-403', 403, 'ACCESS_DENIED'],
      ['forbidden-400', 400, undefined],
    ] as const)('batch reads can be %s while single reads are allowed', async (batchReads, status, code) => {
      await startAgain({ batchReads });
      const id = await make();
      expectApiError(await readSeveral(caller, resource, [urnOf(id)]), status, code);
      expect(await readOne(caller, resource, urnOf(id))).toMatchObject({ status: 200 });
      expect(sandbox.model.calls()).toMatchObject({ status: 2 });
      expect(sandbox.model.batchReads).toBe(1);
    });
  });
});

describe('Tokens without read permission', () => {
  beforeEach(() => startAgain({ statusReads: 'forbidden' }));

  test.each([
    ['an image', 'Images.GET', async () => readOne(caller, 'images', (await initializeImage(caller)).urn)],
    ['a video', 'Videos.GET', async () => readOne(caller, 'videos', (await initializeVideo(caller)).urn)],
    ['an asset', 'Assets.GET', async () => caller.get(`/rest/assets/${(await caller.register()).id}`)],
    ['images', 'Images.BATCH_GET', () => readSeveral(caller, 'images', ['urn:li:image:x'])],
    ['videos', 'Videos.BATCH_GET', () => readSeveral(caller, 'videos', ['urn:li:video:x'])],
    ['an unknown image', 'Images.GET', () => readOne(caller, 'images', 'urn:li:image:x')],
  ])('a read of %s is rejected with the permission in the message', async (_row, call, read) => {
    expect(await read()).toMatchObject({
      status: 403,
      json: {
        status: 403,
        serviceErrorCode: 100,
        code: 'ACCESS_DENIED',
        message: `Not enough permissions to access: partnerApi${call}.20260901`,
      },
    });
  });

  test('a read under /v2 is rejected without a version in the message', async () => {
    const { id } = await caller.register();
    const headers = { ...CALL_HEADERS, 'linkedin-version': undefined };
    const answer = await caller.send({ method: 'GET', path: `/v2/assets/${id}`, headers });
    expect(answer.json).toMatchObject({
      message: 'Not enough permissions to access: partnerApiAssets.GET',
    });
  });

  test('an invalid read is rejected for its mistake, not for the permission', async () => {
    expectApiError(await caller.get('/rest/images/urn:li:image:x'), 400, 'ILLEGAL_ARGUMENT');
    expectApiError(await caller.get('/rest/assets/x?fields=owner'), 400, 'ILLEGAL_ARGUMENT');
  });

  test('an upload needs no read permission', async () => {
    const { path } = await initializeImage(caller);
    expect(await caller.put(path, RAW_IMAGE_HEADERS, 'bytes')).toMatchObject({ status: 201 });
    await uploadVideo(caller, Buffer.from('0123456789'));
    expect(sandbox.model.assets().map(({ status }) => status)).toEqual(['AVAILABLE', 'AVAILABLE']);
  });
});

describe('Ids across APIs', () => {
  test('an asset can be read as an image or video by the newer APIs', async () => {
    const image = await caller.register();
    await caller.put(image.addresses[0]?.path ?? '', IMAGE_HEADERS, 'bytes');
    const video = await caller.register(inOne);
    expect((await readOne(caller, 'images', `urn:li:image:${image.id}`)).json).toMatchObject({
      id: `urn:li:image:${image.id}`,
      status: 'AVAILABLE',
    });
    expect((await readOne(caller, 'videos', `urn:li:video:${video.id}`)).json).toMatchObject({
      id: `urn:li:video:${video.id}`,
      status: 'WAITING_UPLOAD',
    });
    expectApiError(await readOne(caller, 'videos', `urn:li:video:${image.id}`), 404, undefined);
  });

  test('an image of the Images API is unknown to the Assets API', async () => {
    const { id } = await initializeImage(caller);
    expectApiError(await caller.get(`/rest/assets/${id}`), 404, undefined);
  });

  test('ids are numbered across the APIs, so that each is unique', async () => {
    const ids = [
      (await caller.register()).id,
      (await initializeImage(caller)).id,
      (await initializeVideo(caller)).id,
    ];
    expect(ids).toEqual(['SIMULATED-C5622AQ000001', 'SIMULATED-C4E10AQ000002', 'SIMULATED-C5F10AQ000003']);
  });
});
