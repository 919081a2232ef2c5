// The uploads of a whole run: its limits on parallel calls, the wait for processing, and the errors that end the run.

import { describe, expect, it } from 'vitest';
import { pictures } from '../support/media.ts';
import type { Fault } from '../world/faults.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadRun, Uploads, upload } from '../world/uploads.ts';
import type { Call } from '../world/world.ts';

const POLLED = { 'image-upload': 'asynchronous' };
/** LinkedIn's ids, in the order of registration. */
const imageId = (nth: number) => `SIMULATED-C5622AQ00000${nth}`;
const refusing = (
  on: FaultRule['on'],
  status: number,
  more: Partial<FaultRule> = {},
): FaultRule => ({
  ...{ on, reply: { status } },
  ...more,
});

const named = ({ calls }: UploadRun, name: Call['name']) =>
  calls.filter((call) => call.name === name);
const endsOf = ({ ends }: UploadRun) => Object.values(ends);

/** The most calls of a name that were under way at once. */
function peakOf(run: UploadRun, name: Call['name']): number {
  const calls = named(run, name);
  const isUnderWay = ({ atMs, deliveredMs }: Call, ms: number) =>
    atMs <= ms && (deliveredMs ?? Infinity) > ms;
  return Math.max(...calls.map(({ atMs }) => calls.filter((one) => isUnderWay(one, atMs)).length));
}

describe('limits on parallel calls', () => {
  it('the first registration runs alone, and the others wait for its answer but not for its file', async () => {
    const run = await upload({
      files: pictures(4),
      latencyMs: 100,
      faults: [{ on: 'upload', nth: 1, kind: 'slow', ms: 5000 }],
    });
    const [first, ...others] = named(run, 'register');
    for (const { atMs } of others)
      expect(atMs).toBeGreaterThanOrEqual(first?.deliveredMs ?? Number.NaN);
    expect(peakOf(run, 'register')).toBe(3);
    expect(named(run, 'upload').filter(({ atMs }) => atMs < 5000)).toHaveLength(4);
  });

  it('registrations run alone until one succeeds', async () => {
    const faults = [1, 2].map((nth) => ({ on: 'register', nth, kind: 'unreachable' }) as const);
    const run = await upload({ files: pictures(4), latencyMs: 100, faults });
    const registered = named(run, 'register');
    expect(registered.map(({ status }) => status)).toEqual([null, null, 200, 200, 200, 200]);
    expect(registered[3]?.atMs).toBeGreaterThanOrEqual(registered[2]?.deliveredMs ?? Number.NaN);
  });

  it.each([1, 2, 5])(
    'with `concurrency: %i`, that many uploads run at once, and as many registered files wait for one',
    async (concurrency) => {
      const uploads = new Uploads({
        files: pictures(20),
        inputs: { concurrency: String(concurrency) },
        onCall: ({ name }) => name === 'upload' && uploads.time.sleep(5000),
      });
      const run = await uploads.run();
      expect(new Set(endsOf(run))).toEqual(new Set(['available']));
      expect(peakOf(run, 'upload')).toBe(concurrency);
      // Further upload URLs would only age.
      expect(named(run, 'register').filter(({ atMs }) => atMs < 5000)).toHaveLength(
        2 * concurrency,
      );
    },
  );

  it('a file that LinkedIn is processing does not count as a parallel upload', async () => {
    const run = await upload({
      files: pictures(6),
      inputs: { ...POLLED, concurrency: '1' },
      linkedin: { processingMs: 60_000 },
    });
    expect(endsOf(run)).toEqual(Array(6).fill('available'));
    expect(named(run, 'upload').every(({ atMs }) => atMs < 1000)).toBe(true);
  });
});

