// The run's memory: every change of every file is written here as it happens, so that a report can be made of it
// at any moment, and no URN that LinkedIn gave depends on how the run ends.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError, FileError } from '../errors.ts';
import type { TokenNews } from '../linkedin/session.ts';
import type { Pause } from './attempts.ts';
import { apply, type Change, type Entry, FRESH } from './entry.ts';
import type { Plan, PlannedFile } from './plan.ts';

/** Requests that were sent: calls count against LinkedIn's quota, uploads carry bytes. */
export interface Requests {
  readonly calls: number;
  readonly uploads: number;
}

export type Listener = (entry: Entry, change: Change) => void;

export class Ledger {
  readonly #entries: Entry[];
  readonly #listeners: Listener[] = [];
  readonly #pauseListeners: ((pause: Pause) => void)[] = [];
  readonly #clock: Clock;
  readonly #startedMs: number;
  #requests: Requests = { calls: 0, uploads: 0 };
  #stopReason: ActionError | null = null;
  #isClosed = false;
  #tokenNews: TokenNews | null = null;
  readonly #tokenListeners: ((news: TokenNews) => void)[] = [];

  /**
   * Refused files are settled from the start: their reasons are known before anything is sent. What is no fault of the
   * file ended the run before it was looked at.
   */
  constructor(plan: Plan, clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.now();
    this.#entries = plan.files.map((planned) => ({
      ...FRESH,
      planned,
      ...refused(planned),
    }));
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get requests(): Requests {
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

  entry(index: number): Entry {
    const entry = this.#entries[index];
    if (entry === undefined) throw new RangeError(`no file ${index} in the ledger`);
    return entry;
  }

  /** Indices of the files that are still to be published, in file order. */
  open(): number[] {
    return [...this.#entries.keys()].filter((index) => this.entry(index).stage !== 'settled');
  }

  record(index: number, change: Change): void {
    if (this.#isClosed) return;
    const entry = apply(this.entry(index), change, this.#clock.now());
    this.#entries[index] = entry;
    for (const listener of this.#listeners) this.#guard(() => listener(entry, change));
  }

  /** What goes wrong in a listener is a bug of ours: it ends the run early, and takes no file with it. */
  #guard(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.stop(asActionError(error));
    }
  }

  /** Whatever comes later comes too late to be told, and is not recorded: what was told stays so. */
  close(): void {
    this.#isClosed = true;
  }

  /** Ends every open file as planned: nothing is to be sent. */
  settleAsPlanned(): void {
    for (const index of this.open()) this.record(index, { kind: 'settled', state: 'planned' });
  }

  /** The first reason stands: what follows from it is not news. */
  stop(reason: ActionError): void {
    this.#stopReason ??= reason;
  }

  /** What became known of the access token; null when nothing was asked of it. */
  get tokenNews(): TokenNews | null {
    return this.#tokenNews;
  }

  noteToken(news: TokenNews): void {
    this.#tokenNews = news;
    for (const listener of this.#tokenListeners) listener(news);
  }

  onToken(listener: (news: TokenNews) => void): void {
    this.#tokenListeners.push(listener);
  }

  /** Hears of each request as it is sent, by what it is for. Token calls have no quota. */
  readonly countRequest = (phase: string): void => {
    if (phase === 'token') return;
    const kind = phase === 'upload' ? 'uploads' : 'calls';
    this.#requests = { ...this.#requests, [kind]: this.#requests[kind] + 1 };
  };

  subscribe(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** LinkedIn holds all files back: no matter of one file, and so no change. */
  pause(pause: Pause): void {
    for (const listener of this.#pauseListeners) this.#guard(() => listener(pause));
  }

  subscribeToPauses(listener: (pause: Pause) => void): void {
    this.#pauseListeners.push(listener);
  }
}

function refused({ refusal }: PlannedFile): Partial<Entry> {
  if (refusal === null) return {};
  return { stage: 'settled', state: refusal instanceof FileError ? 'failed' : 'skipped', error: refusal };
}
