// What killed runs left of a manifest: the next run that may write removes it, and no file of a run that is alive.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unfinishedName } from '../../../src/media/manifest-temp.ts';
import { temporaryName } from '../../../src/publish/manifest/leftovers.ts';
import { openManifest } from '../../../src/publish/manifest/manifest.ts';
import { TestClock } from '../../support/clock.ts';
import { written } from './samples.ts';

const WRITER = fileURLToPath(new URL('./stuck-writer.ts', import.meta.url));
const DAY_MS = 24 * 60 * 60 * 1000;

/** The temporary files beside the manifest after a run has opened it. */
async function leftAfter(path: string, mode: 'read-only' | 'read-write' = 'read-write'): Promise<string[]> {
  await openManifest({ path, clock: new TestClock(), mode });
  return readdirSync(dirname(path)).filter((name) => name.endsWith('.tmp'));
}

/** Plants a temporary file that was last touched so long ago. */
function plant(path: string, name: string, ageMs = 0): string {
  const left = join(dirname(path), name);
  writeFileSync(left, '{');
  const touched = new Date(new TestClock().today() - ageMs);
  utimesSync(left, touched, touched);
  return name;
}

/** The id of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid ?? Number.NaN;
}

describe('a temporary file of a run that was killed', () => {
  it('goes with the next run, and stays while its own run is alive', async () => {
    const path = await written(1);
    const writer = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void writer.kill('SIGKILL'));
    await once(writer.stdout, 'data');
    expect(await leftAfter(path)).toHaveLength(1);
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    expect(await leftAfter(path)).toEqual([]);
    expect(existsSync(path)).toBe(true);
  });

  it('stays where the run may not write', async () => {
    const path = await written(1);
    const name = plant(path, temporaryName(await deadPid()));
    expect(await leftAfter(path, 'read-only')).toEqual([name]);
  });
});

describe('a temporary file whose process cannot be asked for', () => {
  it.each([
    ['of another machine', unfinishedName('0123456789ab.1')],
    ['of an older version of this action', '.manifest-0d5c6a6e-4d0c-4b43-9a0c-1f5a0c3f9d11.tmp'],
  ])('(%s) goes when it was not touched for a day', async (_, name) => {
    const path = await written(1);
    plant(path, name, DAY_MS + 1000);
    expect(await leftAfter(path)).toEqual([]);
    plant(path, name, DAY_MS - 1000);
    expect(await leftAfter(path)).toEqual([name]);
  });
});

it('a file of a living process stays, however old', async () => {
  const path = await written(1);
  const name = plant(path, temporaryName(), 30 * DAY_MS);
  expect(await leftAfter(path)).toEqual([name]);
});

it('only temporary files of a manifest go', async () => {
  const path = await written(1);
  const names = ['.manifest-old.json', 'manifest.tmp', '.other.tmp'].map((name) =>
    plant(path, name, 30 * DAY_MS),
  );
  await leftAfter(path);
  expect(readdirSync(dirname(path)).sort()).toEqual([...names, 'manifest.json'].sort());
});
