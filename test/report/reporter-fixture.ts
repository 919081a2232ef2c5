// A reporter with the files of a runner.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, vi } from 'vitest';
import type { ActionError } from '../../src/errors/action-error.ts';
import type { Report } from '../../src/report/report.ts';
import { Reporter } from '../../src/report/reporter.ts';
import type { ResultRow } from '../../src/report/uploads/result-row.ts';
import { buildReport } from '../../src/report/uploads/upload-report.ts';
import type { Ledger } from '../../src/upload/ledger.ts';
import { TestClock } from '../support/clock.ts';
import { makeCommandFiles, readCommandFiles } from '../support/command-files.ts';
import { recordingLogger } from '../support/recording-logger.ts';
import { testRun } from '../support/run.ts';

export type ReporterFixture = Awaited<ReturnType<typeof setUpReporter>>;

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
export async function setUpReporter(more: NodeJS.ProcessEnv = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'deliver-'));
  const env: NodeJS.ProcessEnv = { ...makeCommandFiles(folder), RUNNER_TEMP: folder, ...more };
  vi.stubEnv('GITHUB_OUTPUT', env.GITHUB_OUTPUT);
  const logger = recordingLogger();
  const clock = new TestClock();
  const files = () => readCommandFiles(folder);
  return {
    folder,
    env,
    logger,
    clock,
    reporter: new Reporter(testRun({ env, logger, clock })),
    outputs: async () => (await files()).outputs,
    summary: async () => (await files()).summary,
  };
}

export type ReportOptions = Partial<Parameters<typeof buildReport>[1]> & {
  readonly end?: ActionError | null;
};

/** `end`: the error that aborted the run. */
export function reportOf(ledger: Ledger, { end = null, ...settings }: ReportOptions = {}) {
  const steps = { waitMs: 0, readsArtifacts: false };
  const usual = { mode: 'publish', failOn: 'any', api: 'assets', ...steps } as const;
  const report = buildReport(ledger, { ...usual, ...settings }, end);
  return report as Omit<Report, 'rows'> & { readonly rows: readonly ResultRow[] };
}
