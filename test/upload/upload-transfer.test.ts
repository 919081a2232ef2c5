// The parts of a file and its sidecars: each sends its own bytes, in the slots of the run, and one that fails ends the file.

import { appendFileSync, type PathLike, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openAsSystem } from '../../src/media/bytes.ts';
import type { Open } from '../../src/run.ts';
import { assertPartsCoverFile } from '../../src/upload/upload.ts';
import { mp4, png } from '../support/media.ts';
import { arrivedWhole } from '../support/publishing.ts';
import { srt } from '../support/subrip.ts';
import type { Fault } from '../world/faults.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadRun, Uploads, upload } from '../world/uploads.ts';

const PICTURE = png({ width: 320, height: 200 });
const FILM = mp4({ dataBytes: 1_000_003 });
const PARTS = { 'multipart-threshold-mb': '1' };
const WITH_SIDECARS = { api: 'media', sidecars: 'true', 'multipart-threshold-mb': '1' };
const SIDECARS = { 'a.srt': srt(3), 'a.thumbnail.png': png({ width: 200, height: 100 }) };

const partsIn = ({ calls }: UploadRun) =>
  calls.filter(({ name }) => name === 'upload').map(({ part }) => part);

/** Counts the files that are open. */
function counting() {
  const seen = { open: 0 };
  const open: Open = async (path, flags) => {
    const handle = await openAsSystem(path, flags);
    seen.open += 1;
    const close = handle.close.bind(handle);
    handle.close = () => {
      seen.open -= 1;
      return close();
    };
    return handle;
  };
  return { seen, open };
}

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

it('a part uses the buffers of the part before, but not those of a failed attempt, which a socket may still hold', async () => {
  const buffers: ArrayBufferLike[] = [];
  const open: Open = async (path, flags) => {
    const handle = await openAsSystem(path, flags);
    const read = handle.read.bind(handle) as (into: Uint8Array, ...rest: unknown[]) => never;
    handle.read = (into: Uint8Array, ...rest: unknown[]) => {
      // The first chunk of a part.
      if (into.length > 100_000) buffers.push(into.buffer);
      return read(into, ...rest);
    };
    return handle;
  };
  const faults: Fault[] = [{ on: 'upload', nth: 2, kind: 'reset midway' }];
  await upload({ files: { 'a.mp4': FILM }, inputs: { ...PARTS, concurrency: '1' }, faults, open });
  expect(buffers.map((buffer) => buffers.indexOf(buffer))).toEqual([0, 0, 2, 2]);
});

