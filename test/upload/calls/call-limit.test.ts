// A limit of API calls per day: which files start, which are left for another day, and how many calls LinkedIn counts.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MediaKind } from '../../../src/linkedin/urn.ts';
import { VirtualLinkedIn } from '../virtual-linkedin.ts';
import { countStates, LimitedDays, type LimitedSettings } from './limited-days.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WAIT = { waitMs: 30 * MINUTE_MS };
const TODAY = '2026-11-25';
const TOMORROW = '2026-11-26';

function start(options: ConstructorParameters<typeof VirtualLinkedIn>[0] = {}) {
  const linkedin = new VirtualLinkedIn({ latencyMs: 20, ...options });
  const days = new LimitedDays(linkedin);
  const files = (count: number, kind: MediaKind = 'image') =>
    Array.from({ length: count }, (_, index) =>
      linkedin.addFile(`${kind}-${String(index).padStart(3, '0')}`, kind),
    );
  const registrations = () => linkedin.model.calls().register;
  return { linkedin, days, files, registrations };
}

describe('four hundred pictures with 150 calls a day', () => {
  it.each<[string, Partial<LimitedSettings>, ConstructorParameters<typeof VirtualLinkedIn>[0]]>([
    ['synchronous uploads', {}, { processingMs: 0 }],
    ['status reads of many files at once', { api: 'media' }, { processingMs: 2000 }],
    ['slow processing', { api: 'media' }, { processingMs: 10_000 }],
    ['a slow connection', { api: 'media' }, { processingMs: 2000, latencyMs: 1000 }],
    [
      'a token that may not read statuses',
      { api: 'media' },
      { processingMs: 2000, statusReads: 'forbidden' },
    ],
  ])('all pictures are uploaded in four days, each once, with %s', async (_, settings, options) => {
    const { linkedin, days, files, registrations } = start(options);
    const pictures = files(400);
    const left: number[] = [];
    for (let day = 1; day <= 4; day += 1) {
      const states = countStates(await days.run(pictures, { maxCalls: 150, ...WAIT, ...settings }));
      left.push(states.deferred ?? 0);
      await days.nextDay();
    }
    expect(Object.values(linkedin.callsPerDay).filter((calls) => calls > 150)).toEqual([]);
    expect(left.at(-1)).toBe(0);
    // Most of each allowance is used.
    expect(left[0]).toBeLessThanOrEqual(300);
    expect(registrations()).toBe(400);
    expect(linkedin.model.assets().map(({ status }) => status)).toEqual(Array(400).fill('AVAILABLE'));
  });

  it('one call is enough for a synchronous picture, and the allowance is used up', async () => {
    const { linkedin, days, files } = start();
    const pictures = files(400);
    const first = await days.run(pictures, { maxCalls: 150, ...WAIT });
    expect(countStates(first)).toEqual({ available: 150, deferred: 250 });
    // Another run on the same day has no calls left.
    const second = await days.run(pictures, { maxCalls: 150, ...WAIT });
    expect(countStates(second)).toEqual({ reused: 150, deferred: 250 });
    expect(linkedin.callsPerDay).toEqual({ [TODAY]: 150 });
    expect(second.entries.findIndex(({ state }) => state === 'deferred')).toBe(150);
  });
});

