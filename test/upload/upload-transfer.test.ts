// The parts of a file and its sidecars: each sends its own bytes, in the slots of the run, and one that fails ends the file.

import { appendFileSync, type PathLike, truncateSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError } from '../../src/errors/action-error.ts';
import type { Part, PartBody, UploadSession } from '../../src/linkedin/session.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import { openAsSystem, openForInspection } from '../../src/media/bytes.ts';
import type { Open } from '../../src/run.ts';
import { RunLimits } from '../../src/upload/run-limits.ts';
import { assertPartsCoverFile, uploadInSession } from '../../src/upload/upload.ts';
import { plant } from '../media/tree.ts';
import { TestClock } from '../support/clock.ts';
import { fuzzed } from '../support/fuzz.ts';
import { itemAt, ledgerOf, video } from '../support/ledgers.ts';
import { mp4, png } from '../support/media.ts';
import { arrivedWhole } from '../support/publishing.ts';
import { srt } from '../support/subrip.ts';
import type { Fault } from '../world/faults.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadRun, Uploads, upload } from '../world/uploads.ts';

const PICTURE = png({ width: 320, height: 200 });
const FILM = mp4({ dataBytes: 1_000_003 });
const MEDIA = { api: 'media' };
const PARTS = { 'multipart-threshold-mb': '1' };
const WITH_SIDECARS = { api: 'media', sidecars: 'true', 'multipart-threshold-mb': '1' };
const SIDECARS = { 'a.srt': srt(3), 'a.thumbnail.png': png({ width: 200, height: 100 }) };

const VIDEO_URN = 'urn:li:video:C5F10AQGKQg_6y2a4sQ';
const SESSION: UploadSession = {
  identity: toMediaIdentity(VIDEO_URN, 'video'),
  ...{ parts: [], sidecarUploads: [], processedOnUpload: false, complete: async () => {} },
  query: { api: 'media', urn: VIDEO_URN, kind: 'video', recipe: null },
};

const partsIn = ({ calls }: UploadRun) =>
  calls.filter(({ name }) => name === 'upload').map(({ part }) => part);

/** Counts the files that are open, and the most at one time. */
function counting() {
  const seen = { open: 0, most: 0 };
  const open: Open = async (path, flags) => {
    const handle = await openAsSystem(path, flags);
    seen.open += 1;
    seen.most = Math.max(seen.most, seen.open);
    const close = handle.close.bind(handle);
    handle.close = () => {
      seen.open -= 1;
      return close();
    };
    return handle;
  };
  return { seen, open };
}

