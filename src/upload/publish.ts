// Publishes each file with either API: uploads it, then waits for processing. Never throws for a file: its outcome
// is in the ledger.

import type { Clock } from '../deps.ts';
import { type ActionError, abortReason, toActionError } from '../errors.ts';
import type { LinkedIn } from '../linkedin/session.ts';
import type { Open } from '../media/bytes.ts';
import { Admission } from './calls/admission.ts';
import type { CallAllowance } from './calls/call-allowance.ts';
import { worstCalls } from './calls/request-estimate.ts';
import { type Outcome, outcomeOfFailure } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import { hasCacheHit, type PlannedFile } from './plan.ts';
import { ProcessingWatcher } from './polling/processing-watcher.ts';
import { CircuitBreaker } from './retry/circuit-breaker.ts';
import { Limiter } from './retry/limiter.ts';
import { RequestScheduler } from './retry/request-scheduler.ts';
import { classify, isFatal, stopsStatusReads } from './retry/retry-policy.ts';
import { Reuse } from './reuse.ts';
import { Uploader } from './upload.ts';

export interface PublishSettings {
  /** The most PUT requests at a time. API calls have separate limiters of the same size. */
  readonly concurrency: number;
  /** How long to wait for LinkedIn's processing of one file. 0 = no wait. */
  readonly waitMs: number;
  /** Whether to read the artifacts of each available file. */
  readonly readsArtifacts: boolean;
}

interface PublishDeps {
  readonly linkedin: LinkedIn;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How to open files. The default is the open of the system. */
  readonly open?: Open;
  /** Null or omitted: the API calls are not limited. */
  readonly allowance?: CallAllowance | null;
}

/** Publishes every unsettled file of the ledger. */
export async function publishAll(
  ledger: Ledger,
  settings: PublishSettings,
  deps: PublishDeps,
): Promise<void> {
  const run = new PublishRun(ledger, settings, deps);
  await run.prepare();
  await run.publishUnsettledFiles();
}

// Per PUT slot: the file that is sent, one that is registered and waits for its turn, and two that register next.
const STARTED_FILES_PER_SLOT = 4;

class PublishRun {
  readonly #ledger: Ledger;
  readonly #settings: PublishSettings;
  readonly #linkedin: LinkedIn;
  readonly #signal: AbortSignal;
  readonly #uploader: Uploader;
  readonly #watcher: ProcessingWatcher;
  readonly #reuse: Reuse;
  /** Null without a limit of API calls. */
  readonly #admission: Admission | null;
  /** Promises that resolve when a file is settled, by its index. */
  readonly #settled = new Map<number, PromiseWithResolvers<void>>();
  /** Limits the files that are started and not yet uploaded. */
  readonly #startedFiles: Limiter;
  readonly #circuitBreaker = new CircuitBreaker();
  readonly #scheduler: RequestScheduler;

