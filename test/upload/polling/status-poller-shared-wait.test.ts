// A file has one wait for processing: an earlier upload and the upload that replaces it share it.

import { expect, it } from 'vitest';
import { ActionError } from '../../../src/errors/action-error.ts';
import type { LinkedIn, MediaStatus } from '../../../src/linkedin/session.ts';
import { StatusPoller } from '../../../src/upload/polling/status-poller.ts';
import { RunLimits } from '../../../src/upload/run-limits.ts';
import { TestClock } from '../../support/clock.ts';
import { itemAt, ledgerOf } from '../../support/ledgers.ts';
import { PROCESSING, WAITING } from './status-polling.ts';

const error = new ActionError('PROCESSING_FAILED', 'on purpose');
const FAILED: MediaStatus = { state: 'failed', status: 'SERVER_ERROR', error, mayRetry: true };
const query = { api: 'assets', kind: 'image', urn: 'urn:li:digitalmediaAsset:A1', recipe: null } as const;

/** Status reads in order; the last one repeats. */
function startPoller(readings: readonly MediaStatus[], waitMs: number) {
  const clock = new TestClock();
  const left = [...readings];
  const answer = () => (left.length > 1 ? left.shift() : left[0]) as MediaStatus;
  const { signal } = new AbortController();
  const shared = { clock, signal, waitMs, readsArtifacts: false };
  const limits = new RunLimits({ ...shared, concurrency: 1, onFatal: () => {}, onPause: () => {} });
  const linkedin = {
    statuses: { readsTogether: () => false, read: () => [limits.withReadSlot(async () => answer())] },
  } as unknown as LinkedIn;
  const ledger = ledgerOf(['a.png'], clock);
  return {
    clock,
    item: itemAt(ledger, 0),
    poller: new StatusPoller({ ...shared, ledger, linkedin, limits }),
  };
}

/** The outcome of `work` and its duration. */
async function timed<T>(clock: TestClock, work: Promise<T>) {
  const startMs = clock.now();
  let isOver = false;
  const end = work.then((outcome) => {
    isOver = true;
    return { outcome, afterS: (clock.now() - startMs) / 1000 };
  });
  while (!isOver) await clock.advance(1000);
  return await end;
}

it.each<[name: string, readings: readonly MediaStatus[], waitMs: number, outcome: unknown]>([
  ['is gone', [FAILED], 60_000, null],
  ['is gone when the run does not wait', [FAILED], 0, null],
  [
    'is processed for too long',
    [PROCESSING],
    60_000,
    { state: 'processing', error: { code: 'PROCESSING_TIMEOUT' } },
  ],
  ['is missing after half of the wait', [WAITING], 60_000, null],
  ['is not shown yet when the run does not wait', [WAITING], 0, { state: 'processing' }],
  [
    'fails at the end',
    [...Array<MediaStatus>(4).fill(PROCESSING), FAILED],
    60_000,
    { state: 'failed', error },
  ],
])('the poller returns the outcome of an earlier upload that %s', async (_, readings, waitMs, outcome) => {
  const { clock, item, poller } = startPoller(readings, waitMs);
  const end = await timed(clock, poller.verify(item, query, true));
  expect(end).toMatchObject({ outcome });
});

it('an upload that replaces an earlier one gets the rest of the wait', async () => {
  const { clock, item, poller } = startPoller(
    [PROCESSING, PROCESSING, PROCESSING, FAILED, PROCESSING],
    60_000,
  );
  expect(await timed(clock, poller.verify(item, query, true))).toEqual({ outcome: null, afterS: 25 });
  expect(await timed(clock, poller.watch(item, query, 1))).toMatchObject({
    outcome: { state: 'processing', error: { code: 'PROCESSING_TIMEOUT' } },
    afterS: 35,
  });
});
