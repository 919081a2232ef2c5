// Uploads of a video and its thumbnail: one invalid call per rule, the forms of ETags, ranges past the end of the
// file, and the states of a video over time. Virtual time, real sockets.

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { Caller, PART_HEADERS, type Sent } from '../caller.ts';
import { expectHtmlError } from '../expect-errors.ts';
import {
  CAPTIONS,
  FINALIZE,
  finalization,
  initializeVideo,
  putVideo,
  readOne,
  sendCaptions,
  THUMBNAIL_HEADERS,
  uploadVideo,
  type Video,
} from '../media-caller.ts';

const START_MS = Date.UTC(2026, 10, 25);
const DAY_MS = 24 * 60 * 60 * 1000;
const FILE = Buffer.from('The quick brown fox');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

let nowMs = START_MS;
let sandbox: Sandbox;
let caller: Caller;

async function start(options: SandboxOptions = {}): Promise<void> {
  nowMs = START_MS;
  sandbox = await startSandbox({ clock: { now: () => nowMs }, token: 'test-token', ...options });
  caller = new Caller(sandbox.url);
}

async function startAgain(options: SandboxOptions): Promise<void> {
  await sandbox.close();
  await start(options);
}

beforeEach(() => start());
afterEach(() => sandbox.close());

const bytes = Buffer.from('0123456789');
async function* stream(): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe('Video parts', () => {
  const rows: [string, number, Partial<Sent>][] = [
    ['the right token', 400, { headers: { authorization: 'Bearer test-token' } }],
    ['any other Authorization', 400, { headers: { authorization: 'x' } }],
    ['no content type', 400, { headers: { 'content-type': undefined } }],
    ['the content type of a video', 400, { headers: { 'content-type': 'video/mp4' } }],
    ['a body that is too short', 400, { body: bytes.subarray(1) }],
    ['a body that is too long', 400, { body: Buffer.alloc(11) }],
    ['an empty body', 400, { body: '' }],
    ['a chunked body', 411, { body: stream() }],
    ['POST', 405, { method: 'POST' }],
  ];
  test.each(rows)('a part with %s is rejected', async (_row, status, wrong) => {
    const { parts } = await initializeVideo(caller, { fileSizeBytes: 30 });
    const right = { method: 'PUT', path: parts[0]?.path ?? '', body: bytes };
    const headers = { ...PART_HEADERS, ...wrong.headers };
    expectHtmlError(await caller.send({ ...right, ...wrong, headers }), status);
    expect(sandbox.model.assets()).toMatchObject([{ sizeBytes: 0 }]);
    expect(await caller.send({ ...right, headers: PART_HEADERS })).toMatchObject({ status: 200 });
  });

  test('a part is rejected after finalize, and when its address has expired', async () => {
    const { parts } = await uploadVideo(caller, FILE);
    expectHtmlError(await caller.put(parts[0]?.path ?? '', PART_HEADERS, FILE.subarray(0, 7)), 409);
    const late = await initializeVideo(caller, { fileSizeBytes: 30 });
    nowMs += DAY_MS;
    expectHtmlError(await caller.put(late.parts[0]?.path ?? '', PART_HEADERS, bytes), 403);
  });

  test('a part can be sent again, and only its new id counts', async () => {
    const video = await initializeVideo(caller, { fileSizeBytes: FILE.length });
    const [stale = ''] = await putVideo(caller, { ...video, parts: video.parts.slice(0, 1) }, FILE);
    const ids = await putVideo(caller, video, FILE);
    expect(ids).not.toContain(stale);
    const old = finalization(video, [stale, ...ids.slice(1)]);
    expect(await caller.post(FINALIZE, old)).toMatchObject({ status: 400 });
    expect(await caller.post(FINALIZE, finalization(video, ids))).toMatchObject({ status: 200 });
    expect(sandbox.model.assets()).toMatchObject([{ sizeBytes: FILE.length, sha256: null }]);
  });
});

describe('ETags of video parts', () => {
  test.each([
    [undefined, /^\/ambry-video\/signedId\/SIMULATED_[0-9a-f]{32}\.bin$/],
    ['path', /^\/ambry-video\/signedId\/SIMULATED_[0-9a-f]{32}\.bin$/],
    ['quoted-path', /^"\/ambry-video\/signedId\/SIMULATED_[0-9a-f]{32}\.bin"$/],
    ['quoted-hex', /^"[0-9a-f]{32}"$/],
  ] as const)('ETags have the form %s, and finalize takes them without quotes', async (videoEtags, form) => {
    await startAgain(videoEtags === undefined ? {} : { videoEtags });
    const video = await initializeVideo(caller, { fileSizeBytes: FILE.length });
    const head = FILE.subarray(0, (video.parts[0]?.lastByte ?? 0) + 1);
    const answer = await caller.put(video.parts[0]?.path ?? '', PART_HEADERS, head);
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers.etag).toMatch(form);
    const ids = await putVideo(caller, video, FILE);
    expect(new Set(ids).size).toBe(video.parts.length);
    expect(await caller.post(FINALIZE, finalization(video, ids))).toMatchObject({ status: 200 });
  });
});

