// The times of the status reads of a file, and the outcome of each status: in virtual time, without LinkedIn.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../../src/errors/action-error.ts';
import type { MediaStatus } from '../../../src/linkedin/session.ts';
import { factsOf } from '../../errors/failures.ts';
import { AVAILABLE, join, MINUTE_MS, momentsOf, PROCESSING, startPolling } from './status-polling.ts';

describe('poll delays', () => {
  it.each([true, false])(
    'the reads of a file become rarer: after 4, 10 and 25 s, in the end every five minutes (together: %s)',
    async (isTogether) => {
      const run = startPolling({ isTogether });
      join(run, 'a', { kind: isTogether ? 'image' : 'video' });
      await run.clock.advance(20 * MINUTE_MS);
      expect(momentsOf(run)).toEqual([4, 10, 25, 62.5, 156.25, 390.625, 690.625, 990.625]);
    },
  );

  it('the upload of an earlier run is read at once', async () => {
    const run = startPolling();
    join(run, 'a', { isNew: false });
    await run.clock.advance(12_000);
    expect(momentsOf(run)).toEqual([0, 4, 10]);
  });

  it.each([
    ['in the middle of a wait', 20_000, [4, 10, 20]],
    ['at a moment that is due anyway', 10_000, [4, 10]],
    ['before the first wait is over', 400, [0.4]],
  ])('a timeout %s cuts the poll delay: one last read, then no more', async (_, waitMs, moments) => {
    const run = startPolling({ isTogether: false, waitMs });
    const file = join(run, 'a');
    await run.clock.advance(waitMs - 1);
    expect(file.end).toBeUndefined();
    await run.clock.advance(MINUTE_MS);
    expect(momentsOf(run)).toEqual(moments);
    expect(file).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' } });
    expect(run.clock.waiting).toBe(0);
  });

  it('the last read at the timeout settles the file when its status is final', async () => {
    const run = startPolling({
      statusOf: (_, nowMs) => (nowMs === 12_000 ? AVAILABLE : PROCESSING),
      waitMs: 12_000,
    });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file).toMatchObject({
      end: 'available',
      statuses: ['PROCESSING', 'PROCESSING', 'AVAILABLE'],
    });
  });
});

describe('status results', () => {
  const rejected = new CallError('ACCESS_DENIED', 'on purpose', { status: 403, call: factsOf('register') });
  const broken = new ActionError('PROCESSING_FAILED', 'on purpose');
  it.each<[reading: MediaStatus, file: object]>([
    [AVAILABLE, { end: 'available', error: undefined, statuses: ['AVAILABLE'] }],
    [
      { state: 'failed', status: 'CLIENT_ERROR', error: broken },
      { end: 'failed', error: broken, statuses: ['CLIENT_ERROR'] },
    ],
    [
      { state: 'unreadable', error: rejected },
      { end: 'unverified', error: undefined, statuses: [] },
    ],
  ])('the status $state settles the file', async (reading, ending) => {
    const run = startPolling({ statusOf: () => reading });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file).toMatchObject(ending);
    expect(run.calls).toHaveLength(1);
  });

  it.each<[refusals: number, end: string, reads: number]>([
    [1, 'available', 2],
    [2, 'unverified', 2],
  ])('a video whose status is refused %i times in a row ends as %s', async (refusals, end, reads) => {
    let calls = 0;
    const refused: MediaStatus = { state: 'unreadable', error: rejected };
    const run = startPolling({
      statusOf: () => {
        calls += 1;
        return calls <= refusals ? refused : AVAILABLE;
      },
    });
    const file = join(run, 'a', { kind: 'video' });
    await run.clock.advance(5 * MINUTE_MS);
    expect([file.end, calls]).toEqual([end, reads]);
  });

  it('a status error fails its own file only', async () => {
    const run = startPolling({
      statusOf: (name, nowMs) => (name === 'b' ? broken : nowMs > 5000 ? AVAILABLE : PROCESSING),
    });
    const [a, b, c] = ['a', 'b', 'c'].map((name) => join(run, name));
    await run.clock.advance(MINUTE_MS);
    expect([a?.end, b?.error, c?.end]).toEqual(['available', broken, 'available']);
    expect(run.calls.map(({ names }) => names)).toEqual([
      ['a', 'b', 'c'],
      ['a', 'c'],
    ]);
  });

  it('a missing status result fails its file', async () => {
    const run = startPolling({ read: async () => [AVAILABLE] });
    const [a, b] = ['a', 'b'].map((name) => join(run, name));
    await run.clock.advance(MINUTE_MS);
    expect(a?.end).toBe('available');
    expect(b?.error).toBeInstanceOf(RangeError);
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
    expect(run.clock.waiting).toBe(0);
  });
});
