// What several files are refused for in the same words, one after the other, is no matter of the files.

import type { ActionError } from '../errors.ts';
import { verdictOn } from './verdict.ts';

const IN_A_ROW = 3;
// Each answer has an id of its own.
const REQUEST_ID = / \[x-li-uuid [^\]]*\]$/;

export class Refusals {
  #said = '';
  #count = 0;

  /** Hears how each registration ended, null when it went well; tells whether the run is to end with it. */
  isEnough(error: ActionError | null): boolean {
    if (error === null) {
      this.#count = 0;
      return false;
    }
    if (verdictOn(error).next !== 'give-up') return false;
    const said = error.message.replace(REQUEST_ID, '');
    this.#count = said === this.#said ? this.#count + 1 : 1;
    this.#said = said;
    return this.#count >= IN_A_ROW;
  }
}
