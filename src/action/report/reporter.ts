// Reports the end of a run: results file, outputs, summary, annotations, in this order. A failed step skips no other.

import { appendFileSync, existsSync } from 'node:fs';
import type { Clock, Env } from '../../deps.ts';
import { messageOf, toActionError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import type { Ledger } from '../../publish/ledger.ts';
import type { Logger } from '../log/logger.ts';
import { logProgress } from '../log/progress.ts';
import { readFileLinks } from './checkout.ts';
import { buildOutputs, hasOutputFile, OUTPUTS, warnAboutTruncation, writeOutput } from './outputs.ts';
import { buildCards } from './page/cards.ts';
import { writePage } from './page/write-page.ts';
import { type PlanView, planLines, planTotals } from './plan-table.ts';
import type { Annotation, Report } from './report.ts';
import type { ResultRow } from './result-row.ts';
import { ResultsFile, writePostsFile } from './results-file.ts';
import { iterateRows } from './rows.ts';
import { buildSummary } from './summary.ts';
import { tryStep, writeAnnotations } from './write-annotations.ts';

interface ReporterOptions {
  readonly env: Env;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly wantsSummary: boolean;
}

/** A manifest does not exist before its first write. */
function pathIfExists(path: string | null): string | null {
  return path !== null && existsSync(path) ? path : null;
}

export class Reporter {
  readonly #env: Env;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #wantsSummary: boolean;
  #resultsFile: ResultsFile | null = null;
  #postsFile = '';
  #pageFile = '';
  #isWritten = false;

  constructor({ env, logger, clock, wantsSummary }: ReporterOptions) {
    this.#env = env;
    this.#logger = logger;
    this.#clock = clock;
    this.#wantsSummary = wantsSummary;
  }

  /**
   * Runs `work` while the log and the results file follow the ledger. An error that `work` throws is a bug, or a manifest
   * that could not be written. The ledger records it, so that no URN is lost.
   */
  async observe(ledger: Ledger, api: ResultRow['api'], work: () => Promise<void>): Promise<void> {
    const finished = new AbortController();
    const until = { clock: this.#clock, signal: finished.signal };
    const resultsFile = this.#announceResultsFile();
    // `allSettled`, not `all`: a logging error must not end the run.
    const observers = Promise.allSettled([
      logProgress(ledger, { logger: this.#logger, ...until }),
      resultsFile?.keepUpdated(ledger, { rows: () => iterateRows(ledger, api), ...until }),
    ]);
    try {
      await work();
    } catch (error) {
      ledger.fail(toActionError(error));
    } finally {
      finished.abort();
      await observers;
    }
  }

  /**
   * Writes the page next to the results file, before `deliver`. `isCancelled`: after it, without pictures, and sets the
   * output. A page that cannot be written is no reason to fail.
   */
  async writePage(report: Report, { entries }: Pick<Ledger, 'entries'>, isCancelled = false): Promise<void> {
    const { rows, mode, headline, annotations } = report;
    try {
      const { path: results } = this.#openResultsFile();
      const cards = buildCards({ rows, entries, embedsPictures: !isCancelled, isPlan: mode === 'plan' });
      const errors = annotations.filter(({ file }) => file === undefined);
      const title = mode === 'plan' ? 'Plan of the LinkedIn upload' : 'LinkedIn upload';
      const content = { title, headline, errors, cards };
      this.#pageFile = await writePage(content, { results, clock: this.#clock, isCancelled });
      if (isCancelled && hasOutputFile(this.#env)) writeOutput('page-file', this.#pageFile);
    } catch (error) {
      this.#logger.warning(`the page could not be written: ${messageOf(error)}`);
    }
  }

  /** Returns the exit code of the step. `plan` is shown only in `mode: plan`. */
  deliver(report: Report, plan?: PlanView): number {
    const shown = report.mode === 'plan' && plan !== undefined && report.rows.length > 0 ? plan : null;
    const writeErrors = this.#isWritten ? [] : this.#writeAll(report, shown);
    if (shown !== null)
      for (const line of [...planLines(shown), ...planTotals(shown)]) this.#logger.info(line);
    const unverified = report.rows.filter(({ state }) => state === 'unverified').length;
    if (unverified > 0) {
      const text = `${pluralize(unverified, 'file')} uploaded, but the token may not read the status: LinkedIn's processing is not confirmed`;
      this.#logger.notice(text, { title: 'Status not readable' });
    }
    if (report.deferral !== null)
      this.#logger.notice(report.deferral, { title: 'Files left for another day' });
    writeAnnotations([...writeErrors, ...report.annotations], {
      ...report,
      logger: this.#logger,
      title: report.mode === 'plan' ? 'Plan' : 'LinkedIn upload',
    });
    return report.failed || writeErrors.length > 0 ? 1 : 0;
  }

  /** After a signal, the manifest is written after the outputs, which do not name a missing file. */
  nameManifest({ manifestFile }: Report): void {
    if (hasOutputFile(this.#env)) writeOutput('manifest-file', pathIfExists(manifestFile) ?? '');
  }

  /** Runs once: the report of a later bug must not overwrite the upload results. */
  #writeAll(report: Report, planView: PlanView | null): Annotation[] {
    this.#isWritten = true;
    return [
      tryStep('results file', () => this.#openResultsFile().writeFinal(report.rows)),
      tryStep('posts file', () => {
        this.#postsFile = writePostsFile(report.posts, this.#resultsFile?.path ?? '');
      }),
      tryStep('outputs', () => this.#setOutputs(report)),
      tryStep('job summary', () => this.#writeSummary(report, planView)),
    ].flatMap((annotation) => annotation ?? []);
  }

  /** Called before anything is sent, so that the path is known even if the run is killed. */
  #announceResultsFile(): ResultsFile | null {
    try {
      const { path } = this.#openResultsFile();
      if (hasOutputFile(this.#env)) writeOutput('results-file', path);
    } catch {
      // An error that persists is reported at the end of the run.
    }
    return this.#resultsFile;
  }

  #openResultsFile(): ResultsFile {
    if (this.#resultsFile === null) {
      this.#resultsFile = new ResultsFile(this.#env);
      this.#logger.info(`results file: ${this.#resultsFile.path}`);
    }
    return this.#resultsFile;
  }

  #setOutputs(report: Report): void {
    const { results } = this.#files;
    const finalReport = { ...report, manifestFile: pathIfExists(report.manifestFile) };
    const { values, truncated } = buildOutputs(finalReport, this.#files);
    warnAboutTruncation(truncated, results, this.#logger);
    let isWritten = false;
    try {
      if (hasOutputFile(this.#env)) {
        for (const name of OUTPUTS) writeOutput(name, values[name]);
        isWritten = true;
      }
    } finally {
      // Without an output file, or when the write fails, the log has the outputs.
      if (!isWritten) this.#logOutputs(finalReport);
    }
  }

  get #files() {
    return { results: this.#resultsFile?.path ?? '', posts: this.#postsFile, page: this.#pageFile };
  }

  /** Omits the media artifacts: their URLs are credentials, and the log is public. */
  #logOutputs(report: Report): void {
    const rows = report.rows.map(({ artifacts: _, ...row }) => row);
    const { values } = buildOutputs({ ...report, rows }, this.#files);
    for (const [name, value] of Object.entries(values)) this.#logger.info(`output ${name}: ${value}`);
  }

  #writeSummary(report: Report, planView: PlanView | null): void {
    const { GITHUB_ACTION = '', GITHUB_STEP_SUMMARY } = this.#env;
    if (!this.#wantsSummary || !GITHUB_STEP_SUMMARY) return;
    // The runner generates the id of a step without one. A generated id starts with underscores.
    const stepId = /^(?!__)[A-Za-z_][\w-]*$/.test(GITHUB_ACTION) ? GITHUB_ACTION : null;
    const links = readFileLinks(this.#env);
    appendFileSync(GITHUB_STEP_SUMMARY, buildSummary(report, { plan: planView, stepId, links }));
  }
}
