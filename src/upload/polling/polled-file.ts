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

interface PollContext {
  readonly nowMs: number;
  /** Whether one call reads all files of this kind. */
  readonly readsTogether: boolean;
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
  /** Before this time, a read that is due for another file may not include this one. */
  notBeforeMs: number;
  /** How long the run has waited for the earlier uploads of the file, and for this one when that is over. */
  waitedMs: number;
  /** The final status of the upload, or the error that ended its reads. */
  readonly end = Promise.withResolvers<PollResult>();
  readonly #missingMs: number;
  readonly #endMs: number;
  /** The reads that were scheduled so far. The immediate first read of an earlier upload does not count. */
  #reads = 0;
  #wasRefused = false;
  /** Failed reads in a row. */
  #failures = 0;
  /** Why the last read failed. Null if it succeeded. */
  #lastError: ActionError | null = null;

  constructor(upload: PolledUpload, waitedMs: number, context: PollContext) {
    const { nowMs } = context;
    this.upload = upload;
    this.waitedMs = waitedMs;
    this.startMs = nowMs;
    this.readStartedMs = nowMs;
    this.dueMs = nowMs;
    this.notBeforeMs = nowMs;
    this.#missingMs = nowMs + upload.missingAfterMs;
    this.#endMs = nowMs + Math.max(0, upload.waitMs - waitedMs);
    if (!upload.isNew) return;
    this.dueMs = Math.min(nowMs + this.#delayMs(context), this.#endMs);
    this.#reads = 1;
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
  afterStatus(status: MediaStatus, context: PollContext): PollResult | null {
    // LinkedIn may refuse the status of a video for a moment, although the token may read it. So it is read once more.
    const { api, kind } = this.upload.query;
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
    const delayMs = Math.max(this.#delayMs(context), secondsAt(FAILURE_DELAYS_S, this.#failures) * 1000);
    this.dueMs = nowMs + Math.max(Math.min(Math.max(0, lastMs - nowMs), delayMs), minMs);
    this.notBeforeMs = this.#failures === 0 ? nowMs : this.dueMs;
    this.#reads += 1;
    return null;
  }

  /** Milliseconds until the next read of a file whose last read did not fail. */
  #delayMs({ nowMs, readsTogether }: PollContext): number {
    const { kind } = this.upload.query;
    if (!readsTogether)
      return secondsAt(kind === 'video' ? VIDEO_DELAYS_S : IMAGE_DELAYS_S, this.#reads) * 1000;
    const elapsedMs = this.readStartedMs - this.startMs;
    const delayMs =
      TOGETHER_DELAYS.find(({ beforeMs }) => elapsedMs < beforeMs)?.delayMs ?? LONGEST_TOGETHER_MS;
    // Waits at least as long as a slow read takes: otherwise files that become due during it would never share a read with its files.
    return Math.max(delayMs, Math.min(nowMs - this.readStartedMs, MAX_READ_MS));
  }
}

// The reads of all files cost the same as those of one. A file processed within 30 s is reported at most 3 s later, with the call.
const TOGETHER_DELAYS = [
  { beforeMs: 30_000, delayMs: 2500 },
  { beforeMs: 60_000, delayMs: 10_000 },
  { beforeMs: 600_000, delayMs: 30_000 },
];
const LONGEST_TOGETHER_MS = 60_000;
const MAX_READ_MS = 10_000;

// Each file costs a call for each read: two within 10 s for an image, six within five minutes for a video.
const IMAGE_DELAYS_S = [3, 8, 15, 30, 60, 120, 240, 300];
const VIDEO_DELAYS_S = [2, 8, 30, 60, 90, 120, 180, 240, 300];
/** The shortest wait after so many failed reads in a row. These waits outlast an outage. */
const FAILURE_DELAYS_S = [0, 2, 3, 5, 8, 13, 20, 30];

/** The last number applies to all later ones. */
function secondsAt(delaysS: readonly number[], index: number): number {
  return delaysS[Math.min(index, delaysS.length - 1)] ?? 0;
}
