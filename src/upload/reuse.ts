// Resumes earlier runs: reuses an upload that LinkedIn has, from the manifest, or from a file of this run with the same bytes.

import { RunError, runStoppedError, statusOf } from '../errors/action-error.ts';
import { DAY_MS } from '../format.ts';
import { toMediaIdentity } from '../linkedin/urn.ts';
import type { UploadEntry } from '../memory/upload-entry.ts';
import type { CallLimit } from './call-limit.ts';
import type { FileItem, Outcome } from './file-state.ts';
import type { PlannedFile } from './plan.ts';
import type { UploadRun } from './upload.ts';

/** Whether LinkedIn verified the entry within the last day. A future date does not count: anyone may set it. */
export function isFresh({ checkedAt }: UploadEntry, epochMs: number): boolean {
  const ageMs = checkedAt === undefined ? Number.NaN : epochMs - Date.parse(checkedAt);
  return ageMs >= 0 && ageMs < DAY_MS;
}

/**
 * Whether the file takes calls: it was never sent, or LinkedIn has to confirm that it still has the upload. With a limit of API
 * calls, they are for new files.
 */
export function needsCalls(
  { reused }: PlannedFile,
  epochMs: number,
  callLimit: CallLimit | null,
): boolean {
  if (reused === undefined) return true;
  if ('duplicateOf' in reused) return false;
  return (
    reused.earlier.state !== 'available' ||
    (callLimit === null && !isFresh(reused.earlier, epochMs))
  );
}

// LinkedIn may report WAITING_UPLOAD for some time. A run that resumes soon must not count an upload as lost that no
// status read has shown yet.
const RECENT_MS = 10 * 60_000;

/**
 * Reuses an upload for the file, if LinkedIn has its bytes. Returns its outcome; null when it has to be uploaded.
 * @throws the error of a status read that is not repeated; the reason of a run that was stopped
 */
export async function reuseUpload(item: FileItem, run: UploadRun): Promise<Outcome | null> {
  const { ledger, clock, callLimit } = run;
  const { planned } = item;
  const { reused } = planned;
  if (reused === undefined) return null;
  if ('duplicateOf' in reused) return await endAsFirst(item, reused.duplicateOf, run);
  const { earlier } = reused;
  ledger.record(item, { kind: 'reused', identity: toMediaIdentity(earlier.urn, earlier.kind) });
  if (!needsCalls(planned, clock.epochMs(), callLimit)) return { state: 'reused' };
  if (callLimit !== null && !(await callLimit.reserve(item))) return { state: 'deferred' };
  const outcome = await verify(item, earlier, run);
  if (outcome === null)
    ledger.record(item, { kind: 'abandoned', reason: 'LinkedIn no longer has it' });
  return outcome;
}

async function verify(
  item: FileItem,
  { urn, updatedAt, checkedAt }: UploadEntry,
  { poller, clock }: UploadRun,
): Promise<Outcome | null> {
  const { request } = item.planned;
  if (request === null) return null;
  const { api, kind, recipe } = request;
  const isRecent = checkedAt === undefined && clock.epochMs() - Date.parse(updatedAt) < RECENT_MS;
  try {
    return await poller.verify(item, { api, kind, recipe, urn }, isRecent);
  } catch (error) {
    // LinkedIn no longer has it, so the file is uploaded again.
    if ([404, 410].includes(statusOf(error) ?? 0)) return null;
    throw error;
  }
}

/** The same bytes are sent once, so a duplicate ends as the first file does. */
async function endAsFirst(
  item: FileItem,
  duplicateOf: PlannedFile,
  { ledger }: UploadRun,
): Promise<Outcome> {
  const first = ledger.itemOf(duplicateOf);
  await first.settled.promise;
  const { state, identity, error } = first;
  const { path } = duplicateOf.file;
  if (state === 'deferred') {
    // LinkedIn no longer has the earlier upload of both.
    if (identity === null) ledger.record(item, { kind: 'abandoned' });
    return { state };
  }
  if (error !== null && state !== 'processing') {
    if (ledger.stopReason !== null) throw runStoppedError('not registered', ledger.stopReason);
    if (error instanceof RunError) throw error;
    const text = `not uploaded: ${path} has the same bytes and failed: ${error.message}`;
    return { state: 'failed', error: error.reword(text) };
  }
  if (identity === null) throw new RangeError(`${path} has no URN`);
  ledger.record(item, { kind: 'reused', identity });
  if (state !== 'processing') return { state: 'reused' };
  return error === null ? { state } : { state, error };
}
