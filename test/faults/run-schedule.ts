// Runs one schedule: the real publishing code against the sandbox, in virtual time, on a disk in memory, with the
// scheduled faults. Returns what happened; the invariants are checked elsewhere.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ActionError } from '../../src/errors.ts';
import { abortReason } from '../../src/errors.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { FileState } from '../../src/publish/file-state.ts';
import { publishAll } from '../../src/publish/publish.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { API_URL, type Environment, prepareEnvironment } from './environment.ts';
import { contentsOf, type FaultSchedule } from './fault-schedule.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { RecordedReporter, type RunOutput } from './recorded-reporter.ts';
import { tokenOptions } from './token-source.ts';
import type { Trace } from './trace.ts';
import { type Span, type Stop, type Wait, WatchedLedger } from './watched-ledger.ts';

/** Limit for a run, in virtual time. */
export const LONGEST_MS = 24 * 3_600_000;

export interface ScheduleRun {
  readonly schedule: FaultSchedule;
  readonly trace: Trace;
  readonly model: SandboxModel;
  /** Bytes of each file of the run, in the order of the entries. */
  readonly contents: readonly Uint8Array[];
  /** Scheduled file → URN of its upload in an earlier run. */
  readonly earlierUrns: ReadonlyMap<number, string>;
  readonly entries: readonly FileState[];
  readonly waits: readonly Wait[];
  readonly pauses: readonly Span[];
  readonly stopReason: ActionError | null;
  /** Null when the run was not stopped. */
  readonly stopped: Stop | null;
  /** When the run was cancelled, as a sequence number of the trace. */
  readonly cancelSeq: number | null;
  readonly cancelMs: number | null;
  /** The entries as they were at that moment. */
  readonly atCancel: readonly FileState[];
  /** LinkedIn's status of the asset of each file, at the moment when the file was settled. */
  readonly statusAtEnd: ReadonlyMap<number, string>;
  /** Null when the run did not end. */
  readonly endMs: number | null;
  readonly pendingSleeps: number;
  readonly openFiles: number;
  readonly output: RunOutput;
}

export async function runSchedule(schedule: FaultSchedule): Promise<ScheduleRun> {
  const folder = mkdtempSync(join(PLACE, 'schedule-'));
  try {
    return await new ScheduleRunner(schedule, await prepareEnvironment(schedule, folder)).run();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

// In memory where possible: thousands of schedules write here.
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

class ScheduleRunner {
  readonly #schedule: FaultSchedule;
  readonly #environment: Environment;
  readonly #contents: readonly number[];
  readonly #ledger: WatchedLedger;
  readonly #reporter: RecordedReporter;
  readonly #cancel = new AbortController();
  #steps = 0;
  #cancelled: Pick<ScheduleRun, 'cancelSeq' | 'cancelMs' | 'atCancel'> = {
    cancelSeq: null,
    cancelMs: null,
    atCancel: [],
  };

  constructor(schedule: FaultSchedule, environment: Environment) {
    this.#schedule = schedule;
    this.#environment = environment;
    this.#contents = contentsOf(schedule);
    this.#ledger = new WatchedLedger(environment.uploads, environment);
    environment.cache?.follow(this.#ledger);
    this.#reporter = new RecordedReporter(this.#ledger, schedule.api, environment);
  }

  async run(): Promise<ScheduleRun> {
    const { concurrency, waitMinutes, readsArtifacts, cancel } = this.#schedule;
    const settings = { concurrency, waitMs: waitMinutes * 60_000, readsArtifacts };
    const { signal } = this.#cancel;
    const { clock, disk, trace, cache } = this.#environment;
    const over = new AbortController();
    let endMs: number | null = null;
    if (cancel !== null && 'atMs' in cancel) {
      void clock.sleep(cancel.atMs, over.signal).then(
        () => this.#abort(),
        () => {},
      );
    }
    const deps = { linkedin: this.#openLinkedIn(), clock, signal, open: disk.open };
    const work = this.#reporter
      .follow(() => publishAll(this.#ledger, settings, deps))
      .then(() => {
        endMs = clock.now();
        over.abort();
      });
    while (endMs === null && clock.now() < LONGEST_MS && (await clock.step(() => this.#steps + trace.now)));
    if (endMs !== null) await work;
    // The cache writes to the real disk, which takes no virtual time, so it is always awaited.
    await cache?.close(new AbortController().signal);
    return this.#result(endMs);
  }

  #openLinkedIn() {
    const { clock } = this.#environment;
    const network = new FaultyNetwork({
      ...this.#environment,
      schedule: this.#schedule,
      turnOf: (file) => this.#turnOf(file),
      onStep: () => this.#step(),
    });
    return openLinkedIn({
      dispatcher: network,
      clock,
      signal: this.#cancel.signal,
      apiUrl: new URL(API_URL),
      version: '202609',
      ...tokenOptions(this.#schedule.token, this.#reporter.mask),
      ...this.#reporter.listeners,
    });
  }

  #turnOf(file: number): number {
    const { entries } = this.#ledger;
    return this.#contents.filter((one, index) => one === file && entries[index]?.stage === 'settled').length;
  }

  #step(): void {
    const { cancel } = this.#schedule;
    // Like a signal: between two turns of the event loop, never inside one.
    if (cancel !== null && 'step' in cancel && cancel.step === this.#steps) setImmediate(() => this.#abort());
    this.#steps += 1;
  }

  #abort(): void {
    if (this.#cancel.signal.aborted) return;
    this.#cancelled = {
      cancelSeq: this.#environment.trace.now,
      cancelMs: this.#environment.clock.now(),
      atCancel: [...this.#ledger.entries],
    };
    this.#cancel.abort();
  }

  #result(endMs: number | null): ScheduleRun {
    const { trace, model, contents, earlierUrns, clock, disk } = this.#environment;
    const { entries, waits, pauses, stopReason, stopped, statusAtEnd } = this.#ledger;
    return {
      schedule: this.#schedule,
      ...{ trace, model, contents, earlierUrns },
      ...{ entries, waits, pauses, stopReason, stopped, statusAtEnd },
      ...this.#cancelled,
      endMs,
      pendingSleeps: clock.waiting,
      openFiles: disk.openFiles,
      output: this.#reporter.deliver(abortReason(this.#cancel.signal)),
    };
  }
}
