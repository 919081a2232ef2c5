// Uploads the files of a run with either API, and waits for their processing. The ledger has the outcome of each file.

import type { Clock } from '../deps.ts';
import { type ActionError, abortReason, toActionError } from '../errors.ts';
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
import { classify, isFatal } from './retry/retry-policy.ts';
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
  /** How to open files. The default is the open of the system. */
  readonly open?: Open;
  /** Null or omitted: the API calls are not limited. */
  readonly limit?: CallLimit | null;
}

/** Settles every unsettled file of the ledger. A cancelled run starts no files, and settles those that are left. */
export async function uploadFiles(ledger: Ledger, settings: UploadSettings, deps: UploadDeps): Promise<void> {
  if (!deps.signal.aborted)
    await withGracePeriod(new UploadRun(ledger, settings, deps).run(), deps, () => {});
  const end = abortReason(deps.signal);
  if (end !== null) ledger.interrupt(end);
}

// Per PUT slot: the file that is sent, and one that registers or waits for its turn. Few, so that upload URLs do not expire.
const STARTED_FILES_PER_SLOT = 2;

/** Lets the next file start. */
type FreeSlot = () => void;

class UploadRun {
  readonly #ledger: Ledger;
  readonly #signal: AbortSignal;
  readonly #context: UploadContext;
  readonly #poller: StatusPoller;
  readonly #reuse: ReuseOptions;
  readonly #limit: CallLimit | null;
  /** Promises that resolve when a file is settled. */
  readonly #settled: ReadonlyMap<FileItem, PromiseWithResolvers<void>>;
  /** Limits the files that are started and not yet uploaded, which also bounds the cost of an outage. */
  readonly #startedFiles: Limiter;
  readonly #scheduler: RequestScheduler;

  constructor(ledger: Ledger, settings: UploadSettings, { limit = null, ...deps }: UploadDeps) {
    this.#ledger = ledger;
    this.#settled = new Map(ledger.open.map((item) => [item, Promise.withResolvers()]));
    this.#signal = deps.signal;
    this.#limit = limit;
    this.#startedFiles = new Limiter(STARTED_FILES_PER_SLOT * settings.concurrency);
    this.#scheduler = deps.scheduler;
    const shared = { ...settings, ...deps, ledger };
    this.#context = { ...shared, open: openWithRetry(deps), itemByUrn: new Map() };
    this.#poller = new StatusPoller({ ...shared, onError: (error) => this.#stopIfFatal(error) });
    this.#reuse = {
      ...shared,
      limit,
      poller: this.#poller,
      whenSettled: (item) => this.#settled.get(item)?.promise,
    };
  }

  /** Reuses uploads of earlier runs at once. Starts the other files one by one, because waiting files must not take memory. */
  async run(): Promise<void> {
    const { open } = this.#ledger;
    const isReused = ({ planned }: FileItem) => planned.reused !== undefined;
    const settling = open.filter(isReused).map((item) => this.#settle(item, this.#resume(item)));
    for (const item of open) {
      if (isReused(item)) continue;
      const release = await this.#start(item);
      settling.push(this.#settle(item, this.#upload(item, release)));
    }
    await Promise.all(settling);
  }

  /** Records how a file ends. */
  async #settle(item: FileItem, ending: Promise<Outcome>): Promise<void> {
    const outcome = await ending.catch((thrown) => {
      const error = toActionError(thrown);
      this.#stopIfFatal(error);
      return outcomeOfFailure(error, { stage: item.stage, end: abortReason(this.#signal) });
    });
    this.#ledger.record(item, { kind: 'settled', ...outcome });
    this.#limit?.release(item);
    this.#settled.get(item)?.resolve();
  }

  async #resume(item: FileItem): Promise<Outcome> {
    return (await reuseUpload(item, this.#reuse)) ?? (await this.#upload(item, await this.#start(item)));
  }

  /** Waits until the file may start. Null: it is left for another day. */
  async #start(item: FileItem): Promise<FreeSlot | null> {
    const { reused: _, ...upload } = item.planned;
    const fits = this.#limit === null || (await this.#limit.reserve(item, upload));
    return fits ? await this.#startedFiles.acquire(item) : null;
  }

  /** Uploads a file. When its session is lost, records the URN as abandoned and registers the file again. */
  async #upload(item: FileItem, release: FreeSlot | null): Promise<Outcome> {
    if (release === null) return { state: 'deferred' };
    for (let sessions = 1; ; sessions += 1) {
      try {
        const { failure, ...sent } = await uploadInSession(item, this.#context);
        if (failure === null) this.#ledger.record(item, { kind: 'uploaded' });
        else this.#ledger.record(item, { kind: 'status', status: failure.status });
        release();
        const outcome =
          failure === null
            ? await this.#poller.watch(item, sent, sessions)
            : this.#poller.afterFailure(item, failure, sessions);
        if (outcome !== null) return outcome;
        this.#ledger.record(item, { kind: 'abandoned', reason: 'LinkedIn lost it or failed to process it' });
      } catch (thrown) {
        const error = toActionError(thrown);
        const decision = classify(error);
        const needsNewSession = decision.next === 'new-session' && sessions < decision.sessions;
        if (!needsNewSession || this.#signal.aborted) {
          release();
          throw error;
        }
        this.#ledger.record(item, { kind: 'abandoned', reason: error.message });
      }
    }
  }

  #stopIfFatal(error: ActionError): void {
    if (isFatal(error)) this.#scheduler.stop(error);
  }
}
