// The status reads of one file, in virtual time, without LinkedIn: their times, and how the file ends. And those of many files: one
// call reads all of a kind where LinkedIn allows it, and other files are read along, because they cost no further call. Where LinkedIn
// rejects that, each file costs a call. No file delays another.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError, RunError } from '../../src/errors/action-error.ts';
import type { MediaStatus } from '../../src/linkedin/session.ts';
import { broken, factsOf, failed, limited, rejected, shapeless } from '../errors/failures.ts';
import { mp4, png } from '../support/media.ts';
import type { Fault } from '../world/faults.ts';
import type { LinkedInOptions } from '../world/linkedin-faults.ts';
import { type UploadRun, type UploadSetup, upload } from '../world/uploads.ts';
import {
  type Answer,
  AVAILABLE,
  inOrder,
  join,
  MINUTE_MS,
  momentsOf,
  PROCESSING,
  type Running,
  startPolling,
  WAITING,
  type Wait,
} from './status-polling.ts';

const REFUSED: MediaStatus = {
  state: 'unreadable',
  error: new CallError('ACCESS_DENIED', 'on purpose', { status: 403, call: factsOf('status') }),
};
const FAILED: MediaStatus = {
  ...{ state: 'failed', status: 'SERVER_ERROR', mayRetry: true },
  error: new ActionError('PROCESSING_FAILED', 'on purpose'),
};
const UNKNOWN = rejected('REQUEST_REFUSED', 404, 'status');
const TIMEOUT = 'processing PROCESSING_TIMEOUT';
const USUAL_S = [4, 10, 25, 62.5, 156.25, 390.625, 690.625, 990.625, 1290.625, 1590.625];

const AGAIN = 'another upload';

interface Setting extends Wait {
  readonly waitS?: number;
  readonly isTogether?: boolean;
  /** How long the first read takes. */
  readonly slowMs?: number;
}

/** How a file ends whose reads get `answers` in order, the last one again and again, and the seconds of its reads. */
async function poll(
  answers: readonly Answer[],
  { waitS = 1800, slowMs = 0, isTogether = true, ...wait }: Setting,
) {
  const next = inOrder(answers);
  const run = startPolling({
    ...{ waitMs: waitS * 1000, isTogether },
    read: async () => {
      if (run.calls.length === 1) await run.clock.sleep(slowMs);
      return [next()];
    },
  });
  const file = join(run, 'a', wait);
  await run.clock.advance(2 * 3_600_000);
  expect(run.clock.waiting).toBe(0);
  const { code = '' } = (file.error ?? {}) as Partial<ActionError>;
  const state = file.end === null ? AGAIN : (file.end ?? '');
  return [`${state} ${code}`.trim(), momentsOf(run)];
}

type Case = [what: string, answers: Answer[], end: string, atS: number[], waitS?: number];
const times = (count: number, answer: Answer) => Array<Answer>(count).fill(answer);
const waiting = (status: string): MediaStatus => ({ state: 'waiting', status });
const later = (ms: number) => failed('status', ms);
const LATE = [...times(3, WAITING), PROCESSING, AVAILABLE];

