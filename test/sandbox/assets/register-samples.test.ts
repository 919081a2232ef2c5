// Registrations against LinkedIn's page: the sandbox accepts the sample requests, and its replies have the shape of the samples.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import registerImage from '../../replies/register-image.json' with { type: 'json' };
import registerParts from '../../replies/register-parts.json' with { type: 'json' };
import registerVideo from '../../replies/register-video.json' with { type: 'json' };
import { Caller, inParts } from '../caller.ts';
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
