// The status reads of one file: their times, and how the file ends. In virtual time, without LinkedIn.

import { expect, it } from 'vitest';
import { ActionError, CallError } from '../../src/errors/action-error.ts';
import type { MediaStatus } from '../../src/linkedin/session.ts';
import { broken, factsOf, failed, limited, rejected, shapeless } from '../errors/failures.ts';
import {
  type Answer,
  AVAILABLE,
  inOrder,
  join,
  MINUTE_MS,
  momentsOf,
  PROCESSING,
  startPolling,
  WAITING,
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

interface Setting {
  readonly waitMs?: number;
  readonly isTogether?: boolean;
  readonly kind?: 'video';
  readonly isNew?: boolean;
  readonly isRecent?: boolean;
  /** How long the first read takes. */
  readonly slowMs?: number;
}

const times = (count: number, answer: Answer) => Array<Answer>(count).fill(answer);
const waiting = (status: string): MediaStatus => ({ state: 'waiting', status });
const SLOW = { slowMs: MINUTE_MS };
const EARLIER = { isNew: false, isRecent: true, waitMs: MINUTE_MS };

/** Its reads get `answers` in order; the last one repeats. */
type Case = [what: string, answers: Answer[], end: string, atS: number[], setting?: Setting];

const CASES: Case[] = [
  ['is read ever more rarely, every five minutes in the end', [PROCESSING], TIMEOUT, [...USUAL_S, 1800]],
  [
    'is read as rarely alone',
    [PROCESSING],
    TIMEOUT,
    [...USUAL_S, 1800],
    { isTogether: false, kind: 'video' },
  ],
  ['of an earlier run is read at once', [...times(2, PROCESSING), AVAILABLE], 'reused', [0, 4, 10], EARLIER],
  ['has a last read in the middle of a delay', [PROCESSING], TIMEOUT, [4, 10, 20], { waitMs: 20_000 }],
  ['has a last read that is due anyway', [PROCESSING], TIMEOUT, [4, 10], { waitMs: 10_000 }],
  ['has a last read before the first delay is over', [PROCESSING], TIMEOUT, [0.4], { waitMs: 400 }],
  [
    'ends by its last read',
    [PROCESSING, PROCESSING, AVAILABLE],
    'available',
    [4, 10, 12],
    { waitMs: 12_000 },
  ],

  ['is available', [AVAILABLE], 'available', [4]],
  ['was rejected', [{ ...FAILED, mayRetry: false } as MediaStatus], 'failed PROCESSING_FAILED', [4]],
  ['may not be read', [REFUSED], 'unverified', [4]],
  ['is a video whose read is refused once', [REFUSED, AVAILABLE], 'available', [4, 10], { kind: 'video' }],
  ['is a video whose reads are refused', [REFUSED], 'unverified', [4, 10], { kind: 'video' }],

  ...[
    failed('status'),
    broken('status', 'all'),
    broken('status', 'nothing', 'NETWORK_TIMEOUT'),
    shapeless('status'),
    limited('status'),
  ].map(
    (error): Case => [
      `has reads that fail with ${error.code} is read on schedule`,
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
    (error): Case => [`has a read that fails for good (${error.code})`, [error, AVAILABLE], error.code, [4]],
  ),
  ['waits for a Retry-After', [failed('status', 40_000), AVAILABLE], 'available', [4, 44]],
  [
    'waits for a long Retry-After within its wait',
    [failed('status', 200_000), AVAILABLE],
    'available',
    [4, 204],
  ],
  [
    'is undecided after a Retry-After that ends after its wait',
    [failed('status', 200_000)],
    TIMEOUT,
    [4],
    { waitMs: 180_000 },
  ],
  [
    'waits for a short Retry-After beyond its wait',
    [failed('status', 40_000), AVAILABLE],
    'available',
    [4, 44],
    { waitMs: 10_000 },
  ],
  ['waits for the end of a pause', [limited('status', 45_000), AVAILABLE], 'available', [4, 49]],
  [
    'spends the retry budget',
    [failed('status')],
    'RETRIES_SPENT',
    [...USUAL_S, 1890.625],
    { waitMs: 3_600_000 },
  ],
  ['is undecided when its last read fails', [failed('status')], TIMEOUT, [3], { waitMs: 3000 }],

  ['is unknown at first', [UNKNOWN, UNKNOWN, AVAILABLE], 'available', [4, 10, 25]],
  ['is still unknown after thirty seconds', [UNKNOWN], 'REQUEST_REFUSED', [4, 10, 25, 60]],
  ...['WAITING_UPLOAD', 'NEW'].map(
    (status): Case => [
      `is missing after a minute of ${status}`,
      [waiting(status)],
      'another upload',
      [4, 10, 25, 60],
    ],
  ),
  ...['PROCESSING', 'UNKNOWN', 'SOMETHING_NEW'].map(
    (status): Case => [
      `is not missing with ${status}`,
      [...times(4, waiting(status)), AVAILABLE],
      'available',
      USUAL_S.slice(0, 5),
    ],
  ),
  [
    'arrives at the last moment',
    [...times(3, WAITING), PROCESSING, AVAILABLE],
    'available',
    [4, 10, 25, 60, 150],
  ],

  [
    'has one more read after a slow one',
    [PROCESSING, AVAILABLE],
    'available',
    [4, 64],
    { ...SLOW, waitMs: 10_000 },
  ],
  [
    'has one more read after a slow one that failed',
    [failed('status'), AVAILABLE],
    'available',
    [4, 64],
    { ...SLOW, waitMs: 10_000 },
  ],
  ['has only one more read after a slow one', [PROCESSING], TIMEOUT, [4, 64], { ...SLOW, waitMs: 10_000 }],
  ['was unknown when a slow read began', [UNKNOWN, AVAILABLE], 'available', [4, 64], SLOW],
  ['was missing when a slow read began', [WAITING, AVAILABLE], 'available', [4, 64], SLOW],

  ['of an earlier run is gone', [FAILED], 'another upload', [0], EARLIER],
  ['of an earlier run is gone, without a wait', [FAILED], 'another upload', [0], { ...EARLIER, waitMs: 0 }],
  ['of an earlier run is processed for too long', [PROCESSING], TIMEOUT, [0, 4, 10, 25, 60], EARLIER],
  [
    'of an earlier run is missing after half of the wait',
    [WAITING],
    'another upload',
    [0, 4, 10, 25, 30],
    EARLIER,
  ],
  [
    'of an earlier run is not shown yet, without a wait',
    [WAITING],
    'processing',
    [0],
    { ...EARLIER, waitMs: 0 },
  ],
  [
    'of an earlier run fails at the end',
    [...times(4, PROCESSING), FAILED],
    'failed PROCESSING_FAILED',
    [0, 4, 10, 25, 60],
    EARLIER,
  ],
];

it.each(CASES)('a file that %s', async (_, answers, end, atS, { slowMs = 0, ...setting } = {}) => {
  const { waitMs = 30 * MINUTE_MS, isTogether = true, ...wait } = setting;
  const next = inOrder(answers);
  const run = startPolling({
    ...{ waitMs, isTogether },
    read: async () => {
      if (run.calls.length === 1) await run.clock.sleep(slowMs);
      return [next()];
    },
  });
  const file = join(run, 'a', wait);
  await run.clock.advance(2 * 3_600_000);
  const { code = '' } = (file.error ?? {}) as Partial<ActionError>;
  const state = file.end === null ? 'another upload' : (file.end ?? '');
  expect([`${state} ${code}`.trim(), momentsOf(run)]).toEqual([end, atS]);
  expect(run.clock.waiting).toBe(0);
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
  const earlier = join(run, 'a', EARLIER);
  await run.clock.advance(25_000);
  expect(earlier.end).toBeNull();
  const again = join(run, 'a', { isAgain: true });
  await run.clock.advance(34_999);
  expect(again.end).toBeUndefined();
  await run.clock.advance(1);
  expect(again).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' } });
});
