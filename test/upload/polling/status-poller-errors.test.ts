// Failed status reads and missing uploads: the reads that are repeated, their times, and the retry budget.

import { describe, expect, it } from 'vitest';
import type { MediaStatus } from '../../../src/linkedin/session.ts';
import { broken, failed, limited, rejected, shapeless } from '../../errors/failures.ts';
import {
  type Answer,
  AVAILABLE,
  join,
  MINUTE_MS,
  momentsOf,
  PROCESSING,
  startPolling,
  WAITING,
} from './status-polling.ts';

/** Returns `answers` in order; the last one repeats. */
function inOrder(answers: readonly Answer[]): () => Answer {
  let reads = 0;
  return () => {
    const answer = answers[Math.min(reads, answers.length - 1)] ?? PROCESSING;
    reads += 1;
    return answer;
  };
}

describe('failed status reads', () => {
  it.each([
    failed('status'),
    broken('status', 'all'),
    broken('status', 'nothing', 'NETWORK_TIMEOUT'),
    shapeless('status'),
    limited('status'),
  ])('a status read that fails with $code is repeated on schedule and reported as a retry', async (error) => {
    const run = startPolling({ statusOf: inOrder([PROCESSING, error, error, AVAILABLE]) });
    const file = join(run, 'a');
    await run.clock.advance(2 * MINUTE_MS);
    expect(file).toMatchObject({ end: 'available', statuses: ['PROCESSING', 'AVAILABLE'] });
    expect(momentsOf(run)).toEqual([4, 10, 25, 62.5]);
    expect(run.repeats).toHaveLength(2);
  });

  it.each([
    rejected('TOKEN_REFUSED', 401, 'status'),
    rejected('DAILY_LIMIT', 429, 'status'),
    rejected('REQUEST_REFUSED', 400, 'status'),
    limited('status', 200_000),
  ])('a status read that fails for good ($code) ends the wait', async (error) => {
    const run = startPolling({ statusOf: inOrder([error, AVAILABLE]) });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file.error).toBe(error);
    expect(run.calls).toHaveLength(1);
  });

  it('a status read with a long Retry-After is repeated within the timeout of the file', async () => {
    const error = failed('status', 200_000);
    const run = startPolling({ statusOf: inOrder([error, AVAILABLE]) });
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file).toMatchObject({ end: 'available' });
    expect(momentsOf(run)).toEqual([4, 204]);
  });

  it('a status read with a long Retry-After beyond the timeout leaves the file undecided, not failed', async () => {
    const run = startPolling({ statusOf: () => failed('status', 200_000), waitMs: 3 * MINUTE_MS });
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' }, statuses: [] });
    expect(run.calls).toHaveLength(1);
  });

  it('a failed status read ends the wait with RETRIES_SPENT and its cause when the retry budget is exhausted', async () => {
    const run = startPolling({ statusOf: () => failed('status'), waitMs: 60 * MINUTE_MS });
    const file = join(run, 'a');
    await run.clock.advance(60 * MINUTE_MS);
    expect(run.calls).toHaveLength(11);
    expect(file.error).toMatchObject({ code: 'RETRIES_SPENT', cause: { code: 'SERVER_FAILED' } });
  });

  it('a failed status read of many files is reported once', async () => {
    const error = failed('status');
    const run = startPolling({ statusOf: (_, nowMs) => (nowMs < 5000 ? error : AVAILABLE) });
    const files = Array.from({ length: 50 }, (_, index) => join(run, `f${index}`, { api: 'media' }));
    await run.clock.advance(MINUTE_MS);
    expect(files.every(({ end }) => end === 'available')).toBe(true);
    expect(run.repeats).toEqual([{ name: 'f0', error, waitMs: 6000, attempt: null }]);
  });

  it('a status read of many files that fails for good ends all their waits and is not repeated', async () => {
    const error = rejected('TOKEN_REFUSED', 401, 'status');
    const run = startPolling({ statusOf: () => error });
    const files = Array.from({ length: 50 }, (_, index) => join(run, `f${index}`, { api: 'media' }));
    await run.clock.advance(MINUTE_MS);
    expect(files.every((file) => file.error === error)).toBe(true);
    expect(run.calls).toHaveLength(1);
    expect(run.repeats).toEqual([]);
  });

  it('a failed status read at the timeout leaves the file undecided, not failed', async () => {
    const run = startPolling({ statusOf: () => failed('status'), waitMs: 3000 });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' }, statuses: [] });
  });
});

