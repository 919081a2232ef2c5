// The API calls that a run may still make today. LinkedIn allows some apps 100 to 150 calls per member and UTC day.

import type { Clock } from '../../deps.ts';

/** The UTC day of a date, such as `2026-11-25`. LinkedIn's limits are per UTC day. */
export function utcDay(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
}

interface CallAllowanceOptions {
  /** The most calls per UTC day. */
  readonly maxCalls: number;
  /** The calls of all runs on a day, as far as this run knows. */
  readonly callsOn: (day: string) => number;
  readonly clock: Clock;
}

export class CallAllowance {
  readonly maxCalls: number;
  readonly #callsOn: CallAllowanceOptions['callsOn'];
  readonly #clock: Clock;

  constructor({ maxCalls, callsOn, clock }: CallAllowanceOptions) {
    this.maxCalls = maxCalls;
    this.#callsOn = callsOn;
    this.#clock = clock;
  }

  /** Today, by UTC. */
  get day(): string {
    return utcDay(this.#clock.epochMs());
  }

  /** The calls of today. */
  get usedCalls(): number {
    return this.#callsOn(this.day);
  }

  /** Negative when parallel jobs, or repeats, made more calls than allowed. */
  get leftCalls(): number {
    return this.maxCalls - this.usedCalls;
  }
}