describe('admission of a file', () => {
  it.each<[string, MediaKind, Partial<LimitedSettings>, calls: number]>([
    ['a synchronous picture', 'image', {}, 1],
    ['a picture that is polled', 'image', { imageUpload: 'asynchronous' }, 3],
    ['a video', 'video', {}, 7],
    ['a video in parts', 'video', { multipartThresholdBytes: 1 }, 8],
    ['a video that is not waited for', 'video', { waitMs: 0 }, 1],
    ['a picture with artifacts', 'image', { readsArtifacts: true }, 2],
    // The first read of many files may be rejected, or accepted.
    ['a picture of the Images API', 'image', { api: 'media' }, 5],
    ['a video of the Videos API', 'video', { api: 'media' }, 25],
    ['a document', 'document', { api: 'media' }, 5],
  ])('%s starts only if its calls fit', async (_, kind, settings, calls) => {
    for (const [maxCalls, state] of [
      [calls - 1, 'deferred'],
      [calls, settings.waitMs === 0 ? 'processing' : 'available'],
    ] as const) {
      if (maxCalls === 0) continue;
      const { linkedin, days, files } = start();
      const ledger = await days.run(files(1, kind), { ...WAIT, ...settings, maxCalls });
      expect(countStates(ledger)).toEqual({ [state]: 1 });
      expect(linkedin.calls).toBeLessThanOrEqual(state === 'deferred' ? 0 : calls);
    }
  });

  it('a file that does not fit is deferred, and later files that fit start', async () => {
    const { linkedin, days, files } = start();
    const ledger = await days.run([...files(1, 'video'), ...files(4)], { maxCalls: 3, ...WAIT });
    expect(ledger.entries.map(({ state }) => state)).toEqual([
      'deferred',
      'available',
      'available',
      'available',
      'deferred',
    ]);
    expect(linkedin.callsPerDay).toEqual({ [TODAY]: 3 });
  });

  it('a file starts when a started one needs fewer calls than expected', async () => {
    const { linkedin, days, files } = start({ processingMs: 0 });
    // Each of three videos takes two calls, and may take seven.
    const ledger = await days.run(files(3, 'video'), { maxCalls: 11, ...WAIT });
    expect(countStates(ledger)).toEqual({ available: 3 });
    expect(linkedin.callsPerDay).toEqual({ [TODAY]: 6 });
  });

  it('a repeated call takes the place of another file', async () => {
    const faults = [{ on: 'register' as const, reply: { status: 503 } }];
    const { linkedin, days, files } = start({ faults });
    const ledger = await days.run(files(10), { maxCalls: 10, ...WAIT });
    expect(countStates(ledger)).toEqual({ available: 9, deferred: 1 });
    expect(linkedin.callsPerDay).toEqual({ [TODAY]: 10 });
  });

  it('the calls of other runs of the day count', async () => {
    const { linkedin, days, files } = start();
    days.manifest.calls.set(TODAY, { other: 97 });
    days.manifest.calls.set('2026-11-24', { other: 1000 });
    expect(countStates(await days.run(files(10), { maxCalls: 100, ...WAIT }))).toEqual({
      available: 3,
      deferred: 7,
    });
    expect(linkedin.calls).toBe(3);
  });

  it('the calls of other jobs count as soon as the manifest has them', async () => {
    const { linkedin, days, files } = start();
    const ledger = await days.run(files(20), { maxCalls: 10, concurrency: 1, ...WAIT }, (run) => {
      run.subscribe((_, { kind }) => {
        // A write adds them to the manifest of this run.
        if (kind === 'uploaded') days.manifest.calls.set(TODAY, { other: 4 });
      });
    });
    expect(countStates(ledger)).toEqual({ available: 6, deferred: 14 });
    expect(linkedin.calls).toBe(6);
  });

  it('a copy of a deferred file is deferred too', async () => {
    const { days, files } = start();
    const [first, second] = files(2);
    const copies = [first, second, second, second].flatMap((file, index) =>
      file === undefined ? [] : { ...file, path: `${index}.png` },
    );
    const ledger = await days.run(copies, { maxCalls: 1, ...WAIT });
    expect(ledger.entries.map(({ state }) => state)).toEqual([
      'available',
      'deferred',
      'deferred',
      'deferred',
    ]);
  });

  it('a run that stops skips its files, and defers none', async () => {
    const faults = [{ on: 'register' as const, every: true, reply: { status: 401 } }];
    const { days, files } = start({ faults });
    const ledger = await days.run(files(20), { maxCalls: 10, concurrency: 2, ...WAIT });
    expect(countStates(ledger)).toEqual({ TOKEN_REFUSED: 1, RUN_STOPPED: 19 });
  });
});

