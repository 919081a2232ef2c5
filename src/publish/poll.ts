// The run's one poll loop: reads the status of all files that are due, and lets none wait for another.

import type { Clock } from '../deps.ts';
import { ActionError, LinkedInError } from '../errors.ts';
import {
  API_TRAITS,
  hasUpload,
  type LinkedIn,
  type StatusAnswer,
  type StatusQuery,
  type StatusReading,
} from '../linkedin/session.ts';
import { LONGEST_PAUSE_MS } from './budget.ts';
import type { Repetition } from './entry.ts';

interface PollOptions {
  readonly linkedin: LinkedIn;
  /** The lane of status reads; `signal` ends the wait for a turn in it. */
  readonly inLane: <T>(call: () => Promise<T>, signal: AbortSignal) => Promise<T>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Null when a read that failed is worth another one, else what ends the wait. */
  readonly whyNotAgain: (error: ActionError) => ActionError | null;
}

/** How long to wait for one file, and who hears of each reading. */
export interface Patience {
  /** Milliseconds before the first read. */
  readonly firstMs: number;
  /** Milliseconds from now until the wait is over. */
  readonly limitMs: number;
  /** How long LinkedIn may say that nothing has come in before the upload counts as lost. */
  readonly stuckMs: number;
  /** Whether this run uploaded it. Else a file that is not found is one that has not come in. */
  readonly isNew: boolean;
  readonly onStatus: (status: string | null) => void;
  /** Hears of a read that failed and comes again. */
  readonly onTrouble?: (error: ActionError) => void;
  /** Hears of the same, once for all files of one call, and not of what is no fault. */
  readonly onRepeat?: (repeat: Repetition) => void;
}

/** The upload was answered, but LinkedIn does not have it. */
export interface Stuck {
  readonly state: 'stuck';
  readonly status: string | null;
}

export type Settlement = StatusReading | Stuck | null;

interface Waiting extends Patience {
  readonly query: StatusQuery;
  readonly startMs: number;
  /** Waits of the growing row that are behind this file; a read at once is none of them. */
  waits: number;
  dueMs: number;
  /** When its last read began: an answer is judged by how old the file was then, not by how long others took. */
  askedMs: number;
  /** From when on a read that is made anyway may tell of this file too. */
  readyMs: number;
  readonly settle: (reading: Settlement) => void;
  readonly fail: (error: unknown) => void;
}

// Each read counts against a daily quota that can be as low as a hundred, so the waits grow.
const WAITS_S = [1, 2, 3, 5, 8, 13, 20, 30];
const LONG_AFTER_MS = 10 * 60_000;
const LONG_WAIT_S = 60;

/** Milliseconds to wait after `waits` waits and `elapsedMs` of patience. */
export function nextWaitMs(waits: number, elapsedMs: number): number {
  if (elapsedMs >= LONG_AFTER_MS) return LONG_WAIT_S * 1000;
  return (WAITS_S[Math.min(waits, WAITS_S.length - 1)] ?? LONG_WAIT_S) * 1000;
}

// What was just registered may not be known everywhere at once.
const NOT_FOUND_MS = 30_000;

export const FIRST_WAIT_MS = nextWaitMs(0, 0);

export class PollLoop {
  readonly #options: PollOptions;
  readonly #waiting = new Set<Waiting>();
  readonly #stop = new AbortController();
  readonly #signal: AbortSignal;
  #wake = new AbortController();
  #sleepsUntilMs = 0;
  #isRunning = false;

  constructor(options: PollOptions) {
    this.#options = options;
    this.#signal = AbortSignal.any([options.signal, this.#stop.signal]);
  }

  /**
   * Resolves with the reading that settles the file, null when `limitMs` is over before one does, or `stuck`.
   * @throws the error of a status read; the signal's reason when the run is cancelled
   */
  until(query: StatusQuery, patience: Patience): Promise<Settlement> {
    const startMs = this.#options.clock.now();
    return new Promise((settle, fail) => {
      const waitMs = Math.min(patience.firstMs, patience.limitMs);
      const waits = patience.firstMs > 0 ? 1 : 0;
      const due = dueAfter(query, startMs, waitMs);
      this.#join({ ...patience, ...due, query, startMs, askedMs: startMs, waits, settle, fail });
    });
  }

  /** Ends every wait, those to come too, with `reason`: no further read would tell more. */
  stop(reason: unknown): void {
    this.#stop.abort(reason);
  }

  /** A file that is due before the loop would look again wakes it. */
  #join(waiting: Waiting): void {
    this.#waiting.add(waiting);
    if (waiting.dueMs < this.#sleepsUntilMs) this.#wake.abort();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#waiting.size > 0) {
        await this.#sleepUntilDue();
        this.#signal.throwIfAborted();
        for (const batch of this.#takeDue()) this.#read(batch);
      }
    } catch (error) {
      for (const waiting of this.#waiting) waiting.fail(error);
      this.#waiting.clear();
    } finally {
      this.#isRunning = false;
    }
  }

