// A file as the log, the summary and the page show it, and the verdict about all of them. Pure.

import { formatProblemIn } from '../../errors/problem.ts';
import { formatNumber, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { Shard } from '../../media/find/shards.ts';
import type { MediaFile } from '../../media/media-file.ts';
import {
  type CallRange,
  estimateRequests,
  type StepsAfterUpload,
} from '../../upload/calls/request-estimate.ts';
import type { FileItem, OutcomeState } from '../../upload/file-state.ts';
import type { PlannedFile } from '../../upload/plan.ts';
import { fileFacts } from '../file-facts.ts';
import { type Count, countStates, type Remark } from '../verdict.ts';
import { isSuccess, type ResultRow } from './result-row.ts';

export interface FileView {
  readonly name: string;
  /** A planned file that needs no upload is `reused`. */
  readonly state: OutcomeState;
  readonly isGood: boolean;
  /** `PNG`, `1,600 × 900`, `1.2 MB` */
  readonly facts: readonly string[];
  readonly altText: string | null;
  /** What is planned for it: `feedshare-image`, `synchronous`, `1 API call`. Empty except in a plan. */
  readonly plan: readonly string[];
  readonly urns: readonly string[];
  readonly remarks: readonly Remark[];
  readonly file: MediaFile;
}

/** `steps`: what follows the uploads of a plan; null in other modes. */
export function viewFile(
  { planned, error }: FileItem,
  row: ResultRow,
  steps: StepsAfterUpload | null,
): FileView {
  const { file, warnings, reused } = planned;
  const { mediaUrn, assetUrn, altText = null } = row;
  // The name stands beside the error.
  const message = error === null ? row.error?.message : formatProblemIn(file.path, error);
  return {
    name: row.file,
    state: row.state === 'planned' && reused !== undefined ? 'reused' : row.state,
    isGood: isSuccess(row),
    facts: fileFacts(file),
    altText,
    plan: steps === null ? [] : planFacts(planned, steps),
    urns: [mediaUrn, assetUrn].filter((urn) => urn !== undefined),
    remarks: [
      ...(row.error === undefined
        ? []
        : [{ level: 'error', text: message ?? '', hint: row.error.hint } as const]),
      ...warnings.map((text) => ({ level: 'warning', text, hint: '' }) as const),
    ],
    file,
  };
}

const MECHANISMS = { synchronous: 'synchronous', single: 'single request', multipart: 'in parts' } as const;

/** The API calls are those of a run with this file alone: together, files share status reads. */
function planFacts(planned: PlannedFile, steps: StepsAfterUpload): string[] {
  const { request, reused } = planned;
  if (request === null) return [];
  const { recipe, mechanism } = request;
  return [
    ...(recipe === null ? [] : [recipe.split(':').at(-1) ?? '']),
    ...(reused === undefined ? [MECHANISMS[mechanism]] : []),
    formatCalls(estimateRequests([planned], steps).calls),
  ];
}

/** `1 API call`, `104 to 110 API calls` */
export function formatCalls({ least, most }: CallRange): string {
  return least === most
    ? pluralize(most, 'API call')
    : `${formatNumber(least)} to ${pluralize(most, 'API call')}`;
}

/** The exceptions come first. */
const COUNTED = {
  failed: 'failed',
  skipped: 'not started',
  processing: 'still processing',
  available: 'uploaded',
  unverified: 'uploaded, status not readable',
  planned: 'planned',
  reused: 'reused',
  deferred: 'deferred',
} as const satisfies Record<OutcomeState, string>;

export function countFiles(views: readonly FileView[]): Count[] {
  const bad = new Set(views.filter(({ isGood }) => !isGood).map(({ state }) => state));
  return countStates(
    views.map(({ state }) => state),
    COUNTED,
    (state) => bad.has(state),
  );
}

interface VerdictFacts {
  readonly mode: Mode;
  readonly isCancelled: boolean;
  readonly shard: Shard | null;
}

export function uploadVerdict(
  views: readonly FileView[],
  { mode, isCancelled, shard }: VerdictFacts,
): string {
  const lead = `${isCancelled ? 'Cancelled. ' : ''}${mode === 'simulate' ? 'Simulated: ' : ''}`;
  const place = shard === null ? 'found' : `in shard ${shard.index}/${shard.count}`;
  if (views.length === 0) return `${lead}No files ${place}, nothing to do`;
  const good = views.filter(
    ({ isGood, state }) => isGood && (state !== 'deferred' || mode === 'plan'),
  ).length;
  const which = good === views.length ? '' : `${formatNumber(good)} of `;
  const what = { publish: 'on LinkedIn', plan: 'valid', simulate: 'uploaded' }[mode];
  const isOne = good === 1 || views.length === 1;
  return `${lead}${which}${pluralize(views.length, 'file')} ${isOne ? 'is' : 'are'} ${what}`;
}
