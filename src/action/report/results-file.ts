// The file that holds every row, whole always: named before the first upload, kept current while the run goes on.

import { appendFileSync, closeSync, mkdtempSync, openSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Clock, Env } from '../../deps.ts';
import { toPosixPath } from '../../media/find/posix-paths.ts';
import type { Ledger } from '../../publish/ledger.ts';
import { sleepUnlessAborted } from '../log/sleep-unless-aborted.ts';
import { shellSafeJson } from './outputs.ts';
import type { ResultRow } from './rows.ts';

const REFRESH_INTERVAL_MS = 3000;
// The more rows, the longer it takes to write them: never more than a twentieth of the run.
const REST_FACTOR = 20;
const CHUNK_CHARS = 64 * 1024;

// How Windows refuses to replace a file that another program, a virus scanner say, holds for a moment.
const LOCKED_CODES = new Set<unknown>(['EPERM', 'EACCES', 'EBUSY']);

export class ResultsFile {
  readonly path: string;
  readonly #rename: typeof renameSync;

  /** In a folder of its own under RUNNER_TEMP: two steps of one job keep two files. */
  constructor(env: Env, rename: typeof renameSync = renameSync) {
    this.#rename = rename;
    const folder = mkdtempSync(path.join(env.RUNNER_TEMP || tmpdir(), 'linkedin-media-'));
    this.path = toPosixPath(path.join(folder, 'results.json'));
    this.write([]);
  }

  /** A reader sees the old rows or the new ones, never half. */
  write(rows: Iterable<ResultRow>): void {
    writeRows(`${this.path}.new`, rows);
    this.#rename(`${this.path}.new`, this.path);
  }

  /** As `write`; but at the end of the run the rows matter more than who reads meanwhile: a file that is held is written over. */
  writeFinal(rows: Iterable<ResultRow>): void {
    try {
      this.write(rows);
    } catch (error) {
      if (!LOCKED_CODES.has((error as NodeJS.ErrnoException).code)) throw error;
      writeRows(this.path, rows);
      rmSync(`${this.path}.new`, { force: true });
    }
  }

  /** A full disk in the middle of the run is told at its end, when it still matters. */
  #tryWrite(rows: Iterable<ResultRow>): void {
    try {
      this.write(rows);
    } catch {
      // The last write, at the end of the run, is not forgiven.
    }
  }

  /** Writes the ledger's rows at once, then every few seconds while they change; resolves when `signal` aborts. */
  async keepUpdated(ledger: Ledger, { rows, clock, signal }: RefreshOptions): Promise<void> {
    let isStale = false;
    const write = () => {
      const startedMs = clock.now();
      this.#tryWrite(rows());
      return clock.now() - startedMs;
    };
    let tookMs = write();
    ledger.subscribe((_, event) => {
      isStale ||= event.kind !== 'sent';
    });
    while (await sleepUnlessAborted(clock, Math.max(REFRESH_INTERVAL_MS, tookMs * REST_FACTOR), signal)) {
      if (isStale) tookMs = write();
      isStale = false;
    }
  }
}

/**
 * One row a line, and some at a time: ten thousand in one text, every few seconds, would be most of what a run takes of
 * memory.
 */
export function writeRows(path: string, rows: Iterable<unknown>): void {
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

interface RefreshOptions {
  readonly rows: () => Iterable<ResultRow>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}
