// Waits until LinkedIn has processed the uploads of a run: reads the status of all files that are due, and returns how each
// file ends. Files do not wait for each other.

import { type ActionError, abortReason, interruptedError, toActionError } from '../../errors/action-error.ts';
import {
  API_TRAITS,
  type Artifact,
  type FailedStatus,
  type LinkedIn,
  type StatusQuery,
  type StatusResult,
} from '../../linkedin/session.ts';
import type { Clock } from '../../run.ts';
import type { FileItem, Outcome, RetryInfo } from '../file-state.ts';
import type { Ledger } from '../ledger.ts';
import type { RunLimits } from '../run-limits.ts';
import { MISSING_AFTER_MS, PolledFile, type PollResult } from './polled-file.ts';

export interface StatusPollerOptions {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly limits: RunLimits;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** How long to wait for LinkedIn's processing of one file, over all its sessions. 0 = no wait. */
  readonly waitMs: number;
  readonly readsArtifacts: boolean;
}

const MAX_ARTIFACT_ATTEMPTS = 5;

export class StatusPoller {
  readonly #options: StatusPollerOptions;
  readonly #missingAfterMs: number;
  /** The last upload of each file. */
  readonly #files = new Map<FileItem, PolledFile>();
  readonly #waiting = new Set<PolledFile>();
  /** The APIs and kinds whose statuses the token may not read. No further call is spent on them. */
  readonly #unreadable = new Map<string, PollResult>();
  #wake = new AbortController();
  #sleepsUntilMs = 0;
  #isRunning = false;

  constructor(options: StatusPollerOptions) {
    const { waitMs } = options;
    this.#options = options;
    // Half of a short wait is left for a new session. Without a wait, the single read comes too early to call an upload missing.
    this.#missingAfterMs = waitMs === 0 ? MISSING_AFTER_MS : Math.min(MISSING_AFTER_MS, waitMs / 2);
  }

  /**
   * Resolves with the outcome of a file that was uploaded. Null when it needs a new session, because LinkedIn lost the
   * upload or failed to process it. That happens once per file at most.
   * @throws the error of a status read that is not repeated; the error that ends all reads, or the run
   */
  async watch(item: FileItem, query: StatusQuery, sessions: number): Promise<Outcome | null> {
    if (this.#options.waitMs === 0) return { state: 'processing' };
    const missingAfterMs = sessions === 1 ? this.#missingAfterMs : Number.POSITIVE_INFINITY;
    const result = await this.#poll(item, query, { isNew: true, missingAfterMs });
    switch (result.state) {
      case 'available':
        return { state: 'available' };
      case 'failed':
        return this.afterFailure(item, result, sessions);
      case 'missing':
        return this.#isTimedOut(item) ? this.#stillProcessing(item) : null;
      case 'unreadable':
        return { state: 'unverified' };
      default:
        return this.#stillProcessing(item);
    }
  }

  /** The outcome of a file that LinkedIn processed before it responded to the upload: a status read would only cost a call. */
  async afterProcessing(item: FileItem, query: StatusQuery): Promise<Outcome> {
    await this.#recordArtifacts(item, query);
    return { state: 'available' };
  }

  /** The outcome of a file when LinkedIn reports a failure. Null when a new session may succeed. */
  afterFailure(item: FileItem, { error, mayRetry }: FailedStatus, sessions: number): Outcome | null {
    return mayRetry && sessions === 1 && !this.#isTimedOut(item) ? null : { state: 'failed', error };
  }

  /**
   * Reads the status of an upload of an earlier run. `reused` when LinkedIn has it, or when its status cannot be
   * verified. Null when the file has to be uploaded again. `isRecent`: LinkedIn may not show the upload yet, so that
   * without a wait it is reported as one that was just sent.
   * @throws as `watch`
   */
  async verify(item: FileItem, query: StatusQuery, isRecent: boolean): Promise<Outcome | null> {
    const missingAfterMs = isRecent ? this.#missingAfterMs : 0;
    const result = await this.#poll(item, query, { isNew: false, missingAfterMs });
    switch (result.state) {
      case 'available':
      case 'unreadable':
        return { state: 'reused' };
      case 'failed':
        return this.#isTimedOut(item) ? { state: 'failed', error: result.error } : null;
      case 'missing':
        return null;
      default:
        return this.#stillProcessing(item);
    }
  }

  /** Whether the wait for the file is used up. False when the run does not wait. */
  #isTimedOut(item: FileItem): boolean {
    return this.#options.waitMs > 0 && (this.#files.get(item)?.waitedMs ?? 0) >= this.#options.waitMs;
  }

