// Sums up a run of the post action in one sentence. Pure.

import { pluralize } from '../../format.ts';
import type { Mode } from '../../inputs/input-types.ts';
import type { PostPlan } from '../../post/plan.ts';
import { headlineLead } from '../summary.ts';
import type { PostRow } from './post-row.ts';

/** The headline has the states in this order. */
const STATE_TEXTS = {
  posted: 'posted',
  planned: 'can be posted',
  known: 'posted earlier',
  scheduled: 'scheduled',
  draft: 'in draft',
  expired: 'expired',
  'other-owner': 'of other owners',
  unknown: 'unknown',
  failed: 'failed',
  skipped: 'not sent',
} as const satisfies Record<PostRow['state'], string>;

interface HeadlineFacts {
  readonly mode: Mode;
  readonly isCancelled: boolean;
  /** Whether a plan could not read what earlier runs posted. */
  readonly isMemoryUnknown: boolean;
  readonly excess: PostPlan['excess'];
}

export function formatHeadline(
  rows: readonly PostRow[],
  { mode, isCancelled, isMemoryUnknown, excess }: HeadlineFacts,
): string {
  const lead = headlineLead(mode, isCancelled);
  if (rows.length === 0) return `${lead}No posts found, nothing to do`;
  const states = Map.groupBy(rows, ({ state }) => state);
  const texts: Record<PostRow['state'], string | null> = {
    ...STATE_TEXTS,
    ...(isMemoryUnknown && { planned: 'perhaps due' }),
    // These are the posts that are due.
    ...(excess !== null && { planned: null, skipped: null }),
  };
  const parts = Object.entries(texts).flatMap(([state, text]) => {
    const number = states.get(state as PostRow['state'])?.length ?? 0;
    return number === 0 || text === null ? [] : [`${number} ${text}`];
  });
  const counts = `${parts.join(', ')} of ${pluralize(rows.length, 'post')}`;
  if (excess !== null) {
    const limit = `${lead}${excess.due} are due, \`max-posts\` is ${excess.maxPosts}`;
    return parts.length === 0 ? limit : `${limit}; ${counts}`;
  }
  return `${lead}${!states.has('posted') && mode !== 'plan' ? '0 posted, ' : ''}${counts}`;
}
