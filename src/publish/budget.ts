// What the whole run may spend on trying again: a budget of repeats, and one brake for all files.

import type { Clock } from '../deps.ts';
import type { ActionError, RunError } from '../errors.ts';
import { backoffMs } from '../http/retry.ts';
import type { Lane } from './lanes.ts';
import { stopped } from './outcome.ts';
import type { RepeatReason } from './verdict.ts';

const FULL = 100;
const COSTS: Record<RepeatReason, number> = { fault: 5, throttled: 10 };

/**
 * A bucket that repeats empty and successes refill: a bad hour costs a few more requests, a full outage at most twenty
 * beyond one a file.
 */
export class RetryBudget {
  #left = FULL;

  /** False when it is used up: repeating would add load to what is failing. */
  spend(reason: RepeatReason): boolean {
    if (this.#left < COSTS[reason]) return false;
    this.#left -= COSTS[reason];
    return true;
  }

  /** Gives back what was spent on what was not in vain. */
  refund(reason: RepeatReason): void {
    this.#left = Math.min(FULL, this.#left + COSTS[reason]);
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

interface Turn {
  readonly lane: Lane;
  readonly key: unknown;
  /** Ends the wait for it. */
  readonly signal: AbortSignal;
}

/** When LinkedIn says that it is too much for one file, it is too much for all: everyone waits, then fewer run at once. */
export class Brake {
  readonly #clock: Clock;
  readonly #lanes = new Set<Lane>();
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
   * Runs `task` in the lane as soon as nobody is to hold back. Who waits for that holds no place; who got a place when
   * the brake had been pulled meanwhile gives it on.
   * @throws the signal's reason; RunError RUN_STOPPED when the brake is locked
   */
  async run<T>({ lane, key, signal }: Turn, task: () => Promise<T>): Promise<T> {
    for (;;) {
      while (this.#isPulled) await this.#clock.sleep(this.#untilMs - this.#clock.now(), signal);
      this.#assertOpen(signal);
      const leave = await lane.enter(key);
      try {
        this.#assertOpen(signal);
        if (!this.#isPulled) return await task();
      } finally {
        leave();
      }
    }
  }

  /**
   * LinkedIn says that it is too much, and how long to pause if it does. Complaints within one pause count once.
   * @returns milliseconds that all wait; null within a pause
   */
  pull(askedMs: number | null): number | null {
    const nowMs = this.#clock.now();
    const waitMs = askedMs || backoffMs(2, 'throttled', this.#clock.random());
    const isNew = !this.#isPulled;
    if (isNew) this.#resize(Math.max(1, Math.floor(this.#limit / 2)));
    this.#untilMs = Math.max(this.#untilMs, nowMs + waitMs);
    this.#calm = 0;
    return isNew ? waitMs : null;
  }

  /** LinkedIn asks for a longer pause than a run can make: no call goes out any more. */
  lock(reason: ActionError): void {
    this.#lock ??= stopped('not sent', reason);
  }

  /** A call went through. */
  release(): void {
    if (this.#limit >= this.#fullLimit) return;
    this.#calm += 1;
    if (this.#calm < RECOVERY_CALLS) return;
    this.#calm = 0;
    this.#resize(this.#limit + 1);
  }

  get #isPulled(): boolean {
    return this.#untilMs > this.#clock.now();
  }

  #assertOpen(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.#lock !== null) throw this.#lock;
  }

  #resize(limit: number): void {
    this.#limit = limit;
    for (const lane of this.#lanes) lane.resize(limit);
  }
}