describe('wait for processing', () => {
  it.each<[string, Record<string, string>, FaultRule[], string]>([
    ['answered with 201', {}, [], 'available'],
    ['answered with 200', {}, [refusing('upload', 200)], 'processing'],
    ['processed later', POLLED, [], 'processing'],
  ])(
    'without a wait, a picture that is %s ends without a status read',
    async (_, inputs, faults, state) => {
      const run = await upload({
        files: pictures(1),
        inputs: { ...inputs, 'wait-minutes': '0' },
        linkedin: { faults },
      });
      expect(run.ends).toEqual({ 'a.png': state });
      expect(run.names()).toEqual(['register', 'upload']);
    },
  );

  it('a status is read of an answer other than 201, and of one that was lost', async () => {
    const run = await upload({
      files: pictures(3),
      inputs: { concurrency: '1' },
      linkedin: { faults: [refusing('upload', 204, { nth: 2 })] },
      faults: [{ on: 'upload', nth: 3, kind: 'lost response' }],
    });
    expect(new Set(endsOf(run))).toEqual(new Set(['available']));
    expect(run.names('a.png')).toEqual(['register', 'upload']);
    for (const file of ['b.png', 'c.png']) expect(run.names(file)).toContain('status');
  });

  it.each<[string, Omit<Fault, 'on'>[], RegExp]>([
    ['the last status', [], /^LinkedIn still reports PROCESSING after 2 min$/],
    [
      'the error of the last read',
      [{ nth: 2, every: true, kind: 'status', status: 503 }],
      /^LinkedIn still reports PROCESSING after 2 min; the last read failed: .*\(503\)/,
    ],
    [
      'no error that a later read has made good',
      [{ nth: 1, kind: 'status', status: 503 }],
      /^LinkedIn still reports PROCESSING after 2 min$/,
    ],
    [
      'that there was no status',
      [{ nth: 1, every: true, kind: 'unreachable' }],
      /^LinkedIn reported no status after 2 min; the last read failed: .*ECONNREFUSED/,
    ],
  ])(
    'a wait that runs out leaves a file as processing, with its URN, and names %s',
    async (_, faults, text) => {
      const run = await upload({
        files: pictures(1),
        inputs: { ...POLLED, 'wait-minutes': '2' },
        linkedin: { processingMs: 3_600_000 },
        faults: faults.map((fault) => ({ on: 'status', ...fault })),
      });
      expect(run.ends).toEqual({ 'a.png': 'processing PROCESSING_TIMEOUT' });
      expect(run.row('a.png').error?.message).toMatch(text);
      expect([run.row('a.png').assetUrn !== undefined, run.tookMs]).toEqual([true, 120_000]);
    },
  );

  it('a status of 404 that arrives 49 s after the upload means that LinkedIn does not show it yet', async () => {
    const run = await upload({
      files: pictures(1),
      inputs: POLLED,
      faults: [
        { on: 'status', nth: 1, kind: 'status', status: 503, retryAfterS: 45 },
        { on: 'status', nth: 2, kind: 'status', status: 404 },
      ],
    });
    expect(named(run, 'status').map(({ atMs }) => atMs)).toEqual([4000, 49_000, 122_500]);
    expect(run.ends).toEqual({ 'a.png': 'available' });
  });

  it.each([
    ['is registered again after a minute', 30, 1, 'available', [0, 60_000]],
    ['is registered again after half of a short wait', 1, 1, 'available', [0, 30_000]],
    [
      'has a second session until the wait is over',
      5,
      2,
      'processing PROCESSING_TIMEOUT',
      [0, 60_000],
    ],
  ])(
    'a file that LinkedIn does not have %s',
    async (_, waitMinutes, missing, end, registeredMs) => {
      const faults = [1, 2].slice(0, missing).map(
        (nth): FaultRule => ({
          ...{ on: 'status', every: true, asset: imageId(nth) },
          mutate: { recipes: { 0: { status: 'WAITING_UPLOAD' } } },
        }),
      );
      const run = await upload({
        files: pictures(1),
        inputs: { ...POLLED, 'wait-minutes': String(waitMinutes) },
        linkedin: { faults },
      });
      expect(run.ends).toEqual({ 'a.png': end });
      expect(run.row('a.png').abandonedUrns).toEqual([`urn:li:digitalmediaAsset:${imageId(1)}`]);
      expect(named(run, 'register').map(({ atMs }) => atMs)).toEqual(registeredMs);
      if (missing === 2) expect(run.tookMs).toBe(300_000);
    },
  );
});