  async #sleepUntilDue(): Promise<void> {
    const { clock } = this.#options;
    this.#wake = new AbortController();
    this.#sleepsUntilMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#waiting) this.#sleepsUntilMs = Math.min(this.#sleepsUntilMs, dueMs);
    const waitMs = this.#sleepsUntilMs - clock.now();
    if (waitMs <= 0) return;
    await clock.sleep(waitMs, AbortSignal.any([this.#signal, this.#wake.signal])).catch(() => {});
  }

  /** Those that are due, one batch for each API and kind; they leave the set while they are read. */
  #takeDue(): Iterable<Waiting[]> {
    const nowMs = this.#options.clock.now();
    const waiting = [...this.#waiting];
    const kinds = new Set(waiting.filter(({ dueMs }) => dueMs <= nowMs).map(kindOf));
    const due = waiting.filter((one) => one.readyMs <= nowMs && kinds.has(kindOf(one)));
    for (const one of due) {
      this.#waiting.delete(one);
      one.askedMs = nowMs;
    }
    return Map.groupBy(due, kindOf).values();
  }

  /** Each file goes by its own answer, as soon as that is there: another's call may take minutes. */
  #read(batch: Waiting[]): void {
    const { linkedin, inLane } = this.#options;
    const queries = batch.map((waiting) => waiting.query);
    const answers = linkedin.readStatuses(queries, (call) => inLane(call, this.#signal));
    const failures = new Map<ActionError, ActionError | null>();
    for (const [index, waiting] of batch.entries())
      void this.#judge(waiting, answers[index], failures).catch((error) => waiting.fail(error));
  }

  /** @throws what is a bug */
  async #judge(
    waiting: Waiting,
    answer: Promise<StatusAnswer> | undefined,
    failures: Map<ActionError, ActionError | null>,
  ): Promise<void> {
    const reading = await answer;
    if (reading === undefined)
      throw new RangeError('a status read answered for fewer files than it was asked');
    if (reading instanceof ActionError) this.#judgeFailure(waiting, reading, failures);
    else this.#judgeReading(waiting, reading);
  }

  /**
   * The next read in the row is the next try: a file that is uploaded has time. One call that failed for many files is
   * one error, and is repeated once.
   */
  #judgeFailure(waiting: Waiting, error: ActionError, failures: Map<ActionError, ActionError | null>): void {
    const elapsedMs = waiting.askedMs - waiting.startMs;
    const notFoundMs = waiting.isNew ? NOT_FOUND_MS : waiting.stuckMs;
    const isTooEarly = error instanceof LinkedInError && error.status === 404 && elapsedMs < notFoundMs;
    const isNews = !isTooEarly && !failures.has(error);
    if (isNews) failures.set(error, this.#options.whyNotAgain(error));
    const end = isTooEarly ? null : failures.get(error);
    if (end) waiting.fail(end);
    else {
      waiting.onTrouble?.(error);
      const leastMs = (error instanceof LinkedInError && error.retryAfterMs) || 0;
      const waitMs = this.#waitOn(waiting, leastMs, isTooEarly);
      if (isNews && waitMs !== null) waiting.onRepeat?.({ error, waitMs, count: null });
    }
  }

  #judgeReading(waiting: Waiting, reading: StatusReading): void {
    if ('status' in reading) waiting.onStatus(reading.status);
    if (reading.state !== 'waiting') {
      waiting.settle(reading);
      return;
    }
    const elapsedMs = waiting.askedMs - waiting.startMs;
    const isMissing = !hasUpload(reading);
    if (isMissing && elapsedMs >= waiting.stuckMs) {
      waiting.settle({ state: 'stuck', status: reading.status });
    } else this.#waitOn(waiting, 0, isMissing);
  }

  /**
   * The last wait is clipped to the limit, so that the last read begins at its very end, or later when the one before
   * took until then. It is never shorter than LinkedIn asks, `leastMs`; there is none when that is minutes too late. An
   * earlier run's upload that `isMissing` is read at the moment when it counts as lost.
   * @returns how long it is; null when there is none
   */
  #waitOn(waiting: Waiting, leastMs: number, isMissing: boolean): number | null {
    const nowMs = this.#options.clock.now();
    const endMs = waiting.startMs + waiting.limitMs;
    const isWorthIt = leastMs <= LONGEST_PAUSE_MS || nowMs + leastMs <= endMs;
    if (waiting.askedMs >= endMs || !isWorthIt) {
      waiting.settle(null);
      return null;
    }
    const lastMs = isMissing && !waiting.isNew ? waiting.startMs + waiting.stuckMs : endMs;
    const waitMs = Math.min(Math.max(0, lastMs - nowMs), nextWaitMs(waiting.waits, nowMs - waiting.startMs));
    const { dueMs, readyMs } = dueAfter(waiting.query, nowMs, waitMs);
    waiting.dueMs = Math.max(dueMs, nowMs + leastMs);
    waiting.readyMs = Math.max(readyMs, nowMs + leastMs);
    waiting.waits += 1;
    this.#join(waiting);
    return waiting.dueMs - nowMs;
  }
}

function kindOf({ query }: Waiting): string {
  return `${query.api} ${query.kind}`;
}

/** Where one call tells of many files, those that have waited most of their time are read along with the first. */
function dueAfter({ api }: StatusQuery, nowMs: number, waitMs: number): Pick<Waiting, 'dueMs' | 'readyMs'> {
  const isShared = API_TRAITS[api].statusBatch > 1;
  return { dueMs: nowMs + waitMs, readyMs: nowMs + (isShared ? waitMs * 0.75 : waitMs) };
}
