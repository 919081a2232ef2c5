// Records every event of every file as it happens. A report can be made at any time, with all URNs, also in a cancelled run.

import { type ActionError, runStoppedError, toActionError } from '../errors/action-error.ts';
import type { TokenInfo } from '../linkedin/session.ts';
import type { Clock } from '../run.ts';
import {
  changesBy,
  type FileEvent,
  FileItem,
  interruptedOutcome,
  type Outcome,
} from './file-state.ts';
import type { Plan, PlannedFile } from './plan.ts';

/** Requests that were sent. Calls count against LinkedIn's quota; uploads carry bytes. */
export interface RequestCounts {
  readonly calls: number;
  readonly uploads: number;
}

/** All files wait, because LinkedIn is overloaded or down. */
export interface PauseInfo {
  readonly error: ActionError;
  readonly waitMs: number;
}

export interface LedgerObserver {
  readonly onFile?: (item: FileItem, event: FileEvent) => void;
  readonly onPause?: (pause: PauseInfo) => void;
  readonly onToken?: (info: TokenInfo) => void;
  /** A request that counts against LinkedIn's quota. */
  readonly onCall?: () => void;
}

export class Ledger {
  /** In file order. */
  readonly items: FileItem[];
  readonly requests = { calls: 0, uploads: 0 };
  /** Why the run starts no further file, or null. Only the ledger changes this field and the next two. */
  stopReason: ActionError | null = null;
  /** An error of the run itself, such as a manifest that could not be written; null without one. */
  error: ActionError | null = null;
  /** Information about the access token. Null when it was not requested. */
  tokenInfo: TokenInfo | null = null;
  readonly #observers: LedgerObserver[] = [];
  readonly #clock: Clock;
  #isClosed = false;

  constructor(plan: Plan, clock: Clock) {
    this.#clock = clock;
    this.items = plan.files.map((planned) => new FileItem(planned));
  }

  /** Files that the run uploads later, also such that it has uploaded before. */
  add({ files }: Plan): void {
    this.items.push(...files.map((planned) => new FileItem(planned)));
  }

  get open(): FileItem[] {
    return this.items.filter(({ stage }) => stage !== 'settled');
  }

  /** @throws RangeError for a file of another plan */
  itemOf(planned: PlannedFile): FileItem {
    const found = this.items.find((item) => item.planned === planned);
    if (found === undefined) throw new RangeError(`${planned.file.path} is not in the ledger`);
    return found;
  }

  record(item: FileItem, event: FileEvent): void {
    if (this.#isClosed) return;
    Object.assign(item, changesBy(item, event, this.#clock.now()));
    this.#notify(({ onFile }) => onFile?.(item, event));
    if (event.kind === 'settled') item.settled.resolve();
  }

  subscribe(observer: LedgerObserver): void {
    this.#observers.push(observer);
  }

  /** An error of an observer is a bug of this action: it stops the run, but fails no file. */
  #notify(report: (observer: LedgerObserver) => void): void {
    for (const observer of this.#observers)
      try {
        report(observer);
      } catch (error) {
        this.stop(toActionError(error));
      }
  }

  /** Settles files that end alike. */
  settle(items: readonly FileItem[], outcome: Outcome): void {
    for (const item of items) this.record(item, { kind: 'settled', ...outcome });
  }

  /** Settles every unsettled file as interrupted, and ignores later events. */
  interrupt(end: ActionError): void {
    for (const item of this.open)
      this.record(item, { kind: 'settled', ...interruptedOutcome(item.stage, end) });
    // The ledger stays as it was reported.
    this.#isClosed = true;
  }

  /** Keeps the first reason: later ones follow from it. */
  stop(reason: ActionError): void {
    this.stopReason ??= reason;
  }

  /** Stops the run. Unlike a stop reason, the error is kept also if the run was stopped before. */
  fail(error: ActionError): void {
    this.stop(error);
    const { stopReason } = this;
    // An error that comes again, such as at another write, is reported once.
    this.error ??= stopReason?.fingerprint === error.fingerprint ? stopReason : error;
  }

  /** Like `fail`, before anything is sent: every unsettled file becomes `skipped`. */
  failAll(error: ActionError): void {
    this.fail(error);
    this.settle(this.open, { state: 'skipped', error: runStoppedError('not started', error) });
  }

  recordToken(info: TokenInfo): void {
    this.tokenInfo = info;
    this.#notify(({ onToken }) => onToken?.(info));
  }

  /** Counts each request as it is sent, by its phase. Token calls have no quota. */
  readonly countRequest = (phase: string): void => {
    if (phase === 'token') return;
    const kind = phase === 'upload' ? 'uploads' : 'calls';
    this.requests[kind] += 1;
    if (kind === 'calls') this.#notify(({ onCall }) => onCall?.());
  };

  /** A pause concerns all files, so it is not an event of one file. */
  recordPause(pause: PauseInfo): void {
    this.#notify(({ onPause }) => onPause?.(pause));
  }
}
