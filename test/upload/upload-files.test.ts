// A whole run: the wait for processing, and the errors that end the run. Its limits on parallel calls are in
// request-limits-parallel.test.ts.

import { describe, expect, it } from 'vitest';
import { canary } from '../leaks/canaries.ts';
import { mp4, pictures, png } from '../support/media.ts';
import type { Fault } from '../world/faults.ts';
import type { FaultRule } from '../world/linkedin-faults.ts';
import { type UploadRun, type UploadSetup, Uploads, upload } from '../world/uploads.ts';
import type { Call } from '../world/world.ts';

const POLLED = { 'image-upload': 'asynchronous' };
/** LinkedIn's ids, in the order of registration. */
const imageId = (nth: number) => `SIMULATED-C5622AQ00000${nth}`;

const named = ({ calls }: UploadRun, name: Call['name']) => calls.filter((call) => call.name === name);

describe('wait for processing', () => {
  const timingOut = (faults: Fault[], wait = '1') =>
    upload({
      files: pictures(1),
      inputs: { ...POLLED, 'wait-minutes': wait },
      linkedin: { processingMs: 3_600_000 },
      faults,
    });

  it.each<[string, Record<string, string>, FaultRule[], string]>([
    ['answered with 201', {}, [], 'available'],
    ['answered with 200', {}, [{ on: 'upload', reply: { status: 200 } }], 'processing'],
    ['processed later', POLLED, [], 'processing'],
  ])('without a wait, a picture that is %s ends without a status read', async (_, inputs, faults, state) => {
    const run = await upload({
      files: pictures(1),
      inputs: { ...inputs, 'wait-minutes': '0' },
      linkedin: { faults },
    });
    expect(run.ends).toEqual({ 'a.png': state });
    expect(run.names()).toEqual(['register', 'upload']);
  });

  it('a status is read of an answer other than 201, and of one that was lost', async () => {
    const run = await upload({
      files: pictures(3),
      inputs: { concurrency: '1' },
      linkedin: { faults: [{ on: 'upload', nth: 2, reply: { status: 204 } }] },
      faults: [{ on: 'upload', nth: 3, kind: 'lost response' }],
    });
    expect(new Set(Object.values(run.ends))).toEqual(new Set(['available']));
    expect(run.names('a.png')).toEqual(['register', 'upload']);
    for (const file of ['b.png', 'c.png']) expect(run.names(file)).toContain('status');
  });

  it('a wait that runs out leaves the file as processing, with its URN and the length of the wait', async () => {
    const run = await timingOut([], '2');
    expect(run.ends).toEqual({ 'a.png': 'processing PROCESSING_TIMEOUT' });
    expect(run.row('a.png').error?.message).toBe('LinkedIn still reports PROCESSING after 2 min');
    expect(run.row('a.png').assetUrn).toBeDefined();
    expect(run.tookMs).toBe(120_000);
  });

  it.each<[string, Omit<Fault, 'on'>[], RegExp]>([
    [
      'the last status, and the error of the last read',
      [{ nth: 2, every: true, kind: 'status', status: 503 }],
      /^LinkedIn still reports PROCESSING after 1 min; the last read failed: .*\(503\)/,
    ],
    [
      'no error that a later read has made good',
      [{ nth: 1, kind: 'status', status: 503 }],
      /^LinkedIn still reports PROCESSING after 1 min$/,
    ],
    [
      'that there was no status',
      [{ nth: 1, every: true, kind: 'unreachable' }],
      /^LinkedIn reported no status after 1 min; the last read failed: .*ECONNREFUSED/,
    ],
  ])('the error of a wait that runs out names %s', async (_, faults, text) => {
    const run = await timingOut(faults.map((fault) => ({ on: 'status', ...fault })));
    expect(run.ends).toEqual({ 'a.png': 'processing PROCESSING_TIMEOUT' });
    expect(run.row('a.png').error?.message).toMatch(text);
  });
});

