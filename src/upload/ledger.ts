// Records every event of every file as it happens. A report can be made at any time, with all URNs, also in a cancelled run.

import type { Clock } from '../deps.ts';
import { type ActionError, FileError, runStoppedError, toActionError } from '../errors.ts';
import type { TokenInfo } from '../linkedin/session.ts';
import { toMediaIdentity } from '../linkedin/urn.ts';
import type { ManifestEntry } from '../memory/manifest.ts';
import {
  type FileEvent,
  type FileItem,
  INITIAL,
  type Outcome,
  outcomeOfFailure,
  reduce,
} from './file-state.ts';
import type { Plan } from './plan.ts';
import type { PauseInfo } from './retry/retrier.ts';

/** Requests that were sent. Calls count against LinkedIn's quota; uploads carry bytes. */
export interface RequestCounts {
  readonly calls: number;
  readonly uploads: number;
}

/** Is told what happens in a run. */
export interface LedgerObserver {
  readonly onFile?: (state: FileItem, event: FileEvent) => void;
  /** A pause of all files. */
  readonly onPause?: (pause: PauseInfo) => void;
  readonly onToken?: (info: TokenInfo) => void;
  /** A request that counts against LinkedIn's quota. */
  readonly onCall?: () => void;
}

export class Ledger {
  readonly #items: FileItem[];
  readonly #requests = { calls: 0, uploads: 0 };
  readonly #observers: LedgerObserver[] = [];
  readonly #clock: Clock;
  #stopReason: ActionError | null = null;
  #runError: ActionError | null = null;
  #isClosed = false;
  #tokenInfo: TokenInfo | null = null;

  /**
   * Rejected files are settled from the start: as `failed` for an error of the file, else as `skipped`, because the
   * run ended before the inspection of the file.
   */
  constructor(plan: Plan, clock: Clock) {
    this.#clock = clock;
    this.#items = plan.files.map((planned) => {
      const { rejection: error } = planned;
      if (error === null) return { ...INITIAL, planned };
      return {
        ...INITIAL,
        planned,
        stage: 'settled',
        state: error instanceof FileError ? 'failed' : 'skipped',
        error,
      };
    });
  }

  /** In file order. */
  get items(): readonly FileItem[] {
    return this.#items;
  }

  /** Counts each request as it is sent. */
  get requests(): RequestCounts {
    return this.#requests;
  }

  /** Why the run starts no further file, or null. */
  get stopReason(): ActionError | null {
    return this.#stopReason;
  }

  entry(index: number): FileItem {
    const state = this.#items[index];
    if (state === undefined) throw new RangeError(`no file ${index} in the ledger`);
    return state;
  }

  /** Indices of the files that are not settled, in file order. */
  unsettledIndices(): number[] {
    return [...this.#items.keys()].filter((index) => this.entry(index).stage !== 'settled');
  }

  record(index: number, event: FileEvent): void {
    if (this.#isClosed) return;
    const state = reduce(this.entry(index), event, this.#clock.now());
    this.#items[index] = state;
    this.#notify(({ onFile }) => onFile?.(state, event));
  }

  subscribe(observer: LedgerObserver): void {
    this.#observers.push(observer);
  }

  /** An error of an observer is a bug of this action: it stops the run, but fails no file. */
  #notify(tell: (observer: LedgerObserver) => void): void {
    for (const observer of this.#observers)
      try {
        tell(observer);
      } catch (error) {
        this.stop(toActionError(error));
      }
  }

  /** Settles every unsettled file as `planned`, for a run that sends nothing. */
  settleAsPlanned(): void {
    for (const index of this.unsettledIndices()) this.#settleUnstarted(index, { state: 'planned' });
  }

  /** Leaves files for another day before anything is sent. */
  defer(indices: ReadonlySet<number>): void {
    for (const index of this.unsettledIndices())
      if (indices.has(index)) this.#settleUnstarted(index, { state: 'deferred' });
  }

  /** Settles a file that was not started. The upload of an earlier run keeps its URN. */
  #settleUnstarted(index: number, outcome: Outcome): void {
    const { reused } = this.entry(index).planned;
    if (reused !== undefined && 'earlier' in reused) this.#recordKnown(index, reused.earlier);
    this.recordCopy(index);
    this.record(index, { kind: 'settled', ...outcome });
  }

  /** Gives a copy the URN of the earlier upload of its file, after that file has it. Does nothing for other files. */
  recordCopy(index: number): void {
    const { reused } = this.entry(index).planned;
    if (reused === undefined || !('duplicateOf' in reused)) return;
    const { identity, planned } = this.entry(reused.duplicateOf);
    const first = planned.reused;
    // If LinkedIn no longer has the upload, the file has no URN, or that of another upload, which may be incomplete.
    if (first !== undefined && 'earlier' in first && first.earlier.urn === identity?.urn)
      this.#recordKnown(index, first.earlier);
  }

  #recordKnown(index: number, { urn, kind }: ManifestEntry): void {
    this.record(index, { kind: 'known', identity: toMediaIdentity(urn, kind) });
  }

  /** Settles every unsettled file as interrupted, and ignores later events. */
  interrupt(end: ActionError): void {
    for (const index of this.unsettledIndices()) {
      const { stage } = this.entry(index);
      const outcome = outcomeOfFailure(end, { stage, end });
      if (stage === 'waiting') this.#settleUnstarted(index, outcome);
      else this.record(index, { kind: 'settled', ...outcome });
    }
    // The ledger stays as it was reported.
    this.#isClosed = true;
  }

  /** Keeps the first reason: later ones follow from it. */
  stop(reason: ActionError): void {
    this.#stopReason ??= reason;
  }

  /** An error that belongs to no file, such as a manifest that could not be written; null without one. */
  get runError(): ActionError | null {
    return this.#runError;
  }

  /** Stops the run. Unlike a stop reason, the error is kept also if the run was stopped before. */
  fail(error: ActionError): void {
    this.stop(error);
    this.#runError ??= error;
  }

  /** Like `fail`, before anything is sent: every unsettled file becomes `skipped`. */
  failAll(error: ActionError): void {
    this.fail(error);
    const outcome = { state: 'skipped', error: runStoppedError('not started', error) } as const;
    for (const index of this.unsettledIndices()) this.#settleUnstarted(index, outcome);
  }

  /** Information about the access token. Null when it was not requested. */
  get tokenInfo(): TokenInfo | null {
    return this.#tokenInfo;
  }

  recordToken(info: TokenInfo): void {
    this.#tokenInfo = info;
    this.#notify(({ onToken }) => onToken?.(info));
  }

  /** Counts each request as it is sent, by its phase. Token calls have no quota. */
  readonly countRequest = (phase: string): void => {
    if (phase === 'token') return;
    const kind = phase === 'upload' ? 'uploads' : 'calls';
    this.#requests[kind] += 1;
    if (kind === 'calls') this.#notify(({ onCall }) => onCall?.());
  };

  /** A pause concerns all files, so it is not an event of one file. */
  recordPause(pause: PauseInfo): void {
    this.#notify(({ onPause }) => onPause?.(pause));
  }
}
