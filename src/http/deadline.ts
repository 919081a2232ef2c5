// How long a request may take: a limit on silence, not on size, so that a slow upload may take its time.

import type { Clock } from '../deps.ts';
import { type CallFacts, NetworkError } from '../errors.ts';

/** Longest silence while bytes are still to be sent, and for the answer to a request without a body. */
export const STALL_MS = 60_000;
/** Longest wait for the answer after the last byte: a synchronous picture is processed before it is answered. */
export const ANSWER_MS = 300_000;

/** Aborts `signal` with NetworkError NETWORK_TIMEOUT when nothing has moved for too long. */
export class Deadline {
  readonly #stop = new AbortController();
  readonly #timer = new AbortController();
  readonly #clock: Clock;
  #lastProgressMs: number;
  #limitMs = STALL_MS;

  constructor(clock: Clock, what: string) {
    this.#clock = clock;
    this.#lastProgressMs = clock.now();
    void this.#watch(what);
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
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

  end(): void {
    // With a reason at hand no exception is made, and no stack walked, for each request that went well.
    this.#timer.abort(null);
  }

  async #watch(what: string): Promise<void> {
    try {
      for (;;) {
        const leftMs = this.#lastProgressMs + this.#limitMs - this.#clock.now();
        if (leftMs <= 0) break;
        await this.#clock.sleep(leftMs, this.#timer.signal);
      }
      const text = `${what} timed out: nothing moved for ${this.#limitMs / 1000} s`;
      this.#stop.abort(new NetworkError('NETWORK_TIMEOUT', text));
    } catch {
      // The request ended first.
    }
  }
}
