// The retry budget of a run, and the pause of all its calls after a rate limit or in an outage.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ActionError, RunError } from '../../src/errors/action-error.ts';
import { Limiter } from '../../src/limiter.ts';
import { type PauseInfo, RunLimits } from '../../src/upload/run-limits.ts';
import { failed, limited } from '../errors/failures.ts';
import { caught } from '../support/caught.ts';
import { TestClock } from '../support/clock.ts';
import { fuzzed } from '../support/fuzz.ts';

/** A promise that stays pending until the test opens it. */
function gate() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { pass: () => promise, open: () => resolve() };
}

describe('retry budget', () => {
  const EVENT_MS = 1000;
  /** A run whose clock the test sets. Each call has a limiter of its own, so that failures in a row are no outage. */
  const startBudget = () => {
    let timeMs = 0;
    const clock = Object.assign(new TestClock(), { now: () => timeMs, sleep: async () => {} });
    const { signal } = new AbortController();
    const run = new RunLimits({ concurrency: 1, clock, signal, onFatal: () => {}, onPause: () => {} });
    /** A call that begins at `startedMs` and ends at `nowMs`. */
    const call = async (startedMs: number, nowMs: number, error: ActionError | null) => {
      timeMs = startedMs;
      // Ends the call after one attempt: a rate limit is not counted as one.
      const own = new AbortController();
      const send = async () => {
        timeMs = nowMs;
        own.abort();
        if (error !== null) throw error;
      };
      const options = { limiter: new Limiter(1), key: send, maxAttempts: 1, signal: own.signal };
      await run.call(send, options).catch(() => {});
    };
    const fail = (startedMs: number, nowMs = startedMs) => call(startedMs, nowMs, failed('upload'));
    const pauseAll = (startedMs: number, ms: number) => call(startedMs, startedMs, limited('upload', ms));
    const isSpent = () => run.lastError(failed('upload')) !== null;
    return { fail, pauseAll, succeed: (atMs: number) => call(atMs, atMs, null), isSpent };
  };
  const eventsUntilSpent = async ({ isSpent, fail }: ReturnType<typeof startBudget>, fromMs: number) => {
    let events = 0;
    for (; !isSpent() && events < 100; events += 1) await fail(fromMs + events * EVENT_MS);
    return events;
  };

  it('the retry budget charges once for all calls that fail within one second', async () => {
    const budget = startBudget();
    for (let call = 0; call < 1000; call += 1) await budget.fail(0, call % EVENT_MS);
    expect(await eventsUntilSpent(budget, 1000)).toBe(10);
  });

  it('the retry budget charges once for a pause and nothing for calls that began within it', async () => {
    const budget = startBudget();
    await budget.pauseAll(0, 60_000);
    for (let call = 0; call < 1000; call += 1) await budget.fail(60_000, 60_000);
    expect(await eventsUntilSpent(budget, 61_000)).toBe(9);
  });

  it('the retry budget never allows more events than ten plus a tenth of the successful calls', async () => {
    // So many successes that the budget is spent late, if it is.
    const step = fc.constantFrom(...Array<string>(9).fill('success'), 'failure', 'pause');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 1000, size: 'max' }), async (steps) => {
        const budget = startBudget();
        let [events, successes, nowMs] = [0, 0, 0];
        for (const step of steps) {
          nowMs += EVENT_MS;
          if (step === 'success') {
            await budget.succeed(nowMs);
            successes += 1;
            continue;
          }
          if (step === 'failure') await budget.fail(nowMs);
          else await budget.pauseAll(nowMs, EVENT_MS);
          if (budget.isSpent()) continue;
          events += 1;
          expect(events).toBeLessThanOrEqual(10 + successes / 10);
        }
      }),
      fuzzed(100),
    );
  });
});

/** A run with one limiter, and the moments at which calls got a slot. */
function startRun(limit = 8, random = () => 0.5) {
  const clock = new TestClock({ random });
  const pauses: PauseInfo[] = [];
  const cancel = new AbortController();
  const run = new RunLimits({
    ...{ concurrency: 1, clock, signal: cancel.signal },
    onFatal: () => {},
    onPause: (info) => pauses.push(info),
  });
  const limiter = new Limiter(limit);
  const moments: number[] = [];
  /** A call with one attempt, also after a rate limit, which is not counted as one. */
  const send = async (key: unknown, work: () => Promise<unknown>) => {
    const own = new AbortController();
    const call = async () => {
      moments.push(clock.now());
      await work().catch((error) => {
        own.abort(error);
        throw error;
      });
    };
    const signal = AbortSignal.any([cancel.signal, own.signal]);
    await run.call(call, { limiter, key, maxAttempts: 1, signal });
  };
  const calls = (count: number, work: () => Promise<unknown> = async () => {}) =>
    Array.from({ length: count }, (_, key) => send(key, work));
  /** A call that begins now, and fails when the returned function is called: with the pause that the failure begins, or null. */
  const begin = async () => {
    const end = Promise.withResolvers<never>();
    const ended = send(end, () => end.promise).catch(() => {});
    await clock.advance(0);
    return async (error: ActionError) => {
      const before = pauses.length;
      end.reject(error);
      await ended;
      return pauses[before]?.waitMs ?? null;
    };
  };
  const fail = async (error: ActionError) => await (await begin())(error);
  return { clock, limiter, cancel, moments, calls, begin, fail };
}

/** The number of calls that may run at once. */
async function slotsOf({ calls, moments, clock }: ReturnType<typeof startRun>): Promise<number> {
  const before = moments.length;
  const hold = gate();
  const visitors = calls(20, hold.pass);
  await clock.advance(0);
  const slots = moments.length - before;
  hold.open();
  await Promise.all(visitors);
  return slots;
}

