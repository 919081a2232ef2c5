// The retry loop of a run with its limiters, pause, retry budget and circuit breaker, in virtual time.

import { describe, expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../src/errors/action-error.ts';
import type { StatusResult } from '../../src/linkedin/session.ts';
import { type CallOptions, type PauseInfo, RunLimits } from '../../src/upload/run-limits.ts';
import { broken, failed, limited, rejected, shapeless } from '../errors/failures.ts';
import { TestClock } from '../support/clock.ts';

const AVAILABLE: StatusResult = { state: 'available', status: 'AVAILABLE' };

type Answer = string | Error | (() => string | Error);
type Setup = Partial<Omit<CallOptions<string>, 'limiter' | 'key'>> & {
  readonly key?: string;
  readonly signal?: AbortSignal;
};

function startRun({
  concurrency = 4,
  random = () => 0.5,
}: {
  concurrency?: number;
  random?: () => number;
} = {}) {
  const clock = new TestClock({ random });
  const cancel = new AbortController();
  const stops: ActionError[] = [];
  const pauses: PauseInfo[] = [];
  const limits = new RunLimits({
    concurrency,
    clock,
    signal: cancel.signal,
    onFatal: (error) => stops.push(error),
    onPause: (pause) => pauses.push(pause),
  });
  /** The moments at which calls went out. */
  const moments: number[] = [];
  /** Starts a call that gets `answers` in order; the last one repeats. */
  const start = (answers: readonly Answer[], setup: Setup = {}) => {
    const { key = 'a', maxAttempts = 5, signal = cancel.signal, ...more } = setup;
    const file: { end: string | ActionError | undefined; tries: number } = { end: undefined, tries: 0 };
    const call = async () => {
      moments.push(clock.now());
      const given = answers[Math.min(file.tries, answers.length - 1)] ?? '';
      const answer = typeof given === 'function' ? given() : given;
      file.tries += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    const options = { limiter: limits.puts, key, maxAttempts, ...more };
    limits.call(call, { ...options, signal }).then(
      (result) => {
        file.end = result;
      },
      (error) => {
        file.end = error;
      },
    );
    return file;
  };
  return { clock, cancel, limits, stops, pauses, moments, start };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

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
    for (const [random, ms] of [
      [0, [1350, 5400]],
      [0.5, [2025, 8100]],
    ] as const) {
      const { clock, moments, start } = startRun({ random: () => random });
      const file = start([error], { maxLostResponses: 2 });
      await clock.advance(MINUTE);
      expect(file.tries).toBe(3);
      expect(moments).toEqual([0, ms[0], ms[0] + ms[1]]);
    }
  });

  it('a wait that LinkedIn asks for replaces the wait after a lost registration', async () => {
    const { clock, moments, start } = startRun();
    start([failed('register', 3000), 'done'], { maxLostResponses: 2 });
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
  ])('a call that fails for good ($code) is not retried', async (error) => {
    const { clock, stops, start } = startRun();
    const file = start([error]);
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: error, tries: 1 });
    expect([clock.waiting, stops]).toEqual([0, []]);
  });

  it('a call that fails because of a bug is not retried', async () => {
    const { clock, start } = startRun();
    const file = start([new TypeError('x')]);
    await clock.advance(MINUTE);
    expect(file).toMatchObject({ tries: 1, end: { code: 'INTERNAL' } });
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

  it('a retry delay ends at once when the run is cancelled', async () => {
    const { clock, cancel, start } = startRun();
    const file = start([failed('upload', 60_000)]);
    await clock.advance(10);
    const reason = new RunError('RUN_CANCELLED', 'on purpose');
    cancel.abort(reason);
    await clock.advance(0);
    expect(file).toEqual({ end: reason, tries: 1 });
    expect(clock.waiting).toBe(0);
  });

  it('a retry delay ends at once when the signal of the call is aborted', async () => {
    const { clock, start } = startRun();
    const own = new AbortController();
    const file = start([failed('upload', 60_000)], { signal: own.signal });
    await clock.advance(10);
    const reason = new RunError('RUN_STOPPED', 'a sibling failed');
    own.abort(reason);
    await clock.advance(0);
    expect(file).toEqual({ end: reason, tries: 1 });
  });

  it('a call does not start when the run was cancelled before', async () => {
    const { clock, cancel, start } = startRun();
    cancel.abort();
    const file = start(['done']);
    await clock.advance(0);
    expect(file).toEqual({ end: cancel.signal.reason, tries: 0 });
  });
});

