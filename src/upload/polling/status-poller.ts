// The run's only status poller: reads the status of all files that are due. Files do not wait for each other.

import type { Clock } from '../../deps.ts';
import { ActionError, LinkedInError } from '../../errors.ts';
import {
  isUploadReceived,
  type LinkedIn,
  type MediaStatus,
  type StatusQuery,
  type StatusResult,
} from '../../linkedin/session.ts';
import type { RetryInfo } from '../file-state.ts';
import { MAX_PAUSE_MS } from '../retry/shared-pause.ts';
import { failedReadDelayMs, pollDelayMs, type Scheduled, selectDue } from './poll-schedule.ts';

interface StatusPollerOptions {
  readonly linkedin: LinkedIn;
  /** Runs a status read in its limiter; `signal` ends the wait for a slot. */
  readonly withReadSlot: <T>(call: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Null when a failed read may be repeated, else the error that ends the wait. */
  readonly finalReadError: (error: ActionError) => ActionError | null;
}

/** How long to wait for one file, and the listeners for its status reads. */
export interface PollOptions {
  /** Milliseconds from now until the wait ends. */
  readonly timeoutMs: number;
  /** How long LinkedIn may report a missing upload before it counts as lost. */
  readonly missingAfterMs: number;
  /** Whether this run uploaded it. An earlier upload is read at once, and its 404 is tolerated for `missingAfterMs`. */
  readonly isNew: boolean;
  readonly onStatus: (status: string | null) => void;
  /** Gets the error of a failed read that is repeated. */
  readonly onTransientError?: (error: ActionError) => void;
  /** Gets that error as a retry, once for all files of one call. Not called while a 404 is tolerated. */
  readonly onRetry?: (retry: RetryInfo) => void;
}

/** LinkedIn responded to the upload, but does not have it. */
export interface UploadMissing {
  readonly state: 'missing';
  readonly status: string | null;
}

export type PollResult = MediaStatus | UploadMissing | null;

interface Pending extends PollOptions, Scheduled {
  readonly startMs: number;
  /** As in `PollState`. */
  reads: number;
  /** Failed reads in a row. */
  failures: number;
  /** When its last read began. Time limits use the age of the file at that time, not at the response. */
  readStartedMs: number;
  readonly resolve: (reading: PollResult) => void;
  readonly reject: (error: unknown) => void;
}

// LinkedIn may respond 404 shortly after a registration.
const NOT_FOUND_GRACE_MS = 30_000;

export class StatusPoller {
  readonly #options: StatusPollerOptions;
  readonly #pending = new Set<Pending>();
  readonly #stopController = new AbortController();
  readonly #signal: AbortSignal;
  #wake = new AbortController();
  #sleepsUntilMs = 0;
  #isRunning = false;

