// Estimates how long an access token lasts when LinkedIn is not asked. LinkedIn does not return a token's age without the
// credentials of its app, but every access token lasts 60 days, and a run has seen it on a known day.

import { DAY_MS, pluralize } from '../format.ts';
import type { TokenInfo } from './session.ts';

// https://learn.microsoft.com/linkedin/shared/authentication/programmatic-refresh-tokens (read 2026-11-25)
const LIFETIME_DAYS = 60;

export const RENEWAL =
  'create a new one at https://www.linkedin.com/developers/tools/oauth/token-generator and replace the stored one';

export type TokenMessages = Pick<TokenInfo, 'lines' | 'notices' | 'warnings'>;

export type TokenEstimateInfo = TokenInfo & { readonly daysLeft: number };

/** `firstSeen` is a UTC day, such as `2026-11-25`. The result is an upper bound: the token may be older. */
export function estimateToken(
  firstSeen: string,
  { epochMs, warnDays }: { readonly epochMs: number; readonly warnDays: number },
): TokenEstimateInfo {
  // A day in the future comes from a runner whose clock is ahead.
  const age = Math.max(0, Math.floor((epochMs - Date.parse(firstSeen)) / DAY_MS));
  const daysLeft = Math.max(0, LIFETIME_DAYS - age);
  const seen = `a run first used it on ${firstSeen}, and LinkedIn's tokens last ${LIFETIME_DAYS} days`;
  const text =
    daysLeft === 0
      ? `the access token may have expired: ${seen}`
      : `the access token expires in at most ${pluralize(daysLeft, 'day')}`;
  const renewal = daysLeft < warnDays ? RENEWAL : null;
  return {
    daysLeft,
    expiresAtMs: Date.parse(firstSeen) + LIFETIME_DAYS * DAY_MS,
    scopes: null,
    refreshDaysLeft: null,
    renewal,
    checkError: null,
    lines: renewal === null ? [text] : [],
    warnings: renewal === null ? [] : [`${text}${daysLeft === 0 ? '; ' : ': '}${renewal}`],
    notices: [],
  };
}
