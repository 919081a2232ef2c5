// The smallest number of requests that publish the files: calls count against the LinkedIn quota, and PUTs do not.

import { describe, expect, it } from 'vitest';
import type { ApiName, Mechanism, SessionRequest } from '../../src/linkedin/session.ts';
import {
  bytesToSend,
  estimateRequests,
  estimateTotalRequests,
  type PostUploadSteps,
} from '../../src/publish/request-estimate.ts';

const WAIT: PostUploadSteps = { waitMs: 60_000, readsArtifacts: false };
const NO_WAIT: PostUploadSteps = { waitMs: 0, readsArtifacts: false };

function requestFor(api: ApiName, mechanism: Mechanism, more: Partial<SessionRequest> = {}): SessionRequest {
  return {
    api,
    owner: 'urn:li:person:abc',
    kind: mechanism === 'synchronous' ? 'image' : 'video',
    mediaType: 'video/mp4',
    sizeBytes: 100,
    recipe: null,
    mechanism,
    ...more,
  };
}

const image = requestFor('media', 'single', { kind: 'image' });
const film = requestFor('media', 'multipart');
const times = (count: number, request: SessionRequest) => Array.from({ length: count }, () => request);

describe('estimate for one file', () => {
  it.each<[ApiName, Mechanism, PostUploadSteps, number]>([
    ['assets', 'synchronous', NO_WAIT, 1],
    ['assets', 'synchronous', { ...WAIT, waitMs: 1 }, 2],
    ['assets', 'single', NO_WAIT, 1],
    ['assets', 'single', WAIT, 2],
    ['assets', 'multipart', NO_WAIT, 2],
    ['assets', 'multipart', WAIT, 3],
    ['media', 'single', NO_WAIT, 1],
    ['media', 'single', WAIT, 2],
    ['media', 'multipart', NO_WAIT, 2],
    ['media', 'multipart', WAIT, 3],
  ])('a file by %s %s with %o takes one PUT and %i calls', (api, mechanism, steps, calls) => {
    expect(estimateRequests(requestFor(api, mechanism), steps)).toEqual({ calls, puts: 1 });
  });

  it.each<[ApiName, Mechanism, number, number]>([
    ['assets', 'synchronous', 60_000, 3],
    // LinkedIn's response to the upload is enough.
    ['assets', 'synchronous', 0, 2],
    ['assets', 'single', 60_000, 3],
    ['assets', 'single', 0, 1],
    ['assets', 'multipart', 60_000, 4],
    ['assets', 'multipart', 0, 2],
    // The status, which is read anyway, contains them.
    ['media', 'single', 60_000, 2],
    ['media', 'single', 0, 1],
    ['media', 'multipart', 60_000, 3],
    ['media', 'multipart', 0, 2],
  ])('a file by %s %s with artifacts and a wait of %i ms takes %i calls', (api, mechanism, waitMs, calls) => {
    const { calls: least } = estimateRequests(requestFor(api, mechanism), { waitMs, readsArtifacts: true });
    expect(least).toBe(calls);
  });

  it('sidecars count as PUTs and bytes, not as calls', () => {
    const sidecars = { captions: { sizeBytes: 40 }, thumbnail: { sizeBytes: 2000 } };
    const both = { ...film, sidecars };
    expect(estimateRequests(both, WAIT)).toEqual({ calls: 3, puts: 3 });
    expect(bytesToSend(both)).toBe(2140);
    expect(estimateRequests({ ...film, sidecars: { captions: sidecars.captions } }, WAIT).puts).toBe(2);
    expect(bytesToSend(film)).toBe(100);
  });
});

describe('estimate for all files', () => {
  it.each<[string, readonly SessionRequest[], number]>([
    ['none', [], 0],
    ['fifty images', times(50, image), 50 + 1],
    ['one more', times(51, image), 51 + 2],
    ['a hundred and one', times(101, image), 101 + 3],
    ['fifty of each kind', [...times(50, image), ...times(50, film)], 50 + 100 + 2],
    ['one of each kind', [image, film], 1 + 2 + 2],
    ['fifty, one by one', times(50, requestFor('assets', 'synchronous')), 50 + 50],
    [
      'fifty of each kind, one by one',
      [...times(50, requestFor('assets', 'synchronous')), ...times(50, requestFor('assets', 'multipart'))],
      50 + 100 + 100,
    ],
  ])('one status read covers fifty files of a kind where the API allows it: %s', (_, requests, calls) => {
    expect(estimateTotalRequests(requests, WAIT)).toEqual({ calls, puts: requests.length });
  });

  it('no status read is counted without a wait', () => {
    expect(estimateTotalRequests(times(200, image), NO_WAIT)).toEqual({ calls: 200, puts: 200 });
  });

  it('artifacts count as one call per file unless the status contains them', () => {
    const withArtifacts = { ...WAIT, readsArtifacts: true };
    expect(estimateTotalRequests(times(60, requestFor('assets', 'single')), withArtifacts).calls).toBe(180);
    expect(estimateTotalRequests(times(60, image), withArtifacts).calls).toBe(62);
  });
});
