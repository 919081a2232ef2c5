// The times of the status reads of a file, and the outcome of each status: in virtual time, without LinkedIn.

import { describe, expect, it } from 'vitest';
import { ActionError, CallError } from '../../../src/errors/action-error.ts';
import type { MediaStatus } from '../../../src/linkedin/session.ts';
import { factsOf } from '../../errors/failures.ts';
import { AVAILABLE, join, MINUTE_MS, momentsOf, PROCESSING, startPolling } from './status-polling.ts';

describe('poll delays', () => {
  it('where one call reads all files, a file is read densely for 30 s, and then after growing delays', async () => {
    const run = startPolling();
    join(run, 'a');
    await run.clock.advance(13 * MINUTE_MS);
    const dense = Array.from({ length: 12 }, (_, index) => 2.5 * (index + 1));
    const later = Array.from({ length: 18 }, (_, index) => 60 + 30 * (index + 1));
    expect(momentsOf(run)).toEqual([...dense, 40, 50, 60, ...later, 660, 720, 780]);
  });

  it.each([
    ['image', [3, 11, 26, 56, 116, 236]],
    ['video', [2, 10, 40, 100, 190, 310]],
  ] as const)(
    'where each file costs a call, the first reads of an %s are far apart',
    async (kind, moments) => {
      const run = startPolling({ isTogether: false });
      join(run, 'a', { kind });
      await run.clock.advance(6 * MINUTE_MS);
      expect(momentsOf(run)).toEqual(moments);
    },
  );

  it('where each file costs a call, the delay grows to five minutes', async () => {
    const run = startPolling({ isTogether: false, waitMs: 120 * MINUTE_MS });
    join(run, 'a');
    await run.clock.advance(60 * MINUTE_MS);
    expect(momentsOf(run).slice(6, 10)).toEqual([476, 776, 1076, 1376]);
  });

  it.each([
    [true, [0, 2.5, 5, 7.5, 10]],
    [false, [0, 3, 11]],
  ])('the upload of an earlier run is read at once (together: %s)', async (isTogether, moments) => {
    const run = startPolling({ isTogether });
    join(run, 'a', { isNew: false });
    await run.clock.advance(12_000);
    expect(momentsOf(run)).toEqual(moments);
  });

  it.each([
    ['in the middle of a wait', 20_000, [3, 11, 20]],
    ['at a moment that is due anyway', 11_000, [3, 11]],
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
      statusOf: (_, nowMs) => (nowMs === 10_000 ? AVAILABLE : PROCESSING),
      waitMs: 10_000,
    });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file).toMatchObject({
      end: 'available',
      statuses: ['PROCESSING', 'PROCESSING', 'PROCESSING', 'AVAILABLE'],
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
      statusOf: (name, nowMs) => (name === 'b' ? broken : nowMs > 3000 ? AVAILABLE : PROCESSING),
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
