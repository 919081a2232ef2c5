// The LinkedIn API versions: the newest one that this release of the action knows, and when LinkedIn stops serving each.

import { DAY_MS, pluralize } from '../format.ts';

/** The newest version in LinkedIn's documents when this was written (2026-11-25). LinkedIn supports it for a year. */
export const NEWEST_KNOWN_VERSION = '202609';

/** `YYYYMM` for the LinkedIn-Version header of /rest, or `v2` for the unversioned paths. */
export type LinkedInVersion = string;

/** A version with a date. */
export const DATED_VERSION = /^20\d{2}(0[1-9]|1[0-2])$/;

const NOTICE_DAYS = 45;

/**
 * The warning for a version that is about to end, has ended, or lies in the future; null if there is nothing to warn of, or the
 * version is newer than this release. LinkedIn serves each version for a year, and has ended none before the 15th.
 * https://learn.microsoft.com/linkedin/marketing/integrations/migrations (copies of 2026-03 and 2026-08)
 */
export function versionWarning(version: LinkedInVersion, epochMs: number): string | null {
  if (version === 'v2') return null;
  const thisMonth = new Date(epochMs).toISOString().slice(0, 'YYYY-MM'.length).replace('-', '');
  if (version > thisMonth)
    return `LinkedIn cannot have published version ${version} yet; set the newest one, such as ${NEWEST_KNOWN_VERSION}`;
  if (version > NEWEST_KNOWN_VERSION) return null;
  const end = `${Number(version.slice(0, 4)) + 1}-${version.slice(4)}-15`;
  const daysLeft = Math.ceil((Date.parse(end) - epochMs) / DAY_MS);
  if (daysLeft > NOTICE_DAYS) return null;
  const advice =
    version === NEWEST_KNOWN_VERSION
      ? 'look for a newer release of this action'
      : `set a newer one, such as ${NEWEST_KNOWN_VERSION}`;
  return daysLeft > 0
    ? `LinkedIn ends version ${version} around ${end}, in ${pluralize(daysLeft, 'day')}; ${advice}`
    : `LinkedIn has probably ended version ${version}, around ${end}; ${advice}`;
}
