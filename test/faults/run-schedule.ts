// Runs one schedule: the real publishing code against the sandbox, in virtual time, on a disk in memory, with the
// scheduled faults. Returns what happened; the invariants are checked elsewhere.

import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ActionError, abortReason, RunError, toActionError } from '../../src/errors.ts';
import { openLinkedIn } from '../../src/linkedin/open.ts';
import type { FileState } from '../../src/publish/file-state.ts';
import { EXIT_MS, withGracePeriod } from '../../src/publish/grace-period.ts';
import { publishAll } from '../../src/publish/publish.ts';
import { maySend } from '../../src/publish/reuse.ts';
import { openUploadCache, type UploadCache } from '../../src/publish/upload-cache.ts';
import type { SandboxModel } from '../../src/sandbox/model.ts';
import { API_URL, type Environment, prepareEnvironment } from './environment.ts';
import { contentsOf, type FaultSchedule } from './fault-schedule.ts';
import { FaultyNetwork } from './faulty-network.ts';
import { planAll } from './files.ts';
import { RecordedReporter, type RunOutput } from './recorded-reporter.ts';
import type { ScheduledGitHub } from './scheduled-github.ts';
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
  /** Why the run ended before it sent anything; null if it did not. */
  readonly startError: ActionError | null;
  /** Null if the manifest is a file. */
  readonly branch: BranchRun | null;
}

export interface BranchRun {
  readonly github: ScheduledGitHub;
  /** The manifest of the run; null if it was not read. */
  readonly cache: UploadCache | null;
  /** Of the last write; null if it succeeded. */
  readonly writeError: ActionError | null;
  /** When the last write had ended. */
  readonly closedMs: number;
}

