// One call reads many files where LinkedIn allows it: other files are read along, because they cost no further call.
// Where LinkedIn rejects it, each file costs a call.

import { describe, expect, it } from 'vitest';
import { failed } from '../../errors/failures.ts';
import { AVAILABLE, join, MINUTE_MS, momentsOf, PROCESSING, startPolling } from './status-polling.ts';

const callsOf = (run: ReturnType<typeof startPolling>) =>
  run.calls.map(({ atS, names }) => `${atS} s: ${names.join(' ')}`);

/** Files that join at 0, 0.2, 0.2 and 0.5 s. */
async function staggered(isTogether: boolean, statusOf = () => AVAILABLE) {
  const run = startPolling({ statusOf, isTogether });
  join(run, 'a');
  await run.clock.advance(200);
  join(run, 'b');
  join(run, 'film', { kind: 'video' });
  await run.clock.advance(300);
  join(run, 'c');
  return run;
}

describe('batched status reads', () => {
  it('files are read along with a due file of their kind only', async () => {
    const run = await staggered(true);
    await run.clock.advance(3000);
    expect(callsOf(run)).toEqual(['2.5 s: a b c', '2.7 s: film']);
  });

  it('files are not read together when each costs a separate call', async () => {
    const run = await staggered(false);
    await run.clock.advance(4000);
    expect(callsOf(run)).toEqual(['2.2 s: film', '3 s: a', '3.2 s: b', '3.5 s: c']);
  });

  it('the next delay of a file starts at the shared read, so that files come together', async () => {
    const run = await staggered(true, () => PROCESSING);
    await run.clock.advance(6000);
    expect(callsOf(run)).toEqual(['2.5 s: a b c', '2.7 s: film', '5 s: a b c', '5.2 s: film']);
  });

  it('files that become due during a slow read share the next read with its files', async () => {
    const run = startPolling({
      read: async (names) => {
        await run.clock.sleep(3000);
        return names.map(() => PROCESSING);
      },
    });
    join(run, 'a');
    await run.clock.advance(2800);
    join(run, 'b');
    await run.clock.advance(12_000);
    expect(callsOf(run)).toEqual(['2.5 s: a', '5.3 s: b', '8.5 s: a b', '14.5 s: a b']);
  });

  it('other files fill the last call and cause no further one, those that are due next first', async () => {
    const run = startPolling();
    for (let index = 0; index < 70; index += 1) {
      join(run, String(index));
      await run.clock.advance(10);
    }
    await run.clock.advance(2500);
    expect(run.calls.map(({ atS, names }) => [atS, names.length, names.at(-1)])).toEqual([
      [2.5, 50, '49'],
      [3, 50, '29'],
    ]);
  });

  it('a file whose own read failed is not read along before its delay is over', async () => {
    const error = failed('status');
    const run = startPolling({
      statusOf: (name) => (name === 'bad' ? error : PROCESSING),
    });
    join(run, 'bad');
    join(run, 'good');
    await run.clock.advance(30_000);
    const moments = run.calls.filter(({ names }) => names.includes('bad')).map(({ atS }) => atS);
    expect(moments).toEqual([2.5, 5, 8, 13, 21]);
  });
});

describe('reported times', () => {
  // Each processing time is an offset within the dense reads; a call takes up to half a second.
  const times = Array.from({ length: 61 }, (_, index) => index * 500);

  it.each([0, 250, 500])(
    'a file is reported at most 3 s after LinkedIn processed it, with calls of %i ms',
    async (callMs) => {
      for (const processingMs of times) {
        const run = startPolling({
          read: async (names, nowMs) => {
            await run.clock.sleep(callMs);
            return names.map(() => (nowMs >= processingMs ? AVAILABLE : PROCESSING));
          },
        });
        const file = join(run, 'a');
        await run.clock.advance(processingMs + 3000);
        expect([processingMs, file.end]).toEqual([processingMs, 'available']);
      }
    },
  );

  it('the last file of a run is reported at most 3 s after LinkedIn processed it', async () => {
    const started = new Map<string, number>();
    const run = startPolling({
      statusOf: (name, nowMs) => (nowMs >= (started.get(name) ?? 0) + 30_000 ? AVAILABLE : PROCESSING),
    });
    const files = [];
    for (let index = 0; index < 20; index += 1) {
      started.set(String(index), run.clock.now());
      files.push(join(run, String(index)));
      await run.clock.advance(970);
    }
    await run.clock.advance(30_000 - 970 + 3000);
    expect(files.map(({ end }) => end)).toEqual(files.map(() => 'available'));
  });
});

describe('rejected batch reads', () => {
  /** LinkedIn rejects the first call for each kind; from then on, each file costs a call. */
  function startRejecting(processingMs: number, waitMs = 30 * MINUTE_MS) {
    const rejected = new Set<string>();
    const run = startPolling({
      waitMs,
      isTogether: ({ kind }) => !rejected.has(kind),
      statusOf: (_, nowMs) => (nowMs >= processingMs ? AVAILABLE : PROCESSING),
      rejects: ({ kind }) => {
        const isFirst = !rejected.has(kind);
        rejected.add(kind);
        return isFirst;
      },
    });
    return run;
  }

  it.each([
    ['image', 10_000, 3],
    ['video', 300_000, 7],
  ] as const)('an %s that LinkedIn processes for %i ms takes %i calls', async (kind, processingMs, reads) => {
    const run = startRejecting(processingMs);
    const file = join(run, 'a', { kind });
    await run.clock.advance(6 * MINUTE_MS);
    expect(file.end).toBe('available');
    expect(run.calls).toHaveLength(reads);
  });

  it('many files that wait for the first read take no more calls than two for each', async () => {
    const run = startRejecting(10_000);
    const files = Array.from({ length: 40 }, (_, index) => join(run, String(index)));
    await run.clock.advance(MINUTE_MS);
    expect(files.every(({ end }) => end === 'available')).toBe(true);
    expect(run.calls).toHaveLength(1 + 2 * files.length);
  });

  it.each([0, 5000])(
    'the upload of an earlier run is read at once, also with %i ms to wait',
    async (waitMs) => {
      const run = startRejecting(0, waitMs);
      const file = join(run, 'a', { isNew: false });
      await run.clock.advance(0);
      expect(file.end).toBe('reused');
      expect(momentsOf(run)).toEqual([0, 0]);
    },
  );

  it('the last read of a file is made although its batch read was rejected', async () => {
    const run = startRejecting(0, 1000);
    const file = join(run, 'a');
    await run.clock.advance(1000);
    expect(file.end).toBe('available');
    expect(momentsOf(run)).toEqual([1, 1]);
  });
});

it('the last read of a file is at its timeout, also with batched reads', async () => {
  const run = startPolling({ waitMs: 11_000 });
  const file = join(run, 'a');
  await run.clock.advance(100);
  join(run, 'b');
  await run.clock.advance(10_899);
  expect(file.end).toBeUndefined();
  await run.clock.advance(1);
  expect(file).toMatchObject({ end: 'processing', error: { code: 'PROCESSING_TIMEOUT' } });
  expect(momentsOf(run)).toContain(11);
});
