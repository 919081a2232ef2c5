// How long to wait before a request is sent again. Pure timing: never waits, and never decides whether to repeat.

const MAX_BACKOFF_MS = 20_000;
const BASE_BACKOFF_MS = { error: 1500, throttled: 2000 } as const;

/**
 * Equal jitter: half of a limit that doubles, and a random share of the other half. The floor outlasts a short outage,
 * where tries are few; the random share keeps clients that failed together from coming back together.
 * @param tries how many tries are behind, 1 or more
 * @param random in [0, 1)
 */
export function backoffMs(tries: number, reason: keyof typeof BASE_BACKOFF_MS, random: number): number {
  const limitMs = Math.min(MAX_BACKOFF_MS, BASE_BACKOFF_MS[reason] * 2 ** (tries - 1));
  return Math.round((limitMs * (1 + random)) / 2);
}

// Of HTTP's three forms of a date two name their zone; so does the one of some upload hosts of LinkedIn.
const ZONED_DATE = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\b\d\d:\d\d:\d\d (GMT|UTC)( \d{4})?$/i;
const BARE_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}$/;
// The longest time that a Date can tell.
const MAX_DATE_MS = 8.64e15;

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or a date against the server's own clock; of several the
 * longest. A moment that has passed is 0; what is neither is null.
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
