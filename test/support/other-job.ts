// Another job that shares the branch of the manifest: each write adds one upload and some API calls.

import {
  formatManifest,
  keyText,
  type Manifest,
  type ManifestEntry,
  makeEntry,
  parseManifest,
} from '../../src/memory/manifest.ts';
import { imageOf, keyOf } from '../memory/uploads.ts';
import type { GitHubContents } from './github-contents.ts';

/** The calls that each write adds. */
const CALLS = 5;

export class OtherJob {
  /** Its uploads, by `keyText`. */
  readonly uploads = new Map<string, ManifestEntry>();
  readonly #branch: string;
  readonly #nowMs: () => number;

  constructor(branch: string, nowMs: () => number) {
    this.#branch = branch;
    this.#nowMs = nowMs;
  }

  get calls(): number {
    return this.uploads.size * CALLS;
  }

  write(github: GitHubContents): void {
    const now = new Date(this.#nowMs()).toISOString();
    const n = this.uploads.size;
    const entry = makeEntry({ ...keyOf(n), ...imageOf(n), updatedAt: now });
    if (typeof entry === 'string') throw new RangeError(entry);
    const text = github.file(this.#branch);
    const read: Manifest = text === null ? { entries: new Map() } : parseManifest(text, this.#branch);
    const { entries, calls = new Map<string, number>(), ...rest } = read;
    const today = now.slice(0, 'YYYY-MM-DD'.length);
    calls.set(today, (calls.get(today) ?? 0) + CALLS);
    entries.set(keyText(entry), entry);
    github.commit(this.#branch, { 'linkedin.json': formatManifest({ ...rest, entries, calls }) });
    this.uploads.set(keyText(entry), entry);
  }

  /** Its uploads that are missing in the manifest, or changed. */
  lostFrom({ entries }: Manifest): ManifestEntry[] {
    return [...this.uploads].flatMap(([key, entry]) =>
      JSON.stringify(entries.get(key)) === JSON.stringify(entry) ? [] : entry,
    );
  }
}
