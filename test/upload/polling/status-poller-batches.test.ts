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
    await run.clock.advance(4000);
    expect(callsOf(run)).toEqual(['4 s: a b c', '4.2 s: film']);
  });

  it('files are not read together when each costs a separate call', async () => {
    const run = await staggered(false);
    await run.clock.advance(4000);
    expect(callsOf(run)).toEqual(['4 s: a', '4.2 s: b', '4.2 s: film', '4.5 s: c']);
  });

  it('the next delay of a file starts at the shared read, so that files come together', async () => {
    const run = await staggered(true, () => PROCESSING);
    await run.clock.advance(10_000);
    expect(callsOf(run)).toEqual(['4 s: a b c', '4.2 s: film', '9.25 s: c b a', '10.2 s: film']);
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

  it('a file whose own read failed is not read along before its delay is over', async () => {
    const error = failed('status');
    const run = startPolling({
      statusOf: (name) => (name === 'bad' ? error : PROCESSING),
    });
    join(run, 'bad');
    await run.clock.advance(1000);
    join(run, 'good');
    await run.clock.advance(9000);
    const moments = run.calls.filter(({ names }) => names.includes('bad')).map(({ atS }) => atS);
    expect(moments).toEqual([4, 10]);
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
    await run.clock.advance(7 * MINUTE_MS);
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