describe('bytes of a file', () => {
  it.each([1_234_567, 999_983, 524_288, 524_289, 90_001])(
    'every byte of a video in parts of %i bytes arrives once, each part in its turn',
    async (partSizeBytes) => {
      const linkedin = { partSizeBytes };
      const run = await upload({
        files: { 'a.mp4': FILM },
        inputs: { ...PARTS, concurrency: '1' },
        linkedin,
      });
      expect(run.ends).toEqual({ 'a.mp4': 'available' });
      const [asset] = run.model.assets();
      expect(asset !== undefined && arrivedWhole(asset, FILM)).toBe(true);
      expect(partsIn(run)).toEqual(
        Array.from({ length: Math.ceil(FILM.length / partSizeBytes) }, (_, index) => index + 1),
      );
      expect(run.summary).toContain('1.0 MB sent');
      expect(run.model.log).toEqual([]);
    },
  );

  it('a video is completed with the ETags in the order of its parts, whatever part ends first', async () => {
    const uploads = new Uploads({
      files: { 'a.mp4': FILM },
      inputs: { ...PARTS, concurrency: '8' },
      linkedin: { partSizeBytes: 200_000 },
      onCall: ({ name }, nth) => name === 'upload' && uploads.time.sleep(10_000 - 1000 * nth),
    });
    const run = await uploads.run();
    expect(run.ends).toEqual({ 'a.mp4': 'available' });
    expect(uploads.model.log).toEqual([]);
  });

  it.each([1, 2, 5])(
    'no more than %i uploads run at once, and as many files are open',
    async (concurrency) => {
      const { seen, open } = counting();
      const active = { now: 0, most: 0 };
      const uploads = new Uploads({
        files: Object.fromEntries(
          Array.from({ length: 8 }, (_, index) => [`${index}.mp4`, mp4({ dataBytes: 1_000_000 + index })]),
        ),
        inputs: { ...PARTS, concurrency: String(concurrency) },
        onCall: async ({ name }) => {
          if (name !== 'upload') return;
          active.now += 1;
          active.most = Math.max(active.most, active.now);
          await uploads.time.sleep(100);
          active.now -= 1;
        },
      });
      seen.most = 0;
      const run = await uploads.run({ open });
      expect(new Set(Object.values(run.ends))).toEqual(new Set(['available']));
      expect([active.most, seen.open]).toEqual([concurrency, 0]);
    },
  );

  it('films take turns, and the second one does not wait for all parts of the first', async () => {
    const uploads = new Uploads({
      files: { 'a.mp4': FILM, 'b.mp4': mp4({ dataBytes: 1_000_004 }) },
      inputs: { ...PARTS, concurrency: '2' },
      linkedin: { partSizeBytes: 100_000 },
      onCall: ({ name }) => name === 'upload' && uploads.time.sleep(100),
    });
    const run = await uploads.run();
    const { assetUrn = '' } = run.row('a.mp4');
    const files = run.calls
      .filter(({ name }) => name === 'upload')
      .map(({ path }) => (path.includes(assetUrn.slice(assetUrn.lastIndexOf(':') + 1)) ? 'a' : 'b'));
    expect(files.join('')).toMatch(/^a{1,3}(ba)+b*$/);
  });
});

describe('upload URLs', () => {
  it('an upload URL that is about to expire is not used, and the file is registered three times at most', async () => {
    const run = await upload({ files: { 'a.png': PICTURE }, linkedin: { urlLifeMs: 29_000 }, inputs: MEDIA });
    expect(run.ends).toEqual({ 'a.png': 'failed UPLOAD_EXPIRED' });
    expect(run.names()).toEqual(['register', 'register', 'register']);
    expect(run.row('a.png').abandonedUrns).toHaveLength(2);
  });

  it('an upload URL that is valid long enough is used', async () => {
    const run = await upload({ files: { 'a.png': PICTURE }, linkedin: { urlLifeMs: 31_000 }, inputs: MEDIA });
    expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 1 });
  });
});

