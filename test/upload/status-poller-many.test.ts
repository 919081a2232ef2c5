// The status reads of many files: one call reads all of a kind where LinkedIn allows it, and other files are read along, because they
// cost no further call. Where LinkedIn rejects that, each file costs a call. No file delays another.

import { describe, expect, it } from 'vitest';
import { ActionError, RunError } from '../../src/errors/action-error.ts';
import { failed, limited, rejected } from '../errors/failures.ts';
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

const callsOf = ({ calls }: Running) => calls.map(({ atS, names }) => `${atS} s: ${names.join(' ')}`);

describe('batched status reads', () => {
  it.each<[what: string, isTogether: boolean, status: Answer, calls: string[]]>([
    ['are read along with a due file of their kind', true, AVAILABLE, ['4 s: a b c', '4.2 s: film']],
    ['come together', true, PROCESSING, ['4 s: a b c', '4.2 s: film', '9.25 s: c b a', '10.2 s: film']],
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
