// Tries a call until it works or is not worth another try: the run's one retry loop.

import type { Clock } from '../deps.ts';
import { ActionError, asActionError, RunError } from '../errors.ts';
import { backoffMs } from '../http/retry.ts';
import { type Brake, type FailedCall, LONGEST_PAUSE_MS, type RetryBudget } from './budget.ts';
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
  /** Tries, the first one included. One that LinkedIn did not look at (429) is none: the budget bounds those. */
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
    const { brake, budget, clock } = this.#options;
    const { lane, key, signal = this.#options.signal, limit } = persistence;
    const progress = { tries: 0, losses: 0, limit };
    for (;;) {
      progress.tries += 1;
      try {
        const leave = await brake.enter({ lane, key, signal });
        const startedMs = clock.now();
        try {
          const result = await call();
          brake.succeed(lane);
          if (progress.tries === 1) budget.earn();
          return result;
        } catch (thrown) {
          this.#noteFailure(asActionError(thrown), { lane, startedMs });
          throw thrown;
        } finally {
          leave();
        }
      } catch (thrown) {
        // The reason why the tries were ended counts more than the error of one of them.
        signal.throwIfAborted();
        const found = await this.#prepareRetry(asActionError(thrown), persistence, progress);
        if (found !== null) return found;
      }
    }
  }

  /** Resolves when the next try is due, or with the result that an earlier one had after all. */
  async #prepareRetry<T>(
    error: ActionError,
    persistence: Persistence<T>,
    progress: Progress,
  ): Promise<T | null> {
    const { signal = this.#options.signal } = persistence;
    if (isLost(error)) {
      progress.losses += 1;
      persistence.onLost?.();
    }
    // An attempt whose response was lost may have succeeded, which may be why this one failed.
    const found = progress.losses > 0 ? await this.#probe(persistence, signal) : null;
    if (found !== null) return found;
    if (error.code === 'LIMIT_REACHED') progress.limit += 1;
    const { tries, losses, limit } = progress;
    const { lostLimit = limit } = persistence;
    const isLast = tries >= limit || losses > lostLimit || waitsTooLong(error);
    const next = this.judge(error, isLast ? Number.POSITIVE_INFINITY : tries);
    if (next instanceof ActionError) throw next;
    // Each further try may be lost as this one was.
    const most = Math.min(limit, next.tries, next.isLost ? tries + 1 + lostLimit - losses : limit);
    await this.#waitFor(next, { error, count: { tries: tries + 1, most } }, signal);
    return null;
  }

  /** What follows from an error after so many tries: another one, or the error that ends them. */
  judge(error: ActionError, tries: number): Again | ActionError {
    const verdict = verdictOn(error);
    if (verdict.next !== 'again' || tries >= verdict.tries) return error;
    if (error.code === 'LIMIT_REACHED' && waitsTooLong(error)) return error;
    if (!this.#options.budget.isSpent) return verdict;
    if (error.code === 'LIMIT_REACHED') return error;
    const text = `too many calls had to be repeated in this run; the last one: ${error.message}`;
    return new RunError('RETRIES_SPENT', text, { cause: error });
  }

  /**
   * What a failed call means for all files: one that was too much, or that is one of many, holds them back. To be
   * called while the place of the call is still held: the next one must know.
   */
  heed(error: ActionError, failed: FailedCall): void {
    const { brake, budget, clock, onStop, onPause } = this.#options;
    const verdict = verdictOn(error);
    if (verdict.next !== 'again') return;
    const isTooMuch = error.code === 'LIMIT_REACHED';
    if (isTooMuch && waitsTooLong(error)) {
      brake.lock(error);
      onStop(error);
      return;
    }
    const askedMs = waitsTooLong(error) ? null : verdict.waitMs;
    const pauseMs = isTooMuch ? brake.pull(failed, askedMs) : brake.fail(failed, askedMs);
    if (pauseMs === null) {
      budget.chargeFailure(failed.startedMs, clock.now());
    } else {
      budget.chargePause(clock.now(), pauseMs);
      onPause({ error, waitMs: pauseMs });
    }
  }

  /** Called while the place is held: the next call must know. Also for a file that is given up meanwhile. */
  #noteFailure(error: ActionError, failed: FailedCall): void {
    this.heed(error, failed);
    if (verdictOn(error).next === 'stop') this.#options.onStop(error);
  }

  /** A probe that fails tells nothing of the call, though it may tell of the run. */
  async #probe<T>({ probe }: Persistence<T>, signal: AbortSignal): Promise<T | null> {
    if (probe === undefined) return null;
    try {
      return await probe();
    } catch (thrown) {
      const error = asActionError(thrown);
      const verdict = verdictOn(error);
      if (verdict.next === 'stop') throw error;
      if (verdict.next !== 'again') return null;
      if (waitsTooLong(error)) throw error;
      if (verdict.waitMs) await this.#options.clock.sleep(verdict.waitMs, signal);
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

/** How far the tries of one call have come. */
interface Progress {
  tries: number;
  losses: number;
  /** Grows with each try that LinkedIn did not look at. */
  limit: number;
}

interface Repeating {
  readonly error: ActionError;
  readonly count: NonNullable<Repetition['count']>;
}

function isLost(error: ActionError): boolean {
  const verdict = verdictOn(error);
  return verdict.next === 'again' && verdict.isLost;
}

/** Whether LinkedIn asks to wait longer than a run can. */
function waitsTooLong(error: ActionError): boolean {
  const verdict = verdictOn(error);
  return verdict.next === 'again' && (verdict.waitMs ?? 0) > LONGEST_PAUSE_MS;
}
