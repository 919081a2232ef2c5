// Status reads after a lost answer: whether LinkedIn has the upload, so that nothing is sent twice.

import { ActionError } from '../errors.ts';
import {
  type FailedReading,
  type LinkedIn,
  type StatusAnswer,
  type StatusQuery,
  showsUpload,
} from '../linkedin/session.ts';
import type { Traffic } from './traffic.ts';

interface ProbeOptions {
  readonly linkedin: LinkedIn;
  readonly traffic: Traffic;
}

export class Probe {
  readonly #options: ProbeOptions;
  readonly #query: StatusQuery;
  #failure: FailedReading | null = null;

  constructor(options: ProbeOptions, query: StatusQuery) {
    this.#options = options;
    this.#query = query;
  }

  /** What LinkedIn reported, if that was a failure. */
  get failure(): FailedReading | null {
    return this.#failure;
  }

  /**
   * Whether nothing more is to be sent in this session: LinkedIn has the upload, or reports a failure.
   * @throws the error of the status read
   */
  async isSettled(): Promise<boolean> {
    const answer = await this.#read();
    if (answer instanceof ActionError) throw answer;
    if (answer.state === 'failed') this.#failure = answer;
    return answer.state === 'failed' || showsUpload(answer);
  }

  async #read(): Promise<StatusAnswer> {
    const { linkedin, traffic } = this.#options;
    const [answer] = linkedin.readStatuses([this.#query], (call) => traffic.inReadLane(call));
    if (answer === undefined) throw new RangeError('a status read did not answer for its file');
    return await answer;
  }
}
