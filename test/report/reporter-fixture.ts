// A reporter with the files of a runner, and ledgers to report on.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, vi } from 'vitest';
import type { Env } from '../../src/deps.ts';
import { FileError, UploadError } from '../../src/errors.ts';
import { Reporter } from '../../src/report/reporter.ts';
import { buildReport, type UploadReport } from '../../src/report/uploads/upload-report.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { ledgerOf, picture, refused, settle } from '../action/ledgers.ts';
import { type RecordingLogger, recordingLogger } from '../action/recording-logger.ts';
import { TestClock } from '../support/clock.ts';
import { makeCommandFiles, readCommandFiles } from '../support/command-files.ts';
import { Masks } from '../support/masks.ts';

export interface ReporterFixture {
  readonly folder: string;
  readonly env: Env;
  readonly logger: RecordingLogger;
  readonly clock: TestClock;
  readonly reporter: Reporter;
  outputs(): Promise<Readonly<Record<string, string>>>;
  summary(): Promise<string>;
}

/** Call it at the top of a test file. It fails each test in which the toolkit prints its deprecated command. */
export function watchStdout(): void {
  beforeEach(() => {
    const written: string[] = [];
    const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
      written.push(String(chunk));
      return true;
    });
    onTestFinished(() => {
      write.mockRestore();
      vi.unstubAllEnvs();
      expect(written.join('')).not.toContain('::set-output');
    });
  });
}

/** `more` overrides the environment, for example to leave out a file. */
export async function setUpReporter(more: Env = {}, wantsSummary = true): Promise<ReporterFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'deliver-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const env: Env = { ...makeCommandFiles(folder), RUNNER_TEMP: folder, ...more };
  vi.stubEnv('GITHUB_OUTPUT', env.GITHUB_OUTPUT);
  const logger = recordingLogger();
  const clock = new TestClock();
  const files = () => readCommandFiles(folder, new Masks());
  return {
    folder,
    env,
    logger,
    clock,
    reporter: new Reporter({ env, logger, clock, wantsSummary }),
    outputs: async () => (await files()).outputs,
    summary: async () => (await files()).rawSummary,
  };
}

export function reportOf(
  ledger: Ledger,
  mode: 'publish' | 'plan' = 'publish',
  failOn: 'any' | 'never' = 'any',
): UploadReport {
  return buildReport(
    ledger,
    { mode, failOn, plan: { api: 'assets', waitMs: 0, readsArtifacts: false } },
    null,
  );
}

export const REJECTED = new UploadError('MEDIA_REJECTED', 'LinkedIn could not use it.');
export const EMPTY = new FileError('FILE_EMPTY', 'empty.png', 'is empty');

export function oneOfEach(): Ledger {
  const ledger = ledgerOf([picture('a.png'), picture('b.png'), refused('empty.png', EMPTY)]);
  settle(ledger, 0, { state: 'available', id: 'ONE' });
  settle(ledger, 1, { state: 'failed', id: 'TWO', error: REJECTED });
  return ledger;
}

export function failedFiles(files: number): Ledger {
  const ledger = ledgerOf(Array.from({ length: files }, (_, index) => picture(`${index}.png`)));
  for (const index of ledger.unsettledIndices()) settle(ledger, index, { state: 'failed', error: REJECTED });
  return ledger;
}
