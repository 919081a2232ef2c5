// Reads a point in time: ISO 8601 with an offset, as the key `at` has it. Pure.

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(?:Z|([+-])(\d{2}):?(\d{2}))$/;

/** The pattern of this form, for editors. */
export const INSTANT_PATTERN = INSTANT.source;

/** In epoch milliseconds, without fractions of a second. Null for other text and for dates that do not exist. */
export function parseInstant(text: string): number | null {
  const found = INSTANT.exec(text);
  if (found === null) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found
    .slice(1, 7)
    .map((digits) => Number(digits ?? 0));
  const [offsetHours, offsetMinutes] = [Number(found[8] ?? 0), Number(found[9] ?? 0)];
  const isTime = hour < 24 && minute < 60 && second < 60 && offsetHours < 24 && offsetMinutes < 60;
  const local = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  // Date turns February 30 into March 2, and years before 100 into those of the last century.
  const isDate =
    local.getUTCFullYear() === year && local.getUTCMonth() === month - 1 && local.getUTCDate() === day;
  if (!isTime || !isDate) return null;
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000;
  return local.getTime() + (found[7] === '-' ? offsetMs : -offsetMs);
}
