// What a schedule tells people, by the real desk: log, results file, outputs and summary. Follows the ledger as it
// changes; what would come by the clock alone is left out, so that it takes no time.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Desk } from '../../src/action/deliver.ts';
import { hearing } from '../../src/action/hearing.ts';
import { outputsOf } from '../../src/action/outputs.ts';
import { buildReport } from '../../src/action/report.ts';
import type { Clock } from '../../src/deps.ts';
import type { ActionError } from '../../src/errors.ts';
import type { Ledger } from '../../src/publish/ledger.ts';
import { recordingSay } from '../action/recording-say.ts';

// In memory where there is such a place: thousands of schedules write here.
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export interface Words {
  /** Everything said, also what is for step debugging, before it is made harmless. */
  readonly log: readonly string[];
  readonly masks: readonly string[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  readonly resultsFile: string;
  /** Empty when there is none. */
  readonly postsFile: string;
}

export class FrontDesk {
  readonly #ledger: Ledger;
  readonly #api: string;
  readonly #say = recordingSay();
  readonly #folder = mkdtempSync(join(PLACE, 'front-desk-'));
  readonly #env = {
    RUNNER_TEMP: this.#folder,
    RUNNER_DEBUG: '1',
    GITHUB_STEP_SUMMARY: join(this.#folder, 'summary.md'),
  };
  readonly #desk: Desk;

  constructor(ledger: Ledger, api: string, clock: Clock) {
    this.#ledger = ledger;
    this.#api = api;
    this.#desk = new Desk({ env: this.#env, say: this.#say, clock: parked(clock), wantsSummary: true });
  }

  /** Who hears of what goes on between here and LinkedIn. */
  get hears(): ReturnType<typeof hearing> {
    return hearing(this.#ledger, { env: this.#env, say: this.#say });
  }

  follow(work: () => Promise<void>): Promise<void> {
    return this.#desk.follow(this.#ledger, this.#api, work);
  }

  deliver(end: ActionError | null): Words {
    const settings = { mode: 'publish', failOn: 'any', plan: { api: this.#api } } as const;
    const report = buildReport(this.#ledger, settings, end);
    this.#desk.deliver(report);
    const texts = this.#say.said.filter(({ level }) => level !== 'mask');
    const log = texts.map(({ text, title = '', file = '' }) => `${title} ${file} ${text}`);
    const [kept = ''] = log.flatMap((line) => /results are kept in (.+)$/.exec(line)?.[1] ?? []);
    const posts = join(dirname(kept), 'posts.json');
    const words = {
      log,
      masks: this.#say.texts('mask'),
      outputs: outputsOf(report, { results: kept, posts: '' }).values,
      summary: readFileSync(this.#env.GITHUB_STEP_SUMMARY, 'utf8'),
      resultsFile: readFileSync(kept, 'utf8'),
      postsFile: existsSync(posts) ? readFileSync(posts, 'utf8') : '',
    };
    rmSync(this.#folder, { recursive: true });
    return words;
  }
}

/** A clock on which nobody wakes before the end. */
function parked(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    today: () => clock.today(),
    random: () => clock.random(),
    sleep: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  };
}
