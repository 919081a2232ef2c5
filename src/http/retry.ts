// How long to wait before a request is sent again. Pure timing: never waits, and never decides whether to repeat.

const CAP_MS = 20_000;
const BASE_MS = { fault: 500, throttled: 2000 } as const;

/**
 * Full jitter: anything from nothing to an exponentially growing limit, so that clients that failed together do not
 * come back together.
 * @param tries how many tries are behind, 1 or more
 * @param random in [0, 1)
 */
export function backoffMs(tries: number, reason: keyof typeof BASE_MS, random: number): number {
  return Math.round(random * Math.min(CAP_MS, BASE_MS[reason] * 2 ** (tries - 1)));
}

/**
 * Milliseconds that a `Retry-After` header asks for: seconds, or a date against the server's own clock. A moment that
 * has passed is 0; what is neither is null.
 */
export function retryAfterMs(header: string | string[] | undefined, serverNowMs: number): number | null {
  const text = [header ?? []].flat()[0]?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes many forms that are no HTTP date; all of HTTP's begin with the day's name.
  const date = /^(mon|tue|wed|thu|fri|sat|sun)/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - serverNowMs);
}

/** Milliseconds until LinkedIn's daily limits reset, at 00:00 UTC. */
export function untilMidnightMs(serverNowMs: number): number {
  const DAY_MS = 86_400_000;
  return DAY_MS - (serverNowMs % DAY_MS);
}
