// The end of a cancelled run, whatever hangs: a disk on a network, the look-up of a name, a file that another program
// holds. No error ever comes of those, and what LinkedIn gave must be told before the job is over.

import { once } from 'node:events';
import type { Deps } from '../deps.ts';
import type { Ledger } from './ledger.ts';
import { endBy, outcomeOfFailure } from './outcome.ts';

// GitHub kills a cancelled step after ten seconds; what does not hang ends in a tenth of one.
const LAST_WAIT_MS = 4000;

/**
 * Does `work`, which settles all files of the ledger. A while after `signal` aborted it is waited for no more: the files
 * that are open then are settled as cut short.
 * @throws what `work` throws in time
 */
export async function orCutOff(
  ledger: Ledger,
  work: () => Promise<void>,
  { clock, signal }: Pick<Deps, 'clock' | 'signal'>,
): Promise<void> {
  const over = new AbortController();
  const lastWait = async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: over.signal });
    await clock.sleep(LAST_WAIT_MS, over.signal);
    settleOpen(ledger, signal);
  };
  try {
    await Promise.race([work(), lastWait()]);
  } finally {
    over.abort();
  }
}

function settleOpen(ledger: Ledger, signal: AbortSignal): void {
  const end = endBy(signal);
  if (end === null) return;
  for (const index of ledger.open()) {
    const { stage } = ledger.entry(index);
    ledger.record(index, { kind: 'settled', ...outcomeOfFailure(end, { stage, end }) });
  }
}
