// Idle timeouts in virtual time: how long a request may make no progress, before and after its last byte.

import { expect, it } from 'vitest';
import { STALL_MS, startIdleTimeout, UPLOAD_RESPONSE_MS } from '../../src/http/request-body.ts';
import { TestClock } from '../support/clock.ts';

it('the idle timeout is 60 s before the last byte and 300 s after it, as the README says', () => {
  expect([STALL_MS, UPLOAD_RESPONSE_MS]).toEqual([60_000, 300_000]);
});

it('an idle timeout never expires while bytes move, however slowly and for however long', async () => {
  const clock = new TestClock();
  const timeout = startIdleTimeout(clock, 'the upload to www.linkedin.com');
  for (let minutes = 0; minutes < 600; minutes += 1) {
    await clock.advance(STALL_MS - 1);
    timeout.touch();
  }
  expect(timeout.signal.aborted).toBe(false);
  await clock.advance(STALL_MS);
  const text = 'the upload to www.linkedin.com timed out: no progress for 60 s';
  expect(timeout.signal.reason).toHaveProperty('message', text);
  timeout.end();
});

it('an idle timeout that has ended never expires and leaves no timer behind', async () => {
  const clock = new TestClock();
  const timeout = startIdleTimeout(clock, 'the upload');
  timeout.touch(UPLOAD_RESPONSE_MS);
  timeout.end();
  await clock.advance(UPLOAD_RESPONSE_MS * 2);
  expect([timeout.signal.aborted, clock.waiting]).toEqual([false, 0]);
});
