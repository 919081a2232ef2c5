// The end of a run, good or bad: results file, outputs, summary, annotations, in that order, whatever fails.

import { appendFileSync, existsSync } from 'node:fs';
import type { Clock, Env } from '../deps.ts';
import { ActionError, toActionError } from '../errors.ts';
import { pluralize } from '../format.ts';
import type { Ledger } from '../publish/ledger.ts';
import { outputsOf, takesOutputs, writeOutput, writeOutputs } from './outputs.ts';
import { type PlanShown, planLines, planTotals } from './plan-table.ts';
import { writePosts } from './posts-file.ts';
import { followProgress } from './progress.ts';
import { annotationOf, type Problem, type Report, withHint } from './report.ts';
import { ResultsFile } from './results-file.ts';
import { eachRow } from './rows.ts';
import { harmless, type Say } from './say.ts';
import { buildSummary } from './summary.ts';

interface DeskOptions {
  readonly env: Env;
  readonly say: Say;
  readonly clock: Clock;
  readonly wantsSummary: boolean;
}

/** The id that the workflow gives the step; the runner makes up others, with underscores in front. */
function stepId({ GITHUB_ACTION: id = '' }: Env): string | null {
  return /^(?!__)[A-Za-z_][\w-]*$/.test(id) ? id : null;
}

/** A manifest that nothing was written to is none yet. */
function presentOrNull(path: string | null): string | null {
  return path !== null && existsSync(path) ? path : null;
}

// The runner keeps ten annotations of a kind a step; the last one is for the total.
const ANNOTATIONS = 9;

export class Desk {
  readonly #env: Env;
  readonly #say: Say;
  readonly #clock: Clock;
  readonly #wantsSummary: boolean;
  #resultsFile: ResultsFile | null = null;
  #postsFile = '';
  #isWritten = false;

  constructor({ env, say, clock, wantsSummary }: DeskOptions) {
    this.#env = env;
    this.#say = say;
    this.#clock = clock;
    this.#wantsSummary = wantsSummary;
  }

