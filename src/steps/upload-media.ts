// Uploads the files of a ledger until the run is cancelled.

import { abortReason } from '../errors/action-error.ts';
import { withGracePeriod } from '../time-limits.ts';
import type { Ledger } from '../upload/ledger.ts';
import { type UploadDeps, type UploadSettings, uploadFiles } from '../upload/upload-files.ts';

/** Settles every unsettled file of the ledger. A cancelled run starts no files, and settles those that are left. */
export async function uploadMedia(ledger: Ledger, settings: UploadSettings, deps: UploadDeps): Promise<void> {
  if (!deps.signal.aborted) await withGracePeriod(uploadFiles(ledger, settings, deps), deps, () => {});
  const end = abortReason(deps.signal);
  if (end !== null) ledger.interrupt(end);
}
