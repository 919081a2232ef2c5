// One file of a run: all that is known of it, and how each change moves it on. Pure.

import type { ActionError } from '../errors.ts';
import type { Artifact, MediaIdentity } from '../linkedin/session.ts';
import type { PlannedFile } from './plan.ts';

/** How a file ended; the contract with users. */
export type OutcomeState =
  | 'available'
  | 'processing'
  | 'unverified'
  | 'reused'
  | 'failed'
  | 'skipped'
  | 'planned';

/** How a file ended, and why when that is no success: one without its reason cannot be written down. */
export type Outcome =
  | { readonly state: 'available' | 'unverified' | 'reused' | 'planned'; readonly error?: never }
  /** A success for who does not wait. */
  | { readonly state: 'processing'; readonly error?: ActionError }
  | { readonly state: 'failed' | 'skipped'; readonly error: ActionError };

/** A call that failed and is made again. */
export interface RetryInfo {
  readonly error: ActionError;
  /** Milliseconds until then. */
  readonly waitMs: number;
  /** Which try that is, and how many it may be at most; null where there is no such limit. */
  readonly attempt: { readonly number: number; readonly max: number } | null;
}

/** How far a file has come. */
export type Stage = 'waiting' | 'registering' | 'registered' | 'uploading' | 'uploaded' | 'settled';

export type FileEvent =
  | { readonly kind: 'registering' }
  | { readonly kind: 'registered'; readonly identity: MediaIdentity; readonly parts: number }
  /** LinkedIn has these bytes already, under a name that it gave earlier. */
  | { readonly kind: 'restored'; readonly identity: MediaIdentity }
  | { readonly kind: 'sent'; readonly bytes: number }
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'artifacts'; readonly artifacts: readonly Artifact[] }
  /** LinkedIn has the file, but would not tell what it made of it. */
  | { readonly kind: 'artifacts-unread'; readonly error: ActionError }
  /** A registration whose answer was lost: LinkedIn may hold one more, without a name here. */
  | { readonly kind: 'possible-orphan' }
  /** A call for the file failed, and is made again. */
  | ({ readonly kind: 'retry' } & RetryInfo)
  /** The session is lost and its URN given up; the file starts over. */
  | { readonly kind: 'abandoned'; readonly reason?: string }
  | ({ readonly kind: 'settled' } & Outcome);

/** Everything known of one file. */
export interface FileState {
  readonly planned: PlannedFile;
  readonly stage: Stage;
  readonly state: OutcomeState | null;
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

/** A file before anything happened to it. */
export const INITIAL = {
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
} as const satisfies Omit<FileState, 'planned'>;

/** `state` after `event`, which came `nowMs` by the run's clock. */
export function reduce(state: FileState, event: FileEvent, nowMs: number): FileState {
  switch (event.kind) {
    case 'registering':
      return { ...state, stage: 'registering', startedMs: state.startedMs ?? nowMs };
    case 'registered':
      return {
        ...state,
        stage: 'registered',
        identity: event.identity,
        abandonedUrns: abandonedUrnsAfter(state, event.identity.urn),
        parts: event.parts,
        attempts: state.attempts + 1,
      };
    case 'sent':
      return { ...state, stage: 'uploading', sentBytes: state.sentBytes + event.bytes };
    case 'uploaded':
      return { ...state, stage: 'uploaded', isUploaded: true, uploadedMs: nowMs };
    case 'status':
      return { ...state, status: event.status };
    case 'restored':
      return { ...state, stage: 'uploaded', identity: event.identity, startedMs: state.startedMs ?? nowMs };
    case 'possible-orphan':
      return { ...state, possibleOrphans: state.possibleOrphans + 1 };
    case 'artifacts':
      return { ...state, artifacts: event.artifacts };
    case 'artifacts-unread':
    case 'retry':
      return state;
    case 'abandoned':
      return { ...state, ...NEW_SESSION_RESET, abandonedUrns: abandonedUrnsAfter(state, null) };
    case 'settled':
      return { ...state, stage: 'settled', state: event.state, error: event.error ?? null, endedMs: nowMs };
  }
}

/** What the lost session had come to counts no more. */
const NEW_SESSION_RESET = {
  stage: 'registering',
  identity: null,
  isUploaded: false,
  uploadedMs: null,
  status: null,
  sentBytes: 0,
} as const satisfies Partial<FileState>;

/** The URNs given up once `urn` is the file's own: none that LinkedIn ever gave is forgotten. */
function abandonedUrnsAfter({ abandonedUrns, identity }: FileState, urn: string | null): readonly string[] {
  return identity === null || identity.urn === urn ? abandonedUrns : [...abandonedUrns, identity.urn];
}
