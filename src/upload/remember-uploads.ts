// Records in the memory each change of an upload from which a later run resumes.

import { toActionError } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import type { Memory } from '../memory/memory.ts';
import type { UploadRecord } from '../memory/upload-entry.ts';
import type { Run } from '../run.ts';
import type { CallLimit } from './call-limit.ts';
import type { FileEvent, FileItem } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import { needsCalls } from './reuse.ts';

// LinkedIn did not accept the file: another run must upload it again.
const REJECTED_BY_LINKEDIN: ReadonlySet<ErrorCode> = new Set([
  'MEDIA_REJECTED',
  'PROCESSING_FAILED',
  'ASSET_WITHDRAWN',
]);

interface Remembering extends Run {
  readonly ledger: Ledger;
  readonly memory: Memory;
  /** Null without a limit of API calls. */
  readonly callLimit: CallLimit | null;
}

/**
 * Prepares the memory, before the upload action sends anything. If it cannot be written, no file starts. If no file can start today,
 * returns those that are left for another day: the run registers nothing then.
 */
export async function prepareToSend(
  mode: 'publish' | 'plan' | 'simulate',
  { ledger, memory, callLimit, clock, signal }: Remembering,
): Promise<readonly FileItem[]> {
  const isPlan = mode === 'plan';
  const mayStart = ledger.open.some(
    ({ planned }) =>
      needsCalls(planned, clock.epochMs(), callLimit) && (callLimit?.fits(planned) ?? true),
  );
  const isSending = mayStart && !isPlan;
  try {
    if (isSending) await memory.prepareWrites();
  } catch (error) {
    // A cancellation is reported through the signal.
    if (!signal.aborted) ledger.failAll(toActionError(error));
  }
  if (!isPlan) rememberUploads(ledger, memory);
  if (isSending || callLimit === null) return [];
  const deferrals = callLimit.planDeferrals(ledger.items.map(({ planned }) => planned));
  return ledger.open.filter(({ planned }) => deferrals.has(planned));
}

/** If the rules of the repository forbid each write, no further file starts. */
export function rememberUploads(ledger: Ledger, memory: Memory): void {
  const { uploads } = memory;
  void memory.writeRejection.promise.then((error) => ledger.stop(error));
  ledger.subscribe({
    onCall: () => uploads.countCall(),
    onFile: (item, event) => {
      const { uploadKey, request, file } = item.planned;
      if (uploadKey === undefined || request === null || item.identity === null) return;
      const state = stateAfter(item, event, uploads.now());
      if (state === null) return;
      const { urn } = item.identity;
      uploads.record(uploadKey, { file: file.path, kind: request.kind, urn, ...state });
    },
  });
}

/** Null when a later run does not need the change. */
function stateAfter(
  { status }: FileItem,
  event: FileEvent,
  now: string,
): Pick<UploadRecord, 'state' | 'status' | 'checkedAt'> | null {
  if (event.kind === 'registered' || event.kind === 'uploaded') return { state: event.kind };
  if (event.kind !== 'settled') return null;
  const { state, error } = event;
  // LinkedIn responds to a synchronous upload after processing, so the response is a check too.
  if (state === 'available' || (state === 'reused' && status !== null))
    return { state: 'available', ...(status !== null && { status }), checkedAt: now };
  return error !== undefined && REJECTED_BY_LINKEDIN.has(error.code)
    ? { state: 'registered' }
    : null;
}
