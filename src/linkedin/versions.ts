// LinkedIn's API versions, as far as this release of the action knows them.

/** The newest version seen in LinkedIn's documents when this was written (2026-11-25); supported for a year. */
export const NEWEST_KNOWN_VERSION = '202609';

/** `YYYYMM` for the LinkedIn-Version header of /rest, or `v2` for the unversioned paths. */
export type LinkedInVersion = string;

const VERSION = /^20\d{2}(0[1-9]|1[0-2])$/;

export function isVersion(text: string): text is LinkedInVersion {
  return text === 'v2' || VERSION.test(text);
}
