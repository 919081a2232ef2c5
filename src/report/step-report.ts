// Where a step writes its report, in both actions: the results file and the page next to it, the outputs, the job summary.

import { appendFileSync } from 'node:fs';
import type { Clock, Env } from '../deps.ts';
import { messageOf } from '../errors.ts';
import type { Logger } from './log/logger.ts';
import { hasOutputFile, writeOutput } from './outputs.ts';
import type { PageContent } from './page/page.ts';
import { writePage } from './page/write-page.ts';
import { ResultsFile } from './results-file.ts';

export interface ReporterOptions {
  readonly env: Env;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly wantsSummary: boolean;
}

interface NamedOutputs {
  readonly values: Readonly<Record<string, string>>;
  /** Outputs whose last entries were cut off. */
  readonly truncated: readonly string[];
}

export class StepReport {
  readonly #options: ReporterOptions;
  #resultsFile: ResultsFile | null = null;
  #pageFile = '';

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Empty if the results file could not be opened. */
  get resultsPath(): string {
    return this.#resultsFile?.path ?? '';
  }

  /** Empty without a page. */
  get pagePath(): string {
    return this.#pageFile;
  }

  /** Opens the results file on the first call. @throws the error of the disk */
  openResultsFile(): ResultsFile {
    if (this.#resultsFile === null) {
      this.#resultsFile = new ResultsFile(this.#options.env);
      this.#options.logger.info(`results file: ${this.#resultsFile.path}`);
    }
    return this.#resultsFile;
  }

  /** Called before anything is sent, so that the path is known even if the run is killed. */
  announceResultsFile(): ResultsFile | null {
    try {
      const { path } = this.openResultsFile();
      this.setOutput('results-file', path);
    } catch {
      // An error that persists is reported at the end of the run.
    }
    return this.#resultsFile;
  }

  /**
   * Writes the page next to the results file. If `isCancelled`, the other outputs are already written, so it sets
   * `page-file` itself. A page that cannot be written does not fail the step.
   */
  async writePage(build: () => PageContent, isCancelled: boolean): Promise<void> {
    const { clock, logger } = this.#options;
    try {
      const { path: results } = this.openResultsFile();
      this.#pageFile = await writePage(build(), { results, clock, isCancelled });
      if (isCancelled) this.setOutput('page-file', this.#pageFile);
    } catch (error) {
      logger.warning(`the page could not be written: ${messageOf(error)}`);
    }
  }

  /** Without an output file, or when the write fails, the log has the outputs: `shown`, because the log is public. */
  setOutputs({ values, truncated }: NamedOutputs, shown = () => values): void {
    const { env, logger } = this.#options;
    const where =
      this.resultsPath === '' ? '' : `; ${this.resultsPath} (output results-file) contains every row`;
    for (const name of truncated)
      logger.warning(`the output ${name} is truncated to 100 KiB${where}`, { title: `output ${name}` });
    let isWritten = false;
    try {
      if (hasOutputFile(env)) {
        for (const [name, value] of Object.entries(values)) writeOutput(name, value);
        isWritten = true;
      }
    } finally {
      if (!isWritten)
        for (const [name, value] of Object.entries(shown())) logger.info(`output ${name}: ${value}`);
    }
  }

  /** The runner uses the last value of an output. */
  setOutput(name: string, value: string): void {
    if (hasOutputFile(this.#options.env)) writeOutput(name, value);
  }

  writeSummary(build: () => string): void {
    const { env, wantsSummary } = this.#options;
    if (wantsSummary && env.GITHUB_STEP_SUMMARY) appendFileSync(env.GITHUB_STEP_SUMMARY, build());
  }
}
