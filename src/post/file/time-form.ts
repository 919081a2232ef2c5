// The form of the key `at`, and what its author meant by another one: the line as it should be. The
// upload action has the schema of a post file in its bundle, so this file does without `Temporal`.

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
  const shown = shorten(written, MAX_TIME_CHARS);
  return `is ${shown}, but must be ${parts}: ${adviseTime(written, timezone)}`;
}

export function isDate(day: string): boolean {
  const epochMs = Date.parse(day);
  return Number.isFinite(epochMs) && new Date(epochMs).toISOString().startsWith(day);
}

/** What to write: day, time and zone as far as they can be read, and else those of the example. */
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

/** `3/12/2026` is missing: it is one day in London and another one in New York. */
const DAY_FORMS = [
  /(?<year>\d{4})[-/.](?<month>\d{1,2})[-/.](?<day>\d{1,2})/,
  /(?<day>\d{1,2})\. ?(?<month>\d{1,2})\. ?(?<year>\d{4})/,
  /(?<day>\d{1,2})(?:st|nd|rd|th)? (?<month>[a-z]{3})[a-z]*,? (?<year>\d{4})/i,
  /(?<month>[a-z]{3})[a-z]* (?<day>\d{1,2})(?:st|nd|rd|th)?,? (?<year>\d{4})/i,
];

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

function readDay(written: string): { day: string; rest: string } {
  const found = DAY_FORMS.map((form) => form.exec(written)).find((match) => match !== null);
  const { year = '', month = '', day = '' } = found?.groups ?? {};
  const place = MONTHS.indexOf(month.toLowerCase()) + 1;
  const monthNumber = place === 0 ? month : String(place);
  const read = `${year}-${monthNumber.padStart(2, '0')}-${day.padStart(2, '0')}`;
  const rest = written.replace(found?.[0] ?? '', '');
  return { day: isDate(read) ? read : EXAMPLE_DAY, rest };
}

/** A number alone may be a part of a date. */
const CLOCK =
  /(?<![\d+-])(\d{1,2})(?:[:.](\d\d)(?::\d\d)?(?:\.\d+)?(?: *([ap])\.?m\b\.?)?| *([ap])\.?m\b\.?)/i;

function readTime(written: string): { time: string; rest: string } {
  const [found, hour, minute = '00', first, half = first ?? ''] = CLOCK.exec(written) ?? [];
  if (found === undefined) return { time: EXAMPLE_CLOCK, rest: written };
  const rest = written.slice(written.indexOf(found) + found.length);
  const hours = toHours(Number(hour), half.toLowerCase());
  if (hours > 23 || Number(minute) > 59) return { time: EXAMPLE_CLOCK, rest };
  return { time: `${String(hours).padStart(2, '0')}:${minute}`, rest };
}

/** `half` of the day: `a` before noon, `p` after it, or empty. */
function toHours(hours: number, half: string): number {
  if (half === '') return hours;
  return (hours % 12) + (half === 'p' ? 12 : 0);
}

/** After an offset, or in brackets, there may be a name. */
const ZONE =
  /^ *[[(]? *(?:(?:UTC|GMT)?([+-]\d{1,2})(?::?(\d\d))?|z(?![a-z]))? *[[(]? *([a-z][^\])(,]*)?/i;

/** The name, or else the offset; null without one that can be read. */
function readZone(written: string): string | null {
  const [found = '', hours, minutes = '00', name] = ZONE.exec(written) ?? [];
  if (name !== undefined) return isTimeZone(name.trim()) ? name.trim() : suggestZone(name);
  if (hours === undefined) return /^z$/i.test(found.trim()) ? 'UTC' : null;
  if (Math.abs(Number(hours)) > 14 || Number(minutes) > 59) return null;
  return `${hours.charAt(0)}${hours.slice(1).padStart(2, '0')}:${minutes}`;
}
