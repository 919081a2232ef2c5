// Where the memory lies between runs: on a branch, in a file of the workspace, or in nothing.

import { type Content, EMPTY } from './content.ts';

export interface Stored {
  /** Empty if there is no file, or what a missing branch starts from. */
  readonly content: Content;
  /** Identifies the stored bytes. Null if there is no such file or branch. */
  readonly version: string | null;
}

export interface Place {
  /** The name for users. */
  readonly name: string;
  /** Null if no other job writes at the same time. */
  readonly sharing: Sharing | null;
  /**
   * Repeats transient errors. GitHub may return a version that was replaced seconds ago.
   * @throws InputError MANIFEST_INVALID; the errors of the disk or of GitHub
   */
  read(signal?: AbortSignal): Promise<Stored>;
  /**
   * Replaces `version`, or creates the file if it is null. Returns the new version; null if another version is stored.
   * @throws ActionError, whose `effect` is `maybe` if the write may be stored all the same, even later
   */
  write(content: Content, version: string | null, signal: AbortSignal): Promise<string | null>;
}

/** How jobs share a place. */
export interface Sharing {
  /** Identifies this process. */
  readonly job: string;
  /** How many jobs write at the same time. */
  readonly jobs: number;
  /** Epoch milliseconds by the clock that all jobs share. */
  epochMs(): number;
  /** @throws InputError GITHUB_DENIED if the token may not write; CallError */
  assertWritable(): Promise<void>;
}

/** Keeps the content until the run ends: for `mode: simulate`, and for a run that has no memory or cannot read it. */
export class Nowhere implements Place {
  readonly name = 'the memory of this run';
  readonly sharing = null;
  #stored: Stored = { content: EMPTY, version: null };

  async read(): Promise<Stored> {
    return this.#stored;
  }

  async write(content: Content): Promise<string> {
    const version = String(content.revision);
    this.#stored = { content, version };
    return version;
  }
}
