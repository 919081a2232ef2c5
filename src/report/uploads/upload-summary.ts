// The texts about an upload for people: the numbers of its files, the headline, and the job summary, which starts with what a
// reader must know first.

import { formatBytes, formatNumber, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { Shard } from '../../media/find/shards.ts';
import type { CallLimit } from '../../upload/calls/call-limit.ts';
import type { Ledger } from '../../upload/ledger.ts';
import type { Annotation } from '../log/logger.ts';
import { type Block, escapeMarkdown, renderCode, table } from '../markdown.ts';
import { errorBlocks, formatRequests, headlineLead, type Warning, warningBlocks } from '../summary.ts';
import type { PlanTable } from './plan-table.ts';
import { dimensionsOf, isSuccess, type ResultRow } from './result-row.ts';

export interface Totals {
  readonly files: number;
  readonly uploaded: number;
  readonly reused: number;
  /** Not sent in this run, and not `reused` yet: LinkedIn is still processing the upload of another run or file. */
  readonly processing: number;
  readonly planned: number;
  readonly failed: number;
  /** Left for another day by `max-calls`. */
  readonly deferred: number;
}

/** Each file counts once. */
export function countTotals(rows: readonly ResultRow[]): Totals {
  const successes = rows.filter(isSuccess);
  const [planned = 0, deferred = 0, reused = 0] = (['planned', 'deferred', 'reused'] as const).map(
    (state) => successes.filter((row) => row.state === state).length,
  );
  const uploaded = successes.filter(
    ({ state, attempts }) => state !== 'reused' && state !== 'deferred' && attempts > 0,
  ).length;
  return {
    files: rows.length,
    uploaded,
    reused,
    processing: successes.length - planned - deferred - uploaded - reused,
    planned,
    failed: rows.length - successes.length,
    deferred,
  };
}

interface HeadlineFacts {
  readonly mode: Mode;
  readonly isCancelled: boolean;
  readonly shard: Shard | null;
  /** The number of planned files that need no upload. */
  readonly planReused: number;
}

export function uploadHeadline(rows: readonly ResultRow[], totals: Totals, facts: HeadlineFacts): string {
  const { mode, isCancelled, shard, planReused } = facts;
  const lead = headlineLead(mode, isCancelled);
  const place = shard === null ? 'found' : `in shard ${shard.index}/${shard.count}`;
  if (totals.files === 0) return `${lead}No files ${place}, nothing to do`;
  const isPlan = mode === 'plan';
  const reused = isPlan ? planReused : totals.reused;
  const parts = [
    isPlan
      ? `${formatNumber(totals.planned - planReused)} can be uploaded`
      : `${formatNumber(totals.uploaded)} uploaded`,
  ];
  if (reused > 0) parts.push(`${formatNumber(reused)} reused`);
  if (totals.processing > 0) parts.push(`${formatNumber(totals.processing)} still processing`);
  if (totals.deferred > 0) parts.push(`${formatNumber(totals.deferred)} deferred`);
  const skipped = rows.filter(({ state }) => state === 'skipped').length;
  const ofThem = skipped > 0 ? ` (${formatNumber(skipped)} not started)` : '';
  if (totals.failed > 0)
    parts.push(`${formatNumber(totals.failed)} ${isPlan ? 'rejected' : 'failed'}${ofThem}`);
  return `${lead}${parts.join(', ')} of ${pluralize(totals.files, 'file')}`;
}

/** The calls of all runs on a day (UTC), and how many are allowed. */
export type DailyCalls = Pick<CallLimit, 'maxCalls' | 'usedCalls' | 'day'>;

export function formatDeferral(deferred: number, { maxCalls, usedCalls, day }: DailyCalls): string {
  const left = `${pluralize(deferred, 'file')} left for another day`;
  return `${left}: all runs of ${day} (UTC) have made ${formatNumber(usedCalls)} of the ${pluralize(maxCalls, 'API call')} that max-calls allows; a run after 00:00 UTC sends the files that fit`;
}

interface SummaryFacts {
  readonly mode: Mode;
  readonly rows: readonly ResultRow[];
  readonly totals: Totals;
  /** Why files are left for another day; null without such files. */
  readonly deferral: string | null;
  readonly searchWarnings: readonly Warning[];
  readonly annotations: readonly Annotation[];
  /** Null except in `mode: plan`. */
  readonly table: PlanTable | null;
  readonly stepId: string;
}

export function uploadBlocks(ledger: Ledger, facts: SummaryFacts): Block[] {
  const { mode, totals, deferral, searchWarnings, annotations } = facts;
  const fileWarnings = ledger.items.flatMap(({ planned: { file, warnings } }) =>
    warnings.map((text) => ({ about: file.path, text })),
  );
  const hasUploads = mode !== 'plan' && totals.uploaded + totals.reused + totals.processing > 0;
  return [
    ...(deferral === null ? [] : [`${escapeMarkdown(deferral)}.`]),
    ...(hasUploads ? [mode === 'simulate' ? SIMULATED : NOT_VISIBLE] : []),
    ...errorBlocks(annotations),
    ...warningBlocks([...searchWarnings, ...fileWarnings]),
    ...resultBlocks(ledger, facts),
  ];
}

const SIMULATED = '**Nothing was sent to LinkedIn.** The URNs are those of a sandbox.';
const NOT_VISIBLE = `**Nothing is visible on LinkedIn yet: the files wait for a post.** Post them with the action ${renderCode('post')}.`;

function resultBlocks(
  { items, runState: { requests } }: Ledger,
  { table, rows, stepId }: SummaryFacts,
): Block[] {
  if (rows.length === 0) return [];
  if (table !== null)
    return ['### Plan', table.totals.map(escapeMarkdown).join('<br>'), ...planBlocks(table)];
  // Bytes that were sent again count once.
  const bytesSent = items.reduce((sum, { sentBytes }) => sum + sentBytes, 0);
  const hasUrns = rows.some((row) => isSuccess(row) && row.mediaUrn !== undefined);
  return [
    '### Files',
    // Two columns fit on a phone.
    ...foldedTable(rows, {
      head: ['file', 'result'],
      cells: fileCells,
      isGood: isSuccess,
      goodTitle: 'that succeeded',
    }),
    `${formatBytes(bytesSent)} sent, with ${formatRequests(requests)}`,
    ...(hasUrns ? [usageBlock(stepId, rows.length)] : []),
  ];
}

function planBlocks({ columns, rows }: PlanTable): Block[] {
  return foldedTable(rows, {
    head: columns,
    cells: (row) =>
      columns.map((column) =>
        // Prevents line breaks in the narrow columns.
        column === 'file' ? renderCode(row.file) : escapeMarkdown(row[column]).replaceAll(' ', '&nbsp;'),
      ),
    isGood: ({ verdict }) => !verdict.startsWith('rejected'),
    goodTitle: 'that are not rejected',
  });
}

function fileCells(row: ResultRow): string[] {
  const { file, bytes, state, assetUrn, mediaUrn = assetUrn } = row;
  const facts = [...dimensionsOf(row), ...(bytes === undefined ? [] : [formatBytes(bytes)])];
  // Keeps a number and its unit on one line.
  const shown = facts.map((fact) => escapeMarkdown(fact).replaceAll(' ', '&nbsp;')).join(', ');
  // The URN that a post needs; the asset only if there is no other. `results` has both.
  const urn = mediaUrn === undefined ? [] : [renderCode(mediaUrn)];
  return [
    [renderCode(file), ...(shown === '' ? [] : [shown])].join('<br>'),
    [isSuccess(row) ? state : `**${state}**`, ...urn].join('<br>'),
  ];
}

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
  const good = rows.filter(isGood).map(cells);
  const bad = rows.filter((row) => !isGood(row)).map(cells);
  const isSplit = rows.length > MAX_OPEN_FILES && bad.length > 0 && bad.length <= MAX_OPEN_FILES;
  if (isSplit)
    return [
      table(head, bad),
      { folded: `${pluralize(good.length, 'file')} ${goodTitle}`, blocks: [table(head, good)] },
    ];
  const all = table(head, [...bad, ...good]);
  return rows.length <= MAX_OPEN_FILES ? [all] : [{ folded: pluralize(rows.length, 'file'), blocks: [all] }];
}

/** Shows how the next step uses the URNs. With `env:`, no URN or file name becomes part of the script. */
function usageBlock(stepId: string, rowCount: number): Block {
  // An id that the runner generates starts with underscores.
  const hasId = /^(?!__)[A-Za-z_][\w-]*$/.test(stepId);
  const lead = hasId ? 'The' : 'Give this step an `id`, such as `media`. The';
  const step = [
    '- env:',
    `    URNS: \${{ steps.${hasId ? stepId : 'media'}.outputs.urns }}`,
    `  run: echo "$URNS" | jq -r 'to_entries[] | "\\(.key) \\(.value)"'`,
  ];
  const blocks = [`${lead} next step can read the URN of each file:`, ['```yaml', ...step, '```'].join('\n')];
  if (rowCount > MAX_OPEN_FILES)
    blocks.push(
      'An output holds 100 KiB. If `outputs-truncated` is `true`, read `mediaUrn` in the file `results-file` instead.',
    );
  return { folded: 'Use the URNs in the next step', blocks };
}
