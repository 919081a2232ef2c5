// Runs one schedule: the real publishing room over the sandbox, in virtual time, on a disk in memory, with what the
// plan lets go wrong. Tells what happened, and judges nothing.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionError } from '../../src/errors.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { Entry } from '../../src/publish/entry.ts';
import { Ledger } from '../../src/publish/ledger.ts';
import { type Memory, openMemory } from '../../src/publish/memory.ts';
import { endBy } from '../../src/publish/outcome.ts';
import { publishAll } from '../../src/publish/publish.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import type { FaultPlan } from './fault-plan.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { layOut } from './files.ts';
import { FrontDesk, parked, type Words } from './front-desk.ts';
import { MemoryDisk } from './memory-disk.ts';
import { Prng } from './prng.ts';
import { SteppedClock } from './stepped-clock.ts';
import { accountOptions, tokenOptions } from './token-source.ts';
import { Trace } from './trace.ts';

export const API_URL = 'https://api.linkedin.com';
/** No run may take longer, on its own clock. */
export const LONGEST_MS = 24 * 3_600_000;
const START_MS = Date.UTC(2026, 10, 25, 15, 30);

export interface Told {
  readonly plan: FaultPlan;
  readonly trace: Trace;
  readonly model: SandboxModel;
  readonly contents: readonly Uint8Array[];
  readonly entries: readonly Entry[];
  readonly stopReason: ActionError | null;
  /** When the run was stopped or cancelled, by the trace's count. */
  readonly stopSeq: number | null;
  readonly cancelSeq: number | null;
  readonly cancelMs: number | null;
  /** The entries as they were at that moment. */
  readonly atCancel: readonly Entry[];
  /** LinkedIn's word for the asset of each file, at the moment when the file was settled. */
  readonly statusAtEnd: ReadonlyMap<number, string>;
  /** Null when the run did not end. */
  readonly endMs: number | null;
  readonly leftAsleep: number;
  readonly leftOpen: number;
  readonly words: Words;
}

