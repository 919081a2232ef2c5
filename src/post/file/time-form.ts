// The form of the key `at`, and what its author meant by another one: the line as it should be. The upload action knows the schema of a
// post file, so this file does without `Temporal`.

import { shorten } from '../../format.ts';
import { EXAMPLE_ZONE, isTimeZone, suggestZone } from './time-zone.ts';

const DAY = String.raw`(\d{4}-\d{2}-\d{2})`;
const TIME = String.raw`((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.\d{1,9})?)?`;
const OFFSET = String.raw`([Zz]|[+-](?:0\d|1[0-4]):?[0-5]\d)`;
const NAME = String.raw`([A-Za-z][\w+\-]*(?:\/[\w+\-]+)*)`;

/** The form of `at`, also for editors. A zone may be missing: the input `timezone` may name it. */
export const TIME_FORM = new RegExp(
  `^${DAY}(?:[Tt]| +)${TIME}(?: *${OFFSET})?(?: *\\[${NAME}\\]| +${NAME})?$`,
);

export const EXAMPLE_TIME = `2026-12-03 09:00 ${EXAMPLE_ZONE}`;

/** The most characters of a wrong one that an error shows. */
export const MAX_TIME_CHARS = 100;

/** Why `at` cannot be read. `timezone`: the input, null without it. */
export function explainForm(written: string, timezone: string | null): string {
  const parts = timezone === null ? 'a date, a time and a time zone' : 'a date and a time';
  return `is ${shorten(written, MAX_TIME_CHARS)}, but must be ${parts}: ${adviseTime(written, timezone)}`;
}

export function isDate(day: string): boolean {
  const epochMs = Date.parse(day);
  return Number.isFinite(epochMs) && new Date(epochMs).toISOString().startsWith(day);
}

/** What to write: the day, the time and the zone as far as they can be read, and else those of the example. */
export function adviseTime(text: string, timezone: string | null): string {
  const written = text.slice(0, MAX_TIME_CHARS);
  const { day, rest: belowDay } = readDay(written);
  const { time, rest } = readTime(belowDay);
  const zone = readZone(rest);
  if (zone !== null && /\d$/.test(zone)) return `write \`at: ${day}T${time}${zone}\``;
  if (zone !== null) return `write \`at: ${day} ${time} ${zone}\``;
  if (timezone !== null) return `write \`at: ${day} ${time}\``;
  return `write \`at: ${day} ${time} ${EXAMPLE_ZONE}\`, with the name of your time zone`;
}

const [EXAMPLE_DAY = '', EXAMPLE_CLOCK = ''] = EXAMPLE_TIME.split(' ');

function readDay(written: string): { day: string; rest: string } {
  const [yearFirst, ...forward] = /(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/.exec(written) ?? [];
  const [dayFirst, ...backward] = /(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})/.exec(written) ?? [];
  const found = yearFirst ?? dayFirst;
  // `3/12/2026` is one day in London and another one in New York.
  if (found === undefined) return { day: EXAMPLE_DAY, rest: written.replace(/\d+\/[\d/]*/, '') };
  const parts = yearFirst === undefined ? backward.toReversed() : forward;
  const day = parts.map((part) => part.padStart(2, '0')).join('-');
  return { day: isDate(day) ? day : EXAMPLE_DAY, rest: written.replace(found, '') };
}

function readTime(written: string): { time: string; rest: string } {
  const clock = /(?<![\d+-])(\d{1,2})(?:[:.](\d\d)(?::\d\d)?)?(?:\.\d+)? *([ap]m)?/i;
  const [found, hour, minute = '00', half = ''] = clock.exec(written) ?? [];
  if (found === undefined) return { time: EXAMPLE_CLOCK, rest: written };
  const rest = written.slice(written.indexOf(found) + found.length);
  const hours = toHours(Number(hour), half.toLowerCase());
  if (hours > 23 || Number(minute) > 59) return { time: EXAMPLE_CLOCK, rest };
  return { time: `${String(hours).padStart(2, '0')}:${minute}`, rest };
}

/** `half`: `am`, `pm` or empty. */
function toHours(hours: number, half: string): number {
  if (half === '') return hours;
  return (hours % 12) + (half === 'pm' ? 12 : 0);
}

/** After an offset, or in brackets, there may be a name. */
const ZONE = /^ *[[(]? *(?:(?:UTC|GMT)?([+-]\d{1,2})(?::?(\d\d))?|z(?![a-z]))? *[[(]? *([a-z][^\])]*)?/i;

/** The name, or else the offset; null without one that can be read. */
function readZone(written: string): string | null {
  const [found = '', hours, minutes = '00', name] = ZONE.exec(written) ?? [];
  if (name !== undefined) return isTimeZone(name) ? name : suggestZone(name);
  if (hours === undefined) return /^z$/i.test(found.trim()) ? 'UTC' : null;
  if (Math.abs(Number(hours)) > 14 || Number(minutes) > 59) return null;
  return `${hours.charAt(0)}${hours.slice(1).padStart(2, '0')}:${minutes}`;
}