describe('Overlong last range', () => {
  test('a last range past the end of the file takes only the remaining bytes', async () => {
    await startAgain({ partSizeBytes: 4_194_304, overlongLastRange: true });
    const video = await initializeVideo(caller, { fileSizeBytes: FILE.length });
    const path = video.parts[0]?.path ?? '';
    expectHtmlError(await caller.put(path, PART_HEADERS, Buffer.alloc(4_194_304)), 400);
    const ids = await putVideo(caller, video, FILE);
    await caller.post(FINALIZE, finalization(video, ids));
    expect(sandbox.model.assets()).toMatchObject([
      {
        sizeBytes: FILE.length,
        sha256: sha256(FILE),
        partDigests: [{ firstByte: 0, lastByte: FILE.length - 1, sha256: sha256(FILE) }],
      },
    ]);
  });

  test('a last range past the end has the part size that cut the file', async () => {
    let turns = 0;
    const partSizeBytes = () => [7, 8][turns++] ?? 9;
    await startAgain({ partSizeBytes, overlongLastRange: true });
    const { parts } = await initializeVideo(caller, { fileSizeBytes: 10 });
    expect(parts.map(({ firstByte, lastByte }) => [firstByte, lastByte])).toEqual([
      [0, 6],
      [7, 13],
    ]);
  });
});

