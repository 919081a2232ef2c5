// The status poller with many files: batched reads, no file delays another, and no timer without waiting files.

import { describe, expect, it } from 'vitest';
import { RunError } from '../../../src/errors/action-error.ts';
import { rejected } from '../../errors/failures.ts';
import {
  type Answer,
  AVAILABLE,
  join,
  MINUTE_MS,
  momentsOf,
  PROCESSING,
  type Running,
  startPolling,
} from './status-polling.ts';

describe('many files', () => {
  it('files that are due together are read in one call per kind', async () => {
    const run = startPolling();
    for (const name of ['a', 'b']) join(run, name);
    for (const name of ['v', 'w']) join(run, name, { kind: 'video' });
    await run.clock.advance(10_000);
    expect(run.calls).toEqual([
      { atS: 4, names: ['a', 'b'] },
      { atS: 4, names: ['v', 'w'] },
      { atS: 10, names: ['a', 'b'] },
      { atS: 10, names: ['v', 'w'] },
    ]);
  });

  it('files that join at different times keep their own schedules where each costs a call', async () => {
    const run = startPolling({ isTogether: false });
    join(run, 'a');
    await run.clock.advance(2500);
    join(run, 'b');
    await run.clock.advance(12_500);
    expect(run.calls).toEqual([
      { atS: 4, names: ['a'] },
      { atS: 6.5, names: ['b'] },
      { atS: 10, names: ['a'] },
      { atS: 12.5, names: ['b'] },
    ]);
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
    expect(run.calls.map(({ atS, names }) => `${atS} s: ${names}`)).toEqual([
      '4 s: slow',
      '4 s: quick',
      '10 s: quick',
      '25 s: quick',
    ]);
    slow.resolve([AVAILABLE]);
    await run.clock.advance(0);
    expect(held?.end).toBe('available');
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

  it('uploads of earlier runs that join together share their first read', async () => {
    const run = startPolling();
    for (const name of ['a', 'b', 'c']) join(run, name, { isNew: false });
    await run.clock.advance(0);
    expect(run.calls).toEqual([{ atS: 0, names: ['a', 'b', 'c'] }]);
  });

  it('ten thousand files are polled in linear time', async () => {
    const run = startPolling({
      statusOf: (_, nowMs) => (nowMs >= 6000 ? AVAILABLE : PROCESSING),
      files: 10_000,
    });
    let clockReads = 0;
    const now = run.clock.now.bind(run.clock);
    run.clock.now = () => {
      clockReads += 1;
      return now();
    };
    const files = Array.from({ length: 10_000 }, (_, index) => join(run, `file ${index}`));
    await run.clock.advance(MINUTE_MS);
    expect(files.every(({ end }) => end === 'available')).toBe(true);
    expect(run.calls.map(({ atS, names }) => [atS, names.length])).toEqual([
      [4, 10_000],
      [10, 10_000],
    ]);
    expect(clockReads).toBeLessThan(12 * files.length);
  });

  it('files that join and are due later do not wake the poller', async () => {
    const run = startPolling({ statusOf: (name) => (name === 'first' ? AVAILABLE : PROCESSING) });
    join(run, 'first', { isNew: false, kind: 'video' });
    join(run, 'a');
    await run.clock.advance(0);
    let sleeps = 0;
    const sleep = run.clock.sleep.bind(run.clock);
    run.clock.sleep = (ms, signal) => {
      sleeps += 1;
      return sleep(ms, signal);
    };
    for (let index = 0; index < 100; index += 1) {
      await run.clock.advance(1);
      join(run, `late ${index}`);
    }
    expect(sleeps).toBe(0);
    await run.clock.advance(3900);
    expect(run.calls.map(({ atS, names }) => [atS, names.length])).toEqual([
      [0, 1],
      [4, 50],
    ]);
  });
});

describe('lifetime of the poller', () => {
  it('the poller stops when no file waits, and starts again for the next file', async () => {
    const run = startPolling({ statusOf: () => AVAILABLE });
    const first = join(run, 'a');
    await run.clock.advance(4000);
    expect(first.end).toBe('available');
    expect(run.clock.waiting).toBe(0);
    await run.clock.advance(MINUTE_MS);
    const second = join(run, 'b');
    await run.clock.advance(4000);
    expect(second.end).toBe('available');
    expect(momentsOf(run)).toEqual([4, 68]);
    expect(run.clock.waiting).toBe(0);
  });

  const reason = new RunError('RUN_CANCELLED', 'on purpose');
  const fatal = rejected('TOKEN_REFUSED', 401, 'upload');
  const stopped = expect.objectContaining({ code: 'RUN_STOPPED', cause: fatal });
  const ends: [name: string, end: (run: Running) => void, error: unknown][] = [
    ['a cancelled run', ({ cancel }) => cancel.abort(reason), reason],
    ['a stopped run', ({ limits }) => limits.stop(fatal), stopped],
  ];
  it.each(ends)(
    '%s rejects all waiting files with the reason and leaves no timer behind',
    async (_, end, error) => {
      const run = startPolling();
      const early = [join(run, 'a'), join(run, 'b', { kind: 'video' })];
      await run.clock.advance(5000);
      end(run);
      await run.clock.advance(0);
      expect(early.map((file) => file.error)).toEqual([error, error]);
      expect(run.clock.waiting).toBe(0);
      const reads = run.calls.length;
      const late = [join(run, 'c'), join(run, 'd', { isNew: false })];
      await run.clock.advance(MINUTE_MS);
      expect(late.map((file) => file.error)).toEqual([error, error]);
      expect(run.calls).toHaveLength(reads);
      expect(run.clock.waiting).toBe(0);
    },
  );

  it.each(ends)('%s keeps the results of a read in progress and reads no more', async (_, end, error) => {
    const slow = Promise.withResolvers<Answer[]>();
    const run = startPolling({ read: () => slow.promise });
    const [done, pending] = [join(run, 'done'), join(run, 'pending')];
    await run.clock.advance(4000);
    end(run);
    slow.resolve([AVAILABLE, PROCESSING]);
    await run.clock.advance(MINUTE_MS);
    expect([done.end, pending.error]).toEqual(['available', error]);
    expect(run.calls).toHaveLength(1);
    expect(run.clock.waiting).toBe(0);
  });
});
