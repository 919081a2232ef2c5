// Uploads the files of a run with either API, and waits for their processing. The ledger has the outcome of each file.

import type { Clock } from '../deps.ts';
import { abortReason, toActionError } from '../errors/action-error.ts';
import { Limiter } from '../limiter.ts';
import type { LinkedIn } from '../linkedin/session.ts';
import { type Open, openWithRetry } from '../media/bytes.ts';
import { withGracePeriod } from '../time-limits.ts';
import type { CallLimit } from './calls/call-limit.ts';
import type { StepsAfterUpload } from './calls/request-estimate.ts';
import { type FileItem, type Outcome, outcomeOfFailure } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import { StatusPoller } from './polling/status-poller.ts';
import type { RequestScheduler } from './request-scheduler.ts';
import { type ReuseOptions, reuseUpload } from './reuse.ts';
import { type UploadContext, uploadInSession } from './upload.ts';

export interface UploadSettings extends Pick<StepsAfterUpload, 'waitMs' | 'readsArtifacts'> {
  /** The most PUT requests at a time. API calls and status reads have limiters of their own, as large in the end. */
  readonly concurrency: number;
}

interface UploadDeps {
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly open?: Open;
  /** Null or omitted: the API calls are not limited. */
  readonly limit?: CallLimit | null;
}

// Per PUT slot: the file that is sent, and one that registers or waits for its turn. Few, so that upload URLs do not expire.
const STARTED_FILES_PER_SLOT = 2;

/** Settles every unsettled file of the ledger. A cancelled run starts no files, and settles those that are left. */
export async function uploadFiles(ledger: Ledger, settings: UploadSettings, deps: UploadDeps): Promise<void> {
  if (!deps.signal.aborted) await withGracePeriod(uploadAll(ledger, settings, deps), deps, () => {});
  const end = abortReason(deps.signal);
  if (end !== null) ledger.interrupt(end);
}

/** What the uploads of a run share. */
interface UploadRun extends UploadContext, ReuseOptions {
  /** Limits the files that are started and not yet uploaded, which also bounds the cost of an outage. */
  readonly startedFiles: Limiter;
  readonly settled: ReadonlyMap<FileItem, PromiseWithResolvers<void>>;
}

/** Lets the next file start. */
type FreeSlot = () => void;

/** Reuses uploads of earlier runs at once, and starts the other files one by one, because waiting files must not take memory. */
async function uploadAll(ledger: Ledger, settings: UploadSettings, deps: UploadDeps): Promise<void> {
  const { open } = ledger;
  const settled = new Map(open.map((item) => [item, Promise.withResolvers<void>()]));
  const shared = { ...deps, ledger };
  const run: UploadRun = {
    ...shared,
    open: openWithRetry(deps),
    itemByUrn: new Map(),
    limit: deps.limit ?? null,
    poller: new StatusPoller({ ...settings, ...shared }),
    startedFiles: new Limiter(STARTED_FILES_PER_SLOT * settings.concurrency),
    settled,
  };
  const settling: Promise<void>[] = [];
  const startAll = async (items: readonly FileItem[]) => {
    for (const item of items) {
      const release = await startFile(item, run);
      settling.push(settleFile(item, uploadFile(item, release, run), run));
    }
  };
  const isReused = ({ planned }: FileItem) => planned.reused !== undefined;
  const goesFirst = ({ planned }: FileItem) => run.limit?.goesFirst(planned) ?? false;
  await startAll(open.filter(goesFirst));
  settling.push(...open.filter(isReused).map((item) => settleFile(item, resumeFile(item, run), run)));
  await startAll(open.filter((item) => !isReused(item) && !goesFirst(item)));
  await Promise.all(settling);
}

async function settleFile(item: FileItem, ending: Promise<Outcome>, run: UploadRun): Promise<void> {
  const { ledger, scheduler, signal, limit, settled } = run;
  const outcome = await ending.catch((thrown) => {
    const error = toActionError(thrown);
    if (error.endsRun) scheduler.stop(error);
    return outcomeOfFailure(error, { stage: item.stage, end: abortReason(signal) });
  });
  ledger.record(item, { kind: 'settled', ...outcome });
  limit?.release(item);
  settled.get(item)?.resolve();
}

async function resumeFile(item: FileItem, run: UploadRun): Promise<Outcome> {
  return (await reuseUpload(item, run)) ?? (await uploadFile(item, await startFile(item, run), run));
}

/** Waits until the file may start. Null: it is left for another day. */
async function startFile(item: FileItem, { limit, startedFiles }: UploadRun): Promise<FreeSlot | null> {
  // Counts the calls of a new upload, also after an earlier one that LinkedIn lost.
  const { reused: _, ...upload } = item.planned;
  const fits = limit === null || (await limit.reserve(item, upload));
  return fits ? await startedFiles.acquire(item) : null;
}

/** Uploads a file. When its session is lost, records the URN as abandoned and registers the file again. */
async function uploadFile(item: FileItem, release: FreeSlot | null, run: UploadRun): Promise<Outcome> {
  if (release === null) return { state: 'deferred' };
  const { ledger, poller, signal } = run;
  for (let sessions = 1; ; sessions += 1) {
    try {
      const { failure, ...sent } = await uploadInSession(item, run);
      if (failure === null) ledger.record(item, { kind: 'uploaded' });
      else ledger.record(item, { kind: 'status', status: failure.status });
      release();
      const outcome =
        failure === null
          ? await poller.watch(item, sent, sessions)
          : poller.afterFailure(item, failure, sessions);
      if (outcome !== null) return outcome;
      ledger.record(item, { kind: 'abandoned', reason: 'LinkedIn lost it or failed to process it' });
    } catch (thrown) {
      const error = toActionError(thrown);
      const { retry } = error;
      const needsNewSession = retry.kind === 'new-session' && sessions < retry.sessions;
      if (!needsNewSession || signal.aborted) {
        release();
        throw error;
      }
      ledger.record(item, { kind: 'abandoned', reason: error.message });
    }
  }
}