  constructor(ledger: Ledger, settings: PublishSettings, { allowance = null, ...deps }: PublishDeps) {
    this.#ledger = ledger;
    this.#settings = settings;
    this.#linkedin = deps.linkedin;
    this.#signal = deps.signal;
    this.#startedFiles = new Limiter(STARTED_FILES_PER_SLOT * settings.concurrency);
    this.#scheduler = new RequestScheduler({
      ...settings,
      ...deps,
      onFatal: (error) => this.#stop(error),
      onPause: (pause) => ledger.recordPause(pause),
    });
    const shared = { ...settings, ...deps, ledger, scheduler: this.#scheduler };
    this.#uploader = new Uploader({
      ...shared,
      onRegistration: (error) => {
        // The first registration of a run is sent alone, so that an invalid token costs one call.
        if (error === null) this.#scheduler.allowParallelRegistrations();
        if (this.#circuitBreaker.shouldTrip(error) && error !== null) this.#stop(error);
      },
    });
    this.#admission = allowance && new Admission({ ...deps, ledger, allowance });
    this.#watcher = new ProcessingWatcher({
      ...shared,
      onError: (error) => this.#stopIfFatal(error),
    });
    this.#reuse = new Reuse({
      ...shared,
      isLimited: this.#admission !== null,
      admit: (index) => this.#admit(index, ledger.entry(index).planned),
      watcher: this.#watcher,
      whenSettled: (index) => this.#whenSettled(index),
    });
  }

  /** Prepares the token before any other request. Without a valid token, no file starts. */
  async prepare(): Promise<void> {
    const { prepare } = this.#linkedin;
    if (prepare === undefined || this.#ledger.unsettledIndices().length === 0) return;
    try {
      this.#ledger.recordToken(await this.#scheduler.prepareToken(prepare));
    } catch (thrown) {
      // An aborted run is reported through its signal.
      if (this.#signal.aborted) return;
      const error = toActionError(thrown);
      this.#ledger.stop(error);
      this.#watcher.stop(error);
    }
  }

  /** Starts all files with a cache hit at once. Starts the others one by one, because waiting files must not take memory. */
  async publishUnsettledFiles(): Promise<void> {
    const groupOf = (index: number) => (hasCacheHit(this.#ledger.entry(index).planned) ? 'cached' : 'unsent');
    const { cached = [], unsent = [] } = Object.groupBy(this.#ledger.unsettledIndices(), groupOf);
    const publishing = cached.map((index) => this.#publish(index, () => {}));
    for (const index of unsent) {
      const release = await this.#startedFiles.acquire(index);
      publishing.push(this.#publish(index, release).finally(release));
    }
    await Promise.all(publishing);
  }

  /** `onUploaded` is called when all bytes of the file are uploaded. */
  async #publish(index: number, onUploaded: () => void): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = (await this.#reuse.outcomeOf(index)) ?? (await this.#publishIfAdmitted(index, onUploaded));
    } catch (thrown) {
      const error = toActionError(thrown);
      this.#stopIfFatal(error);
      const { stage } = this.#ledger.entry(index);
      outcome = outcomeOfFailure(error, { stage, end: abortReason(this.#signal) });
    }
    this.#ledger.record(index, { kind: 'settled', ...outcome });
    this.#admission?.release(index);
    this.#settled.get(index)?.resolve();
  }

  async #whenSettled(index: number): Promise<void> {
    if (this.#ledger.entry(index).stage === 'settled') return;
    const end = this.#settled.get(index) ?? Promise.withResolvers<void>();
    this.#settled.set(index, end);
    await end.promise;
  }

  async #publishIfAdmitted(index: number, onUploaded: () => void): Promise<Outcome> {
    const { cacheHit: _, ...upload } = this.#ledger.entry(index).planned;
    if (!(await this.#admit(index, upload))) return { state: 'deferred' };
    return await this.#publishInSessions(index, onUploaded);
  }

  /** With a limit of API calls, a file waits here while its calls may still fit into the day. */
  async #admit(index: number, planned: PlannedFile): Promise<boolean> {
    return this.#admission?.admit(index, worstCalls(planned, this.#settings)) ?? true;
  }

  /** When a session is lost, records its URN as abandoned and registers the file again. */
  async #publishInSessions(index: number, onUploaded: () => void): Promise<Outcome> {
    for (let sessions = 1; ; sessions += 1) {
      try {
        const { session, failure } = await this.#uploader.upload(index);
        if (failure === null) this.#ledger.record(index, { kind: 'uploaded' });
        else this.#ledger.record(index, { kind: 'status', status: failure.status });
        onUploaded();
        const outcome =
          failure === null
            ? await this.#watcher.watch(index, session, sessions)
            : this.#watcher.afterFailure(index, failure, sessions);
        if (outcome !== null) return outcome;
        this.#ledger.record(index, { kind: 'abandoned', reason: 'LinkedIn lost it or failed to process it' });
      } catch (thrown) {
        const error = toActionError(thrown);
        const decision = classify(error);
        const needsNewSession = decision.next === 'new-session' && sessions < decision.sessions;
        if (!needsNewSession || this.#signal.aborted) throw error;
        this.#ledger.record(index, { kind: 'abandoned', reason: error.message });
      }
    }
  }

  #stopIfFatal(error: ActionError): void {
    if (isFatal(error)) this.#stop(error);
  }

  #stop(error: ActionError): void {
    this.#ledger.stop(error);
    if (stopsStatusReads(error)) this.#watcher.stop(error);
  }
}
