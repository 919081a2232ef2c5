// What happened on the wire of a schedule, in order: what the invariants are checked against. Written by the network
// alone.

import type { CallName } from './call-name.ts';
import type { PlannedFault } from './fault-plan.ts';

/** One request as it was dispatched. */
export interface Call {
  readonly kind: CallName;
  /** Indices of the files it is about: several for a batch read, none for the token. */
  readonly files: readonly number[];
  /** What is one and the same call when it comes again. */
  readonly key: string;
  readonly origin: string;
  readonly hasToken: boolean;
  /** Whether LinkedIn asks for the token here, and refuses it elsewhere. */
  readonly needsToken: boolean;
  /** Whether the bytes are a part whose ETag is needed. */
  readonly isPart: boolean;
}

/** How it came back: with an answer, whole, or not. */
export interface End {
  readonly seq: number;
  readonly atMs: number;
  /** Null when the answer did not come back whole. */
  readonly status: number | null;
  /** Whether the connection broke as it was planned. */
  readonly isBroken: boolean;
  /** Before which moment LinkedIn wants no other try, on the clock of the run; null when it did not say. */
  readonly notBeforeMs: number | null;
}

export interface Exchange extends Call {
  readonly seq: number;
  readonly atMs: number;
  fault: PlannedFault | null;
  end: End | null;
}

/** A registration that LinkedIn named to the client in an answer that came back whole. */
export interface Named {
  readonly file: number;
  readonly urn: string;
}

export class Trace {
  readonly exchanges: Exchange[] = [];
  readonly named: Named[] = [];
  readonly fired: PlannedFault[] = [];
  /** Every answer and every planned error, as the client got it. */
  readonly received: string[] = [];
  /** Files that a fault of any kind concerned, with the faults. */
  readonly struck = new Map<number, PlannedFault[]>();
  #seq = 0;

  next(): number {
    this.#seq += 1;
    return this.#seq;
  }

  /** The last moment that was given a number. */
  get now(): number {
    return this.#seq;
  }

  begin(call: Call, atMs: number): Exchange {
    const exchange: Exchange = { ...call, seq: this.next(), atMs, fault: null, end: null };
    this.exchanges.push(exchange);
    return exchange;
  }

  strike(fault: PlannedFault, files: readonly number[]): void {
    this.fired.push(fault);
    for (const file of files) this.struck.set(file, [...(this.struck.get(file) ?? []), fault]);
  }

  of(kind: CallName): Exchange[] {
    return this.exchanges.filter((exchange) => exchange.kind === kind);
  }
}
