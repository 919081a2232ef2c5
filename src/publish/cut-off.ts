// The end of a run that was cancelled, or ended by a bug, while something hangs: a disk on a network, or what waits in
// line behind it for one of Node's few threads. No error ever comes of that, and the time to tell what is known is short.

import { once } from 'node:events';
import type { Deps } from '../deps.ts';
import { type ActionError, asActionError } from '../errors.ts';
import type { Ledger } from './ledger.ts';
import { endBy, outcomeOfFailure } from './outcome.ts';

// What does not hang ends in a tenth of a second. With the last write of the manifest, and what the process waits before
// it ends itself, a run that hangs is over five seconds after the signal; GitHub's second one comes after 7.5.
const LAST_WAIT_MS = 2000;

type Ending = Pick<Deps, 'clock' | 'signal'>;

/**
 * Waits for `work`, which settles all files of the ledger. If it hangs after `signal` aborted, it is left, and the files
 * that are open then are settled as cut short; what it still does changes nothing in the ledger.
 * @throws what `work` throws in time
 */
export async function orCutOff(
  ledger: Ledger,
  work: Promise<void>,
  { clock, signal }: Ending,
): Promise<void> {
  if (await endsInTime(work, { lastWaitMs: LAST_WAIT_MS }, { clock, signal })) return;
  cutOff(ledger, signal);
}

/** Settles what is open as cut short by the end of the run. */
export function cutOff(ledger: Ledger, signal: AbortSignal): void {
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
 * As `work`; if that hangs after `signal` aborted, it is left, and `otherwise` says what takes its place.
 * @throws what `work` throws in time, or `otherwise`
 */
export async function unlessHanging<T>(
  work: Promise<T>,
  { clock, signal }: Ending,
  otherwise = (end: ActionError): T => {
    throw end;
  },
): Promise<T> {
  const isOver = await endsInTime(work, { lastWaitMs: LAST_WAIT_MS }, { clock, signal });
  return isOver ? await work : otherwise(asActionError(signal.reason));
}

interface Limits {
  /** From the moment when `signal` aborts. */
  readonly lastWaitMs: number;
  /** From now on, whether it aborts or not; no limit where it is left out. */
  readonly limitMs?: number;
}

/**
 * False when `work` is not over within the limits. It goes on then, with all that it holds, and what it throws is
 * nobody's business any more.
 * @throws what `work` throws in time
 */
export async function endsInTime(
  work: Promise<unknown>,
  { lastWaitMs, limitMs }: Limits,
  { clock, signal }: Ending,
): Promise<boolean> {
  const over = new AbortController();
  const lastWait = async () => {
    if (!signal.aborted) await once(signal, 'abort', { signal: over.signal });
    await clock.sleep(lastWaitMs, over.signal);
    return false;
  };
  const wait = async (ms: number) => {
    await clock.sleep(ms, over.signal);
    return false;
  };
  const limits = limitMs === undefined ? [lastWait()] : [lastWait(), wait(limitMs)];
  try {
    return await Promise.race([work.then(() => true), ...limits]);
  } finally {
    over.abort();
  }
}
