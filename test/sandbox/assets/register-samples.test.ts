// The sandbox against LinkedIn's page: it accepts the sample requests, and its replies have the shape of the samples.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import registerImage from '../../replies/register-image.json' with { type: 'json' };
import registerParts from '../../replies/register-parts.json' with { type: 'json' };
import registerVideo from '../../replies/register-video.json' with { type: 'json' };
import status from '../../replies/status.json' with { type: 'json' };
import { Caller, COMPLETE, completion, IMAGE_HEADERS, inOne, inParts, VIDEO_HEADERS } from '../caller.ts';
import { shapeOf } from './shape.ts';

let sandbox: Sandbox;
let caller: Caller;

beforeAll(async () => {
  sandbox = await startSandbox({ processingMs: 60_000 });
  caller = new Caller(sandbox.url);
});

afterAll(() => sandbox.close());

describe.each(['rest', 'v2'])('Samples under /%s', (root) => {
  test.each([
    ['an image', registerImage],
    ['a video', registerVideo],
    ['a video in parts', registerParts],
  ])('the sample request for %s gets a reply in the shape of the sample', async (_, { request, reply }) => {
    const answer = await caller.post(`/${root}/assets?action=registerUpload`, request);
    expect(answer.status).toBe(200);
    expect(shapeOf(answer.json)).toEqual(shapeOf(reply));
  });

  test('a status read returns the fields of the sample', async () => {
    const { id, addresses } = await caller.register(inOne);
    await caller.put(addresses[0]?.path ?? '', VIDEO_HEADERS, 'bytes');
    const answer = await caller.get(`/${root}/assets/${id}`);
    expect(answer.status).toBe(200);
    expect(shapeOf(answer.json)).toEqual(shapeOf(status.reply));
    const { created, lastModified } = answer.json as typeof status.reply;
    expect(answer.json).toEqual({ ...status.reply, id, created, lastModified });
  });
});

test.each([
  ['image', registerImage.request, 'feedshare-uploadedImage/0\\?.*&sync=1&', 'STILLIMAGE'],
  ['video', registerVideo.request, 'uploadedVideo/0\\?.*&sync=0&', 'VIDEO'],
])(
  'a register reply for one %s has an address on the sandbox’s origin and the headers of the sample',
  async (_, body, path, family) => {
    const answer = await caller.post('/rest/assets?action=registerUpload', body);
    const { uploadUrl, headers } = (answer.json as typeof registerImage.reply).value.uploadMechanism[
      'com.linkedin.digitalmedia.uploading.MediaUploadHttpRequest'
    ];
    expect(uploadUrl).toMatch(new RegExp(`^${sandbox.url}/dms-uploads/SIMULATED[\\w-]+/${path}`));
    expect(headers).toEqual({ 'media-type-family': family });
  },
);

test('a file of 52,428,801 bytes is cut as in the sample, and the last byte is a part', async () => {
  const { addresses } = await caller.register(inParts(52_428_801));
  const ranges = addresses.map(({ firstByte, lastByte }) => ({ firstByte, lastByte }));
  const sample =
    registerParts.reply.value.uploadMechanism['com.linkedin.digitalmedia.uploading.MultipartUpload'];
  expect(ranges.slice(0, 2)).toEqual(sample.partUploadRequests.map((part) => part.byteRange));
  expect(ranges).toHaveLength(13);
  expect(ranges.at(-1)).toEqual({ firstByte: 50_331_648, lastByte: 52_428_800 });
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

test('a status read with `fields` returns only these fields', async () => {
  const { id } = await caller.register();
  const recipes = [{ recipe: 'urn:li:digitalmediaRecipe:feedshare-image', status: 'WAITING_UPLOAD' }];
  expect((await caller.get(`/rest/assets/${id}?fields=mediaArtifacts,recipes,id`)).json).toEqual({
    recipes,
    id,
  });
  expect((await caller.get(`/rest/assets/${id}?fields=status`)).json).toEqual({ status: 'ALLOWED' });
});
