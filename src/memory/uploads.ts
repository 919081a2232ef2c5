// The table of uploads, from which later runs resume: what earlier runs and this one uploaded, and how many API calls it took.

import { type ActionError, toActionError } from '../errors/action-error.ts';
import { dayOf, formatFirst } from '../format.ts';
import type { TableOwner } from './content.ts';
import {
  type UploadEntry,
  type UploadKey,
  type UploadRecord,
  uploadEntry,
  uploadKeyText,
} from './upload-entry.ts';

const MAX_NAMES = 10;
/** The number of days whose counts are kept. */
const CALL_DAYS = 7;

export class UploadTable {
  /** The result of `apiBaseOf`. URNs are valid only with this API. */
  readonly apiBase: string;
  readonly #owner: TableOwner;
  /** The entries of this run, by `uploadKeyText`: they may not be stored yet. */
  readonly #ownEntries = new Map<string, UploadEntry>();
  /** The API calls of this run, by UTC day. */
  readonly #ownCalls = new Map<string, number>();

  constructor(owner: TableOwner, apiBase: string) {
    this.#owner = owner;
    this.apiBase = apiBase;
  }

  /** The upload of these bytes, with the changes of this run; or null. */
  find(key: UploadKey): UploadEntry | null {
    const text = uploadKeyText(key);
    return this.#ownEntries.get(text) ?? this.#owner.content.uploads.get(text) ?? null;
  }

  /** Replaces the entry of `key`. Leaves out an entry that no run could read: the next run uploads the file again. */
  record(key: UploadKey, upload: UploadRecord): void {
    const updatedAt = this.now();
    const known = { ...this.find(key), updatedAt };
    const { data: entry } = uploadEntry.safeParse({ ...key, ...upload, updatedAt });
    if (entry === undefined || isSame(known, entry)) return;
    const text = uploadKeyText(key);
    this.#ownEntries.set(text, entry);
    this.#owner.stage(text, ({ uploads }) => {
      const stored = uploads.get(text);
      // LinkedIn has all bytes of the upload of another run, and this one may fail.
      const isLess =
        entry.state === 'registered' && stored?.state !== 'registered' && stored?.urn !== entry.urn;
      if (isSame(stored, entry) || (stored !== undefined && isLess)) return false;
      uploads.set(text, entry);
      return true;
    });
  }

  /** LinkedIn has lost these uploads, so the next run sends their files again. */
  forget(urns: ReadonlySet<string>): void {
    for (const entry of [...this.#owner.content.uploads.values(), ...this.#ownEntries.values()]) {
      const { file, kind, urn, status: _, checkedAt: __, ...key } = entry;
      if (urns.has(urn)) this.record(key, { file, kind, urn, state: 'registered' });
    }
  }

  /** Counts an API call of this run. */
  countCall(): void {
    const { job } = this.#owner;
    const day = dayOf(this.#owner.epochMs());
    const count = (this.#ownCalls.get(day) ?? 0) + 1;
    this.#ownCalls.set(day, count);
    if (job === null) return;
    this.#owner.stage(day, (draft) => {
      const { [day]: jobs, ...others } = draft.calls;
      if (jobs?.[job] === count) return false;
      const days = Object.entries({ ...others, [day]: { ...jobs, [job]: count } }).sort();
      draft.calls = Object.fromEntries(days.slice(-CALL_DAYS));
      return true;
    });
  }

  /** The API calls of all runs on a UTC day, as far as this run knows. */
  callsOn(day: string): number {
    const { content, job } = this.#owner;
    const calls = { ...content.calls[day], [job ?? '']: this.#ownCalls.get(day) ?? 0 };
    return Object.values(calls).reduce((sum, count) => sum + count);
  }

  /** Adds the uploads that are not stored to an error of a write: the next run may send their files again. */
  nameUnstored(error: unknown): ActionError {
    const failure = toActionError(error);
    const { uploads } = this.#owner.content;
    const unstored = [...this.#ownEntries].flatMap(([key, entry]) =>
      entry.state === 'registered' || isSame(uploads.get(key), entry) ? [] : entry.file,
    );
    if (failure.code !== 'MANIFEST_WRITE' || unstored.length === 0) return failure;
    const what = `the next run may send again what the manifest may lack: ${formatFirst(unstored, MAX_NAMES)}`;
    return failure.reword(`${failure.message}; ${what}`);
  }

  /** The time by the clock that all jobs share. */
  now(): string {
    return new Date(this.#owner.epochMs()).toISOString();
  }
}

function isSame(one: object | undefined, other: UploadEntry): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
