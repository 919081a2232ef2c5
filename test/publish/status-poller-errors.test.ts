// Status reads that fail, and uploads that do not come in: what is read again, when, and who pays for it.

import { describe, expect, it } from 'vitest';
import { type ActionError, RunError } from '../../src/errors.ts';
import type { MediaStatus } from '../../src/linkedin/session.ts';
import { RequestScheduler } from '../../src/publish/retry/request-scheduler.ts';
import { broken, failed, limited, refused, shapeless } from './failures.ts';
import { AVAILABLE, PROCESSING, WAITING } from './fake-linkedin.ts';
import { type Answer, join, MINUTE_MS, momentsOf, startPolling } from './status-polling.ts';

/** A loop whose failed reads are judged as in a run. */
function startJudging(setup: Parameters<typeof startPolling>[0]) {
  const asked: ActionError[] = [];
  const run = startPolling({
    ...setup,
    withReadSlot: (call, signal) => scheduler.withReadSlot(call, signal),
    finalReadError: (error) => {
      asked.push(error);
      return scheduler.finalReadError(error);
    },
  });
  const { clock, cancel } = run;
  const scheduler = new RequestScheduler({
    concurrency: 4,
    clock,
    signal: cancel.signal,
    onFatal: () => {},
    onPause: () => {},
  });
  return { ...run, asked };
}

/** Says `answers` one after the other, the last one for ever. */
function saying(answers: readonly Answer[]): () => Answer {
  let reads = 0;
  return () => {
    const answer = answers[Math.min(reads, answers.length - 1)] ?? PROCESSING;
    reads += 1;
    return answer;
  };
}

describe('a status read that fails', () => {
  it.each([
    failed('status'),
    broken('status', 'all'),
    broken('status', 'nothing', 'NETWORK_TIMEOUT'),
    shapeless('status'),
    limited('status'),
  ])('with $code comes again in its row, and is paid for', async (error) => {
    const run = startJudging({ say: saying([PROCESSING, error, error, AVAILABLE]) });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file).toEqual({ end: AVAILABLE, error: undefined, statuses: ['PROCESSING', 'AVAILABLE'] });
    expect(momentsOf(run)).toEqual([1, 3, 6, 11]);
    expect(run.asked).toHaveLength(2);
  });

  it.each([
    refused('TOKEN_REFUSED', 401, 'status'),
    refused('DAILY_LIMIT', 429, 'status'),
    refused('REQUEST_REFUSED', 400, 'status'),
    limited('status', 200_000),
  ])('with $code for good ends the wait', async (error) => {
    const run = startJudging({ say: saying([error, AVAILABLE]) });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file.error).toBe(error);
    expect(run.calls).toHaveLength(1);
  });

  it('that asks to wait longer than any call is waited for comes again within the wait of the file', async () => {
    const error = failed('status', 200_000);
    const run = startJudging({ say: saying([error, AVAILABLE]) });
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file).toMatchObject({ end: AVAILABLE, error: undefined });
    expect(momentsOf(run)).toEqual([1, 201]);
  });

  it('that asks to wait beyond the wait of the file leaves it undecided, not failed', async () => {
    const run = startJudging({ say: () => failed('status', 200_000) });
    const file = join(run, 'a', { timeoutMs: 3 * MINUTE_MS });
    await run.clock.advance(5 * MINUTE_MS);
    expect(file).toEqual({ end: null, error: undefined, statuses: [] });
    expect(run.calls).toHaveLength(1);
  });

  it('when nothing is left to pay with ends the wait by that, with the cause', async () => {
    const run = startJudging({ say: () => failed('status') });
    const file = join(run, 'a');
    await run.clock.advance(30 * MINUTE_MS);
    expect(run.calls).toHaveLength(11);
    expect(file.error).toMatchObject({ code: 'RETRIES_SPENT', cause: { code: 'SERVER_FAILED' } });
  });

  it('for many files at once is paid for once, and told once', async () => {
    const error = failed('status');
    const run = startJudging({ say: (_, nowMs) => (nowMs < 2000 ? error : AVAILABLE) });
    const files = Array.from({ length: 50 }, (_, index) => join(run, `f${index}`, { api: 'media' }));
    await run.clock.advance(MINUTE_MS);
    expect(files.every(({ end }) => end === AVAILABLE)).toBe(true);
    expect(run.asked).toEqual([error]);
    expect(run.repeats).toEqual([{ name: 'f0', error, waitMs: 2000, attempt: null }]);
  });

  it('for good at many files ends them all, and is judged once', async () => {
    const error = refused('TOKEN_REFUSED', 401, 'status');
    const run = startJudging({ say: () => error });
    const files = Array.from({ length: 50 }, (_, index) => join(run, `f${index}`, { api: 'media' }));
    await run.clock.advance(MINUTE_MS);
    expect(files.every((file) => file.error === error)).toBe(true);
    expect(run.asked).toEqual([error]);
  });

  it('at the very end of the wait leaves the file undecided, not failed', async () => {
    const run = startJudging({ say: () => failed('status') });
    const file = join(run, 'a', { timeoutMs: 3000 });
    await run.clock.advance(MINUTE_MS);
    expect(file).toEqual({ end: null, error: undefined, statuses: [] });
  });
});

