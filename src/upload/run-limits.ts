// The limits under which a run sends its requests: slots for calls, uploads and status reads, one pause and one retry budget for all
// of them, and the circuit breaker. `call` is the retry loop: it repeats a failed call as the error of the call says.

import {
  type ActionError,
  RunError,
  runStoppedError,
  toActionError,
} from '../errors/action-error.ts';
import { backoffMs, MAX_WAIT_MS, STOP } from '../errors/retry-policy.ts';
import { Limiter } from '../limiter.ts';
import type { StatusResult, WithReadSlot } from '../linkedin/session.ts';
import type { Clock, Run } from '../run.ts';
import type { RetryInfo } from './file-state.ts';
import type { Ledger } from './ledger.ts';

/** Is stopped by an error that would affect every file. */
type StoppedLedger = Pick<Ledger, 'stop' | 'recordPause'>;

interface SlotRequest {
  readonly limiter: Limiter;
  /** Slots rotate between keys. */
  readonly key: unknown;
  readonly signal: AbortSignal;
}

/** A call holds no slot while it waits: each attempt takes one, by default of `calls` and under a key of its own. */
export interface CallOptions<T> extends Partial<SlotRequest> {
  /** The most attempts, the first one included. A rate limit is not counted: the retry budget limits those. */
  readonly maxAttempts: number;
  /** The most retries after attempts that may have had their effect. Without a probe, each may leave an orphan. */
  readonly maxInDoubt?: number;
  readonly onInDoubt?: (error: ActionError) => void;
  /** Gets each retry before its wait. */
  readonly onRetry?: (retry: RetryInfo) => void;
  /** Checks whether an attempt in doubt succeeded. Resolves with the result of the call, or null. */
  readonly probe?: () => Promise<T | null>;
}

interface FailuresInARow {
  failures: number;
  pauses: number;
}

/** The run ends after this many rejected files in a row, if LinkedIn's reason is the same. */
const REJECTIONS_TO_TRIP = 3;
// This many failures in a row in one limiter are an outage, not an accident of single files.
const FAILURES_TO_PAUSE = 10;

/** An outage makes many calls fail together. So the retry budget counts events, not calls: failures within one pause cost once. */
const FULL_BUDGET = 100;
const EVENT_COST = 10;
/** Failures of calls that began within this time after a failure cost nothing more. */
const EVENT_MS = 1000;

export class RunLimits {
  /** All calls but reads of statuses and artifacts. One at a time until LinkedIn has accepted a first registration. */
  readonly calls = new Limiter(1);
  /** Parallel uploads: a file holds a slot only while its bytes move. */
  readonly puts: Limiter;
  readonly reads: Limiter;
  /** Aborts when the run is cancelled, or when each further status read would fail. */
  readonly readSignal: AbortSignal;
  readonly #ledger: StoppedLedger;
  readonly #concurrency: number;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #readEnd = new AbortController();
  readonly #inARow = new Map<Limiter, FailuresInARow>();
  #pausedUntilMs = 0;
  /** Why no call goes out any more. */
  #stopReason: RunError | null = null;
  /** Allows ten events, and one more for every ten calls that succeed at the first attempt. */
  #budget = FULL_BUDGET;
  /** Calls that began before this time belong to an event that the budget is charged for already. */
  #chargedUntilMs = Number.NEGATIVE_INFINITY;
  /** Why LinkedIn rejected the last registration, and how many in a row for this reason. */
  #rejected = { fingerprint: '', inARow: 0 };

