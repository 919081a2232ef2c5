// The retry loop of a run with its limiters, pause, retry budget and circuit breaker, in virtual time.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../src/errors/action-error.ts';
import { Limiter } from '../../src/limiter.ts';
import type { StatusResult } from '../../src/linkedin/session.ts';
import type { PauseInfo } from '../../src/upload/ledger.ts';
import { type CallOptions, RunLimits } from '../../src/upload/run-limits.ts';
import { broken, failed, limited, rejected, shapeless } from '../errors/failures.ts';
import { TestClock } from '../support/clock.ts';
import { fuzzed } from '../support/fuzz.ts';
import { testRun } from '../support/run.ts';

const AVAILABLE: StatusResult = { state: 'available', status: 'AVAILABLE' };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Answer = string | Error | (() => string | Error | Promise<string>);

function startRun({ concurrency = 4, random = 0.5 } = {}) {
  const clock = new TestClock({ random: () => random });
  const cancel = new AbortController();
  const stops: ActionError[] = [];
  const pauses: PauseInfo[] = [];
  const limits = new RunLimits(testRun({ clock, signal: cancel.signal }), concurrency, {
    stop: (error) => stops.push(error),
    recordPause: (pause) => pauses.push(pause),
  });
  /** The moments at which calls went out. */
  const moments: number[] = [];
  /** Starts a call that gets `answers` in order; the last one repeats. */
  const start = (answers: readonly Answer[], setup: Partial<CallOptions<string>> = {}) => {
    const file: { end: string | ActionError | undefined; tries: number } = {
      end: undefined,
      tries: 0,
    };
    const call = async () => {
      moments.push(clock.now());
      const given = answers[Math.min(file.tries, answers.length - 1)] ?? '';
      file.tries += 1;
      const answer = typeof given === 'function' ? await given() : given;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const options = {
      limiter: limits.puts,
      key: 'a',
      maxAttempts: 5,
      signal: cancel.signal,
      ...setup,
    };
    limits.call(call, options).then(
      (result) => {
        file.end = result;
      },
      (error) => {
        file.end = error;
      },
    );
    return file;
  };
  /** Starts calls that succeed at once. */
  const startMany = (count: number) =>
    Array.from({ length: count }, (_, key) => start(['done'], { key }));
  /** Lets calls fail at the same time, each in its only attempt. */
  const fail = async (count: number) => {
    for (let call = 0; call < count; call += 1)
      start([failed('upload')], { key: {}, maxAttempts: 1 });
    await clock.advance(0);
  };
  const pausesMs = () => pauses.map(({ waitMs }) => waitMs);
  return { clock, cancel, limits, stops, pauses, pausesMs, moments, start, startMany, fail };
}

describe('failed calls', () => {
  it('a failed call is retried until it succeeds, after growing delays', async () => {
    const { clock, moments, start } = startRun();
    const file = start([failed('upload'), broken('upload', 'some'), failed('upload'), 'done']);
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: 'done', tries: 4 });
    // Three quarters of 1.5, 3 and 6 s.
    expect(moments).toEqual([0, 1125, 3375, 7875]);
  });

  it.each([
    ['a server error', rejected('SERVER_FAILED', 502, 'register')],
    ['a lost response', broken('register', 'all')],
    ['a timeout', broken('register', 'all', 'NETWORK_TIMEOUT')],
  ])('a registration with %s has three attempts, after about 2 s and 8 s', async (_, error) => {
    for (const [random, first, second] of [
      [0, 1350, 5400],
      [0.5, 2025, 8100],
    ] as const) {
      const { clock, moments, start } = startRun({ random });
      start([error], { maxInDoubt: 2 });
      await clock.advance(MINUTE);
      expect(moments).toEqual([0, first, first + second]);
    }
  });

  it('a wait that LinkedIn asks for replaces the wait after a lost registration', async () => {
    const { clock, moments, start } = startRun();
    start([failed('register', 3000), 'done'], { maxInDoubt: 2 });
    await clock.advance(MINUTE);
    expect(moments).toEqual([0, 3000]);
  });

  it('a call that fails in all its attempts ends with the last error', async () => {
    const { clock, start } = startRun();
    const errors = [1, 2, 3].map(() => failed('upload'));
    const file = start(errors, { maxAttempts: 3 });
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: errors[2], tries: 3 });
  });

  it.each([
    new FileError('FILE_CHANGED', 'a.png', 'x'),
    new RunError('RUN_CANCELLED', 'x'),
    rejected('REQUEST_REFUSED', 400, 'register'),
    rejected('ACCESS_DENIED', 403, 'upload'),
    shapeless('register', 'urn:li:digitalmediaAsset:1'),
    new ActionError('INTERNAL', 'a bug'),
  ])('a call that fails for good ($code) is not retried', async (error) => {
    const { clock, stops, start } = startRun();
    const file = start([error]);
    await clock.advance(MINUTE);
    expect([file, clock.waiting, stops]).toEqual([{ end: error, tries: 1 }, 0, []]);
  });

  it('a fatal error is reported before its call releases the slot', async () => {
    const { clock, limits, stops, start } = startRun({ concurrency: 1 });
    const error = rejected('TOKEN_REFUSED', 401, 'upload');
    start([error]);
    const seen = limits.puts.acquire('next').then(() => [...stops]);
    await clock.advance(0);
    expect(await seen).toEqual([error]);
  });

  it('a failed call holds no slot while it waits for its next attempt', async () => {
    const { clock, start } = startRun({ concurrency: 1 });
    const slow = start([failed('upload', 60_000), 'done']);
    const other = start(['other'], { key: 'b' });
    await clock.advance(0);
    expect([slow.end, other.end]).toEqual([undefined, 'other']);
  });

  it.each(['the run', 'the call'])(
    'the waits of a call end at once with the signal of %s',
    async (whose) => {
      const { clock, cancel, start } = startRun();
      const own = whose === 'the run' ? cancel : new AbortController();
      const calls = [
        start([failed('upload', 60_000)], { signal: own.signal }),
        start([limited('upload', 90_000)], { signal: own.signal }),
      ];
      await clock.advance(10);
      // It waits for the end of the pause.
      calls.push(start(['done'], { signal: own.signal }));
      const reason = new RunError('RUN_CANCELLED', 'on purpose');
      own.abort(reason);
      await clock.advance(0);
      calls.push(start(['done'], { signal: own.signal }));
      await clock.advance(0);
      expect(calls.map(({ end }) => end)).toEqual(calls.map(() => reason));
      expect(calls.map(({ tries }) => tries)).toEqual([1, 1, 0, 0]);
      expect(clock.waiting).toBe(0);
    },
  );

  it('an error that would end the run changes nothing after the run was cancelled', async () => {
    const { clock, cancel, limits, stops } = startRun();
    const reading = limits.withReadSlot(async () => {
      cancel.abort(new RunError('RUN_CANCELLED', 'x'));
      return { state: 'unread', error: limited('status', HOUR) };
    });
    await clock.advance(0);
    await reading;
    expect(stops).toEqual([]);
  });
});

