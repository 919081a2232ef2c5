// The job summary, in GitHub's Markdown: the headline, what to do about each failure, then every file.
// Whatever came from outside is shown as text: no name of a file becomes markup or a link.

import { formatBytes, formatDuration, pluralize } from '../../format.ts';
import { escapeForLog } from '../log/logger.ts';
import { PLAN_COLUMNS, type PlanView, planRows, planTotals } from './plan-table.ts';
import type { Annotation, Report } from './report.ts';
import { isSuccess, type ResultRow } from './rows.ts';
import { MAX_CHART_FILES, MIN_CHART_MS, type Span, timelineChart } from './timeline.ts';

/** The runner drops a summary of more than 1 MiB whole; this stays well below. */
export const MAX_SUMMARY_BYTES = 900 * 1024;

/** `plan` for the table of `mode: plan`; `stepId` where the workflow names the step. */
export function buildSummary(report: Report, plan: PlanView | null, stepId: string | null = null): string {
  const budget = { leftBytes: MAX_SUMMARY_BYTES };
  const sections = [
    `## ${icon(report)} ${escapeMarkdown(report.headline)}`,
    ...annotationSection(report.annotations, budget),
    ...searchWarningSection(report.searchWarnings, budget),
    ...(plan === null ? fileSection(report, budget) : planSection(plan, budget)),
    ...artifactsSection(report.rows, budget),
    ...timelineSection(report),
    ...(plan === null ? totalsSection(report) : []),
    ...usageSection(report, stepId),
  ];
  return `${sections.join('\n\n')}\n`;
}

interface Budget {
  leftBytes: number;
}

function icon({ failed, totals }: Report): string {
  if (failed) return '❌';
  return totals.failed > 0 ? '⚠️' : '✅';
}

function annotationSection(annotations: readonly Annotation[], budget: Budget): string[] {
  if (annotations.length === 0) return [];
  const head = ['problem', 'what happened', 'what to do'];
  const cells = ({ title, message, hint }: Annotation) => [
    noWrap(renderCode(title)),
    // What an input takes is told in our own words, with code in them.
    title.startsWith('input ') ? renderHint(message) : escapeMarkdown(message),
    renderHint(hint),
  ];
  return ['### What to do', table({ head, rows: annotations, cells }, budget)];
}

/** Of patterns in our own words, with code in them. */
function searchWarningSection(searchWarnings: Report['searchWarnings'], budget: Budget): string[] {
  if (searchWarnings.length === 0) return [];
  const head = ['input', 'warning'];
  const cells = ({ input, text }: Report['searchWarnings'][number]) => [
    noWrap(renderCode(input)),
    renderHint(text),
  ];
  return ['### What was not found', table({ head, rows: searchWarnings, cells }, budget)];
}

function fileSection({ rows, spans }: Report, budget: Budget): string[] {
  if (rows.length === 0) return [];
  const files = rows.map((row, index) => ({ row, span: spans[index] ?? null }));
  // Failures are what a reader came for.
  const ordered = [
    ...files.filter(({ row }) => !isSuccess(row)),
    ...files.filter(({ row }) => isSuccess(row)),
  ];
  const head = ['file', 'kind', 'size', 'state', 'URNs', 'time'];
  const cells = ({ row, span }: (typeof files)[number]) => [
    [renderCode(row.file), ...sidecarLine(row)].join('<br>'),
    row.kind ?? '',
    row.bytes === undefined ? '' : noWrap(formatBytes(row.bytes)),
    isSuccess(row) ? row.state : `**${row.state}**`,
    [row.mediaUrn, row.assetUrn].flatMap((urn) => (urn === undefined ? [] : renderCode(urn))).join('<br>'),
    timeCell(span),
  ];
  return ['### Files', table({ head, rows: ordered, cells }, budget)];
}

/** Their paths are in `results`. */
function sidecarLine({ sidecars = {} }: ResultRow): string[] {
  const kinds = Object.keys(sidecars);
  return kinds.length === 0 ? [] : [`with ${kinds.map(escapeMarkdown).join(' and ')}`];
}

/** What the chart shows, in words, but for what is no time at all. */
function timeCell(span: Span | null): string {
  if (span === null) return '';
  const { startMs, uploadedMs, endMs } = span;
  const lines = [formatDuration(endMs - startMs), ...timeLine('from', startMs)];
  const processing = uploadedMs === null ? [] : timeLine('processing', endMs - uploadedMs);
  if (uploadedMs !== null && processing.length > 0)
    lines.push(...timeLine('upload', uploadedMs - startMs), ...processing);
  return noWrap(lines.join('<br>'));
}

function timeLine(label: string, ms: number): string[] {
  const time = formatDuration(ms);
  return time === formatDuration(0) ? [] : [`${label} ${time}`];
}

/** Kept from being broken in a narrow column. */
function noWrap(cell: string): string {
  return cell.replaceAll(' ', '&nbsp;');
}

type Artifact = NonNullable<ResultRow['artifacts']>[number];

/** Renditions and durations; the addresses are credentials, and stay in `results`. */
function artifactsSection(rows: readonly ResultRow[], budget: Budget): string[] {
  const made = rows.flatMap(({ file, artifacts = [] }) =>
    artifacts.filter(hasDetails).map((artifact) => ({ file, ...artifact })),
  );
  if (made.length === 0) return [];
  const head = ['file', 'artifact', 'duration', 'renditions'];
  const cells = ({ file, kind, durationSeconds, renditions = [] }: (typeof made)[number]) => [
    renderCode(file),
    escapeMarkdown(lastUrnSegment(kind)),
    durationSeconds === undefined ? '' : formatDuration(durationSeconds * 1000),
    renditions.flatMap((rendition) => escapeMarkdown(renditionText(rendition)) || []).join('<br>'),
  ];
  return ['### What LinkedIn made of them', table({ head, rows: made, cells }, budget)];
}

