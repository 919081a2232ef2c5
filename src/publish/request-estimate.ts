// Estimates the fewest requests and the bytes of a run from its plan. Pure.

import { API_TRAITS, type SessionRequest } from '../linkedin/session.ts';
import type { PlanSettings } from './plan.ts';

/** The settings that add requests after an upload. */
export type PostUploadSteps = Pick<PlanSettings, 'waitMs' | 'readsArtifacts'>;

/** The fewest requests. Calls count against LinkedIn's quota; PUTs carry bytes. */
export interface RequestEstimate {
  readonly calls: number;
  readonly puts: number;
}

/** For a single file. */
export function estimateRequests(request: SessionRequest, postUpload: PostUploadSteps): RequestEstimate {
  return estimateTotalRequests([request], postUpload);
}

/** For all files together: where LinkedIn allows it, one status read covers many files. */
export function estimateTotalRequests(
  requests: readonly SessionRequest[],
  postUpload: PostUploadSteps,
): RequestEstimate {
  const kinds = Map.groupBy(requests, ({ api, kind }) => `${api} ${kind}`).values();
  const reads = postUpload.waitMs === 0 ? [] : [...kinds].map(countStatusReads);
  const ofFiles = requests.map((request) => {
    // One call to register, and one to complete a multipart upload.
    const uploadCalls = request.mechanism === 'multipart' ? 2 : 1;
    return uploadCalls + countArtifactCalls(request, postUpload);
  });
  const puts = requests.map(({ sidecars = {} }) => 1 + Object.keys(sidecars).length);
  return { calls: sum([...ofFiles, ...reads]), puts: sum(puts) };
}

/** Bytes of the file and its sidecars. */
export function bytesToSend({ sizeBytes, sidecars = {} }: SessionRequest): number {
  return sum([sizeBytes, ...Object.values(sidecars).map((sidecar) => sidecar.sizeBytes)]);
}

function countStatusReads(requests: readonly SessionRequest[]): number {
  const [first] = requests;
  return first === undefined ? 0 : Math.ceil(requests.length / API_TRAITS[first.api].statusBatch);
}

function countArtifactCalls(
  { api, mechanism }: SessionRequest,
  { waitMs, readsArtifacts }: PostUploadSteps,
): number {
  const isAvailable = waitMs > 0 || mechanism === 'synchronous';
  return readsArtifacts && isAvailable && !API_TRAITS[api].statusIncludesArtifacts ? 1 : 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
