// A process that is killed while it writes: the manifest is valid and lacks only the latest changes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { freshPath, reread } from './samples.ts';
import { keyOf } from './uploads.ts';

const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
const LATE_MS = 300;
// The delay that parallel tests may add to a timer and a write.
const BUSY_MS = 1000;

interface Note {
  readonly n: number;
  readonly recordedMs: number;
}

/** The notes in order, without a last line that the kill cut off. */
function readNotes(path: string): Note[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [n, recordedMs] = line.split(' ').map(Number);
    return { n: n ?? Number.NaN, recordedMs: recordedMs ?? Number.NaN };
  });
}

/** Runs the writer from upload `first` on, and kills it `afterMs` after its first record. Resolves with the moment. */
async function writeAndKill(path: string, notes: string, first: number, afterMs: number): Promise<number> {
  const known = readNotes(notes).length;
  const writer = spawn(process.execPath, [WRITER, path, notes, String(first)], { stdio: 'inherit' });
  const exit = once(writer, 'exit');
  while (readNotes(notes).length === known && writer.exitCode === null) await setTimeout(5);
  await setTimeout(afterMs);
  const killedMs = Date.now();
  writer.kill('SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
  return killedMs;
}

async function missingOf(path: string, notes: readonly Note[]): Promise<Note[]> {
  const cache = await reread(path);
  return notes.filter(({ n }) => cache.find(keyOf(n)) === null);
}

describe.skipIf(process.platform === 'win32')('killed runs', () => {
  it('a run that is killed at random moments leaves a valid manifest that lacks only its latest records', async () => {
    const [path, notes] = [freshPath(), freshPath('notes')];
    const kept: Note[] = [];
    for (let kill = 0; kill < 8; kill += 1) {
      const first = kill * 100_000;
      const afterMs = kill === 0 ? LATE_MS + BUSY_MS : Math.random() * 600;
      const killedMs = await writeAndKill(path, notes, first, afterMs);
      const recorded = readNotes(notes).filter(({ n }) => n >= first);
      const missing = await missingOf(path, recorded);
      kept.push(...recorded.slice(0, recorded.length - missing.length));
      // No gaps: only the latest records are missing.
      expect(missing).toEqual(recorded.slice(recorded.length - missing.length));
      for (const { recordedMs } of missing) expect(killedMs - recordedMs).toBeLessThan(LATE_MS + BUSY_MS);
    }
    expect(kept.length).toBeGreaterThan(0);
    expect(await missingOf(path, kept)).toEqual([]);
  });

  it('a run that is killed has a valid manifest at every moment, and the manifest loses no entry', async () => {
    const [path, notes] = [freshPath(), freshPath('notes')];
    const killed = writeAndKill(path, notes, 0, 1200);
    let isOver = false;
    let [looks, held] = [0, 0];
    void killed.then(() => {
      isOver = true;
    });
    while (!isOver) {
      const cache = await reread(path);
      let now = 0;
      while (cache.find(keyOf(now)) !== null) now += 1;
      expect(now).toBeGreaterThanOrEqual(held);
      [looks, held] = [looks + 1, now];
      await setTimeout(1);
    }
    await killed;
    expect(looks).toBeGreaterThan(20);
    expect(held).toBeGreaterThan(0);
  });
});
