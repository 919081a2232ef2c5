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
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #touchedMs: number;
  #limitMs = STALL_MS;

  constructor({ clock, what, onExpire }: IdleTimeoutOptions) {
    this.#clock = clock;
    this.#touchedMs = clock.now();
    void sleepUntil(clock, () => this.#touchedMs + this.#limitMs, this.#ended.signal).then((isOver) => {
      if (!isOver) return;
      this.expired = `${what} timed out: no progress for ${this.#limitMs / 1000} s`;
      onExpire(this.expired);
    });
  }

  /** Bytes have moved. `limitMs`: how long the next ones may take. */
  touch(limitMs = STALL_MS): void {
    this.#touchedMs = this.#clock.now();
    this.#limitMs = limitMs;
  }

  end(): void {
    this.#ended.abort();
  }
}
