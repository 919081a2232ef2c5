// A manifest that is empty at first and discarded at the end of the run: for `mode: simulate`, and when the memory is not
// needed or cannot be read.

import type { Clock } from '../deps.ts';
import { EMPTY_MANIFEST } from './manifest.ts';
import type { ManifestStore, StoredManifest } from './manifest-store.ts';

export class InMemoryStore implements ManifestStore {
  readonly name = 'the memory of the simulation';
  readonly backend = 'the memory';
  readonly job = null;
  readonly writers = 1;
  readonly intervalMs = 1000;
  readonly #clock: Pick<Clock, 'epochMs'>;
  #stored: StoredManifest = { content: EMPTY_MANIFEST, version: null };

  constructor(clock: Pick<Clock, 'epochMs'>) {
    this.#clock = clock;
  }

  epochMs(): number {
    return this.#clock.epochMs();
  }

  async read(): Promise<StoredManifest> {
    return this.#stored;
  }

  async probe(): Promise<void> {}

  async write(content: StoredManifest['content']): Promise<string> {
    const version = String(content.revision);
    this.#stored = { content, version };
    return version;
  }
}
