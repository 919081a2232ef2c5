// The job summary, in GitHub's Markdown: the headline, what to do about each failure, then every file.
// Whatever came from outside is shown as text: no name of a file becomes markup or a link.

import { formatBytes, formatDuration, pluralize } from '../format.ts';
import { PLAN_COLUMNS, type PlanShown, planRows, planTotals } from './plan-table.ts';
import type { Problem, Report } from './report.ts';
import { isSuccess, type Row } from './rows.ts';
import { harmless } from './say.ts';
import { CHART_FILES, CHART_MS, type Span, timelineChart } from './timeline.ts';

/** The runner drops a summary of more than 1 MiB whole; this stays well below. */
export const SUMMARY_CAP_BYTES = 900 * 1024;

/** `plan` for the table of `mode: plan`; `stepId` where the workflow names the step. */
export function buildSummary(report: Report, plan: PlanShown | null, stepId: string | null = null): string {
  const budget = { leftBytes: SUMMARY_CAP_BYTES };
  const sections = [
    `## ${icon(report)} ${asText(report.headline)}`,
    ...problemSection(report.problems, budget),
    ...missedSection(report.missed, budget),
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

function problemSection(problems: readonly Problem[], budget: Budget): string[] {
  if (problems.length === 0) return [];
  const head = ['problem', 'what happened', 'what to do'];
  const cells = ({ title, message, hint }: Problem) => [
    oneLine(asCode(title)),
    // What an input takes is told in our own words, with code in them.
    title.startsWith('input ') ? asHint(message) : asText(message),
    asHint(hint),
  ];
  return ['### What to do', table({ head, rows: problems, cells }, budget)];
}

/** Of patterns in our own words, with code in them. */
function missedSection(missed: Report['missed'], budget: Budget): string[] {
  if (missed.length === 0) return [];
  const head = ['input', 'warning'];
  const cells = ({ input, text }: Report['missed'][number]) => [oneLine(asCode(input)), asHint(text)];
  return ['### What was not found', table({ head, rows: missed, cells }, budget)];
}

function fileSection({ rows, spans }: Report, budget: Budget): string[] {
  if (rows.length === 0) return [];
  const told = rows.map((row, index) => ({ row, span: spans[index] ?? null }));
  // Failures are what a reader came for.
  const ordered = [...told.filter(({ row }) => !isSuccess(row)), ...told.filter(({ row }) => isSuccess(row))];
  const head = ['file', 'kind', 'size', 'state', 'URNs', 'time'];
  const cells = ({ row, span }: (typeof told)[number]) => [
    [asCode(row.file), ...besidesOf(row)].join('<br>'),
    row.kind ?? '',
    row.bytes === undefined ? '' : oneLine(formatBytes(row.bytes)),
    isSuccess(row) ? row.state : `**${row.state}**`,
    [row.mediaUrn, row.assetUrn].flatMap((urn) => (urn === undefined ? [] : asCode(urn))).join('<br>'),
    timeCell(span),
  ];
  return ['### Files', table({ head, rows: ordered, cells }, budget)];
}

/** Their paths are in `results`. */
function besidesOf({ sidecars = {} }: Row): string[] {
  const kinds = Object.keys(sidecars);
  return kinds.length === 0 ? [] : [`with ${kinds.map(asText).join(' and ')}`];
}

/** What the chart shows, in words, but for what is no time at all. */
function timeCell(span: Span | null): string {
  if (span === null) return '';
  const { startMs, uploadedMs, endMs } = span;
  const lines = [formatDuration(endMs - startMs), ...lineOf('from', startMs)];
  const processing = uploadedMs === null ? [] : lineOf('processing', endMs - uploadedMs);
  if (uploadedMs !== null && processing.length > 0)
    lines.push(...lineOf('upload', uploadedMs - startMs), ...processing);
  return oneLine(lines.join('<br>'));
}

function lineOf(label: string, ms: number): string[] {
  const time = formatDuration(ms);
  return time === formatDuration(0) ? [] : [`${label} ${time}`];
}

/** Kept from being broken in a narrow column. */
function oneLine(cell: string): string {
  return cell.replaceAll(' ', '&nbsp;');
}

type Artifact = NonNullable<Row['artifacts']>[number];

/** Renditions and durations; the addresses are credentials, and stay in `results`. */
function artifactsSection(rows: readonly Row[], budget: Budget): string[] {
  const made = rows.flatMap(({ file, artifacts = [] }) =>
    artifacts.filter(tellsSomething).map((artifact) => ({ file, ...artifact })),
  );
  if (made.length === 0) return [];
  const head = ['file', 'artifact', 'duration', 'renditions'];
  const cells = ({ file, kind, durationSeconds, renditions = [] }: (typeof made)[number]) => [
    asCode(file),
    asText(wordOf(kind)),
    durationSeconds === undefined ? '' : formatDuration(durationSeconds * 1000),
    renditions.flatMap((rendition) => asText(renditionText(rendition)) || []).join('<br>'),
  ];
  return ['### What LinkedIn made of them', table({ head, rows: made, cells }, budget)];
}

/** An address alone is nothing that a summary can show. */
function tellsSomething({ durationSeconds, renditions = [] }: Artifact): boolean {
  return durationSeconds !== undefined || renditions.length > 0;
}

type Rendition = NonNullable<Artifact['renditions']>[number];

function renditionText({ artifactClass = '', averageBitrate, codecs }: Rendition): string {
  const rate = averageBitrate === undefined ? '' : `${Math.round(averageBitrate / 1000)} kbit/s`;
  const names = codecs.map(wordOf).filter((name) => name !== '');
  return [wordOf(artifactClass), rate, names.join(' + ')].filter((part) => part !== '').join(', ');
}

/** LinkedIn's own word, of a URN the last one. None holds a slash: what does may be an address, and is not shown. */
function wordOf(text: string): string {
  return text.includes('/') ? '' : text.slice(text.lastIndexOf(':') + 1);
}

function planSection(shown: PlanShown, budget: Budget): string[] {
  const rows = planRows(shown);
  if (rows.length === 0) return [];
  const cells = ([file = '', ...rest]: readonly string[]) => [
    asCode(file),
    ...rest.map((cell) => oneLine(asText(cell))),
  ];
  return ['### Plan', table({ head: PLAN_COLUMNS, rows, cells }, budget), asText(planTotals(shown))];
}

/** The table of files has the same facts: not every reader, and not every page, shows the chart. */
function timelineSection({ rows, spans }: Report): string[] {
  const begun = rows.flatMap((row, index) => {
    const span = spans[index] ?? null;
    return span === null ? [] : [{ row, span }];
  });
  if (begun.every(({ span }) => span.endMs < CHART_MS)) return [];
  const shown = begun
    .toSorted((a, b) => a.span.startMs - b.span.startMs)
    .slice(0, CHART_FILES)
    .map(({ row, span }) => ({ ...span, file: harmless(row.file), isSuccess: isSuccess(row) }));
  const title =
    begun.length > CHART_FILES ? `### Timeline of the first ${CHART_FILES} files` : '### Timeline';
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
const UNSAFE = /[^\p{L}\p{N} .,:;'"()/≥–…%-]|:(?=\/\/)|(?<=www)\./giu;
// GitHub looks for addresses and mentions in the rendered text too, where an entity is a letter again: a break that
// nobody sees stands behind these.
const LINKING = new Set(['@', '#', ':', '.']);

function asText(text: string): string {
  const entity = (mark: string) => `&#${mark.codePointAt(0)};${LINKING.has(mark) ? '<wbr>' : ''}`;
  return harmless(text).replace(UNSAFE, entity);
}

/** Our own words, with code in backticks. */
function asHint(hint: string): string {
  const pieces = hint.split('`');
  return pieces.map((piece, index) => (index % 2 === 1 ? asCode(piece) : asText(piece))).join('');
}

function asCode(text: string): string {
  return `<code>${asText(text)}</code>`;
}
