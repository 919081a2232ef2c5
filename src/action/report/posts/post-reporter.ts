// Reports a run of the post action: results file, preview, outputs, summary, annotations, in this order. A failed step
// skips no other.

import { appendFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Clock, Env } from '../../../deps.ts';
import { messageOf } from '../../../errors.ts';
import { buildPreview } from '../../../post/preview.ts';
import type { Logger } from '../../log/logger.ts';
import type { CollectedPost } from '../../posts/inspect-post.ts';
import { hasOutputFile, warnAboutTruncation, writeOutput } from '../outputs.ts';
import { writePage } from '../page/write-page.ts';
import type { Annotation } from '../report.ts';
import { ResultsFile } from '../results-file.ts';
import { tryStep, writeAnnotations } from '../write-annotations.ts';
import { buildPostOutputs, POST_OUTPUTS } from './post-outputs.ts';
import { buildPostSections } from './post-page.ts';
import type { PostReport } from './post-report.ts';
import { buildPostRows, type PostRun } from './post-rows.ts';
import { buildPostSummary } from './post-summary.ts';

interface PostReporterOptions {
  readonly env: Env;
  readonly logger: Logger;
  readonly wantsSummary: boolean;
}

interface PageRun {
  /** In the order of the previews. */
  readonly collected: readonly CollectedPost[];
  readonly clock: Clock;
  /** After `deliver`, without pictures; sets the output. */
  readonly isCancelled?: boolean;
}

export class PostReporter {
  readonly #env: Env;
  readonly #logger: Logger;
  readonly #wantsSummary: boolean;
  #resultsFile: ResultsFile | null = null;
  #previewFile = '';
  #pageFile = '';
  #isWritten = false;

  constructor({ env, logger, wantsSummary }: PostReporterOptions) {
    this.#env = env;
    this.#logger = logger;
    this.#wantsSummary = wantsSummary;
  }

  /** Names the results file before anything is sent, and keeps it current, in case the run is killed. */
  observe(run: PostRun): void {
    const update = () => {
      try {
        this.#openResultsFile().write(buildPostRows(run));
      } catch {
        // An error that persists is reported at the end of the run.
      }
    };
    update();
    if (hasOutputFile(this.#env)) writeOutput('results-file', this.#resultsFile?.path ?? '');
    run.ledger.subscribe(update);
  }

  /** Writes the page, before `deliver`. A page that cannot be written is no reason to fail. */
  async writePage(
    { headline, mode, previews, annotations }: PostReport,
    { collected, clock, isCancelled = false }: PageRun,
  ): Promise<void> {
    try {
      const posts = previews.flatMap((preview, index) => {
        const post = collected[index];
        return post === undefined ? [] : [{ preview, collected: post }];
      });
      const title = mode === 'plan' ? 'Plan of the LinkedIn posts' : 'LinkedIn posts';
      const errors = annotations.filter(({ file }) => file === undefined);
      const content = {
        title,
        headline,
        errors,
        cards: [],
        sections: buildPostSections(posts, !isCancelled),
      };
      const { path: results } = this.#openResultsFile();
      this.#pageFile = await writePage(content, { results, clock, isCancelled });
      if (isCancelled && hasOutputFile(this.#env)) writeOutput('page-file', this.#pageFile);
    } catch (error) {
      this.#logger.warning(`the page could not be written: ${messageOf(error)}`);
    }
  }

  /** Returns the exit code of the step. The report of a later error does not overwrite the outputs. */
  deliver(report: PostReport): number {
    const writeErrors = this.#isWritten ? [] : this.#writeAll(report);
    writeAnnotations([...writeErrors, ...report.annotations], {
      ...report,
      logger: this.#logger,
      title: report.mode === 'plan' ? 'Plan' : 'LinkedIn post',
    });
    return report.failed || writeErrors.length > 0 ? 1 : 0;
  }

  #writeAll(report: PostReport): Annotation[] {
    this.#isWritten = true;
    return [
      tryStep('results file', () => this.#openResultsFile().writeFinal(report.rows)),
      tryStep('preview', () => this.#writePreview(report)),
      tryStep('outputs', () => this.#setOutputs(report)),
      tryStep('job summary', () => this.#writeSummary(report)),
    ].flatMap((annotation) => annotation ?? []);
  }

  #openResultsFile(): ResultsFile {
    if (this.#resultsFile === null) {
      this.#resultsFile = new ResultsFile(this.#env);
      this.#logger.info(`results file: ${this.#resultsFile.path}`);
    }
    return this.#resultsFile;
  }

  /** Without posts there is nothing to preview, but a comment on a pull request may say so. */
  #writePreview({ previews }: PostReport): void {
    const results = this.#resultsFile?.path ?? '';
    if (results === '') return;
    // `results` has slashes on Windows too.
    const previewFile = `${path.posix.dirname(results)}/preview.md`;
    writeFileSync(previewFile, buildPreview(previews));
    this.#previewFile = previewFile;
  }

  #setOutputs(report: PostReport): void {
    const results = this.#resultsFile?.path ?? '';
    const { values, truncated } = buildPostOutputs(report, {
      results,
      preview: this.#previewFile,
      page: this.#pageFile,
    });
    warnAboutTruncation(truncated, results, this.#logger);
    let isWritten = false;
    try {
      if (hasOutputFile(this.#env)) {
        for (const name of POST_OUTPUTS) writeOutput(name, values[name]);
        isWritten = true;
      }
    } finally {
      // Without an output file, or when the write fails, the log has the outputs.
      if (!isWritten)
        for (const [name, value] of Object.entries(values)) this.#logger.info(`output ${name}: ${value}`);
    }
  }

  #writeSummary(report: PostReport): void {
    const { GITHUB_STEP_SUMMARY } = this.#env;
    if (this.#wantsSummary && GITHUB_STEP_SUMMARY)
      appendFileSync(GITHUB_STEP_SUMMARY, buildPostSummary(report));
  }
}
