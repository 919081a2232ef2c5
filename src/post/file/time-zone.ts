// Names of time zones: which of them count, and what a wrong one probably means. The upload action
// knows the inputs of the post action, so this file does without `Temporal`.

import { similarName } from '../../similar-name.ts';

/** The name in examples. */
export const EXAMPLE_ZONE = 'Europe/Berlin';

/** Names of places, and UTC. The other names that Node knows are abbreviations, or old ones. */
const ZONE_NAME = /^(?:UTC|GMT|[A-Za-z_]+(?:\/[\w+-]+)+)$/;

/** Whether it is an IANA name, in any letter case, as Node takes it. */
export function isTimeZone(name: string): boolean {
  return ZONE_NAME.test(name) && canonicalZone(name) !== null;
}

/** The IANA name that `Berlin`, `Europe/Berln` or `CET` probably means; null if none is near. */
export function suggestZone(written: string): string | null {
  const name = written.trim().slice(0, MAX_NAME_CHARS).replaceAll(/\s+/g, '_');
  const known = zoneOfAbbreviation(name) ?? canonicalZone(name);
  return known ?? similarName(name, [...NEW_NAMES, ...Intl.supportedValuesOf('timeZone')]);
}

/** Null for a name that is not an abbreviation. */
export function zoneOfAbbreviation(name: string): string | null {
  const upper = name.toUpperCase();
  return Object.keys(ABBREVIATIONS).find((zone) => ABBREVIATIONS[zone]?.includes(upper)) ?? null;
}

/** Longer than every IANA name. */
const MAX_NAME_CHARS = 50;

/** Null for an offset, and for a name that Node does not know. */
function canonicalZone(name: string): string | null {
  if (!/^[A-Za-z]/.test(name)) return null;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/**
 * A large place whose people use the abbreviation, in summer or in winter. Node takes some of them
 * for other places.
 */
const ABBREVIATIONS: Readonly<Record<string, readonly string[]>> = {
  [EXAMPLE_ZONE]: ['CET', 'CEST', 'MET', 'MEST', 'MEZ', 'MESZ'],
  'Europe/Lisbon': ['WET', 'WEST'],
  'Europe/Athens': ['EET', 'EEST'],
  'Europe/London': ['BST'],
  'Europe/Moscow': ['MSK'],
  'America/New_York': ['ET', 'EST', 'EDT'],
  'America/Chicago': ['CT', 'CST', 'CDT'],
  'America/Denver': ['MT', 'MST', 'MDT'],
  'America/Los_Angeles': ['PT', 'PST', 'PDT'],
  'Asia/Kolkata': ['IST'],
  'Asia/Tokyo': ['JST'],
  'Australia/Sydney': ['AET', 'AEST', 'AEDT'],
};

/** Node lists the older names of these places. */
const NEW_NAMES = [
  'Africa/Asmara',
  'America/Argentina/Buenos_Aires',
  'America/Nuuk',
  'Asia/Ho_Chi_Minh',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Yangon',
  'Atlantic/Faroe',
  'Europe/Kyiv',
];
