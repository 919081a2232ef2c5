// The number of API calls of the upload action, counted by the sandbox.

import { describe, expect, it } from 'vitest';
import { mp4, png } from '../support/media.ts';
import { publish, rowsOf } from '../support/publishing.ts';
import { type UploadRun, type UploadSetup, upload } from '../world/uploads.ts';

const HUNDRED = Object.fromEntries(
  Array.from({ length: 100 }, (_, index) => [`${index}.png`, png({ width: index + 10, height: 10 })]),
);

const TEN = Object.fromEntries(
  Array.from({ length: 10 }, (_, index) => [`${index}.mp4`, mp4({ dataBytes: 30_000 + index })]),
);

const uploadHundred = (inputs: Record<string, string>, linkedin: UploadSetup['linkedin'] = {}) =>
  upload({ files: HUNDRED, inputs, linkedin });

/** Calls to the API, as LinkedIn counts them: uploads go elsewhere. */
const callsOf = ({ calls }: UploadRun) => calls.filter(({ name }) => name !== 'upload').length;
const statesOf = ({ rows }: UploadRun) => new Set(rows.map(({ state }) => state));

describe('A hundred images with api: assets', () => {
  it('synchronous uploads take at most 101 calls', async () => {
    const run = await uploadHundred({ 'image-upload': 'synchronous' });
    expect(statesOf(run)).toEqual(new Set(['available']));
    expect(callsOf(run)).toBeLessThanOrEqual(101);
    expect(run.summary).toContain(`with ${callsOf(run)} API calls`);
  });
});

describe('Status reads with api: media', () => {
  const media = { api: 'media' };

  it('a hundred images take at most 105 calls', async () => {
    const run = await uploadHundred(media, { processingMs: 2000 });
    expect(statesOf(run)).toEqual(new Set(['available']));
    expect(callsOf(run)).toBeLessThanOrEqual(105);
  });

  it('ten videos of five minutes take at most six reads each after the rejected one where batch reads are forbidden', async () => {
    const linkedin = { processingMs: 300_000, batchReads: 'forbidden-403' } as const;
    const run = await upload({ files: TEN, inputs: media, linkedin });
    expect(statesOf(run)).toEqual(new Set(['available']));
    const { status } = run.model.calls();
    expect(status).toBeGreaterThan(40);
    expect(status).toBeLessThanOrEqual(61);
  });
});

const FEW = { 'a.png': png(), 'b.png': png({ width: 9, height: 9 }), 'c.mp4': mp4() };

describe('The number of API calls in the summary', () => {
  const summaryCalls = (summary: string) => /with ([\d,]+) API calls? and/.exec(summary)?.[1];

  it.each<[string, Omit<UploadSetup, 'files'>]>([
    ['a run that LinkedIn stopped', { inputs: { 'access-token': 'another-token-of-no-worth' } }],
    ['a cancelled run', { linkedin: { processingMs: 3_600_000 }, fate: { cancelAfterMs: 60_000 } }],
    [
      'a run with failed and repeated requests',
      {
        inputs: { api: 'media' },
        faults: [
          { on: 'register', nth: 2, kind: 'status', status: 429, retryAfterS: 1 },
          { on: 'status', nth: 1, kind: 'status', status: 503 },
        ],
      },
    ],
  ])('%s counts every call that LinkedIn received', async (_, setup) => {
    const run = await upload({ files: FEW, ...setup });
    expect(callsOf(run)).toBeGreaterThan(0);
    expect(summaryCalls(run.summary)).toBe(String(callsOf(run)));
  });

  it('a simulated run counts its own calls', async () => {
    const { sandbox, run } = await publish({ inputs: { mode: 'simulate' } });
    expect(sandbox.model.calls().register).toBe(0);
    // Three synchronous images, and the registration and one status read of a video.
    expect(summaryCalls(run.summary)).toBe('5');
  });

  it('a simulated run has a daily limit of calls of its own, and needs no GitHub', async () => {
    const inputs = {
      mode: 'simulate',
      'max-calls': '2',
      'manifest-branch': 'linkedin-media',
      files: 'media/*',
    };
    const { run } = await publish({ inputs });
    // The video may need more calls than the day has, so it goes first.
    expect(rowsOf(run).map(({ state }) => state)).toEqual(['available', 'deferred', 'deferred', 'deferred']);
  });
});