const CASES: Case[] = [
  [
    'is read ever more rarely, every five minutes in the end',
    [PROCESSING],
    TIMEOUT,
    [...USUAL_S, 1800],
  ],
  ['has a last read in the middle of a delay', [PROCESSING], TIMEOUT, [4, 10, 20], 20],
  ['has a last read that is due anyway', [PROCESSING], TIMEOUT, [4, 10], 10],
  ['has a last read before the first delay is over', [PROCESSING], TIMEOUT, [0.4], 0.4],
  ['ends by its last read', [PROCESSING, PROCESSING, AVAILABLE], 'available', [4, 10, 12], 12],

  ['is available', [AVAILABLE], 'available', [4]],
  [
    'was rejected',
    [{ ...FAILED, mayRetry: false } as MediaStatus],
    'failed PROCESSING_FAILED',
    [4],
  ],
  ['may not be read', [REFUSED], 'unverified', [4]],

  ...[failed('status'), broken('status', 'all'), shapeless('status'), limited('status')].map(
    (error): Case => [
      `is read on schedule after errors ${error.code}`,
      [PROCESSING, error, error, AVAILABLE],
      'available',
      USUAL_S.slice(0, 4),
    ],
  ),
  ...[
    rejected('TOKEN_REFUSED', 401, 'status'),
    rejected('DAILY_LIMIT', 429, 'status'),
    rejected('REQUEST_REFUSED', 400, 'status'),
    limited('status', 200_000),
  ].map(
    (error): Case => [`is not read again after ${error.code}`, [error, AVAILABLE], error.code, [4]],
  ),
  ['waits for a Retry-After', [later(40_000), AVAILABLE], 'available', [4, 44]],
  [
    'waits for a long Retry-After within its wait',
    [later(200_000), AVAILABLE],
    'available',
    [4, 204],
  ],
  ['is undecided after a longer Retry-After than its wait', [later(200_000)], TIMEOUT, [4], 180],
  [
    'waits for a short Retry-After beyond its wait',
    [later(40_000), AVAILABLE],
    'available',
    [4, 44],
    10,
  ],
  ['waits for the end of a pause', [limited('status', 45_000), AVAILABLE], 'available', [4, 49]],
  ['spends the retry budget', [failed('status')], 'RETRIES_SPENT', [...USUAL_S, 1890.625], 3600],
  ['is undecided when its last read fails', [failed('status')], TIMEOUT, [3], 3],

  ['is unknown at first', [UNKNOWN, UNKNOWN, AVAILABLE], 'available', [4, 10, 25]],
  ['is still unknown after a minute', [UNKNOWN], 'REQUEST_REFUSED', [4, 10, 25, 62.5]],
  ['is unknown at 60 s', [later(56_000), UNKNOWN, AVAILABLE], 'available', [4, 60, 150]],
  ['is unknown at 60.001 s', [later(56_001), UNKNOWN], 'REQUEST_REFUSED', [4, 60.001]],
  ['is unknown during a wait of a minute', [UNKNOWN], TIMEOUT, [4, 10, 25, 60], 60],
  ['is missing after a minute of WAITING_UPLOAD', [WAITING], AGAIN, [4, 10, 25, 60]],
  ['is missing after a minute of NEW', [waiting('NEW')], AGAIN, [4, 10, 25, 60]],
  ...['PROCESSING', 'UNKNOWN', 'SOMETHING_NEW'].map(
    (status): Case => [
      `is not missing with ${status}`,
      [...times(4, waiting(status)), AVAILABLE],
      'available',
      USUAL_S.slice(0, 5),
    ],
  ),
  ['arrives at the last moment', LATE, 'available', [4, 10, 25, 60, 150]],
];

it.each(CASES)('a file that %s', async (_, answers, end, atS, waitS = 1800) => {
  expect(await poll(answers, { waitS })).toEqual([end, atS]);
});

it.each<Case>([
  ['is read as rarely alone', [PROCESSING], TIMEOUT, [...USUAL_S, 1800]],
  ['may be read after LinkedIn has refused it once', [REFUSED, AVAILABLE], 'available', [4, 10]],
  ['may not be read', [REFUSED], 'unverified', [4, 10]],
])('a video that %s', async (_, answers, end, atS) => {
  expect(await poll(answers, { kind: 'video', isTogether: false })).toEqual([end, atS]);
});

it.each<Case>([
  ['has one more read when its wait is over', [PROCESSING, AVAILABLE], 'available', [4, 64], 10],
  [
    'has one more read, also if the slow one fails',
    [failed('status'), AVAILABLE],
    'available',
    [4, 64],
    10,
  ],
  ['has only one more read', [PROCESSING], TIMEOUT, [4, 64], 10],
  ['was unknown when that began', [UNKNOWN, AVAILABLE], 'available', [4, 70]],
  ['was missing when that began', [WAITING, AVAILABLE], 'available', [4, 64]],
])('a file whose first read takes a minute %s', async (_, answers, end, atS, waitS = 1800) => {
  expect(await poll(answers, { waitS, slowMs: MINUTE_MS })).toEqual([end, atS]);
});

