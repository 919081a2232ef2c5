// Publishing over real sockets: files from the disk to the sandbox, byte for byte.

import { describe, expect, it, onTestFinished } from 'vitest';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import type { FaultRule, SandboxOptions } from '../../src/sandbox/options.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { png } from '../support/media.ts';
import { arrivedWhole } from '../support/publishing.ts';
import { OWNER, publishOverWire, video, WIRE_TOKEN } from './over-wire.ts';

const IMAGE_RECIPE = 'urn:li:digitalmediaRecipe:feedshare-image';
const VIDEO_RECIPE = 'urn:li:digitalmediaRecipe:feedshare-video';

const HERO = png({ width: 320, height: 200 });
const CLIP = video(600_011);
const FILM = video(4_700_023);

interface Setup {
  readonly options?: SandboxOptions;
  readonly concurrency?: number;
  /** Blocks the first uploads until so many run at once. */
  readonly meeting?: number;
}

/** Publishes `files` to a new sandbox. */
async function publish(files: Readonly<Record<string, Buffer>>, setup: Setup = {}) {
  const { options = {}, concurrency = 3, meeting = 1 } = setup;
  const sandbox = await startSandbox({ token: WIRE_TOKEN, processingMs: 0, ...options });
  onTestFinished(() => sandbox.close());
  holdUntil(sandbox.model, meeting);
  return await publishOverWire(files, sandbox, { concurrency });
}

function holdUntil(model: SandboxModel, uploads: number): void {
  const { promise, resolve } = Promise.withResolvers<void>();
  const whileUploading = model.whileUploading.bind(model);
  model.whileUploading = (put) =>
    whileUploading(async () => {
      if (model.peakUploads >= uploads) resolve();
      await promise;
      return await put();
    });
}

describe('upload responses with the status 202', () => {
  const faults: FaultRule[] = [{ on: 'upload', reply: { status: 202 } }];

  it.each([
    ['hero.png', HERO],
    ['clip.mp4', CLIP],
  ])(
    'an upload of %s with the response 202 is checked by its status and not sent again',
    async (name, bytes) => {
      const { entryOf, model } = await publish({ [name]: bytes }, { options: { faults } });
      expect(entryOf(name)).toMatchObject({ state: 'available', attempts: 1, sentBytes: bytes.length });
      expect(model.calls().upload).toBe(1);
    },
  );

  it('a part with the response 202 is sent again for its ETag', async () => {
    const { entryOf, model } = await publish({ 'film.mp4': FILM }, { options: { faults } });
    expect(entryOf('film.mp4')).toMatchObject({ state: 'available', attempts: 1 });
    const parts = entryOf('film.mp4').parts ?? 0;
    expect(model.calls().upload).toBe(parts + 1);
  });
});

