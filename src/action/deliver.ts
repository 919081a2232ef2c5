// The end of a run, good or bad: results file, outputs, summary, annotations, in that order, whatever fails.

import { appendFileSync } from 'node:fs';
import type { Clock } from '../deps.ts';
import { ActionError } from '../errors.ts';
import type { Ledger } from '../publish/ledger.ts';
import type { Env } from './inputs.ts';
import { nameResultsFile, outputsOf, writeOutputs } from './outputs.ts';
import { type PlanShown, planLines, planTotals } from './plan-table.ts';
import { followProgress } from './progress.ts';
import { type Problem, type Report, rowsOf } from './report.ts';
import { ResultsFile } from './results-file.ts';
import type { Say } from './say.ts';
import { buildSummary } from './summary.ts';
import { count } from './units.ts';

interface DeskOptions {
  readonly env: Env;
  readonly say: Say;
  readonly clock: Clock;
  readonly wantsSummary: boolean;
}

// The runner keeps ten annotations of a kind a step; the last one is for the total.
const ANNOTATIONS = 9;

export class Desk {
  readonly #env: Env;
  readonly #say: Say;
  readonly #clock: Clock;
  readonly #wantsSummary: boolean;
  #resultsFile: ResultsFile | null = null;

  constructor({ env, say, clock, wantsSummary }: DeskOptions) {
    this.#env = env;
    this.#say = say;
    this.#clock = clock;
    this.#wantsSummary = wantsSummary;
  }

  /** Made on first use, and named in the log and the outputs at once: it is known however the run ends. */
  get resultsFile(): ResultsFile {
    if (this.#resultsFile === null) {
      this.#resultsFile = new ResultsFile(this.#env);
      this.#say.info(`results are kept in ${this.#resultsFile.path}`);
      if (this.#env.GITHUB_OUTPUT) nameResultsFile(this.#resultsFile.path);
    }
    return this.#resultsFile;
  }

  /** Runs `work` with the log, and the results file, following the ledger meanwhile. */
  async follow(ledger: Ledger, api: string, work: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    const until = { clock: this.#clock, signal: over.signal };
    const following = [
      followProgress(ledger, { say: this.#say, ...until }),
      this.resultsFile.keepCurrent(ledger, { rows: () => rowsOf(ledger, api), ...until }),
    ];
    try {
      await work();
    } finally {
      over.abort();
      await Promise.all(following);
    }
  }

  /** Returns the exit code of the step; `plan` is shown when it is what the run was for. */
  deliver(report: Report, plan?: PlanShown): number {
    const shown = report.mode === 'plan' ? (plan ?? null) : null;
    const faults = [
      this.#attempt('outputs', () => this.#setOutputs(report)),
      this.#attempt('job summary', () => this.#wantsSummary && this.#addSummary(buildSummary(report, shown))),
    ].flatMap((fault) => fault ?? []);
    if (shown !== null) for (const line of [...planLines(shown), planTotals(shown)]) this.#say.info(line);
    this.#annotate(report);
    for (const { message, hint } of faults)
      this.#say.error(`${message}. ${hint}`, { title: 'OUTPUT_FAILED' });
    return report.failed || faults.length > 0 ? 1 : 0;
  }

  #setOutputs(report: Report): void {
    this.resultsFile.write(report.rows);
    const { values, cut } = outputsOf(report, this.resultsFile.path);
    for (const name of cut) {
      const text = `the output ${name} is cut to 100 KiB; ${this.resultsFile.path} (output results-file) has every row`;
      this.#say.warning(text, { title: `output ${name}` });
    }
    // Outside a runner there is nobody to hand them to.
    if (this.#env.GITHUB_OUTPUT) writeOutputs(values);
    else for (const [name, value] of Object.entries(values)) this.#say.info(`output ${name}: ${value}`);
  }

  #addSummary(markdown: string): void {
    if (this.#env.GITHUB_STEP_SUMMARY) appendFileSync(this.#env.GITHUB_STEP_SUMMARY, markdown);
  }

  #attempt(what: string, work: () => unknown): ActionError | null {
    try {
      work();
      return null;
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      return new ActionError('OUTPUT_FAILED', `the ${what} could not be written: ${text}`, { cause });
    }
  }

  #annotate({ problems, headline, failed, rows, mode }: Report): void {
    for (const problem of problems.slice(0, ANNOTATIONS)) this.#tell(problem);
    for (const problem of problems.slice(ANNOTATIONS)) this.#say.info(`${problem.message}. ${problem.hint}`);
    this.#noticeUnverified(rows.filter(({ state }) => state === 'unverified').length);
    const more =
      problems.length > ANNOTATIONS ? `; all ${problems.length} problems are in the log and the summary` : '';
    if (!failed) this.#say.info(headline);
    else if (rows.length === 0) return;
    else this.#say.error(`${headline}${more}`, { title: mode === 'plan' ? 'Plan' : 'LinkedIn upload' });
  }

  #tell({ title, message, hint, file }: Problem): void {
    this.#say.error(`${message}. ${hint}`, { title, ...(file === undefined ? {} : { file }) });
  }

  #noticeUnverified(files: number): void {
    if (files === 0) return;
    this.#say.notice(
      `${count(files, 'file')} uploaded whose status this token may not read, so LinkedIn's processing is not confirmed`,
      { title: 'Status not readable' },
    );
  }
}