describe('Retry-After', () => {
  it.each([37_123, 120_000])('a Retry-After of %i ms is waited for exactly', async (ms) => {
    // The longest backoff would be later, the shortest earlier.
    for (const random of [0, 0.999])
      for (const error of [failed('upload', ms), limited('upload', ms)]) {
        const { clock, moments, start } = startRun({ random });
        start([error, 'done']);
        await clock.advance(HOUR);
        expect(moments).toEqual([0, ms]);
      }
  });

  it.each([120_001, 8.64e15])(
    'a Retry-After of %i ms, more than two minutes, fails the call',
    async (ms) => {
      for (const error of [failed('upload', ms), limited('upload', ms)]) {
        const { clock, start } = startRun();
        const file = start([error, 'done']);
        await clock.advance(0);
        expect([file, clock.waiting]).toEqual([{ end: error, tries: 1 }, 0]);
      }
    },
  );

  it.each([0, null])('a Retry-After of %j is replaced by a backoff delay', async (ms) => {
    const { clock, moments, pausesMs, start } = startRun();
    start([limited('upload', ms), 'done']);
    await clock.advance(MINUTE);
    expect([moments[0], pausesMs()]).toEqual([0, [1500]]);
    expect(moments[1]).toBeGreaterThanOrEqual(1500);
  });
});

