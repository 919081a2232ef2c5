// The upload action over several runs with one manifest: known uploads are reused, new files are sent.

import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toPosixPath } from '../../src/media/find/workspace.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { mp4, png } from '../support/media.ts';
import { endsOf, makeWorkspace, OWNER, rowsOf, TOKEN } from '../support/publishing.ts';
import { runProgram, type StepRun } from '../support/runner.ts';
import { type LinkedInOptions, startLinkedIn } from '../world/linkedin-faults.ts';
import { Uploads } from '../world/uploads.ts';

let sandbox: Sandbox;
let workspace: string;

const FILES = { 'media/a.png': png({ width: 4, height: 4 }), 'media/b.mp4': mp4() };

async function start(
  options: LinkedInOptions = {},
  files: Record<string, Uint8Array> = FILES,
): Promise<void> {
  sandbox = await startLinkedIn({ token: TOKEN, processingMs: 0, ...options });
  workspace = await makeWorkspace(files);
}

/** A step with a manifest. */
function step(inputs: Record<string, string> = {}) {
  return {
    workspace,
    inputs: {
      'access-token': TOKEN,
      owner: OWNER,
      api: 'media',
      files: 'media/**',
      'api-url': sandbox.url,
      manifest: 'linkedin.json',
      ...inputs,
    },
  };
}

function run(
  inputs: Record<string, string> = {},
  onLine: (line: string) => unknown = () => {},
): Promise<StepRun> {
  return runProgram({ ...step(inputs), onLine });
}

const manifest = () => readFileSync(join(workspace, 'linkedin.json'), 'utf8');
const registers = () => sandbox.model.calls().register;

describe('Manifest', () => {
  beforeEach(() => start());
  afterEach(() => sandbox.close());

  it('a manifest makes the second run reuse the uploads of the first one', async () => {
    const first = await run();
    expect(endsOf(first)).toEqual({ 'media/a.png': 'available', 'media/b.mp4': 'available' });
    expect(first.outputs['manifest-file']).toBe(toPosixPath(join(workspace, 'linkedin.json')));
    const kept = manifest();
    expect(kept).not.toContain(TOKEN);
    expect(kept).not.toMatch(/dms-uploads|ut=/);

    const callsBefore = sandbox.model.calls();
    const second = await run();
    expect(endsOf(second)).toEqual({ 'media/a.png': 'reused', 'media/b.mp4': 'reused' });
    expect(second.exitCode).toBe(0);
    // Checked within the last day, so no status is read.
    expect(sandbox.model.calls()).toEqual(callsBefore);
    expect(second.outputs['reused-count']).toBe('2');
    expect(second.outputs['uploaded-count']).toBe('0');
    expect(second.json('urns')).toEqual(first.json('urns'));
    expect(manifest()).toBe(kept);
  });

  it('the row of a picture always has its sha256, and that of a video has it when a manifest is kept', async () => {
    for (const [path, expected] of [
      ['', [64, undefined]],
      ['linkedin.json', [64, 64]],
    ] as const) {
      const rows = rowsOf(await run({ mode: 'plan', manifest: path }));
      expect(rows.map(({ sha256 }) => sha256?.length)).toEqual(expected);
    }
  });

  it('a manifest is only read by mode: plan, and not used by mode: simulate', async () => {
    const planned = await run({ mode: 'plan' });
    expect(planned.exitCode).toBe(0);
    expect(() => manifest()).toThrow();
    await run({ mode: 'simulate' });
    expect(() => manifest()).toThrow();
    const sent = await run();
    const kept = manifest();
    const plan = await run({ mode: 'plan' });
    expect(plan.log).toContain('2 files are valid: 2 reused');
    expect(endsOf(plan)).toEqual({ 'media/a.png': 'planned', 'media/b.mp4': 'planned' });
    expect(plan.outputs.urns).toBe(sent.outputs.urns);
    expect(manifest()).toBe(kept);
  });

  const named = async (inputs: Record<string, string> = {}) =>
    (await run(inputs)).outputs['manifest-file'];

  it('the output manifest-file is empty while there is no manifest', async () => {
    expect(await named({ mode: 'plan' })).toBe('');
    writeFileSync(join(workspace, 'media/notes.txt'), 'no media');
    expect(await named({ files: '**/*.txt' })).toBe('');
  });

  it('the output manifest-file is empty with mode: simulate, and for a file that is not a manifest', async () => {
    await run();
    expect(await named({ mode: 'simulate' })).toBe('');
    writeFileSync(join(workspace, 'linkedin.json'), '{}');
    expect(await named()).toBe('');
  });

  it('a damaged or foreign manifest is an error, and the file is not changed', async () => {
    writeFileSync(join(workspace, 'linkedin.json'), '{"name":"package"}');
    const broken = await run();
    expect(broken.exitCode).toBe(1);
    expect(broken.annotations[0]).toMatchObject({ level: 'error', title: 'input manifest' });
    expect(manifest()).toBe('{"name":"package"}');
    expect(registers()).toBe(0);
  });

  it('wrong inputs, unmatched patterns and a damaged manifest are reported one stage after the other', async () => {
    const path = join(workspace, 'linkedin.json');
    writeFileSync(path, '{');
    const unmatched = await run({ files: 'nothing/*' });
    expect(unmatched.annotations.map(({ title }) => title)).toEqual(['input files']);
    const damaged = await run({ 'fail-on': 'never' });
    expect([damaged.exitCode, new Set(Object.values(endsOf(damaged)))]).toEqual([
      1,
      new Set(['RUN_STOPPED']),
    ]);
    rmSync(path);
    const broken = await run({ files: 'nothing/*', owner: 'nobody', 'max-files': 'all' });
    expect(broken.annotations.map(({ title }) => title)).toEqual([
      'input owner',
      'input max-files',
    ]);
    expect(registers()).toBe(0);
  });

  it('a run that reuses uploads of the Assets API warns once', async () => {
    await run({ api: 'assets' });
    const second = await run({ api: 'assets' });
    expect(Object.values(endsOf(second))).toEqual(['reused', 'reused']);
    expect(second.messages('warning')).toEqual([
      expect.stringMatching(/assets generally cannot be reused/),
    ]);
  });
});

