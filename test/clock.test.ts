// The clock of a real run follows the contract of `Clock`; other tests replace it. The grace period of a cancelled run.

import { expect, it } from 'vitest';
import { EXIT_MS, MANIFEST_MS, Stopwatch, systemClock, withGracePeriod } from '../src/clock.ts';
import { RunError } from '../src/errors/action-error.ts';
import { caught } from './support/caught.ts';
import { TestClock } from './support/clock.ts';
import { testRun } from './support/run.ts';

const HOUR_MS = 3_600_000;
const reason = new Error('on purpose');

it('a sleep that is aborted rejects with the reason of the signal', async () => {
  const cancel = new AbortController();
  const sleep = systemClock.sleep(HOUR_MS, cancel.signal);
  cancel.abort(reason);
  await expect(sleep).rejects.toBe(reason);
});

it('a sleep with an aborted signal rejects with the reason of the signal', async () => {
  await expect(systemClock.sleep(HOUR_MS, AbortSignal.abort(reason))).rejects.toBe(reason);
});

it('a sleep that is not aborted resolves', async () => {
  await expect(systemClock.sleep(1, new AbortController().signal)).resolves.toBeUndefined();
});

it('a stopwatch shows the longer time of the two clocks, because the monotonic one stops while a machine is suspended', () => {
  const times = { now: 1000, epochMs: 5000 };
  const stopwatch = new Stopwatch({
    ...systemClock,
    now: () => times.now,
    epochMs: () => times.epochMs,
  });
  times.now += 10;
  times.epochMs += HOUR_MS;
  expect([stopwatch.monotonicMs(), stopwatch.elapsedMs()]).toEqual([10, HOUR_MS]);
  // Somebody has set the clock of the machine back.
  times.epochMs = 0;
  expect(stopwatch.elapsedMs()).toBe(10);
});

const REASON = new RunError('RUN_CANCELLED', 'cancelled');
const HANG = () => new Promise<never>(() => {});

function setUp() {
  const clock = new TestClock();
  const cancel = new AbortController();
  return {
    clock,
    cancel: () => cancel.abort(REASON),
    run: testRun({ clock, signal: cancel.signal }),
  };
}

it('withGracePeriod waits for its work while the run is not cancelled', async () => {
  const { clock, run } = setUp();
  const over = Promise.withResolvers<string>();
  const work = withGracePeriod(over.promise, run);
  await clock.advance(3_600_000);
  over.resolve('done');
  expect(await work).toBe('done');
  expect(clock.waiting).toBe(0);
});

it('withGracePeriod abandons hanging work 2 s after the signal with its reason', async () => {
  const { clock, cancel, run } = setUp();
  let isLeft = false;
  const work = caught(() => withGracePeriod(HANG(), run), RunError).finally(() => {
    isLeft = true;
  });
  cancel();
  await clock.advance(1999);
  expect(isLeft).toBe(false);
  await clock.advance(1);
  expect(await work).toBe(REASON);
});

it('a step that hangs, and then the last write of the manifest, are abandoned before the forced exit', async () => {
  const { clock, cancel, run } = setUp();
  const startMs = clock.now();
  cancel();
  const ends: number[] = [];
  const hang = async () => {
    await caught(() => withGracePeriod(HANG(), run), RunError);
    await caught(() => withGracePeriod(HANG(), run, MANIFEST_MS), RunError);
    ends.push(clock.now() - startMs);
  };
  const work = hang();
  await clock.advance(EXIT_MS - 1);
  await work;
  expect(ends).toEqual([4500]);
});
