// What a run remembers of earlier ones, and leaves to later ones: the manifest as the plan and the ledger see it.

import type { Clock } from '../../deps.ts';
import { ActionError, type Code } from '../../errors.ts';
import type { SessionRequest } from '../../linkedin/session.ts';
import { endsInTime, unlessHanging } from '../cut-off.ts';
import { DISK_MS } from '../disk-timeout.ts';
import type { Change, Entry } from '../entry.ts';
import type { Ledger } from '../ledger.ts';
import {
  apiBaseOf,
  type Digests,
  type Manifest,
  type ManifestEntry,
  type ManifestKey,
  openManifest,
  type UploadRecord,
} from './manifest.ts';

interface UploadCacheOptions {
  /** Where the manifest is; null when none is kept. */
  readonly path: string | null;
  /** Where files are found: a new manifest in the workspace stays in it. */
  readonly find?: { readonly workspace: string };
  /** What the run is for: `plan` never writes. */
  readonly mode: 'publish' | 'plan' | 'simulate';
  /** A URN of one LinkedIn means nothing to another. */
  readonly apiUrl: URL;
  readonly clock: Clock;
  /** Aborts when the run is to end; never, where it is left out. */
  readonly signal?: AbortSignal;
}

/** @throws InputError under `manifest`; the reason of `signal` when the disk hangs at the end of the run */
export function openUploadCache(options: UploadCacheOptions): Promise<UploadCache | null> {
  const { clock, signal = new AbortController().signal } = options;
  return unlessHanging(open(options), { clock, signal });
}

async function open({ path, find, mode, apiUrl, clock }: UploadCacheOptions): Promise<UploadCache | null> {
  if (path === null) return null;
  const access = mode === 'plan' ? 'read-only' : 'read-write';
  const manifest = await openManifest({ path, workspace: find?.workspace ?? null, clock, mode: access });
  return new UploadCache(manifest, apiBaseOf(apiUrl), clock);
}

// Of the few seconds that a cancelled run has: what hangs elsewhere has taken most of them by then.
const LAST_WRITE_MS = 1500;

// LinkedIn has judged the file: another run has to begin with another upload.
const JUDGED: ReadonlySet<Code> = new Set<Code>(['MEDIA_REJECTED', 'PROCESSING_FAILED', 'ASSET_WITHDRAWN']);

export class UploadCache {
  readonly #manifest: Manifest;
  readonly #apiBase: string;
  readonly #clock: Clock;

  constructor(manifest: Manifest, apiBase: string, clock: Clock) {
    this.#manifest = manifest;
    this.#apiBase = apiBase;
    this.#clock = clock;
  }

  keyOf({ owner, api, recipe, sizeBytes }: SessionRequest, digests: Digests): ManifestKey {
    return { ...digests, sizeBytes, owner, api, recipe, apiUrl: this.#apiBase };
  }

  find(key: ManifestKey): ManifestEntry | null {
    return this.#manifest.find(key);
  }

  /** Writes down every change of `ledger` that a later run needs. */
  follow(ledger: Ledger): void {
    ledger.subscribe((entry, change) => {
      const { cacheHit, request, file } = entry.planned;
      const { identity } = entry;
      if (cacheHit === undefined || request === null || identity === null) return;
      const state = this.#stateAfter(entry, change);
      if (state === null) return;
      this.#manifest.record(cacheHit.key, { file: file.path, kind: request.kind, identity, ...state });
    });
  }

  /**
   * `signal` aborts when the run is to end.
   * @throws ActionError MANIFEST_WRITE, also when the disk hangs
   */
  async close(signal: AbortSignal): Promise<void> {
    const limits = { lastWaitMs: LAST_WRITE_MS, limitMs: DISK_MS };
    if (await endsInTime(this.#manifest.close(), limits, { clock: this.#clock, signal })) return;
    throw new ActionError('MANIFEST_WRITE', 'the manifest was not written in time: its disk hangs');
  }

  /** Null when the change is nothing to remember. */
  #stateAfter(entry: Entry, change: Change): Pick<UploadRecord, 'state' | 'status' | 'checkedAt'> | null {
    if (change.kind === 'registered' || change.kind === 'uploaded') return { state: change.kind };
    if (change.kind !== 'settled') return null;
    const { state, error } = change;
    if (state === 'available' || (state === 'reused' && entry.status !== null)) return this.#verified(entry);
    return error !== undefined && JUDGED.has(error.code) ? { state: 'registered' } : null;
  }

  /** Without a status read, LinkedIn's answer to the upload is all that was heard, and no check. */
  #verified({ status }: Entry): Pick<UploadRecord, 'state' | 'status' | 'checkedAt'> {
    if (status === null) return { state: 'available' };
    return { state: 'available', status, checkedAt: new Date(this.#clock.today()).toISOString() };
  }
}
