// The state of one file of a run, its changes by events, and the outcome of an error. Pure.

import {
  type ActionError,
  interruptedError,
  runStoppedError,
  stopReasonOf,
} from '../errors/action-error.ts';
import type { Artifact } from '../linkedin/session.ts';
import { type MediaIdentity, toMediaIdentity } from '../linkedin/urn.ts';
import type { PlannedFile } from './plan.ts';

/** The final states of a file. Part of the public interface. */
export const OUTCOME_STATES = [
  'available',
  'processing',
  'unverified',
  'reused',
  'failed',
  'skipped',
  'planned',
  // Left for another day, because of `max-calls`.
  'deferred',
] as const;

export type OutcomeState = (typeof OUTCOME_STATES)[number];

/** The final state of a file, with the error if it is not a success. The type requires that error. */
export type Outcome =
  | {
      readonly state: 'available' | 'unverified' | 'reused' | 'planned' | 'deferred';
      readonly error?: never;
    }
  /** A success without `error`: the run does not wait for processing. */
  | { readonly state: 'processing'; readonly error?: ActionError }
  | { readonly state: 'failed' | 'skipped'; readonly error: ActionError };

export interface RetryInfo {
  readonly error: ActionError;
  readonly waitMs: number;
  /** The number of the next attempt, and the most attempts. Null when there is no such limit. */
  readonly attempt: { readonly number: number; readonly max: number } | null;
}

export type Stage = 'waiting' | 'registering' | 'registered' | 'uploading' | 'uploaded' | 'settled';

export type FileEvent =
  | { readonly kind: 'registering' }
  | { readonly kind: 'registered'; readonly identity: MediaIdentity; readonly parts: number }
  /** LinkedIn already has these bytes, under an earlier URN. */
  | { readonly kind: 'reused'; readonly identity: MediaIdentity }
  | { readonly kind: 'sent'; readonly bytes: number }
  | { readonly kind: 'uploaded' }
  | { readonly kind: 'status'; readonly status: string }
  | { readonly kind: 'artifacts'; readonly artifacts: readonly Artifact[] }
  /** LinkedIn has the file, but its artifacts could not be read. */
  | { readonly kind: 'artifacts-unread'; readonly error: ActionError }
  /** A registration failed in doubt: LinkedIn may hold an asset whose URN is unknown. */
  | { readonly kind: 'possible-orphan' }
  | ({ readonly kind: 'retry' } & RetryInfo)
  /** The session is lost and its URN is abandoned. The file starts over. */
  | { readonly kind: 'abandoned'; readonly reason?: string }
  | ({ readonly kind: 'settled' } & Outcome);

/** A file of a run: everything that is known about it. Only its ledger changes it. */
export class FileItem {
  readonly planned: PlannedFile;
  readonly stage: Stage = 'waiting';
  readonly state: OutcomeState | null = null;
  /** A file that is not started keeps the URN of its earlier upload. */
  readonly identity: MediaIdentity | null;
  readonly parts: number | null = null;
  /** URNs that were registered for the file and abandoned. */
  readonly abandonedUrns: readonly string[] = [];
  /** Registrations that returned a URN. */
  readonly attempts: number = 0;
  /** Registrations that failed in doubt: each may have left an asset whose URN is unknown. */
  readonly possibleOrphans: number = 0;
  /** Whether LinkedIn holds the complete file. */
  readonly isUploaded: boolean = false;
  readonly artifacts: readonly Artifact[] | null = null;
  /** Bytes that were sent in the current session. */
  readonly sentBytes: number = 0;
  /** LinkedIn's status of the file, as last read. */
  readonly status: string | null = null;
  readonly error: ActionError | null;
  readonly startedMs: number | null = null;
  readonly endedMs: number | null = null;
  /** Resolves when the file is settled. */
  readonly settled = Promise.withResolvers<void>();

  /** A rejected file is settled: `failed` for an error of the file, `skipped` if the run ended before its inspection. */
  constructor(planned: PlannedFile) {
    const { rejection } = planned;
    this.planned = planned;
    this.identity = earlierUpload(planned);
    this.error = rejection;
    if (rejection === null) return;
    this.stage = 'settled';
    this.state = rejection.subject === 'run' ? 'skipped' : 'failed';
  }
}

function earlierUpload({ reused }: PlannedFile): MediaIdentity | null {
  if (reused === undefined) return null;
  if ('duplicateOf' in reused) return earlierUpload(reused.duplicateOf);
  return toMediaIdentity(reused.earlier.urn, reused.earlier.kind);
}

/** The changes to `item` by `event`, which happened at `nowMs` by the run's clock. */
export function changesBy(item: FileItem, event: FileEvent, nowMs: number): Partial<FileItem> {
  const startedMs = item.startedMs ?? nowMs;
  switch (event.kind) {
    case 'registering':
      return { stage: 'registering', startedMs };
    case 'registered':
      return {
        stage: 'registered',
        identity: event.identity,
        abandonedUrns: abandonedUrnsAfter(item, event.identity.urn),
        parts: event.parts,
        attempts: item.attempts + 1,
      };
    case 'sent':
      return { stage: 'uploading', sentBytes: item.sentBytes + event.bytes };
    case 'uploaded':
      return { stage: 'uploaded', isUploaded: true };
    case 'status':
      return { status: event.status };
    case 'reused':
      return { stage: 'uploaded', identity: event.identity, startedMs };
    case 'possible-orphan':
      return { possibleOrphans: item.possibleOrphans + 1 };
    case 'artifacts':
      return { artifacts: event.artifacts };
    case 'artifacts-unread':
    case 'retry':
      return {};
    case 'abandoned':
      return { ...NEW_SESSION_RESET, abandonedUrns: abandonedUrnsAfter(item, null) };
    case 'settled':
      return { stage: 'settled', state: event.state, error: event.error ?? null, endedMs: nowMs };
  }
}

/** Discards the progress of the abandoned session. */
const NEW_SESSION_RESET = {
  stage: 'registering',
  identity: null,
  isUploaded: false,
  status: null,
  sentBytes: 0,
} as const satisfies Partial<FileItem>;

/** The abandoned URNs after `urn` becomes the URN of the file. Keeps every URN that LinkedIn returned. */
function abandonedUrnsAfter(
  { abandonedUrns, identity }: FileItem,
  urn: string | null,
): readonly string[] {
  return identity === null || identity.urn === urn
    ? abandonedUrns
    : [...abandonedUrns, identity.urn];
}

/** How a file ends in `stage` when `end` aborts the run. */
export function interruptedOutcome(stage: Stage, end: ActionError): Outcome {
  if (stage === 'waiting')
    return { state: 'skipped', error: interruptedError('before it started', end) };
  const error = interruptedError(
    stage === 'uploaded' ? 'while LinkedIn processed the file' : 'during the upload',
    end,
  );
  return { state: stage === 'uploaded' ? 'processing' : 'failed', error };
}

/** How a file ends in `stage` because of `error`. What LinkedIn has is not failed because the run ends. */
export function failedOutcome(stage: Stage, error: ActionError): Outcome {
  if (stage === 'waiting') return { state: 'skipped', error };
  if (stage !== 'uploaded' || !(error.endsRun || error.code === 'RUN_STOPPED'))
    return { state: 'failed', error };
  const reason = stopReasonOf(error);
  return {
    state: 'processing',
    error: runStoppedError('uploaded, but not confirmed as processed', reason),
  };
}
