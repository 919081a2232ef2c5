// Builds the plan as a text table, for the log and the summary of `mode: plan`.

import { formatBytes, pluralize } from '../../format.ts';
import { hasCacheHit, type Plan, type PlannedFile } from '../../publish/plan.ts';
import {
  bytesToSend,
  estimateRequests,
  estimateTotalRequests,
  type PostUploadSteps,
} from '../../publish/request-estimate.ts';

export const PLAN_COLUMNS = ['file', 'type', 'size', 'recipe', 'mechanism', 'parts', 'API calls'] as const;

/** A plan with the steps after the uploads, which add to its cost. */
export interface PlanView extends PostUploadSteps {
  readonly plan: Plan;
}

type Mechanism = NonNullable<PlannedFile['request']>['mechanism'];

const MECHANISMS: Record<Mechanism, string> = {
  synchronous: 'synchronous',
  single: 'single request',
  multipart: 'multi-part',
};

/** One row per file, in file order. A rejected file has the reason in place of a recipe. */
export function planRows({ plan, ...after }: PlanView): string[][] {
  return plan.files.map((planned) => planRow(planned, after));
}

/** The cost of publishing: `At least 7 API calls and 5 uploads (PUT), 3.2 MB; …` */
export function planTotals({ plan, ...after }: PlanView): string {
  const requests = plan.files.filter((one) => !hasCacheHit(one)).flatMap(({ request }) => request ?? []);
  const { calls, puts } = estimateTotalRequests(requests, after);
  const bytes = requests.reduce((sum, request) => sum + bytesToSend(request), 0);
  const open = requests.some(isMultipart) ? '; LinkedIn decides the number of parts' : '';
  const known = plan.files.filter(hasCacheHit).length;
  const reused =
    known > 0
      ? `; ${pluralize(known, 'file')} reused, with a status request if the last one is a day old`
      : '';
  return `At least ${pluralize(calls, 'API call')} and ${pluralize(puts, 'upload')} (PUT), ${formatBytes(bytes)}${open}${reused}`;
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
  const { calls } = estimateRequests(request, after);
  const recipe = request.recipe?.split(':').at(-1) ?? '–';
  if (hasCacheHit(planned)) return [file.path, type, size, recipe, 'reused', '–', '≥ 0'];
  const parts = [isMultipart(request) ? 'by LinkedIn' : '1', ...Object.keys(request.sidecars ?? {})];
  return [file.path, type, size, recipe, MECHANISMS[request.mechanism], parts.join(' + '), `≥ ${calls}`];
}