describe('complete uploads', () => {
  it.each([
    ['an image', 'hero.png', HERO, 'SYNCHRONOUS_UPLOAD', IMAGE_RECIPE, null],
    ['a video in one request', 'clip.mp4', CLIP, 'SINGLE_REQUEST_UPLOAD', VIDEO_RECIPE, 'AVAILABLE'],
    ['a video in parts', 'film.mp4', FILM, 'MULTIPART_UPLOAD', VIDEO_RECIPE, 'AVAILABLE'],
  ])('every byte of %s arrives', async (_, name, bytes, mechanism, recipe, status) => {
    const { entryOf, assetOf, model, ledger } = await publish({ [name]: bytes });
    expect(entryOf(name)).toMatchObject({
      state: 'available',
      attempts: 1,
      sentBytes: bytes.length,
      status,
    });
    expect(assetOf(name)).toMatchObject({ owner: OWNER, recipe, mechanism, status: 'AVAILABLE' });
    expect(arrivedWhole(assetOf(name), bytes)).toBe(true);
    expect(model.log).toEqual([]);
    const calls = model.calls();
    expect(ledger.requests).toEqual({
      calls: calls.register + calls.complete + calls.status,
      uploads: calls.upload,
    });
  });

  it.each([1_234_567, 999_983, 524_288, 524_289, 4_700_000])(
    'every byte of a video in parts of %i bytes arrives',
    async (partSizeBytes) => {
      const { entryOf, assetOf } = await publish({ 'film.mp4': FILM }, { options: { partSizeBytes } });
      const parts = Math.ceil(FILM.length / partSizeBytes);
      expect(entryOf('film.mp4')).toMatchObject({ state: 'available', parts, sentBytes: FILM.length });
      expect(assetOf('film.mp4').partDigests).toHaveLength(parts);
      expect(arrivedWhole(assetOf('film.mp4'), FILM)).toBe(true);
    },
  );

  it('every byte of concurrent files arrives, with no more uploads than slots', async () => {
    const films = Object.fromEntries(
      Array.from({ length: 4 }, (_, index) => [`film${index}.mp4`, video(2_000_003 + 70_001 * index)]),
    );
    const images = Object.fromEntries(
      Array.from({ length: 12 }, (_, index) => [`image${index}.png`, png({ width: 90 + index, height: 40 })]),
    );
    const files = { ...films, ...images };
    const { ledger, model, assetOf } = await publish(files, {
      options: { partSizeBytes: 300_007 },
      meeting: 3,
    });
    expect(new Set(ledger.entries.map(({ state }) => state))).toEqual(new Set(['available']));
    expect(model.peakUploads).toBe(3);
    for (const [name, bytes] of Object.entries(files)) expect(arrivedWhole(assetOf(name), bytes)).toBe(true);
    expect(model.log).toEqual([]);
  });
});

describe('errors of one file', () => {
  const files = { 'a.png': HERO, 'b.mp4': CLIP, 'c.mp4': FILM, 'd.png': png({ width: 9, height: 9 }) };

  it.each<[name: string, faults: SandboxOptions['faults'], file: string, code: string]>([
    ['an upload is rejected', [{ on: 'upload', nth: 1, reply: { status: 413 } }], 'a.png', 'REQUEST_REFUSED'],
    [
      'LinkedIn rejects the media',
      [{ on: 'complete', finalStatus: 'CLIENT_ERROR' }],
      'c.mp4',
      'MEDIA_REJECTED',
    ],
  ])('an error of one file leaves the others alone and keeps its URN: %s', async (_, faults, file, code) => {
    // One at a time: the fault rules count calls, so their order must be known.
    const { ledger, entryOf, assetOf, model } = await publish(files, {
      options: { ...(faults ? { faults } : {}), partSizeBytes: 999_983 },
      concurrency: 1,
    });
    const ends = Object.fromEntries(
      ledger.entries.map(({ planned, state, error }) => [planned.file.path, error?.code ?? state]),
    );
    expect(ends).toEqual({
      'a.png': 'available',
      'b.mp4': 'available',
      'c.mp4': 'available',
      'd.png': 'available',
      [file]: code,
    });
    expect(entryOf(file)).toMatchObject({ state: 'failed', attempts: 1, identity: { urnSource: 'derived' } });
    expect(assetOf(file).owner).toBe(OWNER);
    expect(model.assets()).toHaveLength(4);
    expect(ledger.stopReason).toBeNull();
  });

  it('a rejected registration fails its file without a URN', async () => {
    const faults = [{ on: 'register' as const, nth: 2, reply: { status: 400 } }];
    const { entryOf, model } = await publish(files, { options: { faults }, concurrency: 1 });
    expect(entryOf('b.mp4')).toMatchObject({ state: 'failed', identity: null, attempts: 0 });
    expect(model.assets().map(({ status }) => status)).toEqual(['AVAILABLE', 'AVAILABLE', 'AVAILABLE']);
  });

  it('a token that is rejected on the first call ends the run', async () => {
    const faults = [{ on: 'register' as const, every: true, reply: { status: 401 } }];
    const { ledger, model } = await publish(files, { options: { faults } });
    expect(ledger.entries.map(({ state, error }) => `${state} ${error?.code}`)).toEqual([
      'failed TOKEN_REFUSED',
      'skipped RUN_STOPPED',
      'skipped RUN_STOPPED',
      'skipped RUN_STOPPED',
    ]);
    expect(model.calls()).toEqual({ register: 1, upload: 0, complete: 0, status: 0 });
  });
});

