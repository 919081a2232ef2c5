// Assets API replies that differ from the documentation: accepted differences, errors that name the field, and URNs.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import registerImage from '../replies/register-image.json' with { type: 'json' };
import registerParts from '../replies/register-parts.json' with { type: 'json' };
import registerVideo from '../replies/register-video.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { image, inParts, MULTIPART, SINGLE, video } from './asset-sessions.ts';
import { changed } from './changed.ts';
import { open, partBody, reply } from './scripted-client.ts';

describe('incomplete registration replies', () => {
  const part = ['value', 'uploadMechanism', MULTIPART, 'partUploadRequests', 1];
  it.each<[path: (string | number)[], SessionRequest, unknown]>([
    [['value', 'mediaArtifact'], image, registerImage.reply],
    [['value', 'uploadMechanism'], image, registerImage.reply],
    [['value', 'uploadMechanism', SINGLE], image, registerImage.reply],
    [['value', 'uploadMechanism', SINGLE, 'uploadUrl'], image, registerImage.reply],
    [['value', 'uploadMechanism', SINGLE], video, registerVideo.reply],
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

  it('a URN of another kind throws an error that keeps the URN', async () => {
    const body = changed(registerImage.reply, ['value', 'asset'], 'urn:li:image:C1');
    const error = await caught(() => open(image, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: 'urn:li:image:C1' });
    expect(error.message).toContain('value.asset');
  });

  it.each<[name: string, body: unknown, field: string]>([
    ['no asset', changed(registerImage.reply, ['value', 'asset']), 'value.asset'],
    [
      'a path in the asset ID',
      changed(registerImage.reply, ['value', 'asset'], 'urn:li:digitalmediaAsset:../x'),
      'value.asset',
    ],
    ['no value', {}, 'value'],
    ['a web page as its body', '<html>busy</html>', 'a JSON object'],
    ['deep lists as its body', '['.repeat(100_000) + ']'.repeat(100_000), 'a JSON object'],
  ])('a reply with %s throws an error without a URN', async (_name, body, field) => {
    const error = await caught(() => open(image, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: undefined });
    expect(error.message).toBe(`LinkedIn's response to the registration lacks ${field}`);
  });

  it.each<[name: string, range: unknown]>([
    ['below zero', { firstByte: -1, lastByte: 4 }],
    ['a fraction', { firstByte: 0, lastByte: 1.5 }],
    ['a text', { firstByte: '0', lastByte: 4 }],
  ])('a byte range that is %s throws an error that names byteRange', async (_name, range) => {
    const body = changed(registerParts.reply, [...part, 'byteRange'], range);
    const error = await caught(() => open(inParts, reply(200, body)), CallError);
    expect(error.message).toContain('byteRange.');
  });

  it('an upload URL on another host throws an error that names the host and keeps the URN', async () => {
    const path = ['value', 'uploadMechanism', SINGLE, 'uploadUrl'];
    const body = changed(registerImage.reply, path, 'https://evil.example/dms-uploads/x?secret=1');
    const error = await caught(() => open(image, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'UPLOAD_URL', urn: registerImage.reply.value.asset });
    expect(error.message).toContain('evil.example');
    expect(error.message).not.toContain('secret');
  });
});

describe('accepted differences from the documentation', () => {
  const single = ['value', 'uploadMechanism', SINGLE];
  it.each<[name: string, body: unknown]>([
    ['unknown fields', changed(changed(registerImage.reply, ['value', 'novelty'], { a: 1 }), ['more'], [])],
    ['no headers', changed(registerImage.reply, [...single, 'headers'])],
    [
      'a header that is not a text',
      changed(registerImage.reply, [...single, 'headers'], { 'content-md5': 7 }),
    ],
    [
      'an upload URL of the newer format',
      changed(
        registerImage.reply,
        [...single, 'uploadUrl'],
        'https://www.linkedin.com/dms-uploads/sp/v2/D4/uploaded-image/B4/0?ca=a%2Fb&t=',
      ),
    ],
    [
      'an upload URL on the API host',
      changed(
        registerImage.reply,
        [...single, 'uploadUrl'],
        'https://api.linkedin.com/mediaUpload/sp/D4/uploaded-image/0?ca=1',
      ),
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
    const { session } = await open(inParts, reply(200, changed(registerParts.reply, path, urlExpiresAt)));
    expect(session.parts[0]?.expiresAtMs).toBeNull();
  });
});