it.each<Case>([
  ['is read at once', [PROCESSING, PROCESSING, AVAILABLE], 'reused', [0, 4, 10]],
  ['is gone', [FAILED], AGAIN, [0]],
  ['is gone, without a wait', [FAILED], AGAIN, [0], 0],
  ['is processed for too long', [PROCESSING], TIMEOUT, [0, 4, 10, 25, 60]],
  ['is missing after half of the wait', [WAITING], AGAIN, [0, 4, 10, 25, 30]],
  ['is not shown yet, without a wait', [WAITING], 'processing', [0], 0],
  [
    'fails at the end',
    [...times(4, PROCESSING), FAILED],
    'failed PROCESSING_FAILED',
    [0, 4, 10, 25, 60],
  ],
])('an upload of an earlier run that %s', async (_, answers, end, atS, waitS = 60) => {
  expect(await poll(answers, { waitS, isNew: false, isRecent: true })).toEqual([end, atS]);
});

it('each status is recorded, and each read that is repeated is reported, but not that a file is still unknown', async () => {
  const answers = [PROCESSING, failed('status'), UNKNOWN, AVAILABLE];
  const run = startPolling({ statusOf: inOrder(answers) });
  const file = join(run, 'a');
  await run.clock.advance(2 * MINUTE_MS);
  expect(file).toMatchObject({ end: 'available', statuses: ['PROCESSING', 'AVAILABLE'] });
  expect(run.repeats).toMatchObject([{ error: answers[1] }]);
});

it('an upload that replaces an earlier one gets the rest of the wait', async () => {
  const answers = [...times(3, PROCESSING), FAILED, PROCESSING];
  const run = startPolling({ statusOf: inOrder(answers), waitMs: MINUTE_MS });
  const earlier = join(run, 'a', { isNew: false, isRecent: true });
  await run.clock.advance(25_000);
  expect(earlier.end).toBeNull();
  const again = join(run, 'a', { isAgain: true });
  await run.clock.advance(34_999);
  expect(again.end).toBeUndefined();
  await run.clock.advance(1);
  expect(again).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' } });
});

const THREE = {
  'a.png': png(),
  'b.png': png({ width: 9, height: 9 }),
  'c.png': png({ width: 8, height: 9 }),
};
const ONE = { 'a.png': png() };

/** Answered with 201, so that every status call reads artifacts. */
const reading = (
  files: Record<string, Uint8Array>,
  { inputs = {}, ...more }: Omit<UploadSetup, 'files'> = {},
) => upload({ files, ...more, inputs: { 'media-artifacts': 'true', ...inputs } });

const hasArtifacts = ({ rows }: UploadRun) =>
  rows.map(({ artifacts = [] }) => artifacts.length > 0);
const reads = (run: UploadRun) => run.names().filter((name) => name === 'status').length;

describe('artifact reads', () => {
  it.each(['0', '30'])(
    'artifacts of a file that is processed on upload are its only read, with a wait of %s min',
    async (wait) => {
      const run = await reading(THREE, { inputs: { 'wait-minutes': wait } });
      expect(Object.values(run.ends)).toEqual(Array(3).fill('available'));
      expect(hasArtifacts(run)).toEqual([true, true, true]);
      expect(run.names('b.png')).toEqual(['register', 'upload', 'status']);
    },
  );

  it('artifacts of a video are read in one call, after it is available', async () => {
    const files = { 'a.mp4': mp4() };
    const linkedin = { processingMs: 3000 };
    const run = await reading(files, { linkedin });
    expect(hasArtifacts(run)).toEqual([true]);
    expect(reads(run)).toBe(reads(await upload({ files, linkedin })) + 1);
  });

  it('artifacts that come with the status are not read again', async () => {
    const inputs = { api: 'media' };
    const run = await reading({ 'a.mp4': mp4() }, { inputs });
    expect(hasArtifacts(run)).toEqual([true]);
    expect(reads(run)).toBe(reads(await upload({ files: { 'a.mp4': mp4() }, inputs })));
  });

  it('no more artifact reads than the concurrency run at once, and uploads do not wait for them', async () => {
    const run = await reading(THREE, {
      inputs: { concurrency: '1' },
      faults: [{ on: 'status', nth: 1, every: true, kind: 'slow', ms: 10_000 }],
    });
    const times = (name: string) =>
      run.calls.filter((call) => call.name === name).map(({ atMs }) => atMs);
    expect(times('upload')).toEqual([0, 0, 0]);
    expect(times('status')).toEqual([0, 10_000, 20_000]);
  });

  it.each<[string, Record<string, string>, LinkedInOptions, Fault[], string, number]>([
    [
      'unverified',
      {},
      {},
      [{ on: 'status', nth: 1, kind: 'status', status: 403 }],
      'unverified',
      1,
    ],
    ['not waited for', { 'wait-minutes': '0' }, {}, [], 'processing', 0],
    [
      'rejected',
      {},
      { faults: [{ on: 'upload', finalStatus: 'CLIENT_ERROR' }] },
      [],
      'failed MEDIA_REJECTED',
      1,
    ],
  ])(
    'artifacts of a file that is %s are not read',
    async (_, more, linkedin, faults, end, calls) => {
      const inputs = { 'image-upload': 'asynchronous', ...more };
      const run = await reading(ONE, { inputs, linkedin, faults });
      expect(run.ends).toEqual({ 'a.png': end });
      expect([hasArtifacts(run), reads(run)]).toEqual([[false], calls]);
    },
  );
});

