// The run's traffic rules in one place: lanes for calls, uploads and reads, one brake, one budget, one retry loop.

import type { Clock } from '../deps.ts';
import { ActionError } from '../errors.ts';
import { Attempts, type Pause } from './attempts.ts';
import { Brake, RetryBudget } from './budget.ts';
import { Lane } from './lanes.ts';

interface TrafficOptions {
  readonly concurrency: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears what is true for all, and ends the run. */
  readonly onStop: (error: ActionError) => void;
  /** Hears of each time that all files are held back. */
  readonly onPause: (pause: Pause) => void;
}

export class Traffic {
  /** One at a time until `openCalls`. */
  readonly calls = new Lane(1);
  readonly completions: Lane;
  readonly puts: Lane;
  readonly reads: Lane;
  /** Files that are registered and wait for a PUT: few, so that upload addresses do not grow old. */
  readonly berths: Lane;
  readonly attempts: Attempts;
  readonly #budget = new RetryBudget();
  readonly #brake: Brake;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;

  constructor({ concurrency, ...options }: TrafficOptions) {
    this.completions = new Lane(concurrency);
    this.puts = new Lane(concurrency);
    this.reads = new Lane(concurrency);
    this.berths = new Lane(concurrency);
    this.#clock = options.clock;
    this.#signal = options.signal;
    this.#brake = new Brake(options.clock, concurrency);
    for (const lane of [this.completions, this.puts, this.reads]) this.#brake.hold(lane);
    this.attempts = new Attempts({ ...options, budget: this.#budget, brake: this.#brake });
  }

  /** LinkedIn has taken a first call: others may go beside each other. */
  openCalls(): void {
    this.#brake.hold(this.calls);
  }

  /** One status read, which is its own key: none has to wait for another file's. `signal` ends the wait for its turn. */
  readonly inReadLane = async <T>(call: () => Promise<T>, signal = this.#signal): Promise<T> => {
    const leave = await this.#brake.enter({ lane: this.reads, key: call, signal });
    try {
      const startedMs = this.#clock.now();
      const answer = await call();
      this.#judgeRead(answer, startedMs);
      return answer;
    } finally {
      leave();
    }
  };

  /** A read tells of one file or of several, and its failure is an answer too: one call, one success or failure. */
  #judgeRead(answer: unknown, startedMs: number): void {
    const answers = [answer].flat();
    const errors = answers.filter((one) => one instanceof ActionError);
    const error = errors.find(({ code }) => code === 'LIMIT_REACHED') ?? errors[0];
    const isGood = answers.some((one) => one !== null && !(one instanceof ActionError));
    if (isGood) {
      this.#budget.earn();
      this.#brake.succeed(this.reads);
    }
    if (error !== undefined && (!isGood || error.code === 'LIMIT_REACHED'))
      this.attempts.heed(error, { lane: this.reads, startedMs });
  }

  /** Null when a failed status read may come again in its row; else what ends the row. */
  whyNotAgain(error: ActionError): ActionError | null {
    const next = this.attempts.judge(error, 1);
    return next instanceof ActionError ? next : null;
  }
}
