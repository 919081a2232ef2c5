// The waits that a server asks for: `Retry-After` in all its forms, and the reset of LinkedIn's daily limits. Pure.

// Two of HTTP's three date formats name their zone. So does the format of some LinkedIn upload hosts.
const ZONED_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\b\d\d:\d\d:\d\d (GMT|UTC)( \d{4})?$/i;
const BARE_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
// The largest time that a Date can hold.
const MAX_DATE_MS = 8.64e15;

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or a date relative to the server's own clock. The
 * longest of several counts. A date in the past is 0; an invalid value is null.
 */
export function retryAfterMs(header: string | string[] | undefined, serverNowMs: number): number | null {
  const parsed = [header ?? []].flat().map((one) => waitIn(one.trim(), serverNowMs));
  const delays = parsed.filter((ms) => ms !== null);
  return delays.length === 0 ? null : Math.max(...delays);
}

function waitIn(text: string, serverNowMs: number): number | null {
  if (/^\d+$/.test(text)) return Math.min(Number(text) * 1000, MAX_DATE_MS);
  const date = ZONED_DATE.test(text) ? text : BARE_DATE.test(text) ? `${text} GMT` : '';
  const dateMs = Date.parse(date);
  return Number.isNaN(dateMs) ? null : Math.max(0, dateMs - serverNowMs);
}

const DAY_MS = 86_400_000;

/** Milliseconds until LinkedIn's daily limits reset, at 00:00 UTC. */
export function untilMidnightMs(serverNowMs: number): number {
  return DAY_MS - (serverNowMs % DAY_MS);
}
