// The end of a cancelled run. GitHub sends SIGINT, then SIGTERM after 7.5 s, and kills after 10 s.

import { once } from 'node:events';
import { toActionError } from './errors/action-error.ts';
import type { Run } from './run.ts';

/**
 * From the signal until work that still hangs is abandoned. A post or comment whose first byte has left has this long for LinkedIn's
 * response. All other work settles within about 0.1 s.
 */
const SETTLE_MS = 2000;
/** The last write of the manifest, after the outputs. It ends before the forced exit, so that the log can say what is missing. */
export const MANIFEST_MS = 2500;
/** From the signal to the forced exit, whatever still hangs. */
export const EXIT_MS = 5000;

/** Settles as `work` does. @throws the reason of `signal`, if `work` still hangs `settleMs` after it aborted, or after the call */
export async function withGracePeriod<T>(
  work: Promise<T>,
  { clock, signal }: Run,
  settleMs = SETTLE_MS,
): Promise<T> {
  const settled = new AbortController();
  const abandoned = async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: settled.signal });
    await clock.sleep(settleMs, settled.signal);
    throw toActionError(signal.reason);
  };
  try {
    return await Promise.race([work, abandoned()]);
  } finally {
    settled.abort();
  }
}