describe('parts that are sent again', () => {
  const film = (faults: Fault[], linkedin: { faults?: FaultRule[] } = {}) =>
    upload({ files: { 'a.mp4': FILM }, inputs: { ...PARTS, concurrency: '1' }, faults, linkedin });

  it.each<[string, Fault[], FaultRule[]]>([
    ['fails twice', [2, 4].map((nth) => ({ on: 'upload', nth, kind: 'status', status: 503 })), []],
    ['breaks in its middle', [2, 4].map((nth) => ({ on: 'upload', nth, kind: 'reset midway' })), []],
    ['is limited', [{ on: 'upload', nth: 2, kind: 'status', status: 429 }], []],
    ['gets no ETag', [], [{ on: 'upload', nth: 2, omitEtag: true }]],
    ['is answered with 202', [], [{ on: 'upload', nth: 2, reply: { status: 202 } }]],
  ])('a part that %s is sent again alone, and its bytes count once', async (_, faults, rules) => {
    const run = await film(faults, { faults: rules });
    expect(run.row('a.mp4')).toMatchObject({ state: 'available', attempts: 1 });
    expect(partsIn(run).filter((part) => part !== 2)).toEqual([1, 3]);
    expect(run.summary).toContain('1.0 MB sent');
    const [asset] = run.model.assets();
    expect(asset !== undefined && arrivedWhole(asset, FILM)).toBe(true);
  });

  it('a part is sent five times at most, and a whole file four times', async () => {
    const always: Fault = { on: 'upload', nth: 1, every: true, kind: 'status', status: 503 };
    expect(partsIn(await film([{ ...always, nth: 2 }])).filter((part) => part === 2)).toHaveLength(5);
    const run = await upload({ files: { 'a.png': PICTURE }, faults: [always] });
    expect(run.ends).toEqual({ 'a.png': 'failed SERVER_FAILED' });
    expect(partsIn(run)).toHaveLength(4);
    expect(run.summary).toContain('0 B sent');
  });

  it('a part without an ETag is sent again like any other failed part, five times at most', async () => {
    const run = await film([], { faults: [{ on: 'upload', nth: 3, every: true, omitEtag: true }] });
    expect(run.ends).toEqual({ 'a.mp4': 'failed ETAG_MISSING' });
    expect(partsIn(run)).toEqual([1, 2, 3, 3, 3, 3, 3]);
  });

  it('a failed part gives its slot to another part while it waits', async () => {
    const run = await film([{ on: 'upload', nth: 1, kind: 'status', status: 503, retryAfterS: 50 }]);
    expect(partsIn(run)).toEqual([1, 2, 3, 1]);
  });

  it('a part that fails for good ends the file and the wait of other parts, and the next file is sent', async () => {
    const run = await upload({
      files: { 'a.mp4': FILM, 'b.png': PICTURE },
      inputs: { ...PARTS, concurrency: '1' },
      linkedin: { partSizeBytes: 100_000 },
      faults: [
        { on: 'upload', nth: 1, kind: 'status', status: 503, retryAfterS: 100 },
        { on: 'upload', nth: 2, kind: 'status', status: 413 },
      ],
    });
    expect(run.ends).toEqual({ 'a.mp4': 'failed REQUEST_REFUSED', 'b.png': 'available' });
    expect(run.names('a.mp4')).toEqual(['register', 'upload', 'upload']);
    expect(run.tookMs).toBeLessThan(100_000);
  });
});

it('a failed request that still asks for its body gets no more of it, and none of its bytes count', async () => {
  const tree = await plant({ 'a.mp4': FILM });
  const put = Promise.withResolvers<AsyncGenerator<Uint8Array>>();
  async function* pull(chunks: PartBody['chunks']): AsyncGenerator<Uint8Array> {
    yield* chunks;
  }
  const part: Part = {
    ...{ firstByte: 0, sizeBytes: FILM.length, expiresAtMs: null },
    put: async ({ chunks }) => {
      const body = pull(chunks);
      await body.next();
      await body.next();
      put.resolve(body);
      throw new ActionError('UPLOAD_INCOMPLETE', 'on purpose');
    },
  };
  const [clock, { signal }] = [new TestClock(), new AbortController()];
  const limits = new RunLimits({
    ...{ concurrency: 1, clock, signal },
    onFatal: () => {},
    onPause: () => {},
  });
  const inspected = await openForInspection(tree.at('a.mp4'), 'a.mp4');
  await inspected.close();
  const facts = { absolutePath: tree.at('a.mp4'), identity: inspected.identity, sizeBytes: FILM.length };
  const ledger = ledgerOf([video('a.mp4', facts)], clock);
  const item = itemAt(ledger, 0);
  const openSession = async () => ({ ...SESSION, parts: [part] });
  const linkedin = { openSession, serverNow: () => 0, statuses: null as never };
  const shared = { ledger, linkedin, limits, clock, signal, open: openAsSystem, itemByUrn: new Map() };
  const session = { number: 1, onSent: () => {} };
  const ending = uploadInSession(item, session, shared as never);
  await expect(ending).rejects.toHaveProperty('code', 'UPLOAD_INCOMPLETE');
  expect(await (await put.promise).next()).toEqual({ done: true, value: undefined });
  expect(item.sentBytes).toBe(0);
});

