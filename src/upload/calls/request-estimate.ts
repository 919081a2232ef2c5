// Predicts the API calls of a run as a range, and its uploads and bytes, from its plan. Pure.

import { API_TRAITS, type SessionRequest, type StatusQuery } from '../../linkedin/session.ts';
import type { PlannedFile, Reused } from '../plan.ts';
import { pollDelayMs } from '../polling/poll-schedule.ts';

/** The settings that add requests after an upload. */
export interface StepsAfterUpload {
  /** How long to wait for LinkedIn's processing of one file. 0 = no wait. */
  readonly waitMs: number;
  /** Whether to read the artifacts of each available file. */
  readonly readsArtifacts: boolean;
  /** Whether available uploads of earlier runs are reused without a status read. */
  readonly reusesUnread?: boolean;
}

/**
 * API calls of a run without failures and retries.
 * `least`: LinkedIn has processed each upload before its first status read, and accepts reads of many files.
 * `most`: it rejects such reads, or takes `SLOW_MS` to process each file. `most` assumes uploads that end close together.
 */
export interface CallRange {
  readonly least: number;
  readonly most: number;
}

/** Calls count against LinkedIn's quota. PUTs carry bytes; LinkedIn may ask for more of them, for parts. */
export interface RequestEstimate {
  readonly calls: CallRange;
  readonly puts: number;
}

/** LinkedIn's processing time that `most` allows for. */
const SLOW_MS: Record<StatusQuery['kind'], number> = { image: 10_000, document: 10_000, video: 300_000 };

/** Estimates all files together, because one status read covers many files of a kind where the API allows it. */
export function estimateRequests(files: readonly PlannedFile[], steps: StepsAfterUpload): RequestEstimate {
  const estimates = files.flatMap(({ request, reused }) => {
    if (request === null) return [];
    if (reused !== undefined) return reuseCalls(request, reused, steps);
    return newUploadCalls(request, steps);
  });
  const ofKinds = [...Map.groupBy(estimates, ({ request: { api, kind } }) => `${api} ${kind}`).values()].map(
    addCalls,
  );
  const sent = files.flatMap(({ request, reused }) => (reused === undefined ? (request ?? []) : []));
  return {
    calls: { least: sum(ofKinds.map(({ least }) => least)), most: sum(ofKinds.map(({ most }) => most)) },
    puts: sum(sent.map(({ sidecars = {} }) => 1 + Object.keys(sidecars).length)),
  };
}

/** The most calls of one file, for which a limit of calls must have room. */
export function worstCalls(file: PlannedFile, steps: StepsAfterUpload): number {
  return estimateRequests([file], { ...steps, reusesUnread: true }).calls.most;
}

export function bytesToSend({ sizeBytes, sidecars = {} }: SessionRequest): number {
  return sum([sizeBytes, ...Object.values(sidecars).map((sidecar) => sidecar.sizeBytes)]);
}

interface FileCalls {
  readonly request: SessionRequest;
  /** All calls but the status reads. */
  readonly otherCalls: CallRange;
  /** The status reads, if each read covers one file. */
  readonly reads: CallRange;
  /** The further reads, once per kind, of an API that can read many files at once. */
  readonly extraReads: number;
}

function newUploadCalls(request: SessionRequest, { waitMs, readsArtifacts }: StepsAfterUpload): FileCalls {
  const { api, mechanism } = request;
  // LinkedIn responds to a synchronous upload after processing.
  const isRead = waitMs > 0 && mechanism !== 'synchronous';
  const isAvailable = waitMs > 0 || mechanism === 'synchronous';
  const hasArtifactCall = readsArtifacts && isAvailable && !API_TRAITS[api].statusIncludesArtifacts;
  // One call to register, and one to complete a multipart upload.
  const otherCalls = (mechanism === 'multipart' ? 2 : 1) + (hasArtifactCall ? 1 : 0);
  return {
    request,
    otherCalls: { least: otherCalls, most: otherCalls },
    reads: isRead ? { least: 1, most: countReads(request, false, waitMs) } : NONE,
    extraReads: isRead ? countExtraReads(request, waitMs) : 0,
  };
}

/** An upload that was available is read once, or not at all if that happened within the last day. */
function reuseCalls(
  request: SessionRequest,
  reused: Reused,
  { waitMs, readsArtifacts, reusesUnread = false }: StepsAfterUpload,
): FileCalls | [] {
  if ('duplicateOf' in reused) return [];
  const isAvailable = reused.earlier.state === 'available';
  if (isAvailable && reusesUnread) return [];
  const isWaitedFor = !isAvailable && waitMs > 0;
  const { statusIncludesArtifacts, statusBatch } = API_TRAITS[request.api];
  const hasArtifactCall = readsArtifacts && !statusIncludesArtifacts;
  return {
    request,
    otherCalls: { least: 0, most: hasArtifactCall ? 1 : 0 },
    // It is read at the start of the run, then like a new upload.
    reads: {
      least: isAvailable ? 0 : 1,
      most: 1 + (isWaitedFor ? countReads(request, false, waitMs) : 0),
    },
    extraReads: isWaitedFor ? countExtraReads(request, waitMs) : Number(statusBatch > 1),
  };
}

const NONE: CallRange = { least: 0, most: 0 };

/**
 * LinkedIn may reject the first read of many files. If it accepts them, the statuses are read more often, because each
 * read serves all files; a further file adds fewer reads than it would take alone.
 */
function countExtraReads(request: SessionRequest, waitMs: number): number {
  if (API_TRAITS[request.api].statusBatch === 1) return 0;
  return Math.max(1, countReads(request, true, waitMs) - countReads(request, false, waitMs));
}

/** The status reads of one file that LinkedIn processes in `SLOW_MS`. */
function countReads(query: SessionRequest, readsTogether: boolean, waitMs: number): number {
  let [reads, elapsedMs] = [0, 0];
  while (elapsedMs < Math.min(SLOW_MS[query.kind], waitMs)) {
    const state = { query, reads, startMs: 0, readStartedMs: elapsedMs };
    elapsedMs += pollDelayMs(state, { nowMs: elapsedMs, readsTogether });
    reads += 1;
  }
  return reads;
}

/** The calls of files of one API and kind, which share status reads. */
function addCalls(files: readonly FileCalls[]): CallRange {
  const [first] = files;
  const statusBatch = first === undefined ? 1 : API_TRAITS[first.request.api].statusBatch;
  const leastReads = sum(files.map(({ reads }) => reads.least)) / statusBatch;
  const mostReads = sum(files.map(({ reads }) => reads.most));
  return {
    least: sum(files.map(({ otherCalls }) => otherCalls.least)) + Math.ceil(leastReads),
    most:
      sum(files.map(({ otherCalls }) => otherCalls.most)) +
      mostReads +
      files.reduce((most, { extraReads }) => Math.max(most, extraReads), 0),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
