// The limit that the input `max-calls` sets: which files start, and which are left for another day. LinkedIn allows some apps
// 100 to 150 calls per member and UTC day.

import { dayOf } from '../../format.ts';
import type { Memory } from '../../memory/memory.ts';
import type { UploadTable } from '../../memory/uploads.ts';
import type { FileItem } from '../file-state.ts';
import type { Ledger } from '../ledger.ts';
import type { PlannedFile } from '../plan.ts';
import { callsOf, type StepsAfterUpload, worstCalls } from './request-estimate.ts';

interface LimitedRun {
  /** Has the calls of all runs on a day, as far as this run knows, and the clock that all jobs share. */
  readonly memory: Pick<Memory, 'epochMs'> & { readonly uploads: Pick<UploadTable, 'callsOn'> };
  readonly ledger: Pick<Ledger, 'stopReason'>;
  readonly signal: AbortSignal;
}

export class CallLimit {
  /** The most calls per UTC day. */
  readonly maxCalls: number;
  readonly #steps: StepsAfterUpload;
  readonly #run: LimitedRun;
  /** The worst case of each started file, until it is settled. */
  readonly #reserved = new Map<FileItem, number>();
  #released = Promise.withResolvers<void>();
  /** Resolves when the file before is decided. */
  #line: Promise<unknown> = Promise.resolve();

  constructor(maxCalls: number, steps: StepsAfterUpload, run: LimitedRun) {
    this.maxCalls = maxCalls;
    this.#steps = steps;
    this.#run = run;
    run.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Today, by UTC. */
  get day(): string {
    return dayOf(this.#run.memory.epochMs());
  }

  get usedCalls(): number {
    return this.#run.memory.uploads.callsOn(this.day);
  }

  /** Negative when parallel jobs, or repeats, made more calls than allowed. */
  get leftCalls(): number {
    return this.maxCalls - this.usedCalls;
  }

  /** Whether a file may start, if no other one does. */
  fits(file: PlannedFile): boolean {
    return this.#hasRoom(worstCalls(file, this.#steps), 0);
  }

  #hasRoom(calls: number, reserved: number): boolean {
    return reserved + calls <= this.leftCalls || (reserved === 0 && this.usedCalls === 0);
  }

  /** Reserves a file's worst case. Until it fits, waits for started files that may need less. False: it is left for another day. */
  reserve(item: FileItem, planned = item.planned): Promise<boolean> {
    this.release(item);
    const { ledger, signal } = this.#run;
    const calls = worstCalls(planned, this.#steps);
    const decided = this.#line.then(async () => {
      for (;;) {
        const reserved = [...this.#reserved.values()].reduce((total, one) => total + one, 0);
        if (signal.aborted || ledger.stopReason !== null || this.#hasRoom(calls, reserved)) break;
        if (this.#reserved.size === 0) return false;
        await this.#released.promise;
      }
      this.#reserved.set(item, calls);
      return true;
    });
    this.#line = decided;
    return decided;
  }

  /** The file is settled. What it did not use is free for the next one. */
  release(item: FileItem): void {
    if (this.#reserved.delete(item)) this.#wake();
  }

  /**
   * The files that are left for another day if no call fails, no other job runs, and each started file needs
   * the fewest calls. In the order of a run.
   */
  planDeferrals(files: readonly PlannedFile[]): ReadonlySet<PlannedFile> {
    const deferred = new Set<PlannedFile>();
    let startedCalls = 0;
    const isReused = ({ reused }: PlannedFile) => reused !== undefined;
    for (const file of files.toSorted((a, b) => Number(isReused(b)) - Number(isReused(a)))) {
      const needed = worstCalls(file, this.#steps);
      if (needed === 0) continue;
      if (this.#hasRoom(needed, startedCalls)) startedCalls += callsOf(file, this.#steps).least;
      else deferred.add(file);
    }
    for (const file of files) {
      const { reused } = file;
      if (reused !== undefined && 'duplicateOf' in reused && deferred.has(reused.duplicateOf))
        deferred.add(file);
    }
    return deferred;
  }

  #wake(): void {
    this.#released.resolve();
    this.#released = Promise.withResolvers();
  }
}
