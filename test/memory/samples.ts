// A manifest for one test: its path, and how this run and the next one open it.

import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Memory } from '../../src/memory/memory.ts';
import type { UploadTable } from '../../src/memory/uploads.ts';
import { WorkspaceFile } from '../../src/memory/workspace-file.ts';
import { TestClock } from '../support/clock.ts';
import { testRun } from '../support/run.ts';
import { imageOf, keyOf } from './entries.ts';

const API_URL = new URL('https://api.linkedin.com');
export const TODAY_MS = Date.parse('2026-11-25T12:00:00.000Z');

/** A path in a new folder. */
export function freshPath(name = 'manifest.json'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'manifest-')));
  return join(folder, name);
}

/** Without jitter. */
function clockAt(epochMs?: number): TestClock {
  return new TestClock({ random: () => 0, ...(epochMs !== undefined && { epochMs }) });
}

function memoryAt(path: string, clock = clockAt()): Memory {
  const run = testRun({ clock });
  const file = new WorkspaceFile({ path, workspace: null }, run);
  return new Memory(file, run, API_URL);
}

/** The uploads of `memory`, which it opens. */
export async function uploadsOver(memory: Memory): Promise<UploadTable> {
  await memory.open();
  return memory.uploads;
}

/** Opens a manifest for writing, in virtual time from TODAY_MS on. */
export async function open(path: string, clock = clockAt(TODAY_MS)) {
  const memory = memoryAt(path, clock);
  return { clock, path, memory, uploads: await uploadsOver(memory) };
}

/** The manifest as the next run reads it. */
export function reread(path: string): Promise<UploadTable> {
  return uploadsOver(memoryAt(path));
}

/** A file that holds `count` uploads, 0 and up, written by a run of TODAY_MS. */
export async function written(count: number, path = freshPath()): Promise<string> {
  const { uploads, memory } = await open(path);
  for (let n = 0; n < count; n += 1) uploads.record(keyOf(n), imageOf(n));
  await memory.close();
  return path;
}
