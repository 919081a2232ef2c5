// The end of a run, good or bad: results file, outputs, summary, annotations, in that order, whatever fails.

import { appendFileSync, existsSync } from 'node:fs';
import type { Clock, Env } from '../../deps.ts';
import { ActionError, toActionError } from '../../errors.ts';
import { pluralize } from '../../format.ts';
import type { Ledger } from '../../publish/ledger.ts';
import { escapeForLog, type Logger } from '../log/logger.ts';
import { logProgress } from '../log/progress.ts';
import { buildOutputs, hasOutputFile, writeOutput, writeOutputs } from './outputs.ts';
import { type PlanView, planLines, planTotals } from './plan-table.ts';
import { writePostsFile } from './posts-file.ts';
import { type Annotation, formatAnnotation, type Report, withHint } from './report.ts';
import { ResultsFile } from './results-file.ts';
import { iterateRows } from './rows.ts';
import { buildSummary } from './summary.ts';

interface ReporterOptions {
  readonly env: Env;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly wantsSummary: boolean;
}

/** The id that the workflow gives the step; the runner makes up others, with underscores in front. */
function stepId({ GITHUB_ACTION: id = '' }: Env): string | null {
  return /^(?!__)[A-Za-z_][\w-]*$/.test(id) ? id : null;
}

/** A manifest that nothing was written to is none yet. */
function pathIfExists(path: string | null): string | null {
  return path !== null && existsSync(path) ? path : null;
}

// The runner keeps ten annotations of a kind a step; the last one is for the total.
const MAX_ANNOTATIONS = 9;

export class Reporter {
  readonly #env: Env;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #wantsSummary: boolean;
  #resultsFile: ResultsFile | null = null;
  #postsFile = '';
  #isWritten = false;

  constructor({ env, logger, clock, wantsSummary }: ReporterOptions) {
    this.#env = env;
    this.#logger = logger;
    this.#clock = clock;
    this.#wantsSummary = wantsSummary;
  }

