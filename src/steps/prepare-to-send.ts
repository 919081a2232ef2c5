// Decides and checks, before the upload action sends anything: the limit `max-calls`, which files it leaves for another day, and
// whether the memory can be written.

import { toActionError } from '../errors/action-error.ts';
import type { Inputs } from '../inputs/read-inputs.ts';
import type { Memory } from '../memory/memory.ts';
import type { Run } from '../run.ts';
import { CallLimit } from '../upload/calls/call-limit.ts';
import type { FileItem } from '../upload/file-state.ts';
import type { Ledger } from '../upload/ledger.ts';
import { rememberUploads } from '../upload/remember-uploads.ts';
import { needsCalls } from '../upload/reuse.ts';

interface PreparedRun extends Run {
  readonly memory: Memory;
}

/**
 * Lets the memory follow the ledger. If the memory cannot be written, no file starts. If nothing can start today, returns the files
 * that are left for another day: the run registers nothing then.
 */
export async function prepareToSend(
  ledger: Ledger,
  { mode }: Inputs,
  { memory, limit, clock, signal }: PreparedRun & { readonly limit: CallLimit | null },
): Promise<readonly FileItem[]> {
  const isPlan = mode === 'plan';
  const facts = { epochMs: clock.epochMs(), limit };
  const mayStart = ledger.open.some(
    ({ planned }) => needsCalls(planned, facts) && (limit?.fits(planned) ?? true),
  );
  const isSending = mayStart && !isPlan;
  try {
    if (isSending) await memory.prepareWrites();
  } catch (error) {
    // A cancellation is reported through the signal.
    if (!signal.aborted) ledger.failAll(toActionError(error));
  }
  if (!isPlan) rememberUploads(ledger, memory);
  if (isSending || limit === null) return [];
  const deferrals = limit.planDeferrals(ledger.items.map(({ planned }) => planned));
  return ledger.open.filter(({ planned }) => deferrals.has(planned));
}

/** Null without a limit of API calls. A simulated run counts only its own calls. */
export function limitCalls(steps: Inputs, ledger: Ledger, { memory, signal }: PreparedRun): CallLimit | null {
  const { maxCalls } = steps;
  if (maxCalls === null) return null;
  const callsOn = (day: string) => memory.uploads.callsOn(day);
  const epochMs = () => memory.epochMs();
  const isOver = () => signal.aborted || ledger.stopReason !== null;
  return new CallLimit({ maxCalls, callsOn, epochMs, isOver, steps, signal });
}
