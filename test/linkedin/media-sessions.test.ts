// The Images, Documents and Videos APIs: requests, parts, sidecars, and replies that differ from the documented ones.

import { Response } from 'undici';
import { expect, it } from 'vitest';
import { CallError } from '../../src/errors/action-error.ts';
import type { HttpRequest } from '../../src/http/messages.ts';
import { initializeVideoBody } from '../../src/linkedin/media-sessions.ts';
import type {
  PartBody,
  SessionRequest,
  SidecarUpload,
  UploadSession,
} from '../../src/linkedin/session.ts';
import documentForbidden from '../replies/document-forbidden.json' with { type: 'json' };
import initializeDocument from '../replies/initialize-document.json' with { type: 'json' };
import { caught } from '../support/caught.ts';
import { changed } from './changed.ts';
import {
  DOCUMENT_URN,
  document,
  documentAnswer,
  IMAGE_URN,
  image,
  imageAnswer,
  sidecarsAnswer,
  VIDEO_URN,
  video,
  videoAnswer,
  withSidecars,
} from './media-sessions.ts';
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
    const { client, session } = await open(
      { ...image, mediaType },
      reply(200, imageAnswer),
      reply(201),
    );
    const body = partBody('picture');
    expect(await session.parts[0]?.put(body)).toEqual({ status: 201, etag: null });
    expect(client.last).toMatchObject({ phase: 'upload', method: 'PUT', bearer: true });
    expect(client.last.headers).toEqual({ 'content-type': mediaType });
    expect(client.last.body).toMatchObject({ sizeBytes: 7, chunks: body.chunks });
    expect(client.last.signal).toBe(body.signal);
    expect(client.last.url.href).toBe(imageAnswer.value.uploadUrl);
  },
);

it.each<[string, unknown, string, string | undefined]>([
  ['without a URN', changed(imageAnswer, ['value', 'image']), 'value.image', undefined],
  [
    'without an address',
    changed(imageAnswer, ['value', 'uploadUrl']),
    'value.uploadUrl',
    IMAGE_URN,
  ],
  [
    'with a number as address',
    changed(imageAnswer, ['value', 'uploadUrl'], 7),
    'value.uploadUrl',
    IMAGE_URN,
  ],
  [
    'with the URN of a video',
    changed(imageAnswer, ['value', 'image'], 'urn:li:video:C5'),
    'value.image',
    'urn:li:video:C5',
  ],
  [
    'with a URN without an id',
    changed(imageAnswer, ['value', 'image'], 'urn:li:image:'),
    'value.image',
    undefined,
  ],
  ['without a value', {}, 'value', undefined],
  ['in HTML', '<html>busy</html>', 'a JSON object', undefined],
  ['that is empty', '', 'a JSON object', undefined],
])(
  'a reply %s throws CallError, which names the field and keeps the URN',
  async (_, body, field, urn) => {
    const error = await caught(() => open(image, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn });
    expect(error.message).toBe(`LinkedIn's response to the registration lacks ${field}`);
  },
);

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

const FIRST = ['value', 'uploadInstructions', 0];

const captions = { sizeBytes: 1 };
const thumbnail = { sizeBytes: 2 };
it.each<[SessionRequest['sidecars'], uploadCaptions: boolean, uploadThumbnail: boolean]>([
  [undefined, false, false],
  [{ captions }, true, false],
  [{ thumbnail }, false, true],
  [{ captions, thumbnail }, true, true],
])(
  'with the sidecars %j, upload URLs for these are requested',
  (sidecars, uploadCaptions, uploadThumbnail) => {
    const { owner, sizeBytes: fileSizeBytes } = video;
    const body = {
      initializeUploadRequest: { owner, fileSizeBytes, uploadCaptions, uploadThumbnail },
    };
    expect(initializeVideoBody({ ...video, ...(sidecars && { sidecars }) })).toEqual(body);
  },
);

