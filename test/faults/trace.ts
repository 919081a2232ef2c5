// The events on the wire of a schedule, in order. The network records them, and the invariants are checked against them.

import type { CallName } from './call-name.ts';
import type { ScheduledFault } from './fault-schedule.ts';

/** One request as it was dispatched. */
export interface Call {
  readonly kind: CallName;
  /** Indices of the files it concerns: several for a batch read, empty for token calls. */
  readonly files: readonly number[];
  /** The same for each repetition of the call. */
  readonly key: string;
  readonly origin: string;
  readonly hasToken: boolean;
  readonly hasGitHubToken: boolean;
  /** Whether LinkedIn requires the token; other calls must not carry it. */
  readonly needsToken: boolean;
  /** Whether it uploads a part whose ETag is needed. */
  readonly isPart: boolean;
}

/** How a call ended. */
export interface End {
  readonly seq: number;
  readonly atMs: number;
  /** Null if the response was not complete. */
  readonly status: number | null;
  /** Whether a scheduled fault broke the connection. */
  readonly isBroken: boolean;
  /** Retry-After as a moment on the clock of the run; null without one. */
  readonly notBeforeMs: number | null;
}

export interface Exchange extends Call {
  readonly seq: number;
  readonly atMs: number;
  fault: ScheduledFault | null;
  end: End | null;
}

/** A URN in a complete response to a registration. */
export interface NamedUrn {
  readonly file: number;
  readonly urn: string;
}

export class Trace {
  readonly exchanges: Exchange[] = [];
  readonly namedUrns: NamedUrn[] = [];
  readonly fired: ScheduledFault[] = [];
  /** Every response and every injected error, as the client received it. */
  readonly received: string[] = [];
  /** File → faults that struck its calls. */
  readonly struck = new Map<number, ScheduledFault[]>();
  #seq = 0;

  next(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** The last sequence number. */
  get now(): number {
    return this.#seq;
  }

  begin(call: Call, atMs: number): Exchange {
    const exchange: Exchange = { ...call, seq: this.next(), atMs, fault: null, end: null };
    this.exchanges.push(exchange);
    return exchange;
  }

  strike(fault: ScheduledFault, files: readonly number[]): void {
    this.fired.push(fault);
    for (const file of files) this.struck.set(file, [...(this.struck.get(file) ?? []), fault]);
  }

  of(kind: CallName): Exchange[] {
    return this.exchanges.filter((exchange) => exchange.kind === kind);
  }
}
