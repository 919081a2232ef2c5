// Records every event of every file as it happens. A report can be made at any time, with all URNs, also in a cancelled run.

import type { Clock } from '../deps.ts';
import { type ActionError, runStoppedError, toActionError } from '../errors/action-error.ts';
import type { TokenInfo } from '../linkedin/session.ts';
import { toMediaIdentity } from '../linkedin/urn.ts';
import type { UploadEntry } from '../memory/upload-entry.ts';
import {
  type FileEvent,
  type FileItem,
  interruptedOutcome,
  newItem,
  type Outcome,
  reduce,
} from './file-state.ts';
import type { Plan, PlannedFile } from './plan.ts';
import type { PauseInfo } from './run-limits.ts';

/** Requests that were sent. Calls count against LinkedIn's quota; uploads carry bytes. */
export interface RequestCounts {
  readonly calls: number;
  readonly uploads: number;
}

/** What belongs to no single file. */
interface RunState {
  readonly requests: RequestCounts;
  /** Why the run starts no further file, or null. */
  stopReason: ActionError | null;
  /** An error of the run itself, such as a manifest that could not be written; null without one. */
  error: ActionError | null;
  /** Information about the access token. Null when it was not requested. */
  tokenInfo: TokenInfo | null;
}

export interface LedgerObserver {
  readonly onFile?: (item: FileItem, event: FileEvent) => void;
  readonly onPause?: (pause: PauseInfo) => void;
  readonly onToken?: (info: TokenInfo) => void;
  /** A request that counts against LinkedIn's quota. */
  readonly onCall?: () => void;
}

export class Ledger {
  readonly #items: FileItem[];
  readonly #requests = { calls: 0, uploads: 0 };
  readonly #runState: RunState = {
    requests: this.#requests,
    stopReason: null,
    error: null,
    tokenInfo: null,
  };
  /** Changes as the run goes on. */
  readonly runState: Readonly<RunState> = this.#runState;
  readonly #observers: LedgerObserver[] = [];
  readonly #clock: Clock;
  #isClosed = false;

  constructor(plan: Plan, clock: Clock) {
    this.#clock = clock;
    this.#items = plan.files.map(newItem);
  }

  /** In file order. */
  get items(): readonly FileItem[] {
    return this.#items;
  }

  /** Files that the run uploads later, also such that it has uploaded before. */
  add({ files }: Plan): void {
    this.#items.push(...files.map(newItem));
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
    Object.assign(item, reduce(item, event, this.#clock.now()));
    this.#notify(({ onFile }) => onFile?.(item, event));
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

  /** Settles every unsettled file as `planned`, for a run that sends nothing. */
  settleAsPlanned(): void {
    for (const item of this.open) this.#settleUnstarted(item, { state: 'planned' });
  }

  /** Leaves a file for another day, before anything is sent. */
  defer(item: FileItem): void {
    this.#settleUnstarted(item, { state: 'deferred' });
  }

  /** Settles a file that was not started. The upload of an earlier run keeps its URN. */
  #settleUnstarted(item: FileItem, outcome: Outcome): void {
    const { reused } = item.planned;
    if (reused !== undefined && 'earlier' in reused) this.#recordEarlier(item, reused.earlier);
    this.recordDuplicate(item);
    this.record(item, { kind: 'settled', ...outcome });
  }

  /** Gives a duplicate the URN of the earlier upload of its file, after that file has it. Does nothing for other files. */
  recordDuplicate(item: FileItem): void {
    const { reused } = item.planned;
    if (reused === undefined || !('duplicateOf' in reused)) return;
    const { identity, planned } = this.itemOf(reused.duplicateOf);
    const first = planned.reused;
    // If LinkedIn no longer has the upload, the file has no URN, or that of another upload, which may be incomplete.
    if (first !== undefined && 'earlier' in first && first.earlier.urn === identity?.urn)
      this.#recordEarlier(item, first.earlier);
  }

  #recordEarlier(item: FileItem, { urn, kind }: UploadEntry): void {
    this.record(item, { kind: 'earlier', identity: toMediaIdentity(urn, kind) });
  }

  /** Settles every unsettled file as interrupted, and ignores later events. */
  interrupt(end: ActionError): void {
    for (const item of this.open) {
      const { stage } = item;
      const outcome = interruptedOutcome(stage, end);
      if (stage === 'waiting') this.#settleUnstarted(item, outcome);
      else this.record(item, { kind: 'settled', ...outcome });
    }
    // The ledger stays as it was reported.
    this.#isClosed = true;
  }

  /** Keeps the first reason: later ones follow from it. */
  stop(reason: ActionError): void {
    this.#runState.stopReason ??= reason;
  }

  /** Stops the run. Unlike a stop reason, the error is kept also if the run was stopped before. */
  fail(error: ActionError): void {
    this.stop(error);
    const { stopReason } = this.#runState;
    // An error that comes again, such as at another write, is reported once.
    this.#runState.error ??= stopReason?.reason === error.reason ? stopReason : error;
  }

  /** Like `fail`, before anything is sent: every unsettled file becomes `skipped`. */
  failAll(error: ActionError): void {
    this.fail(error);
    const outcome = { state: 'skipped', error: runStoppedError('not started', error) } as const;
    for (const item of this.open) this.#settleUnstarted(item, outcome);
  }

  recordToken(info: TokenInfo): void {
    this.#runState.tokenInfo = info;
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
