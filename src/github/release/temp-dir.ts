// A temporary folder of this step under RUNNER_TEMP. It is created on first use and removed when the step ends.

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock, Env } from '../../deps.ts';
import { settlesWithin } from '../../time-limits.ts';

// If the removal hangs, the step ends without it. The runner removes the folder after the job.
const REMOVE_MS = 60_000;

export class TempDir {
  readonly #parent: string;
  #created: Promise<string> | null = null;

  constructor({ RUNNER_TEMP }: Env) {
    this.#parent = RUNNER_TEMP || tmpdir();
  }

  /** The real path of the folder, the same on each call. Other users have no access to it. */
  path(): Promise<string> {
    this.#created ??= mkdtemp(path.join(this.#parent, 'linkedin-release-')).then((made) => realpath(made));
    return this.#created;
  }

  /** Never throws. */
  async remove(clock: Clock): Promise<void> {
    const removed = this.#created
      ?.then((folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }))
      .catch(() => {});
    if (removed !== undefined) await settlesWithin(removed, REMOVE_MS, clock);
  }
}
