// A file as the log, the summary and the page show it, and the verdict about all of them. Pure.

import type { Sentence } from '../../errors/problem.ts';
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
import type { RowView } from '../row-view.ts';
import { isSuccess, type ResultRow } from './result-row.ts';

export interface FileView extends RowView {
  /** A planned file that needs no upload is `reused`. */
  readonly state: OutcomeState;
  /** `PNG`, `1,600 × 900`, `1.2 MB` */
  readonly facts: readonly string[];
  /** What is planned for it: `feedshare-image`, `synchronous`, `1 API call`. Empty except in a plan. */
  readonly plan: readonly string[];
  readonly urns: readonly string[];
  readonly media: MediaFile;
}

/** `steps`: what follows the uploads of a plan; null in other modes. */
export function viewFile(
  { planned, error }: FileItem,
  row: ResultRow,
  steps: StepsAfterUpload | null,
): FileView {
  const { file: media, reused } = planned;
  const { file, mediaUrn, assetUrn } = row;
  const state = row.state === 'planned' && reused !== undefined ? 'reused' : row.state;
  const isGood = isSuccess(row);
  return {
    noun: 'file',
    name: file,
    file,
    state,
    isGood,
    isHandled: !isGood || (state !== 'reused' && state !== 'deferred'),
    errors: error === null ? [] : [error],
    warnings: fileWarnings(planned),
    facts: fileFacts(media),
    plan: steps === null ? [] : planFacts(planned, steps),
    urns: [mediaUrn, assetUrn].filter((urn) => urn !== undefined),
    media,
  };
}

export function fileWarnings({ file: { path: file }, warnings }: PlannedFile): Sentence[] {
  return warnings.map((problem) => ({ subject: { file }, problem }));
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

export function uploadVerdict(views: readonly FileView[], mode: Mode, shard: Shard | null): string {
  const place = shard === null ? 'found' : `in shard ${shard.index}/${shard.count}`;
  if (views.length === 0) return `No files ${place}, nothing to do`;
  const good = views.filter(
    ({ isGood, state }) => isGood && (state !== 'deferred' || mode === 'plan'),
  ).length;
  const which = good === views.length ? '' : `${formatNumber(good)} of `;
  const what = { publish: 'on LinkedIn', plan: 'valid', simulate: 'uploaded' }[mode];
  const isOne = good === 1 || views.length === 1;
  return `${which}${pluralize(views.length, 'file')} ${isOne ? 'is' : 'are'} ${what}`;
}
