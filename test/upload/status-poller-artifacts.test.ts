// Artifacts of a file: read once it is available, only on request, and never at the cost of the file.

import { describe, expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import type { Fault } from '../world/faults.ts';
import type { LinkedInOptions } from '../world/linkedin-faults.ts';
import { type UploadRun, type UploadSetup, upload } from '../world/uploads.ts';

const THREE = {
  'a.png': png(),
  'b.png': png({ width: 9, height: 9 }),
  'c.png': png({ width: 8, height: 9 }),
};
const ONE = { 'a.png': png() };

/** Answered with 201, so that every status call reads artifacts. */
const reading = (
  files: Record<string, Uint8Array>,
  { inputs = {}, ...more }: Omit<UploadSetup, 'files'> = {},
) => upload({ files, ...more, inputs: { 'media-artifacts': 'true', ...inputs } });

const hasArtifacts = ({ rows }: UploadRun) => rows.map(({ artifacts = [] }) => artifacts.length > 0);
const reads = (run: UploadRun) => run.names().filter((name) => name === 'status').length;

describe('artifact reads', () => {
  it.each(['0', '30'])(
    'artifacts of a file that is processed on upload are its only read, with a wait of %s min',
    async (wait) => {
      const run = await reading(THREE, { inputs: { 'wait-minutes': wait } });
      expect(Object.values(run.ends)).toEqual(Array(3).fill('available'));
      expect(hasArtifacts(run)).toEqual([true, true, true]);
      expect(run.names('b.png')).toEqual(['register', 'upload', 'status']);
    },
  );

  it('artifacts of a video are read in one call, after it is available', async () => {
    const files = { 'a.mp4': mp4() };
    const linkedin = { processingMs: 3000 };
    const run = await reading(files, { linkedin });
    expect(hasArtifacts(run)).toEqual([true]);
    expect(reads(run)).toBe(reads(await upload({ files, linkedin })) + 1);
  });

  it('artifacts that come with the status are not read again', async () => {
    const inputs = { api: 'media' };
    const run = await reading({ 'a.mp4': mp4() }, { inputs });
    expect(hasArtifacts(run)).toEqual([true]);
    expect(reads(run)).toBe(reads(await upload({ files: { 'a.mp4': mp4() }, inputs })));
  });

  it('no more artifact reads than the concurrency run at once, and uploads do not wait for them', async () => {
    const run = await reading(THREE, {
      inputs: { concurrency: '1' },
      faults: [{ on: 'status', nth: 1, every: true, kind: 'slow', ms: 10_000 }],
    });
    const times = (name: string) => run.calls.filter((call) => call.name === name).map(({ atMs }) => atMs);
    expect(times('upload')).toEqual([0, 0, 0]);
    expect(times('status')).toEqual([0, 10_000, 20_000]);
  });

  it.each<[string, Record<string, string>, LinkedInOptions, Fault[], string, number]>([
    ['unverified', {}, {}, [{ on: 'status', nth: 1, kind: 'status', status: 403 }], 'unverified', 1],
    ['not waited for', { 'wait-minutes': '0' }, {}, [], 'processing', 0],
    [
      'rejected',
      {},
      { faults: [{ on: 'upload', finalStatus: 'CLIENT_ERROR' }] },
      [],
      'failed MEDIA_REJECTED',
      1,
    ],
  ])('artifacts of a file that is %s are not read', async (_, more, linkedin, faults, end, calls) => {
    const inputs = { 'image-upload': 'asynchronous', ...more };
    const run = await reading(ONE, { inputs, linkedin, faults });
    expect(run.ends).toEqual({ 'a.png': end });
    expect([hasArtifacts(run), reads(run)]).toEqual([[false], calls]);
  });
});

describe('failed artifact reads', () => {
  it('a failed artifact read is retried, and the retry is reported', async () => {
    const run = await reading(ONE, { faults: [{ on: 'status', nth: 1, kind: 'status', status: 503 }] });
    expect(hasArtifacts(run)).toEqual([true]);
    expect(run.log).toMatch(/media\/a\.png: .*is retried.*\(attempt 2 of 5\)/);
  });

  it.each<[string, Fault, string]>([
    ['LinkedIn rejects the read', { on: 'status', nth: 1, kind: 'status', status: 403 }, 'rejected'],
    ['the answer is damaged', { on: 'status', nth: 1, every: true, kind: 'truncated answer' }, 'JSON'],
  ])('the file stays available, and the log has the reason, when %s', async (_, fault, text) => {
    const run = await reading(ONE, { faults: [fault] });
    expect(run.ends).toEqual({ 'a.png': 'available' });
    expect(hasArtifacts(run)).toEqual([false]);
    expect(run.log).toMatch(new RegExp(`a\\.png: its media artifacts could not be read: .*${text}`));
    expect(run.exitCode).toBe(0);
  });

  it('a rejected token ends all reads, and leaves the files available', async () => {
    const run = await reading(THREE, {
      inputs: { concurrency: '1' },
      faults: [{ on: 'status', nth: 1, kind: 'status', status: 401 }],
    });
    expect(Object.values(run.ends)).toEqual(Array(3).fill('available'));
    expect(reads(run)).toBe(1);
    expect(run.log.match(/artifacts could not be read: /g)).toHaveLength(3);
  });

  it('a registration that is rejected for its owner does not end artifact reads', async () => {
    const run = await reading(THREE, {
      inputs: { concurrency: '1' },
      linkedin: { faults: [{ on: 'register', nth: 3, reply: { status: 403 } }] },
    });
    expect(hasArtifacts(run)).toEqual([true, true, false]);
  });
});
