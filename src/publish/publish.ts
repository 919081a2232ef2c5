// One file, whatever the API: upload, then wait. Never throws for a file: its end is in the ledger.

import type { Clock } from '../deps.ts';
import { type ActionError, toActionError } from '../errors.ts';
import type { LinkedIn } from '../linkedin/session.ts';
import type { Open } from '../media/bytes.ts';
import type { Outcome } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import { Reuse } from './manifest/reuse.ts';
import { abortReason, outcomeOfFailure } from './outcome.ts';
import { isCached } from './plan.ts';
import { ProcessingWatcher } from './processing-watcher.ts';
import { CircuitBreaker } from './retry/circuit-breaker.ts';
import { Limiter } from './retry/limiter.ts';
import { RequestScheduler } from './retry/request-scheduler.ts';
import { classify, isFatal, stopsStatusReads } from './retry/retry-policy.ts';
import { Uploader } from './upload.ts';

export interface PublishSettings {
  /** PUT requests in flight at once. As many API calls run beside them, in limiters of their own. */
  readonly concurrency: number;
  /** How long to wait for LinkedIn's processing of one file; 0 = not at all. */
  readonly waitMs: number;
  /** Whether to read what LinkedIn made of each available file. */
  readonly readsArtifacts: boolean;
}

interface PublishDeps {
  readonly linkedin: LinkedIn;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How files are opened; as the system does, where nothing else is said. */
  readonly open?: Open;
}

/** Publishes every open file of the ledger. */
export async function publishAll(
  ledger: Ledger,
  settings: PublishSettings,
  deps: PublishDeps,
): Promise<void> {
  const run = new PublishRun(ledger, settings, deps);
  await run.prepare();
  await run.publishOpenFiles();
}

// Four tries outlast five seconds of trouble. Without a token, no file can be sent.
const MAX_PREPARE_ATTEMPTS = 4;
// Per upload slot: one file that is registered and two that are about to be, so that no slot stays idle.
const STARTED_FILES_PER_SLOT = 4;

class PublishRun {
  readonly #ledger: Ledger;
  readonly #linkedin: LinkedIn;
  readonly #signal: AbortSignal;
  readonly #uploader: Uploader;
  readonly #watcher: ProcessingWatcher;
  readonly #reuse: Reuse;
  /** What waits for the end of a file. */
  readonly #settled = new Map<number, PromiseWithResolvers<void>>();
  /** Files that have begun and whose bytes are not in. */
  readonly #startedFiles: Limiter;
  readonly #circuitBreaker = new CircuitBreaker();
  readonly #scheduler: RequestScheduler;

  constructor(ledger: Ledger, settings: PublishSettings, deps: PublishDeps) {
    this.#ledger = ledger;
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
    this.#uploader = new Uploader({ ...shared, onRegistration: (error) => this.#onRegistration(error) });
    this.#watcher = new ProcessingWatcher({ ...shared, onError: (error) => this.#stopIfFatal(error) });
    this.#reuse = new Reuse({
      ...shared,
      watcher: this.#watcher,
      endOf: (index) => this.#whenSettled(index),
    });
  }

  /** What the token needs before anything else is sent: without a good one no file is begun. */
  async prepare(): Promise<void> {
    const { prepare } = this.#linkedin;
    if (prepare === undefined || this.#ledger.openIndices().length === 0) return;
    const { retrier, calls } = this.#scheduler;
    try {
      this.#ledger.recordToken(
        await retrier.run(prepare, { limiter: calls, key: prepare, maxAttempts: MAX_PREPARE_ATTEMPTS }),
      );
    } catch (thrown) {
      // A run that was ended is told by its signal.
      if (this.#signal.aborted) return;
      const error = toActionError(thrown);
      this.#ledger.stop(error);
      this.#watcher.stop(error);
    }
  }

  /** What LinkedIn has is asked for together; what is to be sent begins by and by: files that wait take no memory. */
  async publishOpenFiles(): Promise<void> {
    const groupOf = (index: number) => (isCached(this.#ledger.entry(index).planned) ? 'cached' : 'unsent');
    const { cached = [], unsent = [] } = Object.groupBy(this.#ledger.openIndices(), groupOf);
    const settled = cached.map((index) => this.#publish(index, () => {}));
    for (const index of unsent) {
      const leave = await this.#startedFiles.acquire(index);
      settled.push(this.#publish(index, leave).finally(leave));
    }
    await Promise.all(settled);
  }

  /** `onSent`: its bytes are in. */
  async #publish(index: number, onSent: () => void): Promise<void> {
    let outcome: Outcome;
    try {
      outcome = (await this.#reuse.outcomeOf(index)) ?? (await this.#publishInSessions(index, onSent));
    } catch (thrown) {
      const error = toActionError(thrown);
      this.#stopIfFatal(error);
      const { stage } = this.#ledger.entry(index);
      outcome = outcomeOfFailure(error, { stage, end: abortReason(this.#signal) });
    }
    this.#ledger.record(index, { kind: 'settled', ...outcome });
    this.#settled.get(index)?.resolve();
  }

  async #whenSettled(index: number): Promise<void> {
    if (this.#ledger.entry(index).stage === 'settled') return;
    const end = this.#settled.get(index) ?? Promise.withResolvers<void>();
    this.#settled.set(index, end);
    await end.promise;
  }

  /** A session that is lost is given up, its URN kept, and the file registered anew. */
  async #publishInSessions(index: number, onSent: () => void): Promise<Outcome> {
    for (let sessions = 1; ; sessions += 1) {
      try {
        const { session, failure } = await this.#uploader.upload(index);
        if (failure === null) this.#ledger.record(index, { kind: 'uploaded' });
        else this.#ledger.record(index, { kind: 'status', status: failure.status });
        onSent();
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

  /** The first registration of a run goes alone: a dead token costs one call. */
  #onRegistration(error: ActionError | null): void {
    if (error === null) this.#scheduler.allowParallelCalls();
    if (this.#circuitBreaker.shouldTrip(error) && error !== null) this.#stop(error);
  }

  #stopIfFatal(error: ActionError): void {
    if (isFatal(error)) this.#stop(error);
  }

  #stop(error: ActionError): void {
    this.#ledger.stop(error);
    if (stopsStatusReads(error)) this.#watcher.stop(error);
  }
}
