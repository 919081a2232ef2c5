// The upload action against the sandbox: the outputs of a workflow without errors.

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { arrivedWhole, endsOf, MEDIA, publish } from '../support/publishing.ts';

const SAMPLES = resolve(import.meta.dirname, '../../samples');
const sample = (name: string) => readFileSync(join(SAMPLES, name));

const ALL_AVAILABLE = {
  'media/clips/launch.mp4': 'available',
  'media/hero.png': 'available',
  'media/spinner.gif': 'available',
  'media/team.jpg': 'available',
};

it('pictures and a video are uploaded completely, and their URNs are in the outputs', async () => {
  const { run, sandbox } = await publish({ inputs: { 'multipart-threshold-mb': '1' } });
  expect(run.messages('error')).toEqual([]);
  expect(run.exitCode).toBe(0);
  expect(endsOf(run)).toEqual(ALL_AVAILABLE);

  const assets = sandbox.model.assets();
  for (const name of ['launch.mp4', 'hero.png', 'spinner.gif', 'team.jpg']) {
    expect(assets.filter((asset) => arrivedWhole(asset, sample(name)))).toHaveLength(1);
  }
  expect(assets.find((asset) => asset.mechanism === 'MULTIPART_UPLOAD')?.partDigests).toHaveLength(
    3,
  );
  expect(sandbox.model.log).toEqual([]);

  const urns = run.json<Record<string, string>>('urns');
  expect(Object.keys(urns)).toEqual(Object.keys(ALL_AVAILABLE));
  expect(urns['media/hero.png']).toMatch(/^urn:li:image:SIMULATED/);
  expect(run.outputs['video-urn']).toBe(urns['media/clips/launch.mp4']);
  expect(run.json('image-urns')).toEqual([
    urns['media/hero.png'],
    urns['media/spinner.gif'],
    urns['media/team.jpg'],
  ]);
  expect(run.json<string[]>('asset-urns')).toHaveLength(4);
  expect(run.outputs['asset-urn']).toBe(run.json<string[]>('asset-urns')[0]);
  expect(run.outputs['uploaded-count']).toBe('4');
  expect(run.outputs['failed-count']).toBe('0');
  expect(run.outputs['reused-count']).toBe('0');
  expect(run.outputs['outputs-truncated']).toBe('false');
});

it('wait-minutes: 0 makes no status read, and a video ends as processing', async () => {
  const { run, sandbox } = await publish({
    inputs: { 'wait-minutes': '0' },
    sandboxOptions: { processingMs: 60_000 },
  });
  expect(sandbox.model.calls().status).toBe(0);
  expect(run.exitCode).toBe(0);
  expect(endsOf(run)).toEqual({ ...ALL_AVAILABLE, 'media/clips/launch.mp4': 'processing' });
  expect(run.outputs['uploaded-count']).toBe('4');
  expect(run.outputs['video-urn']).toMatch(/^urn:li:video:/);
});

it('`image-upload: asynchronous` registers without SYNCHRONOUS_UPLOAD, and polls the picture until it is available', async () => {
  const files = { 'media/hero.png': { sample: 'hero.png' } };
  const sandboxOptions = { processingMs: 50 };
  const byDefault = await publish({ files, sandboxOptions });
  expect(byDefault.sandbox.model.assets().map(({ mechanism }) => mechanism)).toEqual([
    'SYNCHRONOUS_UPLOAD',
  ]);
  expect(byDefault.sandbox.model.calls().status).toBe(0);
  const { run, sandbox } = await publish({
    files,
    inputs: { 'image-upload': 'asynchronous' },
    sandboxOptions,
  });
  expect(sandbox.model.assets().map(({ mechanism }) => mechanism)).toEqual([
    'SINGLE_REQUEST_UPLOAD',
  ]);
  expect(sandbox.model.calls().status).toBeGreaterThan(0);
  expect(endsOf(run)).toEqual({ 'media/hero.png': 'available' });
});