describe('pause of a run', () => {
  it('a rate limit pauses all calls for as long as LinkedIn asks, and those that wait take no slot', async () => {
    const { clock, limits, moments, start, startMany } = startRun();
    const slow = Promise.withResolvers<string>();
    start([limited('upload', 30_000), 'done']);
    // They had a slot, or waited for one, when the pause began.
    for (let call = 0; call < 6; call += 1) start([() => slow.promise], { key: { call } });
    await clock.advance(0);
    slow.resolve('done');
    startMany(20);
    await clock.advance(1000);
    (await limits.puts.acquire('a call without limits'))();
    await clock.advance(MINUTE);
    expect(moments).toEqual([...Array(4).fill(0), ...Array(24).fill(30_000)]);
  });

  it('the longest of several requested pauses applies, and the pause is reported once', async () => {
    const { clock, moments, pauses, start, startMany } = startRun();
    const errors = [60_000, 1000, 90_000].map((ms) => limited('upload', ms));
    for (const [key, error] of errors.entries()) start([error], { key, maxAttempts: 1 });
    await clock.advance(0);
    startMany(1);
    await clock.advance(89_999);
    expect([moments.length, pauses]).toEqual([3, [{ error: errors[0], waitMs: 60_000 }]]);
    await clock.advance(1);
    expect(moments[3]).toBe(90_000);
  });

  it('each further rate limit lengthens the pause until a call succeeds', async () => {
    const { clock, pausesMs, start } = startRun();
    const error = limited('upload', 1000);
    start([...Array(6).fill(error), 'done']);
    await clock.advance(HOUR);
    start([error, 'done']);
    await clock.advance(HOUR);
    expect(pausesMs()).toEqual([1000, 3000, 6000, 12_000, 15_000, 15_000, 1000]);
  });

  it('a rate limit of a call that began before a pause belongs to that pause, however late its response comes', async () => {
    const { clock, pausesMs, start } = startRun();
    const late = Promise.withResolvers<string>();
    start([() => late.promise, 'done']);
    start([limited('upload', 1000), 'done'], { key: 'b' });
    await clock.advance(5000);
    late.reject(limited('upload', 1000));
    await clock.advance(MINUTE);
    expect(pausesMs()).toEqual([1000]);
  });

  it('the tenth failure in a row pauses all calls, and fewer failures do not', async () => {
    const { clock, moments, pausesMs, startMany, fail } = startRun();
    await fail(9);
    startMany(1);
    await fail(9);
    expect(pausesMs()).toEqual([]);
    await fail(1);
    startMany(1);
    await clock.advance(MINUTE);
    expect([pausesMs(), moments.at(-2), moments.at(-1)]).toEqual([[1500], 0, 1500]);
  });

  it('an outage pauses all calls for ever longer, and a success ends it', async () => {
    const { clock, pausesMs, startMany, fail } = startRun();
    await fail(9);
    for (const ms of [1500, 3000, 6000, 12_000]) {
      // The others were under way, and belong to the pause that the first one begins.
      await fail(3);
      await clock.advance(ms);
    }
    expect(pausesMs()).toEqual([1500, 3000, 6000, 12_000]);
    startMany(1);
    await fail(9);
    expect(pausesMs()).toHaveLength(4);
  });

  it('a rate limit that a run cannot wait for rejects waiting and new calls with RUN_STOPPED and the first reason', async () => {
    const { clock, moments, start, startMany } = startRun({ concurrency: 2 });
    const reason = limited('register', HOUR);
    start([reason]);
    start([limited('upload', 2 * HOUR)]);
    const waiting = startMany(3);
    await clock.advance(0);
    for (const { end } of [...waiting, ...startMany(1)].slice(0, 3)) {
      expect(end).toMatchObject({ code: 'RUN_STOPPED', cause: reason });
      expect(end).toHaveProperty('message', expect.stringContaining(reason.message));
    }
    await clock.advance(HOUR);
    expect(moments).toHaveLength(2);
  });
});

