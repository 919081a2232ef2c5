// Has the memory follow the ledger: records each change of an upload from which a later run resumes.

import type { ErrorCode } from '../errors/error-codes.ts';
import type { Memory } from '../memory/memory.ts';
import type { UploadRecord } from '../memory/upload-entry.ts';
import type { FileEvent, FileItem } from './file-state.ts';
import type { Ledger } from './ledger.ts';

// LinkedIn did not accept the file: another run must upload it again.
const REJECTED_BY_LINKEDIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MEDIA_REJECTED',
  'PROCESSING_FAILED',
  'ASSET_WITHDRAWN',
]);

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
    return { state: 'available', ...(status === null ? {} : { status }), checkedAt: now };
  return error !== undefined && REJECTED_BY_LINKEDIN.has(error.code) ? { state: 'registered' } : null;
}
