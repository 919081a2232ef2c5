// What the whole run may spend on trying again: a budget of failures, and one brake for all files.

import type { Clock } from '../../deps.ts';
import type { ActionError, RunError } from '../../errors.ts';
import { backoffMs } from '../../http/backoff.ts';
import { runStoppedError } from '../outcome.ts';
import type { Limiter } from './limiter.ts';

const MAX_TOKENS = 100;
const FAILURE_COST = 10;
/** Calls that began within this time of a failure fail for the same reason. */
const FAILURE_WINDOW_MS = 1000;

/**
 * A bucket that failures empty and successes refill. It charges per event, not per call: however many calls fail
 * together, they cost once. Ten events, and one more for every ten calls that work at the first try.
 */
export class RetryBudget {
  #tokens = MAX_TOKENS;
  #windowEndMs = Number.NEGATIVE_INFINITY;

  /** Whether one more repeat would only add load to what is failing. */
  get isExhausted(): boolean {
    return this.#tokens < 0;
  }

  /** A call that began at `startedMs` failed. It costs nothing while an earlier failure explains it. */
  chargeFailure(startedMs: number, nowMs: number): void {
    if (startedMs >= this.#windowEndMs) this.chargePause(nowMs, FAILURE_WINDOW_MS);
  }

  /** A pause of all files costs once; the calls that fail meanwhile are part of it. */
  chargePause(nowMs: number, pauseMs: number): void {
    this.#tokens = Math.max(-FAILURE_COST, this.#tokens - FAILURE_COST);
    this.#windowEndMs = Math.max(this.#windowEndMs, nowMs + pauseMs);
  }

  /** A call that worked at its first try. */
  refund(): void {
    this.#tokens = Math.min(MAX_TOKENS, this.#tokens + 1);
  }
}

/** LinkedIn may ask for hours; a step that waits that long helps nobody. */
export const MAX_PAUSE_MS = 120_000;

// After this many answers without complaint, one more upload may run beside the others.
const SUCCESSES_TO_RECOVER = 10;
// So many failures in a row on one lane are an outage, and no accident of single files.
const FAILURES_TO_TRIP = 10;

interface SlotRequest {
  readonly limiter: Limiter;
  readonly key: unknown;
  /** Ends the wait for it. */
  readonly signal: AbortSignal;
}

/** A call that failed, or was too much. */
export interface FailedCall {
  readonly limiter: Limiter;
  /** When it began: what began before a pause was over belongs to the same complaint. */
  readonly startedMs: number;
}

interface LimiterState {
  failuresInARow: number;
  pausesInARow: number;
  /** Down to one call at a time until one succeeds. */
  isHalfOpen: boolean;
}

/**
 * When LinkedIn says that it is too much for one file, it is too much for all: everyone waits, then fewer run at once.
 * When one call after the other fails, everyone waits too, then one call at a time tries until one succeeds.
 */
export class AdaptiveThrottle {
  readonly #clock: Clock;
  readonly #limiters = new Set<Limiter>();
  readonly #states = new Map<Limiter, LimiterState>();
  readonly #maxConcurrency: number;
  #concurrency: number;
  #pausedUntilMs = 0;
  #successes = 0;
  #openReason: RunError | null = null;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#maxConcurrency = limit;
    this.#concurrency = limit;
  }

  /** Sets the limit of `limiter`, now and from now on. */
  attach(limiter: Limiter): void {
    this.#limiters.add(limiter);
    limiter.resize(this.#concurrency);
  }

  /**
   * Waits out any pause, then for a place in the lane; the returned function gives the place on. A pause that began
   * meanwhile is waited out too, without the place.
   * @throws the signal's reason; RunError RUN_STOPPED when the brake is locked
   */
  async acquire({ limiter, key, signal }: SlotRequest): Promise<() => void> {
    for (;;) {
      while (this.#isPaused) await this.#clock.sleep(this.#pausedUntilMs - this.#clock.now(), signal);
      this.#assertNotOpen(signal);
      const release = await limiter.acquire(key);
      if (!this.#isPaused && this.#openReason === null && !signal.aborted) return release;
      release();
    }
  }

  /**
   * LinkedIn says that it is too much, and how long to pause if it does. Complaints within one pause count once;
   * further ones wait longer each time.
   * @returns milliseconds that all wait; null when the complaint belongs to an earlier pause
   */
  throttle({ limiter, startedMs }: FailedCall, requestedMs: number | null): number | null {
    this.#successes = 0;
    const isNew = startedMs >= this.#pausedUntilMs;
    if (!isNew) {
      this.#extendPause(requestedMs ?? 0);
      return null;
    }
    this.#concurrency = Math.max(1, Math.floor(this.#concurrency / 2));
    this.#resizeLimiters();
    return this.#pause(limiter, requestedMs);
  }

  /**
   * A call failed in another way.
   * @returns milliseconds that all wait, when it is one of too many in a row; else null
   */
  recordFailure({ limiter, startedMs }: FailedCall, requestedMs: number | null): number | null {
    const state = this.#stateOf(limiter);
    state.failuresInARow += 1;
    if (state.failuresInARow < FAILURES_TO_TRIP) return null;
    state.isHalfOpen = true;
    limiter.resize(1);
    return startedMs < this.#pausedUntilMs ? null : this.#pause(limiter, requestedMs);
  }

  /** LinkedIn asks for a longer pause than a run can make: no call goes out any more. */
  open(reason: ActionError): void {
    this.#openReason ??= runStoppedError('not sent', reason);
  }

  /** A call went through. */
  recordSuccess(limiter: Limiter): void {
    const state = this.#states.get(limiter);
    this.#states.delete(limiter);
    if (state?.isHalfOpen) this.#resizeLimiters();
    if (this.#concurrency >= this.#maxConcurrency) return;
    this.#successes += 1;
    if (this.#successes < SUCCESSES_TO_RECOVER) return;
    this.#successes = 0;
    this.#concurrency += 1;
    this.#resizeLimiters();
  }

  get #isPaused(): boolean {
    return this.#pausedUntilMs > this.#clock.now();
  }

  #stateOf(limiter: Limiter): LimiterState {
    const state = this.#states.get(limiter) ?? { failuresInARow: 0, pausesInARow: 0, isHalfOpen: false };
    this.#states.set(limiter, state);
    return state;
  }

  /** LinkedIn's own wish is never cut short. Without success in between, each pause is longer than the one before. */
  #pause(limiter: Limiter, requestedMs: number | null): number {
    const state = this.#stateOf(limiter);
    state.pausesInARow += 1;
    const backoffWaitMs = backoffMs(state.pausesInARow, 'throttled', this.#clock.random());
    const isFirstRequest = state.pausesInARow === 1 && requestedMs !== null && requestedMs > 0;
    const pauseMs = isFirstRequest ? requestedMs : Math.max(requestedMs ?? 0, backoffWaitMs);
    this.#extendPause(pauseMs);
    return pauseMs;
  }

  #extendPause(pauseMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + pauseMs);
  }

  #assertNotOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#openReason !== null) throw this.#openReason;
  }

  #resizeLimiters(): void {
    for (const limiter of this.#limiters)
      limiter.resize(this.#states.get(limiter)?.isHalfOpen ? 1 : this.#concurrency);
  }
}
