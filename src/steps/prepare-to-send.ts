// Decides and checks, before the upload action sends anything: the limit `max-calls`, and whether the memory can be written.

import { toActionError } from '../errors.ts';
import type { Inputs } from '../inputs/read-inputs.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';
import { CallLimit } from '../upload/calls/call-limit.ts';
import type { Ledger } from '../upload/ledger.ts';
import { needsCalls } from '../upload/reuse.ts';
import type { RunMemory } from './open-memory.ts';

interface Run extends Runtime {
  /** Null without a manifest, or if it cannot be read. */
  readonly memory: RunMemory | null;
}

/**
 * Lets the memory follow the ledger. If the memory cannot be written, no file starts. Resolves with the limit of API calls, or null
 * without one.
 */
export async function prepareToSend(ledger: Ledger, inputs: Inputs, run: Run): Promise<CallLimit | null> {
  const { memory, clock, signal } = run;
  const limit = limitCalls(inputs, ledger, run);
  if (inputs.mode === 'plan' || memory === null) return limit;
  const facts = { epochMs: clock.epochMs(), limit };
  const mayStart = ledger.open.some(
    ({ planned }) => needsCalls(planned, facts) && (limit?.fits(planned) ?? true),
  );
  try {
    if (mayStart) await withGracePeriod(memory.manifest.prepareWrites(), run);
  } catch (error) {
    // A cancellation is reported through the signal.
    if (!signal.aborted) ledger.failAll(toActionError(error));
  }
  memory.uploads.follow(ledger);
  return limit;
}

/** A simulated run counts only its own calls. */
function limitCalls({ maxCalls, upload: steps }: Inputs, ledger: Ledger, run: Run): CallLimit | null {
  if (maxCalls === null) return null;
  const { memory, clock, signal } = run;
  const callsOn = (day: string) => memory?.uploads.callsOn(day) ?? ledger.requests.calls;
  const epochMs = () => (memory?.manifest.store ?? clock).epochMs();
  const isOver = () => signal.aborted || ledger.stopReason !== null;
  const limit = new CallLimit({ maxCalls, callsOn, epochMs, isOver, steps, signal });
  const warning = limit.neverFittingWarning(ledger.items.map(({ planned }) => planned));
  if (warning !== null) run.logger.warning(warning);
  return limit;
}
