// The run's memory: every change of every file is written here as it happens, so that a report can be made of it
// at any moment, and no URN that LinkedIn gave depends on how the run ends.

import type { Clock } from '../deps.ts';
import { type ActionError, asActionError } from '../errors.ts';
import type { Artifact, MediaIdentity, TokenNews } from '../linkedin/session.ts';
import type { Pause, Repetition } from './attempts.ts';
import type { Plan, PlannedFile } from './plan.ts';

/** How a file ended; the contract with users. */
export type State = 'available' | 'processing' | 'unverified' | 'reused' | 'failed' | 'skipped' | 'planned';

/** How a file ended, and why when that is no success: one without its reason cannot be written down. */
export type Outcome =
  | { readonly state: 'available' | 'unverified' | 'reused' | 'planned'; readonly error?: never }
  /** A success for who does not wait. */
  | { readonly state: 'processing'; readonly error?: ActionError }
  | { readonly state: 'failed' | 'skipped'; readonly error: ActionError };

/** How far a file has come. */
export type Stage = 'waiting' | 'registering' | 'registered' | 'uploading' | 'uploaded' | 'settled';

export type Change =
  | { readonly kind: 'registering' }
  | { readonly kind: 'registered'; readonly identity: MediaIdentity; readonly parts: number }
  /** LinkedIn has these bytes already, under a name that it gave earlier. */
  | { readonly kind: 'remembered'; readonly identity: MediaIdentity }
  | { readonly kind: 'sent'; readonly bytes: number }
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'artifacts'; readonly artifacts: readonly Artifact[] }
  /** LinkedIn has the file, but would not tell what it made of it. */
  | { readonly kind: 'artifacts-unread'; readonly error: ActionError }
  /** A registration whose answer was lost: LinkedIn may hold one more, without a name here. */
  | { readonly kind: 'possible-orphan' }
  /** A call for the file failed, and is made again. */
  | ({ readonly kind: 'repeat' } & Repetition)
  /** The session is lost and its URN given up; the file starts over. */
  | { readonly kind: 'abandoned'; readonly reason?: string }
  | ({ readonly kind: 'settled' } & Outcome);

/** Everything known of one file. */
export interface Entry {
  readonly planned: PlannedFile;
  readonly stage: Stage;
  readonly state: State | null;
  readonly identity: MediaIdentity | null;
  readonly parts: number | null;
  /** URNs that were registered for the file and given up. */
  readonly abandonedUrns: readonly string[];
  /** Registrations that gave a URN. */
  readonly attempts: number;
  /** Registrations whose answer was lost. */
  readonly possibleOrphans: number;
  /** Whether LinkedIn holds all of it. */
  readonly isUploaded: boolean;
  readonly artifacts: readonly Artifact[] | null;
  /** Bytes of the present attempt that left for LinkedIn. */
  readonly sentBytes: number;
  /** LinkedIn's own word for it, last read. */
  readonly status: string | null;
  readonly error: ActionError | null;
  readonly startedMs: number | null;
  /** When the present attempt had all its bytes at LinkedIn. */
  readonly uploadedMs: number | null;
  readonly endedMs: number | null;
}

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
  #tokenNews: TokenNews | null = null;
  readonly #tokenListeners: ((news: TokenNews) => void)[] = [];

  /** Refused files are settled from the start: their reasons are known before anything is sent. */
  constructor(plan: Plan, clock: Clock) {
    this.#clock = clock;
    this.#startedMs = clock.now();
    this.#entries = plan.files.map((planned) => ({
      ...FRESH,
      planned,
      ...(planned.refusal === null ? {} : { stage: 'settled', state: 'failed', error: planned.refusal }),
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

const FRESH = {
  stage: 'waiting',
  state: null,
  identity: null,
  parts: null,
  abandonedUrns: [],
  attempts: 0,
  sentBytes: 0,
  possibleOrphans: 0,
  isUploaded: false,
  artifacts: null,
  status: null,
  error: null,
  startedMs: null,
  uploadedMs: null,
  endedMs: null,
} as const satisfies Omit<Entry, 'planned'>;

function apply(entry: Entry, change: Change, nowMs: number): Entry {
  switch (change.kind) {
    case 'registering':
      return { ...entry, stage: 'registering', startedMs: entry.startedMs ?? nowMs };
    case 'registered':
      return {
        ...entry,
        stage: 'registered',
        identity: change.identity,
        abandonedUrns: givenUp(entry, change.identity.urn),
        parts: change.parts,
        attempts: entry.attempts + 1,
      };
    case 'sent':
      return { ...entry, stage: 'uploading', sentBytes: entry.sentBytes + change.bytes };
    case 'uploaded':
      return { ...entry, stage: 'uploaded', isUploaded: true, uploadedMs: nowMs };
    case 'status':
      return { ...entry, status: change.status };
    case 'remembered':
      return { ...entry, stage: 'uploaded', identity: change.identity, startedMs: entry.startedMs ?? nowMs };
    case 'possible-orphan':
      return { ...entry, possibleOrphans: entry.possibleOrphans + 1 };
    case 'artifacts':
      return { ...entry, artifacts: change.artifacts };
    case 'artifacts-unread':
    case 'repeat':
      return entry;
    case 'abandoned':
      return {
        ...entry,
        stage: 'registering',
        identity: null,
        abandonedUrns: givenUp(entry, null),
        isUploaded: false,
        uploadedMs: null,
        status: null,
        sentBytes: 0,
      };
    case 'settled':
      return { ...entry, stage: 'settled', state: change.state, error: change.error ?? null, endedMs: nowMs };
  }
}

/** The URNs given up once `urn` is the file's own: none that LinkedIn ever gave is forgotten. */
function givenUp({ abandonedUrns, identity }: Entry, urn: string | null): readonly string[] {
  return identity === null || identity.urn === urn ? abandonedUrns : [...abandonedUrns, identity.urn];
}
