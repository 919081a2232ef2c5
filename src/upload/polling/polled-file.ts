// One upload whose status is polled: what each result of a read means for it, and whether and when it is read again.

import { ActionError, statusOf } from '../../errors/action-error.ts';
import { MAX_WAIT_MS } from '../../errors/retry-policy.ts';
import { type MediaStatus, NOT_UPLOADED_STATUSES, type StatusQuery } from '../../linkedin/session.ts';
import type { FileItem } from '../file-state.ts';
import { failureDelayMs, type PollContext, type PollState, pollDelayMs } from './poll-schedule.ts';

/** `missing`: LinkedIn responded to the upload, but does not have it. */
export type PollResult = MediaStatus | { readonly state: 'missing' | 'timed-out' };

export interface SentUpload {
  readonly query: StatusQuery;
  /** Whether LinkedIn has processed it already: no status read is needed. */
  readonly isProcessed: boolean;
}

interface PollRequest {
  readonly item: FileItem;
  readonly query: StatusQuery;
  /** The API and the kind. */
  readonly group: string;
  /** Whether this run uploaded it. An earlier upload is read at once, and its 404 is tolerated until it counts as missing. */
  readonly isNew: boolean;
  /** How long LinkedIn may report a missing upload before it counts as lost. */
  readonly missingAfterMs: number;
  /** How long this run waits for the file, over all its uploads, and how long it has waited for earlier ones. */
  readonly waitMs: number;
  readonly waitedMs: number;
}

// LinkedIn may respond 404 shortly after a registration.
const NOT_FOUND_GRACE_MS = 30_000;

export class PolledFile implements PollState {
  readonly item: FileItem;
  readonly query: StatusQuery;
  /** One call can read the statuses of a group, and the token may read all of them or none. */
  readonly group: string;
  readonly startMs: number;
  readStartedMs: number;
  reads = 0;
  dueMs: number;
  /** Before this time, a read that is due for another file may not include this one. */
  notBeforeMs: number;
  /** Includes the wait for this upload when that is over. */
  waitedMs: number;
  readonly #waitMs: number;
  readonly #isNew: boolean;
  readonly #missingMs: number;
  readonly #endMs: number;
  /** The final status of the upload, or the error that ended its reads. */
  readonly end = Promise.withResolvers<PollResult>();
  #wasRefused = false;
  /** Failed reads in a row. */
  #failures = 0;
  /** Why the last read failed. Null if it succeeded. */
  #lastError: ActionError | null = null;

  constructor(request: PollRequest, context: PollContext) {
    const { item, query, group, isNew, missingAfterMs, waitMs, waitedMs } = request;
    const { nowMs } = context;
    this.item = item;
    this.query = query;
    this.group = group;
    this.startMs = nowMs;
    this.readStartedMs = nowMs;
    this.notBeforeMs = nowMs;
    this.#isNew = isNew;
    this.#missingMs = nowMs + missingAfterMs;
    this.#waitMs = waitMs;
    this.waitedMs = waitedMs;
    this.#endMs = nowMs + Math.max(0, waitMs - waitedMs);
    this.dueMs = isNew ? Math.min(nowMs + pollDelayMs(this, context), this.#endMs) : nowMs;
    this.reads = isNew ? 1 : 0;
  }

  /** The error of an upload that LinkedIn, with its last `status`, has not processed in time. */
  timeoutError(status: string | null): ActionError {
    const cause = this.#lastError ?? undefined;
    const statusText = status === null ? 'LinkedIn reported no status' : `LinkedIn still reports ${status}`;
    const reason = cause === undefined ? '' : `; the last read failed: ${cause.message}`;
    const minutes = Math.ceil(Math.min(this.#waitMs, this.waitedMs) / 60_000);
    return new ActionError('PROCESSING_TIMEOUT', `${statusText} after ${minutes} min${reason}`, { cause });
  }

  /** Whether `error` only means that LinkedIn does not know the upload yet. */
  isExpected(error: ActionError): boolean {
    const graceEndMs = this.#isNew ? this.startMs + NOT_FOUND_GRACE_MS : this.#missingMs;
    return statusOf(error) === 404 && this.readStartedMs < graceEndMs;
  }

  /** Returns how the upload ends; null if it is read again, when it is due. So does `afterError`. */
  afterStatus(status: MediaStatus, context: PollContext): PollResult | null {
    // LinkedIn may refuse the status of a video for a moment, although the token may read it. So it is read once more.
    const { api, kind } = this.query;
    if (status.state === 'unreadable' && api === 'media' && kind === 'video' && !this.#wasRefused) {
      this.#wasRefused = true;
      return this.afterError(status.error, context) === null ? null : status;
    }
    this.#failures = 0;
    this.#lastError = null;
    if (status.state !== 'waiting') return status;
    const isMissing = NOT_UPLOADED_STATUSES.has(status.status ?? '');
    if (isMissing && this.readStartedMs >= this.#missingMs) return { state: 'missing' };
    return this.#scheduleNext(context, { isMissing });
  }

  /** The next scheduled read is the retry: an uploaded file can wait. */
  afterError(error: ActionError, context: PollContext): PollResult | null {
    const isMissing = this.isExpected(error);
    this.#lastError = error;
    this.#failures = isMissing ? 0 : this.#failures + 1;
    const minMs = (error.retry.kind === 'again' && error.retry.waitMs) || 0;
    return this.#scheduleNext(context, { minMs, isMissing });
  }

  /**
   * Clips the last wait, so that the last read begins at the end, or later if the previous read lasted until then. Waits `minMs`
   * at least, as LinkedIn asks, or ends if it exceeds both MAX_WAIT_MS and the end. Reads a missing upload when it counts as lost.
   */
  #scheduleNext(context: PollContext, { minMs = 0, isMissing = false }): PollResult | null {
    const { nowMs } = context;
    const isWorthIt = minMs <= MAX_WAIT_MS || nowMs + minMs <= this.#endMs;
    if (this.readStartedMs >= this.#endMs || !isWorthIt) return { state: 'timed-out' };
    const lastMs = isMissing ? Math.min(this.#missingMs, this.#endMs) : this.#endMs;
    const delayMs = Math.max(pollDelayMs(this, context), failureDelayMs(this.#failures));
    this.dueMs = nowMs + Math.max(Math.min(Math.max(0, lastMs - nowMs), delayMs), minMs);
    this.notBeforeMs = this.#failures === 0 ? nowMs : this.dueMs;
    this.reads += 1;
    return null;
  }
}
