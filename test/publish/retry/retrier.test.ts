// The run's one retry loop, through the lanes, brake and budget of a run, in virtual time.

import { describe, expect, it } from 'vitest';
import { ActionError, FileError, RunError } from '../../../src/errors.ts';
import { RequestScheduler } from '../../../src/publish/retry/request-scheduler.ts';
import type { RetryOptions, ThrottlePause } from '../../../src/publish/retry/retrier.ts';
import { caught } from '../../support/caught.ts';
import { TestClock } from '../../support/clock.ts';
import { broken, failed, limited, refused, shapeless } from '../failures.ts';

type Answer = string | Error | (() => string | Error);
type Setup = Partial<Omit<RetryOptions<string>, 'limiter' | 'key'>> & { readonly key?: string };

function startTraffic({
  concurrency = 4,
  random = () => 0.5,
}: {
  concurrency?: number;
  random?: () => number;
} = {}) {
  const clock = new TestClock({ random });
  const cancel = new AbortController();
  const stops: ActionError[] = [];
  const pauses: ThrottlePause[] = [];
  const scheduler = new RequestScheduler({
    concurrency,
    clock,
    signal: cancel.signal,
    onFatal: (error) => stops.push(error),
    onPause: (pause) => pauses.push(pause),
  });
  /** Moments at which a call went out, and what it was answered with. */
  const moments: number[] = [];
  /** A call that is answered by `answers`, one after the other, the last one for ever. */
  const start = (answers: readonly Answer[], { key = 'a', maxAttempts = 5, ...more }: Setup = {}) => {
    const file: { end: string | ActionError | undefined; tries: number } = { end: undefined, tries: 0 };
    const call = async () => {
      moments.push(clock.now());
      const given = answers[Math.min(file.tries, answers.length - 1)] ?? '';
      const answer = typeof given === 'function' ? given() : given;
      file.tries += 1;
      if (answer instanceof Error) throw answer;
      return answer;
    };
    scheduler.retrier.run(call, { limiter: scheduler.puts, key, maxAttempts, ...more }).then(
      (result) => {
        file.end = result;
      },
      (error) => {
        file.end = error;
      },
    );
    return file;
  };
  return { clock, cancel, scheduler, stops, pauses, moments, start };
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('a call that fails', () => {
  it('is tried again until it works, after waits that grow', async () => {
    const { clock, moments, start } = startTraffic();
    const file = start([failed('upload'), broken('upload', 'some'), failed('upload'), 'done']);
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: 'done', tries: 4 });
    // Three quarters of 1.5, 3 and 6 s.
    expect(moments).toEqual([0, 1125, 3375, 7875]);
  });

  it('of a registration leaves LinkedIn most of a second before the next try, at the least', async () => {
    const { clock, moments, start } = startTraffic({ random: () => 0 });
    const file = start([refused('SERVER_FAILED', 502, 'register')], { maxLostResponses: 2 });
    await clock.advance(MINUTE);
    expect(file.tries).toBe(3);
    expect(moments).toEqual([0, 750, 2250]);
  });

  it('is given up after its tries, with the last error', async () => {
    const { clock, start } = startTraffic();
    const errors = [1, 2, 3].map(() => failed('upload'));
    const file = start(errors, { maxAttempts: 3 });
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: errors[2], tries: 3 });
  });

  it.each([
    new FileError('FILE_CHANGED', 'x'),
    new RunError('RUN_CANCELLED', 'x'),
    refused('REQUEST_REFUSED', 400, 'register'),
    refused('ACCESS_DENIED', 403, 'upload'),
    shapeless('register', 'urn:li:digitalmediaAsset:1'),
  ])('with $code for good is not tried again', async (error) => {
    const { clock, stops, start } = startTraffic();
    const file = start([error]);
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: error, tries: 1 });
    expect([clock.waiting, stops]).toEqual([0, []]);
  });

  it('by a bug is not tried again', async () => {
    const { clock, start } = startTraffic();
    const file = start([new TypeError('x')]);
    await clock.advance(MINUTE);
    expect(file).toMatchObject({ tries: 1, end: { code: 'INTERNAL' } });
  });

  it('for all tells so while its place is held', async () => {
    const { clock, scheduler, stops, start } = startTraffic({ concurrency: 1 });
    const error = refused('TOKEN_REFUSED', 401, 'upload');
    start([error]);
    const heard = scheduler.puts.run('next', async () => [...stops]);
    await clock.advance(0);
    expect(await heard).toEqual([error]);
  });

  it('holds no place while it waits', async () => {
    const { clock, start } = startTraffic({ concurrency: 1 });
    const slow = start([failed('upload', 60_000), 'done']);
    const other = start(['other'], { key: 'b' });
    await clock.advance(0);
    expect([slow.end, other.end]).toEqual([undefined, 'other']);
  });

  it('ends at once when the run is cancelled in its wait', async () => {
    const { clock, cancel, start } = startTraffic();
    const file = start([failed('upload', 60_000)]);
    await clock.advance(10);
    const reason = new RunError('RUN_CANCELLED', 'on purpose');
    cancel.abort(reason);
    await clock.advance(0);
    expect(file).toEqual({ end: reason, tries: 1 });
    expect(clock.waiting).toBe(0);
  });

  it('ends at once when its own signal says so', async () => {
    const { clock, start } = startTraffic();
    const own = new AbortController();
    const file = start([failed('upload', 60_000)], { signal: own.signal });
    await clock.advance(10);
    const reason = new RunError('RUN_STOPPED', 'a sibling failed');
    own.abort(reason);
    await clock.advance(0);
    expect(file).toEqual({ end: reason, tries: 1 });
  });

  it('is not begun when the run was cancelled before', async () => {
    const { clock, cancel, start } = startTraffic();
    cancel.abort();
    const file = start(['done']);
    await clock.advance(0);
    expect(file).toEqual({ end: cancel.signal.reason, tries: 0 });
  });
});

