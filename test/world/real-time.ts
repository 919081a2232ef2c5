// The time of processes. Pauses in which no process runs are skipped: they only move the clocks of LinkedIn and GitHub.

import { setTimeout } from 'node:timers/promises';
import type { Time } from '../support/clock.ts';

export class RealTime implements Time {
  readonly #startMs = Date.now();
  #skippedMs = 0;

  now(): number {
    return this.epochMs() - this.#startMs;
  }

  epochMs(): number {
    return Date.now() + this.#skippedMs;
  }

  noteEvent(): void {}

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await setTimeout(ms, undefined, { ...(signal && { signal }) });
  }

  async pass(ms: number): Promise<void> {
    this.#skippedMs += ms;
  }

  async run(work: Promise<unknown>): Promise<boolean> {
    await work;
    return true;
  }
}
