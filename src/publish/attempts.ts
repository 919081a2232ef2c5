// Tries a call until it works or is not worth another try: the run's one retry loop.

import type { Clock } from '../deps.ts';
import { ActionError, asActionError, RunError } from '../errors.ts';
import { backoffMs } from '../http/retry.ts';
import { type Brake, LONGEST_PAUSE_MS, type RetryBudget } from './budget.ts';
import type { Repetition } from './entry.ts';
import type { Lane } from './lanes.ts';
import { type Again, verdictOn } from './verdict.ts';

interface AttemptsOptions {
  readonly budget: RetryBudget;
  readonly brake: Brake;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears what is true for all while the place of the call is still held: the next one must know. */
  readonly onStop: (error: ActionError) => void;
  /** Hears of each time that all files are held back. */
  readonly onPause: (pause: Pause) => void;
  /** Hears of each call that is about to be made again. */
  readonly onRepeat?: (repeat: Repetition) => void;
}

/** All files wait, for one call was too much. */
export interface Pause {
  readonly error: ActionError;
  readonly waitMs: number;
}

export interface Persistence<T> {
  /** Where each try takes a turn of its own, under `key`: no place is held while nothing moves. */
  readonly lane: Lane;
  readonly key: unknown;
  /** Ends the tries, in place of the run's own signal. */
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

  /** The same tries, with a listener for the repeats of one file. */
  telling(onRepeat: (repeat: Repetition) => void): Attempts {
    return new Attempts({ ...this.#options, onRepeat });
  }

  /**
   * @throws the last error; RunError RETRIES_SPENT when the run's budget is used up; the signal's reason
   */
  async run<T>(call: () => Promise<T>, persistence: Persistence<T>): Promise<T> {
    const { brake, budget } = this.#options;
    const { lane, key, signal = this.#options.signal } = persistence;
    let losses = 0;
    for (let tries = 1; ; tries += 1) {
      try {
        const result = await brake.run({ lane, key, signal }, () => this.#listenTo(call));
        if (tries === 1) budget.earn();
        brake.release();
        return result;
      } catch (thrown) {
        // Why the tries were ended counts more than what one of them was about to fail with.
        signal.throwIfAborted();
        const error = asActionError(thrown);
        if (isLost(error)) {
          losses += 1;
          persistence.onLost?.();
        }
        // What a lost try may have done already, another one may be refused for.
        const done = losses > 0 ? await this.#probe(persistence, signal) : null;
        if (done !== null) return done;
        const { limit, lostLimit = limit } = persistence;
        const isLast = tries >= limit || losses > lostLimit;
        const next = this.judge(error, isLast ? Number.POSITIVE_INFINITY : tries);
        if (next instanceof ActionError) throw next;
        // Each further try may be lost as this one was.
        const most = Math.min(limit, next.tries, next.isLost ? tries + 1 + lostLimit - losses : limit);
        await this.#waitFor(next, { error, count: { tries: tries + 1, most } }, signal);
      }
    }
  }

  /** What follows from an error after so many tries: another one, which is paid for by then, or the error that ends them. */
  judge(error: ActionError, tries: number): Again | ActionError {
    const verdict = verdictOn(error);
    if (verdict.next !== 'again') return error;
    const isTooLong = this.heed(error);
    if (isTooLong || tries >= verdict.tries) return error;
    if (this.#options.budget.spend(verdict.reason)) return verdict;
    const text = `too many calls had to be repeated in this run; the last one: ${error.message}`;
    return new RunError('RETRIES_SPENT', text, { cause: error });
  }

  /** Holds back all files when it was too much; tells whether LinkedIn asks to wait longer than a run can. */
  heed(error: ActionError): boolean {
    const { brake, onStop, onPause } = this.#options;
    const verdict = verdictOn(error);
    const waitMs = verdict.next === 'again' ? verdict.waitMs : null;
    const isTooLong = (waitMs ?? 0) > LONGEST_PAUSE_MS;
    if (error.code !== 'LIMIT_REACHED') return isTooLong;
    if (isTooLong) {
      brake.lock(error);
      onStop(error);
    } else {
      const pauseMs = brake.pull(waitMs);
      if (pauseMs !== null) onPause({ error, waitMs: pauseMs });
    }
    return isTooLong;
  }

  async #listenTo<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (thrown) {
      const error = asActionError(thrown);
      // While its place is still held, and also for a file that is given up meanwhile.
      this.heed(error);
      if (verdictOn(error).next === 'stop') this.#options.onStop(error);
      throw error;
    }
  }

  /**
   * A probe that fails tells nothing of the call, though it may tell of the run. In vain it costs as much as a repeat:
   * where nothing is left to repeat with, nothing is asked.
   */
  async #probe<T>({ probe }: Persistence<T>, signal: AbortSignal): Promise<T | null> {
    const { budget, clock } = this.#options;
    if (probe === undefined || !budget.spend('fault')) return null;
    try {
      const found = await probe();
      budget.refund('fault');
      return found;
    } catch (thrown) {
      const error = asActionError(thrown);
      const verdict = verdictOn(error);
      if (verdict.next === 'stop') throw error;
      if (verdict.next !== 'again') return null;
      if (this.heed(error)) throw error;
      if (verdict.waitMs) await clock.sleep(verdict.waitMs, signal);
      return null;
    }
  }

  /** LinkedIn's own wish is never cut short; without one, or when its moment has passed, up to a growing limit. */
  async #waitFor(
    { reason, waitMs: askedMs }: Again,
    { error, count }: Repeating,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, onRepeat } = this.#options;
    const waitMs = askedMs || backoffMs(count.tries - 1, reason, clock.random());
    onRepeat?.({ error, waitMs, count });
    await clock.sleep(waitMs, signal);
  }
}

interface Repeating {
  readonly error: ActionError;
  readonly count: NonNullable<Repetition['count']>;
}

function isLost(error: ActionError): boolean {
  const verdict = verdictOn(error);
  return verdict.next === 'again' && verdict.isLost;
}
