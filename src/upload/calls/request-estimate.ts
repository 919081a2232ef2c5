// How many API calls files take: a range for the plan of a run, whose upper end is the worst case of each file. Pure.

import { API_TRAITS, type SessionRequest } from '../../linkedin/session.ts';
import type { MediaKind } from '../../linkedin/urn.ts';
import type { PlannedFile, Reused } from '../plan.ts';

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
 * `most`: it rejects such reads, or takes ten seconds to process an image or a document, and five minutes to process a video. Assumes
 * uploads that end close together.
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

/** The most status reads of one file, if each read covers one file. The times of the reads: `polled-file.ts`. */
const STATUS_READS: Readonly<Record<MediaKind, number>> = { image: 2, document: 2, video: 6 };

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
}

function newUploadCalls(request: SessionRequest, { waitMs, readsArtifacts }: StepsAfterUpload): FileCalls {
  const { api, kind, mechanism } = request;
  const { statusIncludesArtifacts } = API_TRAITS[api];
  // LinkedIn responds to a synchronous upload after processing.
  const isRead = waitMs > 0 && mechanism !== 'synchronous';
  const isAvailable = waitMs > 0 || mechanism === 'synchronous';
  const hasArtifactCall = readsArtifacts && isAvailable && !statusIncludesArtifacts;
  // One call to register, and one to complete a multipart upload.
  const otherCalls = (mechanism === 'multipart' ? 2 : 1) + (hasArtifactCall ? 1 : 0);
  return {
    request,
    otherCalls: { least: otherCalls, most: otherCalls },
    reads: isRead ? { least: 1, most: STATUS_READS[kind] } : NONE,
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
  const { api, kind } = request;
  const { statusIncludesArtifacts } = API_TRAITS[api];
  const hasArtifactCall = readsArtifacts && !statusIncludesArtifacts;
  return {
    request,
    otherCalls: { least: 0, most: hasArtifactCall ? 1 : 0 },
    // It is read at the start of the run, then like a new upload.
    reads: { least: isAvailable ? 0 : 1, most: 1 + (isWaitedFor ? STATUS_READS[kind] : 0) },
  };
}

const NONE: CallRange = { least: 0, most: 0 };

/** The calls of files of one API and kind, which share status reads. */
function addCalls(files: readonly FileCalls[]): CallRange {
  const [first] = files;
  const statusBatch = first === undefined ? 1 : API_TRAITS[first.request.api].statusBatch;
  const leastReads = sum(files.map(({ reads }) => reads.least)) / statusBatch;
  const mostReads = sum(files.map(({ reads }) => reads.most));
  return {
    least: sum(files.map(({ otherCalls }) => otherCalls.least)) + Math.ceil(leastReads),
    // LinkedIn may reject the first read of many files. Those that it would have read along are read once more.
    most:
      sum(files.map(({ otherCalls }) => otherCalls.most)) +
      mostReads +
      (statusBatch > 1 && mostReads > 0 ? Math.min(files.length, statusBatch) : 0),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