describe('what LinkedIn asks to wait', () => {
  it.each([
    ['a failure', failed('upload', 37_123)],
    ['a limit', limited('upload', 37_123)],
  ])('after %s is waited for exactly', async (_, error) => {
    // The longest backoff would be later, the shortest earlier.
    for (const random of [0, 0.999]) {
      const { clock, moments, start } = startTraffic({ random: () => random });
      const file = start([error, 'done']);
      await clock.advance(37_122);
      expect(file.tries).toBe(1);
      await clock.advance(1);
      expect(file.end).toBe('done');
      expect(moments).toEqual([0, 37_123]);
    }
  });

  it.each([failed('upload', 0), limited('upload', 0)])(
    'is its own wait where that moment has passed ($code)',
    async (error) => {
      const { clock, moments, start } = startTraffic();
      start([error, 'done']);
      await clock.advance(MINUTE);
      expect(moments[1]).toBeGreaterThan(0);
    },
  );

  it('is obeyed up to two minutes; longer is not worth it', async () => {
    for (const error of [failed('upload', 120_000), limited('upload', 120_000)]) {
      const { clock, start } = startTraffic();
      const file = start([error, 'done']);
      await clock.advance(120_000);
      expect(file.end).toBe('done');
    }
    for (const error of [failed('upload', 120_001), limited('upload', 120_001), limited('upload', 8.64e15)]) {
      const { clock, start } = startTraffic();
      const file = start([error, 'done']);
      await clock.advance(0);
      expect(file).toEqual({ end: error, tries: 1 });
      expect(clock.waiting).toBe(0);
    }
  });

  it('is waited for by all when it was too much, those in line too', async () => {
    const { clock, moments, start } = startTraffic({ concurrency: 1 });
    const first = start([limited('upload', 50_000), 'done'], { key: 'first' });
    const files = Array.from({ length: 10 }, (_, index) => start([`${index}`], { key: `${index}` }));
    await clock.advance(49_999);
    expect(moments).toEqual([0]);
    await clock.advance(1);
    expect([first, ...files].every(({ end }) => typeof end === 'string')).toBe(true);
    expect(moments.slice(1)).toEqual(Array.from({ length: 11 }, () => 50_000));
  });

  it('is told once, though many calls are answered that it was too much', async () => {
    const { clock, pauses, start } = startTraffic();
    const errors = [30_000, 20_000, 25_000].map((ms) => limited('upload', ms));
    for (const [index, error] of errors.entries()) start([error, 'done'], { key: `${index}` });
    await clock.advance(MINUTE);
    expect(pauses).toEqual([{ error: errors[0], waitMs: 30_000 }]);
  });

  it('too long, when it was too much, ends every call of the run', async () => {
    const { clock, moments, scheduler, start } = startTraffic({ concurrency: 2 });
    const waiting = start([failed('upload', 1000), 'done'], { key: 'waiting' });
    await clock.advance(0);
    start([limited('register', 3_600_000)], { key: 'first' });
    await clock.advance(10 * MINUTE);
    expect(waiting).toMatchObject({ tries: 1, end: { code: 'RUN_STOPPED' } });
    const read = await caught(() => scheduler.withReadSlot(async () => 'read'), RunError);
    expect(read.code).toBe('RUN_STOPPED');
    expect(moments).toHaveLength(2);
  });
});

