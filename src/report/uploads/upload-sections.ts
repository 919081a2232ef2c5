// The parts of the job summary that are about uploads: the files or the plan.

import type { Env } from '../../deps.ts';
import { formatBytes, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/shared-inputs.ts';
import type { RequestCounts } from '../../upload/ledger.ts';
import { type Block, escapeMarkdown, folded, noWrap, renderCode, table } from '../markdown.ts';
import { formatRequests } from '../summary.ts';
import { type PlanTable, planColumns } from './plan-table.ts';
import { dimensionsOf, isSuccess, type ResultRow } from './result-row.ts';
import type { Totals } from './totals.ts';

interface LeadFacts {
  readonly mode: Mode;
  readonly totals: Totals;
  /** Why files are left for another day; null without such files. */
  readonly deferral: string | null;
}

/** What a reader must know before anything else. */
export function uploadLead({ mode, totals, deferral }: LeadFacts): Block[] {
  const blocks = deferral === null ? [] : [`${escapeMarkdown(deferral)}.`];
  if (mode === 'plan' || totals.uploaded + totals.reused + totals.processing === 0) return blocks;
  const visibility =
    mode === 'simulate'
      ? '**Nothing was sent to LinkedIn.** The URNs are those of a sandbox.'
      : `**Nothing is visible on LinkedIn yet: the files wait for a post.** Post them with the action ${renderCode('post')}.`;
  return [...blocks, visibility];
}

interface SectionFacts {
  /** Null if the workflow sets no id. */
  readonly stepId: string | null;
  readonly rows: readonly ResultRow[];
  /** Only in `mode: plan`. */
  readonly table: PlanTable | null;
  readonly requests: RequestCounts;
}

export function uploadSections(facts: SectionFacts): Block[] {
  const { table: plan, rows, requests, stepId } = facts;
  if (plan !== null) return planBlocks(plan);
  if (rows.length === 0) return [];
  const hasUrns = rows.some((row) => isSuccess(row) && row.mediaUrn !== undefined);
  return [...fileBlocks(rows), formatRequests(requests), ...(hasUrns ? [usageBlock(stepId)] : [])];
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

function planBlocks({ rows, totals }: PlanTable): Block[] {
  if (rows.length === 0) return [];
  const tables = openAndFolded(rows, {
    isGood: ({ verdict }) => !verdict.startsWith('rejected'),
    goodTitle: 'that are not rejected',
    show: (shown) => {
      const head = planColumns(shown);
      return table(head, shown, (row) =>
        head.map((column) =>
          column === 'file' ? renderCode(row[column]) : noWrap(escapeMarkdown(row[column])),
        ),
      );
    },
  });
  return ['### Plan', totals.map(escapeMarkdown).join('<br>'), ...tables];
}

/** A longer table is folded. */
const MAX_OPEN_FILES = 20;

interface Column {
  readonly title: string;
  readonly cell: (row: ResultRow) => string;
}

/** Without the columns that no file fills. */
function fileBlocks(rows: readonly ResultRow[]): Block[] {
  const tables = openAndFolded(rows, {
    isGood: isSuccess,
    goodTitle: 'that succeeded',
    show: (shown) => {
      const filled = COLUMNS.filter(({ cell }) => shown.some((row) => cell(row) !== ''));
      const head = filled.map(({ title }) => title);
      return table(head, shown, (row) => filled.map(({ cell }) => cell(row)));
    },
  });
  return ['### Files', ...tables];
}

interface Shown<T> {
  readonly isGood: (line: T) => boolean;
  /** Completes a title such as `28 files`. */
  readonly goodTitle: string;
  readonly show: (lines: readonly T[]) => Block;
}

/** Bad files first. Many files are folded; a few bad ones stay open above the others. */
function openAndFolded<T>(lines: readonly T[], { isGood, goodTitle, show }: Shown<T>): Block[] {
  const good = lines.filter(isGood);
  const bad = lines.filter((line) => !isGood(line));
  const all = [...bad, ...good];
  if (lines.length <= MAX_OPEN_FILES) return [show(all)];
  if (bad.length === 0 || bad.length > MAX_OPEN_FILES)
    return [folded(pluralize(lines.length, 'file'), show(all))];
  return [
    show(bad),
    ...(good.length > 0 ? [folded(`${pluralize(good.length, 'file')} ${goodTitle}`, show(good))] : []),
  ];
}

const COLUMNS: readonly Column[] = [
  { title: 'file', cell: ({ file }) => renderCode(file) },
  {
    title: 'dimensions',
    cell: (row) =>
      dimensionsOf(row)
        .map((part) => noWrap(escapeMarkdown(part)))
        .join(', '),
  },
  { title: 'size', cell: ({ bytes }) => (bytes === undefined ? '' : noWrap(formatBytes(bytes))) },
  { title: 'state', cell: (row) => (isSuccess(row) ? row.state : `**${row.state}**`) },
  // The URN that a post needs; the asset only if there is no other. `results` has both.
  {
    title: 'URN',
    cell: ({ assetUrn, mediaUrn = assetUrn }) => (mediaUrn === undefined ? '' : renderCode(mediaUrn)),
  },
];
