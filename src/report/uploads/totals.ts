// Counts the files of a run, sums it up in one sentence, and says why files are left for another day. Pure.

import { formatNumber, pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { Shard } from '../../media/find/shards.ts';
import type { CallLimit } from '../../upload/calls/call-limit.ts';
import { headlineLead } from '../summary.ts';
import { isSuccess, type ResultRow } from './result-row.ts';

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

export function formatHeadline(rows: readonly ResultRow[], totals: Totals, facts: HeadlineFacts): string {
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

/** Why files are left for another day; null without such files. */
export function formatDeferral(deferred: number, limit: DailyCalls | null): string | null {
  if (deferred === 0 || limit === null) return null;
  const { maxCalls, usedCalls, day } = limit;
  const left = `${pluralize(deferred, 'file')} left for another day`;
  return `${left}: all runs of ${day} (UTC) have made ${formatNumber(usedCalls)} of the ${pluralize(maxCalls, 'API call')} that max-calls allows; a run after 00:00 UTC continues`;
}
