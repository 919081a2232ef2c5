// Builds the job summary: the headline, errors and warnings, then every file in one line. Details are folded.

import { formatBytes, formatDuration, pluralize } from '../format.ts';
import { pageUrl } from '../linkedin/urn.ts';
import { type Budget, escapeMarkdown, folded, noWrap, renderCode, table } from './markdown.ts';
import { errorSection, warningSection } from './message-tables.ts';
import type { Report } from './report.ts';
import { fileSection, openAndFolded } from './uploads/file-table.ts';
import { type PlanView, planColumns, planRows, planTotals } from './uploads/plan-table.ts';
import type { ResultRow } from './uploads/result-row.ts';

/** The runner drops a summary of more than 1 MiB entirely. */
export const MAX_SUMMARY_BYTES = 900 * 1024;

export interface SummaryOptions {
  /** Set in `mode: plan`. */
  readonly plan?: PlanView | null;
  /** Null if the workflow sets no id. */
  readonly stepId?: string | null;
}

export function buildSummary(report: Report, options: SummaryOptions = {}): string {
  const { plan = null, stepId = null } = options;
  const budget = { leftBytes: MAX_SUMMARY_BYTES };
  const { rows } = report;
  const sections = [
    headline(report),
    ...(report.deferral === null ? [] : [`${escapeMarkdown(report.deferral)}.`]),
    ...visibilitySection(report),
    ...errorSection(report.annotations, budget),
    ...warningSection(report, budget),
    ...(plan === null ? fileSection({ rows, budget }) : planSection(plan, budget)),
    ...artifactsSection(rows, budget),
    ...(plan === null ? detailsSection(report) : []),
    ...usageSection(report, stepId),
  ];
  return `${sections.join('\n\n')}\n`;
}

function headline({ failed, totals, headline, owner }: Report): string {
  const icon = failed ? '❌' : totals.failed > 0 ? '⚠️' : '✅';
  return `## ${icon} ${escapeMarkdown(headline)}${owner === null ? '' : `, for ${ownerLink(owner)}`}`;
}

function ownerLink(owner: string): string {
  const url = pageUrl(owner);
  return url === null ? renderCode(owner) : `<a href="${url}">page ${owner.split(':').at(-1)}</a>`;
}

function visibilitySection({ mode, totals }: Report): string[] {
  if (mode === 'plan' || totals.uploaded + totals.reused + totals.processing === 0) return [];
  const next = `Post them with the action ${renderCode('post')}.`;
  const lead =
    mode === 'simulate'
      ? 'Nothing was sent to LinkedIn.'
      : 'Nothing is visible on LinkedIn yet: the files wait for a post.';
  return [`**${lead}** ${mode === 'simulate' ? 'The URNs are those of a sandbox.' : next}`];
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
  const tables = openAndFolded(rows, {
    isGood: ({ verdict }) => !verdict.startsWith('rejected'),
    goodTitle: 'that are not rejected',
    show: (shown) => {
      const head = planColumns(shown);
      const cells = (row: (typeof rows)[number]) =>
        head.map((column) =>
          column === 'file' ? renderCode(row[column]) : noWrap(escapeMarkdown(row[column])),
        );
      return table({ head, rows: shown, cells }, budget);
    },
  });
  return ['### Plan', planTotals(planView).map(escapeMarkdown).join('<br>'), ...tables];
}

/** What was sent. Folded: most readers do not need it. */
function detailsSection({ totals, requests, durationMs, rows }: Report): string[] {
  if (rows.length === 0) return [];
  const sent = `${formatBytes(totals.bytesSent)} sent in ${formatDuration(durationMs)}`;
  const calls = `${pluralize(requests.calls, 'API call')} and ${pluralize(requests.uploads, 'upload')} (PUT)`;
  return [folded('Details', `${sent}, with ${calls}.`)];
}

/** Shows how the next step uses the URNs. With `env:`, no URN or file name becomes part of the script. */
function usageSection({ mode, totals }: Report, stepId: string | null): string[] {
  if (mode === 'plan' || totals.uploaded + totals.reused + totals.processing === 0) return [];
  const lead = stepId === null ? 'Give this step an `id`, such as `media`. The' : 'The';
  const step = [
    '- env:',
    `    URNS: \${{ steps.${stepId ?? 'media'}.outputs.urns }}`,
    `  run: echo "$URNS" | jq -r 'to_entries[] | "\\(.key) \\(.value)"'`,
  ];
  const text = [
    `${lead} next step can read the URN of each file:`,
    ['```yaml', ...step, '```'].join('\n'),
    'The output `results-file` is the path of a JSON file with every row.',
  ];
  return [folded('Use the URNs in the next step', text.join('\n\n'))];
}
