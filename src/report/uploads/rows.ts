// Builds the rows of the output `results` from the ledger, at any moment of the run. Without side effects.

import { ERROR_CODES } from '../../error-codes.ts';
import { formatDuration, formatNumber, pluralize } from '../../format.ts';
import type { FileState, OutcomeState, Stage } from '../../upload/file-state.ts';
import type { Ledger } from '../../upload/ledger.ts';
import type { ResultRow } from './result-row.ts';

type Api = ResultRow['api'];

/** One row per file, in file order, generated lazily. */
export function* iterateRows(ledger: Ledger, api: Api): Generator<ResultRow> {
  for (const entry of ledger.entries) yield buildRow(entry, api);
}

/** A row without an error is a success. The ledger decides about errors when a file is settled. */
export function isSuccess(row: ResultRow): boolean {
  return row.error === undefined;
}

function buildRow(entry: FileState, api: Api): ResultRow {
  const { planned, identity, state, startedMs, endedMs } = entry;
  const { file, request } = planned;
  const { media } = file;
  const sidecars =
    entry.isUploaded && request?.sidecars !== undefined ? Object.entries(file.sidecars ?? {}) : null;
  return omitUnknown({
    file: file.path,
    // A report during the run shows for an unsettled file what LinkedIn has of it.
    state: state ?? UNSETTLED_STATES[entry.stage],
    kind: media?.kind,
    mediaType: media?.mediaType,
    // A file without an identity was never opened, so its size is not known.
    bytes: file.identity === null ? null : file.sizeBytes,
    sha256: media?.sha256,
    width: media?.width,
    height: media?.height,
    durationSeconds: media?.durationSeconds,
    frames: media?.frames,
    pages: media?.pages,
    altText: file.altText,
    api,
    recipe: request?.recipe,
    assetUrn: identity?.assetUrn,
    mediaUrn: identity?.mediaUrn,
    urnSource: identity?.urnSource,
    status: entry.status,
    attempts: entry.attempts,
    durationMs: startedMs === null || endedMs === null ? 0 : Math.round(Math.max(0, endedMs - startedMs)),
    sidecars: sidecars && Object.fromEntries(sidecars.map(([kind, { path }]) => [kind, path])),
    artifacts: entry.artifacts,
    abandonedUrns: entry.abandonedUrns,
    possibleOrphans: entry.possibleOrphans || null,
    error:
      state === null
        ? UNSETTLED_ERROR
        : entry.error && { code: entry.error.code, message: entry.error.message, hint: entry.error.hint },
  });
}

const UNSETTLED_STATES: Record<Stage, OutcomeState> = {
  waiting: 'skipped',
  registering: 'failed',
  registered: 'failed',
  uploading: 'failed',
  uploaded: 'processing',
  settled: 'failed',
};

const UNSETTLED_ERROR = {
  code: 'RUN_STOPPED',
  message: 'the run was still in progress when this row was written',
  hint: ERROR_CODES.RUN_STOPPED.hint,
} as const;

/** Omits the fields that are not known or are empty lists. */
function omitUnknown(fields: { [K in keyof Required<ResultRow>]: ResultRow[K] | null }): ResultRow {
  const known: Record<string, unknown> = {};
  // Not with `Object.entries`: the rows of ten thousand files are built every few seconds.
  for (const name in fields) {
    const value = fields[name as keyof ResultRow];
    if (value != null && !(Array.isArray(value) && value.length === 0)) known[name] = value;
  }
  return known as unknown as ResultRow;
}

type Dimensions = Pick<ResultRow, 'width' | 'height' | 'durationSeconds' | 'frames' | 'pages' | 'sidecars'>;

/** `1,600 × 900`, `5.0 s`, `12 frames`, `12 pages`, `captions` */
export function dimensionsOf(row: Dimensions): string[] {
  const { width, height, durationSeconds, frames = 1, pages, sidecars = {} } = row;
  return [
    ...(width === undefined || height === undefined
      ? []
      : [`${formatNumber(width)} × ${formatNumber(height)}`]),
    ...(durationSeconds === undefined ? [] : [formatDuration(durationSeconds * 1000)]),
    ...(frames === 1 ? [] : [pluralize(frames, 'frame')]),
    ...(pages === undefined ? [] : [pluralize(pages, 'page')]),
    ...Object.keys(sidecars),
  ];
}
