// The Videos API: the initialization, the byte ranges of its upload instructions, and the finalization.

import { describe, expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import { initializeVideoBody } from '../../src/linkedin/videos.ts';
import { caught } from '../support/caught.ts';
import { changed } from './changed.ts';
import { VIDEO_URN, video, videoAnswer, withSidecars } from './media-sessions.ts';
import { open, partBody, reply } from './scripted-client.ts';

const FIRST = ['value', 'uploadInstructions', 0];

describe('initialization of a video upload', () => {
  const captions = { sizeBytes: 1 };
  const thumbnail = { sizeBytes: 2 };
  it.each<
    [
      name: string,
      sidecars: NonNullable<SessionRequest['sidecars']> | null,
      uploadCaptions: boolean,
      uploadThumbnail: boolean,
    ]
  >([
    ['no sidecars', null, false, false],
    ['captions', { captions }, true, false],
    ['a thumbnail', { thumbnail }, false, true],
    ['captions and a thumbnail', { captions, thumbnail }, true, true],
  ])(
    'the initialization of a video with %s requests the matching upload URLs',
    async (_name, sidecars, uploadCaptions, uploadThumbnail) => {
      const request = sidecars === null ? video : { ...video, sidecars };
      const { owner, sizeBytes: fileSizeBytes } = video;
      const body = { initializeUploadRequest: { owner, fileSizeBytes, uploadCaptions, uploadThumbnail } };
      expect(initializeVideoBody(request)).toEqual(body);
    },
  );

  it('the initialization is a non-idempotent POST to the initializeUpload action', async () => {
    const { client } = await open(video, reply(200, videoAnswer));
    expect(client.lastJson).toEqual(initializeVideoBody(video));
    expect(client.last.url.href).toBe('https://api.linkedin.com/rest/videos?action=initializeUpload');
    expect(client.last).toMatchObject({
      method: 'POST',
      phase: 'register',
      idempotency: 'non-idempotent',
      bearer: true,
    });
  });
});

describe('video upload session', () => {
  it('a session has the URN from LinkedIn and one part per instruction, the last one clipped to the size of the file', async () => {
    const { session } = await open(video, reply(200, videoAnswer));
    const expiresAtMs = 1_633_234_229_847;
    expect(session).toMatchObject({
      identity: { urn: VIDEO_URN, mediaUrn: VIDEO_URN, urnSource: 'linkedin' },
      query: { api: 'media', urn: VIDEO_URN, kind: 'video', recipe: null },
      processedOnUpload: false,
      parts: [
        { firstByte: 0, sizeBytes: 4_194_304, expiresAtMs },
        { firstByte: 4_194_304, sizeBytes: 4_194_304, expiresAtMs },
        { firstByte: 8_388_608, sizeBytes: 4_194_304, expiresAtMs },
        { firstByte: 12_582_912, sizeBytes: 1, expiresAtMs },
      ],
      sidecarUploads: [],
    });
    expect(session.identity).not.toHaveProperty('assetUrn');
  });

  it.each([
    ['exceeds the file, as in the example of LinkedIn, is clipped', 0, 4_194_303, 1_055_736, 1_055_736],
    ['ends with the file is kept', 0, 4_194_303, 4_194_304, 4_194_304],
    ['ends before the end of the file is not extended', 0, 99, 150, 100],
    ['has one byte gives a part of one byte', 7, 7, 8, 1],
  ])('a byte range that %s', async (_name, firstByte, lastByte, sizeBytes, expected) => {
    const uploadInstructions = [{ uploadUrl: 'https://www.linkedin.com/x', firstByte, lastByte }];
    const body = changed(videoAnswer, ['value', 'uploadInstructions'], uploadInstructions);
    const { session } = await open({ ...video, sizeBytes }, reply(200, body));
    expect(session.parts).toMatchObject([{ firstByte, sizeBytes: expected }]);
  });

  it('each part is sent to its own URL as octet-stream without the bearer token', async () => {
    const { client, session } = await open(video, reply(200, videoAnswer), reply(200));
    for (const part of session.parts) await part.put(partBody('part'));
    const puts = client.requests.slice(1);
    expect(puts.map((put) => put.url.href)).toEqual(
      videoAnswer.value.uploadInstructions.map((one) => one.uploadUrl),
    );
    for (const put of puts) {
      expect(put).toMatchObject({ phase: 'upload', method: 'PUT', bearer: false });
      expect(put.headers).toEqual({ 'content-type': 'application/octet-stream' });
    }
  });
});

describe('finalization of a video upload', () => {
  it.each([
    ['', ''],
    ['AQE-opaque_token==', 'AQE-opaque_token=='],
    [undefined, ''],
    [null, ''],
  ])('an upload token of %j is sent back as %j', async (given, uploadToken) => {
    const body = changed(videoAnswer, ['value', 'uploadToken'], given);
    const { client, session } = await open(video, reply(200, body), reply(200));
    await session.complete?.([{ status: 200, etag: 'a' }]);
    expect(client.lastJson).toEqual({
      finalizeUploadRequest: { video: VIDEO_URN, uploadToken, uploadedPartIds: ['a'] },
    });
    expect(client.last.url.href).toBe('https://api.linkedin.com/rest/videos?action=finalizeUpload');
    expect(client.last).toMatchObject({
      method: 'POST',
      phase: 'complete',
      idempotency: 'verify-first',
      bearer: true,
    });
  });

  it('the part IDs are the ETags without quotes, in the order of the instructions', async () => {
    const path = '/ambry-video/signedId/eyJhbGciOiJIUzI1NiJ9.bin';
    const etags = [path, `"${path}2"`, '"e4383924336106965d6cd2a111beaceb"', 'W/"odd"'];
    const puts = [2, 0, 3, 1];
    const answers = puts.map((index) => reply(200, '', { etag: etags[index] ?? '' }));
    const { client, session } = await open(video, reply(200, videoAnswer), ...answers, reply(200));
    const receipts = [];
    // The parts are sent in another order than the instructions.
    for (const index of puts) receipts[index] = (await session.parts[index]?.put(partBody('x'))) ?? never();
    await session.complete?.(receipts);
    expect(client.lastJson).toMatchObject({
      finalizeUploadRequest: {
        uploadedPartIds: [path, `${path}2`, 'e4383924336106965d6cd2a111beaceb', 'W/"odd"'],
      },
    });
  });
});

function never(): never {
  throw new RangeError('there is no such part');
}

describe('initialization replies', () => {
  it.each<[path: (string | number)[], value: unknown, field: string, urn: string | undefined]>([
    [['value', 'video'], undefined, 'value.video', undefined],
    [['value', 'video'], 'urn:li:image:C5', 'value.video', 'urn:li:image:C5'],
    [['value', 'video'], 'urn:li:video:C5:1', 'value.video', undefined],
    [['value', 'uploadToken'], 7, 'value.uploadToken', VIDEO_URN],
    [['value', 'uploadInstructions'], undefined, 'value.uploadInstructions', VIDEO_URN],
    [['value', 'uploadInstructions'], [], 'value.uploadInstructions', VIDEO_URN],
    [[...FIRST, 'uploadUrl'], undefined, 'value.uploadInstructions.0.uploadUrl', VIDEO_URN],
    [[...FIRST, 'firstByte'], undefined, 'value.uploadInstructions.0.firstByte', VIDEO_URN],
    [[...FIRST, 'firstByte'], -1, 'value.uploadInstructions.0.firstByte', VIDEO_URN],
    [[...FIRST, 'lastByte'], undefined, 'value.uploadInstructions.0.lastByte', VIDEO_URN],
    [[...FIRST, 'lastByte'], 1.5, 'value.uploadInstructions.0.lastByte', VIDEO_URN],
  ])('a reply with %j = %j throws CallError for %s', async (path, value, field, urn) => {
    const body = changed(videoAnswer, path, value);
    const error = await caught(() => open(video, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn });
    expect(error.message).toBe(`LinkedIn's response to the registration lacks ${field}`);
  });

  it('one upload URL on another host rejects the whole reply, and the error keeps the URN', async () => {
    const path = ['value', 'uploadInstructions', 3, 'uploadUrl'];
    const body = changed(videoAnswer, path, 'https://linkedin.com.evil.example/x?sau=secret');
    const error = await caught(() => open(video, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'UPLOAD_URL', urn: VIDEO_URN });
    expect(error.message).not.toContain('secret');
  });

  it.each([undefined, null, '30 days'])('an expiry of %j counts as no expiry', async (expiry) => {
    const body = changed(videoAnswer, ['value', 'uploadUrlsExpireAt'], expiry);
    const { session } = await open(video, reply(200, body));
    expect(session.parts[0]?.expiresAtMs).toBeNull();
  });

  it.each(['captionsUploadUrl', 'thumbnailUploadUrl'])(
    'a reply without the requested %s throws CallError',
    async (field) => {
      const value = {
        captionsUploadUrl: 'https://www.linkedin.com/c',
        thumbnailUploadUrl: 'https://www.linkedin.com/t',
      };
      const full = { value: { ...videoAnswer.value, ...value } };
      for (const nothing of [undefined, null]) {
        const body = changed(full, ['value', field], nothing);
        const error = await caught(() => open(withSidecars, reply(200, body)), CallError);
        expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: VIDEO_URN });
        expect(error.message).toBe(`LinkedIn's response to the registration lacks value.${field}`);
      }
    },
  );
});
