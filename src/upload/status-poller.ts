// Waits until LinkedIn has processed the uploads of a run: reads the status of all files that are due, and returns how each
// file ends. Files do not wait for each other. LinkedIn allows some apps a hundred calls a day, and each read is one.

import {
  ActionError,
  abortReason,
  interruptedError,
  statusOf,
  toActionError,
} from '../errors/action-error.ts';
import { MAX_WAIT_MS } from '../errors/retry-policy.ts';
import { API_TRAITS } from '../linkedin/apis.ts';
import {
  type Artifact,
  type FailedStatus,
  type LinkedIn,
  type MediaStatus,
  NOT_UPLOADED_STATUSES,
  type StatusQuery,
  type StatusResult,
} from '../linkedin/session.ts';
import type { MediaKind } from '../linkedin/urn.ts';
import type { Run } from '../run.ts';
import type { FileItem, Outcome, RetryInfo } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import type { RunLimits } from './run-limits.ts';

/** What the uploads of a run share. */
export interface Uploads extends Run {
  readonly ledger: Ledger;
  readonly linkedin: LinkedIn;
  readonly limits: RunLimits;
  /** How long to wait for LinkedIn's processing of one file, over all its sessions. 0 = no wait. */
  readonly waitMs: number;
  readonly readsArtifacts: boolean;
}

const MAX_ARTIFACT_ATTEMPTS = 5;

export class StatusPoller {
  readonly #uploads: Uploads;
  readonly #missingAfterMs: number;
  /** The last upload of each file. */
  readonly #files = new Map<FileItem, PolledFile>();
  readonly #waiting = new Set<PolledFile>();
  /** The kinds whose statuses the token may not read. No further call is spent on them. */
  readonly #unreadable = new Map<MediaKind, PollResult>();
  #wake = new AbortController();
  #sleepsUntilMs = 0;
  #isRunning = false;

  constructor(uploads: Uploads) {
    const { waitMs } = uploads;
    this.#uploads = uploads;
    // Half of a short wait is left for a new session. Without a wait, the single read comes too early to call an upload missing.
    this.#missingAfterMs = waitMs === 0 ? MISSING_AFTER_MS : Math.min(MISSING_AFTER_MS, waitMs / 2);
  }