export async function runSchedule(plan: FaultPlan): Promise<Told> {
  const folder = mkdtempSync(join(PLACE, 'schedule-'));
  const chance = new Prng(plan.seed + 2);
  const clock = new SteppedClock({ todayMs: START_MS, random: () => chance.next() });
  const path = join(folder, 'manifest.json');
  try {
    const memory = await openMemory({
      path,
      mode: 'publish',
      apiUrl: new URL(API_URL),
      clock: parked(clock),
    });
    return await new Stage(plan, { folder, clock, memory }).run();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// In memory where there is such a place: thousands of schedules write here.
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Surroundings {
  /** Where the run leaves its files. */
  readonly folder: string;
  readonly clock: SteppedClock;
  readonly memory: Memory | null;
}

/** Knows when it was stopped. */
class WatchedLedger extends Ledger {
  onStop: () => void = () => {};

  override stop(reason: ActionError): void {
    if (this.stopReason === null) this.onStop();
    super.stop(reason);
  }
}

class Stage {
  readonly #plan: FaultPlan;
  readonly #disk = new MemoryDisk();
  readonly #clock: SteppedClock;
  readonly #trace = new Trace();
  readonly #model: SandboxModel;
  readonly #contents: readonly Uint8Array[];
  readonly #ledger: WatchedLedger;
  readonly #memory: Memory | null;
  readonly #desk: FrontDesk;
  readonly #cancel = new AbortController();
  readonly #statusAtEnd = new Map<number, string>();
  #steps = 0;
  #stopSeq: number | null = null;
  #cancelled: Pick<Told, 'cancelSeq' | 'cancelMs' | 'atCancel'> = {
    cancelSeq: null,
    cancelMs: null,
    atCancel: [],
  };

  constructor(plan: FaultPlan, { folder, clock, memory }: Surroundings) {
    const { processingMs, partSizeBytes, skewMs } = plan;
    this.#plan = plan;
    this.#clock = clock;
    this.#memory = memory;
    this.#model = new SandboxModel({
      ...accountOptions(plan.token),
      clock: { now: () => this.#clock.today() + skewMs },
      processingMs,
      partSizeBytes,
      lagMs: Math.min(Math.floor(processingMs / 3), 20_000),
    });
    const { uploads, contents } = layOut(plan, { disk: this.#disk, trace: this.#trace, memory });
    this.#contents = contents;
    this.#ledger = new WatchedLedger(uploads, clock);
    memory?.follow(this.#ledger);
    this.#desk = new FrontDesk(this.#ledger, plan.api, { folder, clock });
    this.#watch();
  }

  async run(): Promise<Told> {
    const { concurrency, waitMinutes, readsArtifacts, cancel } = this.#plan;
    const settings = { concurrency, waitMs: waitMinutes * 60_000, readsArtifacts };
    const { signal } = this.#cancel;
    const clock = this.#clock;
    const over = new AbortController();
    let endMs: number | null = null;
    if (cancel !== null && 'atMs' in cancel) {
      void clock.sleep(cancel.atMs, over.signal).then(
        () => this.#abort(),
        () => {},
      );
    }
    const { open } = this.#disk;
    const deps = { linkedin: this.#openLinkedIn(), clock, signal, open };
    const run = this.#desk
      .follow(() => publishAll(this.#ledger, settings, deps))
      .then(() => {
        endMs = clock.now();
        over.abort();
      });
    while (
      endMs === null &&
      clock.now() < LONGEST_MS &&
      (await clock.step(() => this.#steps + this.#trace.now))
    );
    if (endMs !== null) await run;
    // Its disk is a real one, for which no virtual time passes: it is waited for, however the run ended.
    await this.#memory?.close(new AbortController().signal);
    return this.#tell(endMs);
  }

  #openLinkedIn() {
    const network = new FaultyNetwork({
      plan: this.#plan,
      model: this.#model,
      clock: this.#clock,
      trace: this.#trace,
      onStep: () => this.#step(),
    });
    return openLinkedIn({
      dispatcher: network,
      clock: this.#clock,
      signal: this.#cancel.signal,
      apiUrl: new URL(API_URL),
      version: '202609',
      ...tokenOptions(this.#plan.token, this.#desk.mask),
      ...this.#desk.hears,
    });
  }

  #watch(): void {
    const ledger = this.#ledger;
    ledger.onStop = () => {
      this.#stopSeq = this.#trace.now;
    };
    ledger.subscribe(({ identity }, { kind }) => {
      if (kind !== 'settled' || identity === null) return;
      const file = ledger.entries.findIndex((entry) => entry.identity === identity);
      const asset = this.#model.assetById(identity.urn.slice(identity.urn.lastIndexOf(':') + 1));
      const isServed = asset === undefined || asset.assetStatus === 'ALLOWED';
      const status = isServed ? asset?.statusAt(this.#model.now()) : asset.assetStatus;
      this.#statusAtEnd.set(file, status ?? 'UNKNOWN');
    });
  }

  #step(): void {
    const { cancel } = this.#plan;
    // As a signal does: between two turns of the event loop, never in the middle of one.
    if (cancel !== null && 'step' in cancel && cancel.step === this.#steps) setImmediate(() => this.#abort());
    this.#steps += 1;
  }

  #abort(): void {
    if (this.#cancel.signal.aborted) return;
    this.#cancelled = {
      cancelSeq: this.#trace.now,
      cancelMs: this.#clock.now(),
      atCancel: [...this.#ledger.entries],
    };
    this.#cancel.abort();
  }

  #tell(endMs: number | null): Told {
    return {
      plan: this.#plan,
      trace: this.#trace,
      model: this.#model,
      contents: this.#contents,
      entries: this.#ledger.entries,
      stopReason: this.#ledger.stopReason,
      stopSeq: this.#stopSeq,
      ...this.#cancelled,
      statusAtEnd: this.#statusAtEnd,
      endMs,
      leftAsleep: this.#clock.waiting,
      leftOpen: this.#disk.openFiles,
      words: this.#desk.deliver(endBy(this.#cancel.signal)),
    };
  }
}
