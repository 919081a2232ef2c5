// What the whole run may spend on trying again: a budget of repeats, and one brake for all files.

import type { Clock } from '../deps.ts';
import { backoffMs } from '../http/retry.ts';
import type { Lane } from './lanes.ts';

const FULL = 100;
const COSTS = { fault: 5, throttled: 10 } as const;

/** Why something is tried again. */
export type RepeatReason = keyof typeof COSTS;

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

  /** A call that worked at its first try. */
  earn(): void {
    this.#left = Math.min(FULL, this.#left + 1);
  }
}

/** LinkedIn may ask for hours; a step that waits that long helps nobody. */
export const LONGEST_PAUSE_MS = 120_000;

// After this many answers without complaint, one more upload may run beside the others.
const RECOVERY_CALLS = 10;

/** When LinkedIn says that it is too much for one file, it is too much for all: everyone waits, then fewer run at once. */
export class Brake {
  readonly #clock: Clock;
  readonly #lanes: readonly Lane[];
  readonly #fullLimit: number;
  #limit: number;
  #untilMs = 0;
  #calm = 0;

  constructor(clock: Clock, lanes: readonly Lane[], limit: number) {
    this.#clock = clock;
    this.#lanes = lanes;
    this.#fullLimit = limit;
    this.#limit = limit;
  }

  get isPulled(): boolean {
    return this.#untilMs > this.#clock.now();
  }

  /** Waits until nobody is to hold back. */
  async pass(signal: AbortSignal): Promise<void> {
    for (;;) {
      const waitMs = this.#untilMs - this.#clock.now();
      if (waitMs <= 0) return;
      await this.#clock.sleep(waitMs, signal);
    }
  }

  /** LinkedIn says that it is too much, and how long to pause if it does. Complaints within one pause count once. */
  pull(askedMs: number | null): void {
    const nowMs = this.#clock.now();
    const waitMs = Math.min(askedMs ?? backoffMs(2, 'throttled', this.#clock.random()), LONGEST_PAUSE_MS);
    if (nowMs >= this.#untilMs) this.#resize(Math.max(1, Math.floor(this.#limit / 2)));
    this.#untilMs = Math.max(this.#untilMs, nowMs + waitMs);
    this.#calm = 0;
  }

  /** A call went through. */
  release(): void {
    if (this.#limit >= this.#fullLimit) return;
    this.#calm += 1;
    if (this.#calm < RECOVERY_CALLS) return;
    this.#calm = 0;
    this.#resize(this.#limit + 1);
  }

  #resize(limit: number): void {
    this.#limit = limit;
    for (const lane of this.#lanes) lane.resize(limit);
  }
}
