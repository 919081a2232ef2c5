// The outside world, handed in: what a test replaces to own the network, the time and the end of a run.

import type { Dispatcher } from 'undici';

export interface Clock {
  /** Monotonic milliseconds: for waits and durations, never for dates. */
  now(): number;
  /** Epoch milliseconds: for dates that LinkedIn names. */
  epochMs(): number;
  /** Resolves after `ms`; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** In [0, 1). */
  random(): number;
}

/** The variables of the environment. Secrets are deleted from it as they are read. */
export type Env = Record<string, string | undefined>;

export interface Deps {
  readonly dispatcher: Dispatcher;
  readonly clock: Clock;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
}
