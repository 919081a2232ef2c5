// One upload whose status is polled: what each result of a read means for it, and whether and when it is read again. LinkedIn allows
// some apps a hundred calls a day, and each read is one. `request-estimate.ts` has the number of reads that the schedule leads to.

import { ActionError, statusOf } from '../../errors/action-error.ts';
import { MAX_WAIT_MS } from '../../errors/retry-policy.ts';
import { type MediaStatus, NOT_UPLOADED_STATUSES, type StatusQuery } from '../../linkedin/session.ts';
import type { FileItem } from '../file-state.ts';

/** `missing`: LinkedIn responded to the upload, but does not have it. */
export type PollResult = MediaStatus | { readonly state: 'missing' | 'timed-out' };

interface PolledUpload {
  readonly item: FileItem;
  readonly query: StatusQuery;
  /** The API and the kind. One call can read the statuses of a group, and the token may read all of them or none. */
  readonly group: string;
  /** Whether this run uploaded it. An earlier upload is read at once, and its 404 is tolerated until it counts as missing. */
  readonly isNew: boolean;
  /** How long LinkedIn may report a missing upload before it counts as lost. */
  readonly missingAfterMs: number;
  /** How long this run waits for the file, over all its uploads. */
  readonly waitMs: number;
}

// LinkedIn may respond 404 shortly after a registration.
const NOT_FOUND_GRACE_MS = 30_000;
/** How long LinkedIn may not show an upload, which it normally does within seconds. */
export const MISSING_AFTER_MS = 60_000;

export class PolledFile {
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
    const statusText = status === null ? 'LinkedIn reported no status' : `LinkedIn still reports ${status}`;
    const reason = cause === undefined ? '' : `; the last read failed: ${cause.message}`;
    const minutes = Math.ceil(Math.min(this.upload.waitMs, this.waitedMs) / 60_000);
    return new ActionError('PROCESSING_TIMEOUT', `${statusText} after ${minutes} min${reason}`, { cause });
  }

  /** Whether `error` only means that LinkedIn does not know the upload yet. */
  isExpected(error: ActionError): boolean {
    const graceEndMs = this.upload.isNew ? this.startMs + NOT_FOUND_GRACE_MS : this.#missingMs;
    return statusOf(error) === 404 && this.readStartedMs < graceEndMs;
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
    const isMissing = this.isExpected(error);
    this.#lastError = isMissing ? null : error;
    const minMs = (error.retry.kind === 'again' && error.retry.waitMs) || 0;
    return this.#scheduleNext(nowMs, { minMs, isMissing });
  }

  /**
   * The last read begins at the end of the wait. LinkedIn may ask for `minMs`, which can move it later; if that is after the end and
   * longer than MAX_WAIT_MS, the wait is over. A missing upload is read when it counts as lost.
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
