// The beat of what goes on beside the uploads until the run is over.

import type { Clock } from '../../deps.ts';

/** False when `signal` aborted the sleep: the run is over. */
export function sleepUnlessAborted(clock: Clock, ms: number, signal: AbortSignal): Promise<boolean> {
  return clock.sleep(ms, signal).then(
    () => true,
    () => false,
  );
}
