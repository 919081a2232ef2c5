// Ends a run, with a time limit for each step. After a signal (or a bug), work has a short time to settle; then the
// outputs are written, then the manifest, then the process exits. GitHub sends SIGINT, then SIGTERM after 7.5 s, and
// kills after 10 s.

import { once } from 'node:events';
import type { Clock, Deps } from '../deps.ts';
import { type ActionError, abortReason, toActionError } from '../errors.ts';
import { replaceProcess } from '../replace-process.ts';
import { outcomeOfFailure } from './file-state.ts';
import type { Ledger } from './ledger.ts';

/** Work that does not hang settles within about 0.1 s. No work starts after the signal, so two limits never add up. */
const SETTLE_MS = 1500;
/** The last write of the manifest, after the outputs. */
export const MANIFEST_MS = 3000;
/** From the signal to the forced exit: slightly more than the sum of the two above. */
export const EXIT_MS = 5000;
/** From the normal end of a run, when everything is written, to the forced exit. */
export const LINGER_MS = 1000;

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
  const settled = new AbortController();
  const aborted = signal.aborted || once(signal, 'abort', { signal: settled.signal });
  try {
    await Promise.race([work, aborted]);
  } finally {
    settled.abort();
  }
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

/** Settles all unsettled files as interrupted by the end of the run. Later events are ignored. */
export function settleUnsettledFiles(ledger: Ledger, signal: AbortSignal): void {
  const reason = toActionError(signal.reason);
  for (const index of ledger.unsettledIndices()) {
    const { stage } = ledger.entry(index);
    const outcome = outcomeOfFailure(reason, { stage, end: abortReason(signal) });
    if (stage === 'waiting') ledger.settleUnstarted(index, outcome);
    else ledger.record(index, { kind: 'settled', ...outcome });
  }
  ledger.close();
}

/**
 * Ends the process `delayMs` from now, unless it has ended by then. Node joins its I/O threads on every normal exit: in Node
 * 24, `process.exit` and `process.reallyExit` hang as long as one read hangs. A signal ends the process but is always a
 * failure, which `fail-on: never` must not be. Only a new process in its place keeps the exit code. Windows cannot replace a
 * process.
 */
export function forceExitAfter(delayMs: number): void {
  setTimeout(() => {
    const { exitCode = 1 } = process;
    replaceProcess(process, ['-e', `process.exitCode = ${exitCode}`], {});
    process.kill(process.pid, 'SIGKILL');
  }, delayMs).unref();
}
