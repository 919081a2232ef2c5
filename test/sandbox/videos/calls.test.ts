// Initializing and finalizing a video: the shapes of the replies, and one invalid call per rule.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SandboxOptions } from '../../../src/sandbox/options.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/server.ts';
import { Caller, inParts } from '../caller.ts';
import { expectApiError } from '../expect-errors.ts';
import {
  FINALIZE,
  finalization,
  INIT_VIDEO,
  initialization,
  initializeImage,
  initializeVideo,
  putVideo,
  sendCaptions,
  THUMBNAIL_HEADERS,
  uploadVideo,
} from '../media-caller.ts';

const START_MS = Date.UTC(2026, 10, 25);
const DAY_MS = 24 * 60 * 60 * 1000;
const FILE = Buffer.from('0123456789');

let sandbox: Sandbox;
let caller: Caller;

async function start(options: SandboxOptions = {}): Promise<void> {
  sandbox = await startSandbox({ clock: { now: () => START_MS }, token: 'test-token', ...options });
  caller = new Caller(sandbox.url);
}

async function startAgain(options: SandboxOptions): Promise<void> {
  await sandbox.close();
  await start(options);
}

beforeEach(() => start());
afterEach(() => sandbox.close());

describe('Initialize of a video', () => {
  const video = (fields: Record<string, unknown> = {}) => initialization({ fileSizeBytes: 10, ...fields });

  test('initialize answers with exactly the fields of LinkedIn’s page', async () => {
    const answer = await caller.post(INIT_VIDEO, video());
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
    const part = (firstByte: number, lastByte: number) => ({
      uploadUrl: expect.stringContaining(`${sandbox.url}/dms-uploads/SIMULATED-C5F10AQ000001/uploadedVideo?`),
      firstByte,
      lastByte,
    });
    expect(answer.json).toEqual({
      value: {
        uploadUrlsExpireAt: START_MS + DAY_MS,
        video: 'urn:li:video:SIMULATED-C5F10AQ000001',
        uploadInstructions: [part(0, 3), part(4, 7), part(8, 9)],
        uploadToken: '',
      },
    });
  });

  test.each([
    ['captions', { uploadCaptions: true }, ['captionsUploadUrl']],
    ['a thumbnail', { uploadThumbnail: true }, ['thumbnailUploadUrl']],
    ['both', { uploadCaptions: true, uploadThumbnail: true }, ['captionsUploadUrl', 'thumbnailUploadUrl']],
    ['neither', { uploadCaptions: false, uploadThumbnail: false }, []],
  ])('initialize returns the requested upload URLs: %s', async (_row, fields, names) => {
    const { json } = await caller.post(INIT_VIDEO, video(fields));
    const { value } = json as { value: Record<string, unknown> };
    expect(Object.keys(value).filter((name) => /^(captions|thumbnail)/.test(name))).toEqual(names);
    const addresses = new Set(names.map((name) => value[name]));
    expect(addresses.size).toBe(names.length);
    for (const address of addresses) expect(address).toMatch(new RegExp(`^${sandbox.url}/dms-uploads/`));
  });

  const rows: [string, unknown, number, string | undefined][] = [
    ['no body field', {}, 400, 'MISSING_FIELD'],
    ['a field beside the request', { ...video(), dryRun: true }, 422, undefined],
    ['an unknown field', video({ recipes: [] }), 422, undefined],
    ['a field of the beta of 2022', video({ purpose: 'ORGANIC' }), 422, undefined],
    ['the size under its older name', initialization({ fileSize: 10 }), 422, undefined],
    ['no owner', video({ owner: undefined }), 400, 'MISSING_FIELD'],
    ['an owner of another kind', video({ owner: 'urn:li:video:1' }), 403, 'ACCESS_DENIED'],
    ['no size', video({ fileSizeBytes: undefined }), 400, 'MISSING_FIELD'],
    ['a size of null', video({ fileSizeBytes: null }), 400, 'MISSING_FIELD'],
    ['a size of 0', video({ fileSizeBytes: 0 }), 403, 'ACCESS_DENIED'],
    ['a negative size', video({ fileSizeBytes: -1 }), 403, 'ACCESS_DENIED'],
    ['a size with a fraction', video({ fileSizeBytes: 1.5 }), 403, 'ACCESS_DENIED'],
    ['a size as a string', video({ fileSizeBytes: '10' }), 403, 'ACCESS_DENIED'],
    ['uploadCaptions as a string', video({ uploadCaptions: 'true' }), 403, 'ACCESS_DENIED'],
    ['uploadThumbnail as a number', video({ uploadThumbnail: 1 }), 403, 'ACCESS_DENIED'],
    ['a templateName that is a number', video({ templateName: 7 }), 403, 'ACCESS_DENIED'],
    ['a library without account', video({ mediaLibraryMetadata: { assetName: 'x' } }), 400, 'MISSING_FIELD'],
  ];
  test.each(rows)('initialize rejects %s', async (_row, body, status, code) => {
    expectApiError(await caller.post(INIT_VIDEO, body), status, code);
    expect(sandbox.model.assets()).toEqual([]);
  });

  test('initialize accepts every known field', async () => {
    const fields = {
      uploadCaptions: true,
      uploadThumbnail: true,
      mediaLibraryMetadata: { associatedAccount: 'urn:li:sponsoredAccount:5', assetName: 'Launch' },
      templateName: 'x',
      linkbackContext: {},
    };
    expect(await caller.post(INIT_VIDEO, video(fields))).toMatchObject({ status: 200 });
  });

  test.each([
    ['as long as the others, past the end of the file', 4_194_304, 4_194_304 + 9, [4_194_303, 8_388_607]],
    ['of one range, as in the example of the page', 4_194_304, 10, [4_194_303]],
    ['that fits the file anyway', 5, 10, [4, 9]],
  ])(
    'initialize with overlongLastRange returns a last range %s',
    async (_row, partSizeBytes, fileSizeBytes, lastBytes) => {
      await startAgain({ partSizeBytes, overlongLastRange: true });
      const { parts } = await initializeVideo(caller, { fileSizeBytes });
      expect(parts.map(({ lastByte }) => lastByte)).toEqual(lastBytes);
    },
  );
});

