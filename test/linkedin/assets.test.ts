// The Assets API against LinkedIn's documentation: request bodies, and the sessions that its replies give.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { HttpResponse } from '../../src/http/messages.ts';
import { openAsset, registerBody } from '../../src/linkedin/assets.ts';
import { RestClient } from '../../src/linkedin/rest-client.ts';
import completeParts from '../replies/complete-parts.json' with { type: 'json' };
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import registerVideo from '../replies/register-video.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { image, inParts, MULTIPART, SINGLE, video } from './asset-sessions.ts';
import { open, partBody, reply, ScriptedClient } from './scripted-client.ts';

describe('asset registration', () => {
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
      { registerUploadRequest: { ...sampleVideo, supportedUploadMechanism: ['SINGLE_REQUEST_UPLOAD'] } },
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
});

describe('documented registration replies', () => {
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
});

describe('completion of a multipart upload', () => {
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
    expect(client.last.url.href).toBe('https://api.linkedin.com/rest/assets?action=completeMultiPartUpload');
    expect(client.last).toMatchObject({ phase: 'complete', idempotency: 'verify-first', bearer: true });
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
});
