// The clocks of a time zone, as Node knows them, read through `Temporal`. Node 24 has none, so a
// polyfill stands in: only this file imports it.

import { Temporal } from 'temporal-polyfill';

export interface Moment {
  readonly epochMs: number;
  /** ISO 8601 with the offset, such as `2026-12-03T09:00:00+01:00`; with `Z` for the zone UTC. */
  readonly iso: string;
}

/** A change that skips a local time. */
interface ClockChange {
  /** What the clocks would show at the change, ISO 8601 with the offset until then. */
  readonly before: string;
  /** What they show from then on. */
  readonly after: string;
  /** The skipped time, moved by as much as the clocks: it exists. */
  readonly moved: string;
}

/** A local time is a date and a time without an offset, such as `2026-12-03T09:00:00`. */
export interface Clocks {
  /** When the clocks show it: never if they skip it, or twice, the earlier moment first. */
  readonly momentsOf: (local: string) => readonly Moment[];
  /** The change that skips it. */
  readonly changeAt: (local: string) => ClockChange;
  /** What the clocks show at a moment. */
  readonly isoAt: (epochMs: number) => string;
}

/**
 * @param zone an IANA name that Node knows, or an offset such as `+01:00`
 * @throws RangeError if a local time has a date that does not exist
 */
export function clocksOf(zone: string): Clocks {
  const read = (local: string, disambiguation: 'earlier' | 'later') => {
    const written = Temporal.PlainDateTime.from(local, { overflow: 'reject' });
    return written.toZonedDateTime(zone, { disambiguation });
  };
  return {
    momentsOf: (local) => {
      const earlier = read(local, 'earlier');
      if (!earlier.toPlainDateTime().equals(local)) return [];
      const later = read(local, 'later');
      return earlier.equals(later) ? [toMoment(earlier)] : [toMoment(earlier), toMoment(later)];
    },
    changeAt: (local) => {
      const earlier = read(local, 'earlier');
      const change = earlier.getTimeZoneTransition('next') ?? earlier;
      const nanoseconds = change.offsetNanoseconds - earlier.offsetNanoseconds;
      const shown = change.toPlainDateTime().subtract({ nanoseconds });
      const offset = toIso(earlier).slice(-'+01:00'.length);
      const before = `${shown.toString({ smallestUnit: 'second' })}${offset}`;
      return { before, after: toIso(change), moved: toIso(read(local, 'later')) };
    },
    isoAt: (epochMs) => {
      const instant = Temporal.Instant.fromEpochMilliseconds(epochMs);
      return toIso(instant.toZonedDateTimeISO(zone));
    },
  };
}

function toMoment(time: Temporal.ZonedDateTime): Moment {
  return { epochMs: time.epochMilliseconds, iso: toIso(time) };
}

function toIso(time: Temporal.ZonedDateTime): string {
  const iso = time.toString({ smallestUnit: 'second', timeZoneName: 'never' });
  return time.timeZoneId === 'UTC' ? iso.replace(/\+00:00$/, 'Z') : iso;
}
