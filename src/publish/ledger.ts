// The run's memory: every change of every file is written here as it happens, so that a report can be made of it
// at any moment, and no URN that LinkedIn gave depends on how the run ends.

import type { Clock } from '../deps.ts';
import { type ActionError, FileError, toActionError } from '../errors.ts';
import type { TokenInfo } from '../linkedin/session.ts';
import { type FileEvent, type FileState, INITIAL, reduce } from './file-state.ts';
import type { Plan, PlannedFile } from './plan.ts';
import type { ThrottlePause } from './retry/retrier.ts';

/** Requests that were sent: calls count against LinkedIn's quota, uploads carry bytes. */
export interface RequestCounts {
  readonly calls: number;
  readonly uploads: number;
}

export type LedgerListener = (state: FileState, event: FileEvent) => void;

export class Ledger {
  readonly #entries: FileState[];
  readonly #listeners: LedgerListener[] = [];
  readonly #pauseListeners: ((pause: ThrottlePause) => void)[] = [];
  readonly #clock: Clock;
  readonly #startedMs: number;
  #requests: RequestCounts = { calls: 0, uploads: 0 };
  #stopReason: ActionError | null = null;
  #isClosed = false;
  #tokenInfo: TokenInfo | null = null;
  readonly #tokenListeners: ((info: TokenInfo) => void)[] = [];

  /**
   * Refused files are settled from the start: their reasons are known before anything is sent. What is no fault of the
   * file ended the run before it was looked at.
   */
  constructor(plan: Plan, clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.now();
    this.#entries = plan.files.map((planned) => ({
      ...INITIAL,
      planned,
      ...settledByRejection(planned),
    }));
  }

  get entries(): readonly FileState[] {
    return this.#entries;
  }

  get requests(): RequestCounts {
    return this.#requests;
  }

  /** When the run began, by its own monotonic clock. */
  get startedMs(): number {
    return this.#startedMs;
  }

  /** Milliseconds since the run began. */
  get elapsedMs(): number {
    return this.#clock.now() - this.#startedMs;
  }

  /** Why no further file was started, or null. */
  get stopReason(): ActionError | null {
    return this.#stopReason;
  }

  entry(index: number): FileState {
    const state = this.#entries[index];
    if (state === undefined) throw new RangeError(`no file ${index} in the ledger`);
    return state;
  }

  /** Indices of the files that are still to be published, in file order. */
  openIndices(): number[] {
    return [...this.#entries.keys()].filter((index) => this.entry(index).stage !== 'settled');
  }

  record(index: number, event: FileEvent): void {
    if (this.#isClosed) return;
    const state = reduce(this.entry(index), event, this.#clock.now());
    this.#entries[index] = state;
    for (const listener of this.#listeners) this.#notify(() => listener(state, event));
  }

  /** What goes wrong in a listener is a bug of ours: it ends the run early, and takes no file with it. */
  #notify(callListener: () => void): void {
    try {
      callListener();
    } catch (error) {
      this.stop(toActionError(error));
    }
  }

  /** Whatever comes later comes too late to be told, and is not recorded: what was told stays so. */
  close(): void {
    this.#isClosed = true;
  }

  /** Ends every open file as planned: nothing is to be sent. */
  settleAsPlanned(): void {
    for (const index of this.openIndices()) this.record(index, { kind: 'settled', state: 'planned' });
  }

  /** The first reason stands: what follows from it is not news. */
  stop(reason: ActionError): void {
    this.#stopReason ??= reason;
  }

  /** What became known of the access token; null when nothing was asked of it. */
  get tokenInfo(): TokenInfo | null {
    return this.#tokenInfo;
  }

  recordToken(info: TokenInfo): void {
    this.#tokenInfo = info;
    for (const listener of this.#tokenListeners) listener(info);
  }

  subscribeToToken(listener: (info: TokenInfo) => void): void {
    this.#tokenListeners.push(listener);
  }

  /** Hears of each request as it is sent, by what it is for. Token calls have no quota. */
  readonly countRequest = (phase: string): void => {
    if (phase === 'token') return;
    const kind = phase === 'upload' ? 'uploads' : 'calls';
    this.#requests = { ...this.#requests, [kind]: this.#requests[kind] + 1 };
  };

  subscribe(listener: LedgerListener): void {
    this.#listeners.push(listener);
  }

  /** LinkedIn holds all files back: no matter of one file, and so no change. */
  recordPause(pause: ThrottlePause): void {
    for (const listener of this.#pauseListeners) this.#notify(() => listener(pause));
  }

  subscribeToPauses(listener: (pause: ThrottlePause) => void): void {
    this.#pauseListeners.push(listener);
  }
}

function settledByRejection({ rejection }: PlannedFile): Partial<FileState> {
  if (rejection === null) return {};
  return { stage: 'settled', state: rejection instanceof FileError ? 'failed' : 'skipped', error: rejection };
}
