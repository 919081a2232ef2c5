// One upload whose status is polled: what each result of a read means for it, and when it is read next. LinkedIn allows some apps
// a hundred calls a day, and each read is one.

import { type ActionError, LinkedInError, UploadError } from '../../errors.ts';
import {
  API_TRAITS,
  type MediaStatus,
  NOT_UPLOADED_STATUSES,
  type StatusQuery,
} from '../../linkedin/session.ts';
import { MAX_PAUSE_MS } from '../retry/shared-pause.ts';

/** `missing`: LinkedIn responded to the upload, but does not have it. */
export type PollResult = MediaStatus | { readonly state: 'missing' | 'timed-out' };

interface PollRequest {
  /** The index of the file in the ledger. */
  readonly index: number;
  readonly query: StatusQuery;
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

export class PolledFile {
  readonly index: number;
  readonly query: StatusQuery;
  /** When it was uploaded, or when its first read is due. */
  readonly startMs: number;
  dueMs: number;
  /** Before this time, a read that is due for another file may not include this one. */
  notBeforeMs: number;
  /** Time limits use the age of the file when its last read began, not at the response. */
  readStartedMs: number;
  /** Includes the wait for this upload when that is over. */
  waitedMs: number;
  readonly #waitMs: number;
  readonly #isNew: boolean;
  readonly #missingMs: number;
  readonly #endMs: number;
  readonly #end = Promise.withResolvers<PollResult>();
  /** The final status of the upload. Rejects with the error that ended its reads. */
  readonly result = this.#end.promise;
  /** Reads so far, with the next one. An immediate first read of an earlier upload does not count. */
  reads = 0;
  /** Failed reads in a row. */
  #failures = 0;
  /** Why the last read failed. Null if it succeeded. */
  #lastError: ActionError | null = null;

