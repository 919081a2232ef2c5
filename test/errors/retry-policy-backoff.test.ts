// Delays between attempts: backoff within its bounds.

import { expect, it } from 'vitest';
import { backoffMs } from '../../src/errors/retry-policy.ts';

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
