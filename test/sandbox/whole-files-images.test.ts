// The Images API: one invalid call per rule of its initialize and its PUT, and the states of an image over time.
// Virtual time, real sockets.

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Caller, type Sent } from './caller.ts';
import { expectApiError, expectHtmlError } from './expect-errors.ts';
import { INIT_IMAGE, initialization, initializeImage, RAW_IMAGE_HEADERS, readOne } from './media-caller.ts';

const START_MS = Date.UTC(2026, 10, 25);
const DAY_MS = 24 * 60 * 60 * 1000;
const FILE = Buffer.from('\x89PNG and so on', 'latin1');

let nowMs = START_MS;
let sandbox: Sandbox;
let caller: Caller;

async function start(options: SandboxOptions = {}): Promise<void> {
  nowMs = START_MS;
  sandbox = await startSandbox({ clock: { now: () => nowMs }, token: 'test-token', ...options });
  caller = new Caller(sandbox.url);
}

beforeEach(() => start());
afterEach(() => sandbox.close());

describe('Initialize of an image', () => {
  test('initialize answers with exactly the fields of LinkedIn’s page', async () => {
    const answer = await caller.post(INIT_IMAGE, initialization());
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    expect(answer.json).toEqual({
      value: {
        uploadUrl: expect.stringContaining(`${sandbox.url}/dms-uploads/sp/v2/SIMULATED-C4E10AQ000001/`),
        uploadUrlExpiresAt: START_MS + DAY_MS,
        image: 'urn:li:image:SIMULATED-C4E10AQ000001',
      },
    });
  });

  const library = { associatedAccount: 'urn:li:sponsoredAccount:5', assetName: 'Hero' };
  const rows: [string, unknown, number, string | undefined][] = [
    ['no body field', {}, 400, 'MISSING_FIELD'],
    ['a list', [], 403, 'ACCESS_DENIED'],
    ['the body of the Assets API', { registerUploadRequest: { owner: 'x' } }, 422, undefined],
    ['a field beside the request', { ...initialization(), dryRun: true }, 422, undefined],
    ['an unknown field', initialization({ altText: 'x' }), 422, undefined],
    ['a recipe', initialization({ recipes: [] }), 422, undefined],
    ['an upload mechanism', initialization({ supportedUploadMechanism: [] }), 422, undefined],
    ['a file size', initialization({ fileSizeBytes: 9 }), 422, undefined],
    ['no owner', initialization({ owner: undefined }), 400, 'MISSING_FIELD'],
    ['an owner of another kind', initialization({ owner: 'urn:li:company:1' }), 403, 'ACCESS_DENIED'],
    [
      'a media library without account',
      initialization({ mediaLibraryMetadata: { assetName: 'x' } }),
      400,
      'MISSING_FIELD',
    ],
    [
      'a media library without name',
      initialization({ mediaLibraryMetadata: { ...library, assetName: undefined } }),
      400,
      'MISSING_FIELD',
    ],
    [
      'a media library of a person',
      initialization({ mediaLibraryMetadata: { ...library, associatedAccount: 'urn:li:person:5' } }),
      403,
      'ACCESS_DENIED',
    ],
    [
      'a media library with an empty name',
      initialization({ mediaLibraryMetadata: { ...library, assetName: '' } }),
      403,
      'ACCESS_DENIED',
    ],
    [
      'a media library with an extra field',
      initialization({ mediaLibraryMetadata: { ...library, status: 'ACTIVE' } }),
      422,
      undefined,
    ],
  ];
  test.each(rows)('initialize rejects %s', async (_row, body, status, code) => {
    expectApiError(await caller.post(INIT_IMAGE, body), status, code);
    expect(sandbox.model.assets()).toEqual([]);
  });

  test.each([
    ['a person as owner', { owner: 'urn:li:person:-f_Ut43FoQ' }],
    ['an ad account as owner', { owner: 'urn:li:sponsoredAccount:123' }],
    ['a media library', { mediaLibraryMetadata: library }],
  ])('initialize accepts %s', async (_row, fields) => {
    expect(await caller.post(INIT_IMAGE, initialization(fields))).toMatchObject({ status: 200 });
  });
});

