// The job summary of an upload: what a reader must know first, errors and warnings, the files or the plan.

import type { Env } from '../../deps.ts';
import { formatBytes, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/shared-inputs.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import type { Annotation } from '../annotation.ts';
import { type Block, escapeMarkdown, folded, noWrap, renderCode, table } from '../markdown.ts';
import { errorBlocks, formatRequests, type Warning, warningBlocks } from '../summary.ts';
import { PLAN_COLUMNS, type PlanTable } from './plan-table.ts';
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

/** A file in a table: Markdown by column. */
interface Line {
  readonly isGood: boolean;
  readonly cells: Readonly<Record<string, string>>;
}

function planBlocks({ rows }: PlanTable): Block[] {
  const lines = rows.map((row): Line => {
    const cells = Object.entries(row).map(([column, text]) => [column, noWrap(escapeMarkdown(text))]);
    const isGood = !row.verdict.startsWith('rejected');
    return { isGood, cells: { ...Object.fromEntries(cells), file: renderCode(row.file) } };
  });
  return openAndFolded(lines, PLAN_COLUMNS, 'that are not rejected');
}

/** Two columns fit on a phone. */
const FILE_COLUMNS = ['file', 'result'] as const;

function fileBlocks(rows: readonly ResultRow[]): Block[] {
  const lines = rows.map((row): Line => {
    const { file, bytes, state, assetUrn, mediaUrn = assetUrn } = row;
    const facts = [...dimensionsOf(row), ...(bytes === undefined ? [] : [formatBytes(bytes)])];
    const shownFacts = facts.map((fact) => noWrap(escapeMarkdown(fact))).join(', ');
    // The URN that a post needs; the asset only if there is no other. `results` has both.
    const urn = mediaUrn === undefined ? '' : `<br>${renderCode(mediaUrn)}`;
    const cells: Record<(typeof FILE_COLUMNS)[number], string> = {
      file: renderCode(file) + (shownFacts === '' ? '' : `<br>${shownFacts}`),
      result: (isSuccess(row) ? state : `**${state}**`) + urn,
    };
    return { isGood: isSuccess(row), cells };
  });
  return openAndFolded(lines, FILE_COLUMNS, 'that succeeded');
}

/** A longer table is folded. */
const MAX_OPEN_FILES = 20;

/**
 * Bad files first, without the columns that no file fills. Many files are folded; a few bad ones stay open above the others. `goodTitle` completes a title such as
 * `28 files`.
 */
function openAndFolded(lines: readonly Line[], columns: readonly string[], goodTitle: string): Block[] {
  const show = (shown: readonly Line[]): Block => {
    const head = columns.filter((column) => shown.some(({ cells }) => cells[column]));
    return table(head, shown, ({ cells }) => head.map((column) => cells[column] ?? ''));
  };
  const good = lines.filter(({ isGood }) => isGood);
  const bad = lines.filter(({ isGood }) => !isGood);
  if (lines.length <= MAX_OPEN_FILES) return [show([...bad, ...good])];
  if (bad.length === 0 || bad.length > MAX_OPEN_FILES)
    return [folded(pluralize(lines.length, 'file'), show([...bad, ...good]))];
  return [
    show(bad),
    ...(good.length > 0 ? [folded(`${pluralize(good.length, 'file')} ${goodTitle}`, show(good))] : []),
  ];
}