describe('failed artifact reads', () => {
  it('a failed artifact read is retried, and the retry is reported', async () => {
    const run = await reading(ONE, {
      faults: [{ on: 'status', nth: 1, kind: 'status', status: 503 }],
    });
    expect(hasArtifacts(run)).toEqual([true]);
    expect(run.log).toMatch(/media\/a\.png: .*is retried.*\(attempt 2 of 5\)/);
  });

  it.each<[string, Fault, string]>([
    [
      'LinkedIn rejects the read',
      { on: 'status', nth: 1, kind: 'status', status: 403 },
      'rejected',
    ],
    [
      'the answer is damaged',
      { on: 'status', nth: 1, every: true, kind: 'truncated answer' },
      'JSON',
    ],
  ])('the file stays available, and the log has the reason, when %s', async (_, fault, text) => {
    const run = await reading(ONE, { faults: [fault] });
    expect(run.ends).toEqual({ 'a.png': 'available' });
    expect(hasArtifacts(run)).toEqual([false]);
    expect(run.log).toMatch(
      new RegExp(`a\\.png: its media artifacts could not be read: .*${text}`),
    );
    expect(run.exitCode).toBe(0);
  });

  it('a rejected token ends all reads, and leaves the files available', async () => {
    const run = await reading(THREE, {
      inputs: { concurrency: '1' },
      faults: [{ on: 'status', nth: 1, kind: 'status', status: 401 }],
    });
    expect(Object.values(run.ends)).toEqual(Array(3).fill('available'));
    expect(reads(run)).toBe(1);
    expect(run.log.match(/artifacts could not be read: /g)).toHaveLength(3);
  });

  it('a registration that is rejected for its owner does not end artifact reads', async () => {
    const run = await reading(THREE, {
      inputs: { concurrency: '1' },
      linkedin: { faults: [{ on: 'register', nth: 3, reply: { status: 403 } }] },
    });
    expect(hasArtifacts(run)).toEqual([true, true, false]);
  });
});

const callsOf = ({ calls }: Running) =>
  calls.map(({ atS, names }) => `${atS} s: ${names.join(' ')}`);

describe('batched status reads', () => {
  it.each<[what: string, isTogether: boolean, status: Answer, calls: string[]]>([
    [
      'are read along with a due file of their kind',
      true,
      AVAILABLE,
      ['4 s: a b c', '4.2 s: film'],
    ],
    [
      'come together',
      true,
      PROCESSING,
      ['4 s: a b c', '4.2 s: film', '9.25 s: c b a', '10.2 s: film'],
    ],
    [
      'are read alone when each costs a call',
      false,
      AVAILABLE,
      ['4 s: a', '4.2 s: b', '4.2 s: film', '4.5 s: c'],
    ],
  ])('files that join at different times %s', async (_, isTogether, status, calls) => {
    const run = startPolling({ statusOf: () => status, isTogether });
    join(run, 'a');
    await run.clock.advance(200);
    join(run, 'b');
    join(run, 'film', { kind: 'video' });
    await run.clock.advance(300);
    join(run, 'c');
    await run.clock.advance(11_000);
    expect(callsOf(run)).toEqual(calls);
  });

  it('other files fill the last call and cause no further one, those that are due next first', async () => {
    const run = startPolling();
    for (let index = 0; index < 70; index += 1) {
      join(run, String(index));
      await run.clock.advance(10);
    }
    await run.clock.advance(3900);
    expect(run.calls.map(({ atS, names }) => [atS, names.length, names.at(-1)])).toEqual([
      [4, 50, '49'],
      [4.5, 50, '20'],
    ]);
  });

  it('a file whose read failed is not read along before its Retry-After is over', async () => {
    const statusOf = (name: string, nowMs: number) =>
      name === 'a' && nowMs < 5000 ? failed('status', 40_000) : AVAILABLE;
    const run = startPolling({ statusOf });
    join(run, 'a');
    await run.clock.advance(38_500);
    join(run, 'b');
    await run.clock.advance(MINUTE_MS);
    expect(callsOf(run)).toEqual(['4 s: a', '42.5 s: b', '44 s: a']);
  });

  it('uploads of earlier runs that join together share their first read', async () => {
    const run = startPolling();
    for (const name of ['a', 'b', 'c']) join(run, name, { isNew: false });
    await run.clock.advance(0);
    expect(callsOf(run)).toEqual(['0 s: a b c']);
  });

  it('the last read of a file is at its timeout, also if it is read along before', async () => {
    const run = startPolling({ waitMs: 11_000 });
    const file = join(run, 'a');
    await run.clock.advance(100);
    join(run, 'b');
    await run.clock.advance(10_900);
    expect(file).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' } });
    expect(momentsOf(run)).toContain(11);
  });
});

