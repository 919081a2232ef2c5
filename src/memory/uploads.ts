// The table of uploads, from which later runs resume: what earlier runs and this one uploaded, and how many API calls it took.

import { ActionError, toActionError } from '../errors/action-error.ts';
import { dayOf, formatFirst } from '../format.ts';
import type { Content, Draft, TableOwner } from './content.ts';
import {
  makeUploadEntry,
  type UploadEntry,
  type UploadKey,
  type UploadRecord,
  uploadKeyText,
} from './upload-entry.ts';

const MAX_NAMES = 10;

export class UploadTable {
  /** The result of `apiBaseOf`. URNs are valid only with this API. */
  readonly apiBase: string;
  readonly #owner: TableOwner;
  /** The entries of this run, by `uploadKeyText`: they may not be stored yet. */
  readonly #ownEntries = new Map<string, UploadEntry>();
  /** The API calls of this run, by UTC day. */
  readonly #ownCalls = new Map<string, number>();
  #rejection: ActionError | null = null;

  constructor(owner: TableOwner, apiBase: string) {
    this.#owner = owner;
    this.apiBase = apiBase;
  }

  /** The upload of these bytes, with the changes of this run; or null. */
  find(key: UploadKey): UploadEntry | null {
    const text = uploadKeyText(key);
    return this.#ownEntries.get(text) ?? this.#owner.content.uploads.get(text) ?? null;
  }

  /** Replaces the entry of `key`. Never throws: `rejection` is the error of an entry that cannot be stored. */
  record(key: UploadKey, upload: UploadRecord): void {
    const updatedAt = this.now();
    const entry = makeUploadEntry({ ...key, ...upload, updatedAt });
    if (typeof entry === 'string') {
      const text = `the manifest cannot store the upload of ${upload.file}: ${entry}`;
      this.#rejection ??= new ActionError('MANIFEST_WRITE', text);
      return;
    }
    const known = this.find(key);
    if (known !== null && isSame({ ...known, updatedAt }, entry)) return;
    const text = uploadKeyText(key);
    this.#ownEntries.set(text, entry);
    this.#owner.stage(text, ({ uploads }) => {
      const stored = uploads.get(text);
      if (isSame(stored, entry) || (stored !== undefined && isLess(entry, stored))) return false;
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
    if (job !== null) this.#owner.stage(day, (draft) => setCalls(draft, { day, job, count }));
  }

  /** The API calls of all runs on a UTC day, as far as this run knows. */
  callsOn(day: string): number {
    const { content, job } = this.#owner;
    const { [job ?? '']: _, ...others } = content.calls[day] ?? {};
    return sumOf(others) + (this.#ownCalls.get(day) ?? 0);
  }

  /** Why the first invalid entry was left out. Null without one. */
  get rejection(): ActionError | null {
    return this.#rejection;
  }

  /** Adds the uploads that are not stored to an error of a write: the next run may send their files again. */
  nameUnstored(error: unknown): ActionError {
    const failure = toActionError(error);
    const { uploads } = this.#owner.content;
    const unstored = [...this.#ownEntries].filter(
      ([key, entry]) => entry.state !== 'registered' && !isSame(uploads.get(key), entry),
    );
    if (failure.code !== 'MANIFEST_WRITE' || unstored.length === 0) return failure;
    const names = formatFirst(
      unstored.map(([, { file }]) => file),
      MAX_NAMES,
    );
    const what = `the next run may send again what the manifest may lack: ${names}`;
    return failure.reword(`${failure.message}; ${what}`);
  }

  /** The time by the clock that all jobs share. */
  now(): string {
    return new Date(this.#owner.epochMs()).toISOString();
  }
}

/** Whether LinkedIn has all bytes of another upload of the file: this one may fail. */
function isLess(entry: UploadEntry, stored: UploadEntry): boolean {
  return entry.state === 'registered' && stored.state !== 'registered' && stored.urn !== entry.urn;
}

function isSame(one: UploadEntry | undefined, other: UploadEntry): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

export function callsOn({ calls }: Pick<Content, 'calls'>, day: string): number {
  return sumOf(calls[day] ?? {});
}

function sumOf(calls: Readonly<Record<string, number>>): number {
  return Object.values(calls).reduce((sum, count) => sum + count, 0);
}

/** The number of days whose counts are kept. */
const CALL_DAYS = 7;

/** False if the job has this count already. */
export function setCalls(
  draft: Draft,
  { day, job, count }: { readonly day: string; readonly job: string; readonly count: number },
): boolean {
  const { [day]: jobs, ...others } = draft.calls;
  if (jobs?.[job] === count) return false;
  const days = Object.entries({ ...others, [day]: { ...jobs, [job]: count } }).sort();
  draft.calls = Object.fromEntries(days.slice(-CALL_DAYS));
  return true;
}
