// The key `at`: which moment it is, and what is said of one that cannot be read.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type PostTime, readPostTime } from '../../../src/post/file/post-time.ts';
import { fuzzed } from '../../support/fuzz.ts';

function read(at: string, timezone: string | null = null): PostTime {
  const time = readPostTime(at, timezone);
  if ('problem' in time) throw new Error(time.problem);
  return time;
}

function problemOf(at: string, timezone: string | null = null): string {
  const time = readPostTime(at, timezone);
  return 'problem' in time ? time.problem : `read as ${time.iso}`;
}

/** The value of the line that an error shows. */
function correctedIn(problem: string): string {
  return /write `at: ([^`]+)`/.exec(problem)?.[1] ?? '';
}

const BERLIN = 'Europe/Berlin';

describe('an `at` that can be read', () => {
  it.each([
    ['2026-12-03T09:00:00+01:00', '2026-12-03T09:00:00+01:00', null],
    ['2026-12-03T09:00+01:00', '2026-12-03T09:00:00+01:00', null],
    ['2026-12-03T09:00:00.123Z', '2026-12-03T09:00:00Z', null],
    ['2026-12-03T00:30:00-05:30', '2026-12-03T00:30:00-05:30', null],
    ['2026-12-03T09:00:00+0100', '2026-12-03T09:00:00+01:00', null],
    ['2026-12-03T09:00:00+14:59', '2026-12-03T09:00:00+14:59', null],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00Z', null],
    ['2026-12-03t09:00z', '2026-12-03T09:00:00Z', null],
    ['2026-12-03 09:00:30 +01:00', '2026-12-03T09:00:30+01:00', null],
    ['2026-12-03 09:00 UTC', '2026-12-03T09:00:00Z', null],
    ['2026-12-03 09:00 Europe/Berlin', '2026-12-03T09:00:00+01:00', BERLIN],
    ['2026-07-03 09:00 Europe/Berlin', '2026-07-03T09:00:00+02:00', BERLIN],
    ['2026-12-03  09:00:30  Europe/Berlin', '2026-12-03T09:00:30+01:00', BERLIN],
    ['2026-12-03T09:00[Europe/Berlin]', '2026-12-03T09:00:00+01:00', BERLIN],
    ['2026-12-03T09:00+01:00[Europe/Berlin]', '2026-12-03T09:00:00+01:00', BERLIN],
    ['2026-12-03T09:00+01:00 Europe/Berlin', '2026-12-03T09:00:00+01:00', BERLIN],
    ['2026-12-03 09:00 Etc/GMT-1', '2026-12-03T09:00:00+01:00', 'Etc/GMT-1'],
  ])('%s is %s', (at, iso, zone) => {
    expect(read(at)).toMatchObject({
      iso,
      zone,
      epochMs: Date.parse(iso),
      content: Date.parse(iso),
    });
  });

  it('without a zone, it has the clocks of the input `timezone`, and its content is the time as written', () => {
    const content = '2026-12-03T09:00:00';
    expect(read('2026-12-03 09:00', BERLIN)).toMatchObject({
      iso: `${content}+01:00`,
      zone: BERLIN,
      content,
    });
    expect(read('2026-12-03T09:00:00', 'UTC')).toMatchObject({
      iso: `${content}Z`,
      zone: null,
      content,
    });
  });

  it('its own zone or offset outranks the input `timezone`', () => {
    expect(read('2026-12-03 09:00 Asia/Tokyo', BERLIN).iso).toBe('2026-12-03T09:00:00+09:00');
    expect(read('2026-12-03T09:00:00Z', BERLIN)).toMatchObject({
      iso: '2026-12-03T09:00:00Z',
      zone: null,
    });
  });

  it('of a time that comes twice, the earlier one counts, unless the offset is that of the later one', () => {
    expect(read('2026-10-25 02:30 Europe/Berlin').iso).toBe('2026-10-25T02:30:00+02:00');
    expect(read('2026-10-25 02:30', BERLIN).iso).toBe('2026-10-25T02:30:00+02:00');
    expect(read('2026-10-25T02:30+02:00[Europe/Berlin]').iso).toBe('2026-10-25T02:30:00+02:00');
    expect(read('2026-10-25T02:30+01:00[Europe/Berlin]').iso).toBe('2026-10-25T02:30:00+01:00');
  });

  it('shows another moment in its zone', () => {
    const july = Date.parse('2026-07-01T12:00:00Z');
    expect(read('2026-12-03 09:00 Europe/Berlin').isoAt(july)).toBe('2026-07-01T14:00:00+02:00');
    expect(read('2026-12-03T09:00:00-05:00').isoAt(july)).toBe('2026-07-01T07:00:00-05:00');
    expect(read('2026-12-03T09:00:00Z').isoAt(july)).toBe('2026-07-01T12:00:00Z');
  });
});

describe('a time that does not exist', () => {
  it('is an error that names the change of the clocks, its zone and the time to write', () => {
    expect(problemOf('2026-03-29 02:30 Europe/Berlin')).toBe(
      'is 2026-03-29 02:30 Europe/Berlin, a time that does not exist: the clocks of Europe/Berlin go from Sun 29 Mar 2026, 02:00 (+01:00) to Sun 29 Mar 2026, 03:00 (+02:00); write `at: 2026-03-29 03:30 Europe/Berlin`',
    );
  });

  it('is an error with the input `timezone`, too', () => {
    expect(problemOf('2026-03-29T02:30', BERLIN)).toMatch(
      /the clocks of Europe\/Berlin go from .*; write `at: 2026-03-29 03:30`$/,
    );
  });

  it('is an error if a zone skips a whole day', () => {
    expect(problemOf('2011-12-30 10:00 Pacific/Apia')).toMatch(
      /go from Fri 30 Dec 2011, 00:00 \(-10:00\) to Sat 31 Dec 2011, 00:00 \(\+14:00\); write `at: 2011-12-31 10:00 Pacific\/Apia`$/,
    );
  });

  it('is an error with an offset and a zone, too', () => {
    expect(problemOf('2026-03-29T02:30+01:00[Europe/Berlin]')).toContain(
      'a time that does not exist',
    );
  });

  it('a day that the calendar does not have is an error', () => {
    expect(problemOf('2026-02-30 09:00 Europe/Berlin')).toBe('must be a date that exists');
    expect(problemOf('2026-13-03T09:00:00Z')).toBe('must be a date that exists');
  });
});

it('an offset that the zone does not have then is an error with the offset of the zone', () => {
  expect(problemOf('2026-12-03T09:00+02:00[Europe/Berlin]')).toBe(
    'is 2026-12-03T09:00+02:00[Europe/Berlin], but the clocks of Europe/Berlin have +01:00 then: write `at: 2026-12-03 09:00 Europe/Berlin`, or remove the zone',
  );
  expect(problemOf('2026-12-03T09:00Z[Europe/Berlin]')).toContain(
    'the clocks of Europe/Berlin have +01:00 then',
  );
  expect(problemOf('2026-10-25T02:30+03:00[Europe/Berlin]')).toContain(
    'have +02:00 and +01:00 then',
  );
});

describe('a zone that is not known is an error with the line as it should be', () => {
  it.each([
    ['Europe/Berln', 'Europe/Berlin'],
    ['Europe/Berlni', 'Europe/Berlin'],
    ['Berlin', 'Europe/Berlin'],
    ['berlin', 'Europe/Berlin'],
    ['America/Berlin', 'Europe/Berlin'],
    ['New York', 'America/New_York'],
    ['(New York)', 'America/New_York'],
    ['Kyiv', 'Europe/Kyiv'],
    ['Kolkata', 'Asia/Kolkata'],
    ['Japan', 'Asia/Tokyo'],
  ])('%s is meant as %s', (name, zone) => {
    expect(problemOf(`2026-12-03 09:00 ${name}`)).toMatch(
      new RegExp(`(?:which is not known|and a time zone): write \`at: 2026-12-03 09:00 ${zone}\`$`),
    );
  });

  it.each([
    ['CET', 'Europe/Berlin'],
    ['cest', 'Europe/Berlin'],
    ['MEZ', 'Europe/Berlin'],
    ['PST', 'America/Los_Angeles'],
    ['EDT', 'America/New_York'],
    ['BST', 'Europe/London'],
    ['IST', 'Asia/Kolkata'],
  ])('the abbreviation %s is answered with %s', (name, zone) => {
    expect(problemOf(`2026-12-03 09:00 ${name}`)).toBe(
      `has ${name} for a time zone, an abbreviation that does not say whose clocks count: write \`at: 2026-12-03 09:00 ${zone}\`, or another city with that time`,
    );
  });

  it('a name that is near to none is answered with an example', () => {
    expect(problemOf('2026-12-03 10:15 Middle-earth')).toBe(
      'has the time zone Middle-earth, which is not known: write `at: 2026-12-03 10:15 Europe/Berlin`, with the name of your time zone',
    );
  });
});

