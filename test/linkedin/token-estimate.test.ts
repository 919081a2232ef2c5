// The estimated expiry of an access token, from the day on which a run first used it.

import { describe, expect, it } from 'vitest';
import { estimateToken } from '../../src/linkedin/token-estimate.ts';

const estimate = (now: string, warnDays = 10) =>
  estimateToken('2026-10-01', { epochMs: Date.parse(now), warnDays });

describe('estimateToken', () => {
  it.each([
    ['2026-10-01T00:00:00Z', 60],
    ['2026-10-01T23:59:59Z', 60],
    ['2026-10-02T00:00:00Z', 59],
    ['2026-11-29T12:00:00Z', 1],
    ['2026-11-30T00:00:00Z', 0],
    ['2027-10-01T00:00:00Z', 0],
    ['2026-09-30T12:00:00Z', 60],
  ])('a token that was first used on 1 October has at most this many days left on %s: %i', (now, days) => {
    expect(estimate(now)).toMatchObject({ daysLeft: days, expiresAtMs: Date.parse('2026-11-30T00:00:00Z') });
  });

  it('many days are a line of the log, and no warning', () => {
    expect(estimate('2026-10-18T00:00:00Z')).toMatchObject({
      lines: ['the access token expires in at most 43 days'],
      warnings: [],
    });
  });

  it.each<[string, number, string[]]>([
    ['2026-11-20T00:00:00Z', 10, []],
    ['2026-11-21T00:00:00Z', 10, ['the access token expires in at most 9 days: ']],
    ['2026-11-29T00:00:00Z', 10, ['the access token expires in at most 1 day: ']],
    ['2026-11-29T00:00:00Z', 1, []],
    [
      '2026-11-30T00:00:00Z',
      1,
      [
        "the access token may have expired: a run first used it on 2026-10-01, and LinkedIn's tokens last 60 days; ",
      ],
    ],
    ['2026-11-30T00:00:00Z', 0, []],
  ])('on %s with token-warn-days: %i, the warnings are %j and say how to renew', (now, warnDays, texts) => {
    const renewal =
      'create a new one at https://www.linkedin.com/developers/tools/oauth/token-generator and replace the stored one';
    const { warnings, renewal: advice } = estimate(now, warnDays);
    expect(warnings).toEqual(texts.map((text) => text + renewal));
    expect(advice).toBe(texts.length === 0 ? null : renewal);
  });
});
