// The LinkedIn API versions that this release of the action knows, and when LinkedIn stops serving each.

import { DAY_MS, pluralize } from '../format.ts';

/** The newest version in LinkedIn's documents when this was written (2026-11-25). LinkedIn supports it for a year. */
export const NEWEST_KNOWN_VERSION = '202609';

/** `YYYYMM` for the LinkedIn-Version header of /rest, or `v2` for the unversioned paths. */
export type LinkedInVersion = string;

/** A version with a date. */
export const DATED_VERSION = /^20\d{2}(0[1-9]|1[0-2])$/;

// The end dates that LinkedIn published. A version that is neither listed nor newer never existed, or is older.
// https://learn.microsoft.com/linkedin/marketing/integrations/migrations (copies of 2026-03 and 2026-08)
const END_DATES: Readonly<Record<LinkedInVersion, string>> = {
  '202506': '2026-06-15',
  '202507': '2026-07-15',
  '202508': '2026-08-17',
  '202509': '2026-09-15',
  '202510': '2026-10-15',
  '202511': '2026-11-16',
  '202601': '2027-01-15',
  '202602': '2027-02-15',
  '202603': '2027-03-16',
  '202604': '2027-04-15',
  '202605': '2027-05-15',
  '202606': '2027-06-15',
  '202607': '2027-07-15',
};
// Versions in use without a published end. Each version is served for a year, and none has ended before the 15th.
const EXPECTED_END_DATES: Readonly<Record<LinkedInVersion, string>> = {
  '202608': '2027-08-15',
  '202609': '2027-09-15',
};

const OLDEST_KNOWN_VERSION = '202506';
const NOTICE_DAYS = 45;

/**
 * The warning for a version that is about to end, has ended, lies in the future, or never existed; null if there is
 * nothing to warn of, or the version is newer than this release. `epochMs` is in epoch milliseconds.
 */
export function versionWarning(version: LinkedInVersion, epochMs: number): string | null {
  if (version === 'v2') return null;
  const thisMonth = new Date(epochMs).toISOString().slice(0, 'YYYY-MM'.length).replace('-', '');
  if (version > thisMonth)
    return `LinkedIn cannot have published version ${version} yet; set the newest one, such as ${NEWEST_KNOWN_VERSION}`;
  if (version > NEWEST_KNOWN_VERSION) return null;
  const instead = `set a newer one, such as ${NEWEST_KNOWN_VERSION}`;
  if (version < OLDEST_KNOWN_VERSION) return `LinkedIn has ended version ${version}; ${instead}`;
  const published = END_DATES[version];
  const end = published ?? EXPECTED_END_DATES[version];
  if (end === undefined) return `LinkedIn never published version ${version}; ${instead}`;
  const daysLeft = Math.ceil((Date.parse(end) - epochMs) / DAY_MS);
  if (daysLeft > NOTICE_DAYS) return null;
  const isSure = published !== undefined;
  if (daysLeft <= 0) {
    const what = isSure ? `has ended version ${version} on` : `has probably ended version ${version} around`;
    return `LinkedIn ${what} ${end}; ${instead}`;
  }
  const what = isSure ? `ends version ${version} on` : `is expected to end version ${version} around`;
  const advice = version === NEWEST_KNOWN_VERSION ? 'look for a newer release of this action' : instead;
  return `LinkedIn ${what} ${end}, in ${pluralize(daysLeft, 'day')}; ${advice}`;
}
