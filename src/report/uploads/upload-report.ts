// Builds the report of an upload from its ledger, at any moment of the run. Without side effects.

import { type ActionError, inputErrorsIn } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { FailOn } from '../../inputs/upload-schema.ts';
import type { MediaKind } from '../../linkedin/urn.ts';
import type { Shard } from '../../media/find/shards.ts';
import type { StepsAfterUpload } from '../../upload/calls/request-estimate.ts';
import type { Ledger } from '../../upload/ledger.ts';
import type { OutputValues } from '../outputs.ts';
import { buildFailureReport, type Report, summarizeRun } from '../report.ts';
import type { Warning } from '../summary.ts';
import { buildResultRow, isSuccess, type ResultRow } from './result-row.ts';
import { buildCards, isLeft } from './upload-page.ts';
import { type DailyCalls, formatDeferral, planCost, planLines, uploadBlocks } from './upload-summary.ts';
import { type FileView, uploadVerdict, viewFile } from './upload-view.ts';

export interface UploadReport extends Report {
  readonly rows: readonly ResultRow[];
}

interface ReportSettings {
  readonly mode: Mode;
  readonly failOn: FailOn;
  readonly manifest?: string | null;
  readonly shard?: Shard | null;
  readonly searchWarnings?: readonly Warning[];
  readonly planSettings: { readonly api: ResultRow['api']; readonly owner?: string };
  readonly upload: StepsAfterUpload;
  readonly limit?: DailyCalls | null;
  /** An estimate, for a token that LinkedIn has not described. */
  readonly tokenDaysLeft?: number | null;
}

const RUN_ERRORS = new Set<ErrorCode>(['INTERNAL', 'MANIFEST_WRITE', 'BRANCH_PROTECTED']);

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildReport(
  ledger: Ledger,
  settings: ReportSettings,
  abortReason: ActionError | null,
): UploadReport {
  const { mode, planSettings, limit = null, shard = null, searchWarnings = [] } = settings;
  const rows = ledger.items.map((item) => buildResultRow(item, planSettings.api));
  const steps = mode === 'plan' ? { ...settings.upload, reusesUnread: limit !== null } : null;
  const views = ledger.items.map((item, index) => viewFile(item, rows[index] as ResultRow, steps));
  const deferred = rows.filter(({ state }) => state === 'deferred').length;
  const deferral = limit === null || deferred === 0 ? null : formatDeferral(deferred, limit);
  const cost = steps && planCost(ledger, steps);
  // A run that was stopped may also fail to write its manifest.
  const { stopReason, error, tokenInfo } = ledger.runState;
  const errors = [abortReason, stopReason, error];
  const summarized = summarizeRun(views, { mode, verdict: uploadVerdict(views, mode, shard), errors });
  const { annotations } = summarized;
  return {
    ...summarized,
    title: TITLE,
    failed: abortReason !== null || isFailure(ledger, rows, settings.failOn),
    isPartial: views.some(({ isGood }) => !isGood),
    notices: noticesOf(rows, deferral),
    lines: cost === null ? urnLines(views) : planLines(views, cost),
    rows,
    outputs: uploadOutputs(rows, tokenInfo?.daysLeft ?? settings.tokenDaysLeft ?? null),
    manifest: settings.manifest ?? null,
    blocks: uploadBlocks(views, { ledger, mode, deferral, searchWarnings, annotations, cost }),
    owner: planSettings.owner ?? null,
    hasPreview: false,
    page: abortReason === null && !views.every(isLeft) ? buildCards(views) : null,
  };
}

/** More URNs than these are in the summary and the outputs alone. */
const MAX_LOGGED_URNS = 20;

/** The URNs that the next step needs, for a reader who does not unfold the log of the uploads. */
function urnLines(views: readonly FileView[]): string[] {
  const lines = views.flatMap(({ isGood, name, urns: [urn] }) =>
    isGood && urn !== undefined ? [`${name}: ${urn}`] : [],
  );
  return lines.length > MAX_LOGGED_URNS ? [] : lines;
}

/** An error that belongs to no file, such as a bug or a failed write of the manifest, fails the step whatever `fail-on` says. */
function isFailure(
  { runState: { error, stopReason } }: Ledger,
  rows: readonly ResultRow[],
  failOn: FailOn,
): boolean {
  if (error !== null || (stopReason !== null && RUN_ERRORS.has(stopReason.code))) return true;
  const failed = rows.filter((row) => !isSuccess(row)).length;
  if (failOn === 'never' || failed === 0) return false;
  return failOn === 'any' || rows.every((row) => !isSuccess(row) || row.state === 'deferred');
}

const TITLE = 'LinkedIn upload';

/** The report of a run that failed before planning. A manifest that caused the failure is not named. */
export function buildUploadFailureReport(thrown: unknown, manifest: string | null = null): Report {
  const isInvalid = inputErrorsIn(thrown)?.some(({ input }) => input === 'manifest') ?? false;
  const outputs = uploadOutputs([], null);
  return { ...buildFailureReport(thrown, { title: TITLE, outputs }), manifest: isInvalid ? null : manifest };
}

function noticesOf(rows: readonly ResultRow[], deferral: string | null): Report['notices'] {
  const unverified = rows.filter(({ state }) => state === 'unverified').length;
  const text = `${pluralize(unverified, 'file')} uploaded, but the token may not read the status: LinkedIn's processing is not confirmed`;
  return [
    ...(unverified === 0 ? [] : [{ title: 'Status not readable', text }]),
    ...(deferral === null ? [] : [{ title: 'Files left for another day', text: deferral }]),
  ];
}

/** The lists of URNs hold only the files that succeeded. */
export function uploadOutputs(rows: readonly ResultRow[], tokenDaysLeft: number | null) {
  const good = rows.filter(isSuccess);
  // LinkedIn may still process the upload of an earlier run, or of another file with the same bytes.
  const sent = good.filter(
    ({ state, attempts }) => state !== 'reused' && state !== 'deferred' && attempts > 0,
  );
  const count = (wanted: ResultRow['state']) => rows.filter(({ state }) => state === wanted).length;
  const assets = good.flatMap(({ assetUrn }) => assetUrn ?? []);
  const mediaUrns: Record<MediaKind, string[]> = { image: [], video: [], document: [] };
  for (const { kind, mediaUrn } of good)
    if (kind !== undefined && mediaUrn !== undefined) mediaUrns[kind].push(mediaUrn);
  return {
    results: rows,
    'asset-urns': assets,
    'image-urns': mediaUrns.image,
    'video-urns': mediaUrns.video,
    'document-urns': mediaUrns.document,
    'asset-urn': assets[0] ?? '',
    'image-urn': mediaUrns.image[0] ?? '',
    'video-urn': mediaUrns.video[0] ?? '',
    'document-urn': mediaUrns.document[0] ?? '',
    urns: new Map(good.flatMap(({ file, mediaUrn }) => (mediaUrn === undefined ? [] : [[file, mediaUrn]]))),
    'uploaded-count': sent.length,
    'reused-count': count('reused'),
    'failed-count': rows.length - good.length,
    'remaining-count': count('deferred'),
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}
