// Builds the report of an upload from its ledger, at any moment of the run: outputs, notices, the blocks of the summary, which begin
// with what a reader must know first, and the cards of the page. Without side effects.

import { type ActionError, inputErrorsIn } from '../../errors/action-error.ts';
import type { ErrorCode } from '../../errors/error-codes.ts';
import { formatBytes, formatNumber, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { FailOn } from '../../inputs/upload-schema.ts';
import type { MediaKind } from '../../linkedin/urn.ts';
import type { Shard } from '../../media/find/shards.ts';
import {
  bytesToSend,
  type CallLimit,
  estimateRequests,
  type StepsAfterUpload,
} from '../../upload/call-limit.ts';
import type { Ledger } from '../../upload/ledger.ts';
import { type Html, html } from '../html.ts';
import { bullets, escapeMarkdown, folded as fold, renderCode } from '../markdown.ts';
import type { OutputValues } from '../outputs.ts';
import { buildGallery, type Gallery, renderMedia } from '../page/media.ts';
import { idOf, renderFolded, renderRemarks, renderUrn } from '../page/page.ts';
import { buildFailureReport, type Report, summarizeRun } from '../report.ts';
import { arrange, countOf, countRows, formatCounts, listAnchors } from '../row-view.ts';
import { errorBlocks, formatRequests, type Warning, warningBlocks } from '../summary.ts';
import { buildResultRow, isSuccess, type ResultRow } from './result-row.ts';
import {
  type FileView,
  formatUrns,
  type LabeledUrn,
  uploadVerdict,
  viewFile,
} from './upload-view.ts';

/** The calls of all runs on a day (UTC), and how many are allowed. */
type DailyCalls = Pick<CallLimit, 'maxCalls' | 'usedCalls' | 'day'>;

interface ReportSettings extends StepsAfterUpload {
  readonly mode: Mode;
  readonly failOn: FailOn;
  readonly manifest?: string | null | undefined;
  readonly shard?: Shard | null;
  readonly searchWarnings?: readonly Warning[];
  readonly inputWarnings?: readonly Warning[];
  readonly api: ResultRow['api'];
  readonly owner?: string;
  readonly limit?: DailyCalls | null;
  /** An estimate, for a token that LinkedIn has not described. */
  readonly tokenDaysLeft?: number | null | undefined;
}

const RUN_ERRORS = new Set<ErrorCode>(['INTERNAL', 'MANIFEST_WRITE', 'BRANCH_PROTECTED']);

/** `abortReason` is the error that aborted the run, a cancellation or a bug; null without one. */
export function buildReport(
  ledger: Ledger,
  settings: ReportSettings,
  abortReason: ActionError | null,
): Report {
  const { mode, api, owner = null, limit = null, shard = null } = settings;
  const { searchWarnings = [], inputWarnings = [] } = settings;
  const { stopReason, error, tokenInfo } = ledger;
  const rows = ledger.items.map((item) => buildResultRow(item, api));
  const steps = mode === 'plan' ? { ...settings, reusesUnread: limit !== null } : null;
  const views = ledger.items.map((item, index) => viewFile(item, rows[index] as ResultRow, mode));
  const deferred = countOf(views, 'deferred');
  const deferral = limit === null || deferred === 0 ? null : formatDeferral(deferred, limit);
  const cost = steps && views.length > 0 ? planCost(ledger, steps) : [];
  const isSent =
    steps === null && views.some(({ isGood, state }) => isGood && state !== 'deferred');
  // A run that was stopped may also fail to write its manifest.
  const errors = [abortReason, stopReason, error];
  const summarized = summarizeRun(views, {
    mode,
    verdict: uploadVerdict(views, mode, shard),
    errors,
  });
  return {
    ...summarized,
    title: TITLE,
    failed: abortReason !== null || isFailure(ledger, views, settings.failOn),
    isPartial: views.some(({ isGood }) => !isGood),
    notices: noticesOf(rows, deferral),
    lines: steps === null ? views.flatMap(formatUploaded) : [...views.map(formatPlanned), ...cost],
    rows,
    outputs: uploadOutputs(rows, tokenInfo?.daysLeft ?? settings.tokenDaysLeft, settings.manifest),
    blocks: [
      deferral && `${escapeMarkdown(deferral)}.`,
      isSent ? (mode === 'simulate' ? SIMULATED : NOT_VISIBLE) : null,
      ...errorBlocks(summarized.annotations),
      ...warningBlocks([...searchWarnings, ...inputWarnings, ...views.flatMap(listWarnings)]),
      ...(views.length === 0 ? [] : ['### Files', ...fileLists(views), formatCost(ledger, cost)]),
    ],
    owner,
    page: views.some(({ isHandled }) => isHandled) ? buildCards(views) : null,
  };
}

/** An error that belongs to no file, such as a bug or a failed write of the manifest, fails the step whatever `fail-on` says. */
function isFailure(
  { error, stopReason }: Ledger,
  views: readonly FileView[],
  failOn: FailOn,
): boolean {
  if (error !== null || (stopReason !== null && RUN_ERRORS.has(stopReason.code))) return true;
  const good = views.filter(({ isGood }) => isGood);
  if (failOn === 'never' || good.length === views.length) return false;
  return failOn === 'any' || good.every(({ state }) => state === 'deferred');
}

const TITLE = 'LinkedIn upload';

/** The report of a run that failed before planning. A manifest that caused the failure is not named. */
export function buildUploadFailureReport(thrown: unknown, manifest: string | null = null): Report {
  const isInvalid = inputErrorsIn(thrown)?.some(({ input }) => input === 'manifest') ?? false;
  const outputs = uploadOutputs([], null, isInvalid ? null : manifest);
  return buildFailureReport(thrown, { title: TITLE, outputs });
}

function noticesOf(rows: readonly ResultRow[], deferral: string | null): Report['notices'] {
  const unverified = countOf(rows, 'unverified');
  const text = `${pluralize(unverified, 'file')} uploaded, but the token may not read the status: LinkedIn's processing is not confirmed`;
  return [
    ...(unverified === 0 ? [] : [{ title: 'Status not readable', text }]),
    ...(deferral === null ? [] : [{ title: 'Files left for another day', text: deferral }]),
  ];
}

/** The lists of URNs hold only the files that succeeded. */
export function uploadOutputs(
  rows: readonly ResultRow[],
  tokenDaysLeft: number | null = null,
  manifest: string | null = null,
) {
  const good = rows.filter(isSuccess);
  // LinkedIn may still process the upload of an earlier run, or of another file with the same bytes.
  const sent = good.filter(
    ({ state, attempts }) => state !== 'reused' && state !== 'deferred' && attempts > 0,
  );
  const assets = good.flatMap(({ assetUrn }) => assetUrn ?? []);
  const urnsOf = (wanted: MediaKind) =>
    good.flatMap(({ kind, mediaUrn }) => (kind === wanted ? (mediaUrn ?? []) : []));
  const [images, videos, documents] = [urnsOf('image'), urnsOf('video'), urnsOf('document')];
  return {
    results: rows,
    'asset-urns': assets,
    'image-urns': images,
    'video-urns': videos,
    'document-urns': documents,
    'asset-urn': assets[0] ?? '',
    'image-urn': images[0] ?? '',
    'video-urn': videos[0] ?? '',
    'document-urn': documents[0] ?? '',
    urns: new Map(
      good.flatMap(({ file, mediaUrn }) => (mediaUrn === undefined ? [] : [[file, mediaUrn]])),
    ),
    'uploaded-count': sent.length,
    'reused-count': countOf(rows, 'reused'),
    'failed-count': rows.length - good.length,
    'remaining-count': countOf(rows, 'deferred'),
    'manifest-file': manifest ?? '',
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}

function formatDeferral(deferred: number, { maxCalls, usedCalls, day }: DailyCalls): string {
  const left = `${pluralize(deferred, 'file')} left for another day`;
  return `${left}: all runs of ${day} (UTC) have made ${formatNumber(usedCalls)} of the ${pluralize(maxCalls, 'API call')} that max-calls allows; a run after 00:00 UTC sends the files that fit`;
}

// https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/share-on-linkedin (150) and
// https://learn.microsoft.com/linkedin/marketing/increasing-access (100), read 2026-11-26
const SMALLEST_ALLOWANCE = 100;
const ALLOWANCES =
  'LinkedIn allows a self-serve app 150 API calls per member and day, and an app in the development tier of the Community Management API 100';

/** The cost of a plan: `7 to 12 API calls and 5 uploads (PUT), 3.2 MB`, and LinkedIn's daily allowances if it may exceed one. */
export function planCost({ items }: Pick<Ledger, 'items'>, steps: StepsAfterUpload): string[] {
  const files = items.filter(({ state }) => state !== 'deferred').map(({ planned }) => planned);
  const { calls, puts } = estimateRequests(files, steps);
  const requests = files.flatMap(({ request, reused }) =>
    reused === undefined ? (request ?? []) : [],
  );
  const bytes = requests.reduce((sum, request) => sum + bytesToSend(request), 0);
  const hasParts = requests.some(({ mechanism }) => mechanism === 'multipart');
  const uploads = `${hasParts ? 'at least ' : ''}${pluralize(puts, 'upload')} (PUT)`;
  const range = calls.least === calls.most ? '' : `${formatNumber(calls.least)} to `;
  const parts = hasParts ? '; LinkedIn decides the number of parts' : '';
  return [
    `${range}${pluralize(calls.most, 'API call')} and ${uploads}, ${formatBytes(bytes)}${parts}`,
    ...(calls.most > SMALLEST_ALLOWANCE ? [ALLOWANCES] : []),
  ];
}

/** A file of a plan, for the log. */
export function formatPlanned({ name, stateText, facts, plan, urns }: FileView): string {
  const known = urns.length === 0 ? [] : [formatUrns(urns)];
  return `${name}: ${[stateText, ...facts, ...plan, ...known].join(', ')}`;
}

/** The URNs of a file, for the end of the log. Annotations name the files that have none. */
function formatUploaded({ name, stateText, urns }: FileView): string[] {
  return urns.length === 0 ? [] : [`${name}: ${stateText}, ${formatUrns(urns)}`];
}

function listWarnings({ name, warnings }: FileView): Warning[] {
  return warnings.map(({ problem }) => ({ about: name, text: problem }));
}

const SIMULATED = '**Nothing was sent to LinkedIn.** The URNs are those of a sandbox.';
const NOT_VISIBLE = `**Nothing is visible on LinkedIn yet: the files wait for a post.** Post them with the action ${renderCode('post')}.`;

/** Bytes that were sent again count once. */
function formatCost({ items, requests }: Ledger, cost: readonly string[]): string {
  if (cost.length > 0) return cost.map(escapeMarkdown).join('<br>');
  const bytesSent = items.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  return `${formatBytes(bytesSent)} sent, with ${formatRequests(requests)}`;
}

/** A list fits on a phone, where a table would hide the ends of the URNs. */
function fileLists(views: readonly FileView[]): (string | null)[] {
  const listOf = (some: readonly FileView[]) => bullets(some.map(formatFile));
  const { shown, folded } = arrange(views);
  return [
    shown.length === 0 ? null : listOf(shown),
    folded.length === 0 ? null : fold(formatCounts(countRows(folded)), listOf(folded)),
  ];
}

function formatFile({ name, stateText, isGood, facts, plan, urns }: FileView): string {
  // Keeps a number and its unit on one line.
  const details = [...plan, ...facts].map((text) => escapeMarkdown(text).replaceAll(' ', '&nbsp;'));
  const state = isGood ? stateText : `**${stateText}**`;
  return `**${renderCode(name)}** ${[state, ...details].join(', ')}${renderUrns(urns)}`;
}

/** GitHub breaks code at a hyphen or at the edge of a phone, but not in `<pre>`, which scrolls. */
function renderUrns(urns: readonly LabeledUrn[]): string {
  if (urns.length === 0) return '';
  const lines = urns.map(({ label, urn }) => `${label} ${renderCode(urn)}`);
  return `<pre>${lines.join('<br>')}</pre>`;
}

/** A card for each file, with its picture, state, error and URNs. */
export async function* buildCards(views: readonly FileView[]): AsyncGenerator<Html> {
  const { shown, folded } = arrange(views);
  const gallery = buildGallery(shown.map(({ media }) => ({ file: media, rank: 0 })));
  yield html`<ul class="cards">\n`;
  const anchors = listAnchors(shown);
  for (const [index, view] of shown.entries())
    yield* renderCard(view, { gallery, id: idOf(anchors[index]) });
  yield html`</ul>\n`;
  yield renderFolded(folded, ({ stateText, urns }) => html`${stateText}${urns.map(renderUrn)}`);
}

interface CardPlace {
  readonly gallery: Gallery;
  readonly id: Html;
}

async function* renderCard(view: FileView, { gallery, id }: CardPlace): AsyncGenerator<Html> {
  const { name, stateText, isGood, facts, plan, urns, media } = view;
  const { altText } = media;
  const alt =
    altText === undefined ? null : html`<p class="facts"><b>Alternative text</b> ${altText}</p>\n`;
  const links = urns.length === 0 ? null : html`<div class="urns">\n${urns.map(renderUrn)}</div>\n`;
  // Keeps a number and its unit on one line.
  const known = [...facts, ...plan].map((fact) => fact.replaceAll(' ', '\u00a0'));
  yield html`<li class="card${isGood ? '' : ' bad'}"${id}><div class="media">`;
  yield* renderMedia({ file: media, alt: altText ?? '', title: '' }, gallery);
  yield html`</div><div class="about">
<h3>${name}</h3>
<p class="state">${stateText}</p>
<p class="facts">${known.join(' · ')}</p>
${alt}${renderRemarks(view)}</div>
${links}</li>
`;
}
