// Another job that shares the branch of the manifest: each write adds one upload and some API calls.

import {
  draftOf,
  EMPTY_MANIFEST,
  keyText,
  type Manifest,
  type ManifestEntry,
  makeEntry,
  setCalls,
} from '../../src/memory/manifest.ts';
import { formatManifest, parseManifest } from '../../src/memory/manifest-text.ts';
import { imageOf, keyOf } from '../memory/uploads.ts';
import type { GitHub } from '../world/github/github.ts';

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

  write(github: GitHub): void {
    const now = new Date(this.#nowMs()).toISOString();
    const n = this.uploads.size;
    const entry = makeEntry({ ...keyOf(n), ...imageOf(n), updatedAt: now });
    if (typeof entry === 'string') throw new RangeError(entry);
    const text = github.file(this.#branch);
    const draft = draftOf(text === null ? EMPTY_MANIFEST : parseManifest(text, this.#branch));
    const day = now.slice(0, 'YYYY-MM-DD'.length);
    setCalls(draft, { day, job: 'another job', count: (n + 1) * CALLS });
    draft.entries.set(keyText(entry), entry);
    const written = formatManifest({ ...draft, revision: draft.revision + 1 });
    github.commit(this.#branch, { 'linkedin.json': written });
    this.uploads.set(keyText(entry), entry);
  }

  /** Its uploads that are missing in the manifest, or changed. */
  lostFrom({ entries }: Manifest): ManifestEntry[] {
    return [...this.uploads].flatMap(([key, entry]) =>
      JSON.stringify(entries.get(key)) === JSON.stringify(entry) ? [] : entry,
    );
  }
}
