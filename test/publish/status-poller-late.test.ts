// Answers that come late, and reads that LinkedIn wants later: a file is judged by how old it was when it was asked for,
// and never asked for before its time.

import { describe, expect, it } from 'vitest';
import { failed, refused } from './failures.ts';
import { AVAILABLE, PROCESSING, WAITING } from './fake-linkedin.ts';
import { type Answer, join, MINUTE_MS, momentsOf, startPolling } from './status-polling.ts';

const SILENCE_MS = 60_000;

/** The first read is asked for after a second, and answered a minute later; all others at once. */
function slowAtFirst(first: Answer, later: Answer) {
  const run = startPolling({
    read: async () => {
      if (run.calls.length > 1) return [later];
      await run.clock.sleep(SILENCE_MS);
      return [first];
    },
    finalReadError: () => null,
  });
  return run;
}

describe('an answer that took a minute', () => {
  it.each([
    ['is still processed', PROCESSING],
    ['could not be told', failed('status')],
  ])('that a file %s does not end a wait that is over by then: one more read does', async (_, first) => {
    const run = slowAtFirst(first, AVAILABLE);
    const file = join(run, 'a', { timeoutMs: 10_000 });
    await run.clock.advance(5 * MINUTE_MS);
    expect(file.end).toBe(AVAILABLE);
    expect(momentsOf(run)).toEqual([1, 61]);
  });

  it('and that one is the last', async () => {
    const run = slowAtFirst(PROCESSING, PROCESSING);
    const file = join(run, 'a', { timeoutMs: 10_000 });
    await run.clock.advance(5 * MINUTE_MS);
    expect(file.end).toBeNull();
    expect(momentsOf(run)).toEqual([1, 61]);
  });

  it('that a file is not known is of its first seconds all the same', async () => {
    const run = slowAtFirst(refused('REQUEST_REFUSED', 404, 'status'), AVAILABLE);
    const file = join(run, 'a');
    await run.clock.advance(5 * MINUTE_MS);
    expect(file).toMatchObject({ end: AVAILABLE, error: undefined });
  });

  it('that nothing has come in does not make the upload a lost one', async () => {
    const run = slowAtFirst(WAITING, AVAILABLE);
    const file = join(run, 'a', { missingAfterMs: 30_000 });
    await run.clock.advance(5 * MINUTE_MS);
    expect(file.end).toBe(AVAILABLE);
  });
});

describe('a read that LinkedIn wants later', () => {
  const wish = failed('status', 40_000);
  const wishing = () =>
    startPolling({
      say: (name, nowMs) => (name === 'a' && nowMs < 2000 ? wish : AVAILABLE),
      finalReadError: () => null,
    });

  it('does not come before', async () => {
    const run = wishing();
    const file = join(run, 'a');
    await run.clock.advance(40_999);
    expect(momentsOf(run)).toEqual([1]);
    await run.clock.advance(1);
    expect([momentsOf(run), file.end]).toEqual([[1, 41], AVAILABLE]);
  });

  it('comes along with no other before, where one call tells of many', async () => {
    const run = wishing();
    join(run, 'a', { api: 'media' });
    join(run, 'b', { api: 'media', firstDelayMs: 39_000 });
    await run.clock.advance(MINUTE_MS);
    expect(run.calls.map(({ atS, names }) => `${atS} s: ${names.join(' ')}`)).toEqual([
      '1 s: a',
      '39 s: b',
      '41 s: a',
    ]);
  });

  it('comes then, also when the wait of the file is over by that', async () => {
    const run = wishing();
    const file = join(run, 'a', { timeoutMs: 10_000 });
    await run.clock.advance(MINUTE_MS);
    expect([momentsOf(run), file.end]).toEqual([[1, 41], AVAILABLE]);
  });
});
