// How long a request may take: a limit on silence, not on size, so that a slow upload may take its time.

import type { Clock } from '../deps.ts';

/** Longest silence while bytes are still to be sent, and for the answer to a request without a body. */
export const STALL_MS = 60_000;
/** Longest wait for the answer after the last byte: a synchronous picture is processed before it is answered. */
export const ANSWER_MS = 300_000;

/** One watch for all requests under way: a timer for each, ended by an exception, is a twentieth of a short one's time. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #limitMs: number;
  // No Set: one that is emptied and filled all the time leaves tables behind that keep one another in memory.
  readonly #open: Deadline[] = [];
  #watch: AbortController | null = null;

  /** `limitMs`: the longest silence, until a body is on its way. */
  constructor(clock: Clock, limitMs = STALL_MS) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** For `what`, as its fault will name it; to be ended with the request. `expire` hears the fault, once. */
  start(what: string, expire: (fault: string) => void): Deadline {
    const forget = () => this.#forget(deadline);
    const deadline = new Deadline({ clock: this.#clock, limitMs: this.#limitMs, what, expire, forget });
    this.#open.push(deadline);
    if (this.#watch === null) void this.#watchOver(new AbortController());
    return deadline;
  }

  #forget(deadline: Deadline): void {
    const index = this.#open.indexOf(deadline);
    if (index >= 0) this.#open.splice(index, 1);
    if (this.#open.length > 0) return;
    // With a reason at hand no exception is made, and no stack walked.
    this.#watch?.abort(null);
    this.#watch = null;
  }

  async #watchOver(watch: AbortController): Promise<void> {
    this.#watch = watch;
    while (this.#watch === watch) {
      // One that starts meanwhile cannot be due before that.
      const untilMs = this.#open.map((deadline) => deadline.leftMs);
      const ended = await this.#clock
        .sleep(Math.min(this.#limitMs, ...untilMs), watch.signal)
        .catch(() => 'ended');
      if (ended === 'ended') return;
      for (const deadline of [...this.#open]) deadline.judge();
    }
  }
}

interface DeadlineOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly what: string;
  readonly expire: (fault: string) => void;
  readonly forget: () => void;
}

/** Of one request: runs out when nothing has moved for too long. */
export class Deadline {
  readonly #options: DeadlineOptions;
  #lastProgressMs: number;
  #limitMs: number;
  #fault: string | null = null;

  constructor(options: DeadlineOptions) {
    this.#options = options;
    this.#lastProgressMs = options.clock.now();
    this.#limitMs = options.limitMs;
  }

  /** What happened, when it has run out. */
  get fault(): string | null {
    return this.#fault;
  }

  get leftMs(): number {
    return this.#lastProgressMs + this.#limitMs - this.#options.clock.now();
  }

  /**
   * Some bytes left; `isLast` when none are to follow and only the answer is awaited.
   * @returns milliseconds since the last time
   */
  progress(isLast: boolean): number {
    const nowMs = this.#options.clock.now();
    const tookMs = nowMs - this.#lastProgressMs;
    this.#lastProgressMs = nowMs;
    this.#limitMs = isLast ? ANSWER_MS : STALL_MS;
    return tookMs;
  }

  /** Runs out, if its time is up. */
  judge(): void {
    if (this.leftMs > 0) return;
    const { what, expire } = this.#options;
    this.#fault = `${what} timed out: nothing moved for ${this.#limitMs / 1000} s`;
    this.end();
    expire(this.#fault);
  }

  end(): void {
    this.#options.forget();
  }
}