describe('uploads that LinkedIn does not have', () => {
  const MISSING: FaultRule = {
    on: 'status',
    every: true,
    asset: imageId(1),
    mutate: { recipes: { 0: { status: 'WAITING_UPLOAD' } } },
  };
  const stuck = (waitMinutes: number, more: FaultRule[] = [], faults = [MISSING, ...more]) =>
    upload({
      files: pictures(1),
      inputs: { ...POLLED, 'wait-minutes': String(waitMinutes) },
      linkedin: { faults },
    });

  it.each([
    [30, 60_000],
    [1, 30_000],
  ])('with a wait of %i min, the file is registered again after %i ms', async (waitMinutes, afterMs) => {
    const run = await stuck(waitMinutes);
    expect(run.row('a.png')).toMatchObject({ state: 'available', attempts: 2 });
    expect(run.row('a.png').abandonedUrns).toEqual([`urn:li:digitalmediaAsset:${imageId(1)}`]);
    expect(named(run, 'register').map(({ atMs }) => atMs)).toEqual([0, afterMs]);
  });

  it('the second session is waited for until the wait is over', async () => {
    const run = await stuck(5, [{ ...MISSING, asset: imageId(2) }]);
    expect(run.row('a.png')).toMatchObject({ state: 'processing', attempts: 2, status: 'WAITING_UPLOAD' });
    expect(run.row('a.png').error?.code).toBe('PROCESSING_TIMEOUT');
    expect(run.tookMs).toBe(300_000);
  });

  it('a file whose second registration fails is not reported as uploaded', async () => {
    const run = await stuck(30, [{ on: 'register', nth: 2, reply: { status: 400 } }]);
    expect(run.ends).toEqual({ 'a.png': 'failed REQUEST_REFUSED' });
    expect(run.row('a.png').abandonedUrns).toHaveLength(1);
    expect(run.row('a.png')).not.toHaveProperty('assetUrn');
  });
});

describe('errors that end the run', () => {
  const refusing = (on: FaultRule['on'], status: number, more: Partial<FaultRule> = {}): FaultRule[] => [
    { on, reply: { status }, ...more },
  ];

  it('a later registration that is rejected for all files lets the files under way finish', async () => {
    const uploads = new Uploads({
      files: pictures(5),
      inputs: { concurrency: '1' },
      linkedin: { faults: refusing('register', 403, { nth: 2 }) },
      onCall: ({ name }) => name === 'upload' && uploads.time.sleep(5000),
    });
    const { ends } = await uploads.run();
    expect(Object.values(ends)).toEqual([
      ...['available', 'failed ACCESS_DENIED'],
      ...Array(3).fill('skipped RUN_STOPPED'),
    ]);
  });

  it.each<[string, FaultRule]>([
    ['the token', { on: 'status', nth: 4, reply: { status: 401 } }],
    [
      'the day',
      {
        on: 'status',
        nth: 4,
        reply: {
          status: 429,
          body: { message: 'Resource level throttle APPLICATION DAY limit', status: 429 },
        },
      },
    ],
  ])('a status read that %s ends leaves the uploads as processing, and stops all reads', async (_, fault) => {
    const run = await upload({
      files: pictures(3),
      inputs: POLLED,
      linkedin: { processingMs: 600_000, faults: [fault] },
    });
    expect(Object.values(run.ends)).toEqual(Array(3).fill('processing RUN_STOPPED'));
    expect(run.rows.every(({ assetUrn, status }) => assetUrn !== undefined && status === 'PROCESSING')).toBe(
      true,
    );
    expect(named(run, 'status').length).toBeLessThanOrEqual(6);
    expect(run.exitCode).toBe(1);
  });

  it.each([
    [401, ['processing RUN_STOPPED', 'failed TOKEN_REFUSED']],
    [403, ['available', 'failed ACCESS_DENIED']],
  ])(
    'a registration rejected with %i ends the wait of uploaded files only if they cannot be read',
    async (status, ends) => {
      const uploads = new Uploads({
        files: pictures(2),
        inputs: POLLED,
        linkedin: { processingMs: 20_000, faults: refusing('register', status, { nth: 2 }) },
        onCall: ({ name }, nth) => name === 'register' && nth === 2 && uploads.time.sleep(1000),
      });
      const run = await uploads.run();
      expect(Object.values(run.ends)).toEqual(ends);
      if (status === 401) expect(named(run, 'status')).toEqual([]);
    },
  );

  it.each<[string, FaultRule]>([
    ['a completion', { on: 'complete', every: true, reply: { status: 403 } }],
    ['an upload', { on: 'upload', nth: 2, reply: { status: 413 } }],
    ['a registration', { on: 'register', nth: 2, reply: { status: 400 } }],
  ])('%s that is rejected fails its file, and the others are sent', async (_, fault) => {
    const run = await upload({
      files: {
        'a.png': png(),
        'b.mp4': mp4({ dataBytes: 1_000_000 }),
        'c.png': png({ width: 9, height: 9 }),
      },
      inputs: { concurrency: '1', 'multipart-threshold-mb': '1' },
      linkedin: { faults: [fault] },
    });
    expect(run.ends).toMatchObject({ 'a.png': 'available', 'c.png': 'available' });
    expect(run.row('b.mp4').state).toBe('failed');
  });

  it('the circuit breaker stops the run after the third identical rejection in a row, whatever its request id', async () => {
    const run = await upload({
      files: pictures(20),
      inputs: { concurrency: '8' },
      linkedin: { faults: [{ on: 'register', every: true, reply: { status: 400 } }] },
    });
    expect(run.names()).toEqual(['register', 'register', 'register']);
    expect(Object.values(run.ends).filter((end) => end === 'skipped RUN_STOPPED')).toHaveLength(17);
  });

  it('a success or another rejection in between starts the count of identical rejections again', async () => {
    const rejecting = (...nths: number[]) =>
      nths.map((nth): FaultRule => ({ on: 'register', nth, reply: { status: 400 } }));
    const other: FaultRule = { on: 'register', nth: 6, reply: { status: 422 } };
    const run = await upload({
      files: pictures(8),
      inputs: { concurrency: '1' },
      linkedin: { faults: [...rejecting(1, 2, 4, 5, 7), other] },
    });
    expect(run.ends).toMatchObject({ 'c.png': 'available', 'h.png': 'available' });
  });

  it('a run that identical rejections stop still waits for the files that are uploaded', async () => {
    const faults = [2, 3, 4].map((nth): FaultRule => ({ on: 'register', nth, reply: { status: 400 } }));
    const run = await upload({
      files: pictures(5),
      inputs: { ...POLLED, concurrency: '1' },
      linkedin: { processingMs: 60_000, faults },
    });
    expect(run.ends).toMatchObject({ 'a.png': 'available', 'e.png': 'skipped RUN_STOPPED' });
  });
});

