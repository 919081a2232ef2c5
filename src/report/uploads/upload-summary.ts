// The job summary of an upload: what a reader must know first, errors and warnings, the files or the plan.

import type { Env } from '../../deps.ts';
import { formatBytes, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import type { Annotation } from '../annotation.ts';
import { type Block, escapeMarkdown, folded, noWrap, renderCode, table } from '../markdown.ts';
import { errorBlocks, formatRequests, type Warning, warningBlocks } from '../summary.ts';
import type { PlanTable } from './plan-table.ts';
import { dimensionsOf, isSuccess, type ResultRow } from './result-row.ts';
import type { Totals } from './totals.ts';

interface SummaryFacts {
  readonly mode: Mode;
  readonly rows: readonly ResultRow[];
  readonly totals: Totals;
  /** Why files are left for another day; null without such files. */
  readonly deferral: string | null;
  readonly annotations: readonly Annotation[];
  readonly warnings: readonly Warning[];
  /** Only in `mode: plan`. */
  readonly table: PlanTable | null;
  readonly requests: RequestCounts;
  /** With the bytes that were sent again counted once. */
  readonly bytesSent: number;
  /** Null if the workflow sets no id. */
  readonly stepId: string | null;
}

/** The summary, below the headline. What a reader must know before anything else comes first. */
export function uploadBlocks(facts: SummaryFacts): Block[] {
  const { deferral, annotations, warnings } = facts;
  return [
    ...(deferral === null ? [] : [`${escapeMarkdown(deferral)}.`]),
    ...visibilityBlocks(facts),
    ...errorBlocks(annotations),
    ...warningBlocks(warnings),
    ...resultBlocks(facts),
  ];
}

function visibilityBlocks({ mode, totals }: SummaryFacts): Block[] {
  if (mode === 'plan' || totals.uploaded + totals.reused + totals.processing === 0) return [];
  if (mode === 'simulate') return ['**Nothing was sent to LinkedIn.** The URNs are those of a sandbox.'];
  return [
    `**Nothing is visible on LinkedIn yet: the files wait for a post.** Post them with the action ${renderCode('post')}.`,
  ];
}

function resultBlocks({ table, rows, requests, bytesSent, stepId }: SummaryFacts): Block[] {
  if (rows.length === 0) return [];
  if (table !== null)
    return ['### Plan', table.totals.map(escapeMarkdown).join('<br>'), ...planBlocks(table)];
  const hasUrns = rows.some((row) => isSuccess(row) && row.mediaUrn !== undefined);
  return [
    '### Files',
    ...fileBlocks(rows),
    `${formatBytes(bytesSent)} sent, with ${formatRequests(requests)}`,
    ...(hasUrns ? [usageBlock(stepId)] : []),
  ];
}

/** The runner generates the id of a step without one. A generated id starts with underscores. */
export function stepIdOf({ GITHUB_ACTION = '' }: Env): string | null {
  return /^(?!__)[A-Za-z_][\w-]*$/.test(GITHUB_ACTION) ? GITHUB_ACTION : null;
}

/** Shows how the next step uses the URNs. With `env:`, no URN or file name becomes part of the script. */
function usageBlock(stepId: string | null): Block {
  const lead = stepId === null ? 'Give this step an `id`, such as `media`. The' : 'The';
  const step = [
    '- env:',
    `    URNS: \${{ steps.${stepId ?? 'media'}.outputs.urns }}`,
    `  run: echo "$URNS" | jq -r 'to_entries[] | "\\(.key) \\(.value)"'`,
  ];
  return folded(
    'Use the URNs in the next step',
    `${lead} next step can read the URN of each file:`,
    ['```yaml', ...step, '```'].join('\n'),
  );
}

function planBlocks({ columns, rows }: PlanTable): Block[] {
  return foldedTable(rows, {
    head: columns,
    cells: (row) =>
      columns.map((column) =>
        column === 'file' ? renderCode(row.file) : noWrap(escapeMarkdown(row[column])),
      ),
    isGood: ({ verdict }) => !verdict.startsWith('rejected'),
    goodTitle: 'that are not rejected',
  });
}

/** Two columns fit on a phone. */
function fileBlocks(rows: readonly ResultRow[]): Block[] {
  return foldedTable(rows, {
    head: ['file', 'result'],
    cells: fileCells,
    isGood: isSuccess,
    goodTitle: 'that succeeded',
  });
}

function fileCells(row: ResultRow): string[] {
  const { file, bytes, state, assetUrn, mediaUrn = assetUrn } = row;
  const facts = [...dimensionsOf(row), ...(bytes === undefined ? [] : [formatBytes(bytes)])];
  const shown = facts.map((fact) => noWrap(escapeMarkdown(fact))).join(', ');
  // The URN that a post needs; the asset only if there is no other. `results` has both.
  const urn = mediaUrn === undefined ? [] : [renderCode(mediaUrn)];
  return [
    [renderCode(file), ...(shown === '' ? [] : [shown])].join('<br>'),
    [isSuccess(row) ? state : `**${state}**`, ...urn].join('<br>'),
  ];
}

/** A longer table is folded. */
const MAX_OPEN_FILES = 20;

interface TableContent<T> {
  readonly head: readonly string[];
  readonly cells: (row: T) => readonly string[];
  readonly isGood: (row: T) => boolean;
  /** Completes a title such as `28 files`. */
  readonly goodTitle: string;
}

/** Bad files first. Many files are folded; a few bad ones stay open above the others. */
function foldedTable<T>(rows: readonly T[], { head, cells, isGood, goodTitle }: TableContent<T>): Block[] {
  const good = rows.filter(isGood);
  const bad = rows.filter((row) => !isGood(row));
  const all = table(head, [...bad, ...good], cells);
  if (rows.length <= MAX_OPEN_FILES) return [all];
  if (bad.length === 0 || bad.length > MAX_OPEN_FILES) return [folded(pluralize(rows.length, 'file'), all)];
  return [
    table(head, bad, cells),
    folded(`${pluralize(good.length, 'file')} ${goodTitle}`, table(head, good, cells)),
  ];
}