describe('Retry-After', () => {
  it.each([
    ['a server error', failed('upload', 37_123)],
    ['a rate limit', limited('upload', 37_123)],
  ])('the Retry-After of %s is waited for exactly', async (_, error) => {
    // The longest backoff would be later, the shortest earlier.
    for (const random of [0, 0.999]) {
      const { clock, moments, start } = startRun({ random: () => random });
      const file = start([error, 'done']);
      await clock.advance(37_122);
      expect(file.tries).toBe(1);
      await clock.advance(1);
      expect(file.end).toBe('done');
      expect(moments).toEqual([0, 37_123]);
    }
  });

  it.each([failed('upload', 0), limited('upload', 0)])(
    'a Retry-After of zero is replaced by a backoff delay ($code)',
    async (error) => {
      const { clock, moments, start } = startRun();
      start([error, 'done']);
      await clock.advance(MINUTE);
      expect(moments[1]).toBeGreaterThan(0);
    },
  );

  it('a Retry-After of up to two minutes is obeyed, and a longer one fails the call', async () => {
    for (const error of [failed('upload', 120_000), limited('upload', 120_000)]) {
      const { clock, start } = startRun();
      const file = start([error, 'done']);
      await clock.advance(120_000);
      expect(file.end).toBe('done');
    }
    for (const error of [failed('upload', 120_001), limited('upload', 120_001), limited('upload', 8.64e15)]) {
      const { clock, start } = startRun();
      const file = start([error, 'done']);
      await clock.advance(0);
      expect(file).toEqual({ end: error, tries: 1 });
      expect(clock.waiting).toBe(0);
    }
  });

  it('a pause is reported once, however many calls get a rate limit', async () => {
    const { clock, pauses, start } = startRun();
    const errors = [30_000, 20_000, 25_000].map((ms) => limited('upload', ms));
    for (const [index, error] of errors.entries()) start([error, 'done'], { key: `${index}` });
    await clock.advance(MINUTE);
    expect(pauses).toEqual([{ error: errors[0], waitMs: 30_000 }]);
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
          start([error], { key: `${key}`, maxAttempts: 1000 }),
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
        const { clock, limits, start, stops } = startRun({ concurrency, random: () => random });
        const answer = () => (clock.now() < untilMs ? error : 'done');
        const files = Array.from({ length: 150 }, (_, key) => start([answer], { key: `${key}` }));
        const reads = Array.from({ length: 50 }, () => limits.withReadSlot(async () => AVAILABLE));
        await clock.advance(HOUR);
        await Promise.all(reads);
        expect(new Set(files.map(({ end }) => end))).toEqual(new Set(['done']));
        expect(stops).toEqual([]);
      }
  });

  it('repeated failures exhaust the retry budget, and successful calls refill it', async () => {
    const { clock, start } = startRun();
    const repeated = async () => {
      const file = start([failed('upload'), 'done']);
      await clock.advance(MINUTE);
      return file.end;
    };
    for (let event = 0; event < 10; event += 1) expect(await repeated()).toBe('done');
    expect(await repeated()).toMatchObject({ code: 'RETRIES_SPENT' });
    for (let worked = 0; worked < 20; worked += 1) start(['done']);
    await clock.advance(0);
    expect(await repeated()).toBe('done');
  });

  it('retries that succeed refill nothing, also if many calls fail together', async () => {
    const { clock, start } = startRun();
    const round = async () => {
      const files = Array.from({ length: 8 }, () => start([failed('upload'), 'done']));
      await clock.advance(MINUTE);
      return files.map(({ end }) => end);
    };
    for (let event = 0; event < 10; event += 1) expect(await round()).toEqual(Array(8).fill('done'));
    expect(await round()).toContainEqual(expect.objectContaining({ code: 'RETRIES_SPENT' }));
  });

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
    for (let call = 0; call < 20; call += 1) await limits.withReadSlot(async () => [AVAILABLE, unread]);
    expect(limits.lastError(error)).toBeNull();
  });

  it('a lasting rate limit ends with its own error when the retry budget is exhausted', async () => {
    const { clock, start } = startRun();
    const error = limited('upload', 1000);
    const file = start([error], { maxAttempts: 3 });
    await clock.advance(HOUR);
    expect(file).toEqual({ end: error, tries: 11 });
  });

  it.each([
    rejected('REQUEST_REFUSED', 400, 'status'),
    rejected('TOKEN_REFUSED', 401, 'status'),
    limited('status', 120_001),
  ])('a status error that is not worth another read ($code) is final', (error) => {
    const { limits } = startRun();
    expect(limits.lastError(error)).toBe(error);
  });
});

