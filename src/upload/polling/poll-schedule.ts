// The schedule of status reads: how long to wait for the next read of an upload, and how long LinkedIn may not show it. LinkedIn
// allows some apps a hundred calls a day, and each read is one. `request-estimate.ts` has the number of reads it leads to. Pure.

import type { StatusQuery } from '../../linkedin/session.ts';

/** An upload whose status is read again. */
export interface PollState {
  readonly query: Pick<StatusQuery, 'kind'>;
  /** The reads that were scheduled so far. The immediate first read of an earlier upload does not count. */
  readonly reads: number;
  /** When it was uploaded; of an earlier upload, when this run first reads it. */
  readonly startMs: number;
  /** When the last read began, which time limits use, not its response. Before the first read: `startMs`. */
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
  // Waits at least as long as a slow read takes: otherwise files that become due during it would never share a read with its files.
  return Math.max(delayMs, Math.min(nowMs - readStartedMs, MAX_READ_MS));
}

/** How long LinkedIn may not show an upload, which it normally does within seconds. */
export const MISSING_AFTER_MS = 60_000;

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

/** The last number applies to all later ones. */
function secondsAt(delaysS: readonly number[], index: number): number {
  return delaysS[Math.min(index, delaysS.length - 1)] ?? 0;
}

// These waits outlast an outage.
const FAILURE_DELAYS_S = [0, 2, 3, 5, 8, 13, 20, 30];

/** The shortest wait after so many failed reads in a row. */
export function failureDelayMs(failures: number): number {
  return secondsAt(FAILURE_DELAYS_S, failures) * 1000;
}
