// Delays between attempts: backoff within its bounds.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backoffMs } from '../src/backoff.ts';
import { fuzzed } from './support/fuzz.ts';

describe('backoff', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const LIMITS = { error: [1500, 2], throttled: [2000, 2], lost: [2700, 4] } as const;
  const reason = fc.constantFrom('error' as const, 'throttled' as const, 'lost' as const);

  it('a backoff delay lies between half and all of a limit that grows up to 20 s', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), reason, random, (tries, why, chance) => {
        const [firstMs, factor] = LIMITS[why];
        const limit = Math.min(20_000, firstMs * factor ** (tries - 1));
        const ms = backoffMs(tries, why, chance);
        expect(ms).toBeGreaterThanOrEqual(limit / 2);
        expect(ms).toBeLessThanOrEqual(limit);
        expect(Number.isSafeInteger(ms)).toBe(true);
      }),
      fuzzed(100),
    );
  });

  it('backoff delays use their whole range, so that clients that failed together spread out', () => {
    for (const [tries, why, limit] of [
      [1, 'error', 1500],
      [2, 'error', 3000],
      [4, 'error', 12_000],
      [5, 'error', 20_000],
      [1, 'throttled', 2000],
      [4, 'throttled', 16_000],
      [5, 'throttled', 20_000],
      [1, 'lost', 2700],
      [2, 'lost', 10_800],
      [3, 'lost', 20_000],
    ] as const) {
      expect(backoffMs(tries, why, 0)).toBe(limit / 2);
      expect(backoffMs(tries, why, 0.5)).toBe(limit * 0.75);
      expect(backoffMs(tries, why, 1 - Number.EPSILON)).toBe(limit);
    }
  });
});