  #stillProcessing(item: FileItem): Outcome {
    const { waitMs } = this.#options;
    const file = this.#files.get(item);
    if (file === undefined || waitMs === 0) return { state: 'processing' };
    return { state: 'processing', error: file.timeoutError(item.status) };
  }

  /** Reads the status of one upload until it is final, then any artifacts. All uploads of a file share one `waitMs`. */
  async #poll(
    item: FileItem,
    query: StatusQuery,
    { isNew, missingAfterMs }: { readonly isNew: boolean; readonly missingAfterMs: number },
  ): Promise<PollResult> {
    const { clock, waitMs } = this.#options;
    const group = `${query.api} ${query.kind}`;
    const unreadable = this.#unreadable.get(group);
    if (unreadable !== undefined) return unreadable;
    const { waitedMs = 0 } = this.#files.get(item) ?? {};
    const upload = { item, query, group, isNew, missingAfterMs, waitMs };
    const file = new PolledFile(upload, waitedMs, clock.now());
    this.#files.set(item, file);
    this.#add(file);
    const result = await file.end.promise.finally(() => {
      file.waitedMs += clock.now() - file.startMs;
    });
    if (result.state === 'unreadable') this.#unreadable.set(group, result);
    if (result.state === 'available') await this.#recordArtifacts(item, query, result.artifacts);
    return result;
  }

  /** Reads the artifacts of an available file, unless its status has `listed` them. An error does not fail the file. */
  async #recordArtifacts(item: FileItem, query: StatusQuery, listed?: readonly Artifact[]): Promise<void> {
    const { ledger, linkedin, limits, signal, readsArtifacts } = this.#options;
    if (!readsArtifacts) return;
    try {
      const options = { limiter: limits.reads, key: item, signal: limits.readSignal };
      const onRetry = (retry: RetryInfo) => ledger.record(item, { kind: 'retry', ...retry });
      const rules = { maxAttempts: MAX_ARTIFACT_ATTEMPTS, onRetry };
      const read = () => linkedin.readArtifacts(query);
      const artifacts = listed ?? (await limits.call(read, { ...options, ...rules }));
      ledger.record(item, { kind: 'artifacts', artifacts });
    } catch (thrown) {
      const end = abortReason(signal);
      const error = end === null ? toActionError(thrown) : interruptedError('before they were read', end);
      ledger.record(item, { kind: 'artifacts-unread', error });
      if (error.endsRun) limits.stop(error);
    }
  }

  /** Wakes the loop when the file is due before it. */
  #add(file: PolledFile): void {
    this.#waiting.add(file);
    if (file.dueMs < this.#sleepsUntilMs) this.#wake.abort();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    const { linkedin } = this.#options;
    this.#isRunning = true;
    try {
      while (this.#waiting.size > 0) {
        // Files that are added at the same time share a read, also if the first of them is due at once.
        await this.#sleepUntilDue();
        for (const batch of this.#takeDueBatches()) {
          const results = linkedin.statuses.read(batch.map(({ upload }) => upload.query));
          // One failed call for many files is reported once.
          const reported = new Set<ActionError>();
          // Handles each file as soon as its own response arrives, because another call may take minutes.
          for (const [index, file] of batch.entries())
            void this.#handleResult(file, results[index], reported).catch((error) => file.end.reject(error));
        }
      }
    } catch (error) {
      for (const file of this.#waiting) file.end.reject(error);
      this.#waiting.clear();
    } finally {
      this.#isRunning = false;
    }
  }

  /** Ends early when a file is added that is due before. @throws why no status is read any more */
  async #sleepUntilDue(): Promise<void> {
    const { clock, limits } = this.#options;
    this.#wake = new AbortController();
    const dueMs = this.#waiting.values().map((file) => file.dueMs);
    this.#sleepsUntilMs = dueMs.reduce((first, one) => Math.min(first, one), Number.POSITIVE_INFINITY);
    const waitMs = this.#sleepsUntilMs - clock.now();
    const end = AbortSignal.any([limits.readSignal, this.#wake.signal]);
    if (waitMs > 0) await clock.sleep(waitMs, end).catch(() => {});
    limits.readSignal.throwIfAborted();
  }

  /** Takes the due files out of the set, by API and kind. Where one call reads many, others fill the last one at no cost. */
  #takeDueBatches(): PolledFile[][] {
    const { clock, linkedin } = this.#options;
    const nowMs = clock.now();
    const batches: PolledFile[][] = [];
    for (const files of Map.groupBy(this.#waiting, ({ upload }) => upload.group).values()) {
      const batch = files.filter(({ dueMs }) => dueMs <= nowMs);
      const [first] = batch;
      if (first === undefined) continue;
      const { query } = first.upload;
      if (linkedin.statuses.readsTogether(query)) {
        const { statusBatch } = API_TRAITS[query.api];
        const free = Math.ceil(batch.length / statusBatch) * statusBatch - batch.length;
        const others = files.filter(({ dueMs, notBeforeMs }) => dueMs > nowMs && notBeforeMs <= nowMs);
        batch.push(...others.toSorted((a, b) => a.dueMs - b.dueMs).slice(0, free));
      }
      batches.push(batch);
    }
    for (const file of batches.flat()) {
      this.#waiting.delete(file);
      file.readStartedMs = nowMs;
    }
    return batches;
  }

  async #handleResult(
    file: PolledFile,
    reading: Promise<StatusResult> | undefined,
    reported: Set<ActionError>,
  ): Promise<void> {
    const result = await reading;
    if (result === undefined) throw new RangeError('a status read returned too few results');
    const { ledger, limits, clock } = this.#options;
    const { item } = file.upload;
    const nowMs = clock.now();
    let end: PollResult | null;
    if (result.state === 'unread') {
      const { error } = result;
      const isExpected = file.isExpected(error);
      const last = isExpected ? null : limits.lastError(error);
      if (last !== null) throw last;
      end = file.afterError(error, nowMs);
      if (end === null) {
        const retry = { error, waitMs: file.dueMs - nowMs, attempt: null };
        if (!isExpected && !reported.has(error)) ledger.record(item, { kind: 'retry', ...retry });
        reported.add(error);
      }
    } else {
      if ('status' in result && result.status !== null)
        ledger.record(item, { kind: 'status', status: result.status });
      end = file.afterStatus(result, nowMs);
    }
    if (end === null) this.#add(file);
    else file.end.resolve(end);
  }
}