/** An address alone is nothing that a summary can show. */
function hasDetails({ durationSeconds, renditions = [] }: Artifact): boolean {
  return durationSeconds !== undefined || renditions.length > 0;
}

type Rendition = NonNullable<Artifact['renditions']>[number];

function renditionText({ artifactClass = '', averageBitrate, codecs }: Rendition): string {
  const rate = averageBitrate === undefined ? '' : `${Math.round(averageBitrate / 1000)} kbit/s`;
  const names = codecs.map(lastUrnSegment).filter((name) => name !== '');
  return [lastUrnSegment(artifactClass), rate, names.join(' + ')].filter((part) => part !== '').join(', ');
}

/** LinkedIn's own word, of a URN the last one. None holds a slash: what does may be an address, and is not shown. */
function lastUrnSegment(text: string): string {
  return text.includes('/') ? '' : text.slice(text.lastIndexOf(':') + 1);
}

function planSection(planView: PlanView, budget: Budget): string[] {
  const rows = planRows(planView);
  if (rows.length === 0) return [];
  const cells = ([file = '', ...rest]: readonly string[]) => [
    renderCode(file),
    ...rest.map((cell) => noWrap(escapeMarkdown(cell))),
  ];
  return [
    '### Plan',
    table({ head: PLAN_COLUMNS, rows, cells }, budget),
    escapeMarkdown(planTotals(planView)),
  ];
}

/** The table of files has the same facts: not every reader, and not every page, shows the chart. */
function timelineSection({ rows, spans }: Report): string[] {
  const begun = rows.flatMap((row, index) => {
    const span = spans[index] ?? null;
    return span === null ? [] : [{ row, span }];
  });
  if (begun.every(({ span }) => span.endMs < MIN_CHART_MS)) return [];
  const shown = begun
    .toSorted((a, b) => a.span.startMs - b.span.startMs)
    .slice(0, MAX_CHART_FILES)
    .map(({ row, span }) => ({ ...span, file: escapeForLog(row.file), isSuccess: isSuccess(row) }));
  const title =
    begun.length > MAX_CHART_FILES ? `### Timeline of the first ${MAX_CHART_FILES} files` : '### Timeline';
  return [title, timelineChart(shown)];
}

function totalsSection({ totals, requests, durationMs, rows }: Report): string[] {
  if (rows.length === 0) return [];
  const sent = `${formatBytes(totals.bytesSent)} sent in ${formatDuration(durationMs)}`;
  return [
    `${sent}, with ${pluralize(requests.calls, 'API call')} and ${pluralize(requests.uploads, 'upload')} (PUT).`,
  ];
}

/** How a next step takes what this one found out: by `env:`, where no URN or name becomes a part of the script. */
function usageSection({ mode, totals }: Report, stepId: string | null): string[] {
  if (mode === 'plan' || totals.uploaded + totals.reused === 0) return [];
  const lead = stepId === null ? 'Give this step an `id`, `media` say, and the' : 'The';
  const step = [
    '- env:',
    `    URNS: \${{ steps.${stepId ?? 'media'}.outputs.urns }}`,
    `  run: echo "$URNS" | jq -r 'to_entries[] | "\\(.key) \\(.value)"'`,
  ];
  return [
    '<details><summary>Use the URNs in the next step</summary>',
    `${lead} next step has them, file by file:`,
    ['```yaml', ...step, '```'].join('\n'),
    'Every row is in the JSON file at the output `results-file`.',
    '</details>',
  ];
}

interface Table<T> {
  readonly head: readonly string[];
  readonly rows: readonly T[];
  /** Ready to be shown; of ten thousand rows most do not fit, and are never asked for theirs. */
  readonly cells: (row: T) => readonly string[];
}

/** Rows that do not fit into the budget are counted instead. */
function table<T>({ head, rows, cells }: Table<T>, budget: Budget): string {
  const lines = [`| ${head.join(' | ')} |`, `|${' --- |'.repeat(head.length)}`];
  for (const [index, row] of rows.entries()) {
    const line = `| ${cells(row).join(' | ')} |`;
    budget.leftBytes -= Buffer.byteLength(line) + 1;
    if (budget.leftBytes < 0) return [...lines, '', `… and ${rows.length - index} more.`].join('\n');
    lines.push(line);
  }
  return lines.join('\n');
}

// Letters, digits and a few safe marks stay; all else becomes an entity, which neither Markdown nor HTML reads.
const UNSAFE_CHARACTERS = /[^\p{L}\p{N} .,:;'"()/≥–…%-]|:(?=\/\/)|(?<=www)\./giu;
// GitHub looks for addresses and mentions in the rendered text too, where an entity is a letter again: a break that
// nobody sees stands behind these.
const AUTOLINK_CHARACTERS = new Set(['@', '#', ':', '.']);

function escapeMarkdown(text: string): string {
  const entity = (mark: string) => `&#${mark.codePointAt(0)};${AUTOLINK_CHARACTERS.has(mark) ? '<wbr>' : ''}`;
  return escapeForLog(text).replace(UNSAFE_CHARACTERS, entity);
}

/** Our own words, with code in backticks. */
function renderHint(hint: string): string {
  const pieces = hint.split('`');
  return pieces.map((piece, index) => (index % 2 === 1 ? renderCode(piece) : escapeMarkdown(piece))).join('');
}

function renderCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}