describe('transient errors', () => {
  const multipart = 'com.linkedin.digitalmedia.uploading.MultipartUpload';
  const badRange = { partUploadRequests: { 1: { byteRange: { firstByte: 7 } } } };
  const once = (rule: Omit<FaultRule, 'reply'>, status?: number): FaultRule[] => [
    { ...rule, ...(status === undefined ? {} : { reply: { status } }) },
  ];

  it.each<[name: string, faults: readonly FaultRule[], attempts: number, possibleOrphans: number]>([
    ['a registration that failed', once({ on: 'register' }, 503), 1, 1],
    ['a registration with a rate limit', once({ on: 'register' }, 429), 1, 0],
    ['a part that failed', once({ on: 'upload', nth: 2 }, 500), 1, 0],
    ['a part with a rate limit', once({ on: 'upload', nth: 3 }, 429), 1, 0],
    ['a part without an ETag', once({ on: 'upload', nth: 3, omitEtag: true }), 1, 0],
    ['an upload URL that is rejected with 410', once({ on: 'upload', nth: 2 }, 410), 2, 0],
    ['an upload URL that is rejected with 401', once({ on: 'upload', nth: 2 }, 401), 2, 0],
    [
      'parts that do not cover the file',
      once({ on: 'register', mutate: { value: { uploadMechanism: { [multipart]: badRange } } } }),
      2,
      0,
    ],
    ['a completion that failed', once({ on: 'complete' }, 500), 1, 0],
    ['a completion that was rejected', once({ on: 'complete' }, 400), 2, 0],
    ['a status read that failed', once({ on: 'status' }, 503), 1, 0],
    ['a status read of an unknown asset', once({ on: 'status' }, 404), 1, 0],
    ['a status read with a rate limit', once({ on: 'status' }, 429), 1, 0],
    ['processing that failed', once({ on: 'complete', finalStatus: 'SERVER_ERROR' }), 2, 0],
  ])(
    'a file is published with every byte after a transient error: %s',
    async (_, faults, attempts, possibleOrphans) => {
      const options = { faults, partSizeBytes: 999_983 };
      const { ledger, entryOf, assetOf, model } = await publish({ 'film.mp4': FILM }, { options });
      expect(entryOf('film.mp4')).toMatchObject({
        state: 'available',
        attempts,
        possibleOrphans,
        sentBytes: FILM.length,
        isUploaded: true,
      });
      expect(entryOf('film.mp4').abandonedUrns).toHaveLength(attempts - 1);
      expect(arrivedWhole(assetOf('film.mp4'), FILM)).toBe(true);
      expect(model.assets()).toHaveLength(attempts);
      expect(model.log.filter(({ reason }) => reason !== 'Injected error')).toEqual([]);
      expect(ledger.stopReason).toBeNull();
    },
  );

  it('an upload that was stored is not sent again, although its response status says otherwise', async () => {
    const faults: FaultRule[] = [{ on: 'upload', reply: { status: 299 } }];
    const { entryOf, assetOf, model } = await publish({ 'hero.png': HERO }, { options: { faults } });
    expect(entryOf('hero.png')).toMatchObject({ state: 'available', attempts: 1, sentBytes: HERO.length });
    expect(arrivedWhole(assetOf('hero.png'), HERO)).toBe(true);
    expect(model.calls().upload).toBe(1);
  });

  it('a completion that was executed is not repeated, although its response says otherwise', async () => {
    const body = { message: 'on purpose', status: 500 };
    const faults: FaultRule[] = [{ on: 'complete', reply: { status: 200, body } }];
    const { entryOf, model } = await publish({ 'film.mp4': FILM }, { options: { faults } });
    expect(entryOf('film.mp4')).toMatchObject({ state: 'available', attempts: 1 });
    expect(model.calls().complete).toBe(1);
  });
});
