// The number of API calls of the upload action, counted by the sandbox.

import { expect, it } from 'vitest';
import { canary } from '../leaks/canaries.ts';
import { parseManifest } from '../support/manifest.ts';
import { mp4, png } from '../support/media.ts';
import { publish, rowsOf } from '../support/publishing.ts';
import { type UploadRun, type UploadSetup, Uploads, upload } from '../world/uploads.ts';

/** Calls to the API, as LinkedIn counts them: uploads go elsewhere. */
const callsOf = ({ calls }: UploadRun) => calls.filter(({ name }) => name !== 'upload').length;

const FEW = { 'a.png': png(), 'b.png': png({ width: 9, height: 9 }), 'c.mp4': mp4() };

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

it('requests for a token and uploads (PUT) do not count for `max-calls`', async () => {
  const app = {
    clientId: '86calls-app',
    clientSecret: canary('client secret'),
    refreshToken: canary('refresh token'),
  };
  const uploads = new Uploads({
    files: { 'a.png': png() },
    linkedin: { oauth: { ...app, accessToken: canary('token') } },
    inputs: {
      'manifest-branch': 'linkedin-media',
      'max-calls': '1',
      'client-id': app.clientId,
      'client-secret': app.clientSecret,
      'refresh-token': app.refreshToken,
    },
  });
  const run = await uploads.run();
  expect(uploads.model.otherCalls()).toMatchObject({ refresh: 1 });
  expect(run.names()).toEqual(['token', 'register', 'upload']);
  expect(run.ends).toEqual({ 'a.png': 'available' });
  const { calls } = parseManifest(uploads.github.file('linkedin-media'));
  expect(Object.values(calls).flatMap((jobs) => Object.values(jobs))).toEqual([1]);
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
  expect(rowsOf(run).map(({ state }) => state)).toEqual([
    'available',
    'deferred',
    'deferred',
    'deferred',
  ]);
});
