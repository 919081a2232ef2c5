// Points in time of the key `at`.

import { describe, expect, it } from 'vitest';
import { parseInstant } from '../../../src/post/file/instant.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-12-03T09:00:00+01:00', '2026-12-03T08:00:00.000Z'],
    ['2026-12-03T09:00+01:00', '2026-12-03T08:00:00.000Z'],
    ['2026-12-03T09:00:00.123Z', '2026-12-03T09:00:00.000Z'],
    ['2026-12-03T00:30:00-05:30', '2026-12-03T06:00:00.000Z'],
    ['2026-12-03T09:00:00+0100', '2026-12-03T08:00:00.000Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00.000Z'],
  ])('%s is read with its offset', (text, expected) => {
    expect(new Date(parseInstant(text) ?? 0).toISOString()).toBe(expected);
  });

  it.each([
    '2026-12-03T09:00:00',
    '2026-12-03 09:00:00+01:00',
    '2026-12-03',
    '2026-02-30T09:00:00Z',
    '2026-13-03T09:00:00Z',
    '2026-12-03T24:00:00Z',
    '2026-12-03T09:60:00Z',
    '2026-12-03T09:00:00+24:00',
    '0026-12-03T09:00:00Z',
    'tomorrow',
  ])('%s is not a point in time', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});
