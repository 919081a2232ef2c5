// The circuit breaker stops the run when LinkedIn rejects three files in a row with the same message: then the inputs are
// wrong, not the files.

import type { ActionError } from '../../errors.ts';
import { classify } from './retry-policy.ts';

const TRIP_AFTER = 3;
// Each response has a different id.
const REQUEST_ID = / \[x-li-uuid [^\]]*\]$/;

export class CircuitBreaker {
  #lastMessage = '';
  #consecutive = 0;

  /** Records the end of a registration, null for a success. Returns whether the run must stop. */
  shouldTrip(error: ActionError | null): boolean {
    if (error === null) {
      this.#consecutive = 0;
      return false;
    }
    if (classify(error).next !== 'fail') return false;
    const message = error.message.replace(REQUEST_ID, '');
    this.#consecutive = message === this.#lastMessage ? this.#consecutive + 1 : 1;
    this.#lastMessage = message;
    return this.#consecutive >= TRIP_AFTER;
  }
}
