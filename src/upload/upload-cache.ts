// The cache of uploads, from which later runs resume: gives the plan earlier uploads, follows the ledger and stores changes.

import { ActionError, toActionError } from '../errors/action-error.ts';
import type { ErrorCode } from '../errors/error-codes.ts';
import { dayOf, formatFirst } from '../format.ts';
import {
  callsOn,
  keyText,
  type ManifestEntry,
  type ManifestKey,
  makeEntry,
  setCalls,
  type UploadRecord,
} from '../memory/manifest.ts';
import type { Memory } from '../memory/memory.ts';
import type { FileEvent, FileItem } from './file-state.ts';
import type { Ledger } from './ledger.ts';

const MAX_NAMES = 10;

// LinkedIn did not accept the file: another run must upload it again.
const REJECTED_BY_LINKEDIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'MEDIA_REJECTED',
  'PROCESSING_FAILED',
  'ASSET_WITHDRAWN',
]);

export class UploadCache {
  readonly apiBase: string;
  readonly #memory: Memory;
  /** The entries of this run, by `keyText`: they may not be stored yet. */
  readonly #ownEntries = new Map<string, ManifestEntry>();
  /** The API calls of this run, by UTC day. */
  readonly #ownCalls = new Map<string, number>();
  #rejection: ActionError | null = null;

  /** `memory` is open. */
  constructor(memory: Memory, apiBase: string) {
    this.#memory = memory;
    this.apiBase = apiBase;
  }

  /** The upload of these bytes, with the changes of this run; or null. */
  find(key: ManifestKey): ManifestEntry | null {
    const text = keyText(key);
    return this.#ownEntries.get(text) ?? this.#memory.current.entries.get(text) ?? null;
  }

  /** Records every change of `ledger` that a later run needs. If none can be stored, no further file starts. */
  follow(ledger: Ledger): void {
    void this.#memory.writeRejection.then((error) => ledger.stop(error));
    const { job } = this.#memory.store;
    ledger.subscribe({
      onCall: () => {
        if (job === null) return;
        const day = dayOf(this.#memory.store.epochMs());
        const count = (this.#ownCalls.get(day) ?? 0) + 1;
        this.#ownCalls.set(day, count);
        this.#memory.stage(day, (draft) => setCalls(draft, { day, job, count }));
      },
      onFile: (item, event) => {
        const { cacheKey, request, file } = item.planned;
        if (cacheKey === undefined || request === null || item.identity === null) return;
        const state = this.#stateAfter(item, event);
        if (state === null) return;
        const { urn } = item.identity;
        this.record(cacheKey, { file: file.path, kind: request.kind, urn, ...state });
      },
    });
  }

  /** Replaces the entry of `key`. Never throws: `rejection` is the error of an entry that cannot be stored. */
  record(key: ManifestKey, upload: UploadRecord): void {
    const updatedAt = this.#now();
    const entry = makeEntry({ ...key, ...upload, updatedAt });
    if (typeof entry === 'string') {
      const text = `the manifest cannot store the upload of ${upload.file}: ${entry}`;
      this.#rejection ??= new ActionError('MANIFEST_WRITE', text);
      return;
    }
    const known = this.find(key);
    if (known !== null && JSON.stringify({ ...known, updatedAt }) === JSON.stringify(entry)) return;
    const text = keyText(key);
    this.#ownEntries.set(text, entry);
    this.#memory.stage(text, ({ entries }) => {
      const isChanged = JSON.stringify(entries.get(text)) !== JSON.stringify(entry);
      entries.set(text, entry);
      return isChanged;
    });
  }

  /** LinkedIn has lost these uploads, so the next run sends their files again. */
  forget(urns: ReadonlySet<string>): void {
    for (const entry of [...this.#memory.current.entries.values(), ...this.#ownEntries.values()]) {
      const { file, kind, urn, status: _, checkedAt: __, ...key } = entry;
      if (urns.has(urn)) this.record(key, { file, kind, urn, state: 'registered' });
    }
  }

  /** The API calls of all runs on a UTC day, as far as this run knows. */
  callsOn(day: string): number {
    const { current, store } = this.#memory;
    const stored = store.job === null ? 0 : (current.calls.get(day)?.[store.job] ?? 0);
    return callsOn(current, day) - stored + (this.#ownCalls.get(day) ?? 0);
  }

  /** Why the first invalid entry was left out. Null without one. */
  get rejection(): ActionError | null {
    return this.#rejection;
  }

  /** Adds the uploads that may not be stored to an error of the memory: the next run may send their files again. */
  nameMissing(error: unknown): unknown {
    const failure = toActionError(error);
    if (failure.code !== 'MANIFEST_WRITE') return error;
    const missing = [...this.#ownEntries].flatMap(([key, { file, state }]) =>
      state !== 'registered' && this.#memory.isStaged(key) ? [file] : [],
    );
    if (missing.length === 0) return error;
    const what = `the next run may send again what the manifest may lack: ${formatFirst(missing, MAX_NAMES)}`;
    return failure.reword(`${failure.message}; ${what}`);
  }

  /** Null when a later run does not need the change. */
  #stateAfter(
    { status }: FileItem,
    event: FileEvent,
  ): Pick<UploadRecord, 'state' | 'status' | 'checkedAt'> | null {
    if (event.kind === 'registered' || event.kind === 'uploaded') return { state: event.kind };
    if (event.kind !== 'settled') return null;
    const { state, error } = event;
    // LinkedIn responds to a synchronous upload after processing, so the response is a check too.
    if (state === 'available' || (state === 'reused' && status !== null)) {
      const checkedAt = this.#now();
      return { state: 'available', ...(status === null ? {} : { status }), checkedAt };
    }
    return error !== undefined && REJECTED_BY_LINKEDIN.has(error.code) ? { state: 'registered' } : null;
  }

  /** The time by the clock that all jobs share: that of GitHub, with a memory on a branch. */
  #now(): string {
    return new Date(this.#memory.store.epochMs()).toISOString();
  }
}
