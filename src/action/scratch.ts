// A folder of the step's own under RUNNER_TEMP: made when it is first needed, gone when the step ends.

import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Deps, Env } from '../deps.ts';
import { endsInTime } from '../publish/cut-off.ts';

// All is told by then: what hangs is left to the runner.
const LIMITS = { lastWaitMs: 500, limitMs: 30_000 };

export class Scratch {
  readonly #parent: string;
  #folder: Promise<string> | null = null;

  constructor({ RUNNER_TEMP }: Env) {
    this.#parent = RUNNER_TEMP || tmpdir();
  }

  /** The real path of the folder, the same each time; nobody else may look into it. */
  folder(): Promise<string> {
    this.#folder ??= mkdtemp(path.join(this.#parent, 'linkedin-release-')).then((made) => realpath(made));
    return this.#folder;
  }

  /** Never throws: what stays, the runner removes after the job. */
  async remove(world: Pick<Deps, 'clock' | 'signal'>): Promise<void> {
    if (this.#folder !== null) await endsInTime(this.#remove(this.#folder), LIMITS, world);
  }

  async #remove(making: Promise<string>): Promise<void> {
    const folder = await making.catch(() => null);
    if (folder !== null) await rm(folder, { recursive: true, force: true, maxRetries: 3 }).catch(() => {});
  }
}
