// How many API calls files take: a range for the plan of a run, whose upper end is the worst case of each file. And the limit that
// the input `max-calls` sets: which files start, and which are left for another day. LinkedIn allows some apps 100 to 150 calls per
// member and UTC day.

import { dayOf } from '../format.ts';
import { API_TRAITS } from '../linkedin/apis.ts';
import type { SessionRequest } from '../linkedin/session.ts';
import type { MediaKind } from '../linkedin/urn.ts';
import type { Memory } from '../memory/memory.ts';
import type { Run } from '../run.ts';
import type { FileItem } from './file-state.ts';
import type { Ledger } from './ledger.ts';
import type { PlannedFile } from './plan.ts';

/** The settings that add requests after an upload. */
export interface StepsAfterUpload {
  /** How long to wait for LinkedIn's processing of one file. 0 = no wait. */
  readonly waitMs: number;
  /** Whether to read the artifacts of each available file. */
  readonly readsArtifacts: boolean;
  /** Whether available uploads of earlier runs are reused without a status read. */
  readonly reusesUnread?: boolean;
}

/**
 * API calls of a run without failures and retries.
 * `least`: LinkedIn has processed each upload before its first status read, and accepts reads of many files.
 * `most`: it rejects such reads, or takes ten seconds to process an image or a document, and five minutes to process a video. Assumes
 * uploads that end close together.
 */
export interface CallRange {
  readonly least: number;
  readonly most: number;
}

/** The most status reads of one file, if each read covers one file. The times of the reads: `status-poller.ts`. */
const STATUS_READS: Readonly<Record<MediaKind, number>> = { image: 2, document: 2, video: 6 };

/** Calls count against LinkedIn's quota. PUTs carry bytes; LinkedIn may ask for more of them, for parts. */
export function estimateRequests(files: readonly PlannedFile[], steps: StepsAfterUpload) {
  const calls = files.map((file) => callsOf(file, steps));
  // A sum of fractions is not exact.
  const least = Number(sum(calls.map((one) => one.least)).toFixed(3));
  const sent = files.flatMap(({ request, reused }) =>
    reused === undefined ? (request ?? []) : [],
  );
  return {
    calls: { least: Math.ceil(least), most: sum(calls.map(({ most }) => most)) },
    puts: sum(sent.map(({ sidecars = {} }) => 1 + Object.keys(sidecars).length)),
  };
}

/** The most calls of one file, for which a limit of calls must have room. */
function worstCalls(file: PlannedFile, steps: StepsAfterUpload): number {
  return callsOf(file, { ...steps, reusesUnread: true }).most;
}

export function bytesToSend({ sizeBytes, sidecars = {} }: SessionRequest): number {
  return sum([sizeBytes, ...Object.values(sidecars).map((sidecar) => sidecar.sizeBytes)]);
}

/** The calls of one file. Its share of a status read of many files makes `least` a fraction. */
function callsOf({ request, reused }: PlannedFile, steps: StepsAfterUpload): CallRange {
  if (request === null || (reused !== undefined && 'duplicateOf' in reused)) return NONE;
  const { waitMs, readsArtifacts, reusesUnread = false } = steps;
  const { api, kind, mechanism } = request;
  const { statusBatch, statusIncludesArtifacts } = API_TRAITS[api];
  // LinkedIn may reject a read of many files. Each of them is read once more then.
  const readEach = (reads: number) => reads + (statusBatch > 1 && reads > 0 ? 1 : 0);
  const polls = waitMs > 0 ? STATUS_READS[kind] : 0;
  const artifacts = readsArtifacts && !statusIncludesArtifacts ? 1 : 0;
  if (reused === undefined) {
    // LinkedIn responds to a synchronous upload after processing.
    const isProcessed = mechanism === 'synchronous';
    // One call to register, and one to complete a multipart upload.
    const others =
      (mechanism === 'multipart' ? 2 : 1) + (isProcessed || waitMs > 0 ? artifacts : 0);
    const reads = isProcessed ? 0 : polls;
    return { least: others + Math.min(reads, 1) / statusBatch, most: others + readEach(reads) };
  }
  // An upload that was available is read once, or not at all if that happened within the last day.
  if (reused.earlier.state === 'available')
    return reusesUnread ? NONE : { least: 0, most: artifacts + readEach(1) };
  // It is read at the start of the run, then like a new upload.
  return { least: 1 / statusBatch, most: artifacts + readEach(1 + polls) };
}

const NONE: CallRange = { least: 0, most: 0 };

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

interface LimitedRun extends Run {
  /** Knows the calls of all runs on a day, and the clock that all jobs share. */
  readonly memory: Memory;
  readonly ledger: Ledger;
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
        const reserved = sum([...this.#reserved.values()]);
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
