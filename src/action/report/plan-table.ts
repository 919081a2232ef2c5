// Builds the plan as a text table, for the log and the summary of `mode: plan`.

import { formatBytes, formatNumber, pluralize } from '../../format.ts';
import { hasCacheHit, type Plan, type PlannedFile } from '../../publish/plan.ts';
import {
  bytesToSend,
  type CallRange,
  estimateRequests,
  type PostUploadSteps,
} from '../../publish/request-estimate.ts';

export const PLAN_COLUMNS = ['file', 'type', 'size', 'recipe', 'mechanism', 'parts', 'API calls'] as const;

/** A plan with the steps after the uploads, which add to its cost. */
export interface PlanView extends PostUploadSteps {
  readonly plan: Plan;
  /** The indices of the files that are left for another day. */
  readonly deferred?: ReadonlySet<number>;
}

type Mechanism = NonNullable<PlannedFile['request']>['mechanism'];

const MECHANISMS: Record<Mechanism, string> = {
  synchronous: 'synchronous',
  single: 'single request',
  multipart: 'multi-part',
};

/**
 * One row per file, in file order. A rejected file has the reason in place of a recipe. The API calls are those of a run
 * with this file alone: together, files share status reads.
 */
export function planRows({ plan, deferred, ...after }: PlanView): string[][] {
  return plan.files.map((planned, index) => {
    const row = planRow(planned, after);
    return deferred?.has(index) ? row.with(PLAN_COLUMNS.indexOf('mechanism'), 'deferred') : row;
  });
}

// https://learn.microsoft.com/linkedin/consumer/integrations/self-serve/share-on-linkedin (150) and
// https://learn.microsoft.com/linkedin/marketing/increasing-access (100), read 2026-11-26
const SMALLEST_ALLOWANCE = 100;
const ALLOWANCES =
  'LinkedIn allows a self-serve app 150 API calls per member and day, and an app in the development tier of the Community Management API 100';

/**
 * The cost of publishing: `7 to 12 API calls and 5 uploads (PUT), 3.2 MB; …`. A second line has LinkedIn's daily
 * allowances, if the calls may exceed one of them.
 */
export function planTotals({ plan, deferred, ...after }: PlanView): string[] {
  const files = plan.files.filter((_, index) => !deferred?.has(index));
  const { calls, puts } = estimateRequests(files, after);
  const requests = files.filter((one) => !hasCacheHit(one)).flatMap(({ request }) => request ?? []);
  const bytes = requests.reduce((sum, request) => sum + bytesToSend(request), 0);
  const hasParts = requests.some(isMultipart);
  const uploads = `${hasParts ? 'at least ' : ''}${pluralize(puts, 'upload')} (PUT)`;
  const known = files.filter(hasCacheHit).length;
  const details = [
    `${formatCalls(calls)} and ${uploads}, ${formatBytes(bytes)}`,
    ...(hasParts ? ['LinkedIn decides the number of parts'] : []),
    ...(known > 0
      ? [
          `${pluralize(known, 'file')} reused${after.reusesUnread ? '' : ', with a status read if the last one is a day old'}`,
        ]
      : []),
  ];
  return [details.join('; '), ...(calls.most > SMALLEST_ALLOWANCE ? [ALLOWANCES] : [])];
}

/** `1 API call`, `104 to 110 API calls` */
function formatCalls(calls: CallRange): string {
  return calls.least === calls.most ? pluralize(calls.most, 'API call') : `${formatRange(calls)} API calls`;
}

function formatRange({ least, most }: CallRange): string {
  return least === most ? formatNumber(most) : `${formatNumber(least)} to ${formatNumber(most)}`;
}

function isMultipart({ mechanism }: { mechanism: Mechanism }): boolean {
  return mechanism === 'multipart';
}

/** The table as aligned lines, the header first. */
export function planLines(planView: PlanView): string[] {
  const rows = [[...PLAN_COLUMNS], ...planRows(planView)];
  const widths = PLAN_COLUMNS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function planRow(planned: PlannedFile, after: PostUploadSteps): string[] {
  const { file, request, rejection } = planned;
  const type = file.media?.mediaType ?? '–';
  const size = file.identity === null ? '–' : formatBytes(file.sizeBytes);
  if (request === null) return [file.path, type, size, `rejected: ${rejection?.code}`, '–', '–', '0'];
  const calls = formatRange(estimateRequests([planned], after).calls);
  const recipe = request.recipe?.split(':').at(-1) ?? '–';
  if (hasCacheHit(planned)) return [file.path, type, size, recipe, 'reused', '–', calls];
  const parts = [isMultipart(request) ? 'by LinkedIn' : '1', ...Object.keys(request.sidecars ?? {})];
  return [file.path, type, size, recipe, MECHANISMS[request.mechanism], parts.join(' + '), calls];
}
