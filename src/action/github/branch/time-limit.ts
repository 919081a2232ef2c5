// A time limit for several requests to GitHub: its signal aborts at a moment of the monotonic clock.

import type { Clock } from '../../../deps.ts';
import { ActionError } from '../../../errors.ts';

export class TimeLimit {
  readonly #limit = new AbortController();
  readonly #done = new AbortController();

  constructor(clock: Clock, deadlineMs: number) {
    const expire = () => this.#limit.abort(new ActionError('MANIFEST_WRITE', 'there was no success in time'));
    void clock.sleep(Math.max(0, deadlineMs - clock.now()), this.#done.signal).then(expire, () => {});
  }

  get signal(): AbortSignal {
    return this.#limit.signal;
  }

  /** Ends the timer. */
  end(): void {
    this.#done.abort();
  }
}