describe('parts that are sent again', () => {
  const film = (faults: Fault[], linkedin: { faults?: FaultRule[] } = {}) =>
    upload({ files: { 'a.mp4': FILM }, inputs: { ...PARTS, concurrency: '1' }, faults, linkedin });

  it.each<[string, Fault[], FaultRule[]]>([
    ['fails twice', [2, 4].map((nth) => ({ on: 'upload', nth, kind: 'status', status: 503 })), []],
    [
      'breaks in its middle',
      [2, 4].map((nth) => ({ on: 'upload', nth, kind: 'reset midway' })),
      [],
    ],
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

  it.each<[string, Partial<Fault> | null, string]>([
    ['gets a 503', { kind: 'status', status: 503 }, 'failed SERVER_FAILED'],
    ['gets no ETag', null, 'failed ETAG_MISSING'],
  ])('a part that always %s is sent five times', async (_, fault, end) => {
    const always = { on: 'upload', nth: 3, every: true } as const;
    const run = await (fault === null
      ? film([], { faults: [{ ...always, omitEtag: true }] })
      : film([{ ...always, ...fault } as Fault]));
    expect(run.ends).toEqual({ 'a.mp4': end });
    expect(partsIn(run)).toEqual([1, 2, 3, 3, 3, 3, 3]);
  });

  it('a failed part gives its slot to another part while it waits', async () => {
    const run = await film([
      { on: 'upload', nth: 1, kind: 'status', status: 503, retryAfterS: 50 },
    ]);
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
    expect(run.model.calls().upload).toBe(
      partsIn(await upload({ files, inputs: WITH_SIDECARS })).length + 1,
    );
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

  const grow = (path: string) => appendFileSync(path, ' ');
  const shrink = (path: string) => truncateSync(path, 600_000);

  it.each<[string, 'grows' | 'shrinks', during: 'register' | 'upload', nth: number]>([
    ['a.mp4', 'grows', 'register', 1],
    ['a.mp4', 'grows', 'upload', 1],
    ['a.mp4', 'shrinks', 'upload', 1],
    ['a.srt', 'grows', 'register', 1],
    ['a.srt', 'grows', 'upload', 3],
    ['a.thumbnail.png', 'grows', 'upload', 4],
  ])(
    'a video fails when %s %s during %s %i, and is not completed',
    async (name, what, during, nth) => {
      const change = what === 'grows' ? grow : shrink;
      const { seen, open } = counting();
      const uploads = new Uploads({
        files,
        inputs: { ...WITH_SIDECARS, concurrency: '1' },
        onCall: (call, count) => {
          if (call.name === during && count === nth) change(join(uploads.workspace, 'media', name));
        },
      });
      const run = await uploads.run({ open });
      expect(run.ends).toEqual({ 'a.mp4': 'failed FILE_CHANGED' });
      expect(run.names()).not.toContain('complete');
      expect(seen.open).toBe(0);
    },
  );

  it('a picture that changes after its bytes were read is the one that was inspected', async () => {
    const uploads = new Uploads({
      files: { 'a.png': PICTURE },
      inputs: { 'image-upload': 'asynchronous' },
      faults: [{ on: 'upload', nth: 1, kind: 'lost response' }],
      onCall: ({ name }) => {
        if (name === 'upload')
          appendFileSync(join(uploads.workspace, 'media/a.png') as PathLike, ' ');
      },
    });
    const run = await uploads.run();
    expect(run.ends).toEqual({ 'a.png': 'available' });
    const [asset] = uploads.model.assets();
    expect(asset !== undefined && arrivedWhole(asset, PICTURE)).toBe(true);
  });
});

describe('the parts that LinkedIn plans for a file of ten bytes', () => {
  const part = (firstByte: number, sizeBytes: number) => ({ firstByte, sizeBytes });
  type Range = ReturnType<typeof part>;
  const check = (ranges: readonly Range[]) => () => {
    const answer = { expiresAtMs: null, put: async () => ({ status: 200, etag: null }) };
    const parts = ranges.map((range) => ({ ...answer, ...range }));
    assertPartsCoverFile(parts, 10, 'urn:li:digitalmediaAsset:1');
  };

  it.each([[[part(0, 10)]], [[part(0, 9), part(9, 1)]]])(
    '%j cover the file byte by byte',
    (ranges) => {
      expect(check(ranges)).not.toThrow();
    },
  );

  it.each<[ranges: Range[], text: string]>([
    [[], 'the parts have 0 bytes in total, but the file has 10 bytes'],
    [[part(0, 1)], 'the parts have 1 byte in total, but the file has 10 bytes'],
    [[part(0, 11)], 'the parts have 11 bytes in total, but the file has 10 bytes'],
    [[part(1, 9)], 'part 1 has 9 bytes from byte 1; expected bytes from byte 0'],
    [[part(0, 4), part(5, 5)], 'part 2 has 5 bytes from byte 5; expected bytes from byte 4'],
    [[part(0, 5), part(4, 6)], 'part 2 has 6 bytes from byte 4; expected bytes from byte 5'],
    [[part(5, 5), part(0, 5)], 'part 1 has 5 bytes from byte 5; expected bytes from byte 0'],
    [[part(0, 10), part(10, 0)], 'part 2 has 0 bytes from byte 10; expected bytes from byte 10'],
    [[part(0, 11), part(11, -1)], 'part 2 has -1 bytes from byte 11; expected bytes from byte 11'],
  ])('%j are rejected, and the error names the difference in bytes', (ranges, text) => {
    expect(check(ranges)).toThrow(expect.objectContaining({ code: 'PART_PLAN', message: text }));
  });
});
