// Ledgers of fake files in any state, for tests of logs and reports. They use neither disk nor network.

import type { Clock } from '../../src/deps.ts';
import { toMediaIdentity } from '../../src/linkedin/urn.ts';
import type { FileIdentity, Media, MediaFile } from '../../src/media/media-file.ts';
import type { FileEvent, Outcome } from '../../src/upload/file-state.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import { type Plan, type PlanSettings, planUploads } from '../../src/upload/plan.ts';
import { TestClock } from '../support/clock.ts';

const SETTINGS: PlanSettings = {
  api: 'assets',
  owner: 'urn:li:organization:1',
  ownerKind: 'organization',
  recipe: 'auto',
  imageUpload: 'synchronous',
  multipartThresholdBytes: 200_000_000,
  waitMs: 1_800_000,
  readsArtifacts: false,
};

const PNG: Media = { kind: 'image', mediaType: 'image/png', width: 8, height: 4, sha256: 'abc' };
const MP4: Media = { kind: 'video', mediaType: 'video/mp4', width: 64, height: 36, durationSeconds: 6 };

export function picture(path: string, more: Partial<MediaFile> = {}): MediaFile {
  return fileOf(path, PNG, { sizeBytes: 1000, ...more });
}

export function video(path: string, more: Partial<MediaFile> = {}): MediaFile {
  return fileOf(path, MP4, { sizeBytes: 1_000_000, ...more });
}

/** A file that the inspection rejected. */
export function refused(path: string, error: MediaFile['error'], more: Partial<MediaFile> = {}): MediaFile {
  return { ...fileOf(path, PNG, { sizeBytes: 0, ...more }), media: null, error };
}

function fileOf(path: string, media: Media, more: Partial<MediaFile>): MediaFile {
  return {
    path,
    absolutePath: `/nowhere/${path}`,
    sizeBytes: 1,
    identity: IDENTITY,
    media,
    error: null,
    warnings: [],
    ...more,
  };
}

export function planOf(files: readonly MediaFile[], settings: Partial<PlanSettings> = {}): Plan {
  return planUploads({ ...SETTINGS, ...settings }, files);
}

export function ledgerOf(files: readonly MediaFile[], clock: Clock = new TestClock()): Ledger {
  return new Ledger(planOf(files), clock);
}

/** With `api: media`. */
export function mediaLedgerOf(files: readonly MediaFile[], clock: Clock = new TestClock()): Ledger {
  return new Ledger(planOf(files, { api: 'media' }), clock);
}

const IDENTITY: FileIdentity = '1 1 1 1 1';

/** A video with captions of 40 bytes and a thumbnail of 100,000 bytes. */
export function subtitled(path: string): MediaFile {
  const sidecar = (suffix: string, sizeBytes: number) => {
    const name = path.replace(/\.mp4$/, suffix);
    return { path: name, absolutePath: `/nowhere/${name}`, sizeBytes, identity: IDENTITY };
  };
  return video(path, {
    sidecars: {
      captions: { ...sidecar('.srt', 40), mediaType: 'application/x-subrip' },
      thumbnail: { ...sidecar('.thumbnail.png', 100_000), mediaType: 'image/png' },
    },
  });
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

export function recordAll(ledger: Ledger, index: number, changes: readonly FileEvent[]): void {
  for (const event of changes) ledger.record(index, event);
}

/** Uploads a file and settles it with an outcome. */
export function settle(
  ledger: Ledger,
  index: number,
  { id = `A${index}`, ...outcome }: Outcome & { readonly id?: string },
): void {
  const kind = ledger.entry(index).planned.file.media?.kind ?? 'image';
  recordAll(ledger, index, changesUntil('uploaded', { kind, id }));
  ledger.record(index, { kind: 'settled', ...outcome });
}
