// Formats numbers, dates and text from outside for people. A leaf that any module may import.

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Decimal units, as in LinkedIn's documented limits: 1,300,000 is `1.3 MB`. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

/** `0.8 s`, `42 s`, `3 min 5 s`, `2 h 10 min`. */
export function formatDuration(ms: number): string {
  if (ms < 9950) return `${(Math.max(0, ms) / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `1 file`, `2 files`, `10,000 files`. */
export function pluralize(number: number, noun: string): string {
  return `${formatNumber(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** `36,152,320`, `1,800.5`. Does not use Intl, because loading the locales takes longer than a short run. */
export function formatNumber(number: number): string {
  const [whole = '', ...fraction] = String(number).split('.');
  return [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.');
}

export const DAY_MS = 86_400_000;

/** The UTC day, such as `2026-11-25`. */
export function dayOf(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

/** `a`, `a and b`, `a, b and c`. */
export function formatList(items: readonly string[]): string {
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} and ${items.at(-1)}` : items.join();
}

/** The parts that are not empty, joined. */
export function joinParts(
  parts: readonly (string | null | undefined)[],
  separator: string,
): string {
  return parts.filter(Boolean).join(separator);
}

/** The first `most` of `items`: `a, b, c and 4 more`. */
export function formatFirst(items: readonly string[], most: number): string {
  const left = items.length - most;
  return items.slice(0, most).join(', ') + (left > 0 ? ` and ${formatNumber(left)} more` : '');
}

/**
 * `Thu 3 Dec 2026, 09:00 (Europe/Berlin, +01:00)`, of an ISO 8601 time such as
 * `2026-12-03T09:00:00+01:00` and the name of its zone. Without Intl, as `formatNumber`.
 */
export function formatInstant(iso: string, zoneName: string | null = null): string {
  const [, date = '', time, hours, minutes] =
    /^(.+)T(\d\d:\d\d).*?(?:Z|([+-]\d\d):?(\d\d))$/.exec(iso) ?? [];
  const [weekday = '', day, month, year] = new Date(date).toUTCString().split(' ');
  const offset = joinParts([zoneName, `${hours}:${minutes}`], ', ');
  const zone = hours === undefined ? 'UTC' : `(${offset})`;
  return `${weekday.slice(0, 3)} ${Number(day)} ${month} ${year}, ${time} ${zone}`;
}

/** At most `most` characters of `text`, none of them divided. `…` stands for the others. */
export function shorten(text: string, most: number): string {
  if (text.length <= most) return text;
  const isDivided = /[\uD800-\uDBFF]/.test(text.charAt(most - 1));
  return `${text.slice(0, isDivided ? most - 1 : most)}…`;
}

const MAX_QUOTED_CHARS = 200;

/** The start of a value from outside, for a message that quotes it. */
export function quoted(value: string): string {
  return shorten(value, MAX_QUOTED_CHARS);
}

// Joiners and variation selectors that shape an emoji or a letter that is not ASCII.
const SHAPING =
  /(?<=[[\p{L}\p{M}\p{Extended_Pictographic}\p{Emoji_Modifier}]--\p{ASCII}])[\u200c\u200d\ufe0e\ufe0f]|\ufe0f\u20e3/v;
// Characters that a reader cannot see, but that change the text: controls, directional marks, zero-width spaces.
const INVISIBLE = new RegExp(
  String.raw`[\p{Cc}\p{Cs}\u2028\u2029\ufff9-\ufffb]|(?!${SHAPING.source})\p{Default_Ignorable_Code_Point}`,
  'gv',
);

/** What a reader sees of `text`, in one Unicode form: two texts that look alike are equal. */
export function visibleForm(text: string): string {
  return text.replace(INVISIBLE, '').trim().normalize('NFC');
}

/** One line of text from outside, with its invisible characters written out, such as `\u202e`. */
export function showInvisible(text: string): string {
  return text.replace(INVISIBLE, (character) => {
    if (character === '\n') return '\\n';
    if (character === '\r') return '\\r';
    if (character === '\t') return '\\t';
    const digits = (character.codePointAt(0) ?? 0).toString(16);
    return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
  });
}

/** JSON with its invisible characters as `\uXXXX`, which JSON parses back to the same text. */
export function escapeInvisible(json: string): string {
  return json.replace(INVISIBLE, escapeUnits);
}

/** The UTF-16 code units of `text` as JSON escapes. */
export function escapeUnits(text: string): string {
  return text
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
