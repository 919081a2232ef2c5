// An outage or a rate limit in a whole run: what it costs in calls, the errors that it leaves, and what the log says of it.

import { describe, expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import type { CallName, Fault } from '../world/faults.ts';
import { type UploadRun, type UploadSetup, Uploads, upload } from '../world/uploads.ts';

const ONE = { 'a.png': png() };
const POLLED = { 'image-upload': 'asynchronous' };
const PARTS = { 'multipart-threshold-mb': '1', concurrency: '1' };

/** Different videos. With `api: media`, each of them takes every kind of call. */
const videos = (count: number) =>
  Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`${100 + index}.mp4`, mp4({ dataBytes: 30_000 + index })]),
  );

const always = (on: CallName, fault: Omit<Fault, 'on' | 'nth'>): Fault[] => [
  { on, nth: 1, every: true, ...fault },
];
const endsOf = ({ ends }: UploadRun) => Object.values(ends);

describe('a full outage', () => {
  const KINDS: Omit<Fault, 'on' | 'nth'>[] = [
    { kind: 'unreachable' },
    { kind: 'lost response' },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429, retryAfterS: 2 },
  ];
  const cases = (['register', 'upload', 'complete', 'status'] as const).flatMap((on) =>
    KINDS.map((fault) => ({ on, ...fault })),
  );

  // Ten failures in a row begin the outage. After each of eleven pauses one call tries. Files in progress fail too: five for
  // the slot. A lost response causes a status read, which is a second request.
  const MOST = 2 * (10 + 11 + 5);

  it.each(cases)('an outage of $on by $kind costs a bounded number of calls', async ({ on, ...fault }) => {
    const run = await upload({
      files: videos(40),
      inputs: { api: 'media', concurrency: '1' },
      // A lost response causes a status read, which fails too.
      faults: [...always(on, fault), ...always('status', { kind: 'status', status: 503 })],
    });
    const failed = run.calls.filter(({ fault: met }) => met !== null).length;
    // Successful calls refill the retry budget; each further event is one call and perhaps one status read.
    expect(failed).toBeLessThanOrEqual(MOST + (run.calls.length - failed) / 5);
    expect(run.exitCode).toBe(1);
    expect(endsOf(run)).not.toContain('available');
  });

  it('an outage ends the run with its last cause, and files that did not start are skipped', async () => {
    const run = await upload({
      files: videos(40),
      inputs: { concurrency: '8' },
      faults: always('register', { kind: 'status', status: 503 }),
    });
    expect(run.errors[0]).toMatch(/^RETRIES_SPENT: .*\(503\)/s);
    expect(endsOf(run)).toEqual(expect.arrayContaining(['failed RETRIES_SPENT', 'skipped RUN_STOPPED']));
    for (const { error } of run.rows) expect(error?.message).toContain('(503)');
  });

  it('an outage after the uploads leaves them as processing, with their URNs', async () => {
    const run = await upload({
      files: videos(20),
      inputs: { concurrency: '8' },
      faults: always('status', { kind: 'status', status: 503 }),
    });
    expect(run.errors[0]).toContain('RETRIES_SPENT');
    expect(new Set(endsOf(run))).toEqual(new Set(['processing RUN_STOPPED']));
    expect(run.rows.every(({ assetUrn }) => assetUrn !== undefined)).toBe(true);
  });
});

describe('rate limits', () => {
  it('a rate limit that asks for a longer wait than a run allows ends the run, and no further call goes out', async () => {
    const uploads = new Uploads({
      files: Object.fromEntries(
        Array.from({ length: 6 }, (_, index) => [`${index}.png`, png({ width: 9 + index, height: 5 })]),
      ),
      inputs: { ...POLLED, concurrency: '1' },
      latencyMs: 100,
      linkedin: { processingMs: 600_000 },
      faults: [{ on: 'upload', nth: 3, kind: 'status', status: 429, retryAfterS: 3600 }],
    });
    const run = await uploads.run();
    expect(endsOf(run)).toEqual([
      ...['processing RUN_STOPPED', 'processing RUN_STOPPED', 'failed LIMIT_REACHED'],
      ...['failed RUN_STOPPED', 'skipped RUN_STOPPED', 'skipped RUN_STOPPED'],
    ]);
    const limited = run.calls.find(({ status }) => status === 429);
    expect(limited?.name).toBe('upload');
    expect(run.calls.filter(({ atMs }) => atMs > (limited?.deliveredMs ?? 0))).toEqual([]);
    expect(run.log).not.toContain('all files pause');
  });
});

describe('retries in the log', () => {
  const played = (faults: Fault[], more: Partial<UploadSetup> = {}) =>
    upload({ files: ONE, faults, ...more });
  const retriesIn = ({ log }: UploadRun) =>
    [...log.matchAll(/media\/\S+: (.*) is retried in ([\d.]+) s(?: \((attempt \d of \d)\))?/g)].map(
      (match) => [match[1], match[3]],
    );

  const FILM = { files: { 'a.mp4': mp4({ dataBytes: 1_000_000 }) }, inputs: PARTS };
  it.each<[what: string, max: number, fault: Fault, more?: Partial<UploadSetup>]>([
    ['the registration', 5, { on: 'register', nth: 1, kind: 'unreachable' }],
    // Three attempts only: each lost response may leave an unknown asset.
    ['the registration', 3, { on: 'register', nth: 1, kind: 'lost response' }],
    ['the upload', 4, { on: 'upload', nth: 1, kind: 'status', status: 503 }],
    ['the upload', 5, { on: 'upload', nth: 1, kind: 'status', status: 503 }, FILM],
    ['the completion of the upload', 4, { on: 'complete', nth: 1, kind: 'unreachable' }, FILM],
  ])('a retry of %s is logged as attempt 2 of %i', async (what, max, fault, more) => {
    expect(retriesIn(await played([fault], more))).toEqual([[what, `attempt 2 of ${max}`]]);
  });
});
