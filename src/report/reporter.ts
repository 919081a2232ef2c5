// Reports the end of a run: results file, outputs, summary, annotations, in this order. A failed step skips no other.

import { existsSync } from 'node:fs';
import { toActionError } from '../errors.ts';
import { pluralize } from '../format.ts';
import type { Ledger } from '../upload/ledger.ts';
import { logProgress } from './log/progress.ts';
import { buildOutputs } from './outputs.ts';
import type { Annotation, Report } from './report.ts';
import { type ReporterOptions, StepReport } from './step-report.ts';
import { buildSummary } from './summary.ts';
import { buildCards } from './uploads/cards.ts';
import { type PlanView, planLines, planTotals } from './uploads/plan-table.ts';
import type { ResultRow } from './uploads/result-row.ts';
import { iterateRows } from './uploads/rows.ts';
import { tryStep, writeAnnotations } from './write-annotations.ts';

/** A manifest does not exist before its first write. */
function pathIfExists(path: string | null): string | null {
  return path !== null && existsSync(path) ? path : null;
}

export class Reporter {
  readonly #options: ReporterOptions;
  readonly #step: StepReport;
  #isWritten = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#step = new StepReport(options);
  }

  /**
   * Runs `work` while the log and the results file follow the ledger. An error that `work` throws is a bug, or a manifest
   * that could not be written. The ledger records it, so that no URN is lost.
   */
  async observe(ledger: Ledger, api: ResultRow['api'], work: () => Promise<void>): Promise<void> {
    const { clock, logger } = this.#options;
    const finished = new AbortController();
    const until = { clock, signal: finished.signal };
    const resultsFile = this.#step.announceResultsFile();
    // `allSettled`, not `all`: a logging error must not end the run.
    const observers = Promise.allSettled([
      logProgress(ledger, { logger, ...until }),
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

  /** Writes the page. Call it before `writeOutputs`; in a cancelled run after it, without pictures. */
  async writePage(report: Report, { entries }: Pick<Ledger, 'entries'>, isCancelled = false): Promise<void> {
    const { rows, mode, headline, annotations } = report;
    const errors = annotations.filter(({ file }) => file === undefined);
    const isPlan = mode === 'plan';
    const title = isPlan ? 'Plan of the LinkedIn upload' : 'LinkedIn upload';
    const cards = () => buildCards({ rows, entries, embedsPictures: !isCancelled, isPlan });
    await this.#step.writePage(() => ({ title, headline, errors, ...cards() }), isCancelled);
  }

  /** Returns the exit code of the step. `plan` is shown only in `mode: plan`. */
  writeOutputs(report: Report, plan?: PlanView): number {
    const { logger } = this.#options;
    const shown = report.mode === 'plan' && plan !== undefined && report.rows.length > 0 ? plan : null;
    const writeErrors = this.#isWritten ? [] : this.#writeAll(report, shown);
    if (shown !== null) for (const line of [...planLines(shown), ...planTotals(shown)]) logger.info(line);
    const unverified = report.rows.filter(({ state }) => state === 'unverified').length;
    if (unverified > 0) {
      const text = `${pluralize(unverified, 'file')} uploaded, but the token may not read the status: LinkedIn's processing is not confirmed`;
      logger.notice(text, { title: 'Status not readable' });
    }
    if (report.deferral !== null) logger.notice(report.deferral, { title: 'Files left for another day' });
    writeAnnotations([...writeErrors, ...report.annotations], {
      ...report,
      logger,
      title: report.mode === 'plan' ? 'Plan' : 'LinkedIn upload',
    });
    return report.failed || writeErrors.length > 0 ? 1 : 0;
  }

  /** After a signal, the manifest is written after the outputs, which do not name a missing file. */
  nameManifest({ manifestFile }: Report): void {
    this.#step.setOutput('manifest-file', pathIfExists(manifestFile) ?? '');
  }

  /** Runs once: the report of a later bug must not overwrite the upload results. */
  #writeAll(report: Report, planView: PlanView | null): Annotation[] {
    this.#isWritten = true;
    return [
      tryStep('results file', () => this.#step.openResultsFile().writeFinal(report.rows)),
      tryStep('outputs', () => this.#setOutputs(report)),
      tryStep('job summary', () => this.#writeSummary(report, planView)),
    ].flatMap((annotation) => annotation ?? []);
  }

  #setOutputs(report: Report): void {
    const { resultsPath: results, pagePath: page } = this.#step;
    const files = { results, page };
    const final = { ...report, manifestFile: pathIfExists(report.manifestFile) };
    this.#step.setOutputs(buildOutputs(final, files), () => {
      // The URLs of media artifacts are credentials.
      const rows = final.rows.map(({ artifacts: _, ...row }) => row);
      return buildOutputs({ ...final, rows }, files).values;
    });
  }

  #writeSummary(report: Report, planView: PlanView | null): void {
    const { GITHUB_ACTION = '' } = this.#options.env;
    // The runner generates the id of a step without one. A generated id starts with underscores.
    const stepId = /^(?!__)[A-Za-z_][\w-]*$/.test(GITHUB_ACTION) ? GITHUB_ACTION : null;
    this.#step.writeSummary(() => buildSummary(report, { plan: planView, stepId }));
  }
}
