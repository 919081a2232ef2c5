// The upload action against the sandbox: the outputs of a workflow without errors.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { arrivedWhole, endsOf, MEDIA, publish, rowsOf, TOKEN } from '../support/publishing.ts';

const SAMPLES = resolve(import.meta.dirname, '../../samples');
const sample = (name: string) => readFileSync(join(SAMPLES, name));
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

const ALL_AVAILABLE = {
  'media/clips/launch.mp4': 'available',
  'media/hero.png': 'available',
  'media/spinner.gif': 'available',
  'media/team.jpg': 'available',
};

describe('Pictures and a video', () => {
  it('pictures and a video are uploaded completely, and their URNs are in the outputs', async () => {
    const { run, sandbox } = await publish({ inputs: { 'multipart-threshold-mb': '1' } });
    expect(run.messages('error')).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(endsOf(run)).toEqual(ALL_AVAILABLE);

    const assets = sandbox.model.assets();
    for (const name of ['launch.mp4', 'hero.png', 'spinner.gif', 'team.jpg']) {
      expect(assets.filter((asset) => arrivedWhole(asset, sample(name)))).toHaveLength(1);
    }
    expect(assets.find((asset) => asset.mechanism === 'MULTIPART_UPLOAD')?.partDigests).toHaveLength(3);
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

  it('results have a row with the details of each file', async () => {
    const { run, sandbox } = await publish();
    const [video, png, gif] = rowsOf(run);
    expect(png).toMatchObject({
      file: 'media/hero.png',
      state: 'available',
      kind: 'image',
      mediaType: 'image/png',
      bytes: sample('hero.png').length,
      sha256: sha256(sample('hero.png')),
      width: 1200,
      height: 627,
      api: 'assets',
      recipe: 'urn:li:digitalmediaRecipe:feedshare-image',
      urnSource: 'derived',
      attempts: 1,
    });
    const id = String(png?.assetUrn).split(':').at(-1);
    expect(png?.mediaUrn).toBe(`urn:li:image:${id}`);
    expect(sandbox.model.assets().map((asset) => asset.id)).toContain(id);
    expect(gif).toMatchObject({ mediaType: 'image/gif', frames: 12 });
    expect(video).toMatchObject({
      kind: 'video',
      mediaType: 'video/mp4',
      width: 640,
      height: 360,
      attempts: 1,
    });
    expect(video?.durationSeconds).toBeCloseTo(6, 0);
    expect(video).not.toHaveProperty('sha256');
    expect(JSON.parse(readFileSync(run.outputs['results-file'] ?? '', 'utf8'))).toEqual(rowsOf(run));
  });

  it('a picture takes one register call and one PUT, and no status read', async () => {
    const { sandbox } = await publish({ inputs: { files: 'media/*.png\nmedia/*.jpg' } });
    expect(sandbox.model.calls()).toEqual({ register: 2, upload: 2, complete: 0, status: 0 });
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
});

describe('Requests', () => {
  it('linkedin-version: v2 uploads through the unversioned API', async () => {
    const { run } = await publish({ inputs: { 'linkedin-version': 'v2' } });
    expect(endsOf(run)).toEqual(ALL_AVAILABLE);
  });

  it('registrations use the upload mechanisms of the inputs', async () => {
    const inputs = { 'image-upload': 'asynchronous', 'multipart-threshold-mb': '1' };
    const { run, sandbox } = await publish({
      inputs,
      sandboxOptions: { partSizeBytes: 100_001, processingMs: 200 },
    });
    expect(endsOf(run)).toEqual(ALL_AVAILABLE);
    const mechanisms = sandbox.model.assets().map((asset) => asset.mechanism);
    expect(mechanisms.sort()).toEqual(['MULTIPART_UPLOAD', ...Array(3).fill('SINGLE_REQUEST_UPLOAD')]);
    expect(sandbox.model.calls().upload).toBe(3 + Math.ceil(sample('launch.mp4').length / 100_001));
  });
});

describe('Log and summary', () => {
  it('the log shows each stage and the summary the count, without the token', async () => {
    const { run } = await publish({ debug: true });
    const log = run.log.join('\n');
    expect(log).toMatch(/^media\/hero\.png: registered as urn:li:digitalmediaAsset:/m);
    expect(log).toMatch(/^media\/hero\.png: uploaded, 635 kB after /m);
    expect(log).toMatch(/^media\/hero\.png: available as urn:li:image:/m);
    expect(run.masks).toContain(TOKEN);
    const afterMask = run.printed;
    expect(afterMask + JSON.stringify(run.outputs) + run.summary).not.toContain(TOKEN);
    expect(run.summary).toContain('## ✅ 4 files are on LinkedIn');
    expect(run.summary).toContain('`media/hero.png`');
    expect(run.maskedOutputs).toEqual([]);
  });
});

describe('mode: simulate', () => {
  it('mode: simulate needs no token and no LinkedIn, and reports simulated URNs', async () => {
    const env = { https_proxy: 'http://127.0.0.1:9', http_proxy: 'http://127.0.0.1:9' };
    const inputs = { mode: 'simulate', 'access-token': '', 'api-url': '', 'multipart-threshold-mb': '1' };
    const { run, sandbox } = await publish({ inputs, env });
    expect(endsOf(run)).toEqual(ALL_AVAILABLE);
    expect(run.json<string[]>('asset-urns').every((urn) => /:SIMULATED/.test(urn))).toBe(true);
    expect(run.log.join('\n')).toMatch(/launch\.mp4: registered as \S+ in 3 parts/);
    expect(sandbox.model.calls().register).toBe(0);
  });
});

describe('mode: plan', () => {
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
    expect(run.summary).toContain('planned<br>feedshare-image');
  });
});

it('an owner from a secret does not mask the outputs', async () => {
  const { run } = await publish({ inputs: { files: 'media/*.png' } });
  expect(run.exitCode).toBe(0);
  expect(Object.values(run.outputs).join()).not.toMatch(/urn(:|%3A)li\1organization/i);
});
