// Builds the plan as a text table, for the log and the summary of `mode: plan`.

import { formatBytes, formatNumber, pluralize } from '../../format.ts';
import {
  bytesToSend,
  type CallRange,
  estimateRequests,
  type StepsAfterUpload,
} from '../../upload/calls/request-estimate.ts';
import type { FileItem } from '../../upload/file-state.ts';
import type { PlannedFile } from '../../upload/plan.ts';
import { typeName } from '../page/picture.ts';
import { dimensionsOf } from './result-row.ts';

const PLAN_COLUMNS = [
  'file',
  'type',
  'size',
  'dimensions',
  'verdict',
  'recipe',
  'mechanism',
  'parts',
  'API calls',
] as const;

type PlanColumn = (typeof PLAN_COLUMNS)[number];
type PlanRow = Readonly<Record<PlanColumn, string>>;

export interface PlanTable {
  /** Those that some file fills. */
  readonly columns: readonly PlanColumn[];
  /** One row per file, in file order. A text is empty where nothing applies. */
  readonly rows: readonly PlanRow[];
  readonly totals: readonly string[];
}

/** `steps`: what follows the uploads and adds to the cost. */
export function planTable(items: readonly FileItem[], steps: StepsAfterUpload): PlanTable {
  const sent = items.filter(({ state }) => state !== 'deferred').map(({ planned }) => planned);
  const rows = items.map(({ planned, state }) => {
    const row = planRow(planned, steps);
    return state === 'deferred' ? { ...row, verdict: 'deferred' } : row;
  });
  const columns = PLAN_COLUMNS.filter((column) => rows.some((row) => row[column] !== ''));
  return { columns, rows, totals: planTotals(sent, steps) };
}

const MECHANISMS = {
  synchronous: 'synchronous',
  single: 'single request',
  multipart: 'multi-part',
} as const;

// https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/share-on-linkedin (150) and
// https://learn.microsoft.com/linkedin/marketing/increasing-access (100), read 2026-11-26
const SMALLEST_ALLOWANCE = 100;
const ALLOWANCES =
  'LinkedIn allows a self-serve app 150 API calls per member and day, and an app in the development tier of the Community Management API 100';

/** The cost: `7 to 12 API calls and 5 uploads (PUT), 3.2 MB; …`, and LinkedIn's daily allowances if the calls may exceed one. */
function planTotals(files: readonly PlannedFile[], steps: StepsAfterUpload): string[] {
  const { calls, puts } = estimateRequests(files, steps);
  const requests = files.flatMap(({ request, reused }) => (reused === undefined ? (request ?? []) : []));
  const bytes = requests.reduce((sum, request) => sum + bytesToSend(request), 0);
  const hasParts = requests.some(({ mechanism }) => mechanism === 'multipart');
  const counted =
    calls.least === calls.most ? pluralize(calls.most, 'API call') : `${formatRange(calls)} API calls`;
  const uploads = `${hasParts ? 'at least ' : ''}${pluralize(puts, 'upload')} (PUT)`;
  const known = files.filter(({ reused }) => reused !== undefined).length;
  const details = [
    `${counted} and ${uploads}, ${formatBytes(bytes)}`,
    ...(hasParts ? ['LinkedIn decides the number of parts'] : []),
    ...(known > 0
      ? [
          `${pluralize(known, 'file')} reused${steps.reusesUnread ? '' : ', with a status read if the last one is a day old'}`,
        ]
      : []),
  ];
  return [details.join('; '), ...(calls.most > SMALLEST_ALLOWANCE ? [ALLOWANCES] : [])];
}

/** `1`, `104 to 110` */
function formatRange({ least, most }: CallRange): string {
  return least === most ? formatNumber(most) : `${formatNumber(least)} to ${formatNumber(most)}`;
}

/** The table as aligned lines, the header first, and its cost. No lines without files. */
export function planLines({ columns, rows, totals }: PlanTable): string[] {
  if (rows.length === 0) return [];
  const lines = [columns, ...rows.map((row) => columns.map((column) => row[column] || '–'))];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  const aligned = lines.map((line) =>
    line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '),
  );
  return [...aligned.map((line) => line.trimEnd()), ...totals];
}

/** The API calls are those of a run with this file alone: together, files share status reads. */
function planRow(planned: PlannedFile, steps: StepsAfterUpload): PlanRow {
  const { file, request, rejection } = planned;
  const known = {
    file: file.path,
    type: file.media === null ? '' : typeName(file.media.mediaType),
    size: file.identity === null ? '' : formatBytes(file.sizeBytes),
    dimensions: file.media === null ? '' : dimensionsOf(file.media).join(', '),
  };
  if (request === null)
    return {
      ...known,
      verdict: `rejected: ${rejection?.code}`,
      recipe: '',
      mechanism: '',
      parts: '',
      'API calls': '0',
    };
  const needsUpload = planned.reused === undefined;
  // A single part, as most files have, is not shown.
  const parts = [
    ...(request.mechanism === 'multipart' ? ['by LinkedIn'] : []),
    ...Object.keys(request.sidecars ?? {}),
  ];
  return {
    ...known,
    verdict: needsUpload ? 'can be uploaded' : 'reused',
    recipe: request.recipe?.split(':').at(-1) ?? '',
    mechanism: needsUpload ? MECHANISMS[request.mechanism] : '',
    parts: needsUpload ? parts.join(' + ') : '',
    'API calls': formatRange(estimateRequests([planned], steps).calls),
  };
}
