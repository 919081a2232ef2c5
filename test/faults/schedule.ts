// Runs one schedule: the real publishing room over the sandbox, in virtual time, on a disk in memory, with what the
// plan lets go wrong. Tells what happened, and judges nothing.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionError } from '../../src/errors.ts';
import { abortReason } from '../../src/errors.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { FileState } from '../../src/publish/file-state.ts';
import { publishAll } from '../../src/publish/publish.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { contentsOf, type FaultPlan } from './fault-plan.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { FrontDesk, type Words } from './front-desk.ts';
import { API_URL, type Setting, settingOf } from './setting.ts';
import { tokenOptions } from './token-source.ts';
import type { Trace } from './trace.ts';
import { type Span, type Stop, type Wait, WatchedLedger } from './watched-ledger.ts';

/** No run may take longer, on its own clock. */
export const LONGEST_MS = 24 * 3_600_000;

export interface Told {
  readonly plan: FaultPlan;
  readonly trace: Trace;
  readonly model: SandboxModel;
  /** Of each file of the run, in the order of the entries. */
  readonly contents: readonly Uint8Array[];
  /** File of the plan → URN of its upload in an earlier run. */
  readonly earlierUrns: ReadonlyMap<number, string>;
  readonly entries: readonly FileState[];
  readonly waits: readonly Wait[];
  readonly pauses: readonly Span[];
  readonly stopReason: ActionError | null;
  /** Null when the run was not stopped. */
  readonly stopped: Stop | null;
  /** When the run was cancelled, by the trace's count. */
  readonly cancelSeq: number | null;
  readonly cancelMs: number | null;
  /** The entries as they were at that moment. */
  readonly atCancel: readonly FileState[];
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
  try {
    return await new Stage(plan, await settingOf(plan, folder)).run();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// In memory where there is such a place: thousands of schedules write here.
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

class Stage {
  readonly #plan: FaultPlan;
  readonly #setting: Setting;
  readonly #contents: readonly number[];
  readonly #ledger: WatchedLedger;
  readonly #desk: FrontDesk;
  readonly #cancel = new AbortController();
  #steps = 0;
  #cancelled: Pick<Told, 'cancelSeq' | 'cancelMs' | 'atCancel'> = {
    cancelSeq: null,
    cancelMs: null,
    atCancel: [],
  };

  constructor(plan: FaultPlan, setting: Setting) {
    this.#plan = plan;
    this.#setting = setting;
    this.#contents = contentsOf(plan);
    this.#ledger = new WatchedLedger(setting.uploads, setting);
    setting.cache?.follow(this.#ledger);
    this.#desk = new FrontDesk(this.#ledger, plan.api, setting);
  }

  async run(): Promise<Told> {
    const { concurrency, waitMinutes, readsArtifacts, cancel } = this.#plan;
    const settings = { concurrency, waitMs: waitMinutes * 60_000, readsArtifacts };
    const { signal } = this.#cancel;
    const { clock, disk, trace, cache } = this.#setting;
    const over = new AbortController();
    let endMs: number | null = null;
    if (cancel !== null && 'atMs' in cancel) {
      void clock.sleep(cancel.atMs, over.signal).then(
        () => this.#abort(),
        () => {},
      );
    }
    const deps = { linkedin: this.#openLinkedIn(), clock, signal, open: disk.open };
    const run = this.#desk
      .follow(() => publishAll(this.#ledger, settings, deps))
      .then(() => {
        endMs = clock.now();
        over.abort();
      });
    while (endMs === null && clock.now() < LONGEST_MS && (await clock.step(() => this.#steps + trace.now)));
    if (endMs !== null) await run;
    // Its disk is a real one, for which no virtual time passes: it is waited for, however the run ended.
    await cache?.close(new AbortController().signal);
    return this.#tell(endMs);
  }

  #openLinkedIn() {
    const { clock } = this.#setting;
    const network = new FaultyNetwork({
      ...this.#setting,
      plan: this.#plan,
      turnOf: (file) => this.#turnOf(file),
      onStep: () => this.#step(),
    });
    return openLinkedIn({
      dispatcher: network,
      clock,
      signal: this.#cancel.signal,
      apiUrl: new URL(API_URL),
      version: '202609',
      ...tokenOptions(this.#plan.token, this.#desk.mask),
      ...this.#desk.hears,
    });
  }

  #turnOf(file: number): number {
    const { entries } = this.#ledger;
    return this.#contents.filter((one, index) => one === file && entries[index]?.stage === 'settled').length;
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
      cancelSeq: this.#setting.trace.now,
      cancelMs: this.#setting.clock.now(),
      atCancel: [...this.#ledger.entries],
    };
    this.#cancel.abort();
  }

  #tell(endMs: number | null): Told {
    const { trace, model, contents, earlierUrns, clock, disk } = this.#setting;
    const { entries, waits, pauses, stopReason, stopped, statusAtEnd } = this.#ledger;
    return {
      plan: this.#plan,
      ...{ trace, model, contents, earlierUrns },
      ...{ entries, waits, pauses, stopReason, stopped, statusAtEnd },
      ...this.#cancelled,
      endMs,
      leftAsleep: clock.waiting,
      leftOpen: disk.openFiles,
      words: this.#desk.deliver(abortReason(this.#cancel.signal)),
    };
  }
}
