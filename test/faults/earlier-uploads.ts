// States of an upload of an earlier run: the entry in the manifest, and the asset at LinkedIn. Data only.

import type { ManifestEntry } from '../../src/memory/manifest.ts';

interface EntryKind {
  readonly state: ManifestEntry['state'];
  /** How long ago the entry was written. */
  readonly agoMs: number;
  /** Whether a status read had verified it then. */
  readonly isChecked: boolean;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const ENTRIES = {
  registered: { state: 'registered', agoMs: HOUR_MS, isChecked: false },
  uploaded: { state: 'uploaded', agoMs: 8 * SECOND_MS, isChecked: false },
  'uploaded-before': { state: 'uploaded', agoMs: 15 * MINUTE_MS, isChecked: false },
  /** Available according to the response to its upload. */
  answered: { state: 'available', agoMs: 8 * SECOND_MS, isChecked: false },
  'checked-today': { state: 'available', agoMs: 2 * HOUR_MS, isChecked: true },
  'checked-before': { state: 'available', agoMs: 25 * HOUR_MS, isChecked: true },
} as const satisfies Record<string, EntryKind>;

export const EARLIER_ENTRIES = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];

/** `held`: processed as usual. `endless`: never processed. `empty`: without bytes. `missing`: 404. */
export const EARLIER_ASSETS = ['held', 'endless', 'failed', 'empty', 'missing'] as const;

export interface EarlierUpload {
  readonly entry: (typeof EARLIER_ENTRIES)[number];
  readonly asset: (typeof EARLIER_ASSETS)[number];
}

export function entryKind({ entry }: EarlierUpload): EntryKind {
  return ENTRIES[entry];
}

const RECENT_MS = 10 * MINUTE_MS;

/** Whether LinkedIn may still show the upload late. */
export function isRecent(earlier: EarlierUpload): boolean {
  const { agoMs, isChecked } = entryKind(earlier);
  return !isChecked && agoMs < RECENT_MS;
}
