// A file as the log, the summary and the page show it, and the verdict about all of them. Pure.

import type { Sentence } from '../../errors/action-error.ts';
import { formatNumber, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { Shard } from '../../media/find/shards.ts';
import type { MediaFile } from '../../media/media-file.ts';
import type { FileItem, OutcomeState } from '../../upload/file-state.ts';
import type { PlannedFile } from '../../upload/plan.ts';
import { fileFacts, type RowView, STATE_TEXTS } from '../row-view.ts';
import { isSuccess, type ResultRow } from './result-row.ts';

/** The label is `asset`, `image`, `video` or `document`. */
export interface LabeledUrn {
  readonly label: string;
  readonly urn: string;
}

export interface FileView extends RowView {
  /** A planned file that needs no upload is `reused`. */
  readonly state: OutcomeState;
  /** `PNG`, `1,600 × 900`, `1.2 MB` */
  readonly facts: readonly string[];
  /** How a plan would upload it: `feedshare-image`, `synchronous`. Empty in other modes. */
  readonly plan: readonly string[];
  /** The asset comes first. */
  readonly urns: readonly LabeledUrn[];
  readonly media: MediaFile;
}

export function viewFile({ planned, error }: FileItem, row: ResultRow, mode: Mode): FileView {
  const { file: media, reused } = planned;
  const { file } = row;
  const state = row.state === 'planned' && reused !== undefined ? 'reused' : row.state;
  const isGood = isSuccess(row);
  const isHandled = !isGood || (state !== 'reused' && state !== 'deferred');
  return {
    noun: 'file',
    name: file,
    file,
    state,
    isGood,
    isHandled,
    isShown: isHandled,
    errors: error === null ? [] : [error],
    warnings: fileWarnings(planned),
    facts: fileFacts(media),
    plan: mode === 'plan' ? planFacts(planned) : [],
    stateText: STATE_TEXTS[state],
    urns: labelUrns(row),
    media,
  };
}

/** Both URNs of a file, as far as they are known. */
export function labelUrns({
  assetUrn,
  mediaUrn,
}: Pick<ResultRow, 'assetUrn' | 'mediaUrn'>): LabeledUrn[] {
  const urns = [];
  if (assetUrn !== undefined) urns.push({ label: 'asset', urn: assetUrn });
  if (mediaUrn !== undefined) urns.push({ label: kindOf(mediaUrn), urn: mediaUrn });
  return urns;
}

/** `image` of `urn:li:image:C56` */
function kindOf(mediaUrn: string): string {
  const [, , kind = ''] = mediaUrn.split(':');
  return kind;
}

/** `asset urn:li:digitalmediaAsset:C56, image urn:li:image:C56`, for the log. */
export function formatUrns(urns: readonly LabeledUrn[]): string {
  return urns.map(({ label, urn }) => `${label} ${urn}`).join(', ');
}

export function fileWarnings({ file: { path: file }, warnings }: PlannedFile): Sentence[] {
  return warnings.map((problem) => ({ subject: { file }, problem }));
}

const MECHANISMS = {
  synchronous: 'synchronous',
  single: 'single request',
  multipart: 'in parts',
} as const;

function planFacts({ request, reused }: PlannedFile): string[] {
  if (request === null) return [];
  const recipe = request.recipe?.split(':').at(-1);
  return [recipe, reused === undefined ? MECHANISMS[request.mechanism] : undefined].filter(
    (fact) => fact !== undefined,
  );
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
  return `${which}${pluralize(views.length, 'file')} ${isOne ? 'is' : 'are'} ${what}${countWarned(views, mode)}`;
}

/** In a plan, a file with a warning is valid too. */
function countWarned(views: readonly FileView[], mode: Mode): string {
  const warned = views.filter(({ isGood, warnings }) => isGood && warnings.length > 0).length;
  if (mode !== 'plan' || warned === 0) return '';
  return warned === 1 ? ', 1 with a warning' : `, ${formatNumber(warned)} with warnings`;
}
