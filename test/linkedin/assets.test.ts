// The Assets API against LinkedIn's documentation: request bodies, the sessions that its replies give, and replies that differ.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { openAsset, registerBody } from '../../src/linkedin/assets.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import completeParts from '../replies/complete-parts.json' with { type: 'json' };
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import registerVideo from '../replies/register-video.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { image, inParts, MULTIPART, SINGLE, video } from './asset-sessions.ts';
import { changed } from './changed.ts';
import { open, partBody, reply, ScriptedClient } from './scripted-client.ts';

const { registerUploadRequest: sampleVideo } = registerVideo.request;
it.each([
  ['a synchronous image', image, registerImage.request],
  [
    'an asynchronous image (except for the mechanism)',
    { ...image, mechanism: 'single' },
    {
      registerUploadRequest: {
        ...registerImage.request.registerUploadRequest,
        supportedUploadMechanism: ['SINGLE_REQUEST_UPLOAD'],
      },
    },
  ],
  [
    'a video (with its default mechanism)',
    video,
    {
      registerUploadRequest: {
        ...sampleVideo,
        supportedUploadMechanism: ['SINGLE_REQUEST_UPLOAD'],
      },
    },
  ],
  ['a video in parts (with its size)', inParts, registerParts.request],
] as const)('the registration of %s has the documented body', async (_name, request, body) => {
  expect(registerBody(request)).toEqual(body);

  const client = new ScriptedClient([reply(400)]);
  await caught(() => openAsset(new RestClient(client, '202609'), request), CallError);
  expect(client.lastJson).toEqual(body);
  expect(client.last).toMatchObject({
    method: 'POST',
    phase: 'register',
    idempotency: 'non-idempotent',
    bearer: true,
  });
  expect(client.last.url.href).toBe(`https://api.linkedin.com/rest${registerImage.path}`);
});

it('an image is one part that is sent with the bearer token and its media type', async () => {
  const { client, session } = await open(image, reply(200, registerImage.reply), reply(201));
  const urn = 'urn:li:digitalmediaAsset:C5622AQHdBDflPp0pEg';
  expect(session).toMatchObject({
    identity: {
      urn,
      assetUrn: urn,
      mediaUrn: 'urn:li:image:C5622AQHdBDflPp0pEg',
      urnSource: 'derived',
    },
    query: { api: 'assets', urn, kind: 'image', recipe: image.recipe },
    processedOnUpload: true,
    parts: [{ firstByte: 0, sizeBytes: 4437, expiresAtMs: null }],
  });
  const body = partBody('picture');
  expect(await session.parts[0]?.put(body)).toEqual({ status: 201, etag: null });
  expect(client.last).toMatchObject({
    phase: 'upload',
    method: 'PUT',
    bearer: true,
    headers: { 'media-type-family': 'STILLIMAGE', 'content-type': 'image/png' },
    body: { sizeBytes: 7, chunks: body.chunks },
  });
  expect(client.last.signal).toBe(body.signal);
  expect(client.last.url.href).toBe(registerImage.reply.value.uploadMechanism[SINGLE].uploadUrl);
});

it('a video is one part that is sent without the bearer token as octet-stream', async () => {
  const { client, session } = await open(video, reply(200, registerVideo.reply), reply(200));
  expect(session).toMatchObject({
    identity: { mediaUrn: 'urn:li:video:C5605AQHAq1EzmbDx4A' },
    processedOnUpload: false,
    parts: [{ firstByte: 0, sizeBytes: 2_000_000, expiresAtMs: null }],
  });
  await session.parts[0]?.put(partBody('video'));
  expect(client.last.bearer).toBe(false);
  expect(client.last.headers).toEqual({
    'media-type-family': 'VIDEO',
    'content-type': 'application/octet-stream',
  });
  expect(client.last.url.href).toBe(registerVideo.reply.value.uploadMechanism[SINGLE].uploadUrl);
  expect(session.complete).toBeNull();
});

it('a video in parts has inclusive byte ranges and the upload URLs from the reply', async () => {
  const { client, session } = await open(inParts, reply(200, registerParts.reply), reply(200));
  expect(session.processedOnUpload).toBe(false);
  expect(session.parts).toMatchObject([
    { firstByte: 0, sizeBytes: 4_194_304, expiresAtMs: 1_599_325_800_381 },
    { firstByte: 4_194_304, sizeBytes: 4_194_304, expiresAtMs: 1_599_325_800_381 },
  ]);
  for (const part of session.parts) await part.put(partBody('part'));
  const puts = client.requests.slice(1);
  const { partUploadRequests } = registerParts.reply.value.uploadMechanism[MULTIPART];
  expect(puts.map((put) => put.url.href)).toEqual(partUploadRequests.map((part) => part.url));
  for (const put of puts) {
    expect(put.bearer).toBe(false);
    expect(put.headers).toEqual({ 'content-type': 'application/octet-stream' });
  }
});

const sample = completeParts.request.completeMultipartUploadRequest;

/** The documented registration, with the artifact and metadata of the documented completion of another asset. */
function openSample(...answers: HttpResponse[]) {
  const registered = structuredClone(registerParts.reply);
  registered.value.mediaArtifact = sample.mediaArtifact;
  registered.value.uploadMechanism[MULTIPART].metadata = sample.metadata;
  return open(inParts, reply(200, registered), ...answers);
}

