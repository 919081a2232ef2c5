// A clock whose time passes only when a test advances it; passed in wherever the action would read the real one.

import type { Clock } from '../../src/deps.ts';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

// Far from 0, so that code that confuses a date with a duration fails.
const TODAY_MS = Date.UTC(2026, 10, 25, 12);

interface TestClockOptions {
  /** Epoch milliseconds at the start. */
  readonly epochMs?: number;
  readonly random?: () => number;
}

/** Virtual time: starts at 0, moves only by `advance`. */
export class TestClock implements Clock {
  readonly #todayMs: number;
  readonly #random: () => number;
  readonly #sleepers = new Set<Sleeper>();
  #nowMs = 0;

  constructor({ epochMs = TODAY_MS, random = () => 0.5 }: TestClockOptions = {}) {
    this.#todayMs = epochMs;
    this.#random = random;
  }

  /** The number of pending sleeps. */
  get waiting(): number {
    return this.#sleepers.size;
  }

  now(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return this.#todayMs + this.#nowMs;
  }

  random(): number {
    return this.#random();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const fail = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      const wake = () => {
        signal?.removeEventListener('abort', fail);
        resolve();
      };
      const sleeper: Sleeper = { dueMs: this.#nowMs + ms, wake };
      signal?.addEventListener('abort', fail, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /**
   * Advances time by `ms`. Wakes the due sleeps in order, each at its own time; the work after a sleep, and the sleeps it
   * starts within these `ms`, run before the next one wakes.
   */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settled();
    for (;;) {
      const next = this.#earliest();
      if (next === undefined || next.dueMs > endMs) break;
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#sleepers.delete(next);
      next.wake();
      await settled();
    }
    this.#nowMs = endMs;
    await settled();
  }

  #earliest(): Sleeper | undefined {
    return [...this.#sleepers].reduce<Sleeper | undefined>(
      (first, sleeper) => (first === undefined || sleeper.dueMs < first.dueMs ? sleeper : first),
      undefined,
    );
  }
}

/** Resolves when all work that needs no more time or input is done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