  constructor({ clock, signal }: Run, concurrency: number, ledger: StoppedLedger) {
    this.#ledger = ledger;
    this.#concurrency = concurrency;
    this.#clock = clock;
    this.#signal = signal;
    this.puts = new Limiter(concurrency);
    this.reads = new Limiter(concurrency);
    this.readSignal = AbortSignal.any([signal, this.#readEnd.signal]);
  }

  /** Makes a call until it succeeds. @throws the error that ends it; RunError RUN_STOPPED; the reason of the signal */
  async call<T>(send: () => Promise<T>, options: CallOptions<T>): Promise<T> {
    const { limiter = this.calls, key = send, signal = this.#signal } = options;
    let [maxAttempts, inDoubt] = [options.maxAttempts, 0];
    for (let attempt = 1; ; attempt += 1) {
      const release = await this.#acquire({ limiter, key, signal });
      const startedMs = this.#clock.now();
      let error: ActionError;
      try {
        const result = await send();
        this.#recordSuccess(limiter, attempt === 1);
        return result;
      } catch (thrown) {
        error = toActionError(thrown);
        // Before the slot is released: the next call must not start, even if the file was abandoned.
        this.#recordFailure(error, limiter, startedMs);
      } finally {
        release();
      }
      if (error.effect === 'maybe') {
        options.onInDoubt?.(error);
        // The retry budget limits the repeats after rate limits.
        if (!error.isOverload) inDoubt += 1;
      }
      // The reason of an abort outranks the error of an attempt.
      signal.throwIfAborted();
      // An attempt in doubt may have succeeded, which may be why this one failed.
      const found = inDoubt > 0 ? await this.#probe(options) : null;
      if (found !== null) return found;
      if (error.isOverload) maxAttempts += 1;
      const waitMs = this.#planRetry(error, { attempt, maxAttempts, inDoubt }, options);
      await this.#clock.sleep(waitMs, signal);
    }
  }

  /** The wait before the next attempt, in milliseconds. @throws the error that ends the call */
  #planRetry<T>(
    error: ActionError,
    {
      attempt,
      maxAttempts,
      inDoubt,
    }: Readonly<Record<'attempt' | 'maxAttempts' | 'inDoubt', number>>,
    { maxInDoubt, onRetry }: CallOptions<T>,
  ): number {
    const { retry, effect, isOverload } = error;
    const leftInDoubt = (maxInDoubt ?? maxAttempts) - inDoubt;
    if (retry.kind !== 'again' || attempt >= maxAttempts || leftInDoubt < 0) throw error;
    if ((retry.waitMs ?? 0) > MAX_WAIT_MS) throw error;
    const last = this.lastError(error);
    if (last !== null) throw last;
    const isInDoubt = effect === 'maybe' && !isOverload;
    // Each further attempt may be in doubt as this one is.
    const max = isInDoubt ? Math.min(maxAttempts, attempt + 1 + leftInDoubt) : maxAttempts;
    const random = this.#clock.random();
    // Few attempts may be in doubt, so each of them waits longer.
    const backoff =
      isInDoubt && maxInDoubt !== undefined
        ? backoffMs(inDoubt, 'lost', random)
        : backoffMs(attempt, retry.isOverloaded ? 'throttled' : 'error', random);
    // A `Retry-After` in the past is 0.
    const waitMs = retry.waitMs || backoff;
    onRetry?.({ error, waitMs, attempt: { number: attempt + 1, max } });
    return waitMs;
  }

  /** A failed probe proves nothing about the call, but it may end the run. */
  async #probe<T>({ probe }: CallOptions<T>): Promise<T | null> {
    try {
      return (await probe?.()) ?? null;
    } catch (thrown) {
      const error = toActionError(thrown);
      if (error.retry.kind === 'stop') throw error;
      return null;
    }
  }

  /** The error that ends a call that failed with `error`; null if it may be repeated. */
  lastError(error: ActionError): ActionError | null {
    if (error.retry.kind !== 'again') return error;
    // A further retry would only add load to a failing service.
    if (this.#budget >= 0) return null;
    if (error.isOverload) return error;
    const text = `too many calls of this run failed and were retried; the last error: ${error.message}`;
    return new RunError('RETRIES_SPENT', text, { cause: error, retry: STOP });
  }

  /**
   * Runs one status read. Each read is its own key, so none waits for another file's. It counts as one success or one
   * failure, however many statuses it returns.
   */
  readonly withReadSlot: WithReadSlot = async (read) => {
    const release = await this.#acquire({
      limiter: this.reads,
      key: read,
      signal: this.readSignal,
    });
    try {
      const startedMs = this.#clock.now();
      const result = await read();
      const results: readonly StatusResult[] = [result ?? []].flat();
      const errors = results.flatMap((one) => (one.state === 'unread' ? one.error : []));
      const error = errors.find(({ endsRun }) => endsRun) ?? errors[0];
      const isGood = errors.length < results.length;
      if (isGood) this.#recordSuccess(this.reads, true);
      if (error !== undefined && (!isGood || error.endsRun))
        this.#recordFailure(error, this.reads, startedMs);
      return result;
    } finally {
      release();
    }
  };