  /**
   * Runs `work` with the log, and the results file, following the ledger meanwhile. What `work` throws is a bug: it ends
   * up in the ledger as what stopped the run, so that no URN is lost to it.
   */
  async follow(ledger: Ledger, api: string, work: () => Promise<void>): Promise<void> {
    const over = new AbortController();
    const until = { clock: this.#clock, signal: over.signal };
    const resultsFile = this.#nameResultsFile();
    // Settled, not all: a fault of the log must not end the run.
    const following = Promise.allSettled([
      followProgress(ledger, { say: this.#say, ...until }),
      resultsFile?.keepCurrent(ledger, { rows: () => eachRow(ledger, api), ...until }),
    ]);
    try {
      await work();
    } catch (error) {
      ledger.stop(toActionError(error));
    } finally {
      over.abort();
      await following;
    }
  }

  /** Returns the exit code of the step; `plan` is shown when it is what the run was for. */
  deliver(report: Report, plan?: PlanShown): number {
    const shown = report.mode === 'plan' && plan !== undefined && report.rows.length > 0 ? plan : null;
    const faults = this.#isWritten ? [] : this.#write(report, shown);
    if (shown !== null) for (const line of [...planLines(shown), planTotals(shown)]) this.#say.info(line);
    this.#noticeUnverified(report.rows.filter(({ state }) => state === 'unverified').length);
    this.#annotate(report, [...faults, ...report.problems]);
    return report.failed || faults.length > 0 ? 1 : 0;
  }

  /** After a signal the manifest is written after the outputs, which do not name a file that is not there yet. */
  nameManifest({ manifestFile }: Report): void {
    if (takesOutputs(this.#env)) writeOutput('manifest-file', presentOrNull(manifestFile) ?? '');
  }

  /** Once: a bug that is met after this must not put the report of itself in the place of what was uploaded. */
  #write(report: Report, shown: PlanShown | null): Problem[] {
    this.#isWritten = true;
    return [
      this.#attempt('results file', () => this.#openResultsFile().writeLast(report.rows)),
      this.#attempt('posts file', () => this.#writePosts(report)),
      this.#attempt('outputs', () => this.#setOutputs(report)),
      this.#attempt(
        'job summary',
        () => this.#wantsSummary && this.#addSummary(buildSummary(report, shown, stepId(this.#env))),
      ),
    ].flatMap((fault) => fault ?? []);
  }

  /** Before anything is sent, so that it is known however the run ends. What fails here fails at the end too, and is told then. */
  #nameResultsFile(): ResultsFile | null {
    try {
      const { path } = this.#openResultsFile();
      if (takesOutputs(this.#env)) writeOutput('results-file', path);
    } catch {
      // The last try, at the end of the run, is not forgiven.
    }
    return this.#resultsFile;
  }

  #openResultsFile(): ResultsFile {
    if (this.#resultsFile === null) {
      this.#resultsFile = new ResultsFile(this.#env);
      this.#say.info(`results are kept in ${this.#resultsFile.path}`);
    }
    return this.#resultsFile;
  }

  #writePosts({ posts }: Report): void {
    this.#postsFile = writePosts(posts, this.#resultsFile?.path ?? '');
  }

  #setOutputs(report: Report): void {
    const path = this.#resultsFile?.path ?? '';
    const told = { ...report, manifestFile: presentOrNull(report.manifestFile) };
    const { values, cut } = outputsOf(told, { results: path, posts: this.#postsFile });
    const where = path === '' ? '' : `; ${path} (output results-file) has every row`;
    for (const name of cut)
      this.#say.warning(`the output ${name} is cut to 100 KiB${where}`, { title: `output ${name}` });
    let isWritten = false;
    try {
      if (takesOutputs(this.#env)) {
        writeOutputs(values);
        isWritten = true;
      }
    } finally {
      // Outside a runner, or when it cannot be written to, the log is what remains.
      if (!isWritten) this.#logOutputs(told, path);
    }
  }

  /** All but the media artifacts: their addresses are credentials, and a log is for all to read. */
  #logOutputs(report: Report, path: string): void {
    const rows = report.rows.map(({ artifacts: _, ...row }) => row);
    const { values } = outputsOf({ ...report, rows }, { results: path, posts: this.#postsFile });
    for (const [name, value] of Object.entries(values)) this.#say.info(`output ${name}: ${value}`);
  }

  #addSummary(markdown: string): void {
    if (this.#env.GITHUB_STEP_SUMMARY) appendFileSync(this.#env.GITHUB_STEP_SUMMARY, markdown);
  }

  #attempt(what: string, work: () => unknown): Problem | null {
    try {
      work();
      return null;
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause);
      const error = new ActionError('OUTPUT_FAILED', `the ${what} could not be written: ${text}`, { cause });
      return { title: error.code, message: error.message, hint: error.hint };
    }
  }

  #annotate({ headline, failed, rows, mode }: Report, problems: readonly Problem[]): void {
    for (const problem of problems.slice(0, ANNOTATIONS)) this.#tell(problem);
    const others = problems.slice(ANNOTATIONS);
    for (const problem of others) this.#say.info(withHint(problem));
    const title = mode === 'plan' ? 'Plan' : 'LinkedIn upload';
    if (others.length > 0)
      this.#say.error(`${headline}; all ${problems.length} problems are in the log`, { title });
    else if (failed && rows.length > 0) this.#say.error(headline, { title });
    else this.#say.info(headline);
  }

  /** The runner cuts the line of the log with the annotation: what was too long for it is told whole before. */
  #tell(problem: Problem): void {
    const { title, file } = problem;
    const text = annotationOf(problem);
    if (text.length < harmless(withHint(problem)).length) this.#say.info(withHint(problem));
    this.#say.error(text, { title, ...(file === undefined ? {} : { file }) });
  }

  #noticeUnverified(files: number): void {
    if (files === 0) return;
    const text = `${pluralize(files, 'file')} uploaded, but this token may not read the status: LinkedIn's processing is not confirmed`;
    this.#say.notice(text, { title: 'Status not readable' });
  }
}
