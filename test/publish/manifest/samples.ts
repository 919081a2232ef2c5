// A manifest of a test's own: where it lies, and how this run and the next one open it.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openManifest } from '../../../src/publish/manifest/manifest.ts';
import { TestClock } from '../../support/clock.ts';
import { keyOf, pictureOf } from './uploads.ts';

export const TODAY_MS = Date.parse('2026-11-25T12:00:00.000Z');

/** A real path in a folder of its own, which goes with the test. */
export function freshPath(name = 'manifest.json'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'manifest-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

/** To be written: virtual time from TODAY_MS on. */
export async function open(path: string, clock = new TestClock({ todayMs: TODAY_MS })) {
  return { clock, path, manifest: await openManifest({ path, clock, mode: 'read-write' }) };
}

/** As the next run finds it. */
export function reread(path: string) {
  return openManifest({ path, clock: new TestClock(), mode: 'read-only' });
}

/** A file that holds `count` uploads, 0 and up, written by a run of TODAY_MS. */
export async function written(count: number, path = freshPath()): Promise<string> {
  const { manifest } = await open(path);
  for (let n = 0; n < count; n += 1) manifest.record(keyOf(n), pictureOf(n));
  await manifest.flush();
  return path;
}
