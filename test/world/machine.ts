// The machine of one run: its clock, its signal, and what happens to it. It is killed, cancelled or put to sleep at the n-th
// step, where each request that leaves and each answer that arrives is a step.

import { RunError } from '../../src/errors/action-error.ts';
import type { Clock } from '../../src/run.ts';
import type { Time } from '../support/clock.ts';
import type { Random } from './random.ts';

export interface Fate {
  /** Steps are counted from 1. */
  readonly killAt: number | null;
  readonly cancelAt: number | null;
  /** Milliseconds after the start. */
  readonly cancelAfterMs: number | null;
  readonly sleep: { readonly at: number; readonly ms: number } | null;
  /** The clock of the machine is ahead by this. */
  readonly skewMs: number;
}

export const QUIET_FATE: Fate = {
  killAt: null,
  cancelAt: null,
  cancelAfterMs: null,
  sleep: null,
  skewMs: 0,
};

/** A sleep that is shorter would not move the time, and never end. */
const ROUNDING_MS = 0.001;

export class Machine {
  readonly name: string;
  readonly clock: Clock;
  isDead = false;
  cancelledMs: number | null = null;
  /** Whether it has slept. */
  hasSlept = false;
  readonly #time: Time;
  readonly #fate: Fate;
  readonly #cancel = new AbortController();
  readonly #died = Promise.withResolvers<void>();
  #steps = 0;
  #asleepUntilMs = 0;
  /** Time spent asleep, by the clock of the world. */
  #sleptMs = 0;

  constructor(name: string, { time, random, fate }: { time: Time; random: Random; fate: Fate }) {
    this.name = name;
    this.#time = time;
    this.#fate = fate;
    this.clock = {
      // The monotonic clock stops while the machine sleeps.
      now: () => time.now() - this.#sleptMs + Math.max(0, this.#asleepUntilMs - time.now()),
      epochMs: () => time.epochMs() + fate.skewMs,
      random: () => random.next(),
      sleep: (ms, signal) => this.#sleep(ms, signal),
    };
    if (fate.cancelAfterMs !== null) void time.sleep(fate.cancelAfterMs).then(() => this.cancel());
  }

  get signal(): AbortSignal {
    return this.#cancel.signal;
  }

  /** Resolves when the machine is lost. */
  get died(): Promise<void> {
    return this.#died.promise;
  }

  cancel(): void {
    if (this.isDead || this.#cancel.signal.aborted) return;
    this.cancelledMs = this.#time.now();
    this.#time.noteEvent();
    this.#cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled (SIGINT)'));
  }

  /** A lost program still lives in this process: an abort lets it close its files. Nothing that it does has an effect. */
  releaseFiles(): void {
    if (this.isDead) this.#cancel.abort(new Error('the machine is lost'));
  }

  /** Resolves when the program may go on; never on a dead machine. */
  async step(): Promise<void> {
    this.#time.noteEvent();
    this.#steps += 1;
    const { killAt, cancelAt, sleep } = this.#fate;
    if (this.#steps === killAt) this.die();
    // Like a signal: between two turns of the event loop, never inside one.
    if (this.#steps === cancelAt) setImmediate(() => this.cancel());
    if (sleep !== null && this.#steps === sleep.at) this.fallAsleep(sleep.ms);
    await this.#awake();
  }

  async #awake(): Promise<void> {
    while (this.#asleepUntilMs > this.#time.now())
      await this.#time.sleep(this.#asleepUntilMs - this.#time.now());
    if (this.isDead) await new Promise(() => {});
  }

  /** The machine is lost. */
  die(): void {
    this.isDead = true;
    this.#died.resolve();
  }

  /** What runs on it goes on when it wakes up. */
  fallAsleep(ms: number): void {
    this.hasSlept = true;
    this.#asleepUntilMs = this.#time.now() + ms;
    this.#sleptMs += ms;
  }

  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    const dueMs = this.clock.now() + ms;
    do {
      // At least 1 ms, as a timer of Node: the time of a rounding error would never pass.
      await this.#time.sleep(Math.max(1, dueMs - this.clock.now()), signal);
      await this.#awake();
    } while (dueMs - this.clock.now() > ROUNDING_MS);
  }
}