  constructor(options: StatusPollerOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stopController.signal]);
  }

  /**
   * Resolves with the final status of the file, with `missing`, or with null after `timeoutMs`.
   * @throws the error of a status read; the signal's reason when the run is cancelled
   */
  poll(query: StatusQuery, options: PollOptions): Promise<PollResult> {
    const startMs = this.#options.clock.now();
    return new Promise((resolve, reject) => {
      const state = { query, startMs, readStartedMs: startMs };
      const firstDelayMs = options.isNew ? this.#delayMs({ ...state, reads: 0 }) : 0;
      this.#enqueue({
        ...options,
        ...state,
        // Reads are counted when the next one is scheduled.
        reads: options.isNew ? 1 : 0,
        failures: 0,
        dueMs: startMs + Math.min(firstDelayMs, options.timeoutMs),
        notBeforeMs: startMs,
        resolve,
        reject,
      });
    });
  }

  /** Rejects all current and later polls with `reason`, because further reads are pointless. */
  stop(reason: unknown): void {
    this.#stopController.abort(reason);
  }

  /** Wakes the loop when the file is due before it. */
  #enqueue(pending: Pending): void {
    this.#pending.add(pending);
    if (pending.dueMs < this.#sleepsUntilMs) this.#wake.abort();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#pending.size > 0) {
        await this.#sleepUntilDue();
        this.#signal.throwIfAborted();
        for (const batch of this.#takeDueBatches()) this.#readBatch(batch);
      }
    } catch (error) {
      for (const pending of this.#pending) pending.reject(error);
      this.#pending.clear();
    } finally {
      this.#isRunning = false;
    }
  }

  async #sleepUntilDue(): Promise<void> {
    const { clock } = this.#options;
    this.#wake = new AbortController();
    this.#sleepsUntilMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#pending) this.#sleepsUntilMs = Math.min(this.#sleepsUntilMs, dueMs);
    const waitMs = this.#sleepsUntilMs - clock.now();
    if (waitMs <= 0) return;
    await clock.sleep(waitMs, AbortSignal.any([this.#signal, this.#wake.signal])).catch(() => {});
  }

  /** Takes the due files out of the set, by API and kind, with others that cost no further call. */
  #takeDueBatches(): Pending[][] {
    const nowMs = this.#options.clock.now();
    const groups = Map.groupBy(this.#pending, ({ query }) => `${query.api} ${query.kind}`);
    const batches = [...groups.values()].map((files) => {
      const isTogether = files.some(({ query }) => this.#options.linkedin.readsTogether(query));
      return selectDue(files, { nowMs, isTogether });
    });
    for (const one of batches.flat()) {
      this.#pending.delete(one);
      one.readStartedMs = nowMs;
    }
    return batches.filter((batch) => batch.length > 0);
  }

  /** Handles each file as soon as its own response arrives, because another call may take minutes. */
  #readBatch(batch: Pending[]): void {
    const { linkedin, withReadSlot } = this.#options;
    const queries = batch.map((pending) => pending.query);
    const results = linkedin.readStatuses(queries, (call) => withReadSlot(call, this.#signal));
    const errors = new Map<ActionError, ActionError | null>();
    for (const [index, pending] of batch.entries())
      void this.#handleResult(pending, results[index], errors).catch((error) => pending.reject(error));
  }

  /** @throws only for a bug */
  async #handleResult(
    pending: Pending,
    result: Promise<StatusResult> | undefined,
    errors: Map<ActionError, ActionError | null>,
  ): Promise<void> {
    const status = await result;
    if (status === undefined) throw new RangeError('a status read returned too few results');
    if (status === null) this.#handleUnread(pending);
    else if (status instanceof ActionError) this.#handleError(pending, status, errors);
    else this.#handleStatus(pending, status);
  }

  /** LinkedIn rejected the batch read, which counts as a read, unless the wait for the file needs a result now. */
  #handleUnread(pending: Pending): void {
    const isLast = pending.readStartedMs >= pending.startMs + pending.timeoutMs;
    pending.reads = pending.isNew ? 1 : 0;
    if (pending.isNew && !isLast) this.#scheduleNext(pending, 0, false);
    else this.#enqueue(pending);
  }

  /**
   * The next scheduled read is the retry: an uploaded file can wait. One failed call for many files is one error.
   */
  #handleError(pending: Pending, error: ActionError, errors: Map<ActionError, ActionError | null>): void {
    const elapsedMs = pending.readStartedMs - pending.startMs;
    const graceMs = pending.isNew ? NOT_FOUND_GRACE_MS : pending.missingAfterMs;
    const isWithinGrace = error instanceof LinkedInError && error.status === 404 && elapsedMs < graceMs;
    const isFirst = !isWithinGrace && !errors.has(error);
    if (isFirst) errors.set(error, this.#options.finalReadError(error));
    const finalError = isWithinGrace ? null : errors.get(error);
    if (finalError) pending.reject(finalError);
    else {
      pending.onTransientError?.(error);
      const minMs = (error instanceof LinkedInError && error.retryAfterMs) || 0;
      pending.failures = isWithinGrace ? 0 : pending.failures + 1;
      const waitMs = this.#scheduleNext(pending, minMs, isWithinGrace);
      if (isFirst && waitMs !== null) pending.onRetry?.({ error, waitMs, attempt: null });
    }
  }

  #handleStatus(pending: Pending, status: MediaStatus): void {
    if ('status' in status) pending.onStatus(status.status);
    pending.failures = 0;
    if (status.state !== 'waiting') {
      pending.resolve(status);
      return;
    }
    const elapsedMs = pending.readStartedMs - pending.startMs;
    const isMissing = !isUploadReceived(status);
    if (isMissing && elapsedMs >= pending.missingAfterMs) {
      pending.resolve({ state: 'missing', status: status.status });
    } else this.#scheduleNext(pending, 0, isMissing);
  }

  /**
   * The last wait is clipped, so that the last read begins at the timeout, or later when the previous read lasted
   * until then. A wait is never shorter than `minMs`, which LinkedIn requests. No read follows when `minMs` exceeds
   * both MAX_PAUSE_MS and the timeout. An upload that `isMissing` is read when it counts as lost.
   * @returns milliseconds until the next read, or null when there is none
   */
  #scheduleNext(pending: Pending, minMs: number, isMissing: boolean): number | null {
    const nowMs = this.#options.clock.now();
    const endMs = pending.startMs + pending.timeoutMs;
    const isWorthIt = minMs <= MAX_PAUSE_MS || nowMs + minMs <= endMs;
    if (pending.readStartedMs >= endMs || !isWorthIt) {
      pending.resolve(null);
      return null;
    }
    const lastMs = isMissing ? Math.min(pending.startMs + pending.missingAfterMs, endMs) : endMs;
    const { failures } = pending;
    const delayMs = this.#delayMs(pending);
    const minDelayMs = failures === 0 ? 0 : failedReadDelayMs(failures);
    const waitMs = Math.min(Math.max(0, lastMs - nowMs), Math.max(delayMs, minDelayMs));
    pending.dueMs = nowMs + Math.max(waitMs, minMs);
    pending.notBeforeMs = failures === 0 ? nowMs : pending.dueMs;
    pending.reads += 1;
    this.#enqueue(pending);
    return pending.dueMs - nowMs;
  }

  #delayMs(state: Pick<Pending, 'query' | 'reads' | 'startMs' | 'readStartedMs'>): number {
    const { linkedin, clock } = this.#options;
    return pollDelayMs(state, { nowMs: clock.now(), readsTogether: linkedin.readsTogether(state.query) });
  }
}