describe('sidecars', () => {
  const files = { 'a.mp4': FILM, ...SIDECARS };

  it('sidecars arrive whole before the video is completed', async () => {
    const { seen, open } = counting();
    const run = await upload({ files, inputs: WITH_SIDECARS, open });
    expect(run.row('a.mp4')).toMatchObject({
      state: 'available',
      sidecars: { captions: 'media/a.srt', thumbnail: 'media/a.thumbnail.png' },
    });
    const [asset] = run.model.assets();
    expect(asset !== undefined && arrivedWhole(asset, FILM)).toBe(true);
    expect([asset?.captions?.sizeBytes, asset?.thumbnail?.sizeBytes]).toEqual(
      Object.values(SIDECARS).map((bytes) => Buffer.byteLength(bytes)),
    );
    expect(run.names().lastIndexOf('upload')).toBeLessThan(run.names().indexOf('complete'));
    expect(seen.open).toBe(0);
  });

  it('a failed sidecar is sent again alone', async () => {
    const faults: FaultRule[] = [{ on: 'upload', of: 'captions', reply: { status: 503 } }];
    const run = await upload({ files, inputs: WITH_SIDECARS, linkedin: { faults } });
    expect(run.ends).toEqual({ 'a.mp4': 'available' });
    expect(run.model.calls().upload).toBe(partsIn(await upload({ files, inputs: WITH_SIDECARS })).length + 1);
  });

  it('a sidecar that fails for good fails its video, which is not completed, and the next file is sent', async () => {
    const faults: FaultRule[] = [{ on: 'upload', of: 'thumbnail', reply: { status: 413 } }];
    const run = await upload({
      files: { ...files, 'b.png': PICTURE },
      inputs: { ...WITH_SIDECARS, concurrency: '1' },
      linkedin: { faults },
    });
    expect(run.ends).toEqual({ 'a.mp4': 'failed REQUEST_REFUSED', 'b.png': 'available' });
    expect(run.row('a.mp4').error).toMatchObject({
      message: expect.stringMatching(
        /^thumbnail media\/a\.thumbnail\.png: LinkedIn rejected the upload \(413/,
      ),
      hint: expect.stringContaining('Correct or remove the captions or thumbnail'),
    });
    expect(run.names('a.mp4')).not.toContain('complete');
  });

  it('a sidecar whose upload is redirected is not to blame', async () => {
    const faults: FaultRule[] = [{ on: 'upload', of: 'captions', reply: { status: 302 } }];
    const run = await upload({ files, inputs: WITH_SIDECARS, linkedin: { faults } });
    expect(run.ends).toEqual({ 'a.mp4': 'failed HTTP_UNEXPECTED' });
    expect(run.row('a.mp4').error?.hint).not.toContain('captions');
  });
});

describe('files that change', () => {
  const files = { 'a.mp4': FILM, ...SIDECARS };

  it.each<[changed: string, during: 'register' | 'upload', nth: number]>([
    ['a.mp4', 'register', 1],
    ['a.mp4', 'upload', 1],
    ['a.srt', 'register', 1],
    ['a.srt', 'upload', 3],
    ['a.thumbnail.png', 'upload', 4],
  ])('a video fails when %s changes during %s %i, and is not completed', async (changed, during, nth) => {
    const { seen, open } = counting();
    const uploads = new Uploads({
      files,
      inputs: { ...WITH_SIDECARS, concurrency: '1' },
      onCall: ({ name }, count) => {
        if (name === during && count === nth) appendFileSync(join(uploads.workspace, 'media', changed), ' ');
      },
    });
    const run = await uploads.run({ open });
    expect(run.ends).toEqual({ 'a.mp4': 'failed FILE_CHANGED' });
    expect(run.row('a.mp4').error?.message).toContain(`media/${changed} changed`);
    expect(run.names()).not.toContain('complete');
    expect(seen.open).toBe(0);
  });

  it('a video that shrinks while it is sent fails, and the missing bytes are not made up', async () => {
    const { seen, open } = counting();
    const uploads = new Uploads({
      files: { 'a.mp4': FILM },
      inputs: { ...PARTS, concurrency: '1' },
      onCall: ({ name }, count) => {
        if (name === 'upload' && count === 1) truncateSync(join(uploads.workspace, 'media/a.mp4'), 600_000);
      },
    });
    const run = await uploads.run({ open });
    expect(run.ends).toEqual({ 'a.mp4': 'failed FILE_CHANGED' });
    expect(run.names()).not.toContain('complete');
    expect(seen.open).toBe(0);
  });

  it('a picture that changes after its bytes were read is the one that was inspected', async () => {
    const uploads = new Uploads({
      files: { 'a.png': PICTURE },
      inputs: { 'image-upload': 'asynchronous' },
      faults: [{ on: 'upload', nth: 1, kind: 'lost response' }],
      onCall: ({ name }) => {
        if (name === 'upload') appendFileSync(join(uploads.workspace, 'media/a.png') as PathLike, ' ');
      },
    });
    const run = await uploads.run();
    expect(run.ends).toEqual({ 'a.png': 'available' });
    const [asset] = uploads.model.assets();
    expect(asset !== undefined && arrivedWhole(asset, PICTURE)).toBe(true);
  });

  it('a cancelled run ends the uploads under way and closes their files', async () => {
    const { seen, open } = counting();
    const uploads = new Uploads({
      files,
      inputs: WITH_SIDECARS,
      onCall: async ({ name }, nth, machine) => {
        if (name !== 'upload') return;
        if (nth === 2) machine.cancel();
        await uploads.time.sleep(60_000);
      },
    });
    const run = await uploads.run({ open });
    expect(run.ends).toEqual({ 'a.mp4': 'failed RUN_CANCELLED' });
    expect(run.tookMs).toBeLessThan(60_000);
    expect(seen.open).toBe(0);
  });
});

describe('assertPartsCoverFile', () => {
  const URN = 'urn:li:digitalmediaAsset:1';
  const partAt = (firstByte: number, sizeBytes: number): Part => ({
    ...{ firstByte, sizeBytes, expiresAtMs: null },
    put: async () => ({ status: 200, etag: null }),
  });

  it.each<[parts: [firstByte: number, sizeBytes: number][], fileBytes: number, text: string]>([
    [
      [
        [0, 438_609],
        [877_219, 100_001],
      ],
      1_315_828,
      'part 2 has 100,001 bytes from byte 877,219; expected bytes from byte 438,609',
    ],
    [[[0, 1]], 1_315_828, 'the parts have 1 byte in total, but the file has 1,315,828 bytes'],
  ])(
    'the error of the part plan %j for a file of %i bytes names the difference in bytes',
    (parts, fileBytes, text) => {
      const check = () =>
        assertPartsCoverFile(
          parts.map((part) => partAt(...part)),
          fileBytes,
          URN,
        );
      expect(check).toThrow(expect.objectContaining({ code: 'PART_PLAN', message: text }));
    },
  );

  it('a plan of any parts is accepted only when the parts cover the file byte by byte', () => {
    const any = fc.array(
      fc.record({ firstByte: fc.integer({ min: -1, max: 9 }), sizeBytes: fc.integer({ min: -1, max: 6 }) }),
      { maxLength: 5 },
    );
    const fitting = fc
      .array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })
      .map((sizes) =>
        sizes.map((sizeBytes, index) => ({ firstByte: sum(sizes.slice(0, index)), sizeBytes })),
      );
    const size = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.oneof(any, fitting), size, (parts, sizeBytes) => {
        const plan = parts.map((part) => partAt(part.firstByte, part.sizeBytes));
        expect(isAccepted(plan, sizeBytes)).toBe(coversBytes(parts, sizeBytes));
        const total = sum(parts.map((part) => part.sizeBytes));
        expect(isAccepted(plan, total)).toBe(coversBytes(parts, total));
      }),
      fuzzed(),
    );
  });
});

function isAccepted(parts: readonly Part[], sizeBytes: number): boolean {
  try {
    assertPartsCoverFile(parts, sizeBytes, 'urn:li:digitalmediaAsset:1');
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(ActionError);
    return false;
  }
}

function coversBytes(parts: readonly { firstByte: number; sizeBytes: number }[], sizeBytes: number): boolean {
  if (sizeBytes < 0 || parts.some((part) => part.sizeBytes <= 0)) return false;
  const sent = parts.flatMap((part) =>
    Array.from({ length: part.sizeBytes }, (_, at) => part.firstByte + at),
  );
  return sent.length === sizeBytes && sent.every((byte, at) => byte === at);
}

function sum(sizes: readonly number[]): number {
  return sizes.reduce((total, size) => total + size, 0);
}
