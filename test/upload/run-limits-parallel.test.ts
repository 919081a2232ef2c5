// The limits on parallel calls of a whole run: the first registration alone, and then as many uploads as the input concurrency allows.

import { describe, expect, it } from 'vitest';
import { pictures } from '../support/media.ts';
import { type UploadRun, Uploads, upload } from '../world/uploads.ts';
import type { Call } from '../world/world.ts';

const named = ({ calls }: UploadRun, name: Call['name']) => calls.filter((call) => call.name === name);

/** The most calls of a name that were under way at once. */
function peakOf(run: UploadRun, name: Call['name']): number {
  const calls = named(run, name);
  return Math.max(
    ...calls.map(
      ({ atMs }) =>
        calls.filter((one) => one.atMs <= atMs && (one.deliveredMs ?? Number.POSITIVE_INFINITY) > atMs)
          .length,
    ),
  );
}

describe('first registration', () => {
  it('the first registration runs alone, and the others wait for its answer but not for its file', async () => {
    const run = await upload({
      files: pictures(4),
      latencyMs: 100,
      faults: [{ on: 'upload', nth: 1, kind: 'slow', ms: 5000 }],
      inputs: { concurrency: '8' },
    });
    const [first, ...others] = named(run, 'register');
    for (const { atMs } of others) expect(atMs).toBeGreaterThanOrEqual(first?.deliveredMs ?? Number.NaN);
    expect(peakOf(run, 'register')).toBe(3);
    expect(named(run, 'upload').filter(({ atMs }) => atMs < 5000)).toHaveLength(4);
  });

  it('the first registration runs alone until one succeeds', async () => {
    const faults = [1, 2].map((nth) => ({ on: 'register', nth, kind: 'unreachable' }) as const);
    const run = await upload({ files: pictures(4), latencyMs: 100, inputs: { concurrency: '8' }, faults });
    expect(Object.values(run.ends)).toEqual(Array(4).fill('available'));
    const registered = named(run, 'register');
    expect(registered.map(({ status }) => status)).toEqual([null, null, 200, 200, 200, 200]);
    expect(registered[3]?.atMs).toBeGreaterThanOrEqual(registered[2]?.deliveredMs ?? Number.NaN);
  });
});

describe('limit on parallel uploads (concurrency)', () => {
  it.each([1, 2, 5])(
    'a run with concurrency %i has no more parallel uploads, and no more registrations at once',
    async (concurrency) => {
      const run = await upload({
        files: pictures(20),
        latencyMs: 100,
        inputs: { concurrency: String(concurrency) },
      });
      expect(new Set(Object.values(run.ends))).toEqual(new Set(['available']));
      expect(peakOf(run, 'upload')).toBe(concurrency);
      expect(peakOf(run, 'register')).toBeLessThanOrEqual(concurrency);
    },
  );

  it.each([1, 2, 5])(
    'with concurrency %i, no more registered files wait for an upload',
    async (concurrency) => {
      const uploads = new Uploads({
        files: pictures(20),
        inputs: { concurrency: String(concurrency) },
        onCall: ({ name }) => name === 'upload' && uploads.time.sleep(5000),
      });
      const run = await uploads.run();
      // As many again are being sent. Further upload URLs would only age.
      expect(named(run, 'register').filter(({ atMs }) => atMs < 5000)).toHaveLength(2 * concurrency);
      expect(new Set(Object.values(run.ends))).toEqual(new Set(['available']));
    },
  );

  it('a file that LinkedIn is processing does not count as a parallel upload', async () => {
    const run = await upload({
      files: pictures(6),
      inputs: { 'image-upload': 'asynchronous', concurrency: '1' },
      linkedin: { processingMs: 60_000 },
    });
    expect(Object.values(run.ends)).toEqual(Array(6).fill('available'));
    expect(named(run, 'upload').every(({ atMs }) => atMs < 1000)).toBe(true);
  });
});
