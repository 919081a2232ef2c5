// Uploads the files of a run with either API, and waits for their processing. The ledger has the outcome of each file.

import { abortReason, toActionError } from '../errors/action-error.ts';
import { Limiter } from '../limiter.ts';
import type { Run } from '../run.ts';
import type { CallLimit, StepsAfterUpload } from './call-limit.ts';
import { type FileItem, failedOutcome, interruptedOutcome, type Outcome } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import { reuseUpload } from './reuse.ts';
import { StatusPoller, type Uploads } from './status-poller.ts';
import { type UploadRun, uploadInSession } from './upload.ts';

interface UploadSettings extends Pick<StepsAfterUpload, 'waitMs' | 'readsArtifacts'> {
  /** The most PUT requests at a time, and the most status reads. Also the most calls, once a first registration has succeeded. */
  readonly concurrency: number;
}

interface SendingRun extends Run, Pick<Uploads, 'linkedin' | 'limits'> {
  readonly callLimit?: CallLimit | null;
}

// Per PUT slot: the file that is sent, and one that registers or waits for its turn. Few, so that upload URLs do not expire.
const STARTED_FILES_PER_SLOT = 2;

/** Lets the next file start. */
type FreeSlot = () => void;

/**
 * Settles every unsettled file of the ledger. Reuses uploads of earlier runs at once, and starts the other files one by one, because
 * waiting files must not take memory.
 */
export async function uploadFiles(
  ledger: Ledger,
  { waitMs, readsArtifacts, concurrency }: UploadSettings,
  { callLimit = null, ...sending }: SendingRun,
): Promise<void> {
  const { open } = ledger;
  const uploads = { ...sending, ledger, waitMs, readsArtifacts };
  const run: UploadRun = {
    ...uploads,
    callLimit,
    itemByUrn: new Map(),
    poller: new StatusPoller(uploads),
    startedFiles: new Limiter(STARTED_FILES_PER_SLOT * concurrency),
  };
  const settling: Promise<void>[] = [];
  const isReused = ({ planned }: FileItem) => planned.reused !== undefined;
  settling.push(...open.filter(isReused).map((item) => resumeFile(item, run)));
  for (const item of open)
    if (!isReused(item)) settling.push(uploadFile(item, await startFile(item, run), run));
  await Promise.all(settling);
}

/** Reuses the upload of an earlier run, or uploads the file, and settles it. */
async function resumeFile(item: FileItem, run: UploadRun): Promise<void> {
  try {
    const outcome = await reuseUpload(item, run);
    if (outcome === null) await uploadFile(item, await startFile(item, run), run);
    else settle(item, outcome, run);
  } catch (thrown) {
    settleFailed(item, thrown, run);
  }
}

/** Waits until the file may start. Null: it is left for another day. */
async function startFile(
  item: FileItem,
  { callLimit, startedFiles }: UploadRun,
): Promise<FreeSlot | null> {
  // Counts the calls of a new upload, also after an earlier one that LinkedIn lost.
  const { reused: _, ...upload } = item.planned;
  const fits = callLimit === null || (await callLimit.reserve(item, upload));
  return fits ? await startedFiles.acquire(item) : null;
}

/** Uploads and settles a file. When its session is lost, records the URN as abandoned and registers the file again. */
async function uploadFile(item: FileItem, release: FreeSlot | null, run: UploadRun): Promise<void> {
  if (release === null) return settle(item, { state: 'deferred' }, run);
  const { ledger, signal } = run;
  for (let number = 1; ; number += 1) {
    try {
      const outcome = await uploadInSession(item, { number, onSent: release }, run);
      if (outcome !== null) return settle(item, outcome, run);
      ledger.record(item, {
        kind: 'abandoned',
        reason: 'LinkedIn lost it or failed to process it',
      });
    } catch (thrown) {
      const { retry, message } = toActionError(thrown);
      if (retry.kind !== 'new-session' || number >= retry.sessions || signal.aborted) {
        release();
        return settleFailed(item, thrown, run);
      }
      ledger.record(item, { kind: 'abandoned', reason: message });
    }
  }
}

function settleFailed(item: FileItem, thrown: unknown, run: UploadRun): void {
  const error = toActionError(thrown);
  if (error.endsRun) run.limits.stop(error);
  const end = abortReason(run.signal);
  const { stage } = item;
  settle(item, end === null ? failedOutcome(stage, error) : interruptedOutcome(stage, end), run);
}

function settle(item: FileItem, outcome: Outcome, { ledger, callLimit }: UploadRun): void {
  ledger.record(item, { kind: 'settled', ...outcome });
  callLimit?.release(item);
}