describe('Thumbnails', () => {
  const image = Buffer.from('89504e470d0a1a0a', 'hex');
  const rows: [string, number, Partial<Sent>][] = [
    ['the right token', 400, { headers: { authorization: 'Bearer test-token' } }],
    ['no media-type-family', 400, { headers: { 'media-type-family': undefined } }],
    ['the media-type-family of a video', 400, { headers: { 'media-type-family': 'VIDEO' } }],
    ['no content type', 400, { headers: { 'content-type': undefined } }],
    ['the content type of a GIF', 400, { headers: { 'content-type': 'image/gif' } }],
    ['the content type of another image', 400, { headers: { 'content-type': 'image/jpeg' } }],
    ['a multipart form', 400, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['an empty body', 400, { body: '' }],
    ['more than 10 MB', 413, { body: Buffer.alloc(10_000_001) }],
    ['a chunked body', 411, { body: stream() }],
    ['POST', 405, { method: 'POST' }],
  ];
  test.each(rows)('a thumbnail with %s is rejected', async (_row, status, wrong) => {
    const { thumbnailPath: path } = await initializeVideo(caller, { uploadThumbnail: true });
    const right = { method: 'PUT', path, body: image };
    const headers = { ...THUMBNAIL_HEADERS, ...wrong.headers };
    expectHtmlError(await caller.send({ ...right, ...wrong, headers }), status);
    expect(sandbox.model.assets()).toMatchObject([{ thumbnail: null }]);
    const accepted = await caller.send({ ...right, headers: THUMBNAIL_HEADERS });
    expect(accepted).toMatchObject({ status: 201, text: '' });
  });

  test.each(['image/png', 'application/octet-stream'])(
    'a thumbnail is accepted as %s, and a second one is rejected',
    async (type) => {
      const { thumbnailPath } = await initializeVideo(caller, { uploadThumbnail: true });
      const headers = { ...THUMBNAIL_HEADERS, 'content-type': type };
      const answer = await caller.put(thumbnailPath, headers, image);
      expect(answer).toMatchObject({ status: 201, text: '' });
      expect(answer.headers).not.toHaveProperty('etag');
      expectHtmlError(await caller.put(thumbnailPath, headers, image), 409);
    },
  );

  test('a thumbnail starts no processing and is not counted as a part', async () => {
    const video = await initializeVideo(caller, { uploadThumbnail: true });
    await caller.put(video.thumbnailPath, THUMBNAIL_HEADERS, image);
    nowMs += 60_000;
    expect(sandbox.model.assets()).toMatchObject([
      { status: 'WAITING_UPLOAD', sizeBytes: 0, sha256: null, partDigests: [] },
    ]);
  });
});

describe('Video states over time', () => {
  async function finalized(fields: Record<string, unknown> = {}): Promise<Video> {
    const video = await initializeVideo(caller, { fileSizeBytes: FILE.length, ...fields });
    const ids = await putVideo(caller, video, FILE);
    if (video.captionsPath !== '') await sendCaptions(caller, video.captionsPath);
    if (video.thumbnailPath !== '') await caller.put(video.thumbnailPath, THUMBNAIL_HEADERS, 'picture');
    await caller.post(FINALIZE, finalization(video, ids));
    return video;
  }

  test('a video waits for finalize, is processed for the time set, then is available', async () => {
    await startAgain({ processingMs: 5000, lagMs: 1000 });
    const video = await initializeVideo(caller, { fileSizeBytes: FILE.length });
    const ids = await putVideo(caller, video, FILE);
    nowMs += 60_000;
    const pending = { id: video.urn, owner: 'urn:li:organization:24141830', status: 'WAITING_UPLOAD' };
    expect((await readOne(caller, 'videos', video.urn)).json).toEqual(pending);
    await caller.post(FINALIZE, finalization(video, ids));
    nowMs += 4999;
    expect((await readOne(caller, 'videos', video.urn)).json).toEqual({ ...pending, status: 'PROCESSING' });
    nowMs += 1;
    expect((await readOne(caller, 'videos', video.urn)).json).toEqual({
      ...pending,
      status: 'AVAILABLE',
      duration: 2056,
      aspectRatioWidth: 1.75,
      aspectRatioHeight: 1,
      downloadUrl: expect.stringMatching(/^https:\/\/media\.simulated\.invalid\/video\/SIMULATED/),
      downloadUrlExpiresAt: nowMs + DAY_MS,
    });
  });

  test('a read of an available video returns its captions and thumbnail', async () => {
    const { urn } = await finalized({ uploadCaptions: true, uploadThumbnail: true });
    nowMs += 1000;
    const { json } = await readOne(caller, 'videos', urn);
    expect(json).toMatchObject({
      captions: expect.stringMatching(/\.invalid\/captions\//),
      thumbnail: expect.stringMatching(/\.invalid\/thumbnail\//),
    });
  });

  test('a read of a failed video returns the reason once processing has ended', async () => {
    const failureReason = 'The video is shorter than 3 seconds';
    await startAgain({ faults: [{ on: 'complete', finalStatus: 'PROCESSING_FAILED', failureReason }] });
    const { urn } = await finalized();
    const expected = { id: urn, owner: 'urn:li:organization:24141830' };
    expect((await readOne(caller, 'videos', urn)).json).toEqual({ ...expected, status: 'PROCESSING' });
    nowMs += 1000;
    expect((await readOne(caller, 'videos', urn)).json).toEqual({
      ...expected,
      status: 'PROCESSING_FAILED',
      processingFailureReason: failureReason,
    });
  });

  test('a video can fail without a reason', async () => {
    await startAgain({ faults: [{ on: 'complete', finalStatus: 'PROCESSING_FAILED' }] });
    const { urn } = await finalized();
    nowMs += 1000;
    const { json } = await readOne(caller, 'videos', urn);
    expect(json).toEqual({ id: urn, owner: 'urn:li:organization:24141830', status: 'PROCESSING_FAILED' });
  });

  test('the model reports a video with its digests, captions and thumbnail', async () => {
    const { id, urn } = await finalized({ uploadCaptions: true, uploadThumbnail: true });
    const range = (firstByte: number, lastByte: number) => ({
      firstByte,
      lastByte,
      sha256: sha256(FILE.subarray(firstByte, lastByte + 1)),
    });
    expect(sandbox.model.assets()).toEqual([
      {
        id,
        urn,
        api: 'videos',
        kind: 'video',
        owner: 'urn:li:organization:24141830',
        recipe: '',
        mechanism: null,
        sizeBytes: FILE.length,
        sha256: sha256(FILE),
        partDigests: [range(0, 6), range(7, 13), range(14, 18)],
        captions: { sizeBytes: CAPTIONS.length, sha256: sha256(CAPTIONS), beforeFinalize: true },
        thumbnail: { sizeBytes: 7, sha256: sha256(Buffer.from('picture')), beforeFinalize: true },
        status: 'PROCESSING',
        assetStatus: 'ALLOWED',
      },
    ]);
    expect(sandbox.model.calls()).toEqual({ register: 1, upload: 5, complete: 1, status: 0 });
  });
});
