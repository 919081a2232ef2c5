// The estimated expiry of an access token, from the day on which a run first used it.

import { expect, it } from 'vitest';
import { estimateToken } from '../../src/memory/tokens.ts';

const estimate = (now: string, warnDays = 10) =>
  estimateToken('2026-10-01', { epochMs: Date.parse(now), warnDays });

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

const ENDED =
  "the access token may have expired: a run first used it on 2026-10-01, and LinkedIn's tokens last 60 days";
it.each<[day: string, warnDays: number, warning: string | null]>([
  ['2026-10-18', 10, null],
  ['2026-11-20', 10, null],
  ['2026-11-21', 10, 'the access token expires in at most 9 days: '],
  ['2026-11-29', 10, 'the access token expires in at most 1 day: '],
  ['2026-11-29', 1, null],
  ['2026-11-30', 1, `${ENDED}; `],
  ['2026-11-30', 0, null],
])('on %s with token-warn-days: %i, the warning is %j and says how to renew', (day, warnDays, text) => {
  const renewal =
    'create a new one at https://www.linkedin.com/developers/tools/oauth/token-generator and replace the stored one';
  const { warnings, renewal: advice, lines } = estimate(`${day}T00:00:00Z`, warnDays);
  expect(warnings).toEqual(text === null ? [] : [text + renewal]);
  expect(advice).toBe(text === null ? null : renewal);
  // Many days are a line of the log, and no warning.
  expect(lines).toHaveLength(text === null ? 1 : 0);
});