describe('a file that is not found', () => {
  const unknown = refused('REQUEST_REFUSED', 404, 'status');

  it('within thirty seconds of its upload is waited for, at no cost', async () => {
    const run = startJudging({ say: (_, nowMs) => (nowMs < 19_000 ? unknown : AVAILABLE) });
    const file = join(run, 'a');
    await run.clock.advance(MINUTE_MS);
    expect(file.end).toBe(AVAILABLE);
    expect(run.asked).toEqual([]);
  });

  it('later has failed', async () => {
    const run = startJudging({ say: () => unknown });
    const file = join(run, 'a');
    await run.clock.advance(29_999);
    expect(file.error).toBeUndefined();
    await run.clock.advance(MINUTE_MS);
    expect(file.error).toBe(unknown);
    expect(momentsOf(run)).toEqual([1, 3, 6, 11, 19, 32]);
  });
});

describe('an upload that LinkedIn does not have', () => {
  const missingAfterMs = 60_000;

  it.each(['WAITING_UPLOAD', 'NEW'])('(%s) counts as lost after a minute, not before', async (status) => {
    const reading: MediaStatus = { state: 'waiting', status };
    const run = startJudging({ say: () => reading });
    const file = join(run, 'a', { missingAfterMs });
    await run.clock.advance(missingAfterMs - 1);
    expect(file.end).toBeUndefined();
    await run.clock.advance(MINUTE_MS);
    expect(file.end).toEqual({ state: 'missing', status });
    expect(momentsOf(run)).toEqual([1, 3, 6, 11, 19, 32, 52, 82]);
  });

  it.each(['PROCESSING', 'UNKNOWN', 'SOMETHING_NEW'])('does not go by the word %s', async (status) => {
    const reading: MediaStatus = { state: 'waiting', status };
    const run = startJudging({ say: (_, nowMs) => (nowMs < 90_000 ? reading : AVAILABLE) });
    const file = join(run, 'a', { missingAfterMs });
    await run.clock.advance(5 * MINUTE_MS);
    expect(file.end).toBe(AVAILABLE);
  });

  it('has not come too late when it comes at the last moment', async () => {
    const run = startJudging({ say: (_, nowMs) => (nowMs < 80_000 ? WAITING : PROCESSING) });
    const file = join(run, 'a', { missingAfterMs });
    await run.clock.advance(2 * MINUTE_MS);
    expect(file.end).toBeUndefined();
  });
});

describe('a read that is held back by the brake', () => {
  it('is made when its time has come, not before', async () => {
    const run = startJudging({
      say: (name, nowMs) => (name === 'a' && nowMs < 2000 ? limited('status', 45_000) : AVAILABLE),
    });
    const [a, b] = [join(run, 'a'), join(run, 'b', { firstDelayMs: 5000 })];
    await run.clock.advance(45_999);
    expect([a?.end, b?.end]).toEqual([undefined, undefined]);
    await run.clock.advance(1);
    expect([a?.end, b?.end]).toEqual([AVAILABLE, AVAILABLE]);
  });

  it('is not made any more when the loop was stopped, and nobody waits for it', async () => {
    const run = startJudging({ say: () => limited('status', 100_000) });
    const a = join(run, 'a');
    const b = join(run, 'b');
    await run.clock.advance(5000);
    const reads = run.calls.length;
    const reason = new RunError('RUN_STOPPED', 'on purpose');
    run.poller.stop(reason);
    await run.clock.advance(0);
    expect([a.error, b.error]).toEqual([reason, reason]);
    expect(run.clock.waiting).toBe(0);
    await run.clock.advance(5 * MINUTE_MS);
    expect(run.calls).toHaveLength(reads);
  });
});
