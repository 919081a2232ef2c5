// How long any retry waits, and the loop that retries the disk and GitHub. Calls to LinkedIn have their own: upload/run-limits.ts.

import type { Clock } from './run.ts';

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

interface RetryRules {
  /** The milliseconds to wait after the error of an attempt, counted from 1. Null: it is the last one. */
  readonly waitMsAfter: (error: unknown, attempt: number) => number | null;
  readonly clock: Clock;
  /** Ends the waits. */
  readonly signal?: AbortSignal;
}

/** Repeats `call` until it succeeds. @throws the error of its last attempt, also when a wait is aborted */
export async function retry<T>(
  call: () => Promise<T>,
  { waitMsAfter, clock, signal }: RetryRules,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const waitMs = waitMsAfter(error, attempt);
      if (waitMs === null) throw error;
      await clock.sleep(waitMs, signal).catch(() => {
        throw error;
      });
    }
  }
}
