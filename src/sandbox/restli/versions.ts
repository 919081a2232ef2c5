// Which versions of LinkedIn's API are active.

const FIRST_ACTIVE_VERSION = '202601';
// The newest version in LinkedIn's documentation (2026-10). It is active even when the clock is behind.
const NEWEST_KNOWN_VERSION = '202609';

/**
 * Accepts a valid month that is not retired by late 2026 and not in the future. LinkedIn activates a version around
 * the middle of its month. It answers an earlier call like a call for a retired version. LinkedIn skipped 202512, but
 * that version is retired anyway.
 */
export function isActiveVersionAt(now: number, version: string): boolean {
  const thisMonth = new Date(now).toISOString().slice(0, 7).replace('-', '');
  return (
    /^\d{4}(0[1-9]|1[0-2])$/.test(version) &&
    version >= FIRST_ACTIVE_VERSION &&
    (version <= NEWEST_KNOWN_VERSION || version <= thisMonth)
  );
}
