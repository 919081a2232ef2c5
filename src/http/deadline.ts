// How long a request may take: a limit on silence, not on size, so that a slow upload may take its time.

import type { Clock } from '../deps.ts';
import { type CallFacts, NetworkError } from '../errors.ts';

/** Longest silence while bytes are still to be sent, and for the answer to a request without a body. */
export const STALL_MS = 60_000;
/** Longest wait for the answer after the last byte: a synchronous picture is processed before it is answered. */
export const ANSWER_MS = 300_000;

/** One watch for all requests under way: a timer for each would cost a short request more than its own JSON. */
export class Deadlines {
  readonly #clock: Clock;
  readonly #open = new Set<Deadline>();
  #watch: AbortController | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** For `what`, as its error will name it; to be ended with the request. */
  start(what: string): Deadline {
    const deadline = new Deadline(this.#clock, what, () => this.#forget(deadline));
    this.#open.add(deadline);
    if (this.#watch === null) void this.#watchOver(new AbortController());
    return deadline;
  }

  #forget(deadline: Deadline): void {
    this.#open.delete(deadline);
    if (this.#open.size > 0) return;
    // With a reason at hand no exception is made, and no stack walked.
    this.#watch?.abort(null);
    this.#watch = null;
  }

  async #watchOver(watch: AbortController): Promise<void> {
    this.#watch = watch;
    while (this.#watch === watch) {
      // One that starts meanwhile cannot be due before that.
      const untilMs = [...this.#open].map((deadline) => deadline.leftMs);
      const ended = await this.#clock
        .sleep(Math.min(STALL_MS, ...untilMs), watch.signal)
        .catch(() => 'ended');
      if (ended === 'ended') return;
      for (const deadline of this.#open) deadline.judge();
    }
  }
}

/** Aborts `signal` with NetworkError NETWORK_TIMEOUT when nothing has moved for too long. */
export class Deadline {
  readonly #stop = new AbortController();
  readonly #clock: Clock;
  readonly #what: string;
  readonly #forget: () => void;
  #lastProgressMs: number;
  #limitMs = STALL_MS;

  constructor(clock: Clock, what: string, forget: () => void) {
    this.#clock = clock;
    this.#what = what;
    this.#forget = forget;
    this.#lastProgressMs = clock.now();
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get leftMs(): number {
    return this.#lastProgressMs + this.#limitMs - this.#clock.now();
  }

  /** What running out of time means for the call. */
  faultOf(call: CallFacts): NetworkError {
    const { reason } = this.#stop.signal;
    return new NetworkError('NETWORK_TIMEOUT', reason instanceof Error ? reason.message : String(reason), {
      call,
    });
  }

  /**
   * Some bytes left; `isLast` when none are to follow and only the answer is awaited.
   * @returns milliseconds since the last time
   */
  progress(isLast: boolean): number {
    const nowMs = this.#clock.now();
    const tookMs = nowMs - this.#lastProgressMs;
    this.#lastProgressMs = nowMs;
    this.#limitMs = isLast ? ANSWER_MS : STALL_MS;
    return tookMs;
  }

  /** Aborts when the time is up. */
  judge(): void {
    if (this.leftMs > 0) return;
    const text = `${this.#what} timed out: nothing moved for ${this.#limitMs / 1000} s`;
    this.#stop.abort(new NetworkError('NETWORK_TIMEOUT', text));
    this.end();
  }

  end(): void {
    this.#forget();
  }
}