  /**
   * Runs `work` with the log, and the results file, following the ledger meanwhile. What `work` throws is a bug: it ends
   * up in the ledger as what stopped the run, so that no URN is lost to it.
   */
  async observe(ledger: Ledger, api: string, work: () => Promise<void>): Promise<void> {
    const finished = new AbortController();
    const until = { clock: this.#clock, signal: finished.signal };
    const resultsFile = this.#announceResultsFile();
    // Settled, not all: a fault of the log must not end the run.
    const observers = Promise.allSettled([
      logProgress(ledger, { logger: this.#logger, ...until }),
      resultsFile?.keepUpdated(ledger, { rows: () => iterateRows(ledger, api), ...until }),
    ]);
    try {
      await work();
    } catch (error) {
      ledger.stop(toActionError(error));
    } finally {
      finished.abort();
      await observers;
    }
  }

  /** Returns the exit code of the step; `plan` is shown when it is what the run was for. */
  deliver(report: Report, plan?: PlanView): number {
    const shown = report.mode === 'plan' && plan !== undefined && report.rows.length > 0 ? plan : null;
    const writeErrors = this.#isWritten ? [] : this.#writeAll(report, shown);
    if (shown !== null) for (const line of [...planLines(shown), planTotals(shown)]) this.#logger.info(line);
    this.#noticeUnverified(report.rows.filter(({ state }) => state === 'unverified').length);
    this.#writeAnnotations(report, [...writeErrors, ...report.annotations]);
    return report.failed || writeErrors.length > 0 ? 1 : 0;
  }

  /** After a signal the manifest is written after the outputs, which do not name a file that is not there yet. */
  nameManifest({ manifestFile }: Report): void {
    if (hasOutputFile(this.#env)) writeOutput('manifest-file', pathIfExists(manifestFile) ?? '');
  }

  /** Once: a bug that is met after this must not put the report of itself in the place of what was uploaded. */
  #writeAll(report: Report, planView: PlanView | null): Annotation[] {
    this.#isWritten = true;
    return [
      this.#tryStep('results file', () => this.#openResultsFile().writeFinal(report.rows)),
      this.#tryStep('posts file', () => this.#writePosts(report)),
      this.#tryStep('outputs', () => this.#setOutputs(report)),
      this.#tryStep(
        'job summary',
        () => this.#wantsSummary && this.#addSummary(buildSummary(report, planView, stepId(this.#env))),
      ),
    ].flatMap((annotation) => annotation ?? []);
  }

  /** Before anything is sent, so that it is known however the run ends. What fails here fails at the end too, and is told then. */
  #announceResultsFile(): ResultsFile | null {
    try {
      const { path } = this.#openResultsFile();
      if (hasOutputFile(this.#env)) writeOutput('results-file', path);
    } catch {
      // The last try, at the end of the run, is not forgiven.
    }
    return this.#resultsFile;
  }

  #openResultsFile(): ResultsFile {
    if (this.#resultsFile === null) {
      this.#resultsFile = new ResultsFile(this.#env);
      this.#logger.info(`results are kept in ${this.#resultsFile.path}`);
    }
    return this.#resultsFile;
  }

  #writePosts({ posts }: Report): void {
    this.#postsFile = writePostsFile(posts, this.#resultsFile?.path ?? '');
  }

  #setOutputs(report: Report): void {
    const path = this.#resultsFile?.path ?? '';
    const finalReport = { ...report, manifestFile: pathIfExists(report.manifestFile) };
    const { values, truncated } = buildOutputs(finalReport, { results: path, posts: this.#postsFile });
    const where = path === '' ? '' : `; ${path} (output results-file) has every row`;
    for (const name of truncated)
      this.#logger.warning(`the output ${name} is cut to 100 KiB${where}`, { title: `output ${name}` });
    let isWritten = false;
    try {
      if (hasOutputFile(this.#env)) {
        writeOutputs(values);
        isWritten = true;
      }
    } finally {
      // Outside a runner, or when it cannot be written to, the log is what remains.
      if (!isWritten) this.#logOutputs(finalReport, path);
    }
  }

  /** All but the media artifacts: their addresses are credentials, and a log is for all to read. */
  #logOutputs(report: Report, path: string): void {
    const rows = report.rows.map(({ artifacts: _, ...row }) => row);
    const { values } = buildOutputs({ ...report, rows }, { results: path, posts: this.#postsFile });
    for (const [name, value] of Object.entries(values)) this.#logger.info(`output ${name}: ${value}`);
  }

  #addSummary(markdown: string): void {
    if (this.#env.GITHUB_STEP_SUMMARY) appendFileSync(this.#env.GITHUB_STEP_SUMMARY, markdown);
  }

  #tryStep(what: string, work: () => unknown): Annotation | null {
    try {
      work();
      return null;
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      const error = new ActionError('OUTPUT_FAILED', `the ${what} could not be written: ${text}`, { cause });
      return { title: error.code, message: error.message, hint: error.hint };
    }
  }

  #writeAnnotations({ headline, failed, rows, mode }: Report, annotations: readonly Annotation[]): void {
    for (const annotation of annotations.slice(0, MAX_ANNOTATIONS)) this.#writeAnnotation(annotation);
    const others = annotations.slice(MAX_ANNOTATIONS);
    for (const annotation of others) this.#logger.info(withHint(annotation));
    const title = mode === 'plan' ? 'Plan' : 'LinkedIn upload';
    if (others.length > 0)
      this.#logger.error(`${headline}; all ${annotations.length} problems are in the log`, { title });
    else if (failed && rows.length > 0) this.#logger.error(headline, { title });
    else this.#logger.info(headline);
  }

  /** The runner cuts the line of the log with the annotation: what was too long for it is told whole before. */
  #writeAnnotation(annotation: Annotation): void {
    const { title, file } = annotation;
    const text = formatAnnotation(annotation);
    if (text.length < escapeForLog(withHint(annotation)).length) this.#logger.info(withHint(annotation));
    this.#logger.error(text, { title, ...(file === undefined ? {} : { file }) });
  }

  #noticeUnverified(files: number): void {
    if (files === 0) return;
    const text = `${pluralize(files, 'file')} uploaded, but this token may not read the status: LinkedIn's processing is not confirmed`;
    this.#logger.notice(text, { title: 'Status not readable' });
  }
}
