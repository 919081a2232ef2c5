// The daily limit of API calls: which files start, which are left for another day, how many calls LinkedIn counts, and how many
// a plan predicts, as a range. `test/main/calls.test.ts` counts those of whole runs.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ApiName } from '../../src/linkedin/apis.ts';
import type { Mechanism, SessionRequest } from '../../src/linkedin/session.ts';
import type { MediaKind } from '../../src/linkedin/urn.ts';
import type { Memory } from '../../src/memory/memory.ts';
import type { UploadEntry } from '../../src/memory/upload-entry.ts';
import {
  bytesToSend,
  CallLimit,
  type CallRange,
  estimateRequests,
  type StepsAfterUpload,
} from '../../src/upload/call-limit.ts';
import { type PlannedFile, planUploads } from '../../src/upload/plan.ts';
import { pdf } from '../support/documents.ts';
import { fuzzed } from '../support/fuzz.ts';
import { IMAGE, ledgerOf, mediaFile, settingsOf, VIDEO } from '../support/ledgers.ts';
import { callsOn, parseManifest } from '../support/manifest.ts';
import { jpeg, mp4, png } from '../support/media.ts';
import { testRun } from '../support/run.ts';
import { type UploadRun, type UploadSetup, Uploads } from '../world/uploads.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const BRANCH = 'linkedin-media';

