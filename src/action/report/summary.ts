// Builds the job summary in GitHub's Markdown: the headline, the hints for each failure, then every file.
// External text is escaped, so that no file name becomes markup or a link.

import { formatBytes, formatDuration, pluralize } from '../../format.ts';
import { escapeForLog } from '../log/logger.ts';
import { PLAN_COLUMNS, type PlanView, planRows, planTotals } from './plan-table.ts';
import type { Annotation, Report } from './report.ts';
import { isSuccess, type ResultRow } from './rows.ts';
import { MAX_CHART_FILES, MIN_CHART_MS, type Span, timelineChart } from './timeline.ts';

/** The runner drops a summary of more than 1 MiB entirely. */
export const MAX_SUMMARY_BYTES = 900 * 1024;

/** `plan` is set in `mode: plan`. `stepId` is null if the workflow sets no id. */
export function buildSummary(report: Report, plan: PlanView | null, stepId: string | null = null): string {
  const budget = { leftBytes: MAX_SUMMARY_BYTES };
  const icon = report.totals.failed > 0 ? '⚠️' : '✅';
  const sections = [
    `## ${report.failed ? '❌' : icon} ${escapeMarkdown(report.headline)}`,
    ...(report.deferral === null ? [] : [`${escapeMarkdown(report.deferral)}.`]),
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

function annotationSection(annotations: readonly Annotation[], budget: Budget): string[] {
  if (annotations.length === 0) return [];
  const head = ['error', 'message', 'what to do'];
  const cells = ({ title, message, hint }: Annotation) => [
    noWrap(renderCode(title)),
    // Messages about inputs are our own text, with code in backticks.
    title.startsWith('input ') ? renderHint(message) : escapeMarkdown(message),
    renderHint(hint),
  ];
  return ['### Errors', table({ head, rows: annotations, cells }, budget)];
}

/** The warnings are our own text, with code in backticks. */
function searchWarningSection(searchWarnings: Report['searchWarnings'], budget: Budget): string[] {
  if (searchWarnings.length === 0) return [];
  const head = ['input', 'warning'];
  const cells = ({ input, text }: Report['searchWarnings'][number]) => [
    noWrap(renderCode(input)),
    renderHint(text),
  ];
  return ['### Search warnings', table({ head, rows: searchWarnings, cells }, budget)];
}

function fileSection({ rows, spans }: Report, budget: Budget): string[] {
  if (rows.length === 0) return [];
  const files = rows.map((row, index) => ({ row, span: spans[index] ?? null }));
  // Failures come first: readers look for them.
  const ordered = [
    ...files.filter(({ row }) => !isSuccess(row)),
    ...files.filter(({ row }) => isSuccess(row)),
  ];
  const head = ['file', 'kind', 'size', 'state', 'URNs', 'time'];
  const cells = ({ row, span }: (typeof files)[number]) => {
    // Only the kinds of the sidecars. The paths are in `results`.
    const sidecars = Object.keys(row.sidecars ?? {})
      .map(escapeMarkdown)
      .join(' and ');
    return [
      renderCode(row.file) + (sidecars === '' ? '' : `<br>with ${sidecars}`),
      row.kind ?? '',
      row.bytes === undefined ? '' : noWrap(formatBytes(row.bytes)),
      isSuccess(row) ? row.state : `**${row.state}**`,
      [row.mediaUrn, row.assetUrn].flatMap((urn) => (urn === undefined ? [] : renderCode(urn))).join('<br>'),
      timeCell(span),
    ];
  };
  return ['### Files', table({ head, rows: ordered, cells }, budget)];
}

/** The times of the chart as text, without zero durations. */
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

/** Prevents line breaks in a narrow column. */
function noWrap(cell: string): string {
  return cell.replaceAll(' ', '&nbsp;');
}

/** Renditions and durations. The URLs are credentials and stay in `results`. */
function artifactsSection(rows: readonly ResultRow[], budget: Budget): string[] {
  // An artifact may have only a URL. It gets no row.
  const detailed = rows.flatMap(({ file, artifacts = [] }) =>
    artifacts
      .filter(
        ({ durationSeconds, renditions = [] }) => durationSeconds !== undefined || renditions.length > 0,
      )
      .map((artifact) => ({ file, ...artifact })),
  );
  if (detailed.length === 0) return [];
  const head = ['file', 'artifact', 'duration', 'renditions'];
  const cells = ({ file, kind, durationSeconds, renditions = [] }: (typeof detailed)[number]) => [
    renderCode(file),
    escapeMarkdown(lastUrnSegment(kind)),
    durationSeconds === undefined ? '' : formatDuration(durationSeconds * 1000),
    renditions.flatMap((rendition) => escapeMarkdown(formatRendition(rendition)) || []).join('<br>'),
  ];
  return ['### Media artifacts', table({ head, rows: detailed, cells }, budget)];
}

type Rendition = NonNullable<NonNullable<ResultRow['artifacts']>[number]['renditions']>[number];

/** `hls-720p, 1500 kbit/s, avc1.64001f + mp4a.40.2` */
function formatRendition({ artifactClass = '', averageBitrate, codecs }: Rendition): string {
  const rate = averageBitrate === undefined ? '' : `${Math.round(averageBitrate / 1000)} kbit/s`;
  const names = codecs.map(lastUrnSegment).filter((name) => name !== '');
  return [lastUrnSegment(artifactClass), rate, names.join(' + ')].filter((part) => part !== '').join(', ');
}

/** The last segment of a URN. Empty if the text contains a slash, because it may be a URL. */
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
    ...planTotals(planView).map(escapeMarkdown),
  ];
}

