// The clock of the tests: order, virtual time, and aborted sleeps.

import { describe, expect, it } from 'vitest';
import { TestClock } from './clock.ts';

describe('TestClock', () => {
  it('advance() wakes each sleep at its own time, earliest first, also sleeps that start on the way', async () => {
    const clock = new TestClock({ epochMs: 1000 });
    const log: [name: string, now: number][] = [];
    const note = (name: string) => log.push([name, clock.now()]);
    const sleepTwice = async () => {
      await clock.sleep(20);
      note('first');
      await clock.sleep(5);
      note('again');
    };
    const ends = [
      sleepTwice(),
      clock.sleep(30).then(() => note('last')),
      clock.sleep(20).then(() => note('second')),
    ];
    await clock.advance(19);
    expect({ log, waiting: clock.waiting }).toEqual({ log: [], waiting: 3 });
    await clock.advance(100);
    await Promise.all(ends);
    expect(log).toEqual([
      ['first', 20],
      ['second', 20],
      ['again', 25],
      ['last', 30],
    ]);
    expect([clock.now(), clock.epochMs(), clock.waiting]).toEqual([119, 1119, 0]);
  });

  it('a sleep of 0 ms waits for the next advance', async () => {
    const clock = new TestClock();
    const slept = clock.sleep(0);
    expect(clock.waiting).toBe(1);
    await clock.advance(0);
    await slept;
  });

  it('a sleep rejects with the reason of a signal that aborts before or during it', async () => {
    const clock = new TestClock();
    const stop = new AbortController();
    const reason = new RangeError('enough');
    const sleeping = clock.sleep(10, stop.signal);
    stop.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    await expect(clock.sleep(10, stop.signal)).rejects.toBe(reason);
    expect(clock.waiting).toBe(0);
  });

  it('a sleep ignores a signal that aborts after it', async () => {
    const clock = new TestClock({ random: () => 0.25 });
    const stop = new AbortController();
    const slept = clock.sleep(10, stop.signal);
    await clock.advance(10);
    stop.abort();
    await slept;
    expect(clock.random()).toBe(0.25);
  });
});
