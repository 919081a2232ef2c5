// Builds the rows of the output `results` from the ledger, at any moment of the run. Without side effects.

import { ERROR_CODES, type ErrorCode } from '../../error-codes.ts';
import { buildPosts, type Post } from '../../linkedin/posts.ts';
import type { FileState, OutcomeState, Stage } from '../../publish/file-state.ts';
import type { Ledger } from '../../publish/ledger.ts';

/** One row of the output `results`. */
export interface ResultRow {
  readonly file: string;
  readonly state: OutcomeState;
  readonly kind?: 'image' | 'video';
  readonly mediaType?: string;
  readonly bytes?: number;
  readonly sha256?: string;
  readonly width?: number;
  readonly height?: number;
  readonly durationSeconds?: number;
  readonly frames?: number;
  readonly api: string;
  readonly recipe?: string;
  readonly assetUrn?: string;
  readonly mediaUrn?: string;
  readonly urnSource?: 'derived' | 'linkedin';
  readonly status?: string;
  readonly attempts: number;
  readonly durationMs: number;
  /** The paths of the sidecars that were sent with a video. */
  readonly sidecars?: { readonly captions?: string; readonly thumbnail?: string };
  readonly artifacts?: NonNullable<FileState['artifacts']>;
  readonly abandonedUrns?: readonly string[];
  /** The number of registrations whose response was lost. */
  readonly possibleOrphans?: number;
  /** Set in every row that is not a success, and only there. */
  readonly error?: { readonly code: ErrorCode; readonly message: string; readonly hint: string };
}

/** One row per file, in file order. */
export function buildRows(ledger: Ledger, api: string): ResultRow[] {
  return [...iterateRows(ledger, api)];
}

/** The same rows, generated lazily. */
export function* iterateRows(ledger: Ledger, api: string): Generator<ResultRow> {
  for (const entry of ledger.entries) yield buildRow(entry, api);
}

/** A row without an error is a success. The ledger decides about errors when a file is settled. */
export function isSuccess(row: ResultRow): boolean {
  return row.error === undefined;
}

function buildRow(entry: FileState, api: string): ResultRow {
  const { file, request } = entry.planned;
  const { identity } = entry;
  const media = file.media;
  return {
    file: file.path,
    // A report during the run shows for an unsettled file what LinkedIn has of it.
    state: entry.state ?? UNSETTLED_STATES[entry.stage],
    ...(media === null ? {} : { kind: media.kind, mediaType: media.mediaType }),
    // A file without an identity was never opened, so its size is not known.
    ...(file.identity === null ? {} : { bytes: file.sizeBytes }),
    ...pick(media, ['sha256', 'width', 'height', 'durationSeconds', 'frames']),
    api,
    ...(request?.recipe == null ? {} : { recipe: request.recipe }),
    ...pick(identity, ['assetUrn', 'mediaUrn', 'urnSource']),
    ...(entry.status === null ? {} : { status: entry.status }),
    attempts: entry.attempts,
    durationMs: Math.round(Math.max(0, (entry.endedMs ?? 0) - (entry.startedMs ?? entry.endedMs ?? 0))),
    ...sidecarsOf(entry),
    ...artifactsOf(entry),
    ...(entry.abandonedUrns.length === 0 ? {} : { abandonedUrns: entry.abandonedUrns }),
    ...(entry.possibleOrphans === 0 ? {} : { possibleOrphans: entry.possibleOrphans }),
    ...errorOf(entry),
  };
}

function sidecarsOf({ planned: { file, request }, isUploaded }: FileState): Pick<ResultRow, 'sidecars'> {
  if (!isUploaded || request?.sidecars === undefined) return {};
  const paths = Object.entries(file.sidecars ?? {}).map(([kind, sidecar]) => [kind, sidecar.path]);
  return { sidecars: Object.fromEntries(paths) };
}

/** `media-artifacts` may have been read and be empty. */
function artifactsOf({ artifacts }: FileState): Pick<ResultRow, 'artifacts'> {
  return artifacts === null || artifacts.length === 0 ? {} : { artifacts };
}

const UNSETTLED_STATES: Record<Stage, OutcomeState> = {
  waiting: 'skipped',
  registering: 'failed',
  registered: 'failed',
  uploading: 'failed',
  uploaded: 'processing',
  settled: 'failed',
};

const UNSETTLED_MESSAGE = 'the run was still in progress when this row was written';

function errorOf({ error, state }: FileState): Pick<ResultRow, 'error'> {
  if (state === null)
    return { error: { code: 'RUN_STOPPED', message: UNSETTLED_MESSAGE, hint: ERROR_CODES.RUN_STOPPED.hint } };
  return error === null ? {} : { error: { code: error.code, message: error.message, hint: error.hint } };
}

/** The `keys` of `from` that are set. */
function pick<T extends object, K extends keyof T>(from: T | null, keys: readonly K[]): Partial<Pick<T, K>> {
  const picked: Partial<Pick<T, K>> = {};
  for (const key of keys) if (from?.[key] !== undefined) picked[key] = from[key];
  return picked;
}

/** Returns a generator of the posts for all successful files. Failures of other files do not matter. */
export function buildReadyPosts(ledger: Ledger, rows: readonly ResultRow[]): () => Iterable<Post> {
  const owner = ledger.entries.find(({ planned }) => planned.request !== null)?.planned.request?.owner ?? '';
  const media = rows.filter(isSuccess).flatMap(({ file, kind, mediaUrn, state }) => {
    if (kind === undefined || mediaUrn === undefined) return [];
    return [{ file, kind, mediaUrn, isReady: state === 'available' || state === 'reused' }];
  });
  return () => buildPosts(media, owner);
}
