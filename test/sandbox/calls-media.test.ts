// Fault rules in the Images and Videos APIs: the same rules as in the Assets API, and those for one API.

import { afterEach, expect, test } from 'vitest';
import type { FaultRule } from '../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import { Caller, IMAGE_HEADERS, PART_HEADERS } from './caller.ts';
import {
  CAPTIONS,
  FINALIZE,
  finalization,
  INIT_IMAGE,
  INIT_VIDEO,
  initialization,
  initializeImage,
  initializeVideo,
  putVideo,
  RAW_IMAGE_HEADERS,
  readOne,
  readSeveral,
  sendCaptions,
  THUMBNAIL_HEADERS,
} from './media-caller.ts';

const BUSY = { status: 429, body: { status: 429, code: 'TOO_MANY_REQUESTS', message: 'x' } };
const FILE = Buffer.from('0123456789');

let sandbox: Sandbox;
let caller: Caller;

async function start(...faults: FaultRule[]): Promise<void> {
  sandbox = await startSandbox({ faults, processingMs: 0 });
  caller = new Caller(sandbox.url);
}

afterEach(() => sandbox.close());

async function initializeStatus(path: string): Promise<number> {
  const fields = path === INIT_VIDEO ? { fileSizeBytes: 10 } : {};
  return (await caller.post(path, initialization(fields))).status;
}

test('fault rules for register apply to initialize, and those for complete to finalize', async () => {
  await start({ on: 'register', nth: 2, reply: BUSY }, { on: 'complete', reply: { status: 503 } });
  const video = await initializeVideo(caller);
  expect(await initializeStatus(INIT_IMAGE)).toBe(429);
  expect(sandbox.model.assets()).toHaveLength(1);
  const right = finalization(video, await putVideo(caller, video, FILE));
  expect(await caller.post(FINALIZE, right)).toMatchObject({ status: 503 });
  expect(await caller.post(FINALIZE, right)).toMatchObject({ status: 200 });
});

test('a fault rule can be limited to one API', async () => {
  await start({ on: 'register', api: 'videos', every: true, reply: BUSY });
  await caller.register();
  expect(await initializeStatus(INIT_IMAGE)).toBe(200);
  expect(await initializeStatus(INIT_VIDEO)).toBe(429);
});

test('a fault rule for uploads can be limited to one API', async () => {
  await start({ on: 'upload', api: 'images', every: true, reply: BUSY });
  const asset = await caller.register();
  expect(await caller.put(asset.addresses[0]?.path ?? '', IMAGE_HEADERS, 'x')).toMatchObject({
    status: 201,
  });
  const { path } = await initializeImage(caller);
  expect(await caller.put(path, RAW_IMAGE_HEADERS, 'x')).toMatchObject({ status: 429, json: BUSY.body });
});

test.each(['media', 'captions', 'thumbnail'] as const)(
  'a fault rule can be limited to uploads of %s',
  async (of) => {
    await start({ on: 'upload', of, every: true, reply: { status: 503 } });
    const video = await initializeVideo(caller, { uploadCaptions: true, uploadThumbnail: true });
    const part = FILE.subarray(0, (video.parts[0]?.lastByte ?? 0) + 1);
    const statuses = {
      media: (await caller.put(video.parts[0]?.path ?? '', PART_HEADERS, part)).status,
      captions: (await sendCaptions(caller, video.captionsPath)).status,
      thumbnail: (await caller.put(video.thumbnailPath, THUMBNAIL_HEADERS, 'x')).status,
    };
    expect(statuses).toEqual({ media: 200, captions: 201, thumbnail: 201, [of]: 503 });
  },
);

test('captions with an injected failure are not stored, and can be sent again', async () => {
  await start({ on: 'upload', of: 'captions', reply: { status: 500 } });
  const { captionsPath } = await initializeVideo(caller, { uploadCaptions: true });
  expect(await sendCaptions(caller, captionsPath)).toMatchObject({ status: 500, json: null });
  expect(sandbox.model.assets()).toMatchObject([{ captions: null }]);
  expect(await sendCaptions(caller, captionsPath)).toMatchObject({ status: 201 });
  expect(sandbox.model.assets()).toMatchObject([{ captions: { sizeBytes: CAPTIONS.length } }]);
});

test('fault rules can remove the ETag of a video part and fields of an initialize reply', async () => {
  await start(
    { on: 'upload', omitEtag: true },
    {
      on: 'register',
      mutate: { value: { uploadToken: null, uploadInstructions: { 0: { lastByte: 5 } } } },
    },
  );
  const answer = await caller.post(INIT_VIDEO, initialization({ fileSizeBytes: 10 }));
  const { value } = answer.json as { value: Record<string, unknown> };
  expect(value).not.toHaveProperty('uploadToken');
  expect(value.uploadInstructions).toMatchObject([{ firstByte: 0, lastByte: 5 }, {}, {}]);
  const video = await initializeVideo(caller);
  expect(await putVideo(caller, { ...video, parts: video.parts.slice(0, 1) }, FILE)).toEqual(['undefined']);
});

test('a batch read is one call, and a fault rule for one of its items applies to it', async () => {
  await start({ on: 'status', asset: 'SIMULATED-C4E10AQ000002', reply: BUSY });
  const urns = [(await initializeImage(caller)).urn, (await initializeImage(caller)).urn];
  expect(await readSeveral(caller, 'images', urns.slice(0, 1))).toMatchObject({ status: 200 });
  expect(await readSeveral(caller, 'images', urns)).toMatchObject({ status: 429 });
  expect(await readSeveral(caller, 'images', urns)).toMatchObject({ status: 200 });
});

test('finalStatus on a batch read affects one item if the rule names it, otherwise all', async () => {
  await start(
    { on: 'status', asset: 'SIMULATED-C4E10AQ000002', finalStatus: 'PROCESSING_FAILED' },
    { on: 'status', nth: 3, finalStatus: 'PROCESSING' },
  );
  const images = [await initializeImage(caller), await initializeImage(caller)];
  for (const { path } of images) await caller.put(path, RAW_IMAGE_HEADERS, 'x');
  const urns = images.map(({ urn }) => urn);
  const statuses = async () => {
    const { json } = await readSeveral(caller, 'images', urns);
    return Object.values((json as { results: Record<string, { status: string }> }).results).map(
      ({ status }) => status,
    );
  };
  await statuses();
  expect(await statuses()).toEqual(['AVAILABLE', 'PROCESSING_FAILED']);
  await statuses();
  expect(await statuses()).toEqual(['PROCESSING', 'PROCESSING']);
});

test('mutate can replace an item of a batch read by an error', async () => {
  await start();
  const { urn } = await initializeImage(caller);
  const lost = { results: { [urn]: null }, statuses: { [urn]: null }, errors: { [urn]: { status: 500 } } };
  await sandbox.close();
  await start({ on: 'status', mutate: lost });
  await initializeImage(caller);
  const { json } = await readSeveral(caller, 'images', [urn]);
  expect(json).toEqual({ results: {}, statuses: {}, errors: { [urn]: { status: 500 } } });
  expect(await readOne(caller, 'images', urn)).toMatchObject({ status: 200 });
});
