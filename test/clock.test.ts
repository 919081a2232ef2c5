// The clock of a real run follows the contract of `Clock`; other tests replace it with a test clock.

import { expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';

const HOUR_MS = 3_600_000;
const reason = new Error('on purpose');

it('a sleep that is aborted rejects with the reason of the signal', async () => {
  const cancel = new AbortController();
  const sleep = systemClock.sleep(HOUR_MS, cancel.signal);
  cancel.abort(reason);
  await expect(sleep).rejects.toBe(reason);
});

it('a sleep with an aborted signal rejects with the reason of the signal', async () => {
  await expect(systemClock.sleep(HOUR_MS, AbortSignal.abort(reason))).rejects.toBe(reason);
});

it('a sleep that is not aborted resolves', async () => {
  await expect(systemClock.sleep(1, new AbortController().signal)).resolves.toBeUndefined();
});