describe('uploads of earlier runs', () => {
  it('an available upload is reused without a status read, however old its last check is', async () => {
    const { linkedin, days, files } = start();
    const [picture, ...others] = files(5);
    await days.run(picture === undefined ? [] : [picture], { maxCalls: 5, ...WAIT });
    await linkedin.clock.advance(40 * DAY_MS);
    const ledger = await days.run(picture === undefined ? [] : [picture, ...others], {
      maxCalls: 2,
      ...WAIT,
    });
    expect(ledger.entries.map(({ state }) => state)).toEqual([
      'reused',
      'available',
      'available',
      'deferred',
      'deferred',
    ]);
  });

  it('an upload that was processed later is read before new files start', async () => {
    const { linkedin, days, files } = start({ processingMs: HOUR_MS });
    const videos = files(4, 'video');
    const settings = { api: 'media', waitMs: 0 } as const;
    await days.run(videos.slice(0, 3), { maxCalls: 100, ...settings });
    await days.nextDay();
    const ledger = await days.run(videos, { maxCalls: 5, ...settings });
    expect(ledger.entries.map(({ state }) => state)).toEqual(['reused', 'reused', 'reused', 'processing']);
    expect(linkedin.callsPerDay[TOMORROW]).toBeLessThanOrEqual(5);
  });

  it('an upload whose status does not fit is deferred, and keeps its URN', async () => {
    const { linkedin, days, files } = start({ processingMs: HOUR_MS });
    const videos = files(1, 'video');
    await days.run(videos, { maxCalls: 1, waitMs: 0 });
    const calls = linkedin.calls;
    const ledger = await days.run(videos, { maxCalls: 1, waitMs: 0 });
    expect(ledger.entries).toMatchObject([
      { state: 'deferred', error: null, identity: { mediaUrn: expect.stringMatching(/^urn:li:video:/) } },
    ]);
    expect(linkedin.calls).toBe(calls);
  });

  it('a copy of an upload whose status does not fit is deferred too, with the same URN', async () => {
    const { days, files } = start({ processingMs: HOUR_MS });
    const [video] = files(1, 'video');
    const copies = ['a.mp4', 'b.mp4'].flatMap((path) => (video === undefined ? [] : { ...video, path }));
    const first = await days.run(copies, { maxCalls: 1, waitMs: 0 });
    const ledger = await days.run(copies, { maxCalls: 1, waitMs: 0 });
    expect(countStates(ledger)).toEqual({ deferred: 2 });
    expect(first.entries[1]?.identity).not.toBe(null);
    expect(ledger.entries.map(({ identity }) => identity)).toEqual(
      first.entries.map(({ identity }) => identity),
    );
  });

  it('a copy of an upload that LinkedIn lost is deferred without the lost URN', async () => {
    const { days, files } = start({ processingMs: HOUR_MS });
    const [video] = files(1, 'video');
    const copies = ['a.mp4', 'b.mp4'].flatMap((path) => (video === undefined ? [] : { ...video, path }));
    await days.run(copies, { maxCalls: 1, waitMs: 0 });
    for (const [key, entry] of days.manifest.entries)
      days.manifest.entries.set(key, { ...entry, urn: 'urn:li:digitalmediaAsset:GONE' });
    await days.nextDay();
    const ledger = await days.run(copies, { maxCalls: 1, waitMs: 0 });
    expect(countStates(ledger)).toEqual({ deferred: 2 });
    expect(ledger.entries.map(({ identity }) => identity)).toEqual([null, null]);
  });

  it('an upload that LinkedIn lost is sent again only if its calls fit', async () => {
    const { days, files, registrations } = start({ processingMs: HOUR_MS });
    const videos = files(1, 'video');
    await days.run(videos, { maxCalls: 9, waitMs: 0 });
    for (const [key, entry] of days.manifest.entries)
      days.manifest.entries.set(key, { ...entry, urn: 'urn:li:digitalmediaAsset:GONE' });
    await days.nextDay();
    const spent = await days.run(videos, { maxCalls: 1, waitMs: 0 });
    expect(spent.entries).toMatchObject([
      { state: 'deferred', abandonedUrns: ['urn:li:digitalmediaAsset:GONE'] },
    ]);
    expect(registrations()).toBe(1);
    await days.nextDay();
    expect(countStates(await days.run(videos, { maxCalls: 2, waitMs: 0 }))).toEqual({ processing: 1 });
    expect(registrations()).toBe(2);
  });

  it('the first reads show that the token may not read statuses, and no other call is spent on them', async () => {
    const { linkedin, days, files } = start({ statusReads: 'forbidden', processingMs: 1000 });
    const settings = { api: 'media', maxCalls: 150, ...WAIT } as const;
    const pictures = files(50);
    expect(countStates(await days.run(pictures, settings))).toEqual({ unverified: 50 });
    // The rejected read of many files, and one of each picture that was started by then.
    expect(linkedin.calls).toBeLessThanOrEqual(50 + 1 + 30);
    await days.nextDay();
    expect(countStates(await days.run(pictures, settings))).toEqual({ reused: 50 });
    expect(linkedin.callsPerDay[TOMORROW]).toBeLessThanOrEqual(1 + 30);
  });
});

describe('midnight (UTC) during a run', () => {
  it('a file for which nothing is left is deferred before midnight', async () => {
    const { days, files } = start();
    await days.nextDay(DAY_MS - 1000);
    const ledger = await days.run(files(3), { maxCalls: 2, ...WAIT });
    expect(countStates(ledger)).toEqual({ available: 2, deferred: 1 });
  });
});

describe('any files on any days', () => {
  const scene = fc.record({
    images: fc.nat(60),
    videos: fc.nat(6),
    documents: fc.nat(20),
    api: fc.constantFrom('assets' as const, 'media' as const),
    imageUpload: fc.constantFrom('synchronous' as const, 'asynchronous' as const),
    batchReads: fc.constantFrom('allowed' as const, 'forbidden-403' as const),
    statusReads: fc.constantFrom('allowed' as const, 'allowed' as const, 'forbidden' as const),
    processingMs: fc.constantFrom(0, 1000, 10_000),
    latencyMs: fc.constantFrom(0, 20, 400, 3000),
    concurrency: fc.integer({ min: 1, max: 8 }),
    waitMs: fc.constantFrom(0, MINUTE_MS, 30 * MINUTE_MS),
    // A file may need 30 calls. Statuses that may not be read cost up to one call for each kind on each day, so a limit of
    // 30 to 32 can leave such a file out for ever.
    maxCalls: fc.integer({ min: 34, max: 120 }),
    multipartThresholdBytes: fc.constantFrom(1, 1000),
  });

  it('no day has more calls than the limit, and every file is uploaded once in the end', async () => {
    await fc.assert(
      fc.asyncProperty(scene, async (given) => {
        const { linkedin, days, files, registrations } = start(given);
        const documents = given.api === 'media' ? files(given.documents, 'document') : [];
        const all = [...files(given.videos, 'video'), ...files(given.images), ...documents];
        for (let day = 1; day <= 30; day += 1) {
          const { deferred = 0 } = countStates(await days.run(all, given));
          if (deferred === 0) break;
          await days.nextDay();
        }
        const excess = Object.values(linkedin.callsPerDay).filter((calls) => calls > given.maxCalls);
        expect(excess).toEqual([]);
        expect(registrations()).toBe(all.length);
      }),
      { numRuns: 40 },
    );
  });
});
