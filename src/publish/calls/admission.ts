// With a limit of API calls per day, decides which files start: those whose calls still fit, next to the calls that the
// started files still need. Files wait while a started file may need fewer calls than expected.

import { sleepUnlessAborted } from '../../clock.ts';
import type { Clock } from '../../deps.ts';
import type { LinkedIn, StatusQuery } from '../../linkedin/session.ts';
import type { FileState } from '../file-state.ts';
import type { Ledger } from '../ledger.ts';
import type { CallAllowance } from './call-allowance.ts';
import { CallForecast } from './call-forecast.ts';
import type { PostUploadSteps } from './request-estimate.ts';

interface AdmissionOptions extends PostUploadSteps {
  /** How many files are uploaded at once. */
  readonly concurrency: number;
  readonly ledger: Ledger;
  readonly allowance: CallAllowance;
  readonly linkedin: Pick<LinkedIn, 'readsTogether'>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

interface WaitingFile {
  readonly index: number;
  readonly resolve: (isAdmitted: boolean) => void;
}

export class Admission {
  readonly #options: AdmissionOptions;
  /** The files that may make calls. Settled ones are removed later. */
  readonly #started = new Set<number>();
  /** In the order in which they are admitted. */
  readonly #waiting: WaitingFile[] = [];
  readonly #forecast: CallForecast;
  /** Ends the wait for midnight. Null while nothing waits. */
  #midnight: AbortController | null = null;

  constructor(options: AdmissionOptions) {
    const { ledger, signal } = options;
    this.#options = options;
    this.#forecast = new CallForecast(options);
    ledger.subscribe((entry, event) => {
      this.#forecast.observe(entry, event);
      if (event.kind !== 'sent') this.#decideAll();
    });
    signal.addEventListener('abort', () => this.#decideAll(), { once: true });
  }

  /**
   * Resolves with false for a file that is left for another day. Also resolves with true when the run ends, so that the
   * file gets the reason for that. A started file that asks again, for another upload, waits like a new one.
   */
  admit(index: number): Promise<boolean> {
    this.#started.delete(index);
    return new Promise((resolve) => {
      this.#waiting.push({ index, resolve });
      this.#decideAll();
    });
  }

  /** Whether the token may not read statuses of this kind. Then no further call is spent on them. */
  isUnreadable(query: Pick<StatusQuery, 'api' | 'kind'>): boolean {
    return this.#forecast.isUnreadable(query);
  }

  #decideAll(): void {
    for (;;) {
      const [first] = this.#waiting;
      const isAdmitted = first === undefined ? null : this.#decide(first.index);
      if (first === undefined || isAdmitted === null) break;
      this.#waiting.shift();
      if (isAdmitted) this.#started.add(first.index);
      first.resolve(isAdmitted);
    }
    if (this.#waiting.length > 0) this.#awaitMidnight();
    else {
      this.#midnight?.abort();
      this.#midnight = null;
    }
  }

  /** Null while the decision may change: a started file settles, or a day with a new allowance begins. */
  #decide(index: number): boolean | null {
    const { ledger, allowance, signal } = this.#options;
    if (signal.aborted || ledger.stopReason !== null) return true;
    for (const one of this.#started) if (ledger.entry(one).stage === 'settled') this.#started.delete(one);
    const entries = [...this.#started, index].map((one) => ledger.entry(one));
    if (this.#forecast.callsToSettle(entries) > allowance.leftCalls)
      return this.#started.size === 0 ? false : null;
    const isFirst = (entry: FileState) => this.#forecast.readsFirst(entry);
    return isFirst(ledger.entry(index)) && entries.filter(isFirst).length > 1 ? null : true;
  }

  #awaitMidnight(): void {
    if (this.#midnight !== null) return;
    const { allowance, clock, signal } = this.#options;
    this.#midnight = new AbortController();
    const end = AbortSignal.any([signal, this.#midnight.signal]);
    void sleepUnlessAborted(clock, allowance.msUntilNextDay, end).then((isNewDay) => {
      if (!isNewDay) return;
      this.#midnight = null;
      this.#decideAll();
    });
  }
}
