// What the whole run may spend on trying again: a budget of failures, and one brake for all files.

import type { Clock } from '../deps.ts';
import type { ActionError, RunError } from '../errors.ts';
import { backoffMs } from '../http/retry.ts';
import type { Lane } from './lanes.ts';
import { stopped } from './outcome.ts';

const FULL = 100;
const EVENT_COST = 10;
/** Calls that began within this time of a failure fail for the same reason. */
const EVENT_MS = 1000;

/**
 * A bucket that failures empty and successes refill. It charges per event, not per call: however many calls fail
 * together, they cost once. Ten events, and one more for every ten calls that work at the first try.
 */
export class RetryBudget {
  #left = FULL;
  #eventEndMs = Number.NEGATIVE_INFINITY;

  /** Whether one more repeat would only add load to what is failing. */
  get isSpent(): boolean {
    return this.#left < 0;
  }

  /** A call that began at `startedMs` failed. It costs nothing while an earlier failure explains it. */
  chargeFailure(startedMs: number, nowMs: number): void {
    if (startedMs >= this.#eventEndMs) this.chargePause(nowMs, EVENT_MS);
  }

  /** A pause of all files costs once; the calls that fail meanwhile are part of it. */
  chargePause(nowMs: number, pauseMs: number): void {
    this.#left = Math.max(-EVENT_COST, this.#left - EVENT_COST);
    this.#eventEndMs = Math.max(this.#eventEndMs, nowMs + pauseMs);
  }

  /** A call that worked at its first try. */
  earn(): void {
    this.#left = Math.min(FULL, this.#left + 1);
  }
}

/** LinkedIn may ask for hours; a step that waits that long helps nobody. */
export const LONGEST_PAUSE_MS = 120_000;

// After this many answers without complaint, one more upload may run beside the others.
const RECOVERY_CALLS = 10;
// So many failures in a row on one lane are an outage, and no accident of single files.
const OUTAGE_FAILURES = 10;

interface Turn {
  readonly lane: Lane;
  readonly key: unknown;
  /** Ends the wait for it. */
  readonly signal: AbortSignal;
}

/** A call that failed, or was too much. */
export interface FailedCall {
  readonly lane: Lane;
  /** When it began: what began before a pause was over belongs to the same complaint. */
  readonly startedMs: number;
}

interface LaneState {
  failuresInARow: number;
  pausesInARow: number;
  /** Down to one call at a time until one succeeds. */
  isOut: boolean;
}

/**
 * When LinkedIn says that it is too much for one file, it is too much for all: everyone waits, then fewer run at once.
 * When one call after the other fails, everyone waits too, then one call at a time tries until one succeeds.
 */
export class Brake {
  readonly #clock: Clock;
  readonly #lanes = new Set<Lane>();
  readonly #states = new Map<Lane, LaneState>();
  readonly #fullLimit: number;
  #limit: number;
  #untilMs = 0;
  #calm = 0;
  #lock: RunError | null = null;

  constructor(clock: Clock, limit: number) {
    this.#clock = clock;
    this.#fullLimit = limit;
    this.#limit = limit;
  }

  /** Sets the limit of `lane`, now and from now on. */
  hold(lane: Lane): void {
    this.#lanes.add(lane);
    lane.resize(this.#limit);
  }

  /**
   * Waits out any pause, then for a place in the lane; the returned function gives the place on. A pause that began
   * meanwhile is waited out too, without the place.
   * @throws the signal's reason; RunError RUN_STOPPED when the brake is locked
   */
  async enter({ lane, key, signal }: Turn): Promise<() => void> {
    for (;;) {
      while (this.#isPulled) await this.#clock.sleep(this.#untilMs - this.#clock.now(), signal);
      this.#assertOpen(signal);
      const leave = await lane.enter(key);
      if (!this.#isPulled && this.#lock === null && !signal.aborted) return leave;
      leave();
    }
  }

  /**
   * LinkedIn says that it is too much, and how long to pause if it does. Complaints within one pause count once;
   * further ones wait longer each time.
   * @returns milliseconds that all wait; null when the complaint belongs to an earlier pause
   */
  pull({ lane, startedMs }: FailedCall, askedMs: number | null): number | null {
    this.#calm = 0;
    const isNew = startedMs >= this.#untilMs;
    if (!isNew) {
      this.#extend(askedMs ?? 0);
      return null;
    }
    this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#resizeLanes();
    return this.#pause(lane, askedMs);
  }

  /**
   * A call failed in another way.
   * @returns milliseconds that all wait, when it is one of too many in a row; else null
   */
  fail({ lane, startedMs }: FailedCall, askedMs: number | null): number | null {
    const state = this.#stateOf(lane);
    state.failuresInARow += 1;
    if (state.failuresInARow < OUTAGE_FAILURES) return null;
    state.isOut = true;
    lane.resize(1);
    return startedMs < this.#untilMs ? null : this.#pause(lane, askedMs);
  }

  /** LinkedIn asks for a longer pause than a run can make: no call goes out any more. */
  lock(reason: ActionError): void {
    this.#lock ??= stopped('not sent', reason);
  }

  /** A call went through. */
  succeed(lane: Lane): void {
    const state = this.#states.get(lane);
    this.#states.delete(lane);
    if (state?.isOut) this.#resizeLanes();
    if (this.#limit >= this.#fullLimit) return;
    this.#calm += 1;
    if (this.#calm < RECOVERY_CALLS) return;
    this.#calm = 0;
    this.#limit += 1;
    this.#resizeLanes();
  }

  get #isPulled(): boolean {
    return this.#untilMs > this.#clock.now();
  }

  #stateOf(lane: Lane): LaneState {
    const state = this.#states.get(lane) ?? { failuresInARow: 0, pausesInARow: 0, isOut: false };
    this.#states.set(lane, state);
    return state;
  }

  /** LinkedIn's own wish is never cut short. Without success in between, each pause is longer than the one before. */
  #pause(lane: Lane, askedMs: number | null): number {
    const state = this.#stateOf(lane);
    state.pausesInARow += 1;
    const ownMs = backoffMs(state.pausesInARow, 'throttled', this.#clock.random());
    const isFirstWish = state.pausesInARow === 1 && askedMs !== null && askedMs > 0;
    const pauseMs = isFirstWish ? askedMs : Math.max(askedMs ?? 0, ownMs);
    this.#extend(pauseMs);
    return pauseMs;
  }

  #extend(pauseMs: number): void {
    this.#untilMs = Math.max(this.#untilMs, this.#clock.now() + pauseMs);
  }

  #assertOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#lock !== null) throw this.#lock;
  }

  #resizeLanes(): void {
    for (const lane of this.#lanes) lane.resize(this.#states.get(lane)?.isOut ? 1 : this.#limit);
  }
}