  /** Ends the run, because `error` would affect every file. An aborted run is reported through its signal. */
  stop(error: ActionError): void {
    if (this.#signal.aborted) return;
    this.#ledger.stop(error);
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
      this.calls.raise(this.#concurrency);
    } else if (error.retry.kind === 'no') {
      const { fingerprint } = error;
      const inARow = fingerprint === this.#rejected.fingerprint ? this.#rejected.inARow + 1 : 1;
      this.#rejected = { fingerprint, inARow };
      if (inARow >= REJECTIONS_TO_TRIP) this.stop(error);
    }
  }

  get #isPaused(): boolean {
    return this.#pausedUntilMs > this.#clock.now();
  }

  /**
   * Waits out any pause, also one that begins meanwhile (without the slot), and acquires a slot. The returned function releases it.
   */
  async #acquire({ limiter, key, signal }: SlotRequest): Promise<() => void> {
    for (;;) {
      while (this.#isPaused)
        await this.#clock.sleep(this.#pausedUntilMs - this.#clock.now(), signal);
      signal.throwIfAborted();
      if (this.#stopReason !== null) throw this.#stopReason;
      const release = await limiter.acquire(key);
      if (!this.#isPaused && this.#stopReason === null && !signal.aborted) return release;
      release();
    }
  }

  /** Ends the failures and pauses in a row. Refunds the budget for a success at the first attempt. */
  #recordSuccess(limiter: Limiter, isFirstAttempt: boolean): void {
    this.#inARow.delete(limiter);
    if (isFirstAttempt) this.#budget = Math.min(FULL_BUDGET, this.#budget + 1);
  }

  /** Ends the run, or pauses all files after a rate limit or an outage, or charges the budget for the failure. */
  #recordFailure(error: ActionError, limiter: Limiter, startedMs: number): void {
    const { retry } = error;
    if (retry.kind === 'stop') {
      if (retry.stops === 'all calls') this.#stopReason ??= runStoppedError('not sent', error);
      this.stop(error);
    }
    if (retry.kind !== 'again') return;
    const inARow = this.#inARow.get(limiter) ?? { failures: 0, pauses: 0 };
    this.#inARow.set(limiter, inARow);
    if (!retry.isOverloaded) inARow.failures += 1;
    const isOutage = retry.isOverloaded || inARow.failures >= FAILURES_TO_PAUSE;
    const requestedMs = (retry.waitMs ?? 0) > MAX_WAIT_MS ? 0 : (retry.waitMs ?? 0);
    // A call that began before the end of a pause belongs to that pause: several rate limits within one count once.
    if (isOutage && startedMs >= this.#pausedUntilMs) this.#pause(error, inARow, requestedMs);
    else {
      if (retry.isOverloaded && requestedMs > 0) this.#extendPause(requestedMs);
      if (startedMs >= this.#chargedUntilMs) this.#chargeBudget(EVENT_MS);
    }
  }

  /** Never shorter than `Retry-After`. Without a success in between, each pause is longer than the one before. */
  #pause(error: ActionError, inARow: FailuresInARow, requestedMs: number): void {
    inARow.pauses += 1;
    const backoff = backoffMs(inARow.pauses, 'throttled', this.#clock.random());
    const isFirstRequest = inARow.pauses === 1 && requestedMs > 0;
    const waitMs = isFirstRequest ? requestedMs : Math.max(requestedMs, backoff);
    this.#extendPause(waitMs);
    this.#chargeBudget(waitMs);
    this.#ledger.recordPause({ error, waitMs });
  }

  #extendPause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.#clock.now() + ms);
  }

  /** Charges once for all calls that fail within `ms`. */
  #chargeBudget(ms: number): void {
    this.#budget = Math.max(-EVENT_COST, this.#budget - EVENT_COST);
    this.#chargedUntilMs = Math.max(this.#chargedUntilMs, this.#clock.now() + ms);
  }
}
