// The circuit breaker stops the run when LinkedIn rejects three files in a row for the same reason: then the inputs are
// wrong, not the files.

import { type ActionError, LinkedInError } from '../../errors.ts';
import { classify } from './retry-policy.ts';

const TRIP_AFTER = 3;

export class CircuitBreaker {
  #lastReason = '';
  #consecutive = 0;

  /** Records the end of a registration, null for a success. Returns whether the run must stop. */
  shouldTrip(error: ActionError | null): boolean {
    if (error === null) {
      this.#consecutive = 0;
      return false;
    }
    if (classify(error).next !== 'fail') return false;
    const reason = reasonOf(error);
    this.#consecutive = reason === this.#lastReason ? this.#consecutive + 1 : 1;
    this.#lastReason = reason;
    return this.#consecutive >= TRIP_AFTER;
  }
}

/** The sentence about the error would not do: it has the id of the response. */
function reasonOf(error: ActionError): string {
  if (!(error instanceof LinkedInError)) return error.code;
  const { code, status, serviceCode, serviceMessage } = error;
  return JSON.stringify([code, status, serviceCode, serviceMessage]);
}
