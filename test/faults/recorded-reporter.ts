// The real reporter, with its log, results file, outputs and summary recorded. It follows the ledger; everything that
// depends only on time is left out, so that it takes no virtual time.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createRequestListeners } from '../../src/action/log/request-listeners.ts';
import { buildOutputs } from '../../src/action/report/outputs.ts';
import { buildFailureReport, buildReport, type Report } from '../../src/action/report/report.ts';
import { Reporter } from '../../src/action/report/reporter.ts';
import type { Clock, Env } from '../../src/deps.ts';
import type { ActionError } from '../../src/errors.ts';
import type { ApiName } from '../../src/linkedin/session.ts';
import type { Ledger } from '../../src/publish/ledger.ts';
import { type Level, recordingLogger } from '../action/recording-logger.ts';

export interface RunOutput {
  /** Log text by level, debug included, before it is escaped. Without masks. */
  readonly logs: ReadonlyMap<Level, string>;
  readonly masks: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Every file that the run wrote, by its name: results, posts, manifest, summary. */
  readonly files: ReadonlyMap<string, string>;
}

interface Surroundings {
  readonly folder: string;
  readonly clock: Clock;
  /** Null if the manifest is in the folder. */
  readonly github: object | null;
}

export class RecordedReporter {
  readonly #ledger: Ledger;
  readonly #api: ApiName;
  readonly #logger = recordingLogger();
  readonly #folder: string;
  readonly #env: Env;
  readonly #reporter: Reporter;
  readonly #settings: Parameters<typeof buildReport>[1];
  #report: Report | null = null;

  constructor(ledger: Ledger, api: ApiName, { folder, clock, github }: Surroundings) {
    this.#ledger = ledger;
    this.#api = api;
    this.#folder = folder;
    const manifest = github === null ? join(folder, 'manifest.json') : null;
    this.#settings = { mode: 'publish', failOn: 'any', manifest, plan: { api } };
    const summary = join(folder, 'summary.md');
    this.#env = { RUNNER_TEMP: folder, RUNNER_DEBUG: '1', GITHUB_STEP_SUMMARY: summary };
    this.#reporter = new Reporter({
      env: this.#env,
      logger: this.#logger,
      clock: withoutTimers(clock),
      wantsSummary: true,
    });
  }

  /** Listeners for the requests to LinkedIn. */
  get listeners(): ReturnType<typeof createRequestListeners> {
    return createRequestListeners(this.#ledger, { env: this.#env, logger: this.#logger });
  }

  get mask(): (secret: string) => void {
    return this.#logger.mask;
  }

  follow(work: () => Promise<void>): Promise<void> {
    return this.#reporter.observe(this.#ledger, this.#api, work);
  }

  deliver(end: ActionError | null): void {
    this.#report = buildReport(this.#ledger, this.#settings, end);
    this.#reporter.writeOutputs(this.#report);
  }

  /** After an error of the start, or of the last write of a cancelled run. */
  deliverFailure(error: ActionError): void {
    this.#reporter.writeOutputs(buildFailureReport(error));
  }

  /** What the run wrote. */
  output(): RunOutput {
    const files = this.#filesLeft();
    const paths = {
      results: files.get('results.json')?.path ?? '',
      posts: files.get('posts.json')?.path ?? '',
      page: '',
    };
    const report = this.#report ?? buildReport(this.#ledger, this.#settings, null);
    return {
      logs: this.#logs(),
      masks: this.#logger.texts('mask'),
      outputs: buildOutputs(report, paths).values,
      files: new Map([...files].map(([name, { text }]) => [name, text])),
    };
  }

  #logs(): RunOutput['logs'] {
    const byLevel = Map.groupBy(this.#logger.records, ({ level }) => level);
    byLevel.delete('mask');
    return new Map(
      [...byLevel].map(([level, all]) => [
        level,
        all.map(({ text, title = '', file = '' }) => `${title} ${file} ${text}`).join('\n'),
      ]),
    );
  }

  #filesLeft(): Map<string, { readonly path: string; readonly text: string }> {
    const entries = readdirSync(this.#folder, { recursive: true, withFileTypes: true });
    const paths = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return new Map(paths.map((path) => [basename(path), { path, text: readFileSync(path, 'utf8') }]));
  }
}

/** A clock whose sleeps only end by abort. */
export function withoutTimers(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    epochMs: () => clock.epochMs(),
    random: () => clock.random(),
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
}
