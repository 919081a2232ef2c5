// Slow status responses, and a Retry-After on status reads: a response counts for the moment of its request, and no
// read comes before the requested time.

import { describe, expect, it } from 'vitest';
import { failed, rejected } from '../../errors/failures.ts';
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

const SLOW_MS = 60_000;

/** The first read starts after four seconds and takes a minute; all others return at once. */
function slowAtFirst(first: Answer, later: Answer, waitMs = 30 * MINUTE_MS) {
  const run = startPolling({
    waitMs,
    read: async () => {
      if (run.calls.length > 1) return [later];
      await run.clock.sleep(SLOW_MS);
      return [first];
    },
  });
  return run;
}

describe('slow status responses', () => {
  it.each([
    ['processing', PROCESSING],
    ['failed read', failed('status')],
  ])('a slow response (%s) does not end an expired wait: one more read does', async (_, first) => {
    const run = slowAtFirst(first, AVAILABLE, 10_000);
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file.end).toBe('available');
    expect(momentsOf(run)).toEqual([4, 64]);
  });

  it('the extra read after a slow response is the last one', async () => {
    const run = slowAtFirst(PROCESSING, PROCESSING, 10_000);
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' } });
    expect(momentsOf(run)).toEqual([4, 64]);
  });

  it('a slow 404 response counts for the moment of its request', async () => {
    const run = slowAtFirst(rejected('REQUEST_REFUSED', 404, 'status'), AVAILABLE);
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file).toMatchObject({ end: 'available' });
  });

  it('a slow WAITING_UPLOAD response does not make the upload count as missing', async () => {
    const run = slowAtFirst(WAITING, AVAILABLE);
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file.end).toBe('available');
  });
});

describe('Retry-After on status reads', () => {
  const retryLater = failed('status', 40_000);
  const startWithRetryAfter = (waitMs = 30 * MINUTE_MS) =>
    startPolling({
      waitMs,
      statusOf: (name, nowMs) => (name === 'a' && nowMs < 5000 ? retryLater : AVAILABLE),
    });

  it('a status read with a Retry-After is not repeated early', async () => {
    const run = startWithRetryAfter();
    const file = join(run, 'a');
    await run.clock.advance(43_999);
    expect(momentsOf(run)).toEqual([4]);
    await run.clock.advance(1);
    expect([momentsOf(run), file.end]).toEqual([[4, 44], 'available']);
  });

  it('a status read with a Retry-After does not join an earlier batch', async () => {
    const run = startWithRetryAfter();
    join(run, 'a');
    await run.clock.advance(38_500);
    join(run, 'b');
    await run.clock.advance(MINUTE_MS);
    expect(run.calls.map(({ atS, names }) => `${atS} s: ${names.join(' ')}`)).toEqual([
      '4 s: a',
      '42.5 s: b',
      '44 s: a',
    ]);
  });

  it('a status read with a short Retry-After is repeated even after the timeout of the file', async () => {
    const run = startWithRetryAfter(10_000);
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect([momentsOf(run), file.end]).toEqual([[4, 44], 'available']);
  });
});
