// Idle timeouts in virtual time: how long a request may make no progress, before and after its last byte.

import { afterEach, describe, expect, it } from 'vitest';
import {
  type IdleTimeout,
  STALL_MS,
  startIdleTimeout,
  UPLOAD_RESPONSE_MS,
} from '../../src/http/idle-timeout.ts';
import { TestClock } from '../support/clock.ts';

const clock = new TestClock();

const started: IdleTimeout[] = [];

function start(): IdleTimeout {
  const timeout = startIdleTimeout(clock, 'the upload to www.linkedin.com');
  started.push(timeout);
  return timeout;
}

function hasExpired({ signal }: IdleTimeout): boolean {
  return signal.aborted;
}

afterEach(async () => {
  for (const timeout of started.splice(0)) timeout.end();
  await clock.advance(0);
  expect(clock.waiting).toBe(0);
});

it('the idle timeout is 60 s before the last byte and 300 s after it, as the README says', () => {
  expect({ STALL_MS, UPLOAD_RESPONSE_MS }).toEqual({ STALL_MS: 60_000, UPLOAD_RESPONSE_MS: 300_000 });
});

describe('idle timeout', () => {
  it('an idle timeout expires after 60 s without a byte, and not before', async () => {
    const timeout = start();
    await clock.advance(STALL_MS - 1);
    expect(hasExpired(timeout)).toBe(false);
    await clock.advance(1);
    expect(hasExpired(timeout)).toBe(true);
    expect(timeout.signal.reason.message).toBe(
      'the upload to www.linkedin.com timed out: no progress for 60 s',
    );
  });

  it('an idle timeout never expires while bytes move, however slowly and for however long', async () => {
    const timeout = start();
    for (let minutes = 0; minutes < 600; minutes += 1) {
      await clock.advance(STALL_MS - 1);
      timeout.touch();
    }
    expect(hasExpired(timeout)).toBe(false);
    await clock.advance(STALL_MS);
    expect(hasExpired(timeout)).toBe(true);
  });

  it('an idle timeout expires 300 s after the last byte', async () => {
    const timeout = start();
    await clock.advance(30_000);
    timeout.touch(UPLOAD_RESPONSE_MS);
    await clock.advance(UPLOAD_RESPONSE_MS - 1);
    expect(hasExpired(timeout)).toBe(false);
    await clock.advance(1);
    expect(timeout.signal.reason.message).toContain('no progress for 300 s');
  });

  it('an idle timeout that has ended never expires and leaves no timer behind', async () => {
    const timeout = start();
    timeout.touch();
    timeout.end();
    await clock.advance(UPLOAD_RESPONSE_MS * 2);
    expect(hasExpired(timeout)).toBe(false);
    expect(clock.waiting).toBe(0);
    timeout.touch(UPLOAD_RESPONSE_MS);
    timeout.end();
  });
});
