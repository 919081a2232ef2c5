// Where a manifest is kept between runs.

import type { Manifest } from './schema.ts';

export interface Store {
  /**
   * Reads what earlier runs left; an empty manifest when there is none yet. Called once, before `write`.
   * @throws InputError under `manifest`
   */
  read(): Promise<Manifest>;
  /** Writes `manifest` soon, with what has changed in it until then. Never throws: `close` tries a failed write again. */
  write(manifest: Manifest): void;
  /**
   * Writes what is not written yet.
   * @throws ActionError MANIFEST_WRITE
   */
  close(): Promise<void>;
}
