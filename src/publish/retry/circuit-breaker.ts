// What several files are refused for in the same words, one after the other, is no matter of the files.

import type { ActionError } from '../../errors.ts';
import { classify } from './retry-policy.ts';

const TRIP_AFTER = 3;
// Each answer has an id of its own.
const REQUEST_ID = / \[x-li-uuid [^\]]*\]$/;

export class CircuitBreaker {
  #lastMessage = '';
  #consecutive = 0;

  /** Hears how each registration ended, null when it went well; tells whether the run is to end with it. */
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