describe('retry budget of a run', () => {
  it.each([
    ['503', failed('upload')],
    ['broken connections', broken('upload', 'some')],
    ['timeouts', broken('upload', 'nothing', 'NETWORK_TIMEOUT')],
  ])(
    'the retry budget bounds the requests of a full outage by %s, however many calls there are',
    async (_, error) => {
      for (const concurrency of [1, 8, 64]) {
        const { clock, start } = startRun({ concurrency });
        const files = Array.from({ length: 500 }, (_, key) =>
          start([error], { key, maxAttempts: 1000 }),
        );
        const spent = () => files.find(({ end }) => end !== undefined)?.end;
        while (spent() === undefined && clock.now() < HOUR) await clock.advance(1000);
        expect(spent()).toMatchObject({ code: 'RETRIES_SPENT', cause: { code: error.code } });
        expect(spent()).toHaveProperty('message', expect.stringContaining(error.message));
        const tries = files.reduce((sum, file) => sum + file.tries, 0);
        // Ten failures in a row, and the calls in flight, begin the outage. Each pause lets one call try.
        expect(tries).toBeLessThanOrEqual(10 + concurrency + 11);
        // The run survives an outage of half a minute.
        expect(clock.now()).toBeGreaterThan(30_000);
      }
    },
  );

  it.each([
    ['a moment of reset connections', broken('upload', 'some'), 1],
    ['half a second of 503', failed('upload'), 500],
    ['five seconds of 503', failed('upload'), 5000],
    ['half a second of timeouts', broken('upload', 'nothing', 'NETWORK_TIMEOUT'), 500],
    ['0.3 s of 429 that asks for 2 s', limited('upload', 2000), 300],
    ['ten seconds of 429 that asks for 1 s', limited('upload', 1000), 10_000],
    ['ten seconds of 429 that asks for nothing', limited('upload'), 10_000],
  ])('a run survives %s at any concurrency and number of calls', async (_, error, untilMs) => {
    for (const concurrency of [1, 8, 64])
      for (const random of [0, 0.5, 0.999]) {
        const { clock, limits, start, stops } = startRun({ concurrency, random });
        const answer = () => (clock.now() < untilMs ? error : 'done');
        const files = Array.from({ length: 150 }, (_, key) => start([answer], { key }));
        const reads = Array.from({ length: 50 }, () => limits.withReadSlot(async () => AVAILABLE));
        await clock.advance(HOUR);
        await Promise.all(reads);
        expect(new Set(files.map(({ end }) => end))).toEqual(new Set(['done']));
        expect(stops).toEqual([]);
      }
  });

  it('events exhaust the retry budget, however many calls fail in one, and calls that succeed at once refill it', async () => {
    const { clock, start, startMany } = startRun({ concurrency: 8 });
    const event = async () => {
      const files = Array.from({ length: 8 }, (_, key) =>
        start([failed('upload'), 'done'], { key }),
      );
      await clock.advance(MINUTE);
      return files.find(({ end }) => end !== 'done')?.end;
    };
    for (let count = 0; count < 10; count += 1) expect(await event()).toBeUndefined();
    expect(await event()).toMatchObject({ code: 'RETRIES_SPENT' });
    startMany(20);
    await clock.advance(0);
    expect(await event()).toBeUndefined();
  });

  it('the retry budget never allows more events than ten plus a tenth of the successful calls', async () => {
    // So many successes that the budget is spent late, if it is.
    const step = fc.constantFrom(...Array<string>(9).fill('success'), 'failure', 'pause');
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 1000, size: 'max' }), async (steps) => {
        const { clock, limits, start } = startRun();
        let [events, successes] = [0, 0];
        for (const one of steps) {
          const own = new AbortController();
          const fails = () => {
            // Ends the call after one attempt: a rate limit is not counted as one.
            own.abort();
            return one === 'failure' ? failed('upload') : limited('upload', 1000);
          };
          // In a limiter of its own, failures in a row are no outage.
          const setup = { limiter: new Limiter(1), signal: own.signal };
          start([one === 'success' ? 'done' : fails], setup);
          await clock.advance(1000);
          if (one === 'success') successes += 1;
          else if (limits.lastError(failed('upload')) === null) {
            events += 1;
            expect(events).toBeLessThanOrEqual(10 + successes / 10);
          }
        }
      }),
      fuzzed(30),
    );
  });

  it('a failed status read charges the retry budget once, however many files it covers', async () => {
    const { clock, limits } = startRun();
    const error = failed('status');
    const unread: StatusResult = { state: 'unread', error };
    const failingRead = async () => {
      await limits.withReadSlot(async () => Array.from({ length: 100 }, () => unread));
      await clock.advance(MINUTE);
      return limits.lastError(error);
    };
    for (let event = 0; event < 10; event += 1) expect(await failingRead()).toBeNull();
    // The tenth failure in a row has charged a pause instead of a failure.
    expect(await failingRead()).toMatchObject({ code: 'RETRIES_SPENT', cause: error });
    for (let call = 0; call < 20; call += 1)
      await limits.withReadSlot(async () => [AVAILABLE, unread]);
    expect(limits.lastError(error)).toBeNull();
  });

  it('a lasting rate limit ends with its own error when the retry budget is exhausted', async () => {
    const { clock, start } = startRun();
    const error = limited('upload', 1000);
    const file = start([error], { maxAttempts: 3 });
    await clock.advance(HOUR);
    expect(file).toEqual({ end: error, tries: 11 });
  });
});

