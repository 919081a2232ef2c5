// Status reads after a lost answer: whether LinkedIn has the upload, so that nothing is sent twice.

import type { Clock } from '../deps.ts';
import { ActionError, LinkedInError } from '../errors.ts';
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
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const SECOND_READ_MS = 1000;

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
  async look(): Promise<boolean> {
    return this.#judge(await this.#read());
  }

  /**
   * Like `look`, but reads again a second later if LinkedIn does not show the upload yet.
   * @throws the error of the last status read; the signal's reason
   */
  async lookTwice(): Promise<boolean> {
    const { clock, signal } = this.#options;
    const answer = await this.#read();
    if (!mayComeLate(answer)) return this.#judge(answer);
    await clock.sleep(SECOND_READ_MS, signal);
    return await this.look();
  }

  #judge(answer: StatusAnswer): boolean {
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

function mayComeLate(answer: StatusAnswer): boolean {
  if (answer instanceof ActionError) return answer instanceof LinkedInError && answer.status === 404;
  return answer.state === 'waiting' && !showsUpload(answer);
}
