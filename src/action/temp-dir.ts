// A folder of the step's own under RUNNER_TEMP: made when it is first needed, gone when the step ends.

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock, Env } from '../deps.ts';
import { settlesWithin } from '../publish/grace-period.ts';

// Everything is written by then: what hangs is left to the runner.
const REMOVE_MS = 30_000;

export class TempDir {
  readonly #parent: string;
  #created: Promise<string> | null = null;

  constructor({ RUNNER_TEMP }: Env) {
    this.#parent = RUNNER_TEMP || tmpdir();
  }

  /** The real path of the folder, the same each time; nobody else may look into it. */
  path(): Promise<string> {
    this.#created ??= mkdtemp(path.join(this.#parent, 'linkedin-release-')).then((made) => realpath(made));
    return this.#created;
  }

  /** Never throws: the runner removes what stays after the job. */
  async remove(clock: Clock): Promise<void> {
    if (this.#created !== null) await settlesWithin(this.#remove(this.#created), REMOVE_MS, clock);
  }

  async #remove(making: Promise<string>): Promise<void> {
    const folder = await making.catch(() => null);
    if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}
