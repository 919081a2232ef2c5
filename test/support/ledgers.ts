// Ledgers of fake files in any state, for tests of logs and reports. They use neither disk nor network.

import { expect } from 'vitest';
import type { ApiName } from '../../src/linkedin/apis.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import type { FileIdentity, Media, MediaFile, Sidecar } from '../../src/media/media-file.ts';
import type { Clock } from '../../src/run.ts';
import type { FileEvent, Outcome } from '../../src/upload/file-state.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { type Plan, type PlanSettings, planUploads } from '../../src/upload/plan.ts';
import { TestClock } from './clock.ts';

const SETTINGS: PlanSettings = {
  api: 'assets',
  owner: 'urn:li:organization:1',
  recipe: 'auto',
  imageUpload: 'synchronous',
  multipartThresholdBytes: 200_000_000,
};

export const IMAGE: Media = { kind: 'image', mediaType: 'image/png', width: 3, height: 2 };
export const VIDEO: Media = { kind: 'video', mediaType: 'video/mp4' };
export const PNG: Media = { ...IMAGE, width: 8, height: 4, sha256: 'abc' };
const MP4: Media = { ...VIDEO, width: 64, height: 36, durationSeconds: 6 };
const IDENTITY: FileIdentity = '1 1 1 1 1';

export function mediaFile(path: string, facts: Partial<MediaFile> = {}): MediaFile {
  return {
    ...{ path, absolutePath: `/nowhere/${path}`, sizeBytes: 100, identity: null },
    ...{ media: IMAGE, error: null, warnings: [] },
    ...facts,
  };
}

export function picture(path: string, more: Partial<MediaFile> = {}): MediaFile {
  return mediaFile(path, { identity: IDENTITY, media: PNG, sizeBytes: 1000, ...more });
}

export function video(path: string, more: Partial<MediaFile> = {}): MediaFile {
  return mediaFile(path, { identity: IDENTITY, media: MP4, sizeBytes: 1_000_000, ...more });
}

/** A file that the inspection rejected. */
export function refused(
  path: string,
  error: MediaFile['error'],
  more: Partial<MediaFile> = {},
): MediaFile {
  return { ...picture(path, { sizeBytes: 0, ...more }), media: null, error };
}

export function sidecar(path: string, sizeBytes: number): Sidecar {
  return {
    ...{ path, absolutePath: `/nowhere/${path}`, sizeBytes },
    identity: IDENTITY,
    mediaType: 'image/png',
  };
}

/** A video with captions of 40 bytes and a thumbnail of 100,000 bytes. */
export function subtitled(path: string): MediaFile {
  const named = (ending: string) => path.replace(/\.mp4$/, ending);
  const captions = { ...sidecar(named('.srt'), 40), mediaType: 'application/x-subrip' } as const;
  return video(path, {
    sidecars: { captions, thumbnail: sidecar(named('.thumbnail.png'), 100_000) },
  });
}

/** Of a member, with other settings than `planOf`. */
export function settingsOf(over: Partial<PlanSettings> = {}): PlanSettings {
  return { ...SETTINGS, owner: 'urn:li:person:abc', multipartThresholdBytes: 5_000_000, ...over };
}

export function planOf(files: readonly MediaFile[], settings: Partial<PlanSettings> = {}): Plan {
  return planUploads({ ...SETTINGS, ...settings }, files);
}

/** A name stands for a picture. */
type Files = readonly (MediaFile | string)[];

export function ledgerOf(
  files: Files,
  clock: Clock = new TestClock(),
  api: ApiName = 'assets',
): Ledger {
  const media = files.map((file) => (typeof file === 'string' ? picture(file) : file));
  return new Ledger(planOf(media, { api }), clock);
}

export function mediaLedgerOf(files: Files, clock?: Clock): Ledger {
  return ledgerOf(files, clock, 'media');
}

export function assetUrn(id: string): string {
  return `urn:li:digitalmediaAsset:${id}`;
}

/** The events that take a file of `kind` to `stage`, with the asset `id` or with another `urn`. */
export function changesUntil(
  stage: 'registering' | 'registered' | 'uploading' | 'uploaded',
  { kind = 'image' as Media['kind'], id = 'A1', urn = assetUrn(id), parts = 1 } = {},
): FileEvent[] {
  const all: FileEvent[] = [
    { kind: 'registering' },
    { kind: 'registered', identity: toMediaIdentity(urn, kind), parts },
    { kind: 'sent', bytes: 400 },
    { kind: 'uploaded' },
  ];
  return all.slice(0, ['registering', 'registered', 'uploading', 'uploaded'].indexOf(stage) + 1);
}

export const itemAt = ({ items }: Ledger, index: number) =>
  items[index] ?? expect.fail(`no file ${index}`);

export function recordAll(ledger: Ledger, index: number, changes: readonly FileEvent[]): void {
  for (const event of changes) ledger.record(itemAt(ledger, index), event);
}

/** Uploads a file and settles it with an outcome. */
export function settle(
  ledger: Ledger,
  index: number,
  { id = `A${index}`, ...outcome }: Outcome & { readonly id?: string },
): void {
  const kind = itemAt(ledger, index).planned.file.media?.kind ?? 'image';
  recordAll(ledger, index, changesUntil('uploaded', { kind, id }));
  ledger.record(itemAt(ledger, index), { kind: 'settled', ...outcome });
}