export async function runSchedule(schedule: FaultSchedule): Promise<ScheduleRun> {
  const folder = mkdtempSync(join(PLACE, 'schedule-'));
  try {
    return await new ScheduleRunner(schedule, prepareEnvironment(schedule, folder)).run();
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
  readonly #cancel = new AbortController();
  readonly #over = new AbortController();
  /** As long as the manifest is not read, the files have no plan. */
  #ledger: WatchedLedger | null = null;
  #steps = 0;
  #endMs: number | null = null;
  /** Before the last write, which may fail too. */
  #wasStopped = false;
  #closedMs = 0;
  #cancelled: Pick<ScheduleRun, 'cancelSeq' | 'cancelMs' | 'atCancel'> = {
    cancelSeq: null,
    cancelMs: null,
    atCancel: [],
  };

  constructor(schedule: FaultSchedule, environment: Environment) {
    this.#schedule = schedule;
    this.#environment = environment;
    this.#contents = contentsOf(schedule);
    if (environment.github !== null) environment.github.onStep = () => this.#step();
  }

  async run(): Promise<ScheduleRun> {
    const { cancel } = this.#schedule;
    const { clock, github } = this.#environment;
    if (cancel !== null && 'atMs' in cancel) {
      void clock.sleep(cancel.atMs, this.#over.signal).then(
        () => this.#abort(),
        () => {},
      );
    }
    const starting = this.#start();
    // A file is on the real disk, which takes no virtual time.
    if (github !== null) await this.#drive(starting);
    const started = await starting;
    const reporter = new RecordedReporter(started.ledger, this.#schedule.api, this.#environment);
    const result = (writeError: ActionError | null) => this.#result(started, { reporter, writeError });
    if (started.error !== null) {
      this.#endMs = clock.now();
      this.#over.abort();
      reporter.deliverFailure(started.error);
      return result(null);
    }
    const publishing = this.#publish(started, reporter);
    await this.#drive(publishing);
    if (this.#endMs === null) return result(null);
    await publishing;
    const closing = this.#close(started, reporter);
    if (github !== null) await this.#drive(closing);
    this.#over.abort();
    const writeError = await closing;
    this.#closedMs = clock.now();
    // A last write that GitHub does not answer is given up, and ends before the process does.
    if (github !== null && this.#cancel.signal.aborted) await this.#drive(clock.sleep(EXIT_MS));
    return result(writeError);
  }

  /** Steps through virtual time until `work` has ended, or cannot end. */
  async #drive(work: Promise<unknown>): Promise<void> {
    const { clock, trace } = this.#environment;
    let isOver = false;
    const setOver = () => {
      isOver = true;
    };
    void work.then(setOver, setOver);
    while (!isOver && clock.now() < LONGEST_MS && (await clock.step(() => this.#steps + trace.now)));
  }

  /** Reads the manifest, plans, and makes sure that the manifest can be written, as the action does. */
  async #start(): Promise<StartedRun> {
    const { clock, created, openStore } = this.#environment;
    const { signal } = this.#cancel;
    const deps = { clock, signal };
    let [cache, error]: [UploadCache | null, ActionError | null] = [null, null];
    const store = openStore(signal);
    try {
      const opening = openUploadCache(store, { apiUrl: new URL(API_URL), clock });
      cache = await withGracePeriod(opening, deps);
    } catch (thrown) {
      error = toActionError(thrown);
    }
    const ledger = new WatchedLedger(planAll(this.#schedule, created, cache), this.#environment);
    this.#ledger = ledger;
    if (cache === null) return { ledger, cache, error };
    cache.follow(ledger);
    const isSending = ledger
      .unsettledIndices()
      .some((index) => maySend(ledger.entry(index).planned, { epochMs: clock.epochMs(), isLimited: false }));
    if (isSending)
      await withGracePeriod(cache.prepareWrites(), deps).catch((thrown) => {
        error = toActionError(thrown);
      });
    return { ledger, cache, error };
  }

  async #publish({ ledger, cache }: StartedRun, reporter: RecordedReporter): Promise<void> {
    const { concurrency, waitMinutes, readsArtifacts } = this.#schedule;
    const { clock, disk, github } = this.#environment;
    const { signal } = this.#cancel;
    const settings = { concurrency, waitMs: waitMinutes * 60_000, readsArtifacts };
    const deps = { linkedin: this.#openLinkedIn(ledger, reporter), clock, signal, open: disk.open };
    await reporter.follow(() =>
      publishAll(ledger, settings, deps).finally(async () => {
        this.#endMs = clock.now();
        this.#wasStopped = ledger.stopped !== null;
        if (github !== null) await cache?.close(signal);
        else this.#over.abort();
      }),
    );
  }

  /** Reports, and writes the manifest of a cancelled run. Returns the error of the last write; null if it succeeded. */
  async #close({ ledger, cache }: StartedRun, reporter: RecordedReporter): Promise<ActionError | null> {
    const { signal } = this.#cancel;
    const { github } = this.#environment;
    // On the real disk, which takes no virtual time, the write is always awaited.
    if (github === null) await cache?.close(new AbortController().signal);
    reporter.deliver(abortReason(signal));
    if (github === null || !signal.aborted) return ledger.runError;
    return await closeAfterOutputs(cache, reporter);
  }

  #openLinkedIn(ledger: WatchedLedger, reporter: RecordedReporter) {
    const { clock } = this.#environment;
    const network = new FaultyNetwork({
      ...this.#environment,
      schedule: this.#schedule,
      turnOf: (file) => this.#turnOf(ledger, file),
      onStep: () => this.#step(),
    });
    return openLinkedIn({
      dispatcher: network,
      clock,
      signal: this.#cancel.signal,
      apiUrl: new URL(API_URL),
      version: '202609',
      ...tokenOptions(this.#schedule.token, reporter.mask),
      ...reporter.listeners,
    });
  }

  #turnOf({ entries }: WatchedLedger, file: number): number {
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
      atCancel: [...(this.#ledger?.entries ?? [])],
    };
    this.#cancel.abort(new RunError('RUN_CANCELLED', 'the run was cancelled'));
  }

  #result({ ledger, cache, error }: StartedRun, { reporter, writeError }: Delivered): ScheduleRun {
    const { trace, model, created, earlierUrns, clock, disk, github } = this.#environment;
    const { entries, waits, pauses, stopReason, stopped, statusAtEnd } = ledger;
    return {
      schedule: this.#schedule,
      ...{ trace, model, contents: created.contents, earlierUrns },
      ...{ entries, waits, pauses, statusAtEnd },
      stopReason: this.#wasStopped ? stopReason : null,
      stopped: this.#wasStopped ? stopped : null,
      ...this.#cancelled,
      endMs: this.#endMs,
      pendingSleeps: clock.waiting - (github?.underWay ?? 0),
      openFiles: disk.openFiles,
      output: reporter.output(),
      startError: error,
      branch: github && { github, cache, writeError, closedMs: this.#closedMs },
    };
  }
}

/** A run that is ready to send files, or the error that keeps it from that. */
interface StartedRun {
  readonly ledger: WatchedLedger;
  readonly cache: UploadCache | null;
  readonly error: ActionError | null;
}

interface Delivered {
  readonly reporter: RecordedReporter;
  readonly writeError: ActionError | null;
}

/** The write of a cancelled run. Returns its error. */
async function closeAfterOutputs(
  cache: UploadCache | null,
  reporter: RecordedReporter,
): Promise<ActionError | null> {
  try {
    await cache?.closeAfterOutputs();
    return null;
  } catch (thrown) {
    const error = toActionError(thrown);
    reporter.deliverFailure(error);
    return error;
  }
}
