// The retry budget of a run, and the shared pause of all files after a rate limit or an outage.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActionError, RunError } from '../../../src/errors/action-error.ts';
import { Limiter } from '../../../src/limiter.ts';
import { type PauseInfo, SharedPause } from '../../../src/upload/retry/shared-pause.ts';
import { failed, limited } from '../../errors/failures.ts';
import { caught } from '../../support/caught.ts';
import { TestClock } from '../../support/clock.ts';

/** A promise that stays pending until the test opens it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { pass: () => promise, open: () => resolve() };
}

describe('retry budget', () => {
  const EVENT_MS = 1000;
  /** Each call has a limiter of its own, so that failures in a row are no outage. */
  const startBudget = () => {
    let timeMs = 0;
    const clock = Object.assign(new TestClock(), { now: () => timeMs });
    const pause = new SharedPause({ clock, onPause: () => {} });
    const call = (startedMs: number, nowMs = startedMs) => {
      timeMs = nowMs;
      return { limiter: new Limiter(1), startedMs };
    };
    const fail = (startedMs: number, nowMs?: number) =>
      pause.recordFailedCall(failed('upload'), call(startedMs, nowMs));
    const pauseAll = (startedMs: number, ms: number) =>
      pause.recordFailedCall(limited('upload', ms), call(startedMs));
    return { pause, fail, pauseAll, succeed: () => pause.recordSuccess(new Limiter(1)) };
  };
  const eventsUntilSpent = ({ pause, fail }: ReturnType<typeof startBudget>, fromMs: number) => {
    let events = 0;
    for (; !pause.isBudgetSpent && events < 100; events += 1) fail(fromMs + events * EVENT_MS);
    return events;
  };

  it('the retry budget charges once for all calls that fail within one second', () => {
    const budget = startBudget();
    for (let call = 0; call < 10_000; call += 1) budget.fail(0, call % EVENT_MS);
    expect(eventsUntilSpent(budget, 1000)).toBe(10);
  });

  it('the retry budget charges once for a pause and nothing for calls that began within it', () => {
    const budget = startBudget();
    budget.pauseAll(0, 60_000);
    for (let call = 0; call < 10_000; call += 1) budget.fail(59_999, 70_000);
    expect(eventsUntilSpent(budget, 60_000)).toBe(10);
  });

  it('the retry budget never allows more events than ten plus a tenth of the successful calls', () => {
    // So many successes that the budget is spent late, if it is.
    const step = fc.constantFrom(...Array<string>(9).fill('success'), 'failure', 'pause');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 2000, size: 'max' }), (steps) => {
        const budget = startBudget();
        let [events, successes, nowMs] = [0, 0, 0];
        for (const step of steps) {
          nowMs += EVENT_MS;
          if (step === 'success') {
            budget.succeed();
            successes += 1;
            continue;
          }
          if (step === 'failure') budget.fail(nowMs);
          else budget.pauseAll(nowMs, EVENT_MS);
          if (budget.pause.isBudgetSpent) continue;
          events += 1;
          expect(events).toBeLessThanOrEqual(10 + successes / 10);
        }
      }),
    );
  });
});

/** Runs `task` in a slot of the shared pause. */
async function inside(
  pause: SharedPause,
  turn: Parameters<SharedPause['acquire']>[0],
  task: () => Promise<unknown>,
) {
  const leave = await pause.acquire(turn);
  try {
    await task();
  } finally {
    leave();
  }
}

/** A shared pause over one limiter, and the moments at which calls got a slot. */
function startPause(limit = 8, random = () => 0.5) {
  const clock = new TestClock({ random });
  const pauses: PauseInfo[] = [];
  const pause = new SharedPause({
    clock,
    onPause: (info) => pauses.push(info),
  });
  const limiter = new Limiter(limit);
  /** The pause that the error begins, in milliseconds; null without one. */
  const record = (error: ActionError, startedMs = clock.now()) => {
    const before = pauses.length;
    pause.recordFailedCall(error, { limiter, startedMs });
    return pauses[before]?.waitMs ?? null;
  };
  const pauseAll = (requestedMs: number | null, startedMs?: number) =>
    record(limited('upload', requestedMs), startedMs);
  const fail = () => record(failed('upload'));
  const succeed = () => pause.recordSuccess(limiter);
  const cancel = new AbortController();
  const moments: number[] = [];
  const calls = (count: number, work: () => Promise<unknown> = async () => {}) =>
    Array.from({ length: count }, (_, key) =>
      inside(pause, { limiter, key, signal: cancel.signal }, async () => {
        moments.push(clock.now());
        await work();
      }),
    );
  return { clock, pause, limiter, cancel, moments, calls, record, pauseAll, fail, succeed };
}

/** The number of calls that may run at once. */
async function slotsOf({ calls, moments, clock }: ReturnType<typeof startPause>): Promise<number> {
  const before = moments.length;
  const hold = gate();
  const visitors = calls(20, hold.pass);
  await clock.advance(0);
  const slots = moments.length - before;
  hold.open();
  await Promise.all(visitors);
  return slots;
}