describe('lost responses', () => {
  const lost = broken('upload', 'all');
  const probing = (...found: readonly (string | null | Error)[]) => {
    let probes = 0;
    const probe = async () => {
      const one = found[Math.min(probes, found.length - 1)] ?? null;
      probes += 1;
      if (one instanceof Error) throw one;
      return one;
    };
    return { probe, probes: () => probes };
  };

  it('a probe follows a lost response, and the call is not repeated when the probe finds its result', async () => {
    const { clock, start } = startRun();
    const { probe, probes } = probing('seen');
    const file = start([lost], { probe });
    await clock.advance(0);
    expect(file).toEqual({ end: 'seen', tries: 1 });
    expect([probes(), clock.waiting]).toEqual([1, 0]);
  });

  it('a call with a lost response is repeated when the probe finds nothing', async () => {
    const { clock, start } = startRun();
    const { probe, probes } = probing(null);
    const file = start([lost, lost, 'done'], { probe });
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: 'done', tries: 3 });
    expect(probes()).toBe(2);
  });

  it('a probe also follows the rejection of a later attempt, as the lost one may have caused it', async () => {
    const { clock, start } = startRun();
    const { probe } = probing(null, 'seen');
    const file = start([lost, rejected('REQUEST_REFUSED', 409, 'complete')], { probe });
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: 'seen', tries: 2 });
  });

  it('no probe is made when no response was lost', async () => {
    const { clock, start } = startRun();
    const { probe, probes } = probing('seen');
    const files = [
      start([broken('upload', 'nothing'), 'done'], { probe }),
      start([broken('upload', 'some'), 'done'], { probe }),
      start([failed('upload'), 'done'], { probe }),
      start([rejected('REQUEST_REFUSED', 400, 'upload')], { probe }),
    ];
    await clock.advance(MINUTE);
    expect(files.map(({ end }) => end)).toEqual(['done', 'done', 'done', expect.any(ActionError)]);
    expect(probes()).toBe(0);
  });

  it('a fatal error of the probe ends the call, and any other error of the probe does not', async () => {
    const { clock, start } = startRun();
    const dead = rejected('TOKEN_REFUSED', 401, 'status');
    const dying = start([lost, 'done'], { probe: probing(dead).probe });
    const failing = start([lost, 'done'], { probe: probing(failed('status')).probe });
    const unlucky = start([lost, 'done'], { probe: probing(new TypeError('x')).probe });
    await clock.advance(MINUTE);
    expect(dying).toEqual({ end: dead, tries: 1 });
    expect([failing.end, unlucky.end]).toEqual(['done', 'done']);
  });

  it('each lost response is reported, and lost responses have a lower limit of attempts', async () => {
    const { clock, start } = startRun();
    let reported = 0;
    const onLostResponse = () => {
      reported += 1;
    };
    const file = start([broken('register', 'all')], { maxLostResponses: 2, onLostResponse });
    await clock.advance(MINUTE);
    expect([file.tries, reported]).toEqual([3, 3]);
    const unsent = start([broken('register', 'nothing')], { maxLostResponses: 2, onLostResponse });
    await clock.advance(MINUTE);
    expect([unsent.tries, reported]).toEqual([5, 3]);
  });
});