/** The file table has the same facts, because not every page renders the chart. */
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

/** Shows how the next step uses the URNs. With `env:`, no URN or file name becomes part of the script. */
function usageSection({ mode, totals }: Report, stepId: string | null): string[] {
  if (mode === 'plan' || totals.uploaded + totals.reused === 0) return [];
  const lead = stepId === null ? 'Give this step an `id`, such as `media`. The' : 'The';
  const step = [
    '- env:',
    `    URNS: \${{ steps.${stepId ?? 'media'}.outputs.urns }}`,
    `  run: echo "$URNS" | jq -r 'to_entries[] | "\\(.key) \\(.value)"'`,
  ];
  return [
    '<details><summary>Use the URNs in the next step</summary>',
    `${lead} next step can read the URN of each file:`,
    ['```yaml', ...step, '```'].join('\n'),
    'The output `results-file` is the path of a JSON file with every row.',
    '</details>',
  ];
}

interface Table<T> {
  readonly head: readonly string[];
  readonly rows: readonly T[];
  /** Formats the cells of a row. Not called for rows that do not fit: most, of ten thousand. */
  readonly cells: (row: T) => readonly string[];
}

/** Counts the rows that do not fit into the budget instead of showing them. */
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

// Letters, digits and a few safe characters stay. All others become entities, which Markdown and HTML do not parse.
const UNSAFE_CHARACTERS = /[^\p{L}\p{N} .,:;'"()/≥–…%-]|:(?=\/\/)|(?<=www)\./giu;
// GitHub also detects URLs and mentions in the rendered text, where entities are decoded. An invisible break after
// these characters prevents that.
const AUTOLINK_CHARACTERS = new Set(['@', '#', ':', '.']);

function escapeMarkdown(text: string): string {
  const entity = (mark: string) => `&#${mark.codePointAt(0)};${AUTOLINK_CHARACTERS.has(mark) ? '<wbr>' : ''}`;
  return escapeForLog(text).replace(UNSAFE_CHARACTERS, entity);
}

/** Renders our own text, with code in backticks. */
function renderHint(hint: string): string {
  const pieces = hint.split('`');
  return pieces.map((piece, index) => (index % 2 === 1 ? renderCode(piece) : escapeMarkdown(piece))).join('');
}

function renderCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}
