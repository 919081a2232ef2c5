// Limits how long a request may be idle. There is no limit on its total time, so slow uploads can finish.

import { sleepUntil } from '../clock.ts';
import type { Clock } from '../deps.ts';

/** Longest idle time while bytes remain to be sent, and for the response to any other request. */
export const STALL_MS = 60_000;
/** Longest wait for the response to an upload: LinkedIn processes a synchronous image before it responds. */
export const UPLOAD_RESPONSE_MS = 300_000;

interface IdleTimeoutOptions {
  readonly clock: Clock;
  readonly what: string;
  /** Gets the message of the timeout once, which names `what`. */
  readonly onExpire: (message: string) => void;
}

/** The timeout of one request. It expires when no bytes have moved for too long. The caller must `end` it. */
export class IdleTimeout {
  /** The message once it has expired; else null. */
  expired: string | null = null;
  readonly #options: IdleTimeoutOptions;
  readonly #ended = new AbortController();
  #touchedMs: number;
  #limitMs = STALL_MS;

  constructor(options: IdleTimeoutOptions) {
    this.#options = options;
    this.#touchedMs = options.clock.now();
    void this.#watch();
  }

  /** Bytes have moved. `limitMs`: how long the next ones may take. */
  touch(limitMs = STALL_MS): void {
    this.#touchedMs = this.#options.clock.now();
    this.#limitMs = limitMs;
  }

  end(): void {
    this.#ended.abort();
  }

  async #watch(): Promise<void> {
    const { clock, what, onExpire } = this.#options;
    if (!(await sleepUntil(clock, () => this.#touchedMs + this.#limitMs, this.#ended.signal))) return;
    this.expired = `${what} timed out: no progress for ${this.#limitMs / 1000} s`;
    onExpire(this.expired);
  }
}
