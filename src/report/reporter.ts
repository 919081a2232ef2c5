// Reports a run of either action: results file, preview, outputs, summary, annotations, in this order. A failed step
// skips no other.

import { appendFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { sleepUnlessAborted } from '../clock.ts';
import { ActionError, messageOf, toActionError } from '../errors/action-error.ts';
import { formatInstant } from '../format.ts';
import { originOf, runUrl } from '../github/run-page.ts';
import { rawInput } from '../inputs/secrets.ts';
import { toPosixPath } from '../media/find/workspace.ts';
import type { Run } from '../run.ts';
import type { Ledger } from '../upload/ledger.ts';
import { type Annotation, toAnnotation } from './annotations.ts';
import { logErrors } from './log/logger.ts';
import { follow, inGroup, withProgress } from './log/progress.ts';
import { renderCode } from './markdown.ts';
import { formatOutputs, type OutputValues, setOutputs, writeResultsFile } from './outputs.ts';
import { buildPage } from './page/page.ts';
import type { Report } from './report.ts';
import { formatVerdict } from './row-view.ts';
import { buildSummary } from './summary.ts';
import { buildResultRow, type ResultRow } from './uploads/result-row.ts';

/** GitHub takes comments of 65,536 characters, and the workflow adds a line. */
const MAX_PREVIEW_BYTES = 64_000;

const REFRESH_INTERVAL_MS = 3000;

export class Reporter {
  readonly #run: Run;
  // Paths, empty until the file exists.
  #resultsFile = '';
  #pageFile = '';
  #previewFile = '';
  #isWritten = false;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Log and results file follow the ledger during `work`, whose errors are bugs: the ledger records them, so no URN is lost. */
  async observe(ledger: Ledger, api: ResultRow['api'], work: () => Promise<void>): Promise<void> {
    const { logger } = this.#run;
    try {
      await this.keepResults(
        () => ledger.items.map((item) => buildResultRow(item, api)),
        () => withProgress(ledger, this.#run, () => inGroup(ledger, logger, work)),
      );
    } catch (error) {
      ledger.fail(toActionError(error));
    }
  }

  /** Runs `work` while the results file has the current rows, in case the run is killed. */
  async keepResults<T>(rows: () => Iterable<object>, work: () => Promise<T>): Promise<T> {
    return await follow(work, (signal) => this.#refresh(rows, signal));
  }

  /** Writes `rows` immediately, then every few seconds, and a last time when `signal` aborts. */
  async #refresh(rows: () => Iterable<object>, signal: AbortSignal): Promise<void> {
    const { clock, env } = this.#run;
    for (;;) {
      try {
        const file = this.#openResultsFile();
        setOutputs({ 'results-file': file }, env);
        writeResultsFile(file, rows());
      } catch {
        // An error that persists, such as a full disk, is reported at the end of the run.
      }
      if (signal.aborted) return;
      await sleepUnlessAborted(clock, REFRESH_INTERVAL_MS, signal);
    }
  }

  /** Writes the page next to the results file, before `writeReport`. A page that cannot be written does not fail the step. */
  async writePage(report: Report): Promise<void> {
    const { env, logger, clock } = this.#run;
    const { page, title, headline, annotations } = report;
    if (page === null) return;
    const time = formatInstant(new Date(clock.epochMs()).toISOString());
    const head = {
      ...report,
      title: `${headline} · ${title}`,
      origin: [...originOf(env), { text: time, url: null }],
      errors: annotations.filter(({ file }) => file === undefined),
    };
    let pageFile = '';
    try {
      const folder = path.dirname(this.#openResultsFile());
      pageFile = path.join(folder, pageName(folder, env));
      // A stream that opens its file itself can create it after the removal below.
      const file = await open(pageFile, 'w');
      // The next pictures are encoded while one is written.
      await pipeline(buildPage(head, page), file.createWriteStream({ highWaterMark: 1_000_000 }));
      this.#pageFile = toPosixPath(pageFile);
    } catch (error) {
      logger.warning(`the page could not be written: ${messageOf(error)}`);
      // The results may need the space.
      rmSync(pageFile, { force: true });
    }
  }

  /** Returns the exit code of the step. The report of a later bug does not overwrite the outputs. */
  writeReport(report: Report): number {
    const { logger } = this.#run;
    const { rows } = report;
    const writeErrors = this.#isWritten ? [] : this.#writeFiles(report);
    this.#isWritten = true;
    for (const line of report.lines) logger.info(line);
    for (const { title, text, isWarning = false } of report.notices)
      logger[isWarning ? 'warning' : 'notice'](text, { title });
    const errors = [...writeErrors, ...report.annotations];
    const more = logErrors(errors, logger);
    const verdict =
      formatVerdict(report) + (more > 0 ? `; all ${errors.length} errors are in the log` : '');
    if (more > 0 || (report.failed && rows !== null && rows.length > 0))
      logger.error(verdict, { title: report.title });
    else if (report.isVerdictWarning === true) logger.warning(verdict, { title: report.title });
    else if (report.isHeadlineLogged !== true) logger.info(verdict);
    return report.failed || writeErrors.length > 0 ? 1 : 0;
  }

  /** Returns an error for each part that could not be written. */
  #writeFiles(report: Report): Annotation[] {
    const { rows, outputs } = report;
    const parts = {
      'results file': () => rows !== null && writeResultsFile(this.#openResultsFile(), rows),
      preview: () => 'preview-file' in outputs && this.#writePreview(report),
      outputs: () => this.#setOutputs(report),
      'job summary': () => this.#writeSummary(report),
    };
    return Object.entries(parts).flatMap(([what, write]) => {
      try {
        write();
        return [];
      } catch (cause) {
        const text = `the ${what} could not be written: ${messageOf(cause)}`;
        return [toAnnotation(new ActionError('OUTPUT_FAILED', text, { cause }))];
      }
    });
  }

  #writePreview(report: Report): void {
    if (this.#resultsFile === '') return;
    // The path has slashes on Windows too.
    const previewFile = `${path.posix.dirname(this.#resultsFile)}/preview.md`;
    const options = { links: this.#links(report), maxBytes: MAX_PREVIEW_BYTES };
    writeFileSync(previewFile, buildSummary(report, options));
    this.#previewFile = previewFile;
  }

  /** A cancelled run writes its manifest after the outputs. */
  nameManifest(report: Report): void {
    setOutputs(manifestOutput(report), this.#run.env);
  }

  /** The log has the outputs if no runner accepts them, or if the write fails. */
  #setOutputs(report: Report): void {
    const { env, logger } = this.#run;
    const { rows } = report;
    const outputs: OutputValues = {
      ...report.outputs,
      ...manifestOutput(report),
      'results-file': this.#resultsFile,
      'page-file': report.page === null ? '' : this.#pageFile,
      ...('preview-file' in report.outputs && { 'preview-file': this.#previewFile }),
    };
    const { values, truncated } = formatOutputs(outputs);
    for (const name of truncated)
      logger.warning(
        `the output ${name} is truncated to 100 KiB; the file of the output results-file has all rows`,
        { title: `output ${name}` },
      );
    let isSet = false;
    try {
      isSet = setOutputs(values, env);
    } finally {
      if (!isSet) {
        // The log is public, and the URLs of media artifacts are credentials.
        const shown = rows?.map((row) => ({ ...row, artifacts: undefined })) ?? [];
        const logged = Object.entries(formatOutputs({ ...outputs, results: shown }).values);
        for (const [name, value] of logged) logger.info(`output ${name}: ${value}`);
      }
    }
  }

  #writeSummary(report: Report): void {
    const { env } = this.#run;
    // Reads the input itself, because it counts even if other inputs are invalid.
    if (/^false$/i.test(rawInput(env, 'summary')) || !env.GITHUB_STEP_SUMMARY) return;
    appendFileSync(env.GITHUB_STEP_SUMMARY, buildSummary(report, { links: this.#links(report) }));
  }

  /** The artifact of the page has no address yet, so the link leads to the artifacts of the run. */
  #links({ page }: Report): string[] {
    const url = runUrl(this.#run.env);
    if (url === null || page === null || this.#pageFile === '') return [];
    return [
      `[The page with the pictures](${url}#artifacts), if a step uploads ${renderCode('page-file')}`,
    ];
  }

  /** Creates the results file on the first call, in its own folder, so that two steps do not share it. @throws the disk's error */
  #openResultsFile(): string {
    const { env, logger } = this.#run;
    if (this.#resultsFile === '') {
      const folder = mkdtempSync(path.join(env.RUNNER_TEMP || tmpdir(), 'linkedin-media-'));
      const file = toPosixPath(path.join(folder, 'results.json'));
      // Later writes keep its mode, with which other users may read it.
      writeFileSync(file, '[]\n');
      this.#resultsFile = file;
      logger.info(`results file: ${file}`);
    }
    return this.#resultsFile;
  }
}

/**
 * An artifact that is not archived has the name of its file, and artifacts of one run need different names. The id of the step
 * alone is not unique: the jobs of a matrix share it. An id that the runner generates starts with underscores.
 */
function pageName(folder: string, { GITHUB_ACTION: id = '' }: NodeJS.ProcessEnv): string {
  const step = /^[A-Za-z][\w-]*$/.test(id) ? id : 'linkedin';
  return `${step}-${folder.slice(-6)}-page.html`;
}

/** Empty if the file does not exist, as before its first write. */
function manifestOutput({ outputs }: Report): Record<string, string> {
  const file = outputs['manifest-file'];
  return typeof file === 'string' ? { 'manifest-file': existsSync(file) ? file : '' } : {};
}
