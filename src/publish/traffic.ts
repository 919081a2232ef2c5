// The run's traffic rules in one place: lanes for calls, uploads and reads, one brake, one budget, one retry loop.

import type { Clock } from '../deps.ts';
import type { ActionError } from '../errors.ts';
import type { InLane } from '../linkedin/session.ts';
import { Attempts } from './attempts.ts';
import { Brake, RetryBudget } from './budget.ts';
import { Lane } from './lanes.ts';
import { verdictOn } from './verdict.ts';

interface TrafficOptions {
  readonly concurrency: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export class Traffic {
  readonly calls: Lane;
  readonly puts: Lane;
  readonly reads: Lane;
  /** Files that are registered and wait for a PUT: few, so that upload addresses do not grow old. */
  readonly berths: Lane;
  readonly attempts: Attempts;
  readonly #budget = new RetryBudget();
  readonly #brake: Brake;
  readonly #signal: AbortSignal;

  constructor({ concurrency, clock, signal }: TrafficOptions) {
    this.calls = new Lane(concurrency);
    this.puts = new Lane(concurrency);
    this.reads = new Lane(concurrency);
    this.berths = new Lane(concurrency);
    this.#signal = signal;
    this.#brake = new Brake(clock, [this.calls, this.puts, this.reads], concurrency);
    this.attempts = new Attempts({ budget: this.#budget, brake: this.#brake, clock, signal });
  }

  /** One status read, which is its own key: none has to wait for another file's. */
  readonly inReadLane: InLane = async (call) => {
    await this.#brake.pass(this.#signal);
    return await this.reads.run(call, call);
  };

  /** Whether a failed status read may come again in its row; asking spends the run's budget. */
  mayReadAgain(error: ActionError): boolean {
    const verdict = verdictOn(error);
    if (verdict.next !== 'again') return false;
    if (error.code === 'LIMIT_REACHED') this.#brake.pull(verdict.waitMs);
    return this.#budget.spend(verdict.reason);
  }
}
