// The clock of a real run keeps what `Clock` promises, as the clock of the tests does: else none of them would notice.

import { expect, it } from 'vitest';
import { systemClock } from '../src/clock.ts';

const HOUR_MS = 3_600_000;
const reason = new Error('on purpose');

it('a sleep that is ended rejects with the reason of the signal', async () => {
  const cancel = new AbortController();
  const slept = systemClock.sleep(HOUR_MS, cancel.signal);
  cancel.abort(reason);
  await expect(slept).rejects.toBe(reason);
});

it('a sleep that was ended before it began does so too', async () => {
  await expect(systemClock.sleep(HOUR_MS, AbortSignal.abort(reason))).rejects.toBe(reason);
});

it('a sleep that nobody ends resolves', async () => {
  await expect(systemClock.sleep(1, new AbortController().signal)).resolves.toBeUndefined();
});