describe('pause of a run', () => {
  it('a rate limit pauses all calls for exactly as long as LinkedIn asks', async () => {
    const { clock, fail, calls, moments } = startRun();
    await fail(limited('upload', 30_000));
    const all = calls(20);
    await clock.advance(29_999);
    expect(moments).toEqual([0]);
    await clock.advance(1);
    await Promise.all(all);
    expect(new Set(moments.slice(1))).toEqual(new Set([30_000]));
  });

  it('a pause also holds back calls that waited for a slot when it began', async () => {
    const { clock, begin, calls, moments } = startRun(2);
    const end = await begin();
    const hold = gate();
    const inside = calls(1, hold.pass);
    const waiting = calls(10);
    await clock.advance(0);
    await end(limited('upload', 5000));
    hold.open();
    await Promise.all(inside);
    await clock.advance(4999);
    expect(moments).toHaveLength(2);
    await clock.advance(1);
    await Promise.all(waiting);
    expect(moments.slice(2)).toEqual(Array.from({ length: 10 }, () => 5000));
  });

  it('calls that wait for the end of a pause take no slot', async () => {
    const { clock, fail, limiter, calls } = startRun(2);
    await fail(limited('upload', 5000));
    const all = calls(10);
    await clock.advance(1000);
    const leave = await limiter.acquire('a call without limits');
    leave();
    await clock.advance(4000);
    await Promise.all(all);
  });

  it('the longest of several requested pauses applies', async () => {
    const { clock, begin, calls, moments } = startRun();
    for (const [index, end] of [await begin(), await begin(), await begin()].entries())
      await end(limited('upload', [60_000, 1000, 90_000][index] ?? 0));
    const all = calls(1);
    await clock.advance(89_999);
    expect(moments).toHaveLength(3);
    await clock.advance(1);
    await Promise.all(all);
  });

  it.each([null, 0])(
    'a rate limit that asks for a pause of %j pauses for a backoff delay',
    async (askedMs) => {
      const { clock, fail, calls, moments } = startRun();
      await fail(limited('upload', askedMs));
      const all = calls(1);
      await clock.advance(1499);
      expect(moments).toHaveLength(1);
      await clock.advance(1);
      await Promise.all(all);
    },
  );

  it('each further rate limit lengthens the pause until a call succeeds', async () => {
    const { clock, fail, calls } = startRun();
    const pauses: (number | null)[] = [];
    for (let count = 0; count < 6; count += 1) {
      pauses.push(await fail(limited('upload', 1000)));
      await clock.advance(100_000);
    }
    expect(pauses).toEqual([1000, 3000, 6000, 12_000, 15_000, 15_000]);
    await Promise.all(calls(1));
    expect(await fail(limited('upload', 1000))).toBe(1000);
  });

  it('a rate limit of a call that began before a pause belongs to that pause, however late its response comes', async () => {
    const { clock, begin, fail } = startRun(8);
    const end = await begin();
    await fail(limited('upload', 1000));
    await clock.advance(5000);
    expect(await end(limited('upload', 1000))).toBeNull();
  });

  it('the tenth failure in a row pauses all calls, and fewer failures do not', async () => {
    const run = startRun(8);
    const fail = () => run.fail(failed('upload'));
    for (let failure = 0; failure < 9; failure += 1) expect(await fail()).toBeNull();
    await Promise.all(run.calls(1));
    for (let failure = 0; failure < 9; failure += 1) expect(await fail()).toBeNull();
    expect(await fail()).toBe(1500);
    const all = run.calls(1);
    const before = run.moments.length;
    await run.clock.advance(1499);
    expect(run.moments).toHaveLength(before);
    await run.clock.advance(1);
    await Promise.all(all);
    expect(await slotsOf(run)).toBe(8);
  });

  it('an outage pauses all calls for ever longer, and a success ends it', async () => {
    const run = startRun(100);
    const fail = () => run.fail(failed('upload'));
    for (let failure = 0; failure < 9; failure += 1) await fail();
    for (const pauseMs of [1500, 3000, 6000, 12_000]) {
      const others = [await run.begin(), await run.begin()];
      expect(await fail()).toBe(pauseMs);
      for (const end of others) expect(await end(failed('upload'))).toBeNull();
      await run.clock.advance(pauseMs);
    }
    await Promise.all(run.calls(1));
    expect(await fail()).toBeNull();
  });

  it('a rate limit that a run cannot wait for rejects waiting and new calls with RUN_STOPPED and the first reason', async () => {
    const { clock, begin, calls, moments } = startRun(2);
    const first = await begin();
    const second = await begin();
    const ends = calls(3).map((one) => caught(() => one, RunError));
    await clock.advance(0);
    const reason = limited('register', 3_600_000);
    await first(reason);
    await second(limited('upload', 7_200_000));
    for (const error of [...(await Promise.all(ends)), await caught(() => calls(1)[0], RunError)]) {
      expect(error).toMatchObject({ code: 'RUN_STOPPED', cause: reason });
      expect(error.message).toContain(reason.message);
    }
    expect(moments).toHaveLength(2);
  });

  it('a cancelled run rejects the calls that wait for the end of a pause at once', async () => {
    const { clock, fail, cancel, calls, moments } = startRun();
    await fail(limited('upload', 100_000));
    const ends = Promise.allSettled(calls(3));
    await clock.advance(1000);
    const reason = new RunError('RUN_CANCELLED', 'on purpose');
    cancel.abort(reason);
    expect(await ends).toEqual([1, 2, 3].map(() => ({ status: 'rejected', reason })));
    expect([clock.waiting, moments]).toEqual([0, [0]]);
  });
});
