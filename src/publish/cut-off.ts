// The end of a run that was cancelled, or ended by a bug, while something hangs: a disk on a network, or what waits in
// line behind it for one of Node's few threads. No error ever comes of that, and the time to tell what is known is short.

import { once } from 'node:events';
import type { Deps } from '../deps.ts';
import { asActionError } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import { endBy, outcomeOfFailure } from './outcome.ts';

// GitHub cancels a step by SIGINT, and 7.5 s later by SIGTERM, which ends it at once. What does not hang ends in a tenth
// of a second.
const LAST_WAIT_MS = 4000;

/**
 * Waits for `work`, which settles all files of the ledger. If it hangs after `signal` aborted, it is left, and the files
 * that are open then are settled as cut short; what it still does changes nothing in the ledger.
 * @throws what `work` throws in time
 */
export async function orCutOff(
  ledger: Ledger,
  work: Promise<void>,
  { clock, signal }: Pick<Deps, 'clock' | 'signal'>,
): Promise<void> {
  if (await endsInTime(work, LAST_WAIT_MS, { clock, signal })) return;
  const reason = asActionError(signal.reason);
  for (const index of ledger.open()) {
    const { stage } = ledger.entry(index);
    ledger.record(index, {
      kind: 'settled',
      ...outcomeOfFailure(reason, { stage, end: endBy(signal) }),
    });
  }
  ledger.close();
}

/**
 * False when `work` is not over `lastWaitMs` after `signal` aborted. It goes on then, with all that it holds, and what it
 * throws is nobody's business any more.
 * @throws what `work` throws in time
 */
export async function endsInTime(
  work: Promise<void>,
  lastWaitMs: number,
  { clock, signal }: Pick<Deps, 'clock' | 'signal'>,
): Promise<boolean> {
  const over = new AbortController();
  const lastWait = async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: over.signal });
    await clock.sleep(lastWaitMs, over.signal);
    return false;
  };
  try {
    return await Promise.race([work.then(() => true), lastWait()]);
  } finally {
    over.abort();
  }
}
