// The Images and Documents APIs: the request body, the single PUT, and replies that differ from the documented one.

import { expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import documentForbidden from '../replies/document-forbidden.json' with { type: 'json' };
import initializeDocument from '../replies/initialize-document.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { changed } from './changed.ts';
import { DOCUMENT_URN, document, documentAnswer, IMAGE_URN, image, imageAnswer } from './media-sessions.ts';
import { open, partBody, reply } from './scripted-client.ts';

it('an image session is opened with the owner alone, and has the URN from LinkedIn, the whole file as one part, and no completion', async () => {
  const { client, session } = await open(image, reply(200, imageAnswer));
  expect(client.lastJson).toEqual({ initializeUploadRequest: { owner: image.owner } });
  expect(client.last).toMatchObject({
    url: new URL('https://api.linkedin.com/rest/images?action=initializeUpload'),
    ...{ method: 'POST', phase: 'register', idempotency: 'non-idempotent', bearer: true },
  });
  expect(session).toMatchObject({
    identity: { urn: IMAGE_URN, mediaUrn: IMAGE_URN, urnSource: 'linkedin' },
    query: { api: 'media', urn: IMAGE_URN, kind: 'image', recipe: null },
    processedOnUpload: false,
    parts: [{ firstByte: 0, sizeBytes: 4437, expiresAtMs: 1_677_278_372_000 }],
    sidecarUploads: [],
  });
  expect(session.identity).not.toHaveProperty('assetUrn');
  expect(session.complete).toBeNull();
  expect(client.requests).toHaveLength(1);
});

it.each(['image/png', 'image/jpeg', 'image/gif'])(
  'an upload of %s sends the bearer token and its media type',
  async (mediaType) => {
    const { client, session } = await open({ ...image, mediaType }, reply(200, imageAnswer), reply(201));
    const body = partBody('picture');
    expect(await session.parts[0]?.put(body)).toEqual({ status: 201, etag: null });
    expect(client.last).toMatchObject({ phase: 'upload', method: 'PUT', bearer: true });
    expect(client.last.headers).toEqual({ 'content-type': mediaType });
    expect(client.last.body).toMatchObject({ sizeBytes: 7, chunks: body.chunks });
    expect(client.last.signal).toBe(body.signal);
    expect(client.last.url.href).toBe(imageAnswer.value.uploadUrl);
  },
);

it.each([
  [changed(imageAnswer, ['value', 'image']), 'value.image', undefined],
  [changed(imageAnswer, ['value', 'uploadUrl']), 'value.uploadUrl', IMAGE_URN],
  [changed(imageAnswer, ['value', 'uploadUrl'], 7), 'value.uploadUrl', IMAGE_URN],
  [changed(imageAnswer, ['value', 'image'], 'urn:li:video:C5'), 'value.image', 'urn:li:video:C5'],
  [changed(imageAnswer, ['value', 'image'], 'urn:li:image:'), 'value.image', undefined],
  [{}, 'value', undefined],
  ['<html>busy</html>', 'a JSON object', undefined],
  ['', 'a JSON object', undefined],
])('the reply %j throws CallError for %s', async (body, field, urn) => {
  const error = await caught(() => open(image, reply(200, body)), CallError);
  expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn });
  expect(error.message).toBe(`LinkedIn's response to the registration lacks ${field}`);
});

it('a document is initialized with its owner and sent in one PUT as octets with the bearer token', async () => {
  const { client, session } = await open(document, reply(200, documentAnswer), reply(201));
  expect(client.requests[0]?.url.href).toBe(
    'https://api.linkedin.com/rest/documents?action=initializeUpload',
  );
  expect(client.lastJson).toEqual(initializeDocument.request);
  expect(session).toMatchObject({
    identity: { urn: DOCUMENT_URN, mediaUrn: DOCUMENT_URN, urnSource: 'linkedin' },
    query: { api: 'media', urn: DOCUMENT_URN, kind: 'document', recipe: null },
    parts: [{ firstByte: 0, sizeBytes: 4437, expiresAtMs: 1_650_567_510_704 }],
    complete: null,
  });
  expect(await session.parts[0]?.put(partBody('pages'))).toEqual({ status: 201, etag: null });
  expect(client.last).toMatchObject({ method: 'PUT', bearer: true });
  expect(client.last.headers).toEqual({ 'content-type': 'application/octet-stream' });
  expect(client.last.url.href).toBe(initializeDocument.reply.value.uploadUrl);
});

it('LinkedIn’s refusal for an owner without a role is ACCESS_DENIED with its message', async () => {
  const error = await caught(() => open(document, reply(403, documentForbidden.reply)), CallError);
  expect(error).toMatchObject({ code: 'ACCESS_DENIED', status: 403 });
  expect(error.message).toContain('Accessing this document resource is forbidden');
});