describe('lost responses', () => {
  const lost = broken('upload', 'all');
  const refused = rejected('REQUEST_REFUSED', 409, 'complete');
  const denied = rejected('REQUEST_REFUSED', 400, 'upload');
  const dead = rejected('TOKEN_REFUSED', 401, 'status');

  it.each<
    [
      what: string,
      answers: Answer[],
      found: (string | Error | null)[],
      end: unknown,
      tries: number,
      probes: number,
    ]
  >([
    ['whose response is lost ends when its probe finds the result', [lost], ['seen'], 'seen', 1, 1],
    [
      'whose response is lost is repeated when its probe finds nothing',
      [lost, lost, 'done'],
      [null],
      'done',
      3,
      2,
    ],
    [
      'is probed after a rejection too, which it may have caused',
      [lost, refused],
      [null, 'seen'],
      'seen',
      2,
      2,
    ],
    ['ends with a fatal error of its probe', [lost, 'done'], [dead], dead, 1, 1],
    [
      'is repeated after another error of its probe',
      [lost, 'done'],
      [failed('status')],
      'done',
      2,
      1,
    ],
    ['is repeated after a bug of its probe', [lost, 'done'], [new TypeError('x')], 'done', 2, 1],
    [
      'is not probed if it was not sent',
      [broken('upload', 'nothing'), 'done'],
      ['seen'],
      'done',
      2,
      0,
    ],
    [
      'is not probed if it was sent in part',
      [broken('upload', 'some'), 'done'],
      ['seen'],
      'done',
      2,
      0,
    ],
    ['is not probed if it had a response', [failed('upload'), denied], ['seen'], denied, 2, 0],
  ])('a failed call %s', async (_, answers, found, end, tries, probes) => {
    const { clock, start } = startRun();
    let made = 0;
    const probe = async () => {
      const one = found[Math.min(made, found.length - 1)] ?? null;
      made += 1;
      if (one instanceof Error) throw one;
      return one;
    };
    const file = start(answers, { probe });
    await clock.advance(MINUTE);
    expect([file, made, clock.waiting]).toEqual([{ end, tries }, probes, 0]);
  });

  it('each lost response is reported, and lost responses have a lower limit of attempts', async () => {
    const { clock, start } = startRun();
    let reported = 0;
    const onInDoubt = () => {
      reported += 1;
    };
    const file = start([broken('register', 'all')], { maxInDoubt: 2, onInDoubt });
    await clock.advance(MINUTE);
    expect([file.tries, reported]).toEqual([3, 3]);
    const unsent = start([broken('register', 'nothing')], { maxInDoubt: 2, onInDoubt });
    await clock.advance(MINUTE);
    expect([unsent.tries, reported]).toEqual([5, 3]);
  });
});
