// The memory between runs: which bytes LinkedIn already holds, under which URN. Kept in one file, which is replaced
// whole a few times a second at most, so that even a run that is killed has lost next to nothing.
//
// Two jobs that write the same manifest do not see each other: the last one to write wins, whole, and the file is
// never a mix of both. What the other one had added is lost to reuse alone; its URNs stand in its own outputs.

import { dirname, resolve } from 'node:path';
import type { Clock } from '../../deps.ts';
import { ActionError } from '../../errors.ts';
import { assertWritable, readManifestFile, reasonOf, replaceFile } from './file-store.ts';
import { removeLeftovers } from './leftovers.ts';
import {
  entryLine,
  keyText,
  type ManifestEntry,
  type ManifestKey,
  makeEntry,
  type UploadRecord,
} from './schema.ts';
import { manifestChunks, parseManifest } from './text.ts';

export {
  apiBaseOf,
  type Digests,
  type ManifestEntry,
  type ManifestKey,
  type UploadRecord,
} from './schema.ts';

interface ManifestOptions {
  /** Where the file is, or will be. */
  readonly path: string;
  /** A new file whose path lies in this folder must not leave it through a link. */
  readonly workspace?: string | null;
  readonly clock: Clock;
  /** `read-only` keeps what is recorded in memory alone. */
  readonly mode: 'read-only' | 'read-write';
}

// Together with the write itself no change is more than 250 ms late, on a disk that takes it within 50.
const GATHER_MS = 200;

/**
 * Opens the manifest at `path`; a file that is missing is an empty one, and is made by the first write. What is there
 * is left as it is, byte for byte, until something else is to be remembered. What killed runs left beside it goes.
 * @throws InputError under `manifest`: MANIFEST_INVALID when the file is damaged or another's, and MANIFEST_WRITE
 * when it is to be written and its folder does not allow it
 */
export async function openManifest(options: ManifestOptions): Promise<Manifest> {
  const { path, workspace = null, clock, mode } = options;
  const { target, text } = await readManifestFile(resolve(path), workspace);
  const entries = text === null ? [] : parseManifest(text, path);
  const manifest = new Manifest({ path, target, clock, isKept: mode === 'read-write' }, entries);
  if (mode === 'read-write') {
    await assertWritable(target, path);
    await removeLeftovers(dirname(target), clock.today());
  }
  return manifest;
}

interface Place {
  readonly path: string;
  readonly target: string;
  readonly clock: Clock;
  readonly isKept: boolean;
}

/** An entry with the line that stands for it, made once for all writes. */
interface Held {
  readonly key: string;
  entry: ManifestEntry;
  line: string;
}

export class Manifest {
  readonly #place: Place;
  readonly #byKey = new Map<string, Held>();
  /** All entries; sorted by each write, which costs little for what is nearly sorted. */
  readonly #held: Held[] = [];
  /** Grows with each change; what is on disk is as of `#writtenRevision`. */
  #revision = 0;
  #writtenRevision = 0;
  /** Waits for more changes before the next write; null when there are none. */
  #gathering: AbortController | null = null;
  #isClosed = false;
  /** Settles, never rejects, when the writes so far are over. */
  #writes: Promise<unknown> = Promise.resolve();
  /** The first change that no manifest may hold. */
  #refusal: ActionError | null = null;

  /** To be made by `openManifest` alone. Of two entries with one key, as a merge by git may leave, the newer counts. */
  constructor(place: Place, entries: readonly ManifestEntry[]) {
    this.#place = place;
    for (const entry of entries) {
      const held = this.#byKey.get(keyText(entry));
      if (held === undefined || held.entry.updatedAt <= entry.updatedAt) this.#hold(entry);
    }
  }

  /** What is remembered of these bytes, changes of this run included. */
  find(key: ManifestKey): ManifestEntry | null {
    return this.#byKey.get(keyText(key))?.entry ?? null;
  }

  /**
   * Remembers `change` in the place of all that was known under `key`: in memory at once, on disk at most 250 ms later.
   * Never throws: what cannot be kept is told by `flush`.
   */
  record(key: ManifestKey, change: UploadRecord): void {
    const updatedAt = new Date(this.#place.clock.today()).toISOString();
    const { entry, flaw } = makeEntry({ ...key, ...change, updatedAt });
    if (flaw !== undefined) {
      this.#refusal ??= new ActionError(
        'MANIFEST_WRITE',
        `${this.#place.path} cannot keep an upload: ${flaw}`,
      );
      return;
    }
    if (!this.#isNews(entry)) return;
    this.#hold(entry);
    this.#revision += 1;
    this.#writeSoon();
  }

  /**
   * Writes what is not on disk yet, and resolves when it is. After a write that failed the changes stay, and the next
   * write takes them along.
   * @throws ActionError MANIFEST_WRITE; the file is then as the last write that succeeded left it
   */
  flush(): Promise<void> {
    this.#gathering?.abort();
    this.#gathering = null;
    const written = this.#writes.then(() => this.#writePending());
    this.#writes = written.catch(() => {});
    return written;
  }

  /**
   * The last flush: a change that comes later is written by another `flush` alone.
   * @throws as `flush`
   */
  close(): Promise<void> {
    this.#isClosed = true;
    return this.flush();
  }

  /** Tells whether anything but the date differs from what is held. */
  #isNews(entry: ManifestEntry): boolean {
    const held = this.#byKey.get(keyText(entry));
    return held === undefined || held.line !== entryLine({ ...entry, updatedAt: held.entry.updatedAt });
  }

  #hold(entry: ManifestEntry): void {
    const key = keyText(entry);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      Object.assign(known, { entry, line: entryLine(entry) });
      return;
    }
    const held = { key, entry, line: entryLine(entry) };
    this.#byKey.set(key, held);
    this.#held.push(held);
  }

  #writeSoon(): void {
    const { clock, isKept } = this.#place;
    if (!isKept || this.#isClosed || this.#gathering !== null) return;
    this.#gathering = new AbortController();
    // A write that fails is tried again by the next one: the run goes on, and `flush` is not forgiven.
    clock
      .sleep(GATHER_MS, this.#gathering.signal)
      .then(() => this.flush())
      .catch(() => {});
  }

  async #writePending(): Promise<void> {
    const { path, target, isKept, clock } = this.#place;
    const revision = this.#revision;
    if (isKept && this.#writtenRevision < revision) {
      try {
        await replaceFile(target, manifestChunks(this.#sortedLines()), { clock });
        this.#writtenRevision = revision;
      } catch (cause) {
        const text = `${path} could not be written (${reasonOf(cause)})`;
        throw new ActionError('MANIFEST_WRITE', text, { cause });
      }
    }
    if (this.#refusal !== null) throw this.#refusal;
  }

  /** A copy: what changes while it is written belongs to the next write. */
  #sortedLines(): string[] {
    return this.#held.sort(byFileThenKey).map(({ line }) => line);
  }
}

/** By code unit: the same order on every machine. */
function byFileThenKey(a: Held, b: Held): number {
  const [left, right] = a.entry.file === b.entry.file ? [a.key, b.key] : [a.entry.file, b.entry.file];
  return left < right ? -1 : 1;
}