it('the initialization of a video is a non-idempotent POST to the initializeUpload action', async () => {
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

it('a video session has the URN from LinkedIn and one part per instruction, the last one clipped to the size of the file', async () => {
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
  [
    'exceeds the file, as in the example of LinkedIn, is clipped',
    0,
    4_194_303,
    1_055_736,
    1_055_736,
  ],
  ['ends with the file is kept', 0, 4_194_303, 4_194_304, 4_194_304],
  ['ends before the end of the file is not extended', 0, 99, 150, 100],
  ['has one byte gives a part of one byte', 7, 7, 8, 1],
])('a byte range that %s', async (_name, firstByte, lastByte, sizeBytes, expected) => {
  const uploadInstructions = [{ uploadUrl: 'https://www.linkedin.com/x', firstByte, lastByte }];
  const body = changed(videoAnswer, ['value', 'uploadInstructions'], uploadInstructions);
  const { session } = await open({ ...video, sizeBytes }, reply(200, body));
  expect(session.parts).toMatchObject([{ firstByte, sizeBytes: expected }]);
});

it('each part of a video is sent to its own URL as octet-stream without the bearer token', async () => {
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

it('the part IDs of a video are the ETags without quotes, in the order of the instructions', async () => {
  const path = '/ambry-video/signedId/eyJhbGciOiJIUzI1NiJ9.bin';
  const etags = [path, `"${path}2"`, '"e4383924336106965d6cd2a111beaceb"', 'W/"odd"'];
  const puts = [2, 0, 3, 1];
  const answers = puts.map((index) => reply(200, '', { etag: etags[index] ?? '' }));
  const { client, session } = await open(video, reply(200, videoAnswer), ...answers, reply(200));
  const receipts = [];
  // The parts are sent in another order than the instructions.
  for (const index of puts)
    receipts[index] = (await session.parts[index]?.put(partBody('x'))) ?? never();
  await session.complete?.(receipts);
  expect(client.lastJson).toMatchObject({
    finalizeUploadRequest: {
      uploadedPartIds: [path, `${path}2`, 'e4383924336106965d6cd2a111beaceb', 'W/"odd"'],
    },
  });
});

function never(): never {
  throw new RangeError('there is no such part');
}

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

it.each([
  ['captionsUploadUrl', undefined],
  ['captionsUploadUrl', null],
  ['thumbnailUploadUrl', undefined],
])('a reply with the requested %s = %j throws CallError', async (field, value) => {
  const body = changed(sidecarsAnswer, ['value', field], value);
  const error = await caught(() => open(withSidecars, reply(200, body)), CallError);
  expect(error).toMatchObject({ code: 'REPLY_SHAPE', urn: VIDEO_URN });
  expect(error.message).toBe(`LinkedIn's response to the registration lacks value.${field}`);
});

const SRT = '1\r\n00:00:00,000 --> 00:00:02,000\r\nGrüße — "hi" --boundary\r\n';

const METADATA = {
  format: 'SRT',
  formattedForEasyReader: true,
  largeText: true,
  source: 'USER_PROVIDED',
  locale: { variant: 'AMERICAN', country: 'US', language: 'EN' },
  transcriptType: 'CLOSED_CAPTION',
};

function sidecarOf({ sidecarUploads }: UploadSession, kind: SidecarUpload['kind']): SidecarUpload {
  const sidecar = sidecarUploads.find((one) => one.kind === kind);
  if (sidecar === undefined) throw new RangeError(`the session has no ${kind}`);
  return sidecar;
}

/** `text` in chunks of three bytes that share one buffer, like the body of a file. */
function reusing(text: string): PartBody {
  const bytes = Buffer.from(text);
  const buffer = Buffer.alloc(3);
  async function* chunks(): AsyncGenerator<Uint8Array> {
    for (let start = 0; start < bytes.byteLength; start += 3) {
      const length = bytes.copy(buffer, 0, start);
      yield buffer.subarray(0, length);
      buffer.fill('!');
    }
  }
  return { sizeBytes: bytes.byteLength, chunks: chunks(), signal: new AbortController().signal };
}

async function bytesOf({ body }: HttpRequest): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof body !== 'object') throw new RangeError('no bytes were sent');
  return Buffer.concat(await Array.fromAsync(body.chunks));
}

it('a video session has one upload per requested sidecar, with its size', async () => {
  const { session } = await open(withSidecars, reply(200, sidecarsAnswer));
  expect(session.sidecarUploads).toMatchObject([
    { kind: 'captions', sizeBytes: 61 },
    { kind: 'thumbnail', sizeBytes: 4437 },
  ]);
});

it.each(['captionsUploadUrl', 'thumbnailUploadUrl'])(
  'a %s on another host is rejected',
  async (field) => {
    const body = changed(sidecarsAnswer, ['value', field], 'https://evil.example/x?ut=secret');
    const error = await caught(() => open(withSidecars, reply(200, body)), CallError);
    expect(error).toMatchObject({ code: 'UPLOAD_URL', urn: VIDEO_URN });
  },
);

const openCaptions = async (...answers: Parameters<typeof reply>[]) => {
  const replies = answers.map((answer) => reply(...answer));
  const { client, session } = await open(withSidecars, reply(200, sidecarsAnswer), ...replies);
  return { client, captions: sidecarOf(session, 'captions') };
};

it('captions are sent as a form with two fields and the bearer token, to their upload URL', async () => {
  const { client, captions } = await openCaptions([201]);
  const body = reusing(SRT);
  await captions.put(body);
  expect(client.last).toMatchObject({
    url: new URL(sidecarsAnswer.value.captionsUploadUrl),
    ...{ phase: 'upload', method: 'POST', idempotency: 'idempotent', bearer: true },
  });
  expect(client.last.signal).toBe(body.signal);
  expect(Object.keys(client.last.headers)).toEqual(['content-type']);

  const bytes = await bytesOf(client.last);
  expect(client.last.body).toMatchObject({ sizeBytes: bytes.byteLength });
  const contentType = client.last.headers['content-type'] ?? '';
  const form = await new Response(bytes, { headers: { 'content-type': contentType } }).formData();
  expect([...form.keys()]).toEqual(['metadata', 'file']);
  expect(JSON.parse(String(form.get('metadata')))).toEqual(METADATA);
  const file = form.get('file') as File;
  expect(file.name).toBe('captions.srt');
  expect(Buffer.from(await file.arrayBuffer())).toEqual(Buffer.from(SRT.replaceAll('\r\n', '\n')));
  // Another attempt reads the same body again.
  expect(await bytesOf(client.last)).toEqual(bytes);
});

it('captions with CR LF or CR are sent with LF, and all other bytes as they are', async () => {
  const { client, captions } = await openCaptions([201]);
  await captions.put(reusing('1\r\n00:00:01,000 --> 00:00:04,000\rÄ …\n'));
  const bytes = await bytesOf(client.last);
  expect(client.last.body).toMatchObject({ sizeBytes: bytes.byteLength });
  expect(Buffer.from(bytes).toString()).toContain(
    '\r\n\r\n1\n00:00:01,000 --> 00:00:04,000\nÄ …\n\r\n--',
  );
});

it('status 202 for captions throws UPLOAD_INCOMPLETE, because it does not confirm that the captions are stored', async () => {
  const { captions } = await openCaptions([202]);
  const error = await caught(() => captions.put(reusing(SRT)), CallError);
  expect(error).toHaveProperty('code', 'UPLOAD_INCOMPLETE');
});

it('a thumbnail is sent as octet-stream with its media type family and without the bearer token', async () => {
  const { client, session } = await open(withSidecars, reply(200, sidecarsAnswer), reply(201));
  const body = partBody('picture');
  expect(await sidecarOf(session, 'thumbnail').put(body)).toEqual({ status: 201, etag: null });
  expect(client.last).toMatchObject({ phase: 'upload', method: 'PUT', bearer: false });
  expect(client.last.headers).toEqual({
    'media-type-family': 'STILLIMAGE',
    'content-type': 'application/octet-stream',
  });
  expect(client.last.body).toMatchObject({ sizeBytes: 7, chunks: body.chunks });
  expect(client.last.signal).toBe(body.signal);
  expect(client.last.url.href).toBe(sidecarsAnswer.value.thumbnailUploadUrl);
});