describe('a value of another form is an error with the line as it should be', () => {
  it.each([
    ['2026-12-03', '2026-12-03 09:00 Europe/Berlin'],
    ['2026-12-03T10:15', '2026-12-03 10:15 Europe/Berlin'],
    ['tomorrow', '2026-12-03 09:00 Europe/Berlin'],
    ['tomorrow at 10:15', '2026-12-03 10:15 Europe/Berlin'],
    ['4.12.2026', '2026-12-04 09:00 Europe/Berlin'],
    ['4. 12. 2026, 10:15 Uhr', '2026-12-04 10:15 Europe/Berlin'],
    ['2026/12/4 10:15 Asia/Tokyo', '2026-12-04 10:15 Asia/Tokyo'],
    ['4/12/2026 9am', '2026-12-03 09:00 Europe/Berlin'],
    ['2026-12-04 9:15 PM', '2026-12-04 21:15 Europe/Berlin'],
    ['2026-12-04 12:15 AM', '2026-12-04 00:15 Europe/Berlin'],
    ['2026-12-04 9 p.m. New York', '2026-12-04 21:00 America/New_York'],
    ['Dec 4, 2026 9:15 AM PST', '2026-12-04 09:15 America/Los_Angeles'],
    ['4th December 2026', '2026-12-04 09:00 Europe/Berlin'],
    ['Fri 4 Dec 2026, 10:15 (Asia/Tokyo, +09:00)', '2026-12-04 10:15 Asia/Tokyo'],
    ['2026-12-04 09:15 PM', '2026-12-04 21:15 Europe/Berlin'],
    ['2026-12-04 10:15 UTC+1', '2026-12-04T10:15+01:00'],
    ['2026-12-04 10:15 +1', '2026-12-04T10:15+01:00'],
    ['2026-12-04 10:15 [-05:30]', '2026-12-04T10:15-05:30'],
    ['2026-12-04T24:00:00Z', '2026-12-04 09:00 UTC'],
    ['2026-12-04T09:60:00Z', '2026-12-04 09:00 UTC'],
    ['2026-12-04T10:15:00+15:00', '2026-12-04 10:15 Europe/Berlin'],
    ['2026-13-4 10:15', '2026-12-03 10:15 Europe/Berlin'],
  ])('%s is answered with %s', (at, expected) => {
    expect(correctedIn(problemOf(at))).toBe(expected);
    expect(read(expected).iso).toMatch(/^2026-/);
  });

  it('with the input `timezone`, the line needs no zone', () => {
    expect(problemOf('4.12.2026', BERLIN)).toBe(
      'is 4.12.2026, but must be a date and a time: write `at: 2026-12-04 09:00`',
    );
  });

  it('a time without a zone names the input `timezone`, too', () => {
    expect(problemOf('2026-12-03T09:00')).toBe(
      'is 2026-12-03T09:00, which has no time zone: write `at: 2026-12-03 09:00 Europe/Berlin`, with the name of your time zone, or set the input `timezone`',
    );
  });

  it('a long value is cut in its error', () => {
    expect(problemOf('x'.repeat(5000)).length).toBeLessThan(300);
    expect(problemOf(`2026-12-03 09:00 A${'b'.repeat(5000)}`).length).toBeLessThan(400);
  });

  it('no value makes the reader throw, and the line that an error shows can be read', () => {
    const part = fc.constantFrom(
      ...[
        '2026-12-03',
        '2026-3-29',
        '29.3.2026',
        '3/12/2026',
        'T',
        ' ',
        '09:00',
        '9:5',
        '12 pm',
        '25:00',
        '.5',
      ],
      ...[
        'Z',
        '+01:00',
        '-15:00',
        'UTC',
        'GMT+2',
        '[',
        ']',
        'Europe/Berlin',
        'CET',
        'Berlin',
        'PM',
        '(',
        '-',
        '/',
      ],
    );
    const text = fc.array(fc.oneof({ weight: 9, arbitrary: part }, fc.string({ maxLength: 5 })), {
      maxLength: 6,
    });
    const property = fc.property(text, fc.constantFrom(null, BERLIN), (parts, timezone) => {
      const problem = problemOf(parts.join(''), timezone);
      const line = correctedIn(problem);
      expect(line === '' || problemOf(line, timezone).startsWith('read as')).toBe(true);
    });
    fc.assert(property, fuzzed());
  });
});