describe('Image upload', () => {
  async function* stream(): AsyncGenerator<Uint8Array> {
    yield FILE;
  }
  const rows: [string, number, Partial<Sent>][] = [
    ['no Authorization', 401, { headers: { authorization: undefined } }],
    ['another token', 401, { headers: { authorization: 'Bearer stolen' } }],
    [
      'a content type that is not an image',
      400,
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    ],
    ['a content type that LinkedIn does not support', 400, { headers: { 'content-type': 'image/webp' } }],
    ['the content type of another image', 400, { headers: { 'content-type': 'image/jpeg' } }],
    ['an empty body', 400, { body: '' }],
    ['a chunked body', 411, { body: stream() }],
    ['a multipart form', 400, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['POST', 405, { method: 'POST' }],
  ];
  test.each(rows)('an upload with %s is rejected', async (_row, status, wrong) => {
    const { path } = await initializeImage(caller);
    const right = { method: 'PUT', path, body: FILE };
    const headers = { ...RAW_IMAGE_HEADERS, ...wrong.headers };
    expectHtmlError(await caller.send({ ...right, ...wrong, headers }), status);
    expect(sandbox.model.assets()).toMatchObject([{ sizeBytes: 0, status: 'WAITING_UPLOAD' }]);
    expect(await caller.put(path, RAW_IMAGE_HEADERS, FILE)).toMatchObject({ status: 201 });
  });

  test.each([
    ['image/jpeg', 'ffd8ffe000104a46'],
    ['image/png', '89504e470d0a1a0a'],
    ['image/gif', '4749463839610100'],
  ])('an upload of %s is answered with an empty 201 and no ETag', async (type, hex) => {
    const { path } = await initializeImage(caller);
    const body = Buffer.from(hex, 'hex');
    const answer = await caller.put(path, { ...RAW_IMAGE_HEADERS, 'content-type': type }, body);
    expect(answer).toMatchObject({ status: 201, text: '' });
    expect(answer.headers).not.toHaveProperty('etag');
  });

  test.each([
    ['no content type', undefined],
    ['application/octet-stream', 'application/octet-stream'],
  ])('an upload with %s is accepted', async (_row, type) => {
    const { path } = await initializeImage(caller);
    const headers = { authorization: 'Bearer test-token', 'content-type': type };
    expect(await caller.put(path, headers, FILE)).toMatchObject({ status: 201, text: '' });
  });

  test('a second upload to the same address is rejected', async () => {
    const { path } = await initializeImage(caller);
    await caller.put(path, RAW_IMAGE_HEADERS, FILE);
    expectHtmlError(await caller.put(path, RAW_IMAGE_HEADERS, FILE), 409);
  });

  test('an upload to an expired address is rejected', async () => {
    const { path } = await initializeImage(caller);
    nowMs += DAY_MS;
    expectHtmlError(await caller.put(path, RAW_IMAGE_HEADERS, FILE), 403);
  });
});

describe('Image states over time', () => {
  async function statusOf(urn: string): Promise<string | undefined> {
    return ((await readOne(caller, 'images', urn)).json as { status?: string }).status;
  }

  test('an image stays WAITING_UPLOAD for a lag after its 201, then is processed, then available', async () => {
    await sandbox.close();
    await start({ lagMs: 300, processingMs: 1700 });
    const { urn, path } = await initializeImage(caller);
    nowMs += 60_000;
    await caller.put(path, RAW_IMAGE_HEADERS, FILE);
    const seen = [];
    for (const elapsedMs of [0, 299, 300, 1699, 1700]) {
      nowMs = START_MS + 60_000 + elapsedMs;
      seen.push(await statusOf(urn));
    }
    expect(seen).toEqual(['WAITING_UPLOAD', 'WAITING_UPLOAD', 'PROCESSING', 'PROCESSING', 'AVAILABLE']);
  });

  test('the lag after the 201 is a third of the processing time, unless it is set', async () => {
    const { urn, path } = await initializeImage(caller);
    await caller.put(path, RAW_IMAGE_HEADERS, FILE);
    nowMs += 99;
    expect(await statusOf(urn)).toBe('WAITING_UPLOAD');
    nowMs += 1;
    expect(await statusOf(urn)).toBe('PROCESSING');
  });

  test('a lag longer than the processing ends in the final status', async () => {
    await sandbox.close();
    await start({ lagMs: 300, processingMs: 0 });
    const { urn, path } = await initializeImage(caller);
    await caller.put(path, RAW_IMAGE_HEADERS, FILE);
    nowMs += 299;
    expect(await statusOf(urn)).toBe('WAITING_UPLOAD');
    nowMs += 1;
    expect(await statusOf(urn)).toBe('AVAILABLE');
  });

  test('a read returns the download address only once the image is available', async () => {
    const { id, urn, path } = await initializeImage(caller);
    const pending = { id: urn, owner: 'urn:li:organization:24141830', status: 'WAITING_UPLOAD' };
    expect((await readOne(caller, 'images', urn)).json).toEqual(pending);
    await caller.put(path, RAW_IMAGE_HEADERS, FILE);
    nowMs += 200;
    expect((await readOne(caller, 'images', urn)).json).toEqual({ ...pending, status: 'PROCESSING' });
    nowMs += 200;
    expect((await readOne(caller, 'images', urn)).json).toEqual({
      ...pending,
      status: 'AVAILABLE',
      downloadUrl: expect.stringMatching(new RegExp(`^https://media\\.simulated\\.invalid/image/${id}\\?e=`)),
      downloadUrlExpiresAt: nowMs + DAY_MS,
      aspectRatioWidth: 3,
      aspectRatioHeight: 2,
    });
  });

  test('a read of a failed image returns no download address', async () => {
    await sandbox.close();
    await start({ faults: [{ on: 'register', finalStatus: 'PROCESSING_FAILED' }] });
    const { urn, path } = await initializeImage(caller);
    await caller.put(path, RAW_IMAGE_HEADERS, FILE);
    nowMs += 1000;
    const { json } = await readOne(caller, 'images', urn);
    expect(json).toEqual({
      id: urn,
      owner: 'urn:li:organization:24141830',
      status: 'PROCESSING_FAILED',
    });
  });

  test('the model reports an image with its digest', async () => {
    const { id, urn, path } = await initializeImage(caller);
    await caller.put(path, RAW_IMAGE_HEADERS, FILE);
    expect(sandbox.model.assets()).toEqual([
      {
        id,
        urn,
        api: 'images',
        kind: 'image',
        owner: 'urn:li:organization:24141830',
        recipe: '',
        mechanism: null,
        sizeBytes: FILE.length,
        sha256: createHash('sha256').update(FILE).digest('hex'),
        partDigests: [],
        captions: null,
        thumbnail: null,
        status: 'WAITING_UPLOAD',
        assetStatus: 'ALLOWED',
      },
    ]);
    expect(sandbox.model.calls()).toEqual({ register: 1, upload: 1, complete: 0, status: 0 });
  });
});
