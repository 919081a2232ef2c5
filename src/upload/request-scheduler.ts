// The limits on parallel calls, parallel uploads and parallel status reads of a run, with one shared pause and its retry budget,
// and one circuit breaker for all of them.

import type { Clock } from '../deps.ts';
import { ActionError, runStoppedError } from '../errors/action-error.ts';
import { Limiter } from '../limiter.ts';
import { type PauseInfo, SharedPause } from './retry/shared-pause.ts';

interface RequestSchedulerOptions {
  readonly concurrency: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Gets an error that would affect every file: it ends the run. */
  readonly onFatal: (error: ActionError) => void;
  readonly onPause: (pause: PauseInfo) => void;
}

/** So many files that LinkedIn rejects in a row for the same reason end the run. */
const TRIP_AFTER = 3;

export class RequestScheduler {
  /** All calls but status reads. One at a time until LinkedIn has accepted a first registration. */
  readonly calls = new Limiter(1);
  /** Parallel uploads: a file holds a slot only while its bytes move. */
  readonly puts: Limiter;
  readonly reads: Limiter;
  readonly pause: SharedPause;
  /** Aborts when the run is cancelled, or when each further status read would fail. */
  readonly readSignal: AbortSignal;
  readonly #readEnd = new AbortController();
  readonly #options: RequestSchedulerOptions;
  /** Why LinkedIn rejected the last registration, and how many in a row for this reason. */
  #rejected = { reason: '', inARow: 0 };

  constructor(options: RequestSchedulerOptions) {
    const { concurrency, signal } = options;
    this.#options = options;
    this.puts = new Limiter(concurrency);
    this.reads = new Limiter(concurrency);
    this.readSignal = AbortSignal.any([signal, this.#readEnd.signal]);
    this.pause = new SharedPause(options);
  }

  /** Ends the run, because `error` would affect every file. An aborted run is reported through its signal. */
  stop(error: ActionError): void {
    const { signal, onFatal } = this.#options;
    if (signal.aborted) return;
    onFatal(error);
    const { retry, isOverload } = error;
    // A rejected registration says nothing about status reads.
    if (isOverload || (retry.kind === 'stop' && retry.stops !== 'registrations'))
      this.#readEnd.abort(runStoppedError('not requested', error));
  }

  /**
   * Notes the end of a registration, null for a success, before its slot is released, so that the next call takes it into account.
   * The circuit breaker: if LinkedIn rejects several files in a row for the same reason, the inputs are wrong, not the files.
   */
  recordRegistration(error: ActionError | null): void {
    if (error === null) {
      this.#rejected.inARow = 0;
      // The first registration of a run is sent alone, so that an invalid token costs one call.
      this.calls.raise(this.#options.concurrency);
    } else if (error.retry.kind === 'no') {
      const { reason } = error;
      const inARow = reason === this.#rejected.reason ? this.#rejected.inARow + 1 : 1;
      this.#rejected = { reason, inARow };
      if (inARow >= TRIP_AFTER) this.stop(error);
    }
  }

  /** Runs one status read. Each read is its own key, so none waits for another file's. */
  readonly withReadSlot = async <T>(call: () => Promise<T>): Promise<T> => {
    const release = await this.pause.acquire({ limiter: this.reads, key: call, signal: this.readSignal });
    try {
      const startedMs = this.#options.clock.now();
      const result = await call();
      // A read returns one status or several, or errors in their place. It counts as one success or one failure.
      const results: unknown[] = [result].flat();
      const errors = results.filter((one) => one instanceof ActionError);
      const error = errors.find(({ endsRun }) => endsRun) ?? errors[0];
      const isGood = results.some((one) => one !== null && !(one instanceof ActionError));
      if (isGood) this.pause.recordSuccess(this.reads);
      if (error !== undefined && (!isGood || error.endsRun))
        this.pause.recordFailedCall(error, { limiter: this.reads, startedMs });
      if (error?.retry.kind === 'stop') this.stop(error);
      return result;
    } finally {
      release();
    }
  };
}
