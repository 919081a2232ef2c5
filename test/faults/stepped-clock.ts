// Virtual time: it advances to the next sleep that is due as soon as nothing else happens, so long waits cost no time.

import { setImmediate } from 'node:timers/promises';
import { TestClock } from '../support/clock.ts';

// Some of Node's streams need two turns of the event loop between two events.
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
   * Lets everything happen that needs no time, then advances to the next sleep. Returns false if there is none.
   * @param pulse increases with every event
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
