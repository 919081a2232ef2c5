// A ledger that also records each wait for LinkedIn, all pauses, and the state of all files at the moment of a stop.

import type { Clock } from '../../src/deps.ts';
import type { ActionError } from '../../src/errors.ts';
import type { FileEvent, FileState } from '../../src/publish/file-state.ts';
import { Ledger } from '../../src/publish/ledger.ts';
import type { Plan } from '../../src/publish/plan.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import type { Trace } from './trace.ts';

/** One wait for the processing of an upload. */
export interface Wait {
  readonly index: number;
  /** Whether an earlier run uploaded it. */
  readonly isResumed: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether the file is sent again. */
  readonly isAbandoned: boolean;
}

export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/** When a run was stopped, as a sequence number of the trace, and the entries at that moment. */
export interface Stop {
  readonly seq: number;
  readonly entries: readonly FileState[];
}

interface Surroundings {
  readonly clock: Clock;
  readonly trace: Trace;
  readonly model: SandboxModel;
}

const READY: readonly string[] = ['AVAILABLE', 'MUTATING'];

export class WatchedLedger extends Ledger {
  readonly waits: Wait[] = [];
  /** Periods in which no call may begin. */
  readonly pauses: Span[] = [];
  /** LinkedIn's status of the asset of each file, at the moment when the file was settled. */
  readonly statusAtEnd = new Map<number, string>();
  readonly #surroundings: Surroundings;
  readonly #begun = new Map<number, Pick<Wait, 'startMs' | 'isResumed'>>();
  #stop: Stop | null = null;

  constructor(plan: Plan, surroundings: Surroundings) {
    super(plan, surroundings.clock);
    const { clock } = surroundings;
    this.#surroundings = surroundings;
    this.subscribeToPauses(({ waitMs }) =>
      this.pauses.push({ startMs: clock.now(), endMs: clock.now() + waitMs }),
    );
  }

  /** Null when it was not stopped. */
  get stopped(): Stop | null {
    return this.#stop;
  }

  override record(index: number, event: FileEvent): void {
    const before = this.entry(index);
    super.record(index, event);
    const entry = this.entry(index);
    // A closed ledger records nothing.
    if (entry === before) return;
    this.#watchWait(index, event);
    if (event.kind === 'settled') this.#noteStatus(index, entry);
  }

  override stop(reason: ActionError): void {
    this.#stop ??= { seq: this.#surroundings.trace.now, entries: [...this.entries] };
    super.stop(reason);
  }

  #watchWait(index: number, event: FileEvent): void {
    const nowMs = this.#surroundings.clock.now();
    if (event.kind === 'uploaded' || event.kind === 'restored')
      this.#begun.set(index, { startMs: nowMs, isResumed: event.kind === 'restored' });
    const isAbandoned = event.kind === 'abandoned';
    const isReady = event.kind === 'status' && READY.includes(event.status);
    if (!isReady && !isAbandoned && event.kind !== 'settled') return;
    const begun = this.#begun.get(index);
    if (begun !== undefined) this.waits.push({ ...begun, index, endMs: nowMs, isAbandoned });
    this.#begun.delete(index);
  }

  #noteStatus(index: number, { identity }: FileState): void {
    if (identity === null) return;
    const { model } = this.#surroundings;
    const asset = model.assetById(identity.urn.slice(identity.urn.lastIndexOf(':') + 1));
    const isServed = asset === undefined || asset.assetStatus === 'ALLOWED';
    const status = isServed ? asset?.statusAt(model.now()) : asset.assetStatus;
    this.statusAtEnd.set(index, status ?? 'UNKNOWN');
  }
}