describe('rejected batch reads', () => {
  /** LinkedIn rejects the first call for each kind; from then on, each file costs a call. */
  function startRejecting(processingMs: number, waitMs = 30 * MINUTE_MS) {
    const rejected = new Set<string>();
    return startPolling({
      waitMs,
      isTogether: ({ kind }) => !rejected.has(kind),
      statusOf: (_, nowMs) => (nowMs >= processingMs ? AVAILABLE : PROCESSING),
      rejects: ({ kind }) => {
        const isFirst = !rejected.has(kind);
        rejected.add(kind);
        return isFirst;
      },
    });
  }

  it.each([
    ['an image that LinkedIn processes for 10 s takes three calls', 'image', 10_000, [4, 4, 10]],
    [
      'a video that LinkedIn processes for five minutes takes seven calls',
      'video',
      300_000,
      [4, 4, 10, 25, 62.5, 156.25, 390.625],
    ],
  ] as const)('%s', async (_, kind, processingMs, moments) => {
    const run = startRejecting(processingMs);
    const file = join(run, 'a', { kind });
    await run.clock.advance(7 * MINUTE_MS);
    expect([file.end, momentsOf(run)]).toEqual(['available', moments]);
  });

  it('many files that wait for the first read take no more calls than two for each', async () => {
    const run = startRejecting(10_000);
    const files = Array.from({ length: 40 }, (_, index) => join(run, String(index)));
    await run.clock.advance(MINUTE_MS);
    expect(files.every(({ end }) => end === 'available')).toBe(true);
    expect(run.calls).toHaveLength(1 + 2 * files.length);
  });

  it.each([
    ['the upload of an earlier run is read at once', 5000, false, 'reused', 0],
    ['the upload of an earlier run is read at once, also without a wait', 0, false, 'reused', 0],
    ['the last read of a file is made', 1000, true, 'available', 1],
  ])('after the rejection, %s', async (_, waitMs, isNew, end, atS) => {
    const run = startRejecting(0, waitMs);
    const file = join(run, 'a', { isNew });
    await run.clock.advance(1000);
    expect([file.end, momentsOf(run)]).toEqual([end, [atS, atS]]);
  });
});

