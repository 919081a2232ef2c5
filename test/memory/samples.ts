// A manifest for one test: its path, and how this run and the next one open it.

import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { FileStore } from '../../src/memory/file-store.ts';
import type { Store } from '../../src/memory/store.ts';
import { UploadCache } from '../../src/publish/upload-cache.ts';
import { TestClock } from '../support/clock.ts';
import { imageOf, keyOf } from './uploads.ts';

export const TODAY_MS = Date.parse('2026-11-25T12:00:00.000Z');

/** A path in a new folder that is removed after the test. */
export function freshPath(name = 'manifest.json'): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'manifest-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

export function storeAt(path: string, clock = new TestClock(), { isReadOnly = false } = {}): FileStore {
  return new FileStore({ path, workspace: null, isReadOnly, clock });
}

/** An upload cache over the content of `store`. */
export async function cacheOver(store: Store, clock = new TestClock()): Promise<UploadCache> {
  return new UploadCache(store, await store.read(), { apiBase: 'https://api.linkedin.com', clock });
}

/** Opens a manifest for writing, in virtual time from TODAY_MS on. */
export async function open(path: string, clock = new TestClock({ epochMs: TODAY_MS })) {
  const store = storeAt(path, clock);
  return { clock, path, store, cache: await cacheOver(store, clock) };
}

/** The manifest as the next run reads it. */
export function reread(path: string): Promise<UploadCache> {
  return cacheOver(storeAt(path, new TestClock(), { isReadOnly: true }));
}

/** A file that holds `count` uploads, 0 and up, written by a run of TODAY_MS. */
export async function written(count: number, path = freshPath()): Promise<string> {
  const { cache, store } = await open(path);
  for (let n = 0; n < count; n += 1) cache.record(keyOf(n), imageOf(n));
  await store.close();
  return path;
}
