// Limits how long a request may be idle. There is no limit on its total time, so slow uploads can finish.

import type { Clock } from '../deps.ts';

/** Longest idle time while bytes remain to be sent, and for the response to a request without a body. */
export const STALL_MS = 60_000;
/** Longest wait for the response after the last byte: LinkedIn processes a synchronous image before it responds. */
export const RESPONSE_MS = 300_000;

/** The timeouts of all requests in flight, which share one timer. */
export class IdleTimeouts {
  readonly #clock: Clock;
  readonly #limitMs: number;
  // Not a Set, whose old tables would keep ended timeouts, and all that they refer to, in memory until a major GC.
  readonly #open: IdleTimeout[] = [];
  #timer: AbortController | null = null;

  /** `limitMs`: the longest idle time before the first bytes of a body are sent. */
  constructor(clock: Clock, limitMs = STALL_MS) {
    this.#clock = clock;
    this.#limitMs = limitMs;
  }

  /** Starts a timeout. `onExpire` gets its message once, which names `what`. The caller must `end` it. */
  start(what: string, onExpire: (message: string) => void): IdleTimeout {
    const onEnd = () => this.#remove(timeout);
    const timeout = new IdleTimeout({ clock: this.#clock, limitMs: this.#limitMs, what, onExpire, onEnd });
    this.#open.push(timeout);
    if (this.#timer === null) void this.#watch(new AbortController());
    return timeout;
  }

  #remove(timeout: IdleTimeout): void {
    const index = this.#open.indexOf(timeout);
    if (index >= 0) this.#open.splice(index, 1);
    if (this.#open.length > 0) return;
    this.#timer?.abort();
    this.#timer = null;
  }

  async #watch(timer: AbortController): Promise<void> {
    this.#timer = timer;
    while (this.#timer === timer) {
      // A timeout that starts during the sleep is not due before `limitMs`.
      const leftMs = this.#open.map((timeout) => timeout.leftMs);
      try {
        await this.#clock.sleep(Math.min(this.#limitMs, ...leftMs), timer.signal);
      } catch {
        return;
      }
      for (const timeout of [...this.#open]) timeout.check();
    }
  }
}

interface IdleTimeoutOptions {
  readonly clock: Clock;
  readonly limitMs: number;
  readonly what: string;
  readonly onExpire: (message: string) => void;
  readonly onEnd: () => void;
}

/** The timeout of one request. It expires when no bytes have moved for too long. */
export class IdleTimeout {
  readonly #options: IdleTimeoutOptions;
  #touchedMs: number;
  #limitMs: number;
  #expired: string | null = null;

  constructor(options: IdleTimeoutOptions) {
    this.#options = options;
    this.#touchedMs = options.clock.now();
    this.#limitMs = options.limitMs;
  }

  /** The message once it has expired; else null. */
  get expired(): string | null {
    return this.#expired;
  }

  get leftMs(): number {
    return this.#touchedMs + this.#limitMs - this.#options.clock.now();
  }

  /**
   * Bytes have moved. `isLast`: the body is complete, and only the response is awaited.
   * @returns milliseconds since the last time
   */
  touch(isLast: boolean): number {
    const nowMs = this.#options.clock.now();
    const tookMs = nowMs - this.#touchedMs;
    this.#touchedMs = nowMs;
    this.#limitMs = isLast ? RESPONSE_MS : STALL_MS;
    return tookMs;
  }

  /** Expires if its time is up. */
  check(): void {
    if (this.leftMs > 0) return;
    const { what, onExpire } = this.#options;
    this.#expired = `${what} timed out: no progress for ${this.#limitMs / 1000} s`;
    this.end();
    onExpire(this.#expired);
  }

  end(): void {
    this.#options.onEnd();
  }
}
