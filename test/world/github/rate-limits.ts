// GitHub's rate limits: 1,000 calls an hour, and 80 writes a minute and 500 an hour.

import type { Answer } from '../../support/sandbox-dispatcher.ts';
import { refusal } from './answers.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

export class RateLimits {
  /** How many calls were refused. */
  hits = 0;
  readonly #clock: { epochMs(): number };
  readonly #callsMs: number[] = [];
  readonly #writesMs: number[] = [];

  constructor(clock: { epochMs(): number }) {
    this.#clock = clock;
  }

  /** Counts a call; null if it may pass. */
  limit(method: string): Answer | null {
    const nowMs = this.#clock.epochMs();
    const isWrite = method !== 'GET';
    this.#callsMs.push(nowMs);
    if (isWrite) this.#writesMs.push(nowMs);
    const within = (times: readonly number[], ms: number) => times.filter((time) => time > nowMs - ms).length;
    const isSpent = within(this.#callsMs, HOUR_MS) > 1000;
    const isFast =
      isWrite && (within(this.#writesMs, MINUTE_MS) > 80 || within(this.#writesMs, HOUR_MS) > 500);
    if (!isSpent && !isFast) return null;
    this.hits += 1;
    const reset = String(Math.ceil((nowMs + HOUR_MS) / 1000));
    const headers = isSpent
      ? { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }
      : { 'retry-after': '60' };
    return { ...refusal(403, `You have exceeded a ${isFast ? 'secondary ' : ''}rate limit.`), headers };
  }
}
