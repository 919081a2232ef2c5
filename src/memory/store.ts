// Where a manifest is kept between runs: a file in the workspace, or a file on a branch of the repository.

import type { ActionError } from '../errors.ts';
import type { Manifest } from './manifest.ts';

export interface Store {
  /** What has to respond, for messages. */
  readonly backend: 'the disk' | 'GitHub' | 'the memory';
  /** Whether the manifest counts the API calls of all runs. */
  readonly countsCalls: boolean;
  /** Resolves with the error when it is clear during the run that no write can succeed. Absent where that cannot happen. */
  readonly writeRejection?: Promise<ActionError>;
  /**
   * Reads the uploads of earlier runs; an empty manifest if there are none. Called once, before all others.
   * @throws ActionError
   */
  read(): Promise<Manifest>;
  /**
   * Makes sure that the manifest can be written. Called before anything is sent, and only if something will be.
   * @throws ActionError
   */
  prepareWrites(): Promise<void>;
  /** Writes `manifest` soon, with its changes until then. Never throws: `close` repeats a failed write. */
  write(manifest: Manifest): void;
  /**
   * Writes what is not written yet.
   * @throws ActionError MANIFEST_WRITE, BRANCH_PROTECTED
   */
  close(): Promise<void>;
  /** Ends all connections. Called last, also if the run failed before `read`. */
  disconnect(): Promise<void>;
}

/** What a change makes of the stored version; null leaves it as it is. */
export type Change = (stored: Manifest) => Manifest | null;

/** A store that several jobs write: a branch. The posts need one. */
export interface SharedStore extends Store {
  /** Its name for users. */
  readonly name: string;
  /** What was read last, with the changes of this run. */
  readonly current: Manifest;
  /** Epoch milliseconds by the clock of the server, which all jobs share. */
  epochMs(): number;
  /**
   * Compare-and-swap: writes what `change` makes of the stored version, together with the uploads that are not written
   * yet. After a conflict, and after a lost response, it reads again and calls `change` again, so `change` must
   * recognize its own result. Returns the version that is stored then.
   * @throws ActionError MANIFEST_WRITE, BRANCH_PROTECTED; any error of `change`
   */
  swap(change: Change): Promise<Manifest>;
}
