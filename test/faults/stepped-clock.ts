// Time that goes from one sleeper to the next as soon as nothing else moves: a wait of an hour costs as much as none.

import { setImmediate } from 'node:timers/promises';
import { TestClock } from '../support/clock.ts';

// Some of Node's own streams take two turns of the event loop from one thing to the next.
const QUIET_TURNS = 4;

export class SteppedClock extends TestClock {
  readonly #dues = new Set<{ readonly atMs: number }>();
  #sleeps = 0;

  override async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const due = { atMs: this.now() + ms };
    this.#sleeps += 1;
    this.#dues.add(due);
    try {
      await super.sleep(ms, signal);
    } finally {
      this.#dues.delete(due);
    }
  }

  /**
   * Lets all happen that needs no time, then goes on to the next sleeper; false when nobody sleeps.
   * @param pulse grows with everything that happens
   */
  async step(pulse: () => number): Promise<boolean> {
    let seen = Number.NaN;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      const beats = pulse() + this.#sleeps;
      if (beats !== seen) quiet = 0;
      seen = beats;
      await setImmediate();
    }
    const atMs = Math.min(...[...this.#dues].map((due) => due.atMs));
    if (!Number.isFinite(atMs)) return false;
    await this.advance(atMs - this.now());
    return true;
  }
}
