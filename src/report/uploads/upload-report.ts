// Builds the report of an upload from its ledger, at any moment of the run. Without side effects.

import { ActionError, inputErrorsIn } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { FailOn } from '../../inputs/upload-schema.ts';
import type { MediaKind } from '../../linkedin/urn.ts';
import type { Shard } from '../../media/find/shards.ts';
import type { StepsAfterUpload } from '../../upload/calls/request-estimate.ts';
import type { Ledger } from '../../upload/ledger.ts';
import { type Annotation, toAbortAnnotation, toAnnotation, toFileAnnotation } from '../log/logger.ts';
import type { OutputValues } from '../outputs.ts';
import { buildFailureReport, type Report } from '../report.ts';
import type { Warning } from '../summary.ts';
import { planLines, planTable } from './plan-table.ts';
import { buildResultRow, isSuccess, type ResultRow } from './result-row.ts';
import { buildCards } from './upload-page.ts';
import {
  countTotals,
  type DailyCalls,
  formatDeferral,
  type Totals,
  uploadBlocks,
  uploadHeadline,
} from './upload-summary.ts';

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
  /** The id of the step in the workflow. The runner generates one for a step without it. */
  readonly stepId?: string | undefined;
}

const RUN_ERRORS = new Set<ErrorCode>(['INTERNAL', 'MANIFEST_WRITE', 'BRANCH_PROTECTED']);

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildReport(
  ledger: Ledger,
  settings: ReportSettings,
  abortReason: ActionError | null,
): UploadReport {
  const { mode, planSettings, limit = null, stepId = '', shard = null, searchWarnings = [] } = settings;
  const { items } = ledger;
  const rows = items.map((item) => buildResultRow(item, planSettings.api));
  const totals = countTotals(rows);
  const isCancelled = abortReason?.code === 'RUN_CANCELLED';
  const planReused = items.filter(
    ({ state, planned }) => state === 'planned' && planned.reused !== undefined,
  ).length;
  const deferral = limit === null || totals.deferred === 0 ? null : formatDeferral(totals.deferred, limit);
  const table =
    mode === 'plan' ? planTable(items, { ...settings.upload, reusesUnread: limit !== null }) : null;
  const tokenDaysLeft = ledger.runState.tokenInfo?.daysLeft ?? settings.tokenDaysLeft ?? null;
  const annotations = annotationsOf(ledger, abortReason);
  const facts = { mode, rows, totals, deferral };
  return {
    title: TITLE,
    mode,
    headline: uploadHeadline(rows, totals, { mode, isCancelled, shard, planReused }),
    failed: abortReason !== null || isFailure(ledger, totals, settings.failOn),
    isPartial: totals.failed > 0,
    annotations,
    notices: noticesOf(rows, deferral),
    lines: table === null ? urnLines(rows) : planLines(table),
    rows,
    outputs: uploadOutputs(rows, totals, tokenDaysLeft),
    paths: { 'manifest-file': settings.manifest ?? null },
    blocks: uploadBlocks(ledger, { ...facts, searchWarnings, annotations, table, stepId }),
    owner: planSettings.owner ?? null,
    preview: null,
    page: buildCards(items, { api: planSettings.api, embedsPictures: abortReason === null }),
  };
}

/** More URNs than these are in the summary and the outputs alone. */
const MAX_LOGGED_URNS = 20;

/** The URNs that the next step needs, for a reader who does not unfold the log of the uploads. */
function urnLines(rows: readonly ResultRow[]): string[] {
  const lines = rows
    .filter(isSuccess)
    .flatMap(({ file, assetUrn, mediaUrn = assetUrn }) =>
      mediaUrn === undefined ? [] : [`${file}: ${mediaUrn}`],
    );
  return lines.length > MAX_LOGGED_URNS ? [] : lines;
}

/** An error that belongs to no file, such as a bug or a failed write of the manifest, fails the step whatever `fail-on` says. */
function isFailure(
  { runState: { error, stopReason } }: Ledger,
  { files, failed, deferred }: Totals,
  failOn: FailOn,
): boolean {
  if (error !== null || (stopReason !== null && RUN_ERRORS.has(stopReason.code))) return true;
  if (failOn === 'never' || failed === 0) return false;
  return failOn === 'any' || failed === files - deferred;
}

const TITLE = 'LinkedIn upload';

/** The report of a run that failed before planning. A manifest that caused the failure is not named. */
export function buildUploadFailureReport(thrown: unknown, manifest: string | null = null): Report {
  const isInvalid = inputErrorsIn(thrown)?.some(({ input }) => input === 'manifest') ?? false;
  const outputs = uploadOutputs([], countTotals([]), null);
  const paths = { 'manifest-file': isInvalid ? null : manifest };
  return buildFailureReport(thrown, { title: TITLE, outputs, paths });
}

function noticesOf(rows: readonly ResultRow[], deferral: string | null): Report['notices'] {
  const unverified = rows.filter(({ state }) => state === 'unverified').length;
  const text = `${pluralize(unverified, 'file')} uploaded, but the token may not read the status: LinkedIn's processing is not confirmed`;
  return [
    ...(unverified === 0 ? [] : [{ title: 'Status not readable', text }]),
    ...(deferral === null ? [] : [{ title: 'Files left for another day', text: deferral }]),
  ];
}

/** Errors of the whole run come first and once. They are not repeated for each file. */
function annotationsOf(ledger: Ledger, abortReason: ActionError | null): Annotation[] {
  const isCancelled = abortReason?.code === 'RUN_CANCELLED';
  // A run that was stopped may also fail to write its manifest.
  const runErrors = [...new Set([ledger.runState.stopReason, ledger.runState.error])].filter(
    (error) => error !== null,
  );
  const reported = new Set(
    [...runErrors, ...(abortReason === null ? [] : [abortReason])].map(({ reason }) => reason),
  );
  const isReported = (error: ActionError) =>
    error.code === 'RUN_STOPPED' ||
    (isCancelled && error.code === 'RUN_CANCELLED') ||
    [error, error.cause].some((one) => one instanceof ActionError && reported.has(one.reason));
  return [
    ...(abortReason === null ? [] : [toAbortAnnotation(abortReason)]),
    ...runErrors.map(toAnnotation),
    ...ledger.items.flatMap(({ planned, error }) =>
      error === null || isReported(error) ? [] : [toFileAnnotation(error, planned.file.path)],
    ),
  ];
}

/** The lists hold only the files that succeeded. */
export function uploadOutputs(rows: readonly ResultRow[], totals: Totals, tokenDaysLeft: number | null) {
  const good = rows.filter(isSuccess);
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
    'uploaded-count': totals.uploaded,
    'reused-count': totals.reused,
    'failed-count': totals.failed,
    'remaining-count': totals.deferred,
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}
