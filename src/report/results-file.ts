// The JSON file with every row, always complete: announced before the first upload and updated during the run.

import { appendFileSync, closeSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sleepUnlessAborted } from '../clock.ts';
import type { Clock, Env } from '../deps.ts';
import { toPosixPath } from '../media/find/posix-paths.ts';
import { shellSafeJson } from './outputs.ts';

const REFRESH_INTERVAL_MS = 3000;
// Writing many rows takes long. The pauses limit it to a twentieth of the run.
const REST_FACTOR = 20;
const CHUNK_CHARS = 64 * 1024;

// Windows rejects replacing a file that another program, such as a virus scanner, has open.
const LOCKED_CODES = new Set<unknown>(['EPERM', 'EACCES', 'EBUSY']);

export class ResultsFile {
  readonly path: string;
  readonly #rename: typeof renameSync;

  /** Creates a folder under RUNNER_TEMP, so that two steps of a job have separate files. */
  constructor(env: Env, rename: typeof renameSync = renameSync) {
    this.#rename = rename;
    const folder = mkdtempSync(path.join(env.RUNNER_TEMP || tmpdir(), 'linkedin-media-'));
    this.path = toPosixPath(path.join(folder, 'results.json'));
    this.write([]);
  }

  /** Replaces the file atomically: a reader sees the old rows or the new ones. */
  write(rows: Iterable<object>): void {
    writeRows(`${this.path}.new`, rows);
    this.#rename(`${this.path}.new`, this.path);
  }

  /** Like `write`, but overwrites a locked file in place: at the end, the rows matter more than atomicity. */
  writeFinal(rows: Iterable<object>): void {
    try {
      this.write(rows);
    } catch (error) {
      if (!LOCKED_CODES.has((error as NodeJS.ErrnoException).code)) throw error;
      writeRows(this.path, rows);
      rmSync(`${this.path}.new`, { force: true });
    }
  }

  /** Writes the rows immediately, then every few seconds on changes. Resolves when `signal` aborts. */
  async keepUpdated({ rows, subscribe }: LiveRows, { clock, signal }: RefreshOptions): Promise<void> {
    let isStale = true;
    let waitMs = REFRESH_INTERVAL_MS;
    subscribe(() => {
      isStale = true;
    });
    do {
      if (isStale) {
        isStale = false;
        const startedMs = clock.now();
        try {
          this.write(rows());
        } catch {
          // The final write reports the error if it persists, such as a full disk.
        }
        waitMs = Math.max(REFRESH_INTERVAL_MS, (clock.now() - startedMs) * REST_FACTOR);
      }
    } while (await sleepUnlessAborted(clock, waitMs, signal));
  }
}

/**
 * Writes one row per line, in chunks. One text of ten thousand rows, every few seconds, would take most of a run's
 * memory.
 */
function writeRows(path: string, rows: Iterable<unknown>): void {
  const file = openSync(path, 'w');
  try {
    let text = '[';
    let separator = '\n  ';
    for (const row of rows) {
      text += separator + shellSafeJson(row);
      separator = ',\n  ';
      if (text.length < CHUNK_CHARS) continue;
      appendFileSync(file, text);
      text = '';
    }
    appendFileSync(file, `${text}${separator.startsWith(',') ? '\n' : ''}]\n`);
  } finally {
    closeSync(file);
  }
}

/** The rows of a run that goes on. */
export interface LiveRows {
  readonly rows: () => Iterable<object>;
  /** Calls `listener` when rows change. */
  readonly subscribe: (listener: () => void) => void;
}

interface RefreshOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}
