// The state of assets over time: statuses, digests, parts, expiry. Virtual time, real sockets.

import { createHash } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import {
  Caller,
  COMPLETE,
  completion,
  IMAGE_HEADERS,
  inOne,
  inParts,
  PART_HEADERS,
  VIDEO_HEADERS,
} from './caller.ts';

const START_MS = Date.UTC(2026, 10, 25);
const FILE = Buffer.from('The quick brown fox');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let nowMs = START_MS;
let sandbox: Sandbox;
let caller: Caller;

async function start(options: SandboxOptions = {}): Promise<void> {
  nowMs = START_MS;
  sandbox = await startSandbox({ clock: { now: () => nowMs }, ...options });
  caller = new Caller(sandbox.url);
}

afterEach(() => sandbox.close());

async function recipeStatus(id: string): Promise<string | undefined> {
  const { json } = await caller.get(`/rest/assets/${id}`);
  return (json as { recipes: { status: string }[] }).recipes[0]?.status;
}

describe('Asset processing', () => {
  test('a video waits for its upload, is processed for the time set, then is available', async () => {
    await start({ processingMs: 5000 });
    const { id, addresses } = await caller.register(inOne);
    nowMs += 1_000_000;
    expect(await recipeStatus(id)).toBe('WAITING_UPLOAD');
    expect((await caller.get(`/rest/assets/${id}`)).json).toMatchObject({ lastModified: START_MS });
    await caller.put(addresses[0]?.path ?? '', VIDEO_HEADERS, FILE);
    expect(await recipeStatus(id)).toBe('PROCESSING');
    nowMs += 4999;
    expect(await recipeStatus(id)).toBe('PROCESSING');
    nowMs += 1;
    expect(await recipeStatus(id)).toBe('AVAILABLE');
    const availableMs = nowMs;
    nowMs += 1_000_000;
    const { json } = await caller.get(`/rest/assets/${id}`);
    expect(json).toMatchObject({ created: START_MS, lastModified: availableMs, status: 'ALLOWED' });
  });

  test('a synchronous image is available at its 201', async () => {
    await start({ processingMs: 5000 });
    const { id, addresses } = await caller.register();
    expect(await recipeStatus(id)).toBe('WAITING_UPLOAD');
    await caller.put(addresses[0]?.path ?? '', IMAGE_HEADERS, FILE);
    expect(await recipeStatus(id)).toBe('AVAILABLE');
  });

  test('an asynchronous image is processed like a video', async () => {
    await start({ processingMs: 5000 });
    const { id, addresses } = await caller.register({ supportedUploadMechanism: ['SINGLE_REQUEST_UPLOAD'] });
    expect(await caller.put(addresses[0]?.path ?? '', IMAGE_HEADERS, FILE)).toMatchObject({ status: 201 });
    expect(await recipeStatus(id)).toBe('PROCESSING');
    nowMs += 5000;
    expect(await recipeStatus(id)).toBe('AVAILABLE');
  });

  test('a video in parts waits for the complete call', async () => {
    await start({ processingMs: 5000 });
    const parts = await caller.register(inParts(FILE.length));
    const receipts = await caller.putParts(parts, FILE);
    nowMs += 1_000_000;
    expect(await recipeStatus(parts.id)).toBe('WAITING_UPLOAD');
    await caller.post(COMPLETE, completion(parts, receipts));
    expect(await recipeStatus(parts.id)).toBe('PROCESSING');
    nowMs += 5000;
    expect(await recipeStatus(parts.id)).toBe('AVAILABLE');
  });
});