  /**
   * Resolves with the outcome of a file that was uploaded. Null when it needs a new session, because LinkedIn lost the
   * upload or failed to process it. That happens once per file at most.
   * @throws the error of a status read that is not repeated; the error that ends all reads, or the run
   */
  async watch(item: FileItem, query: StatusQuery, sessions: number): Promise<Outcome | null> {
    if (this.#uploads.waitMs === 0) return { state: 'processing' };
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

  /** The outcome of a file when LinkedIn reports a failure. Null when a new session may succeed. */
  afterFailure(
    item: FileItem,
    { error, mayRetry }: FailedStatus,
    sessions: number,
  ): Outcome | null {
    return mayRetry && sessions === 1 && !this.#isTimedOut(item)
      ? null
      : { state: 'failed', error };
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
    return (
      this.#uploads.waitMs > 0 && (this.#files.get(item)?.waitedMs ?? 0) >= this.#uploads.waitMs
    );
  }

  #stillProcessing(item: FileItem): Outcome {
    const { waitMs } = this.#uploads;
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
    const { clock, waitMs } = this.#uploads;
    const unreadable = this.#unreadable.get(query.kind);
    if (unreadable !== undefined) return unreadable;
    const { waitedMs = 0 } = this.#files.get(item) ?? {};
    const upload = { item, query, isNew, missingAfterMs, waitMs };
    const file = new PolledFile(upload, waitedMs, clock.now());
    this.#files.set(item, file);
    this.#add(file);
    const result = await file.end.promise.finally(() => {
      file.waitedMs += clock.now() - file.startMs;
    });
    if (result.state === 'unreadable') this.#unreadable.set(query.kind, result);
    if (result.state === 'available') await this.recordArtifacts(item, query, result.artifacts);
    return result;
  }

  /** Reads the artifacts of an available file, unless its status has `listed` them. An error does not fail the file. */
  async recordArtifacts(
    item: FileItem,
    query: StatusQuery,
    listed?: readonly Artifact[],
  ): Promise<void> {
    const { ledger, linkedin, limits, signal, readsArtifacts } = this.#uploads;
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
      const error =
        end === null ? toActionError(thrown) : interruptedError('before they were read', end);
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
    const { linkedin } = this.#uploads;
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
            void this.#handleResult(file, results[index], reported).catch((error) =>
              file.end.reject(error),
            );
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
    const { clock, limits } = this.#uploads;
    this.#wake = new AbortController();
    const dueMs = this.#waiting.values().map((file) => file.dueMs);
    this.#sleepsUntilMs = dueMs.reduce(
      (first, one) => Math.min(first, one),
      Number.POSITIVE_INFINITY,
    );
    const waitMs = this.#sleepsUntilMs - clock.now();
    const end = AbortSignal.any([limits.readSignal, this.#wake.signal]);
    if (waitMs > 0) await clock.sleep(waitMs, end).catch(() => {});
    limits.readSignal.throwIfAborted();
  }

  /** Takes the due files out of the set, by kind. Where one call reads many, others fill the last one at no cost. */
  #takeDueBatches(): PolledFile[][] {
    const { clock, linkedin } = this.#uploads;
    const nowMs = clock.now();
    const batches: PolledFile[][] = [];
    for (const files of Map.groupBy(this.#waiting, ({ upload }) => upload.query.kind).values()) {
      const batch = files.filter(({ dueMs }) => dueMs <= nowMs);
      const [first] = batch;
      if (first === undefined) continue;
      const { query } = first.upload;
      if (linkedin.statuses.readsTogether(query)) {
        const { statusBatch } = API_TRAITS[query.api];
        const free = Math.ceil(batch.length / statusBatch) * statusBatch - batch.length;
        const others = files.filter(
          ({ dueMs, notBeforeMs }) => dueMs > nowMs && notBeforeMs <= nowMs,
        );
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
    const { ledger, limits, clock } = this.#uploads;
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

/** `missing`: LinkedIn responded to the upload, but does not have it. */
type PollResult = MediaStatus | { readonly state: 'missing' | 'timed-out' };

interface PolledUpload {
  readonly item: FileItem;
  readonly query: StatusQuery;
  /** Whether this run uploaded it. An earlier upload is read at once, and its 404 is tolerated until it counts as missing. */
  readonly isNew: boolean;
  /** How long LinkedIn may report a missing upload before it counts as lost. */
  readonly missingAfterMs: number;
  /** How long this run waits for the file, over all its uploads. */
  readonly waitMs: number;
}

/** How long LinkedIn may not show an upload, or respond 404. It normally shows it within seconds. */
const MISSING_AFTER_MS = 60_000;

/** One upload whose status is polled: what each result of a read means for it, and whether and when it is read again. */
class PolledFile {
  readonly upload: PolledUpload;
  /** When it was uploaded; of an earlier upload, when this run first reads it. */
  readonly startMs: number;
  /** When the last read began, which time limits use, not its response. Before the first read: `startMs`. */
  readStartedMs: number;
  dueMs: number;
  /** After a failed read: nothing reads this file before this time, not even a read for other files. */
  notBeforeMs: number;
  /** How long the run has waited for the earlier uploads of the file, and for this one when that is over. */
  waitedMs: number;
  /** The final status of the upload, or the error that ended its reads. */
  readonly end = Promise.withResolvers<PollResult>();
  readonly #missingMs: number;
  readonly #endMs: number;
  #wasRefused = false;
  /** Why the last read failed. Null if it succeeded. */
  #lastError: ActionError | null = null;

  constructor(upload: PolledUpload, waitedMs: number, nowMs: number) {
    this.upload = upload;
    this.waitedMs = waitedMs;
    this.startMs = nowMs;
    this.readStartedMs = nowMs;
    this.dueMs = nowMs;
    this.notBeforeMs = nowMs;
    this.#missingMs = nowMs + upload.missingAfterMs;
    this.#endMs = nowMs + Math.max(0, upload.waitMs - waitedMs);
    if (upload.isNew) this.dueMs = Math.min(nowMs + FIRST_DELAY_MS, this.#endMs);
  }

  /** The error of an upload that LinkedIn, with its last `status`, has not processed in time. */
  timeoutError(status: string | null): ActionError {
    const cause = this.#lastError ?? undefined;
    const statusText =
      status === null ? 'LinkedIn reported no status' : `LinkedIn still reports ${status}`;
    const reason = cause === undefined ? '' : `; the last read failed: ${cause.message}`;
    const minutes = Math.ceil(Math.min(this.upload.waitMs, this.waitedMs) / 60_000);
    return new ActionError('PROCESSING_TIMEOUT', `${statusText} after ${minutes} min${reason}`, {
      cause,
    });
  }

  /** Whether `error` only means that LinkedIn does not know the upload yet. */
  isExpected(error: ActionError): boolean {
    if (statusOf(error) !== 404) return false;
    if (this.upload.isNew) return this.readStartedMs <= this.startMs + MISSING_AFTER_MS;
    return this.readStartedMs < this.#missingMs;
  }

  /** Returns how the upload ends; null if it is read again, when it is due. So does `afterError`. */
  afterStatus(status: MediaStatus, nowMs: number): PollResult | null {
    // LinkedIn may refuse the status of a video for a moment, although the token may read it. So it is read once more.
    const { api, kind } = this.upload.query;
    if (status.state === 'unreadable' && api === 'media' && kind === 'video' && !this.#wasRefused) {
      this.#wasRefused = true;
      return this.afterError(status.error, nowMs) === null ? null : status;
    }
    this.#lastError = null;
    if (status.state !== 'waiting') return status;
    const isMissing = NOT_UPLOADED_STATUSES.has(status.status ?? '');
    if (isMissing && this.readStartedMs >= this.#missingMs) return { state: 'missing' };
    return this.#scheduleNext(nowMs, { isMissing });
  }

  /** The next scheduled read is the retry: an uploaded file can wait. */
  afterError(error: ActionError, nowMs: number): PollResult | null {
    const isExpected = this.isExpected(error);
    this.#lastError = isExpected ? null : error;
    const minMs = (error.retry.kind === 'again' && error.retry.waitMs) || 0;
    // A 404 of a new upload is an error when its time is over, so no read is planned for that moment.
    return this.#scheduleNext(nowMs, { minMs, isMissing: isExpected && !this.upload.isNew });
  }

  /**
   * The last read begins when the wait ends, or after `minMs`, for which LinkedIn asks. There is none if that is later and longer
   * than MAX_WAIT_MS. A missing upload is read again when it counts as lost.
   */
  #scheduleNext(nowMs: number, { minMs = 0, isMissing = false }): PollResult | null {
    const isWorthIt = minMs <= MAX_WAIT_MS || nowMs + minMs <= this.#endMs;
    if (this.readStartedMs >= this.#endMs || !isWorthIt) return { state: 'timed-out' };
    const lastMs = isMissing ? Math.min(this.#missingMs, this.#endMs) : this.#endMs;
    const elapsedMs = this.readStartedMs - this.startMs;
    const delayMs = Math.min(Math.max(FIRST_DELAY_MS, elapsedMs * DELAY_SHARE), MAX_DELAY_MS);
    this.dueMs = nowMs + Math.max(Math.min(Math.max(0, lastMs - nowMs), delayMs), minMs);
    this.notBeforeMs = this.#lastError === null ? nowMs : this.dueMs;
    return null;
  }
}

// The longer LinkedIn takes, the rarer the reads: after 4, 10, 25, 62, 156 and 390 seconds, then every five minutes. Where each file
// costs a call for each read, that is two calls for an image that takes 10 s, and six for a video that takes five minutes.
const FIRST_DELAY_MS = 4000;
/** The next read follows after this share of the time since the upload. */
const DELAY_SHARE = 1.5;
const MAX_DELAY_MS = 300_000;
