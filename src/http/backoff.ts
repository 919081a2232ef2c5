// Computes how long to wait before a retry. Pure timing: it does not wait, and does not decide whether to retry.

const MAX_BACKOFF_MS = 20_000;
const BACKOFFS = {
  error: { firstMs: 1500, factor: 2 },
  throttled: { firstMs: 2000, factor: 2 },
  // Calls with only three attempts must outlast an outage of five seconds: they wait about 2 s, then 8 s.
  lost: { firstMs: 2700, factor: 4 },
} as const;

/**
 * Equal jitter: half of a limit that grows, plus a random share of the other half. The fixed half outlasts a short
 * outage although attempts are few. The random half spreads out clients that failed together.
 * @param tries how many attempts have failed, 1 or more
 * @param random in [0, 1)
 */
export function backoffMs(tries: number, reason: keyof typeof BACKOFFS, random: number): number {
  const { firstMs, factor } = BACKOFFS[reason];
  const limitMs = Math.min(MAX_BACKOFF_MS, firstMs * factor ** (tries - 1));
  return Math.round((limitMs * (1 + random)) / 2);
}

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
