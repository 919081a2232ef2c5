// The key `at` of a post: a local time, and whose clocks count. The error of one that cannot be read
// shows the line as it should be.

import { formatInstant, formatList, shorten } from '../../format.ts';
import { type Clocks, clocksOf, type Moment } from './local-time.ts';
import { adviseTime, explainForm, isDate, MAX_TIME_CHARS, TIME_FORM } from './time-form.ts';
import { isTimeZone, zoneOfAbbreviation } from './time-zone.ts';

/** When a post may go out. */
export interface PostTime extends Moment {
  /** The IANA name of its time zone; null if it has only an offset. */
  readonly zone: string | null;
  /**
   * What counts of it in the content of a post: the moment, if the file names a zone or an offset.
   * Else the local time as written, so that another input `timezone` does not make another post.
   */
  readonly content: number | string;
  /** Another moment in its zone, as ISO 8601. */
  readonly isoAt: (epochMs: number) => string;
}

interface InvalidTime {
  /** Completes a sentence about `at`. */
  readonly problem: string;
}

/** `timezone`: the input, null without it. */
export function readPostTime(written: string, timezone: string | null): PostTime | InvalidTime {
  const shown = shorten(written, MAX_TIME_CHARS);
  const [, day, time, seconds = ':00', givenOffset, bracketed, name = bracketed] =
    TIME_FORM.exec(written) ?? [];
  if (day === undefined) return { problem: explainForm(written, timezone) };
  if (!isDate(day)) return { problem: 'must be a date that exists' };
  if (name !== undefined && !isTimeZone(name)) return wrongZone(shown, name);
  const offset = givenOffset === undefined ? null : normalizeOffset(givenOffset);
  const zone = name ?? offset ?? timezone;
  if (zone === null) return missingZone(shown);
  // A fraction of a second does not count.
  const local = `${day}T${time}${seconds.slice(0, ':SS'.length)}`;
  const clocks = clocksOf(zone);
  const moments = clocks.momentsOf(local);
  const [earliest] = moments;
  if (earliest === undefined) return skippedTime(shown, { local, clocks, zone, name });
  const moment = offset === null ? earliest : moments.find(({ iso }) => offsetOf(iso) === offset);
  if (moment === undefined) return wrongOffset(shown, { zone, moments });
  return {
    ...moment,
    zone: zone === offset || zone === UTC ? null : zone,
    content: name === undefined && offset === null ? local : moment.epochMs,
    isoAt: clocks.isoAt,
  };
}

const UTC = 'UTC';

/** The offset as a zone: `+01:00`, or UTC. */
function normalizeOffset(offset: string): string {
  const isUtc = /^z$/i.test(offset) || Number(offset.replace(':', '')) === 0;
  return isUtc ? UTC : offset.replace(/(\d\d):?(\d\d)/, '$1:$2');
}

function offsetOf(iso: string): string {
  return normalizeOffset(/(?:Z|[+-]\d\d:\d\d)$/.exec(iso)?.[0] ?? '');
}

function missingZone(written: string): InvalidTime {
  const advice = `${adviseTime(written, null)}, or set the input \`timezone\``;
  return { problem: `is ${written}, which has no time zone: ${advice}` };
}

function wrongZone(written: string, name: string): InvalidTime {
  const shown = shorten(name, MAX_TIME_CHARS);
  const advice = adviseTime(written, null);
  if (zoneOfAbbreviation(name) === null)
    return { problem: `has the time zone ${shown}, which is not known: ${advice}` };
  const text = `has ${shown} for a time zone, an abbreviation that does not say whose clocks count`;
  return { problem: `${text}: ${advice}, or another city with that time` };
}

interface OtherOffset {
  readonly zone: string;
  /** Those of the zone. */
  readonly moments: readonly Moment[];
}

function wrongOffset(written: string, { zone, moments }: OtherOffset): InvalidTime {
  const offsets = formatList(moments.map(({ iso }) => offsetOf(iso)));
  const clocks = `the clocks of ${zone} have ${offsets} then`;
  const advice = `${adviseTime(written, null)}, or remove the zone`;
  return { problem: `is ${written}, but ${clocks}: ${advice}` };
}

interface SkippedTime {
  readonly local: string;
  readonly clocks: Clocks;
  readonly zone: string;
  /** The zone, if the file names it. */
  readonly name: string | undefined;
}

function skippedTime(written: string, skipped: SkippedTime): InvalidTime {
  const { local, clocks, zone, name = '' } = skipped;
  const { before, after, moved } = clocks.changeAt(local);
  const [from, to] = [formatInstant(before), formatInstant(after)];
  const change = `the clocks of ${zone} go from ${from} to ${to}`;
  const [day, time = ''] = moved.split('T');
  const line = `${day} ${time.slice(0, 'HH:MM'.length)} ${name}`.trim();
  return { problem: `is ${written}, a time that does not exist: ${change}; write \`at: ${line}\`` };
}
