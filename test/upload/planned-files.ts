// Planned files made by hand, for tests that publish without a disk.

import type { Clock } from '../../src/deps.ts';
import type { SessionRequest } from '../../src/linkedin/session.ts';
import type { Media, MediaFile, Sidecar } from '../../src/media/media-file.ts';
import { Ledger } from '../../src/upload/ledger.ts';
import type { PlannedFile, PlanSettings } from '../../src/upload/plan.ts';

export const IMAGE: Media = { kind: 'image', mediaType: 'image/png', width: 3, height: 2 };
export const VIDEO: Media = { kind: 'video', mediaType: 'video/mp4' };

export function mediaFile(path: string, facts: Partial<MediaFile> = {}): MediaFile {
  return {
    path,
    absolutePath: `/nowhere/${path}`,
    sizeBytes: 100,
    identity: null,
    media: IMAGE,
    error: null,
    warnings: [],
    ...facts,
  };
}

export function settingsOf(over: Partial<PlanSettings> = {}): PlanSettings {
  return {
    api: 'assets',
    owner: 'urn:li:person:abc',
    ownerKind: 'person',
    recipe: 'auto',
    imageUpload: 'synchronous',
    multipartThresholdBytes: 5_000_000,
    waitMs: 60_000,
    readsArtifacts: false,
    ...over,
  };
}

export function sidecar(path: string, sizeBytes: number): Sidecar {
  const identity = `1 1 ${sizeBytes} 1 1`;
  return { path, absolutePath: `/nowhere/${path}`, sizeBytes, identity, mediaType: 'image/png' };
}

const REQUEST: SessionRequest = {
  api: 'assets',
  owner: 'urn:li:person:abc',
  kind: 'image',
  mediaType: 'image/png',
  sizeBytes: 100,
  recipe: 'urn:li:digitalmediaRecipe:feedshare-image',
  mechanism: 'synchronous',
};

/** A ledger of `paths`, all of them open. */
export function ledgerOf(paths: readonly string[], clock: Clock): Ledger {
  const files = paths.map(
    (path): PlannedFile => ({ file: mediaFile(path), request: REQUEST, rejection: null, warnings: [] }),
  );
  return new Ledger({ files, warnings: [], notices: [] }, clock);
}
