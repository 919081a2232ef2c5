// Tries a call until it works or is not worth another try: the run's one retry loop.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError, RunError } from '../errors.ts';
import { backoffMs } from '../http/retry.ts';
import { type Brake, LONGEST_PAUSE_MS, type RetryBudget } from './budget.ts';
import { type Again, type Verdict, verdictOn } from './verdict.ts';

interface AttemptsOptions {
  readonly budget: RetryBudget;
  readonly brake: Brake;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

export interface Persistence<T> {
  /** Ends the tries, beside the run's own. */
  readonly signal?: AbortSignal;
  /** Tries, the first one included. */
  readonly limit: number;
  /** Tries that may follow an answer that was lost; without a probe each may leave something behind. */
  readonly lostLimit?: number;
  readonly onLost?: () => void;
  /** Asks whether a call whose answer was lost had its effect; resolves with its result if so, else null. */
  readonly probe?: () => Promise<T | null>;
}

export class Attempts {
  readonly #options: AttemptsOptions;

  constructor(options: AttemptsOptions) {
    this.#options = options;
  }

  /**
   * @throws the last error; RunError RETRIES_SPENT when the run's budget is used up; the signal's reason
   */
  async run<T>(call: () => Promise<T>, persistence: Persistence<T>): Promise<T> {
    const { brake, budget } = this.#options;
    const signal = persistence.signal ?? this.#options.signal;
    let losses = 0;
    for (let tries = 1; ; tries += 1) {
      if (brake.isPulled) await brake.pass(signal);
      signal.throwIfAborted();
      try {
        const result = await call();
        if (tries === 1) budget.earn();
        brake.release();
        return result;
      } catch (thrown) {
        const error = asActionError(thrown);
        if (signal.aborted) throw error;
        const verdict = verdictOn(error);
        if (verdict.next === 'again' && verdict.isLost) {
          losses += 1;
          persistence.onLost?.();
        }
        // What a lost try may have done already, another one may be refused for.
        const done = losses > 0 ? await this.#probe(persistence) : null;
        if (done !== null) return done;
        const isLast = tries >= persistence.limit || losses > (persistence.lostLimit ?? persistence.limit);
        await this.#pause(tries, this.#another(error, verdict, isLast), signal);
      }
    }
  }

  async #probe<T>({ probe }: Persistence<T>): Promise<T | null> {
    // A probe that fails tells nothing, and no more than that.
    return (await probe?.().catch(() => null)) ?? null;
  }

  /** The verdict when there is another try; throws when there is none. */
  #another(error: ActionError, verdict: Verdict, isLast: boolean): Again {
    if (verdict.next !== 'again') throw error;
    const { budget, brake } = this.#options;
    if (error.code === 'LIMIT_REACHED') brake.pull(verdict.waitMs);
    if (isLast || (verdict.waitMs ?? 0) > LONGEST_PAUSE_MS) throw error;
    if (budget.spend(verdict.reason)) return verdict;
    const text = `too many calls had to be repeated in this run; the last one: ${error.message}`;
    throw new RunError('RETRIES_SPENT', text, { cause: error });
  }

  /** LinkedIn's own wish is never cut short; without one, anything up to a growing limit. */
  async #pause(tries: number, { reason, waitMs }: Again, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    await clock.sleep(waitMs ?? backoffMs(tries, reason, clock.random()), signal);
  }
}