describe('Resume after an interrupted run', () => {
  afterEach(() => sandbox?.close());

  it('a cancelled run is resumed by the next one, and nothing is sent twice', async () => {
    const files = { 'a.png': png(), 'b.mp4': mp4() };
    const inputs = { api: 'media', manifest: 'linkedin.json' };
    const uploads = new Uploads({ files, inputs, linkedin: { processingMs: 60_000 } });
    const cancelled = await uploads.run({ fate: { cancelAfterMs: 20_000 } });
    expect(cancelled.rows.map(({ state }) => state)).toEqual(['processing', 'processing']);
    const next = await uploads.run();
    expect(next.ends).toEqual({ 'a.png': 'reused', 'b.mp4': 'reused' });
    expect(next.names().filter((name) => name === 'register')).toEqual([]);
  });
});

it('every file is in exactly one shard, and an empty shard succeeds', async () => {
  await start(
    {},
    { 'media/a.png': png(), 'media/b.png': png({ width: 9, height: 9 }), 'media/c.mp4': mp4() },
  );
  const shares = [];
  for (const index of [1, 2, 3, 4]) shares.push(await run({ shard: `${index}/4`, manifest: '' }));
  await sandbox.close();
  const files = shares.flatMap((share) => Object.keys(endsOf(share)));
  expect(files.toSorted()).toEqual(['media/a.png', 'media/b.png', 'media/c.mp4']);
  expect(shares.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
  expect(shares[0]?.log).toContain('shard 1/4: 1 file');
  const empty = shares.filter((share) => share.json<unknown[]>('results').length === 0);
  expect(empty.map(({ log }) => log)).toEqual([
    expect.arrayContaining([
      '3 files found',
      'shard 4/4: no files',
      'No files in shard 4/4, nothing to do',
    ]),
  ]);
});