describe('shared pause', () => {
  it('the shared pause lets all calls run while there is no rate limit', async () => {
    const { calls, moments } = startPause();
    await Promise.all(calls(20));
    expect(moments).toEqual(Array.from({ length: 20 }, () => 0));
  });

  it('the shared pause pauses all calls for exactly as long as LinkedIn asks', async () => {
    const { clock, pauseAll, calls, moments } = startPause();
    pauseAll(30_000);
    const all = calls(20);
    await clock.advance(29_999);
    expect(moments).toEqual([]);
    await clock.advance(1);
    await Promise.all(all);
    expect(new Set(moments)).toEqual(new Set([30_000]));
  });

  it('a pause also holds back calls that waited for a slot when it began', async () => {
    const { clock, pauseAll, calls, moments } = startPause(2);
    const hold = gate();
    const inside = calls(2, hold.pass);
    const waiting = calls(10);
    await clock.advance(0);
    pauseAll(5000);
    hold.open();
    await Promise.all(inside);
    await clock.advance(4999);
    expect(moments).toHaveLength(2);
    await clock.advance(1);
    await Promise.all(waiting);
    expect(moments.slice(2)).toEqual(Array.from({ length: 10 }, () => 5000));
  });

  it('calls that wait for the end of a pause take no slot', async () => {
    const { clock, pauseAll, limiter, calls } = startPause(2);
    pauseAll(5000);
    const all = calls(10);
    await clock.advance(1000);
    const leave = await limiter.acquire('a call without the shared pause');
    leave();
    await clock.advance(4000);
    await Promise.all(all);
  });

  it('the longest of several requested pauses applies', async () => {
    const { clock, pauseAll, calls, moments } = startPause();
    pauseAll(60_000);
    pauseAll(1000);
    pauseAll(90_000);
    const all = calls(1);
    await clock.advance(89_999);
    expect(moments).toEqual([]);
    await clock.advance(1);
    await Promise.all(all);
  });

  it.each([null, 0])(
    'the shared pause pauses for a backoff delay when LinkedIn asks for a pause of %j',
    async (requestedMs) => {
      const { clock, pauseAll, calls, moments } = startPause();
      pauseAll(requestedMs);
      const all = calls(1);
      await clock.advance(1499);
      expect(moments).toEqual([]);
      await clock.advance(1);
      await Promise.all(all);
    },
  );

  it('each further rate limit lengthens the pause until a call succeeds', () => {
    const { pauseAll, succeed } = startPause();
    const pauses = [1, 2, 3, 4, 5, 6].map((count) => pauseAll(1000, count * 100_000));
    expect(pauses).toEqual([1000, 3000, 6000, 12_000, 15_000, 15_000]);
    succeed();
    expect(pauseAll(1000, 1e9)).toBe(1000);
  });

  it('a rate limit of a call that began before a pause belongs to that pause, however late its response comes', async () => {
    const run = startPause(8);
    run.pauseAll(1000);
    await run.clock.advance(5000);
    expect(run.pauseAll(1000, 500)).toBeNull();
  });

  it('a late rate limit without Retry-After leaves the calls of the next pause to that pause', async () => {
    const run = startPause(8);
    run.pauseAll(1000);
    await run.clock.advance(2000);
    const sinceThePause = run.clock.now();
    await run.clock.advance(1000);
    for (const requestedMs of [null, 0]) expect(run.pauseAll(requestedMs, 0)).toBeNull();
    expect(run.pauseAll(null, sinceThePause)).not.toBeNull();
  });

  it('the tenth failure in a row pauses all calls, and fewer failures do not', async () => {
    const run = startPause(8);
    for (let failure = 0; failure < 9; failure += 1) expect(run.fail()).toBeNull();
    run.succeed();
    for (let failure = 0; failure < 9; failure += 1) expect(run.fail()).toBeNull();
    expect(await slotsOf(run)).toBe(8);
    expect(run.fail()).toBe(1500);
    const all = run.calls(1);
    const before = run.moments.length;
    await run.clock.advance(1499);
    expect(run.moments).toHaveLength(before);
    await run.clock.advance(1);
    await Promise.all(all);
  });

  it('an outage pauses all calls for ever longer, and a success ends it', async () => {
    const run = startPause(8);
    for (let failure = 0; failure < 9; failure += 1) run.fail();
    for (const pauseMs of [1500, 3000, 6000, 12_000]) {
      expect(run.fail()).toBe(pauseMs);
      for (let failure = 0; failure < 20; failure += 1) expect(run.fail()).toBeNull();
      await run.clock.advance(pauseMs);
      expect(await slotsOf(run)).toBe(8);
    }
    run.succeed();
    expect(run.fail()).toBeNull();
  });

  it('a stopped pause rejects waiting and new calls with RUN_STOPPED and the first reason', async () => {
    const { clock, record, calls, moments } = startPause(2);
    const hold = gate();
    const inside = calls(2, hold.pass);
    const ends = calls(3).map((one) => caught(() => one, RunError));
    await clock.advance(0);
    const reason = limited('register', 3_600_000);
    const later = limited('upload', 7_200_000);
    for (const error of [reason, later]) record(error);
    hold.open();
    await Promise.all(inside);
    for (const error of [...(await Promise.all(ends)), await caught(() => calls(1)[0], RunError)]) {
      expect(error).toMatchObject({ code: 'RUN_STOPPED', cause: reason });
      expect(error.message).toContain(reason.message);
    }
    expect(moments).toHaveLength(2);
  });

  it('a cancelled run rejects the calls that wait for the end of a pause at once', async () => {
    const { clock, pauseAll, cancel, calls, moments } = startPause();
    pauseAll(100_000);
    const ends = Promise.allSettled(calls(3));
    await clock.advance(1000);
    const reason = new RunError('RUN_CANCELLED', 'on purpose');
    cancel.abort(reason);
    expect(await ends).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason })));
    expect([clock.waiting, moments]).toEqual([0, []]);
  });
});
