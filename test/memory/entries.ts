// Uploads to record, a different one for each number. Imports no test runner.

import { createHash } from 'node:crypto';
import type { UploadEntry, UploadKey, UploadRecord } from '../../src/memory/upload-entry.ts';

export function keyOf(n: number): UploadKey {
  return {
    sha256: createHash('sha256').update(String(n)).digest('hex'),
    sizeBytes: 1000 + n,
    owner: 'urn:li:organization:24141830',
    api: 'assets',
    recipe: 'urn:li:digitalmediaRecipe:feedshare-image',
    apiUrl: 'https://api.linkedin.com',
  };
}

export function imageOf(n: number, change: Partial<UploadRecord> = {}): UploadRecord {
  return {
    file: `media/${String(n).padStart(5, '0')}.png`,
    kind: 'image',
    urn: `urn:li:digitalmediaAsset:A${n}`,
    state: 'uploaded',
    ...change,
  };
}

/** Upload `n` as an entry of the manifest. */
export function entryOf(n: number, change: Partial<UploadEntry> = {}): UploadEntry {
  return { ...keyOf(n), ...imageOf(n), updatedAt: '2026-11-25T11:00:00.000Z', ...change };
}
