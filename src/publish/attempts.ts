// Tries a call until it works or is not worth another try: the run's one retry loop.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError, LinkedInError, RunError } from '../errors.ts';
import { backoffMs } from '../http/retry.ts';
import type { Brake, RetryBudget } from './budget.ts';
import { type Again, verdictOn } from './verdict.ts';

interface AttemptsOptions {
  readonly budget: RetryBudget;
  readonly brake: Brake;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface Persistence<T> {
  /** Tries, the first one included. */
  readonly limit: number;
  /** Tries that may follow an answer that was lost; without a probe each may leave something behind. */
  readonly lostLimit?: number;
  readonly onLost?: () => void;
  /** Asks whether a call whose answer was lost had its effect; resolves with its result if so, else null. */
  readonly probe?: () => Promise<T | null>;
}

// LinkedIn may ask for hours; a step that waits that long helps nobody.
const LONGEST_PAUSE_MS = 120_000;

export class Attempts {
  readonly #options: AttemptsOptions;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /**
   * @throws the last error; RunError RETRIES_SPENT when the run's budget is used up; the signal's reason
   */
  async run<T>(call: () => Promise<T>, persistence: Persistence<T>): Promise<T> {
    const { brake, budget, signal } = this.#options;
    let losses = 0;
    for (let tries = 1; ; tries += 1) {
      await brake.pass(signal);
      try {
        const result = await call();
        if (tries === 1) budget.earn();
        brake.release();
        return result;
      } catch (thrown) {
        const error = asActionError(thrown);
        const verdict = this.#judge(error, tries >= persistence.limit);
        if (verdict.isLost) losses += 1;
        const done = verdict.isLost ? await this.#afterLoss(error, losses, persistence) : null;
        if (done !== null) return done;
        await this.#pause(tries, verdict);
      }
    }
  }

  /** The verdict when there is another try; throws when there is none. */
  #judge(error: ActionError, isLast: boolean): Again {
    const { signal, budget, brake, clock } = this.#options;
    const verdict = verdictOn(error);
    if (signal.aborted || verdict.next !== 'again') throw error;
    const waitMs = verdict.waitMs ?? 0;
    if (error instanceof LinkedInError && error.code === 'LIMIT_REACHED') {
      brake.pull(Math.min(waitMs || backoffMs(2, 'throttled', clock.random()), LONGEST_PAUSE_MS));
    }
    if (isLast || waitMs > LONGEST_PAUSE_MS) throw error;
    if (!budget.spend(verdict.reason)) {
      const text = `too many calls had to be repeated in this run; the last one: ${error.message}`;
      throw new RunError('RETRIES_SPENT', text, { cause: error });
    }
    return verdict;
  }

  async #afterLoss<T>(error: ActionError, losses: number, persistence: Persistence<T>): Promise<T | null> {
    persistence.onLost?.();
    if (losses > (persistence.lostLimit ?? Number.POSITIVE_INFINITY)) throw error;
    return (await persistence.probe?.()) ?? null;
  }

  /** LinkedIn's own wish is never cut short; without one, anything up to a growing limit. */
  async #pause(tries: number, { reason, waitMs }: Again): Promise<void> {
    const { clock, signal } = this.#options;
    await clock.sleep(waitMs ?? backoffMs(tries, reason, clock.random()), signal);
  }
}