describe('errors that end the run', () => {
  const reset = { message: 'Resource level throttle APPLICATION DAY limit', status: 429 };

  it.each<[string, FaultRule]>([
    ['the token', refusing('status', 401, { nth: 4 })],
    ['the day', { on: 'status', nth: 4, reply: { status: 429, body: reset } }],
  ])(
    'a status read that %s ends leaves the uploads as processing, and stops all reads',
    async (_, fault) => {
      const run = await upload({
        files: pictures(3),
        inputs: POLLED,
        linkedin: { processingMs: 600_000, faults: [fault] },
      });
      expect(endsOf(run)).toEqual(Array(3).fill('processing RUN_STOPPED'));
      for (const { assetUrn, status } of run.rows)
        expect([assetUrn !== undefined, status]).toEqual([true, 'PROCESSING']);
      expect(named(run, 'status').length).toBeLessThanOrEqual(6);
      expect(run.exitCode).toBe(1);
    },
  );

  it.each([
    [401, ['processing RUN_STOPPED', 'failed TOKEN_REFUSED', 'skipped RUN_STOPPED']],
    [403, ['available', 'failed ACCESS_DENIED', 'skipped RUN_STOPPED']],
  ])(
    'a registration rejected with %i ends the wait of uploaded files only if they cannot be read',
    async (status, ends) => {
      const uploads = new Uploads({
        files: pictures(3),
        inputs: { ...POLLED, concurrency: '1' },
        linkedin: { processingMs: 20_000, faults: [refusing('register', status, { nth: 2 })] },
        onCall: ({ name }, nth) => name === 'register' && nth === 2 && uploads.time.sleep(1000),
      });
      const run = await uploads.run();
      expect(endsOf(run)).toEqual(ends);
      if (status === 401) expect(named(run, 'status')).toEqual([]);
    },
  );

  it('the circuit breaker stops the run after the third identical rejection in a row, whatever its request id', async () => {
    const run = await upload({
      files: pictures(20),
      linkedin: { faults: [refusing('register', 400, { every: true })] },
    });
    expect(run.names()).toEqual(['register', 'register', 'register']);
    expect(endsOf(run).filter((end) => end === 'skipped RUN_STOPPED')).toHaveLength(17);
  });

  it('a success or another rejection in between starts the count of identical rejections again', async () => {
    const faults = [1, 2, 4, 5, 7].map((nth) => refusing('register', 400, { nth }));
    faults.push(refusing('register', 422, { nth: 6 }));
    const run = await upload({
      files: pictures(8),
      inputs: { concurrency: '1' },
      linkedin: { faults },
    });
    expect(run.ends).toMatchObject({ 'c.png': 'available', 'h.png': 'available' });
  });

  it('a run that identical rejections stop still waits for the files that are uploaded', async () => {
    const faults = [2, 3, 4].map((nth) => refusing('register', 400, { nth }));
    const run = await upload({
      files: pictures(5),
      inputs: { ...POLLED, concurrency: '1' },
      linkedin: { processingMs: 60_000, faults },
    });
    expect(run.ends).toMatchObject({ 'a.png': 'available', 'e.png': 'skipped RUN_STOPPED' });
  });

  it('an outage ends the run with its last cause, and files that did not start are skipped', async () => {
    const run = await upload({
      files: pictures(40),
      faults: [{ on: 'register', nth: 1, every: true, kind: 'status', status: 503 }],
    });
    expect(run.errors[0]).toMatch(/^RETRIES_SPENT: .*\(503\)/s);
    expect(endsOf(run)).toEqual(
      expect.arrayContaining(['failed RETRIES_SPENT', 'skipped RUN_STOPPED']),
    );
    for (const { error } of run.rows) expect(error?.message).toContain('(503)');
  });

  it('a rate limit that asks for a longer wait than a run allows ends the run, and no further call goes out', async () => {
    const run = await upload({
      files: pictures(6),
      inputs: { ...POLLED, concurrency: '1' },
      latencyMs: 100,
      linkedin: { processingMs: 600_000 },
      faults: [{ on: 'upload', nth: 3, kind: 'status', status: 429, retryAfterS: 3600 }],
    });
    expect(endsOf(run)).toEqual([
      ...['processing RUN_STOPPED', 'processing RUN_STOPPED', 'failed LIMIT_REACHED'],
      ...['failed RUN_STOPPED', 'skipped RUN_STOPPED', 'skipped RUN_STOPPED'],
    ]);
    const limited = run.calls.find(({ status }) => status === 429);
    expect(limited?.name).toBe('upload');
    expect(run.calls.filter(({ atMs }) => atMs > (limited?.deliveredMs ?? 0))).toEqual([]);
  });
});
