// Limits how long a request may be idle. There is no limit on its total time, so slow uploads can finish.

import { sleepUnlessAborted } from '../clock.ts';
import type { Clock } from '../run.ts';

/** Longest idle time while bytes remain to be sent, and for the response to any other request. */
export const STALL_MS = 60_000;
/** Longest wait for the response to an upload: LinkedIn processes a synchronous image before it responds. */
export const UPLOAD_RESPONSE_MS = 300_000;

export interface IdleTimeout {
  /** Aborts when no bytes have moved for too long, with an error that names the request. */
  readonly signal: AbortSignal;
  /** Bytes have moved. `limitMs`: how long the next ones may take; by default `STALL_MS`. */
  touch(limitMs?: number): void;
  end(): void;
}

/** The caller must `end` the timeout. */
export function startIdleTimeout(clock: Clock, what: string): IdleTimeout {
  const [expired, ended] = [new AbortController(), new AbortController()];
  let touchedMs = clock.now();
  let limitMs = STALL_MS;
  const leftMs = () => touchedMs + limitMs - clock.now();
  const watch = async () => {
    while (leftMs() > 0) if (!(await sleepUnlessAborted(clock, leftMs(), ended.signal))) return;
    expired.abort(new Error(`${what} timed out: no progress for ${limitMs / 1000} s`));
  };
  void watch();
  return {
    signal: expired.signal,
    touch(nextMs = STALL_MS) {
      touchedMs = clock.now();
      limitMs = nextMs;
    },
    end: () => ended.abort(),
  };
}