describe('Finalize of a video', () => {
  type Fields = ReturnType<typeof finalization>['finalizeUploadRequest'];
  const ids = ({ uploadedPartIds }: Fields) => uploadedPartIds as string[];
  const changed = (fields: Fields, change: (id: string) => string) => {
    const [first = '', ...others] = ids(fields);
    return { uploadedPartIds: [change(first), ...others] };
  };
  const SIGNED = /All chunks IDs must be signed/;
  const rows: [string, (fields: Fields) => object, number, string | undefined, RegExp][] = [
    ['an unknown field', () => ({ fileSizeBytes: 10 }), 422, undefined, /fileSizeBytes/],
    ['no video', () => ({ video: undefined }), 400, 'MISSING_FIELD', /video/],
    ['a video that is a number', () => ({ video: 7 }), 403, 'ACCESS_DENIED', /video/],
    ['a bare id', ({ video }) => ({ video: video.split(':').at(-1) }), 400, 'INVALID_VIDEO_ID', /URN/],
    [
      'an image',
      ({ video }) => ({ video: video.replace('video', 'image') }),
      400,
      'INVALID_URN_TYPE',
      /type/,
    ],
    ['an invalid id', ({ video }) => ({ video: `${video}!` }), 400, 'INVALID_URN_ID', /id/],
    ['an unknown video', ({ video }) => ({ video: `${video}0` }), 400, 'INVALID_VIDEO_ID', /such/],
    ['no token', () => ({ uploadToken: undefined }), 400, 'MISSING_FIELD', /uploadToken/],
    ['a token of null', () => ({ uploadToken: null }), 400, 'MISSING_FIELD', /uploadToken/],
    ['another token', () => ({ uploadToken: 'x' }), 400, 'ILLEGAL_ARGUMENT', /uploadToken/],
    ['a token that is a boolean', () => ({ uploadToken: false }), 403, 'ACCESS_DENIED', /uploadToken/],
    ['no ids', () => ({ uploadedPartIds: undefined }), 400, 'MISSING_FIELD', /uploadedPartIds/],
    ['ids that are not a list', () => ({ uploadedPartIds: 'x' }), 403, 'ACCESS_DENIED', /uploadedPartIds/],
    ['an id that is a number', () => ({ uploadedPartIds: [7] }), 403, 'ACCESS_DENIED', /uploadedPartIds/],
    ['an empty list', () => ({ uploadedPartIds: [] }), 400, undefined, SIGNED],
    ['too few ids', (fields) => ({ uploadedPartIds: ids(fields).slice(1) }), 400, undefined, SIGNED],
    [
      'too many ids',
      (fields) => ({ uploadedPartIds: [...ids(fields), ...ids(fields)] }),
      400,
      undefined,
      SIGNED,
    ],
    ['an id in quotes', (fields) => changed(fields, (id) => `"${id}"`), 400, undefined, SIGNED],
    ['an id without its slash', (fields) => changed(fields, (id) => id.slice(1)), 400, undefined, SIGNED],
    [
      'an id without its path',
      (fields) => changed(fields, (id) => id.slice(id.lastIndexOf('/') + 1)),
      400,
      undefined,
      SIGNED,
    ],
    ['an id that is made up', (fields) => changed(fields, () => '/ambry-video/x'), 400, undefined, SIGNED],
    [
      'ids out of order',
      (fields) => ({ uploadedPartIds: ids(fields).toReversed() }),
      400,
      undefined,
      /order/,
    ],
    [
      'an id twice',
      (fields) => ({ uploadedPartIds: [ids(fields)[0], ids(fields)[0], ids(fields)[2]] }),
      400,
      undefined,
      /order/,
    ],
  ];
  test.each(rows)(
    'finalize rejects %s, and accepts a valid call after it',
    async (_row, wrong, status, code, message) => {
      const video = await initializeVideo(caller);
      const { finalizeUploadRequest: right } = finalization(video, await putVideo(caller, video, FILE));
      const answer = await caller.post(FINALIZE, { finalizeUploadRequest: { ...right, ...wrong(right) } });
      expectApiError(answer, status, code);
      expect((answer.json as { message: string }).message).toMatch(message);
      expect(sandbox.model.assets()).toMatchObject([{ status: 'WAITING_UPLOAD' }]);
      const accepted = await caller.post(FINALIZE, { finalizeUploadRequest: right });
      expect(accepted).toMatchObject({ status: 200, text: '' });
    },
  );

  test('finalize rejects an empty body', async () => {
    expectApiError(await caller.post(FINALIZE, {}), 400, 'MISSING_FIELD');
  });

  test('finalize rejects the body of the Assets API', async () => {
    const video = await initializeVideo(caller);
    const { finalizeUploadRequest: right } = finalization(video, await putVideo(caller, video, FILE));
    expectApiError(await caller.post(FINALIZE, { completeMultipartUploadRequest: right }), 422, undefined);
  });

  test('finalize rejects a second call', async () => {
    const video = await initializeVideo(caller);
    const right = finalization(video, await putVideo(caller, video, FILE));
    await caller.post(FINALIZE, right);
    expectApiError(await caller.post(FINALIZE, right), 400, 'UPDATING_ASSET_FAILED');
  });

  test('finalize is rejected while a part is missing, and accepted once it is uploaded', async () => {
    const video = await initializeVideo(caller);
    const first = await putVideo(caller, { ...video, parts: video.parts.slice(0, 2) }, FILE);
    expectApiError(
      await caller.post(FINALIZE, finalization(video, first)),
      400,
      'MEDIA_ASSET_WAITING_UPLOAD',
    );
    const last = await putVideo(caller, { ...video, parts: video.parts.slice(2) }, FILE);
    expect(await caller.post(FINALIZE, finalization(video, [...first, ...last]))).toMatchObject({
      status: 200,
    });
  });

  test('finalize rejects part ids of an earlier initialize of the same file', async () => {
    const lost = await initializeVideo(caller);
    const stale = await putVideo(caller, lost, FILE);
    const video = await initializeVideo(caller);
    await putVideo(caller, video, FILE);
    expectApiError(await caller.post(FINALIZE, finalization(video, stale)), 400, undefined);
  });

  test('finalize rejects media of the other APIs', async () => {
    const { id } = await caller.register(inParts(10));
    const { urn } = await initializeImage(caller);
    const video = { ...(await initializeVideo(caller)), token: '' };
    const asset = finalization({ ...video, urn: `urn:li:video:${id}` }, []);
    expectApiError(await caller.post(FINALIZE, asset), 400, 'INVALID_VIDEO_ID');
    const image = finalization({ ...video, urn: urn.replace('image', 'video') }, []);
    expectApiError(await caller.post(FINALIZE, image), 400, 'INVALID_VIDEO_ID');
  });

  test.each([
    ['captions', { uploadCaptions: true }],
    ['a thumbnail', { uploadThumbnail: true }],
  ])('finalize is rejected until the requested upload of %s', async (_row, fields) => {
    const video = await initializeVideo(caller, fields);
    const right = finalization(video, await putVideo(caller, video, FILE));
    expectApiError(await caller.post(FINALIZE, right), 400, 'MEDIA_ASSET_WAITING_UPLOAD');
    if (video.captionsPath !== '') await sendCaptions(caller, video.captionsPath);
    else await caller.put(video.thumbnailPath, THUMBNAIL_HEADERS, 'picture');
    expect(await caller.post(FINALIZE, right)).toMatchObject({ status: 200 });
  });

  test('finalize accepts only the exact upload token', async () => {
    const uploadToken = ' Zm9v+/== ';
    await startAgain({ uploadToken });
    const video = await initializeVideo(caller);
    expect(video.token).toBe(uploadToken);
    const ids = await putVideo(caller, video, FILE);
    for (const token of ['', uploadToken.trim()]) {
      const wrong = finalization({ ...video, token }, ids);
      expectApiError(await caller.post(FINALIZE, wrong), 400, 'ILLEGAL_ARGUMENT');
    }
    expect(await caller.post(FINALIZE, finalization(video, ids))).toMatchObject({ status: 200 });
  });

  test('finalize counts as a complete call, and initialize as a register call', async () => {
    await uploadVideo(caller, FILE);
    expect(sandbox.model.calls()).toEqual({ register: 1, upload: 3, complete: 1, status: 0 });
  });
});
