// What a schedule tells people, by the real desk: log, results file, outputs and summary. Follows the ledger as it
// changes; what would come by the clock alone is left out, so that it takes no time.

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createRequestListeners } from '../../src/action/log/request-listeners.ts';
import { buildOutputs } from '../../src/action/report/outputs.ts';
import { buildReport } from '../../src/action/report/report.ts';
import { Reporter } from '../../src/action/report/reporter.ts';
import type { Clock, Env } from '../../src/deps.ts';
import type { ActionError } from '../../src/errors.ts';
import type { Ledger } from '../../src/publish/ledger.ts';
import { type Level, recordingLogger } from '../action/recording-logger.ts';

export interface Words {
  /** Everything said by how it is said, that for step debugging too, before it is made harmless. No masks. */
  readonly said: ReadonlyMap<Level, string>;
  readonly masks: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  /** Every file that is left, by its name: results, posts, manifest, summary. */
  readonly files: ReadonlyMap<string, string>;
}

interface Surroundings {
  readonly folder: string;
  readonly clock: Clock;
}

export class FrontDesk {
  readonly #ledger: Ledger;
  readonly #api: string;
  readonly #say = recordingLogger();
  readonly #folder: string;
  readonly #env: Env;
  readonly #desk: Reporter;

  constructor(ledger: Ledger, api: string, { folder, clock }: Surroundings) {
    this.#ledger = ledger;
    this.#api = api;
    this.#folder = folder;
    const summary = join(folder, 'summary.md');
    this.#env = { RUNNER_TEMP: folder, RUNNER_DEBUG: '1', GITHUB_STEP_SUMMARY: summary };
    this.#desk = new Reporter({
      env: this.#env,
      logger: this.#say,
      clock: parked(clock),
      wantsSummary: true,
    });
  }

  /** Who hears of what goes on between here and LinkedIn. */
  get hears(): ReturnType<typeof createRequestListeners> {
    return createRequestListeners(this.#ledger, { env: this.#env, logger: this.#say });
  }

  get mask(): (secret: string) => void {
    return this.#say.mask;
  }

  follow(work: () => Promise<void>): Promise<void> {
    return this.#desk.observe(this.#ledger, this.#api, work);
  }

  deliver(end: ActionError | null): Words {
    const manifest = join(this.#folder, 'manifest.json');
    const settings = { mode: 'publish', failOn: 'any', manifest, plan: { api: this.#api } } as const;
    const report = buildReport(this.#ledger, settings, end);
    this.#desk.deliver(report);
    const files = this.#filesLeft();
    const paths = {
      results: files.get('results.json')?.path ?? '',
      posts: files.get('posts.json')?.path ?? '',
    };
    return {
      said: this.#said(),
      masks: this.#say.texts('mask'),
      outputs: buildOutputs(report, paths).values,
      files: new Map([...files].map(([name, { text }]) => [name, text])),
    };
  }

  #said(): Words['said'] {
    const byLevel = Map.groupBy(this.#say.records, ({ level }) => level);
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

/** A clock on which nobody wakes before the end. */
export function parked(clock: Clock): Clock {
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