describe('the retry budget of the run', () => {
  it.each([
    ['503', failed('upload')],
    ['broken connections', broken('upload', 'some')],
    ['timeouts', broken('upload', 'nothing', 'NETWORK_TIMEOUT')],
  ])('bounds the requests of a full outage by %s, however many calls there are', async (_, error) => {
    for (const concurrency of [1, 8, 64]) {
      const { clock, start } = startTraffic({ concurrency });
      const files = Array.from({ length: 500 }, (_, key) =>
        start([error], { key: `${key}`, maxAttempts: 1000 }),
      );
      const spent = () => files.find(({ end }) => end !== undefined)?.end;
      while (spent() === undefined && clock.now() < HOUR) await clock.advance(1000);
      expect(spent()).toMatchObject({ code: 'RETRIES_SPENT', cause: { code: error.code } });
      expect(spent()).toHaveProperty('message', expect.stringContaining(error.message));
      const tries = files.reduce((sum, file) => sum + file.tries, 0);
      // Ten in a row begin the outage, or what is in flight by then. Each pause lets one call try.
      expect(tries).toBeLessThanOrEqual(10 + concurrency + 11);
      // An outage of half a minute is survived.
      expect(clock.now()).toBeGreaterThan(30_000);
    }
  });

  it.each([
    ['a moment of reset connections', broken('upload', 'some'), 1],
    ['half a second of 503', failed('upload'), 500],
    ['five seconds of 503', failed('upload'), 5000],
    ['half a second of timeouts', broken('upload', 'nothing', 'NETWORK_TIMEOUT'), 500],
    ['0.3 s of 429 that asks for 2 s', limited('upload', 2000), 300],
    ['ten seconds of 429 that asks for 1 s', limited('upload', 1000), 10_000],
    ['ten seconds of 429 that asks for nothing', limited('upload'), 10_000],
  ])('survives %s at any concurrency and number of calls', async (_, error, untilMs) => {
    for (const concurrency of [1, 8, 64])
      for (const random of [0, 0.5, 0.999]) {
        const { clock, scheduler, start, stops } = startTraffic({ concurrency, random: () => random });
        const answer = () => (clock.now() < untilMs ? error : 'done');
        const files = Array.from({ length: 150 }, (_, key) => start([answer], { key: `${key}` }));
        const reads = Array.from({ length: 50 }, () => scheduler.withReadSlot(async () => 'read'));
        await clock.advance(HOUR);
        await Promise.all(reads);
        expect(new Set(files.map(({ end }) => end))).toEqual(new Set(['done']));
        expect(stops).toEqual([]);
      }
  });

  it('is spent by failures that go on and on, and refilled by calls that work at once', async () => {
    const { clock, start } = startTraffic();
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

  it('is spent by status reads too, once a call, however many files the call tells of', async () => {
    const { clock, scheduler } = startTraffic();
    const error = failed('status');
    const failingRead = async () => {
      await scheduler.withReadSlot(async () => Array.from({ length: 100 }, () => error));
      await clock.advance(MINUTE);
      return scheduler.finalReadError(error);
    };
    for (let event = 0; event < 10; event += 1) expect(await failingRead()).toBeNull();
    // The tenth failure in a row has charged a pause instead of a failure.
    expect(await failingRead()).toMatchObject({ code: 'RETRIES_SPENT', cause: error });
    for (let call = 0; call < 20; call += 1) await scheduler.withReadSlot(async () => ['a', error, 'c']);
    expect(scheduler.finalReadError(error)).toBeNull();
  });

  it('ends the tries of a limit that goes on with the limit itself', async () => {
    const { clock, start } = startTraffic();
    const error = limited('upload', 1000);
    const file = start([error], { maxAttempts: 3 });
    await clock.advance(HOUR);
    expect(file).toEqual({ end: error, tries: 11 });
  });

  it.each([
    refused('REQUEST_REFUSED', 400, 'status'),
    refused('TOKEN_REFUSED', 401, 'status'),
    limited('status', 120_001),
  ])('is not asked for what is not worth another read ($code)', (error) => {
    const { scheduler } = startTraffic();
    expect(scheduler.finalReadError(error)).toBe(error);
  });
});

describe('an answer that was lost', () => {
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

  it('is asked for before the call is repeated, and the call is not when it was heard', async () => {
    const { clock, start } = startTraffic();
    const { probe, probes } = probing('seen');
    const file = start([lost], { probe });
    await clock.advance(0);
    expect(file).toEqual({ end: 'seen', tries: 1 });
    expect([probes(), clock.waiting]).toEqual([1, 0]);
  });

  it('lets the call be repeated when it was not heard', async () => {
    const { clock, start } = startTraffic();
    const { probe, probes } = probing(null);
    const file = start([lost, lost, 'done'], { probe });
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: 'done', tries: 3 });
    expect(probes()).toBe(2);
  });

  it('is asked for also when a later try is refused, for that may be because of it', async () => {
    const { clock, start } = startTraffic();
    const { probe } = probing(null, 'seen');
    const file = start([lost, refused('REQUEST_REFUSED', 409, 'complete')], { probe });
    await clock.advance(MINUTE);
    expect(file).toEqual({ end: 'seen', tries: 2 });
  });

  it('is not asked for when nothing was lost', async () => {
    const { clock, start } = startTraffic();
    const { probe, probes } = probing('seen');
    const files = [
      start([broken('upload', 'nothing'), 'done'], { probe }),
      start([broken('upload', 'some'), 'done'], { probe }),
      start([failed('upload'), 'done'], { probe }),
      start([refused('REQUEST_REFUSED', 400, 'upload')], { probe }),
    ];
    await clock.advance(MINUTE);
    expect(files.map(({ end }) => end)).toEqual(['done', 'done', 'done', expect.any(ActionError)]);
    expect(probes()).toBe(0);
  });

  it('is given up by a probe that tells of the run, not by one that merely fails', async () => {
    const { clock, start } = startTraffic();
    const dead = refused('TOKEN_REFUSED', 401, 'status');
    const dying = start([lost, 'done'], { probe: probing(dead).probe });
    const failing = start([lost, 'done'], { probe: probing(failed('status')).probe });
    const unlucky = start([lost, 'done'], { probe: probing(new TypeError('x')).probe });
    await clock.advance(MINUTE);
    expect(dying).toEqual({ end: dead, tries: 1 });
    expect([failing.end, unlucky.end]).toEqual(['done', 'done']);
  });

  it('is asked for a bounded number of times in a full outage', async () => {
    const { clock, scheduler, start } = startTraffic({ concurrency: 8 });
    let probes = 0;
    const probe = () =>
      scheduler.withReadSlot(async () => {
        probes += 1;
        throw failed('status');
      });
    const files = Array.from({ length: 500 }, (_, key) =>
      start([lost], { key: `${key}`, probe, maxAttempts: 1000 }),
    );
    while (files.every(({ end }) => end === undefined) && clock.now() < HOUR) await clock.advance(1000);
    const requests = probes + files.reduce((sum, { tries }) => sum + tries, 0);
    expect(requests).toBeLessThanOrEqual(2 * (10 + 8 + 11));
  });

  it('is told each time, and ends the tries sooner where nothing can tell', async () => {
    const { clock, start } = startTraffic();
    let told = 0;
    const onLostResponse = () => {
      told += 1;
    };
    const file = start([broken('register', 'all')], { maxLostResponses: 2, onLostResponse });
    await clock.advance(MINUTE);
    expect([file.tries, told]).toEqual([3, 3]);
    const unheard = start([broken('register', 'nothing')], { maxLostResponses: 2, onLostResponse });
    await clock.advance(MINUTE);
    expect([unheard.tries, told]).toEqual([5, 3]);
  });
});
