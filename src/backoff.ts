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
