// Virtual time. It advances when a test says so, or to the next sleep that is due as soon as nothing else happens, so an hour of
// waiting costs no time. The disk is real: while Node reads or writes a file, time stands still.

import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../src/run.ts';

/** The time of a world. */
export type Time = Pick<TestClock, 'now' | 'epochMs' | 'noteEvent' | 'sleep' | 'pass' | 'run'>;

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Some streams of Node need two turns of the event loop between two events. */
const QUIET_TURNS = 4;
const START_MS = Date.UTC(2026, 10, 25, 12);

interface TimeOptions {
  /** Epoch milliseconds at the start. */
  readonly epochMs?: number;
  readonly random?: () => number;
}

export class TestClock implements Clock {
  readonly random: () => number;
  readonly #startMs: number;
  readonly #sleepers = new Set<Sleeper>();
  #nowMs = 0;
  #events = 0;

  constructor({ epochMs = START_MS, random = () => 0.5 }: TimeOptions = {}) {
    this.#startMs = epochMs;
    this.random = random;
  }

  /** The number of pending sleeps. */
  get waiting(): number {
    return this.#sleepers.size;
  }

  /** Milliseconds since the start. */
  now(): number {
    return this.#nowMs;
  }

  epochMs(): number {
    return this.#startMs + this.#nowMs;
  }

  /** Everything that happens without a sleep is noted. */
  noteEvent(): void {
    this.#events += 1;
  }

  /** As `sleep`, for a pause in which no program runs. */
  pass(ms: number): Promise<void> {
    return this.sleep(ms);
  }

  /** Resolves after `ms`; rejects with the reason of the signal if that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.#events += 1;
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const sleeper: Sleeper = {
        dueMs: this.#nowMs + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', fail);
          resolve();
        },
      };
      const fail = () => {
        this.#sleepers.delete(sleeper);
        reject(signal?.reason);
      };
      signal?.addEventListener('abort', fail, { once: true });
      this.#sleepers.add(sleeper);
    });
  }

  /** Lets this time pass: wakes the sleeps in order, each at its time, also later ones. Does not wait for the disk. */
  async advance(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await setImmediate();
    while (this.#wakeNext(endMs)) await setImmediate();
    this.#nowMs = endMs;
    await setImmediate();
  }

  /** Lets time pass until `work` has settled. Returns whether it did so in `limitMs`. */
  async run(work: Promise<unknown>, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    let isOver = false;
    const setOver = () => {
      isOver = true;
      this.#events += 1;
    };
    void work.then(setOver, setOver);
    for (;;) {
      await this.#settle();
      if (isOver) return true;
      if (!this.#wakeNext(endMs)) return false;
    }
  }

  /** Waits until everything that needs no time has happened. */
  async #settle(): Promise<void> {
    let seen = -1;
    for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
      await setImmediate();
      if (seen !== this.#events || isDiskBusy()) quiet = 0;
      seen = this.#events;
    }
  }

  /** False if no sleep is due until then. */
  #wakeNext(endMs: number): boolean {
    let next: Sleeper | null = null;
    for (const sleeper of this.#sleepers)
      if (next === null || sleeper.dueMs < next.dueMs) next = sleeper;
    if (next === null || next.dueMs > endMs) return false;
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    this.#sleepers.delete(next);
    next.wake();
    return true;
  }
}

function isDiskBusy(): boolean {
  return process
    .getActiveResourcesInfo()
    .some((name) => name.startsWith('FSReq') || name === 'CloseReq');
}