describe('Reported assets', () => {
  test('the model reports the digest of a file that was sent in one request', async () => {
    await start();
    const { id, addresses } = await caller.register();
    await caller.put(addresses[0]?.path ?? '', IMAGE_HEADERS, FILE);
    expect(sandbox.model.assets()).toEqual([
      {
        id,
        urn: `urn:li:digitalmediaAsset:${id}`,
        api: 'assets',
        kind: 'image',
        owner: 'urn:li:organization:24141830',
        recipe: 'urn:li:digitalmediaRecipe:feedshare-image',
        mechanism: 'SYNCHRONOUS_UPLOAD',
        sizeBytes: FILE.length,
        sha256: sha256(FILE),
        partDigests: [],
        captions: null,
        thumbnail: null,
        status: 'AVAILABLE',
        assetStatus: 'ALLOWED',
      },
    ]);
  });

  test('the model reports the digests of the parts, and of the file when they arrived in order', async () => {
    await start();
    const parts = await caller.register(inParts(FILE.length));
    const receipts = await caller.putParts(parts, FILE);
    expect(sandbox.model.assets()[0]).toMatchObject({ sha256: null });
    await caller.post(COMPLETE, completion(parts, receipts));
    const digests = parts.addresses.map(({ firstByte, lastByte }) => ({
      firstByte,
      lastByte,
      sha256: sha256(FILE.subarray(firstByte, lastByte + 1)),
    }));
    expect(sandbox.model.assets()[0]).toMatchObject({
      sizeBytes: FILE.length,
      sha256: sha256(FILE),
      partDigests: digests,
    });
  });

  test('the model reports only the digests of the parts when they arrived out of order', async () => {
    await start();
    const parts = await caller.register(inParts(FILE.length));
    const turned = { ...parts, addresses: parts.addresses.toReversed() };
    const receipts = (await caller.putParts(turned, FILE)).toReversed();
    expect(await caller.post(COMPLETE, completion(parts, receipts))).toMatchObject({ status: 200 });
    const [asset] = sandbox.model.assets();
    expect(asset?.sha256).toBeNull();
    expect(asset?.partDigests.map((part) => part.sha256)).toEqual(
      parts.addresses.map(({ firstByte, lastByte }) => sha256(FILE.subarray(firstByte, lastByte + 1))),
    );
  });

  test('a part that is sent twice gets a new ETag, and the last bytes count', async () => {
    await start();
    const parts = await caller.register(inParts(9));
    const stale = await caller.putParts(parts, Buffer.from('aaabbbccc'));
    const again = await caller.putParts(
      { ...parts, addresses: parts.addresses.slice(0, 1) },
      Buffer.from('aaa'),
    );
    const fresh = await caller.putParts(
      { ...parts, addresses: parts.addresses.slice(0, 1) },
      Buffer.from('xxx'),
    );
    expect(new Set([...stale, ...again, ...fresh].map(({ headers }) => headers.ETag)).size).toBe(5);
    expect(await caller.post(COMPLETE, completion(parts, stale))).toMatchObject({ status: 400 });
    expect(await caller.post(COMPLETE, completion(parts, [...fresh, ...stale.slice(1)]))).toMatchObject({
      status: 200,
    });
    const [asset] = sandbox.model.assets();
    expect(asset).toMatchObject({ sizeBytes: 9, sha256: null });
    expect(asset?.partDigests[0]?.sha256).toBe(sha256(Buffer.from('xxx')));
  });

  test('the model counts calls by kind, also rejected ones, and the peak of parallel PUTs', async () => {
    await start();
    const parts = await caller.register(inParts(30));
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(5);
      await held;
      yield Buffer.alloc(5);
    }
    const headers = { ...PART_HEADERS, 'content-length': '10' };
    const puts = parts.addresses.map(({ path }) => caller.put(path, headers, slow()));
    await expect.poll(() => sandbox.model.peakUploads).toBe(3);
    release();
    await Promise.all(puts);
    await caller.put('/dms-uploads/x', PART_HEADERS, 'x');
    await caller.get('/rest/assets/x');
    expect(sandbox.model.calls()).toEqual({ register: 1, upload: 4, complete: 0, status: 1 });
    expect(sandbox.model.peakUploads).toBe(3);
  });
});

describe('Upload URLs, ids and ETags', () => {
  test('an upload URL expires after urlLifeMs', async () => {
    await start({ urlLifeMs: 60_000 });
    const { addresses } = await caller.register();
    const second = await caller.register();
    nowMs += 59_999;
    expect(await caller.put(addresses[0]?.path ?? '', IMAGE_HEADERS, FILE)).toMatchObject({ status: 201 });
    nowMs += 1;
    expect(await caller.put(second.addresses[0]?.path ?? '', IMAGE_HEADERS, FILE)).toMatchObject({
      status: 403,
    });
  });

  test('addresses of parts carry their expiry, a day later by default', async () => {
    await start();
    const answer = await caller.post('/rest/assets?action=registerUpload', {
      registerUploadRequest: {
        owner: 'urn:li:person:abc',
        serviceRelationships: [{ identifier: 'urn:li:userGeneratedContent', relationshipType: 'OWNER' }],
        ...inParts(10),
      },
    });
    expect(answer.text).toContain(`"urlExpiresAt":${START_MS + 24 * 60 * 60 * 1000}`);
  });

  test('ids count up after a prefix', async () => {
    await start();
    expect((await caller.register()).id).toBe('SIMULATED-C5622AQ000001');
    expect((await caller.register(inOne)).id).toBe('SIMULATED-C5605AQ000002');
  });
});
