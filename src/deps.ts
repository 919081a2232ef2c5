// Injected dependencies. Tests replace them to control the network, the time and cancellation.

import type { Dispatcher } from 'undici';

export interface Clock {
  /** Monotonic milliseconds, for waits and durations, not for dates. */
  now(): number;
  /** Epoch milliseconds, for dates from LinkedIn. */
  epochMs(): number;
  /** Resolves after `ms`. Rejects with the signal's reason if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

/** The environment variables. Secrets are deleted from it when they are read. */
export type Env = Record<string, string | undefined>;

export interface Deps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
}
