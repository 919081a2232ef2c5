// Reads the status after a lost response: if LinkedIn has the upload, nothing is sent twice.

import type { Clock } from '../deps.ts';
import { ActionError, LinkedInError } from '../errors.ts';
import {
  type FailedStatus,
  isUploadProven,
  type LinkedIn,
  type StatusQuery,
  type StatusResult,
} from '../linkedin/session.ts';
import type { RequestScheduler } from './retry/request-scheduler.ts';

interface ProbeOptions {
  readonly linkedin: LinkedIn;
  readonly scheduler: RequestScheduler;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const SECOND_READ_MS = 1000;

export class Probe {
  readonly #options: ProbeOptions;
  readonly #query: StatusQuery;
  #failure: FailedStatus | null = null;

  constructor(options: ProbeOptions, query: StatusQuery) {
    this.#options = options;
    this.#query = query;
  }

  /** The failure that LinkedIn reported, or null. */
  get failure(): FailedStatus | null {
    return this.#failure;
  }

  /**
   * Whether the session needs no further request: LinkedIn has the upload, or reports a failure.
   * @throws the error of the status read
   */
  async check(): Promise<boolean> {
    return this.#evaluate(await this.#read());
  }

  /**
   * Like `check`, but reads again a second later if LinkedIn does not show the upload yet.
   * @throws the error of the last status read; the signal's reason
   */
  async checkTwice(): Promise<boolean> {
    const { clock, signal } = this.#options;
    const result = await this.#read();
    const mayAppearLater =
      result instanceof ActionError
        ? result instanceof LinkedInError && result.status === 404
        : result.state === 'waiting' && !isUploadProven(result);
    if (!mayAppearLater) return this.#evaluate(result);
    await clock.sleep(SECOND_READ_MS, signal);
    return await this.check();
  }

  #evaluate(result: Exclude<StatusResult, null>): boolean {
    if (result instanceof ActionError) throw result;
    if (result.state === 'failed') this.#failure = result;
    return result.state === 'failed' || isUploadProven(result);
  }

  async #read(): Promise<Exclude<StatusResult, null>> {
    const { linkedin, scheduler } = this.#options;
    const readOnce = async () => {
      const [result] = linkedin.readStatuses([this.#query], (call) => scheduler.withReadSlot(call));
      if (result === undefined) throw new RangeError('a status read returned no result');
      return await result;
    };
    const result = (await readOnce()) ?? (await readOnce());
    if (result === null) throw new RangeError('LinkedIn rejected the read of several files twice');
    return result;
  }
}