  constructor(request: PollRequest, context: PollContext) {
    const { index, query, isNew, missingAfterMs, waitMs, waitedMs } = request;
    const { nowMs } = context;
    this.index = index;
    this.query = query;
    this.startMs = nowMs;
    this.readStartedMs = nowMs;
    this.notBeforeMs = nowMs;
    this.#isNew = isNew;
    this.#missingMs = nowMs + missingAfterMs;
    this.#waitMs = waitMs;
    this.waitedMs = waitedMs;
    this.#endMs = nowMs + Math.max(0, waitMs - waitedMs);
    this.dueMs = isNew ? Math.min(nowMs + pollDelayMs(this, context), this.#endMs) : nowMs;
    // Reads are counted when they are scheduled.
    this.reads = isNew ? 1 : 0;
  }

  reject(error: unknown): void {
    this.#end.reject(error);
  }

  /** For an upload that LinkedIn, with its last `status`, has not processed in time. */
  timeoutError(status: string | null): UploadError {
    const cause = this.#lastError ?? undefined;
    const statusText = status === null ? 'LinkedIn reported no status' : `LinkedIn still reports ${status}`;
    const reason = cause === undefined ? '' : `; the last read failed: ${cause.message}`;
    const minutes = Math.ceil(Math.min(this.#waitMs, this.waitedMs) / 60_000);
    return new UploadError('PROCESSING_TIMEOUT', `${statusText} after ${minutes} min${reason}`, { cause });
  }

  /** Whether `error` only means that LinkedIn does not know the upload yet. */
  isExpected(error: ActionError): boolean {
    const graceEndMs = this.#isNew ? this.startMs + NOT_FOUND_GRACE_MS : this.#missingMs;
    return error instanceof LinkedInError && error.status === 404 && this.readStartedMs < graceEndMs;
  }

  /** Returns whether the file is read again, as does `afterError`. */
  afterStatus(status: MediaStatus, context: PollContext): boolean {
    this.#failures = 0;
    this.#lastError = null;
    if (status.state !== 'waiting') return this.#settle(status);
    const isMissing = NOT_UPLOADED_STATUSES.has(status.status ?? '');
    if (isMissing && this.readStartedMs >= this.#missingMs) return this.#settle({ state: 'missing' });
    return this.#scheduleNext(context, { isMissing });
  }

  /** The next scheduled read is the retry: an uploaded file can wait. */
  afterError(error: ActionError, context: PollContext): boolean {
    const isMissing = this.isExpected(error);
    this.#lastError = error;
    this.#failures = isMissing ? 0 : this.#failures + 1;
    const minMs = (error instanceof LinkedInError && error.retryAfterMs) || 0;
    return this.#scheduleNext(context, { minMs, isMissing });
  }

  /**
   * The last wait is clipped, so that the last read begins at the end, or later when the previous read lasted until then. A
   * wait is never shorter than `minMs`, which LinkedIn requests. No read follows when `minMs` exceeds both MAX_PAUSE_MS and
   * the end. An upload that `isMissing` is read when it counts as lost.
   */
  #scheduleNext(context: PollContext, { minMs = 0, isMissing = false }): boolean {
    const { nowMs } = context;
    const isWorthIt = minMs <= MAX_PAUSE_MS || nowMs + minMs <= this.#endMs;
    if (this.readStartedMs >= this.#endMs || !isWorthIt) return this.#settle({ state: 'timed-out' });
    const lastMs = isMissing ? Math.min(this.#missingMs, this.#endMs) : this.#endMs;
    const delayMs = Math.max(pollDelayMs(this, context), secondsAt(FAILURE_DELAYS_S, this.#failures) * 1000);
    this.dueMs = nowMs + Math.max(Math.min(Math.max(0, lastMs - nowMs), delayMs), minMs);
    this.notBeforeMs = this.#failures === 0 ? nowMs : this.dueMs;
    this.reads += 1;
    return true;
  }

  #settle(result: PollResult): false {
    this.#end.resolve(result);
    return false;
  }
}

interface PollState {
  readonly query: Pick<StatusQuery, 'kind'>;
  /** Reads so far. An immediate first read of an earlier upload does not count. */
  readonly reads: number;
  /** When it was uploaded. */
  readonly startMs: number;
  /** When the last read began; at first, when it was uploaded. */
  readonly readStartedMs: number;
}

export interface PollContext {
  readonly nowMs: number;
  /** Whether one call reads all files of this kind. */
  readonly readsTogether: boolean;
}

/** Milliseconds until the next read of a file whose last read did not fail. */
export function pollDelayMs(
  { query, reads, startMs, readStartedMs }: PollState,
  { nowMs, readsTogether }: PollContext,
): number {
  if (!readsTogether)
    return secondsAt(query.kind === 'video' ? VIDEO_DELAYS_S : IMAGE_DELAYS_S, reads) * 1000;
  const elapsedMs = readStartedMs - startMs;
  const delayMs =
    TOGETHER_DELAYS.find(({ beforeMs }) => elapsedMs < beforeMs)?.delayMs ?? LONGEST_TOGETHER_MS;
  // Not shorter than a slow read: else files that become due during that read would never share one with its files.
  return Math.max(delayMs, Math.min(nowMs - readStartedMs, MAX_READ_MS));
}

/**
 * How long LinkedIn may not show an upload, which it normally does within seconds. Half of a short wait is left for a new
 * session. Without a wait, the single read comes too early to call an upload missing.
 */
export function missingLimitMs(waitMs: number): number {
  return waitMs === 0 ? MISSING_AFTER_MS : Math.min(MISSING_AFTER_MS, waitMs / 2);
}

const MISSING_AFTER_MS = 60_000;

// The reads of all files of a run cost the same as those of one file. A file that LinkedIn processes within 30 s is
// reported at most 3 s later, which includes the time of the call.
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
// After failed reads in a row, so that a run outlasts an outage.
const FAILURE_DELAYS_S = [0, 2, 3, 5, 8, 13, 20, 30];

/** The last number applies to all later ones. */
function secondsAt(delaysS: readonly number[], index: number): number {
  return delaysS[Math.min(index, delaysS.length - 1)] ?? 0;
}

/** The due files of one API and kind. Where one call reads many, other files fill the last call: they cost nothing. */
export function selectDue(
  files: readonly PolledFile[],
  { nowMs, isTogether }: { readonly nowMs: number; readonly isTogether: boolean },
): PolledFile[] {
  const due = files.filter(({ dueMs }) => dueMs <= nowMs);
  const [first] = due;
  if (first === undefined || !isTogether) return due;
  const { statusBatch } = API_TRAITS[first.query.api];
  const free = Math.ceil(due.length / statusBatch) * statusBatch - due.length;
  const others = files.filter(({ dueMs, notBeforeMs }) => dueMs > nowMs && notBeforeMs <= nowMs);
  return [...due, ...others.toSorted((a, b) => a.dueMs - b.dueMs).slice(0, free)];
}

/** One call can read the statuses of these uploads, and the token may read all of them or none. */
export function groupOf({ api, kind }: StatusQuery): string {
  return `${api} ${kind}`;
}
