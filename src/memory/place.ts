// Where the memory lies between runs: on a branch, in a file of the workspace, or in nothing.

import { type Content, EMPTY } from './content.ts';

export interface Stored {
  /** Of revision 0 if there is no file. A missing branch may start from other content than `EMPTY`. */
  readonly content: Content;
  /** Identifies the stored bytes. Null if there is no such file or branch. */
  readonly version: string | null;
}

export interface Place {
  /** The name for users. */
  readonly name: string;
  /** Identifies this process among the jobs that share the place. Null if no other job writes at the same time. */
  readonly job: string | null;
  /** How many jobs write at the same time. */
  readonly jobs: number;
  /** Epoch milliseconds by the clock that all jobs share, if that is not the clock of the run. */
  epochMs?(): number;
  /** @throws InputError GITHUB_DENIED if the token may not write; CallError */
  assertWritable?(): Promise<void>;
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

/** Keeps the content until the run ends: for `mode: simulate`, and for a run that has no memory or cannot read it. */
export class Nowhere implements Place {
  readonly name = 'the manifest of this run';
  readonly job = null;
  readonly jobs = 1;
  #stored: Stored = { content: EMPTY, version: null };

  async read(): Promise<Stored> {
    return this.#stored;
  }

  async write(content: Content): Promise<string> {
    this.#stored = { content, version: this.name };
    return this.name;
  }
}