const numbered = (count: number, ending: string, bytesOf: (index: number) => Uint8Array) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${100 + index}.${ending}`, bytesOf(index)]),
  );
const pictures = (count: number) =>
  numbered(count, 'png', (index) => png({ width: 10 + index, height: 7 }));
const videos = (count: number) =>
  numbered(count, 'mp4', (index) => mp4({ dataBytes: 30_000 + index }));
const documents = (count: number) => numbered(count, 'pdf', (index) => pdf({ pages: 1 + index }));

/** Noon at first. */
class Days extends Uploads {
  /** Calls that count against LinkedIn's quota, by day of the world. */
  get callsPerDay(): number[] {
    const counted = this.world.calls.filter(({ path }) => /^\/(rest|v2)\/(?!repos)/.test(path));
    const perDay: number[] = [];
    for (const { atMs } of counted) {
      const day = Math.floor((atMs + DAY_MS / 2) / DAY_MS);
      perDay[day] = (perDay[day] ?? 0) + 1;
    }
    return Array.from(perDay, (calls) => calls ?? 0);
  }

  limited(maxCalls: number, inputs: Readonly<Record<string, string>> = {}): Promise<UploadRun> {
    return this.run({ inputs: { 'max-calls': String(maxCalls), ...inputs } });
  }

  async nextDay(): Promise<void> {
    await this.time.advance(DAY_MS);
  }
}

function start(
  files: Record<string, Uint8Array>,
  { inputs = {}, ...more }: Partial<UploadSetup> = {},
) {
  const all = { 'manifest-branch': BRANCH, 'max-files': '1000', ...inputs };
  return new Days({ files, latencyMs: 20, ...more, inputs: all });
}

const countsOf = ({ outputs }: UploadRun) =>
  ['uploaded', 'reused', 'failed', 'remaining'].map((name) => Number(outputs[`${name}-count`]));
const statesOf = ({ rows }: UploadRun) => rows.map(({ state }) => state);

describe('files that the daily limit leaves for another day', () => {
  it('a run says how many files it leaves, why, and when to continue, and the next run of the day sends nothing', async () => {
    const days = start(pictures(8), { inputs: { 'fail-on': 'all' } });
    const run = await days.limited(5);
    expect([run.exitCode, ...countsOf(run)]).toEqual([0, 5, 0, 0, 3]);
    expect(statesOf(run)).toEqual([...Array(5).fill('available'), ...Array(3).fill('deferred')]);
    expect(run.log).toContain(
      '3 files left for another day: all runs of 2026-11-25 (UTC) have made 5 of the 5 API calls that max-calls allows; a run after 00:00 UTC sends the files that fit',
    );
    expect(run.log).toContain('5 of 8 files are on LinkedIn: 5 uploaded, 3 deferred');
    expect(run.summary).toContain('3 files left for another day');
    expect(countsOf(await days.limited(5))).toEqual([0, 5, 0, 3]);
    expect(days.callsPerDay).toEqual([5]);
  });

  it('a second day spends its calls on new files, not on status reads', async () => {
    const days = start(pictures(8));
    await days.limited(5);
    await days.nextDay();
    await days.nextDay();
    expect(countsOf(await days.limited(5))).toEqual([3, 5, 0, 0]);
    expect(days.model.calls()).toMatchObject({ register: 8, status: 0 });
    const manifest = parseManifest(days.github.file(BRANCH));
    expect(Object.keys(manifest.calls).map((day) => callsOn(manifest, day))).toEqual([5, 3]);
  });

  it.each([-3, 3])(
    'the day is that of GitHub, whose clock all jobs share, on a runner that is %i days off',
    async (off) => {
      const days = start(pictures(8));
      await days.run({ inputs: { 'max-calls': '5' }, fate: { skewMs: off * DAY_MS } });
      expect(countsOf(await days.limited(5))).toEqual([0, 5, 0, 3]);
      const { calls } = parseManifest(days.github.file(BRANCH));
      expect(Object.keys(calls)).toEqual(['2026-11-25']);
    },
  );
});

describe('admission of a file', () => {
  it.each<[string, Record<string, Uint8Array>, Record<string, string>, calls: number]>([
    ['a picture that is polled', pictures(1), { 'image-upload': 'asynchronous' }, 3],
    ['a video', videos(1), {}, 7],
    [
      'a video in parts',
      { 'a.mp4': mp4({ dataBytes: 1_000_000 }) },
      { 'multipart-threshold-mb': '1' },
      8,
    ],
    ['a picture with artifacts', pictures(1), { 'media-artifacts': 'true' }, 2],
    // The first read of many files may be rejected.
    ['a picture of the Images API', pictures(1), { api: 'media' }, 4],
    ['a video of the Videos API', videos(1), { api: 'media' }, 9],
    ['a document', documents(1), { api: 'media' }, 4],
  ])('%s starts only if its calls fit into the day', async (_, files, inputs, calls) => {
    // Another picture has taken one call of the day.
    const days = start({ 'first.jpg': jpeg() }, { inputs: { 'wait-minutes': '0' } });
    await days.limited(calls);
    const [used = 0] = days.callsPerDay;
    days.write(files);
    const [name = ''] = Object.keys(files);
    const given = { files: `media/${name}`, 'wait-minutes': '30', ...inputs };
    const run = await days.limited(calls + used - 1, given);
    expect([statesOf(run), days.callsPerDay]).toEqual([['deferred'], [used]]);
    expect(statesOf(await days.limited(calls + used, given))).toEqual(['available']);
    expect(days.callsPerDay[0]).toBeLessThanOrEqual(calls + used);
  });

  it('a file that does not fit is deferred, and later files that fit start', async () => {
    const days = start({ 'first.jpg': jpeg() });
    await days.limited(7);
    days.write({ '0.mp4': mp4(), ...pictures(7) });
    const states = statesOf(await days.limited(7));
    expect(states).toEqual(['deferred', ...Array(6).fill('available'), 'deferred', 'reused']);
    expect(days.callsPerDay).toEqual([7]);
  });

  it('a file starts when a started one needs fewer calls than expected', async () => {
    const days = start(videos(3));
    // Each of three videos takes two calls, and may take seven.
    expect(statesOf(await days.limited(11))).toEqual(Array(3).fill('available'));
    expect(days.callsPerDay).toEqual([6]);
  });

  it('a repeated call takes the place of another file', async () => {
    const faults = [{ on: 'register' as const, reply: { status: 503 } }];
    const days = start(pictures(10), { linkedin: { faults } });
    expect(countsOf(await days.limited(10))).toEqual([9, 0, 0, 1]);
    expect(days.callsPerDay).toEqual([10]);
  });

  it('three jobs of a matrix stay within the allowance together, and a last job uses the rest', async () => {
    const days = start(pictures(60));
    const jobs = await days.finish(
      Promise.all(
        [1, 2, 3].map((index) =>
          days.start({ inputs: { 'max-calls': '10', shard: `${index}/3` } }),
        ),
      ),
    );
    expect(jobs.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
    const [made = 0] = days.callsPerDay;
    expect(made).toBeLessThanOrEqual(30);
    expect(made).toBeGreaterThanOrEqual(10);
    expect(countsOf(await days.limited(30))).toEqual([30 - made, made, 0, 30]);
    expect(days.callsPerDay).toEqual([30]);
    expect(days.model.calls().register).toBe(30);
  });

  it('a run that stops skips its files, and defers none', async () => {
    const faults = [{ on: 'register' as const, every: true, reply: { status: 401 } }];
    const run = await start(pictures(20), { linkedin: { faults } }).limited(10, {
      concurrency: '2',
    });
    expect(statesOf(run)).toEqual(['failed', ...Array(19).fill('skipped')]);
  });
});

describe('a file that alone may need more calls than a day has', () => {
  it('starts on a day on which nothing else was called, and is deferred on any other', async () => {
    const days = start(pictures(1), { inputs: { api: 'media' } });
    await days.limited(8);
    days.write({ '0.mp4': mp4() });
    const run = await days.limited(8);
    expect(run.ends['0.mp4']).toBe('deferred');
    await days.nextDay();
    expect(statesOf(await days.limited(8))).toEqual(['available', 'reused']);
  });

  it('no second one starts on the same day in another run', async () => {
    const days = start(
      { 'a.mp4': mp4(), 'b.mp4': mp4({ dataBytes: 9 }) },
      { inputs: { api: 'media' } },
    );
    expect(statesOf(await days.limited(8))).toEqual(['available', 'deferred']);
    expect(statesOf(await days.limited(8))).toEqual(['reused', 'deferred']);
    await days.nextDay();
    expect(statesOf(await days.limited(8))).toEqual(['reused', 'available']);
  });
});

describe('uploads of earlier runs', () => {
  const HOUR = { linkedin: { processingMs: HOUR_MS }, inputs: { 'wait-minutes': '0' } };

  it('an available upload is reused without a status read, however old its last check is', async () => {
    const days = start(pictures(1));
    await days.limited(5);
    await days.time.advance(40 * DAY_MS);
    days.write(pictures(5));
    const states = statesOf(await days.limited(2));
    expect(states).toEqual(['reused', 'available', 'available', 'deferred', 'deferred']);
  });

  it('an upload that was processed later is read before new files start', async () => {
    const days = start(videos(3), { ...HOUR, inputs: { ...HOUR.inputs, api: 'media' } });
    await days.limited(100);
    await days.nextDay();
    days.write(videos(4));
    expect(statesOf(await days.limited(5))).toEqual(['reused', 'reused', 'reused', 'processing']);
    expect(days.callsPerDay[1]).toBeLessThanOrEqual(5);
  });

  it('an upload and its copy whose status does not fit are deferred, and keep their URN', async () => {
    const days = start({ 'a.mp4': mp4(), 'b.mp4': mp4() }, HOUR);
    const first = await days.limited(1);
    const second = await days.limited(1);
    expect(statesOf(second)).toEqual(['deferred', 'deferred']);
    expect(second.rows.map(({ mediaUrn }) => mediaUrn)).toEqual(
      first.rows.map(({ mediaUrn }) => mediaUrn),
    );
    expect(first.row('b.mp4').mediaUrn).toMatch(/^urn:li:video:/);
    expect(days.callsPerDay).toEqual([1]);
  });

  it('an upload that LinkedIn lost is sent again only if its calls fit', async () => {
    const faults = [
      {
        on: 'status' as const,
        every: true,
        asset: 'SIMULATED-C5605AQ000001',
        reply: { status: 404 },
      },
    ];
    const days = start({ 'a.mp4': mp4(), 'b.mp4': mp4() }, { ...HOUR, linkedin: { faults } });
    await days.limited(9);
    await days.nextDay();
    const spent = await days.limited(1);
    expect(statesOf(spent)).toEqual(['deferred', 'deferred']);
    expect(spent.row('a.mp4').abandonedUrns).toHaveLength(1);
    expect(spent.rows.map(({ mediaUrn }) => mediaUrn)).toEqual([undefined, undefined]);
    await days.nextDay();
    expect(statesOf(await days.limited(2))).toEqual(['processing', 'processing']);
    expect(days.model.calls().register).toBe(2);
  });

  it('the first reads show that the token may not read statuses, and no other call is spent on them', async () => {
    const days = start(pictures(50), {
      inputs: { api: 'media' },
      linkedin: { statusReads: 'forbidden' },
    });
    expect(new Set(statesOf(await days.limited(150)))).toEqual(new Set(['unverified']));
    // The rejected read of many files, and one of each picture that had room for its worst case, four calls.
    expect(days.callsPerDay[0]).toBeLessThanOrEqual(50 + 1 + 37);
    await days.nextDay();
    expect(new Set(statesOf(await days.limited(150)))).toEqual(new Set(['reused']));
    expect(days.callsPerDay[1]).toBeLessThanOrEqual(1 + 37);
  });
});

it.each<[what: string, files: number, isLater: boolean, counts: number[] | null]>([
  ['whose files are all left for another day needs none', 8, false, [0, 5, 0, 3]],
  ['that only reuses old uploads needs none', 5, true, [0, 5, 0, 0]],
  ['that may send one of its files needs it', 6, true, null],
])('of the permission to write the branch, a run %s', async (_, files, isLater, counts) => {
  const days = start(pictures(5));
  await days.limited(5);
  days.github.permissions.contents = 'read';
  if (isLater) await days.time.advance(2 * DAY_MS);
  days.write(pictures(files));
  const before = days.github.requests.length;
  const run = await days.limited(5);
  expect(days.model.calls().register).toBe(5);
  if (counts === null) return expect(run.errors.join()).toContain('permissions: contents: write');
  const written = days.github.requests
    .slice(before)
    .filter((request) => !request.startsWith('GET '));
  expect([run.exitCode, countsOf(run), written]).toEqual([0, counts, []]);
});

it('a plan shows which files are left for another day, and writes nothing', async () => {
  const days = start(pictures(8));
  await days.limited(3);
  const written = days.github.file(BRANCH);
  const plan = await days.limited(5, { mode: 'plan', 'access-token': '' });
  expect(statesOf(plan)).toEqual([...Array(5).fill('planned'), ...Array(3).fill('deferred')]);
  expect([plan.exitCode, ...countsOf(plan)]).toEqual([0, 0, 0, 0, 3]);
  expect(plan.log).toContain('8 files are valid: 2 planned, 3 reused, 3 deferred');
  expect(plan.log).toMatch(/107\.png: deferred, /);
  expect(plan.log).toContain('2 API calls and 2 uploads (PUT)');
  expect(plan.log).toContain('have made 3 of the 5 API calls');
  expect([days.github.file(BRANCH), days.callsPerDay]).toEqual([written, [3]]);
});

const scene = fc.record({
  images: fc.nat(12),
  videos: fc.nat(3),
  documents: fc.nat(5),
  api: fc.constantFrom('assets', 'media'),
  imageUpload: fc.constantFrom('synchronous', 'asynchronous'),
  batchReads: fc.constantFrom('allowed' as const, 'forbidden-403' as const),
  statusReads: fc.constantFrom('allowed' as const, 'allowed' as const, 'forbidden' as const),
  processingMs: fc.constantFrom(0, 1000, 10_000),
  latencyMs: fc.constantFrom(0, 20, 400, 3000),
  concurrency: fc.integer({ min: 1, max: 8 }),
  waitMinutes: fc.constantFrom(0, 1, 30),
  // A file may need 30 calls. With a higher limit, no day has more calls than that.
  maxCalls: fc.oneof(fc.integer({ min: 4, max: 33 }), fc.integer({ min: 34, max: 60 })),
});

it('no day has more calls than the limit, whatever the files are, and every file is uploaded once in the end', async () => {
  await fc.assert(
    fc.asyncProperty(scene, async ({ latencyMs, maxCalls, ...given }) => {
      // Statuses that may not be read cost up to one call for each kind on each day, so a limit that is hardly higher than
      // the calls of a file can leave it out for ever.
      fc.pre(maxCalls >= 34 || given.statusReads === 'allowed');
      const files = {
        ...{ ...pictures(given.images), ...videos(given.videos) },
        ...(given.api === 'media' ? documents(given.documents) : {}),
      };
      const inputs = {
        ...{
          api: given.api,
          'image-upload': given.imageUpload,
          concurrency: String(given.concurrency),
        },
        ...{ 'wait-minutes': String(given.waitMinutes), 'if-no-files-found': 'ignore' },
      };
      const days = start(files, { inputs, latencyMs, linkedin: given });
      for (let day = 1; day <= 60; day += 1) {
        const [, , , remaining] = countsOf(await days.limited(maxCalls));
        if (remaining === 0) break;
        await days.nextDay();
      }
      const most = Math.max(maxCalls, 34);
      expect(days.callsPerDay.filter((calls) => calls > most)).toEqual([]);
      expect(days.model.calls().register).toBe(Object.keys(files).length);
    }),
    fuzzed(20),
  );
});

const planOf = (kinds: readonly ('image' | 'video')[]) =>
  planUploads(
    settingsOf(),
    kinds.map((kind, index) =>
      mediaFile(`${kind}-${index}`, { media: kind === 'image' ? IMAGE : VIDEO }),
    ),
  ).files;

const earlier = (state: 'uploaded' | 'available') => ({
  reused: { earlier: { state } as UploadEntry },
});
const [sent, available, uploaded, rejected, copy] = planOf([
  'image',
  'image',
  'video',
  'image',
  'image',
]);
const MIXED = [
  sent,
  { ...available, ...earlier('available') },
  { ...uploaded, ...earlier('uploaded') },
  { ...rejected, request: null },
  { ...copy, reused: { duplicateOf: sent } },
] as PlannedFile[];

it.each<
  [what: string, readonly PlannedFile[], maxCalls: number, usedCalls: number, deferred: number[]]
>([
  ['the first files of the plan start', planOf(Array(5).fill('image')), 100, 97, [3, 4]],
  ['nothing is deferred while calls are left', planOf(Array(5).fill('image')), 100, 95, []],
  ['no file starts when no call is left', planOf(['image', 'image']), 100, 100, [0, 1]],
  [
    'no file starts when other jobs have made more calls',
    planOf(['image', 'image']),
    100,
    107,
    [0, 1],
  ],
  ['a later file that fits is not deferred', planOf(['video', 'image', 'image']), 100, 98, [0]],
  // The video is read once, and perhaps six times more.
  ['rejected files and available uploads need no calls', MIXED, 100, 93, []],
  ['earlier uploads are read first', MIXED, 100, 94, [2]],
  ['a copy is deferred with its file', MIXED, 100, 100, [0, 2, 4]],
  [
    'one file with more calls than a day has starts on an unused day',
    planOf(['video', 'video']),
    6,
    0,
    [1],
  ],
  ['and none on another day', planOf(['video', 'video']), 6, 1, [0, 1]],
])('%s', (_, plan, maxCalls, usedCalls, expected) => {
  const memory = { epochMs: () => 0, uploads: { callsOn: () => usedCalls } } as unknown as Memory;
  const run = { ...testRun(), memory, ledger: ledgerOf([]) };
  const limit = new CallLimit(maxCalls, { waitMs: 30 * 60_000, readsArtifacts: false }, run);
  const deferred = limit.planDeferrals(plan);
  expect([...plan.keys()].filter((place) => deferred.has(plan[place] as PlannedFile))).toEqual(
    expected,
  );
});

const WAIT: StepsAfterUpload = { waitMs: 30 * MINUTE_MS, readsArtifacts: false };
const NO_WAIT: StepsAfterUpload = { waitMs: 0, readsArtifacts: false };
const WITH_ARTIFACTS: StepsAfterUpload = { ...WAIT, readsArtifacts: true };

function planned(
  api: ApiName,
  kind: MediaKind,
  mechanism: Mechanism,
  more: Partial<SessionRequest> = {},
): PlannedFile {
  const request: SessionRequest = {
    api,
    owner: 'urn:li:person:abc',
    kind,
    mediaType: 'video/mp4',
    sizeBytes: 100,
    recipe: null,
    mechanism,
    ...more,
  };
  return { file: mediaFile('a'), request, rejection: null, warnings: [] };
}

const image = planned('media', 'image', 'single');
const film = planned('media', 'video', 'multipart');
const document = planned('media', 'document', 'single');
const synchronous = planned('assets', 'image', 'synchronous');
const polledImage = planned('assets', 'image', 'single');
const clip = planned('assets', 'video', 'single');
const assetFilm = planned('assets', 'video', 'multipart');
const times = (count: number, file: PlannedFile) => Array.from({ length: count }, () => file);

function restored(file: PlannedFile, state: 'uploaded' | 'available'): PlannedFile {
  return { ...file, reused: { earlier: { state } as UploadEntry } };
}

describe('the predicted API calls', () => {
  it.each<[string, readonly PlannedFile[], StepsAfterUpload, [least: number, most: number]]>([
    ['no file', [], WAIT, [0, 0]],
    ['a synchronous image', [synchronous], WAIT, [1, 1]],
    [
      'a synchronous image with artifacts',
      [synchronous],
      { ...NO_WAIT, readsArtifacts: true },
      [2, 2],
    ],
    ['a polled image', [polledImage], WAIT, [2, 3]],
    ['a polled image with artifacts', [polledImage], WITH_ARTIFACTS, [3, 4]],
    ['a polled image without a wait', [polledImage], { ...NO_WAIT, readsArtifacts: true }, [1, 1]],
    ['a video in one request', [clip], WAIT, [2, 7]],
    ['a video in parts', [assetFilm], WAIT, [3, 8]],
    ['a video with a wait of a minute', [clip], { ...WAIT, waitMs: MINUTE_MS }, [2, 7]],
    ['a video without a wait', [assetFilm], NO_WAIT, [2, 2]],
    ['a picture with api: media', [image], WAIT, [2, 4]],
    ['a document', [document], WITH_ARTIFACTS, [2, 4]],
    ['a video with api: media', [film], WITH_ARTIFACTS, [3, 9]],
    [
      'a video with api: media and a wait of a minute',
      [film],
      { ...WAIT, waitMs: MINUTE_MS },
      [3, 9],
    ],
    ['a video with api: media without a wait', [film], NO_WAIT, [2, 2]],
    ['one file of each kind', [image, film, document], WAIT, [5, 17]],
    ['fifty pictures', times(50, image), WAIT, [51, 200]],
    ['one picture more', times(51, image), WAIT, [53, 204]],
    ['ten videos', times(10, film), WAIT, [21, 90]],
    ['fifty polled images', times(50, polledImage), WAIT, [100, 150]],
    ['a rejected file', [{ ...image, request: null }], WAIT, [0, 0]],
    ['a duplicate', [{ ...image, reused: { duplicateOf: image } }], WAIT, [0, 0]],
    ['a reused picture', [restored(image, 'available')], WAIT, [0, 2]],
    ['a reused asset', [restored(synchronous, 'available')], WAIT, [0, 1]],
    ['a reused asset with artifacts', [restored(synchronous, 'available')], WITH_ARTIFACTS, [0, 2]],
    ['an earlier video in processing', [restored(film, 'uploaded')], WAIT, [1, 8]],
    [
      'an earlier video in processing, without a wait',
      [restored(film, 'uploaded')],
      NO_WAIT,
      [1, 2],
    ],
    ['a hundred reused pictures', times(100, restored(image, 'available')), WAIT, [0, 200]],
  ])('%s takes a known range of API calls', (_, files, steps, [least, most]) => {
    expect(estimateRequests(files, steps).calls).toEqual({ least, most });
  });

  it('sidecars count as uploads and bytes, not as API calls', () => {
    const sidecars = { captions: { sizeBytes: 40 }, thumbnail: { sizeBytes: 2000 } };
    const both = planned('media', 'video', 'multipart', { sidecars });
    expect(estimateRequests([both], NO_WAIT)).toEqual({ calls: { least: 2, most: 2 }, puts: 3 });
    expect(
      estimateRequests([film, both, { ...film, reused: { duplicateOf: film } }], WAIT).puts,
    ).toBe(4);
    expect(both.request && bytesToSend(both.request)).toBe(2140);
    expect(film.request && bytesToSend(film.request)).toBe(100);
  });
});

it('docs/quotas.md has the predicted numbers', () => {
  const text = ({ least, most }: CallRange) => (least === most ? `${most}` : `${least} to ${most}`);
  const alone = (file: PlannedFile, steps = WAIT) => text(estimateRequests([file], steps).calls);
  const further = (file: PlannedFile) => {
    const [one, two] = [1, 2].map((count) => estimateRequests(times(count, file), WAIT).calls);
    if (one === undefined || two === undefined) throw new RangeError('two estimates are needed');
    return text({ least: two.least - one.least, most: two.most - one.most });
  };
  const videos = `${alone(clip)}; in parts ${alone(assetFilm)}`;
  const quotas = readFileSync(join(import.meta.dirname, '../../docs/quotas.md'), 'utf8');
  for (const row of [
    `| \`api: assets\` | ${alone(synchronous)}; \`asynchronous\` ${alone(polledImage)} | ${videos} | |`,
    `| \`api: media\`, the first file of a kind | ${[image, film, document].map((file) => alone(file)).join(' | ')} |`,
    `| \`api: media\`, each further file | ${[image, film, document].map(further).join(' | ')} |`,
    `| with \`wait-minutes: 0\` | ${alone(image, NO_WAIT)} | ${alone(clip, NO_WAIT)}; in parts and with \`api: media\` ${alone(film, NO_WAIT)} | ${alone(document, NO_WAIT)} |`,
  ])
    expect(quotas).toContain(row);
});
