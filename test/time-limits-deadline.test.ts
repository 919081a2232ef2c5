// The deadline of a run, in virtual time: it expires when nothing moves, and names the file that is being read.

import type { FileHandle } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import type { ActionError } from '../src/errors/action-error.ts';
import { startIdleTimeout } from '../src/http/idle-timeout.ts';
import { Deadline } from '../src/time-limits.ts';
import { TestClock } from './support/clock.ts';

const MINUTE_MS = 60_000;

let deadline: Deadline | null = null;
afterEach(async () => deadline?.end());

function start() {
  const clock = new TestClock();
  const errors: ActionError[] = [];
  const reads = new Map<string, PromiseWithResolvers<void>>();
  const open = async (path: string) => {
    const reading = Promise.withResolvers<void>();
    reads.set(path, reading);
    return { read: () => reading.promise } as unknown as FileHandle;
  };
  deadline = new Deadline(clock, (error) => errors.push(error), open);
  const read = async (path: string) => {
    const handle = await deadline?.open(path, 0);
    void handle?.read(new Uint8Array(1), 0, 1, 0);
  };
  return { clock, errors, reads, read, deadline };
}

/** A request sleeps on the clock of the run. */
const startRequest = ({ clock, deadline }: ReturnType<typeof start>) =>
  startIdleTimeout(
    { ...clock, now: () => clock.now(), epochMs: () => clock.epochMs(), sleep: deadline.sleep },
    'a request',
  );

it('a run that makes no progress ends after ten minutes', async () => {
  const { clock, errors } = start();
  await clock.advance(10 * MINUTE_MS - 1);
  expect(errors).toEqual([]);
  await clock.advance(1);
  expect(errors).toMatchObject([{ code: 'FILE_UNREADABLE', message: expect.stringMatching(/^the run has/) }]);
  expect(clock.waiting).toBe(0);
});

it('the error names the file whose read hangs longest, and none that was read', async () => {
  const { clock, errors, reads, read } = start();
  for (const path of ['/read.png', '/hangs.png', '/too.png']) await read(path);
  reads.get('/read.png')?.resolve();
  await clock.advance(10 * MINUTE_MS);
  expect(errors).toMatchObject([{ message: expect.stringMatching(/^the run reads \/hangs\.png and has/) }]);
});

it.each<[what: string, act: (run: ReturnType<typeof start>) => unknown, endsAtMin: number]>([
  ['a read that ends', ({ read, reads }) => read('/a').then(() => reads.get('/a')?.resolve()), 19],
  ['a request, which sleeps until its timeout', (run) => startRequest(run).end(), 20],
  ['a long sleep', ({ deadline }) => void deadline.sleep(20 * MINUTE_MS), 39],
  ['a short sleep', ({ deadline }) => void deadline.sleep(10_000), 10],
])('after %s, the time begins anew if it shows progress', async (_, act, endsAtMin) => {
  const run = start();
  await run.clock.advance(9 * MINUTE_MS);
  await act(run);
  await run.clock.advance((endsAtMin - 9) * MINUTE_MS - 1);
  expect(run.errors).toEqual([]);
  await run.clock.advance(1);
  expect(run.errors).toHaveLength(1);
});

it('a deadline that has ended never expires, and leaves no timer behind', async () => {
  const { clock, errors, deadline } = start();
  deadline.end();
  await clock.advance(60 * MINUTE_MS);
  expect([errors, clock.waiting]).toEqual([[], 0]);
});
