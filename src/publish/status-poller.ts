// The run's only status poller: reads the status of all files that are due. Files do not wait for each other.

import type { Clock } from '../deps.ts';
import { ActionError, LinkedInError } from '../errors.ts';
import {
  API_TRAITS,
  isUploadReceived,
  type LinkedIn,
  type MediaStatus,
  type StatusQuery,
  type StatusResult,
} from '../linkedin/session.ts';
import type { RetryInfo } from './file-state.ts';
import { MAX_PAUSE_MS } from './retry/adaptive-throttle.ts';

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
  /** Milliseconds before the first read. */
  readonly firstDelayMs: number;
  /** Milliseconds from now until the wait ends. */
  readonly timeoutMs: number;
  /** How long LinkedIn may report a missing upload before it counts as lost. */
  readonly missingAfterMs: number;
  /** Whether this run uploaded it. For an earlier upload, a 404 is tolerated for `missingAfterMs`. */
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

interface Pending extends PollOptions {
  readonly query: StatusQuery;
  readonly startMs: number;
  /** Waits so far, which select the next delay. An immediate first read does not count. */
  polls: number;
  dueMs: number;
  /** When its last read began. Time limits use the age of the file at that time, not at the response. */
  requestedMs: number;
  /** From this time on, a read that is due for another file may include this one. */
  readyMs: number;
  readonly resolve: (reading: PollResult) => void;
  readonly reject: (error: unknown) => void;
}

// Each read counts against a daily quota that can be as low as a hundred, so the waits grow.
const POLL_DELAYS_S = [1, 2, 3, 5, 8, 13, 20, 30];
const LONG_DELAY_AFTER_MS = 10 * 60_000;
const LONG_DELAY_S = 60;

/** Milliseconds to wait after `polls` polls and `elapsedMs` of waiting. */
export function pollDelayMs(polls: number, elapsedMs: number): number {
  if (elapsedMs >= LONG_DELAY_AFTER_MS) return LONG_DELAY_S * 1000;
  return (POLL_DELAYS_S[Math.min(polls, POLL_DELAYS_S.length - 1)] ?? LONG_DELAY_S) * 1000;
}

// LinkedIn may respond 404 shortly after a registration.
const NOT_FOUND_GRACE_MS = 30_000;

export const FIRST_POLL_MS = pollDelayMs(0, 0);

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
      const waitMs = Math.min(options.firstDelayMs, options.timeoutMs);
      const polls = options.firstDelayMs > 0 ? 1 : 0;
      const due = dueAfter(query, startMs, waitMs);
      this.#enqueue({ ...options, ...due, query, startMs, requestedMs: startMs, polls, resolve, reject });
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

  /** Takes the due files out of the set, in one batch per API and kind. */
  #takeDueBatches(): Iterable<Pending[]> {
    const nowMs = this.#options.clock.now();
    const pending = [...this.#pending];
    const kinds = new Set(pending.filter(({ dueMs }) => dueMs <= nowMs).map(batchKey));
    const due = pending.filter((one) => one.readyMs <= nowMs && kinds.has(batchKey(one)));
    for (const one of due) {
      this.#pending.delete(one);
      one.requestedMs = nowMs;
    }
    return Map.groupBy(due, batchKey).values();
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
    if (status instanceof ActionError) this.#handleError(pending, status, errors);
    else this.#handleStatus(pending, status);
  }

  /**
   * The next scheduled read is the retry: an uploaded file can wait. One failed call for many files is one error.
   */
  #handleError(pending: Pending, error: ActionError, errors: Map<ActionError, ActionError | null>): void {
    const elapsedMs = pending.requestedMs - pending.startMs;
    const graceMs = pending.isNew ? NOT_FOUND_GRACE_MS : pending.missingAfterMs;
    const isWithinGrace = error instanceof LinkedInError && error.status === 404 && elapsedMs < graceMs;
    const isFirst = !isWithinGrace && !errors.has(error);
    if (isFirst) errors.set(error, this.#options.finalReadError(error));
    const finalError = isWithinGrace ? null : errors.get(error);
    if (finalError) pending.reject(finalError);
    else {
      pending.onTransientError?.(error);
      const minMs = (error instanceof LinkedInError && error.retryAfterMs) || 0;
      const waitMs = this.#scheduleNext(pending, minMs, isWithinGrace);
      if (isFirst && waitMs !== null) pending.onRetry?.({ error, waitMs, attempt: null });
    }
  }

  #handleStatus(pending: Pending, status: MediaStatus): void {
    if ('status' in status) pending.onStatus(status.status);
    if (status.state !== 'waiting') {
      pending.resolve(status);
      return;
    }
    const elapsedMs = pending.requestedMs - pending.startMs;
    const isMissing = !isUploadReceived(status);
    if (isMissing && elapsedMs >= pending.missingAfterMs) {
      pending.resolve({ state: 'missing', status: status.status });
    } else this.#scheduleNext(pending, 0, isMissing);
  }

  /**
   * The last wait is clipped, so that the last read begins at the timeout, or later when the previous read lasted
   * until then. A wait is never shorter than `minMs`, which LinkedIn requests. No read follows when `minMs` exceeds
   * both MAX_PAUSE_MS and the timeout. An upload of an earlier run that `isMissing` is read when it counts as lost.
   * @returns milliseconds until the next read, or null when there is none
   */
  #scheduleNext(pending: Pending, minMs: number, isMissing: boolean): number | null {
    const nowMs = this.#options.clock.now();
    const endMs = pending.startMs + pending.timeoutMs;
    const isWorthIt = minMs <= MAX_PAUSE_MS || nowMs + minMs <= endMs;
    if (pending.requestedMs >= endMs || !isWorthIt) {
      pending.resolve(null);
      return null;
    }
    const lastMs = isMissing && !pending.isNew ? pending.startMs + pending.missingAfterMs : endMs;
    const waitMs = Math.min(Math.max(0, lastMs - nowMs), pollDelayMs(pending.polls, nowMs - pending.startMs));
    const { dueMs, readyMs } = dueAfter(pending.query, nowMs, waitMs);
    pending.dueMs = Math.max(dueMs, nowMs + minMs);
    pending.readyMs = Math.max(readyMs, nowMs + minMs);
    pending.polls += 1;
    this.#enqueue(pending);
    return pending.dueMs - nowMs;
  }
}

function batchKey({ query }: Pending): string {
  return `${query.api} ${query.kind}`;
}

/** When one call can read many files, it includes those that have waited for three quarters of their delay. */
function dueAfter({ api }: StatusQuery, nowMs: number, waitMs: number): Pick<Pending, 'dueMs' | 'readyMs'> {
  const isShared = API_TRAITS[api].statusBatch > 1;
  return { dueMs: nowMs + waitMs, readyMs: nowMs + (isShared ? waitMs * 0.75 : waitMs) };
}
