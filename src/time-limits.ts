// The grace period of a run after a signal.

import { settledOrAborted } from './clock.ts';
import type { Clock, Deps } from './deps.ts';
import { type ActionError, toActionError } from './errors/action-error.ts';

// After a signal (or a bug), work has a short time to settle; then the outputs are written, then the manifest, then the
// process exits. GitHub sends SIGINT, then SIGTERM after 7.5 s, and kills after 10 s.

/** Work that does not hang settles within about 0.1 s. No other work starts after the signal, so two limits never add up. */
const SETTLE_MS = 1500;
/** The last write of the manifest, after the outputs. */
export const MANIFEST_MS = 3000;
/** From the signal to the forced exit, whatever still hangs. */
export const EXIT_MS = 5000;

/**
 * Settles as `work` does. Work that still hangs `settleMs` after `signal` aborted, such as a read from a network disk, is
 * abandoned, and `onAbandoned` returns the result instead; by default it throws the signal's reason.
 */
export async function withGracePeriod<T>(
  work: Promise<T>,
  { clock, signal, settleMs = SETTLE_MS }: Pick<Deps, 'clock' | 'signal'> & { readonly settleMs?: number },
  onAbandoned = (reason: ActionError): T => {
    throw reason;
  },
): Promise<T> {
  await settledOrAborted(work, signal);
  return (await settlesWithin(work, settleMs, clock))
    ? await work
    : onAbandoned(toActionError(signal.reason));
}

/** False when `work` is still pending after `limitMs`. @throws what `work` throws in time */
export async function settlesWithin(work: Promise<unknown>, limitMs: number, clock: Clock): Promise<boolean> {
  const settled = new AbortController();
  const limit = clock.sleep(limitMs, settled.signal).then(() => false);
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    settled.abort();
  }
}
