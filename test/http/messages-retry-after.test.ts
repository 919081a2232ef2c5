// Every form of Retry-After that a server may send, and the reset of daily limits.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryAfterMs, untilMidnightMs } from '../../src/http/messages.ts';
import { fuzzed } from '../support/fuzz.ts';

const SECOND = 1000;
const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 25, 12);

describe('Retry-After', () => {
  const huge = '9'.repeat(400);
  it.each<[header: string | undefined, ms: number | null]>([
    // Seconds.
    ['0', 0],
    ['1', SECOND],
    ['5', 5 * SECOND],
    ['005', 5 * SECOND],
    [' 7 ', 7 * SECOND],
    ['\t7', 7 * SECOND],
    ['120', 120 * SECOND],
    ['3600', HOUR],
    ['86400', 24 * HOUR],
    ['2147483648', 2_147_483_648_000],
    ['99999999999', 99_999_999_999_000],
    [huge, 8.64e15],
    // Dates, by the server's clock.
    ['Wed, 25 Nov 2026 12:00:30 GMT', 30 * SECOND],
    ['Wed, 25 Nov 2026 12:00:00 GMT', 0],
    ['Wed, 25 Nov 2026 13:00:00 GMT', HOUR],
    ['Thu, 26 Nov 2026 12:00:00 GMT', 24 * HOUR],
    // Past.
    ['Wed, 25 Nov 2026 11:59:59 GMT', 0],
    ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 0],
    // Neither.
    [undefined, null],
    ['', null],
    ['   ', null],
    ['soon', null],
    ['-1', null],
    ['+5', null],
    ['1.5', null],
    ['1e3', null],
    ['0x10', null],
    ['5s', null],
    ['5, 10', null],
    ['٣', null],
    ['NaN', null],
    ['Infinity', null],
    ['Mon 5', null],
    ['Monday', null],
    ['Wednesday 2', null],
    ['2026-11-25T12:00:30Z', null],
    ['25 Nov 2026 12:00:30 GMT', null],
    ['Wed, 25 Nov 2026 12:00:30', null],
    ['Wed, 25 Nov 2026 12:00:30 +0100', null],
    ['Wed, 99 Nov 2026 12:00:30 GMT', null],
    ['Wed, 25 Nov 2026 25:00:30 GMT', null],
    ['<html>', null],
  ])('a Retry-After header of %j means a delay of %j ms (null: ignored)', (header, ms) => {
    expect(retryAfterMs(header, NOW)).toBe(ms);
  });

  it("a Retry-After date counts from the server's clock, even when the runner's clock is wrong", () => {
    const decade = 10 * 365 * 24 * HOUR;
    fc.assert(
      fc.property(
        fc.integer({ min: -decade, max: decade }),
        fc.integer({ min: 0, max: 100_000 }),
        (skew, s) => {
          const serverNow = Math.floor((NOW + skew) / SECOND) * SECOND;
          const date = new Date(serverNow + s * SECOND).toUTCString();
          expect(retryAfterMs(date, serverNow)).toBe(s * SECOND);
        },
      ),
      fuzzed(),
    );
  });

  it('any Retry-After header yields a bounded delay or null', () => {
    const seconds = fc.bigInt({ min: -5n, max: 10n ** 30n }).map(String);
    const date = fc.date({ noInvalidDate: true }).map((one) => one.toUTCString());
    const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), seconds, date);
    const header = fc.oneof(text, fc.constant(undefined));
    fc.assert(
      fc.property(header, fc.integer({ min: 0, max: 4e12 }), (given, serverNow) => {
        const ms = retryAfterMs(given, serverNow);
        if (ms === null) return;
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(8.64e15);
      }),
      fuzzed(),
    );
  });
});

describe('daily limit reset', () => {
  it.each([
    [Date.UTC(2026, 10, 25, 18, 48), 5 * HOUR + 12 * 60_000],
    [Date.UTC(2026, 10, 25, 23, 59, 59, 999), 1],
    [Date.UTC(2026, 10, 25), 24 * HOUR],
    [Date.UTC(2028, 1, 29, 12), 12 * HOUR],
  ])('the daily limits that are reached at %i reset after %i ms', (now, ms) => {
    expect(untilMidnightMs(now)).toBe(ms);
  });
});