/** What the clocks of a zone show, by Node's formatter, as if it were UTC. */
function localMsOf(formatter: Intl.DateTimeFormat, epochMs: number): number {
  const parts = Object.fromEntries(
    formatter.formatToParts(epochMs).map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

const formatters = new Map<string, Intl.DateTimeFormat>();
function formatterOf(timeZone: string): Intl.DateTimeFormat {
  const numeric = 'numeric' as const;
  const clock = { hour: numeric, minute: numeric, second: numeric, hourCycle: 'h23' } as const;
  const made =
    formatters.get(timeZone) ??
    new Intl.DateTimeFormat('en', {
      timeZone,
      year: numeric,
      month: numeric,
      day: numeric,
      ...clock,
    });
  formatters.set(timeZone, made);
  return made;
}

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;

/** Every moment at which the clocks show a time: an offset of a zone is one that it has within two days. */
function momentsOf(timeZone: string, localMs: number): number[] {
  const formatter = formatterOf(timeZone);
  const offsets = [-2, -1, 0, 1, 2].map((days) => {
    const near = localMs + days * DAY_MS;
    return localMsOf(formatter, near) - near;
  });
  const found = offsets
    .map((offset) => localMs - offset)
    .filter((ms) => localMsOf(formatter, ms) === localMs);
  return [...new Set(found)].sort((a, b) => a - b);
}

/** The moments of a year at which the offset changes, to the second. */
function changesIn(timeZone: string, year: number): number[] {
  const formatter = formatterOf(timeZone);
  const offsetAt = (ms: number) => localMsOf(formatter, ms) - ms;
  const days = Array.from({ length: 366 }, (_, day) => Date.UTC(year, 0, 1) + day * DAY_MS);
  return days.flatMap((day) => {
    if (offsetAt(day) === offsetAt(day + DAY_MS)) return [];
    let [before, after] = [day, day + DAY_MS];
    while (after - before > 1000) {
      const middle = Math.floor((before + after) / 2000) * 1000;
      if (offsetAt(middle) === offsetAt(before)) before = middle;
      else after = middle;
    }
    return [after];
  });
}

describe('an independent way through `Intl` finds the same moments', () => {
  const zone = fc.constantFrom(...Intl.supportedValuesOf('timeZone'), 'US/Pacific', 'Europe/Kyiv');
  const year = fc.integer({ min: 1990, max: 2040 });

  function expectSame(timeZone: string, localMs: number): void {
    const local = new Date(localMs).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
    const [earliest] = momentsOf(timeZone, localMs);
    const time = readPostTime(`${local.replace('T', ' ')} ${timeZone}`, null);
    if (earliest === undefined) expect(time, `${local} ${timeZone}`).toHaveProperty('problem');
    else expect(time, `${local} ${timeZone}`).toMatchObject({ epochMs: earliest, zone: timeZone });
    const bare = readPostTime(local, timeZone);
    if (earliest === undefined) expect(bare).toHaveProperty('problem');
    else expect(bare).toMatchObject({ epochMs: earliest, content: local });
  }

  it('of random times in random zones', () => {
    const second = fc.nat(366 * 24 * 3600 - 1);
    const property = fc.property(zone, year, second, (timeZone, start, seconds) => {
      expectSame(timeZone, Date.UTC(start, 0, 1) + seconds * 1000);
    });
    fc.assert(property, fuzzed(1000));
  });

  it('of times around both changes of the clocks', () => {
    const seconds = fc.array(fc.integer({ min: -3 * 3600, max: 3 * 3600 }), {
      minLength: 1,
      maxLength: 8,
    });
    const property = fc.property(zone, year, seconds, (timeZone, start, shifts) => {
      for (const change of changesIn(timeZone, start)) {
        const localMs = localMsOf(formatterOf(timeZone), change);
        for (const shift of [0, -1, 1, ...shifts]) expectSame(timeZone, localMs + shift * 1000);
      }
    });
    fc.assert(property, fuzzed(100));
  });

  it('shows a random moment as the clocks of its zone do', () => {
    const property = fc.property(zone, year, fc.nat(365 * 86_400), (timeZone, start, seconds) => {
      const epochMs = Date.UTC(start, 0, 1) + seconds * 1000;
      const iso = read('2026-12-03 12:00', timeZone).isoAt(epochMs);
      const local = new Date(localMsOf(formatterOf(timeZone), epochMs)).toISOString();
      expect(iso.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length)).toBe(
        local.slice(0, 'YYYY-MM-DDTHH:MM:SS'.length),
      );
      expect(Date.parse(iso)).toBe(epochMs);
    });
    fc.assert(property, fuzzed(500));
  });
});
