// The grace period after a cancellation, and the outcome of the files that are still open then.

import { describe, expect, it } from 'vitest';
import { RunError } from '../src/errors/action-error.ts';
import { settlesWithin, withGracePeriod } from '../src/time-limits.ts';
import { caught } from './support/caught.ts';
import { TestClock } from './support/clock.ts';

const REASON = new RunError('RUN_CANCELLED', 'cancelled');
const HANG = () => new Promise<never>(() => {});

function setUp() {
  const clock = new TestClock();
  const cancel = new AbortController();
  return { clock, cancel: () => cancel.abort(REASON), runtime: { clock, signal: cancel.signal } };
}

describe('withGracePeriod', () => {
  it('withGracePeriod waits for its work while the run is not cancelled', async () => {
    const { clock, runtime } = setUp();
    const over = Promise.withResolvers<string>();
    const work = withGracePeriod(over.promise, runtime);
    await clock.advance(3_600_000);
    over.resolve('done');
    expect(await work).toBe('done');
    expect(clock.waiting).toBe(0);
  });

  it('withGracePeriod ends hanging work 1.5 s after the signal with its reason', async () => {
    const { clock, cancel, runtime } = setUp();
    let isLeft = false;
    const work = caught(() => withGracePeriod(HANG(), runtime), RunError).finally(() => {
      isLeft = true;
    });
    cancel();
    await clock.advance(1499);
    expect(isLeft).toBe(false);
    await clock.advance(1);
    expect(await work).toBe(REASON);
  });

  it('withGracePeriod returns a fallback for hanging work', async () => {
    const { clock, cancel, runtime } = setUp();
    cancel();
    const work = withGracePeriod<unknown>(HANG(), runtime, (reason) => [reason]);
    await clock.advance(1500);
    expect(await work).toEqual([REASON]);
  });
});

describe('settlesWithin', () => {
  it('settlesWithin is false for work that is still pending at the limit', async () => {
    const { clock } = setUp();
    const work = settlesWithin(HANG(), 1000, clock);
    await clock.advance(999);
    expect(clock.waiting).toBe(1);
    await clock.advance(1);
    expect(await work).toBe(false);
  });

  it('settlesWithin is true for work that settles, and leaves no timer behind', async () => {
    const { clock } = setUp();
    expect(await settlesWithin(Promise.resolve(), 1000, clock)).toBe(true);
    expect(clock.waiting).toBe(0);
  });
});
