// Files of 300 MB, a video to a sandbox in another process and an asset of a release: every byte is in its place, and the memory
// does not grow with the file.

import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AssetReport } from '../../src/sandbox/asset.ts';
import { boxHeader, ftyp, moov } from '../support/media.ts';
import { makeWorkspace, OWNER, rowsOf, TOKEN } from '../support/publishing.ts';
import { runAction, type StepRun } from '../support/runner.ts';
import { preload } from '../support/scenes.ts';

const SIZE_BYTES = 300_000_000;
const PART_BYTES = 4 * 1024 * 1024;
const ROOT = resolve(import.meta.dirname, '../..');

let sandbox: { process: ChildProcess; url: string };

beforeAll(async () => {
  const process_ = spawn(process.execPath, ['scripts/sandbox.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface({ input: process_.stdout })) {
    sandbox = { process: process_, url: JSON.parse(line).url };
    break;
  }
});

afterAll(() => void sandbox.process.kill());

/** Writes an MP4 whose data differs at every offset, so that a misplaced part changes a digest. */
function growVideo(path: string): void {
  const head = Buffer.concat([ftyp(), moov()]);
  const file = openSync(path, 'w');
  writeSync(file, head);
  writeSync(file, boxHeader('mdat', SIZE_BYTES - head.length));
  const block = Buffer.alloc(1024 * 1024);
  for (let offset = head.length + 8; offset < SIZE_BYTES; offset += block.length) {
    for (let at = 0; at < block.length; at += 4096) block.writeUIntBE(offset + at, at, 6);
    writeSync(file, block, 0, Math.min(block.length, SIZE_BYTES - offset));
  }
  closeSync(file);
}

/** Prints the peak of the memory, which only Linux tells. */
const PEAK_AT_EXIT = preload(`
  import { readFileSync, writeSync } from 'node:fs';
  process.on('exit', () => {
    if (process.platform === 'linux') writeSync(1, readFileSync('/proc/self/status', 'utf8'));
  });
`);

function expectSmallPeak({ rawLog }: StepRun): void {
  if (process.platform !== 'linux') return;
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(rawLog.join('\n')) ?? [];
  expect(Number(kilobytes) * 1024).toBeLessThan(200e6);
}

function digestOf(path: string, firstByte: number, lastByte: number): string {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(lastByte - firstByte + 1);
  readSync(file, bytes, 0, bytes.length, firstByte);
  closeSync(file);
  return createHash('sha256').update(bytes).digest('hex');
}

it('a video of 300 MB is sent in parallel parts of 4 MiB with less than 200 MB of memory', async () => {
  const workspace = await makeWorkspace({});
  const path = join(workspace, 'launch.mp4');
  growVideo(path);
  const inputs = { 'access-token': TOKEN, owner: OWNER, files: '*.mp4', 'api-url': sandbox.url };
  const run = await runAction({ workspace, inputs, env: PEAK_AT_EXIT });
  expect(rowsOf(run)).toMatchObject([
    { file: 'launch.mp4', state: 'available', bytes: SIZE_BYTES },
  ]);
  const { assets, peakUploads } = (await (await fetch(`${sandbox.url}/sandbox/assets`)).json()) as {
    assets: AssetReport[];
    peakUploads: number;
  };
  const [asset] = assets;
  expect(asset).toMatchObject({
    mechanism: 'MULTIPART_UPLOAD',
    sizeBytes: SIZE_BYTES,
    status: 'AVAILABLE',
  });
  expect(asset?.partDigests).toHaveLength(Math.ceil(SIZE_BYTES / PART_BYTES));
  for (const { firstByte, lastByte, sha256 } of asset?.partDigests ?? []) {
    expect(sha256).toBe(digestOf(path, firstByte, lastByte));
  }
  expect(peakUploads).toBeGreaterThan(1);
  expect(peakUploads).toBeLessThanOrEqual(8);
  expectSmallPeak(run);
});
