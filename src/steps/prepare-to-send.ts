// Decides and checks, before the upload action sends anything: the limit `max-calls`, which files it leaves for another day, and
// whether the memory can be written.

import { toActionError } from '../errors/action-error.ts';
import type { Inputs } from '../inputs/read-inputs.ts';
import type { Memory } from '../memory/memory.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';
import { CallLimit } from '../upload/calls/call-limit.ts';
import type { FileItem } from '../upload/file-state.ts';
import type { Ledger } from '../upload/ledger.ts';
import { rememberUploads } from '../upload/remember-uploads.ts';
import { needsCalls } from '../upload/reuse.ts';

interface Run extends Runtime {
  readonly memory: Memory;
}

interface Sending {
  /** Null without a limit of API calls. */
  readonly limit: CallLimit | null;
  /** If nothing can start today: the files that are left for another day. The run registers nothing then. */
  readonly deferred: readonly FileItem[];
}

/** Lets the memory follow the ledger. If the memory cannot be written, no file starts. */
export async function prepareToSend(ledger: Ledger, inputs: Inputs, run: Run): Promise<Sending> {
  const { memory, clock, signal } = run;
  const { mode, maxCalls } = inputs;
  const isPlan = mode === 'plan';
  const limit = maxCalls === null ? null : limitCalls({ ...inputs, maxCalls }, ledger, run);
  const facts = { epochMs: clock.epochMs(), limit };
  const mayStart = ledger.open.some(
    ({ planned }) => needsCalls(planned, facts) && (limit?.fits(planned) ?? true),
  );
  const isSending = mayStart && !isPlan;
  try {
    if (isSending) await withGracePeriod(memory.prepareWrites(), run);
  } catch (error) {
    // A cancellation is reported through the signal.
    if (!signal.aborted) ledger.failAll(toActionError(error));
  }
  if (!isPlan) rememberUploads(ledger, memory);
  if (isSending || limit === null) return { limit, deferred: [] };
  const deferrals = limit.planDeferrals(ledger.items.map(({ planned }) => planned));
  return { limit, deferred: ledger.open.filter(({ planned }) => deferrals.has(planned)) };
}

/** A simulated run counts only its own calls. */
function limitCalls(steps: Inputs & { readonly maxCalls: number }, ledger: Ledger, run: Run): CallLimit {
  const { maxCalls } = steps;
  const { memory, signal } = run;
  const callsOn = (day: string) => memory.uploads.callsOn(day);
  const epochMs = () => memory.epochMs();
  const isOver = () => signal.aborted || ledger.stopReason !== null;
  return new CallLimit({ maxCalls, callsOn, epochMs, isOver, steps, signal });
}
