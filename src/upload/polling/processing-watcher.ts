// Waits until LinkedIn has processed an upload, then reads its artifacts.

import type { Clock } from '../../deps.ts';
import {
  type ActionError,
  abortReason,
  interruptedError,
  runStoppedError,
  toActionError,
  UploadError,
} from '../../errors.ts';
import type { Artifact, FailedStatus, LinkedIn, StatusQuery, UploadSession } from '../../linkedin/session.ts';
import type { Outcome, RetryInfo } from '../file-state.ts';
import type { Ledger } from '../ledger.ts';
import type { RequestScheduler } from '../retry/request-scheduler.ts';
import { type PollOptions, type PollResult, StatusPoller } from './status-poller.ts';

interface ProcessingWatcherOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long to wait for LinkedIn's processing of one file, over all its sessions. 0 = no wait. */
  readonly waitMs: number;
  readonly readsArtifacts: boolean;
  /** Gets an error that does not fail its file, but may end the run. */
  readonly onError: (error: ActionError) => void;
}

type WatchOptions = Pick<PollOptions, 'missingAfterMs' | 'isNew'>;

/** LinkedIn normally shows an upload within seconds after its response. */
const MISSING_AFTER_MS = 60_000;
const MAX_READ_ATTEMPTS = 5;

export class ProcessingWatcher {
  readonly #options: ProcessingWatcherOptions;
  readonly #poller: StatusPoller;
  /** Why the last read of a file failed, until one succeeds. */
  readonly #transientErrors = new Map<number, ActionError>();
  /** The APIs and kinds whose statuses the token may not read. No further call is spent on them. */
  readonly #unreadable = new Map<string, PollResult>();
  /** Milliseconds that each file waited in earlier sessions. */
  readonly #waitedMs = new Map<number, number>();
  /** The error that every further call would get. */
  #fatalError: ActionError | null = null;

