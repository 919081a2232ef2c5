// Requests that are sent at most once: the time limit holds until the first byte is about to leave.

import { expect, it } from 'vitest';
import { Stopwatch } from '../../../src/clock.ts';
import { sendOnce } from '../../../src/post/send/send-once.ts';
import { RunLimits } from '../../../src/upload/run-limits.ts';
import { broken } from '../../errors/failures.ts';
import { TestClock } from '../../support/clock.ts';
import { NO_LEDGER, testRun } from '../../support/run.ts';

const LIMIT_MS = 240_000;

/** Sends one request whose connections take `connectMs` each. `fail` ends an attempt before its first byte. */
function send({ connectMs, fail = null }: { connectMs: readonly number[]; fail?: Error | null }) {
  const clock = new TestClock();
  const { signal } = new AbortController();
  const limits = new RunLimits(testRun({ clock, signal }), 1, NO_LEDGER);
  const [remaining, progress]: [number[], boolean[]] = [[...connectMs], []];
  let hasLeft = false;
  const attempt = sendOnce(
    {
      send: async ({ onSending }) => {
        await clock.sleep(remaining.shift() ?? 0);
        if (fail !== null && remaining.length > 0) throw fail;
        onSending();
        hasLeft = true;
        return 'created';
      },
      since: new Stopwatch(clock),
      onProgress: (isInFlight) => progress.push(isInFlight),
    },
    { limits, clock, signal },
  );
  return { clock, attempt, progress, hasLeft: () => hasLeft };
}

it('a request whose connection is ready just within its time limit is sent', async () => {
  const { clock, attempt, hasLeft } = send({ connectMs: [LIMIT_MS - 1] });
  await clock.advance(LIMIT_MS - 1);
  expect(await attempt).toEqual({ kind: 'accepted', value: 'created' });
  expect(hasLeft()).toBe(true);
});

it('a request whose connection is ready only after its time limit is not sent', async () => {
  const { clock, attempt, progress, hasLeft } = send({ connectMs: [LIMIT_MS] });
  await clock.advance(LIMIT_MS);
  expect(await attempt).toMatchObject({ kind: 'refused', error: { code: 'RUN_STOPPED' } });
  expect([hasLeft(), progress.includes(true)]).toEqual([false, false]);
});

it('a retry after a refused connection is not sent after the time limit either', async () => {
  const connectMs = [LIMIT_MS - 10_000, 10_000];
  const { clock, attempt, hasLeft } = send({ connectMs, fail: broken('post', 'nothing') });
  await clock.advance(LIMIT_MS + 10_000);
  expect(await attempt).toMatchObject({ kind: 'refused' });
  expect(hasLeft()).toBe(false);
});