describe('access token', () => {
  const APP = {
    'client-id': '86schedule-app',
    'client-secret': canary('client secret'),
    'refresh-token': canary('refresh token'),
  };
  const oauth = {
    clientId: APP['client-id'],
    clientSecret: APP['client-secret'],
    refreshToken: APP['refresh-token'],
    accessToken: canary('token'),
  };
  const checked = (faults: Fault[], more: Partial<UploadSetup> = {}) =>
    upload({ files: pictures(2), inputs: APP, linkedin: { oauth }, faults, ...more });
  const tries = ({ calls }: UploadRun) =>
    calls.filter(({ name }) => name === 'token').map(({ atMs }) => atMs);

  it('the token is refreshed once, before any file', async () => {
    const run = await checked([]);
    expect(run.names()).toEqual(['token', 'register', 'register', 'upload', 'upload']);
  });

  it.each<Omit<Fault, 'on' | 'nth'>>([
    { kind: 'unreachable' },
    { kind: 'lost response' },
    { kind: 'status', status: 503 },
  ])('a token refresh that meets $kind is made four times, over five seconds', async (fault) => {
    const lucky = await checked([1, 2, 3].map((nth) => ({ on: 'token', nth, ...fault })));
    expect(lucky.row('a.png').state).toBe('available');
    expect(tries(lucky)).toHaveLength(4);
    expect(tries(lucky).at(-1)).toBeGreaterThan(5000);
    const unlucky = await checked([{ on: 'token', nth: 1, every: true, ...fault }]);
    expect(Object.values(unlucky.ends)).toEqual(Array(2).fill('skipped RUN_STOPPED'));
    expect(unlucky.names()).toEqual(Array(4).fill('token'));
  });

  it('a token refresh waits for a rate limit to end, and a lasting one ends the run', async () => {
    const limit = { on: 'token', kind: 'status', status: 429 } as const;
    const lucky = await checked([1, 2, 3, 4].map((nth) => ({ ...limit, nth })));
    expect(lucky.row('a.png').state).toBe('available');
    const unlucky = await checked([{ ...limit, nth: 1, every: true }]);
    expect(Object.values(unlucky.ends)).toEqual(Array(2).fill('skipped RUN_STOPPED'));
    expect(new Set(unlucky.names())).toEqual(new Set(['token']));
  });
});

describe('run cancellation', () => {
  it('a cancelled run reports the progress of each file, and starts no other', async () => {
    const uploads = new Uploads({
      files: pictures(6),
      inputs: { ...POLLED, concurrency: '1' },
      linkedin: { processingMs: 60_000 },
      onCall: async ({ name }, nth, machine) => {
        if (name !== 'upload' || nth !== 2) return;
        await uploads.time.sleep(1000);
        machine.cancel();
        await uploads.time.sleep(60_000);
      },
    });
    const run = await uploads.run();
    expect(Object.values(run.ends)).toEqual([
      'processing RUN_CANCELLED',
      'failed RUN_CANCELLED',
      'failed RUN_CANCELLED',
      ...Array(3).fill('skipped RUN_CANCELLED'),
    ]);
    expect(run.rows.map(({ assetUrn }) => assetUrn !== undefined)).toEqual([
      ...[true, true, true],
      ...[false, false, false],
    ]);
    expect(named(run, 'upload')).toHaveLength(2);
  });
});