  constructor(options: ProcessingWatcherOptions) {
    this.#options = options;
    const { scheduler } = options;
    this.#poller = new StatusPoller({
      ...options,
      withReadSlot: scheduler.withReadSlot,
      finalReadError: (error) => scheduler.finalReadError(error),
    });
  }

  /** Stops all calls, because each one would fail with `reason`. */
  stop(reason: ActionError): void {
    this.#fatalError ??= reason;
    this.#poller.stop(reason);
  }

  /**
   * Resolves with the outcome of the file. Null when the file needs a new session, because LinkedIn lost the upload
   * or failed to process it. That happens once per file at most.
   * @throws the error of a status read that is not repeated
   */
  async watch(index: number, session: UploadSession, sessions: number): Promise<Outcome | null> {
    const { waitMs } = this.#options;
    const { query, processedOnUpload } = session;
    // LinkedIn sent this response after processing, so a status read would only cost a call.
    if (processedOnUpload) return await this.#available(index, query);
    if (waitMs === 0) return { state: 'processing' };
    const result = await this.#wait(index, query, {
      missingAfterMs: sessions === 1 ? this.#missingAfterMs : Number.POSITIVE_INFINITY,
      isNew: true,
    });
    if (result === null) return this.#stillProcessing(index);
    switch (result.state) {
      case 'missing':
        return this.#isTimedOut(index) ? this.#stillProcessing(index) : null;
      case 'failed':
        return this.afterFailure(index, result, sessions);
      case 'available':
        return await this.#available(index, query, result.artifacts);
      default:
        return { state: 'unverified' };
    }
  }

  /** The outcome of a file when LinkedIn reports a failure. Null when a new session may succeed. */
  afterFailure(index: number, { error, mayRetry }: FailedStatus, sessions: number): Outcome | null {
    return mayRetry && sessions === 1 && !this.#isTimedOut(index) ? null : { state: 'failed', error };
  }

  /**
   * Reads the status of an upload of an earlier run. `reused` when LinkedIn has it, or when its status cannot be
   * verified. Null when the file has to be uploaded again. `isRecent`: LinkedIn may not show the upload yet, so that
   * without a wait it is reported as one that was just sent.
   * @throws the error of a status read that is not repeated
   */
  async verify(index: number, query: StatusQuery, isRecent: boolean): Promise<Outcome | null> {
    const { waitMs } = this.#options;
    const result = await this.#wait(index, query, {
      missingAfterMs: isRecent ? this.#missingAfterMs : 0,
      isNew: false,
    });
    if (result === null) return waitMs === 0 ? { state: 'processing' } : this.#stillProcessing(index);
    if (result.state === 'missing') return null;
    if (result.state === 'failed')
      return this.#isTimedOut(index) ? { state: 'failed', error: result.error } : null;
    if (result.state === 'available') await this.#recordArtifacts(index, query, result.artifacts);
    return { state: 'reused' };
  }

  /** All sessions of a file share one `waitMs`. */
  async #wait(index: number, query: StatusQuery, options: WatchOptions): Promise<PollResult> {
    const kind = `${query.api} ${query.kind}`;
    const unreadable = this.#unreadable.get(kind);
    if (unreadable !== undefined) return unreadable;
    const startMs = this.#options.clock.now();
    const timeoutMs = this.#remainingMs(index);
    try {
      const result = await this.#poller.poll(query, { ...options, timeoutMs, ...this.#listeners(index) });
      if (result?.state === 'unreadable') this.#unreadable.set(kind, result);
      return result;
    } finally {
      const waitedMs = this.#waitedMs.get(index) ?? 0;
      this.#waitedMs.set(index, waitedMs + this.#options.clock.now() - startMs);
    }
  }

  /** Half of a short wait is left for a new session. Without a wait, the single read comes too early to call it missing. */
  get #missingAfterMs(): number {
    const { waitMs } = this.#options;
    return waitMs === 0 ? MISSING_AFTER_MS : Math.min(MISSING_AFTER_MS, waitMs / 2);
  }

  /** Whether the wait for the file is used up. False when the run does not wait. */
  #isTimedOut(index: number): boolean {
    return this.#options.waitMs > 0 && this.#remainingMs(index) === 0;
  }

  #remainingMs(index: number): number {
    return Math.max(0, this.#options.waitMs - (this.#waitedMs.get(index) ?? 0));
  }

  #listeners(index: number) {
    return {
      onStatus: (status: string | null) => {
        this.#transientErrors.delete(index);
        if (status !== null) this.#options.ledger.record(index, { kind: 'status', status });
      },
      onTransientError: (error: ActionError) => void this.#transientErrors.set(index, error),
      onRetry: (retry: RetryInfo) => this.#recordRetry(index, retry),
    };
  }

  /** `listed`: the artifacts, if the status included them. An error of reading artifacts does not fail the file. */
  async #available(index: number, query: StatusQuery, listed?: readonly Artifact[]): Promise<Outcome> {
    await this.#recordArtifacts(index, query, listed);
    return { state: 'available' };
  }

  async #recordArtifacts(index: number, query: StatusQuery, listed?: readonly Artifact[]): Promise<void> {
    const { ledger, readsArtifacts, signal, onError } = this.#options;
    if (!readsArtifacts) return;
    try {
      const artifacts = listed ?? (await this.#fetchArtifacts(index, query));
      ledger.record(index, { kind: 'artifacts', artifacts });
    } catch (thrown) {
      const end = abortReason(signal);
      const error = end === null ? toActionError(thrown) : interruptedError('before they were read', end);
      ledger.record(index, { kind: 'artifacts-unread', error });
      onError(error);
    }
  }

  #fetchArtifacts(index: number, query: StatusQuery): Promise<readonly Artifact[]> {
    const { scheduler, signal, linkedin } = this.#options;
    const read = async () => {
      signal.throwIfAborted();
      if (this.#fatalError !== null) throw runStoppedError('not requested', this.#fatalError);
      return await linkedin.readArtifacts(query);
    };
    return scheduler.retrier
      .withListener((retry) => this.#recordRetry(index, retry))
      .run(read, { limiter: scheduler.reads, key: index, maxAttempts: MAX_READ_ATTEMPTS });
  }

  #recordRetry(index: number, retry: RetryInfo): void {
    this.#options.ledger.record(index, { kind: 'retry', ...retry });
  }

  #stillProcessing(index: number): Outcome {
    const { ledger, waitMs } = this.#options;
    const { status } = ledger.entry(index);
    const statusText = status === null ? 'LinkedIn reported no status' : `LinkedIn still reports ${status}`;
    const transientError = this.#transientErrors.get(index);
    const reason = transientError === undefined ? '' : `; the last read failed: ${transientError.message}`;
    const waitedMs = Math.min(waitMs, this.#waitedMs.get(index) ?? 0);
    const text = `${statusText} after ${Math.ceil(waitedMs / 60_000)} min${reason}`;
    return {
      state: 'processing',
      error: new UploadError('PROCESSING_TIMEOUT', text, { cause: transientError }),
    };
  }
}