it('the completion has the documented body and URL, which spell multipart differently', async () => {
  const etags = sample.partUploadResponses.map((part) => part.headers.ETag);
  const puts = etags.map((etag) => reply(200, '', { etag: `"${etag}"` }));
  const { client, session } = await openSample(...puts, reply(200));
  const receipts = [];
  for (const part of session.parts) receipts.push(await part.put(partBody('part')));
  await session.complete?.(receipts);
  expect(client.lastJson).toEqual(completeParts.request);
  expect(client.last.url.href).toBe(
    'https://api.linkedin.com/rest/assets?action=completeMultiPartUpload',
  );
  expect(client.last).toMatchObject({
    phase: 'complete',
    idempotency: 'verify-first',
    bearer: true,
  });
});

it('the completion contains the HTTP status of each part', async () => {
  const { client, session } = await openSample(reply(204));
  await session.complete?.([
    { status: 200, etag: 'a' },
    { status: 201, etag: '/b/c' },
  ]);
  expect(client.lastJson).toMatchObject({
    completeMultipartUploadRequest: {
      partUploadResponses: [
        { headers: { ETag: 'a' }, httpStatusCode: 200 },
        { headers: { ETag: '/b/c' }, httpStatusCode: 201 },
      ],
    },
  });
});

it('a reply to a video without the request of its upload throws an error', async () => {
  const path = ['value', 'uploadMechanism', SINGLE];
  const error = await caught(
    () => open(video, reply(200, changed(registerVideo.reply, path))),
    CallError,
  );
  expect(error.code).toBe('REPLY_SHAPE');
});

describe('incomplete registration replies', () => {
  const part = ['value', 'uploadMechanism', MULTIPART, 'partUploadRequests', 1];
  it.each<[path: (string | number)[], SessionRequest, unknown]>([
    [['value', 'mediaArtifact'], image, registerImage.reply],
    [['value', 'uploadMechanism'], image, registerImage.reply],
    [['value', 'uploadMechanism', SINGLE], image, registerImage.reply],
    [['value', 'uploadMechanism', SINGLE, 'uploadUrl'], image, registerImage.reply],
    [['value', 'uploadMechanism', MULTIPART], inParts, registerParts.reply],
    [['value', 'uploadMechanism', MULTIPART, 'metadata'], inParts, registerParts.reply],
    [['value', 'uploadMechanism', MULTIPART, 'partUploadRequests'], inParts, registerParts.reply],
    [[...part, 'url'], inParts, registerParts.reply],
    [[...part, 'byteRange'], inParts, registerParts.reply],
    [[...part, 'byteRange', 'lastByte'], inParts, registerParts.reply],
  ])(
    'a reply without %j throws an error that names the field and keeps the URN',
    async (path, request, sample) => {
      const error = await caught(() => open(request, reply(200, changed(sample, path))), CallError);
      expect(error.code).toBe('REPLY_SHAPE');
      expect(`${error.message} `).toContain(`the registration lacks ${path.join('.')} `);
      expect(error.urn).toBe((sample as typeof registerImage.reply).value.asset);
    },
  );

  const asset = (urn?: string) => changed(registerImage.reply, ['value', 'asset'], urn);
  it.each<[name: string, body: unknown, field: string, urn?: string]>([
    ['no asset', asset(), 'value.asset'],
    ['a URN of another kind', asset('urn:li:image:C1'), 'value.asset', 'urn:li:image:C1'],
    ['a path in the asset ID', asset('urn:li:digitalmediaAsset:../x'), 'value.asset'],
    ['no value', {}, 'value'],
    ['a web page as its body', '<html>busy</html>', 'a JSON object'],
  ])('a reply with %s throws an error that keeps any URN', async (_name, body, field, urn) => {
    const error = await caught(() => open(image, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn });
    expect(error.message).toBe(`LinkedIn's response to the registration lacks ${field}`);
  });

  it.each([
    { firstByte: -1, lastByte: 4 },
    { firstByte: 0, lastByte: 1.5 },
    { firstByte: '0', lastByte: 4 },
  ])('the byte range %j throws an error that names it', async (range) => {
    const body = changed(registerParts.reply, [...part, 'byteRange'], range);
    const error = await caught(() => open(inParts, reply(200, body)), CallError);
    expect(error.message).toContain('byteRange.');
  });
});

const replyWith = (field: string, value?: unknown) =>
  changed(registerImage.reply, ['value', 'uploadMechanism', SINGLE, field], value);
it.each<[name: string, body: unknown]>([
  [
    'unknown fields',
    changed(changed(registerImage.reply, ['value', 'novelty'], { a: 1 }), ['more'], []),
  ],
  ['no headers', replyWith('headers')],
  ['a header that is not a text', replyWith('headers', { 'content-md5': 7 })],
  [
    'an upload URL of the newer format',
    replyWith(
      'uploadUrl',
      'https://www.linkedin.com/dms-uploads/sp/v2/D4/uploaded-image/B4/0?ca=a%2Fb&t=',
    ),
  ],
  [
    'an upload URL on the API host',
    replyWith('uploadUrl', 'https://api.linkedin.com/mediaUpload/sp/D4/uploaded-image/0?ca=1'),
  ],
])('a reply with %s is accepted', async (_name, body) => {
  const { client, session } = await open(image, reply(200, body), reply(201));
  await session.parts[0]?.put(partBody('x'));
  const { value } = body as typeof registerImage.reply;
  expect(client.last.url.href).toBe(value.uploadMechanism[SINGLE].uploadUrl);
  expect(client.last.headers).toHaveProperty('content-type', 'image/png');
  expect(session.identity.assetUrn).toBe(value.asset);
});

it.each([undefined, null, 'soon'])('an expiry of %j counts as no expiry', async (urlExpiresAt) => {
  const path = ['value', 'uploadMechanism', MULTIPART, 'partUploadRequests', 0, 'urlExpiresAt'];
  const { session } = await open(
    inParts,
    reply(200, changed(registerParts.reply, path, urlExpiresAt)),
  );
  expect(session.parts[0]?.expiresAtMs).toBeNull();
});