describe('files that do not affect each other', () => {
  const broken = new ActionError('PROCESSING_FAILED', 'on purpose');

  it('a status error fails its own file only', async () => {
    const run = startPolling({
      statusOf: (name, nowMs) => (name === 'b' ? broken : nowMs > 5000 ? AVAILABLE : PROCESSING),
    });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(run, name));
    await run.clock.advance(MINUTE_MS);
    expect([a?.end, b?.error, c?.end]).toEqual(['available', broken, 'available']);
    expect(callsOf(run)).toEqual(['4 s: a b c', '10 s: a c']);
  });

  it('a status read that throws fails its batch and no other', async () => {
    const error = new TypeError('on purpose');
    const run = startPolling({
      read: async (names) => {
        if (names.includes('bad')) throw error;
        return names.map(() => AVAILABLE);
      },
    });
    const [bad, sameBatch] = ['bad', 'same batch'].map((name) => join(run, name));
    const other = join(run, 'other', { kind: 'video' });
    await run.clock.advance(MINUTE_MS);
    expect([bad?.error, sameBatch?.error, other.end]).toEqual([error, error, 'available']);
  });

  it('a failed status read of many files is reported once', async () => {
    const error = failed('status');
    const run = startPolling({ statusOf: (_, nowMs) => (nowMs < 5000 ? error : AVAILABLE) });
    const files = Array.from({ length: 50 }, (_, index) => join(run, `f${index}`));
    await run.clock.advance(MINUTE_MS);
    expect(files.every(({ end }) => end === 'available')).toBe(true);
    expect(run.repeats).toEqual([{ name: 'f0', error, waitMs: 6000, attempt: null }]);
  });

  it('a rate limit on one file holds back the reads of all', async () => {
    const statusOf = (name: string, nowMs: number) =>
      name === 'a' && nowMs < 5000 ? limited('status', 45_000) : AVAILABLE;
    const run = startPolling({ statusOf });
    join(run, 'a');
    await run.clock.advance(5000);
    join(run, 'b', { kind: 'video' });
    await run.clock.advance(MINUTE_MS);
    expect(momentsOf(run)).toEqual([4, 49, 49]);
  });

  it('a slow read does not delay a file that is due at the same moment in a separate call', async () => {
    const slow = Promise.withResolvers<Answer[]>();
    const run = startPolling({
      isTogether: false,
      read: async ([name], nowMs) =>
        name === 'slow' ? slow.promise : [nowMs < 20_000 ? PROCESSING : AVAILABLE],
    });
    const [held, quick] = ['slow', 'quick'].map((name) => join(run, name));
    await run.clock.advance(MINUTE_MS);
    expect([held?.end, quick?.end]).toEqual([undefined, 'available']);
    expect(callsOf(run)).toEqual(['4 s: slow', '4 s: quick', '10 s: quick', '25 s: quick']);
    slow.resolve([AVAILABLE]);
    await run.clock.advance(0);
    expect(held?.end).toBe('available');
  });
});

it('a file that joins and is due earlier wakes the poller', async () => {
  const run = startPolling({ isTogether: false });
  join(run, 'a');
  await run.clock.advance(20_000);
  const before = run.calls.length;
  join(run, 'b', { isNew: false });
  await run.clock.advance(0);
  expect(run.calls.slice(before)).toEqual([{ atS: 20, names: ['b'] }]);
  expect(run.clock.waiting).toBe(1);
});

it('the poller stops when no file waits, and starts again for the next file', async () => {
  const run = startPolling({ statusOf: () => AVAILABLE });
  for (const name of ['a', 'b']) {
    join(run, name);
    await run.clock.advance(MINUTE_MS);
    expect(run.clock.waiting).toBe(0);
  }
  expect(momentsOf(run)).toEqual([4, 64]);
});

const reason = new RunError('RUN_CANCELLED', 'on purpose');
const fatal = rejected('TOKEN_REFUSED', 401, 'upload');
const stopped = expect.objectContaining({ code: 'RUN_STOPPED', cause: fatal });
const ends: [name: string, end: (run: Running) => void, error: unknown][] = [
  ['a cancelled run', ({ cancel }) => cancel.abort(reason), reason],
  ['a stopped run', ({ limits }) => limits.stop(fatal), stopped],
];
it.each(ends)(
  '%s ends all waits, also later ones, and keeps the results of a read in progress',
  async (_, end, error) => {
    const slow = Promise.withResolvers<Answer[]>();
    const run = startPolling({ read: () => slow.promise });
    const [done, pending] = [join(run, 'done'), join(run, 'pending')];
    await run.clock.advance(4000);
    const waiting = join(run, 'waiting', { kind: 'video' });
    end(run);
    slow.resolve([AVAILABLE, PROCESSING]);
    await run.clock.advance(0);
    const late = join(run, 'late', { isNew: false });
    await run.clock.advance(MINUTE_MS);
    expect(done.end).toBe('available');
    expect([pending, waiting, late].map((file) => file.error)).toEqual([error, error, error]);
    expect([run.calls.length, run.clock.waiting]).toEqual([1, 0]);
  },
);
