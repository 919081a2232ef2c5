// Where a manifest is kept between runs: a file in the workspace, a file on a branch, or nothing at all.

import type { Manifest } from './manifest.ts';

export interface StoredManifest {
  /** Empty if there is no file, or what a missing branch starts from. */
  readonly content: Manifest;
  /** Identifies the stored bytes. Null if there is no such file or branch. */
  readonly version: string | null;
}

export interface ManifestStore {
  /** Its name for users. */
  readonly name: string;
  /** The storage that has to respond, for messages. */
  readonly backend: 'the disk' | 'GitHub' | 'the memory';
  /** Identifies this process in the counts of API calls. Null if the manifest does not count them. */
  readonly job: string | null;
  /** How many jobs write it at the same time. */
  readonly writers: number;
  /** The shortest time from a change to its write, unless it has to be written at once. */
  readonly intervalMs: number;
  /** Epoch milliseconds by the clock that all jobs share. */
  epochMs(): number;
  /**
   * Without a signal, transient errors are retried. GitHub may return a version that was replaced seconds ago.
   * @throws InputError MANIFEST_INVALID, and the errors of the backend
   */
  read(signal?: AbortSignal): Promise<StoredManifest>;
  /** Checks the permission to write. Absent where nothing is left to check after `read`. */
  probe?(): Promise<void>;
  /**
   * Replaces `version`, or creates the file if it is null. Returns the new version; null if another version is stored.
   * @throws ActionError, whose `effect` is `maybe` if the write may be stored all the same, even later
   */
  write(content: Manifest, version: string | null, signal: AbortSignal): Promise<string | null>;
}