it('linkedin-version: v2 uploads through the unversioned API', async () => {
  const { run } = await publish({ inputs: { 'linkedin-version': 'v2' } });
  expect(endsOf(run)).toEqual(ALL_AVAILABLE);
});

it('mode: simulate needs no token and no LinkedIn, and reports simulated URNs', async () => {
  const env = { https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' };
  const inputs = {
    mode: 'simulate',
    'access-token': '',
    'api-url': '',
    'multipart-threshold-mb': '1',
  };
  const { run, sandbox } = await publish({ inputs, env });
  expect(endsOf(run)).toEqual(ALL_AVAILABLE);
  expect(run.json<string[]>('asset-urns').every((urn) => /:SIMULATED/.test(urn))).toBe(true);
  expect(run.log.join('\n')).toMatch(/launch\.mp4: registered as \S+ in 3 parts/);
  expect(sandbox.model.calls().register).toBe(0);
});

it('a simulated run fails with a mistyped recipe, and its warning names the recipe that was meant', async () => {
  const inputs = { files: 'media/hero.png', mode: 'simulate', recipe: 'feedshare-imag' };
  const { run } = await publish({ inputs });
  expect(run.exitCode).toBe(1);
  expect(endsOf(run)).toEqual({ 'media/hero.png': 'VALUE_REFUSED' });
  expect(run.annotations.map(({ message }) => message)).toContain(
    'recipe: feedshare-imag is unknown to this action and is sent unchanged; did you mean feedshare-image?',
  );
});

it('mode: plan prints the uploads, needs no token and makes no request', async () => {
  const inputs = { mode: 'plan', 'access-token': '', 'multipart-threshold-mb': '1' };
  const { run, sandbox } = await publish({ inputs, files: { ...MEDIA, 'media/empty.png': '' } });
  expect(run.exitCode).toBe(1);
  expect(endsOf(run)).toEqual({
    'media/clips/launch.mp4': 'planned',
    'media/empty.png': 'FILE_EMPTY',
    'media/hero.png': 'planned',
    'media/spinner.gif': 'planned',
    'media/team.jpg': 'planned',
  });
  expect(sandbox.model.calls()).toEqual({ register: 0, upload: 0, complete: 0, status: 0 });
  const log = run.log.join('\n');
  expect(run.log).toContain(
    'media/clips/launch.mp4: planned, MP4, 640 × 360, 6.0 s, 1.3 MB, feedshare-video, in parts',
  );
  expect(run.log).toContain(
    'media/hero.png: planned, PNG, 1,200 × 627, 635 kB, feedshare-image, synchronous',
  );
  expect(log).toMatch(/6 to 11 API calls and at least 4 uploads/);
  expect(run.annotations).toContainEqual(
    expect.objectContaining({ level: 'error', file: 'media/empty.png' }),
  );
  expect(run.outputs['uploaded-count']).toBe('0');
  expect(run.outputs['failed-count']).toBe('1');
  expect(run.summary).toContain(
    '- **`media/hero.png`** planned, feedshare-image, synchronous, PNG',
  );
});

it('an owner from a secret does not mask the outputs', async () => {
  const { run } = await publish({ inputs: { files: 'media/*.png' } });
  expect(run.exitCode).toBe(0);
  expect(Object.values(run.outputs).join()).not.toMatch(/urn(:|%3A)li\1organization/i);
});

it.each([
  ['any', 1],
  ['all', 0],
  ['never', 0],
])(
  'mode: plan obeys fail-on: %s, with a good and a bad file, exits with %i',
  async (failOn, exitCode) => {
    const files = { 'media/hero.png': { sample: 'hero.png' }, 'media/empty.png': '' };
    const { run } = await publish({ inputs: { mode: 'plan', 'fail-on': failOn }, files });
    expect(endsOf(run)).toEqual({ 'media/empty.png': 'FILE_EMPTY', 'media/hero.png': 'planned' });
    expect(run.exitCode).toBe(exitCode);
  },
);