describe('unknown files', () => {
  const unknown = rejected('REQUEST_REFUSED', 404, 'status');

  it('a file that is unknown within thirty seconds of its upload is read again, and no retry is reported', async () => {
    const run = startPolling({ statusOf: (_, nowMs) => (nowMs < 19_000 ? unknown : AVAILABLE) });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file.end).toBe('available');
    expect(run.repeats).toEqual([]);
  });

  it('a file that is still unknown at the first read after thirty seconds fails', async () => {
    const run = startPolling({ statusOf: () => unknown });
    const file = join(run, 'a');
    await run.clock.advance(29_999);
    expect(file.error).toBeUndefined();
    await run.clock.advance(MINUTE_MS);
    expect(file.error).toBe(unknown);
    expect(momentsOf(run)).toEqual([4, 10, 25, 60]);
  });
});

describe('missing uploads', () => {
  const missingAfterMs = 60_000;

  it.each(['WAITING_UPLOAD', 'NEW'])(
    'an upload with the status %s counts as missing after a minute, and not before',
    async (status) => {
      const reading: MediaStatus = { state: 'waiting', status };
      const run = startPolling({ statusOf: () => reading });
      const file = join(run, 'a');
      await run.clock.advance(missingAfterMs - 1);
      expect(file.end).toBeUndefined();
      await run.clock.advance(MINUTE_MS);
      expect(file).toMatchObject({ end: null, statuses: expect.arrayContaining([status]) });
      expect(momentsOf(run).at(-1)).toBe(60);
    },
  );

  it.each(['PROCESSING', 'UNKNOWN', 'SOMETHING_NEW'])(
    'an upload with the status %s does not count as missing',
    async (status) => {
      const reading: MediaStatus = { state: 'waiting', status };
      const run = startPolling({ statusOf: (_, nowMs) => (nowMs < 90_000 ? reading : AVAILABLE) });
      const file = join(run, 'a');
      await run.clock.advance(5 * MINUTE_MS);
      expect(file.end).toBe('available');
    },
  );

  it('an upload that arrives at the last moment does not count as missing', async () => {
    const run = startPolling({ statusOf: (_, nowMs) => (nowMs < 60_000 ? WAITING : PROCESSING) });
    const file = join(run, 'a');
    await run.clock.advance(2 * MINUTE_MS);
    expect(file.end).toBeUndefined();
  });
});

describe('status reads under a rate limit', () => {
  it('a status read under a rate limit is made when the pause ends, and not before', async () => {
    const run = startPolling({
      statusOf: (name, nowMs) => (name === 'a' && nowMs < 5000 ? limited('status', 45_000) : AVAILABLE),
    });
    const a = join(run, 'a');
    await run.clock.advance(5000);
    const b = join(run, 'b', { kind: 'video' });
    await run.clock.advance(43_999);
    expect([a?.end, b?.end]).toEqual([undefined, undefined]);
    await run.clock.advance(1);
    expect([a?.end, b?.end]).toEqual(['available', 'available']);
  });

  it('a status read under a rate limit is not made after the run was stopped, and no file keeps waiting', async () => {
    const run = startPolling({ statusOf: () => limited('status', 100_000) });
    const a = join(run, 'a');
    const b = join(run, 'b');
    await run.clock.advance(5000);
    const reads = run.calls.length;
    const reason = rejected('TOKEN_REFUSED', 401, 'upload');
    run.limits.stop(reason);
    await run.clock.advance(0);
    expect([a.error, b.error]).toMatchObject([{ code: 'RUN_STOPPED', cause: reason }, { cause: reason }]);
    expect(run.clock.waiting).toBe(0);
    await run.clock.advance(5 * MINUTE_MS);
    expect(run.calls).toHaveLength(reads);
  });
});
