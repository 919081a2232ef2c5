// The interval timer of the log and the results file, which run beside the uploads.

import type { Clock } from '../../deps.ts';

/** Resolves with false when `signal` aborts the sleep: the run is over. */
export function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}
