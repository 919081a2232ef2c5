// Limits the retries of a whole run: one pause that all files share, and one retry budget.

import { backoffMs } from '../../backoff.ts';
import type { Clock } from '../../deps.ts';
import { type ActionError, type RunError, runStoppedError } from '../../errors/action-error.ts';
import { MAX_WAIT_MS } from '../../errors/retry-policy.ts';
import type { Limiter } from '../../limiter.ts';

const MAX_TOKENS = 100;
const FAILURE_COST = 10;
/** Calls that began within this time after a failure belong to the same event. */
const FAILURE_WINDOW_MS = 1000;

// This many failures in a row in one limiter are an outage, not an accident of single files.
const FAILURES_TO_TRIP = 10;

export interface SlotRequest {
  readonly limiter: Limiter;
  readonly key: unknown;
  readonly signal: AbortSignal;
}

export interface FailedCall {
  readonly limiter: Limiter;
  /** A call that began before the end of a pause belongs to that pause. */
  readonly startedMs: number;
}

/** All files wait, because LinkedIn is overloaded or down. */
export interface PauseInfo {
  readonly error: ActionError;
  readonly waitMs: number;
}

interface SharedPauseOptions {
  readonly clock: Clock;
  readonly onPause: (pause: PauseInfo) => void;
}

interface LimiterState {
  failuresInARow: number;
  pausesInARow: number;
}

/**
 * A rate limit for one file applies to all: all files pause. They also pause in an outage. The retry budget of the run is a
 * bucket that failures empty and successes refill. It charges per event, not per call: a pause costs once, and so do calls that
 * fail together. It allows ten events, and one more for every ten calls that succeed at the first attempt.
 */
export class SharedPause {
  readonly #options: SharedPauseOptions;
  readonly #clock: Clock;
  readonly #states = new Map<Limiter, LimiterState>();
  #pausedUntilMs = 0;
  #stopReason: RunError | null = null;
  #tokens = MAX_TOKENS;
  /** Calls that began before this time belong to an event that the budget is charged for already. */
  #chargedUntilMs = Number.NEGATIVE_INFINITY;

  constructor(options: SharedPauseOptions) {
    this.#options = options;
    this.#clock = options.clock;
  }

  /** Whether no further retry is allowed: it would only add load to a failing service. */
  get isBudgetSpent(): boolean {
    return this.#tokens < 0;
  }

  /**
   * Waits out any pause, also one that begins meanwhile (without the slot), and acquires a slot. The returned function releases it.
   * @throws the signal's reason; RunError RUN_STOPPED when LinkedIn asked for a longer pause than a run can make
   */
  async acquire({ limiter, key, signal }: SlotRequest): Promise<() => void> {
    for (;;) {
      while (this.#pausedUntilMs > this.#clock.now())
        await this.#clock.sleep(this.#pausedUntilMs - this.#clock.now(), signal);
      signal.throwIfAborted();
      if (this.#stopReason !== null) throw this.#stopReason;
      const release = await limiter.acquire(key);
      const isPaused = this.#pausedUntilMs > this.#clock.now();
      if (!isPaused && this.#stopReason === null && !signal.aborted) return release;
      release();
    }
  }

  /** Pauses all files after a rate limit or ten failures in a row. Called before the slot is released, so that the next call waits. */
  recordFailedCall(error: ActionError, failed: FailedCall): void {
    const { retry } = error;
    if (retry.kind === 'stop' && retry.stops === 'all calls')
      this.#stopReason ??= runStoppedError('not sent', error);
    if (retry.kind !== 'again') return;
    const requestedMs = (retry.waitMs ?? 0) > MAX_WAIT_MS ? null : retry.waitMs;
    const pauseMs = retry.isOverloaded
      ? this.#recordRateLimit(failed, requestedMs)
      : this.#recordFailure(failed, requestedMs);
    if (pauseMs !== null) this.#options.onPause({ error, waitMs: pauseMs });
  }

  /** Returns the pause in milliseconds; null when the call belongs to an earlier pause: several 429s within one count once. */
  #recordRateLimit({ limiter, startedMs }: FailedCall, requestedMs: number | null): number | null {
    if (startedMs >= this.#pausedUntilMs) return this.#pause(limiter, requestedMs);
    // A late response without `Retry-After` says nothing new: calls of the next pause must not count as its own.
    if (requestedMs) this.#extendPause(requestedMs);
    this.#chargeBudgetForFailure(startedMs);
    return null;
  }

  /** Counts a failure of another kind. Returns the pause in milliseconds when too many came in a row; else null. */
  #recordFailure({ limiter, startedMs }: FailedCall, requestedMs: number | null): number | null {
    const state = this.#stateOf(limiter);
    state.failuresInARow += 1;
    const isOutage = state.failuresInARow >= FAILURES_TO_TRIP && startedMs >= this.#pausedUntilMs;
    if (isOutage) return this.#pause(limiter, requestedMs);
    this.#chargeBudgetForFailure(startedMs);
    return null;
  }

  /** Ends the failures and pauses in a row. Refunds the budget for a success at the first attempt, as each status read is. */
  recordSuccess(limiter: Limiter, attempt = 1): void {
    this.#states.delete(limiter);
    if (attempt === 1) this.#tokens = Math.min(MAX_TOKENS, this.#tokens + 1);
  }

  #stateOf(limiter: Limiter): LimiterState {
    const state = this.#states.get(limiter) ?? { failuresInARow: 0, pausesInARow: 0 };
    this.#states.set(limiter, state);
    return state;
  }

  /** Never shorter than `Retry-After`. Without a success in between, each pause is longer than the one before. */
  #pause(limiter: Limiter, requestedMs: number | null): number {
    const state = this.#stateOf(limiter);
    state.pausesInARow += 1;
    const backoffWaitMs = backoffMs(state.pausesInARow, 'throttled', this.#clock.random());
    const isFirstRequest = state.pausesInARow === 1 && requestedMs !== null && requestedMs > 0;
    const pauseMs = isFirstRequest ? requestedMs : Math.max(requestedMs ?? 0, backoffWaitMs);
    this.#extendPause(pauseMs);
    this.#chargeBudget(pauseMs);
    return pauseMs;
  }

  #extendPause(pauseMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + pauseMs);
  }

  /** Charges for a failed call that began at `startedMs`, unless an earlier event explains it. */
  #chargeBudgetForFailure(startedMs: number): void {
    if (startedMs >= this.#chargedUntilMs) this.#chargeBudget(FAILURE_WINDOW_MS);
  }

  /** Charges once for all calls that fail within `ms`. */
  #chargeBudget(ms: number): void {
    this.#tokens = Math.max(-FAILURE_COST, this.#tokens - FAILURE_COST);
    this.#chargedUntilMs = Math.max(this.#chargedUntilMs, this.#clock.now() + ms);
  }
}
