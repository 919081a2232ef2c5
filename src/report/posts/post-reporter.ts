// Reports a run of the post action: results file, preview, outputs, summary, annotations, in this order. A failed step
// skips no other.

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PostFile } from '../../post/file/post-file.ts';
import type { Annotation } from '../report.ts';
import { type ReporterOptions, StepReport } from '../step-report.ts';
import { tryStep, writeAnnotations } from '../write-annotations.ts';
import { buildPostOutputs } from './post-outputs.ts';
import { buildPostSections } from './post-page.ts';
import type { PostReport } from './post-report.ts';
import { buildPostRows, type PostRunState } from './post-rows.ts';
import { buildPostSummary } from './post-summary.ts';
import { buildPreview } from './preview.ts';

export class PostReporter {
  readonly #options: ReporterOptions;
  readonly #step: StepReport;
  #previewFile = '';
  #isWritten = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.#step = new StepReport(options);
  }

  /** Names the results file before anything is sent, and keeps it current, in case the run is killed. */
  observe(run: PostRunState): void {
    const update = () => {
      try {
        this.#step.openResultsFile().write(buildPostRows(run));
      } catch {
        // An error that persists is reported at the end of the run.
      }
    };
    this.#step.announceResultsFile();
    update();
    run.ledger.subscribe(update);
  }

  /**
   * Writes the page. Call it before `writeOutputs`; in a cancelled run after it, without pictures. `collected`: in the order
   * of the previews.
   */
  async writePage(
    { headline, mode, previews, annotations }: PostReport,
    collected: readonly PostFile[],
    isCancelled = false,
  ): Promise<void> {
    const posts = previews.flatMap((preview, index) => {
      const post = collected[index];
      return post === undefined ? [] : [{ preview, collected: post }];
    });
    const title = mode === 'plan' ? 'Plan of the LinkedIn posts' : 'LinkedIn posts';
    const errors = annotations.filter(({ file }) => file === undefined);
    const sections = () => buildPostSections(posts, !isCancelled);
    await this.#step.writePage(() => ({ title, headline, errors, sections: sections() }), isCancelled);
  }

  /** Returns the exit code of the step. The report of a later error does not overwrite the outputs. */
  writeOutputs(report: PostReport): number {
    const writeErrors = this.#isWritten ? [] : this.#writeAll(report);
    writeAnnotations([...writeErrors, ...report.annotations], {
      ...report,
      logger: this.#options.logger,
      title: report.mode === 'plan' ? 'Plan' : 'LinkedIn post',
    });
    return report.failed || writeErrors.length > 0 ? 1 : 0;
  }

  #writeAll(report: PostReport): Annotation[] {
    this.#isWritten = true;
    return [
      tryStep('results file', () => this.#step.openResultsFile().writeFinal(report.rows)),
      tryStep('preview', () => this.#writePreview(report)),
      tryStep('outputs', () => this.#setOutputs(report)),
      tryStep('job summary', () => this.#step.writeSummary(() => buildPostSummary(report))),
    ].flatMap((annotation) => annotation ?? []);
  }

  /** Without posts there is nothing to preview, but a comment on a pull request may say so. */
  #writePreview({ previews }: PostReport): void {
    const { resultsPath } = this.#step;
    if (resultsPath === '') return;
    // It has slashes on Windows too.
    const previewFile = `${path.posix.dirname(resultsPath)}/preview.md`;
    writeFileSync(previewFile, buildPreview(previews));
    this.#previewFile = previewFile;
  }

  #setOutputs(report: PostReport): void {
    const { resultsPath: results, pagePath: page } = this.#step;
    this.#step.setOutputs(buildPostOutputs(report, { results, preview: this.#previewFile, page }));
  }
}
