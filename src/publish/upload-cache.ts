// The cache of uploads, from which later runs resume. Gives the plan the uploads of earlier runs, follows the ledger, and
// updates the manifest.

import type { Clock } from '../deps.ts';
import type { ErrorCode } from '../error-codes.ts';
import { ActionError } from '../errors.ts';
import type { SessionRequest } from '../linkedin/session.ts';
import { normalizeOwner } from '../linkedin/urn.ts';
import {
  apiBaseOf,
  type Digests,
  keyText,
  type Manifest,
  type ManifestEntry,
  type ManifestKey,
  makeEntry,
  type UploadRecord,
} from '../memory/manifest.ts';
import type { Store } from '../memory/store.ts';
import { utcDay } from './calls/call-allowance.ts';
import type { FileEvent, FileState } from './file-state.ts';
import { MANIFEST_MS, settlesWithin, withGracePeriod } from './grace-period.ts';
import type { Ledger } from './ledger.ts';

interface UploadCacheOptions {
  /** URNs are valid only with this API. */
  readonly apiUrl: URL;
  readonly clock: Clock;
}

/** Reads the manifest from `store`; null without one. @throws any error of `store.read` */
export async function openUploadCache(
  store: Store | null,
  { apiUrl, clock }: UploadCacheOptions,
): Promise<UploadCache | null> {
  return store && new UploadCache(store, await store.read(), { apiBase: apiBaseOf(apiUrl), clock });
}

// LinkedIn did not accept the file: another run must upload it again.
const REJECTED_BY_LINKEDIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MEDIA_REJECTED',
  'PROCESSING_FAILED',
  'ASSET_WITHDRAWN',
]);

export class UploadCache {
  readonly #store: Store;
  readonly #manifest: Manifest;
  readonly #apiBase: string;
  readonly #clock: Clock;
  /** The files of earlier runs, by `fileKey`. Made when it is first needed. */
  #knownFiles: ReadonlySet<string> | null = null;
  /** Why the first invalid entry was left out. */
  #rejection: ActionError | null = null;

  /** `manifest` is what `store` read. */
  constructor(store: Store, manifest: Manifest, { apiBase, clock }: { apiBase: string; clock: Clock }) {
    this.#store = store;
    this.#manifest = manifest;
    this.#apiBase = apiBase;
    this.#clock = clock;
  }

  keyOf({ owner, api, recipe, sizeBytes }: SessionRequest, digests: Digests): ManifestKey {
    return { ...digests, sizeBytes, owner, api, recipe, apiUrl: this.#apiBase };
  }

  /** The upload of these bytes, with the changes of this run; or null. */
  find(key: ManifestKey): ManifestEntry | null {
    return this.#manifest.entries.get(keyText(key)) ?? null;
  }

  hasFile(file: string, key: ManifestKey): boolean {
    this.#knownFiles ??= new Set(
      [...this.#manifest.entries.values()].flatMap((entry) =>
        entry.state === 'registered' ? [] : [fileKey(entry.file, entry)],
      ),
    );
    return this.#knownFiles.has(fileKey(file, key));
  }

  /** Makes sure, before anything is sent, that the manifest can be written. @throws any error of the store */
  prepareWrites(): Promise<void> {
    return this.#store.prepareWrites();
  }

  /** Records every change of `ledger` that a later run needs. If none can be stored, no further file starts. */
  follow(ledger: Ledger): void {
    void this.#store.writeRejection?.then((error) => ledger.stop(error));
    if (this.#store.countsCalls) ledger.subscribeToCalls(() => this.#countCall());
    ledger.subscribe((entry, event) => {
      const { cacheKey, request, file } = entry.planned;
      if (cacheKey === undefined || request === null || entry.identity === null) return;
      const state = this.#stateAfter(entry, event);
      if (state === null) return;
      const { urn } = entry.identity;
      this.record(cacheKey, { file: file.path, kind: request.kind, urn, ...state });
    });
  }

  /** Replaces the entry of `key`. Never throws: `close` reports an entry that cannot be stored. */
  record(key: ManifestKey, upload: UploadRecord): void {
    const updatedAt = new Date(this.#clock.epochMs()).toISOString();
    const entry = makeEntry({ ...key, ...upload, updatedAt });
    if (typeof entry === 'string') {
      const text = `the manifest cannot store the upload of ${upload.file}: ${entry}`;
      this.#rejection ??= new ActionError('MANIFEST_WRITE', text);
      return;
    }
    const stored = this.find(key);
    if (stored !== null && JSON.stringify({ ...stored, updatedAt }) === JSON.stringify(entry)) return;
    this.#manifest.entries.set(keyText(key), entry);
    this.#knownFiles = null;
    this.#store.write(this.#manifest);
  }

  /** The API calls of all runs on a UTC day, as far as this run knows. */
  callsOn(day: string): number {
    return this.#manifest.calls?.get(day) ?? 0;
  }

  #countCall(): void {
    const day = utcDay(this.#clock.epochMs());
    const { calls } = this.#manifest;
    calls?.set(day, (calls.get(day) ?? 0) + 1);
    this.#store.write(this.#manifest);
  }

  /**
   * Writes the changes that are not on disk yet. After `signal` has aborted, does nothing, because the outputs are
   * written first: see `closeAfterOutputs`.
   * @throws ActionError MANIFEST_WRITE
   */
  async close(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await withGracePeriod(this.#close(), { clock: this.#clock, signal }, () => {});
  }

  /** The same for an aborted run, after its outputs are written. @throws as `close` */
  async closeAfterOutputs(): Promise<void> {
    if (await settlesWithin(this.#close(), MANIFEST_MS, this.#clock)) return;
    const text = `the manifest was not written in time: ${this.#store.backend} does not respond`;
    throw new ActionError('MANIFEST_WRITE', text);
  }

  async #close(): Promise<void> {
    await this.#store.close();
    if (this.#rejection !== null) throw this.#rejection;
  }

  /** Null when a later run does not need the change. */
  #stateAfter(
    { status }: FileState,
    event: FileEvent,
  ): Pick<UploadRecord, 'state' | 'status' | 'checkedAt'> | null {
    if (event.kind === 'registered' || event.kind === 'uploaded') return { state: event.kind };
    if (event.kind !== 'settled') return null;
    const { state, error } = event;
    // LinkedIn responds to a synchronous upload after processing, so the response is a check too.
    if (state === 'available' || (state === 'reused' && status !== null)) {
      const checkedAt = new Date(this.#clock.epochMs()).toISOString();
      return { state: 'available', ...(status === null ? {} : { status }), checkedAt };
    }
    return error !== undefined && REJECTED_BY_LINKEDIN.has(error.code) ? { state: 'registered' } : null;
  }
}

/** Identifies a file by its path, for one owner, API and recipe. */
function fileKey(file: string, { owner, api, recipe, apiUrl }: ManifestKey): string {
  return JSON.stringify([file, normalizeOwner(owner), api, recipe, apiUrl]);
}
