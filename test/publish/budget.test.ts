// What the run may spend on trying again, and the brake that holds all files back when LinkedIn complains of one.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RunError } from '../../src/errors.ts';
import { Brake, RetryBudget } from '../../src/publish/budget.ts';
import { Lane } from '../../src/publish/lanes.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { limited } from './failures.ts';
import { gate } from './run.ts';

describe('the budget', () => {
  it('holds twenty repeats, or ten where it was too much or too slow', () => {
    for (const [reason, repeats] of [
      ['fault', 20],
      ['throttled', 10],
    ] as const) {
      const budget = new RetryBudget();
      for (let spent = 0; spent < repeats; spent += 1) expect(budget.spend(reason)).toBe(true);
      expect(budget.spend(reason)).toBe(false);
    }
  });

  it('grows by what works, and never beyond its size', () => {
    const budget = new RetryBudget();
    for (let call = 0; call < 1000; call += 1) budget.earn();
    for (let spent = 0; spent < 20; spent += 1) expect(budget.spend('fault')).toBe(true);
    for (let call = 0; call < 4; call += 1) budget.earn();
    expect(budget.spend('fault')).toBe(false);
    budget.earn();
    expect(budget.spend('fault')).toBe(true);
  });

  it('never lets more through than 20 and a fifth of the successes', () => {
    const step = fc.constantFrom('earn' as const, 'fault' as const, 'throttled' as const);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2000 }), (steps) => {
        const budget = new RetryBudget();
        let [repeats, successes] = [0, 0];
        for (const one of steps) {
          if (one === 'earn') {
            budget.earn();
            successes += 1;
          } else if (budget.spend(one)) repeats += 1;
          expect(repeats).toBeLessThanOrEqual(20 + successes / 5);
        }
      }),
    );
  });
});

/** A brake over one lane, and all who were let in: their moments. */
function braked(limit = 8, random = () => 0.5) {
  const clock = new TestClock({ random });
  const brake = new Brake(clock, limit);
  const lane = new Lane(limit);
  brake.hold(lane);
  const cancel = new AbortController();
  const moments: number[] = [];
  const calls = (count: number, work: () => Promise<unknown> = async () => {}) =>
    Array.from({ length: count }, (_, key) =>
      brake.run({ lane, key, signal: cancel.signal }, async () => {
        moments.push(clock.now());
        await work();
      }),
    );
  return { clock, brake, lane, cancel, moments, calls };
}

/** How many may be inside at once. */
async function placesOf({ calls, moments, clock }: ReturnType<typeof braked>): Promise<number> {
  const before = moments.length;
  const hold = gate();
  const visitors = calls(20, hold.pass);
  await clock.advance(0);
  const inside = moments.length - before;
  hold.open();
  await Promise.all(visitors);
  return inside;
}

describe('the brake', () => {
  it('lets all through while nobody complains', async () => {
    const { calls, moments } = braked();
    await Promise.all(calls(20));
    expect(moments).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('holds everyone back as long as LinkedIn asks, to the millisecond', async () => {
    const { clock, brake, calls, moments } = braked();
    brake.pull(30_000);
    const all = calls(20);
    await clock.advance(29_999);
    expect(moments).toEqual([]);
    await clock.advance(1);
    await Promise.all(all);
    expect(new Set(moments)).toEqual(new Set([30_000]));
  });

  it('holds back those too who waited for a place when it was pulled', async () => {
    const { clock, brake, calls, moments } = braked(2);
    const hold = gate();
    const inside = calls(2, hold.pass);
    const waiting = calls(10);
    await clock.advance(0);
    brake.pull(5000);
    hold.open();
    await Promise.all(inside);
    await clock.advance(4999);
    expect(moments).toHaveLength(2);
    await clock.advance(1);
    await Promise.all(waiting);
    expect(moments.slice(2)).toEqual(Array.from({ length: 10 }, () => 5000));
  });

  it('takes no place for those who wait', async () => {
    const { clock, brake, lane, calls } = braked(2);
    brake.pull(5000);
    const all = calls(10);
    await clock.advance(1000);
    const leave = await lane.enter('one who needs no leave');
    leave();
    await clock.advance(4000);
    await Promise.all(all);
  });

  it('takes the longest of several wishes, and cuts none short', async () => {
    const { clock, brake, calls, moments } = braked();
    brake.pull(60_000);
    brake.pull(1000);
    brake.pull(90_000);
    const all = calls(1);
    await clock.advance(89_999);
    expect(moments).toEqual([]);
    await clock.advance(1);
    await Promise.all(all);
  });

  it.each([null, 0])('waits a little of its own accord when LinkedIn asks for %j', async (askedMs) => {
    const { clock, brake, calls, moments } = braked();
    brake.pull(askedMs);
    const all = calls(1);
    await clock.advance(2999);
    expect(moments).toEqual([]);
    await clock.advance(1);
    await Promise.all(all);
  });

  it('halves what may run at once: once for the complaints of one pause, and never to nothing', async () => {
    const run = braked(8);
    for (const places of [4, 2, 1, 1]) {
      for (let complaints = 0; complaints < 5; complaints += 1) run.brake.pull(1000);
      await run.clock.advance(1000);
      expect(await placesOf(run)).toBe(places);
    }
  });

  it('recovers one by one, ten good answers each, and never beyond its limit', async () => {
    const run = braked(4);
    run.brake.pull(1000);
    await run.clock.advance(1000);
    for (const places of [2, 3, 4, 4, 4]) {
      expect(await placesOf(run)).toBe(places);
      for (let call = 0; call < 9; call += 1) run.brake.release();
      expect(await placesOf(run)).toBe(places);
      run.brake.release();
    }
  });

  it('counts good answers anew after each complaint', async () => {
    const run = braked(4);
    run.brake.pull(1000);
    for (let call = 0; call < 9; call += 1) run.brake.release();
    run.brake.pull(1000);
    run.brake.release();
    await run.clock.advance(1000);
    expect(await placesOf(run)).toBe(2);
  });

  it('sets the limit of a lane that comes later', async () => {
    const { clock, brake } = braked(8);
    brake.pull(1000);
    await clock.advance(1000);
    const late = new Lane(1);
    brake.hold(late);
    const entered: unknown[] = [];
    for (let key = 0; key < 8; key += 1) late.enter(key).then((leave) => entered.push(leave));
    await clock.advance(0);
    expect(entered).toHaveLength(4);
  });

  it('that is locked lets nobody through any more, and says why', async () => {
    const { clock, brake, calls, moments } = braked(2);
    const hold = gate();
    const inside = calls(2, hold.pass);
    const ends = calls(3).map((one) => caught(() => one, RunError));
    await clock.advance(0);
    const reason = limited('register', 3_600_000);
    brake.lock(reason);
    brake.lock(limited('upload', 7_200_000));
    hold.open();
    await Promise.all(inside);
    for (const error of [...(await Promise.all(ends)), await caught(() => calls(1)[0], RunError)]) {
      expect(error).toMatchObject({ code: 'RUN_STOPPED', cause: reason });
      expect(error.message).toContain(reason.message);
    }
    expect(moments).toHaveLength(2);
  });

  it('lets go at once of who is cancelled', async () => {
    const { clock, brake, cancel, calls, moments } = braked();
    brake.pull(100_000);
    const ends = Promise.allSettled(calls(3));
    await clock.advance(1000);
    const reason = new RunError('RUN_CANCELLED', 'on purpose');
    cancel.abort(reason);
    expect(await ends).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason })));
    expect([clock.waiting, moments]).toEqual([0, []]);
  });
});
