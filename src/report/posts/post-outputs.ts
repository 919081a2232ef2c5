// The outputs of the post action, without the paths of files.

import type { OutputValues } from '../outputs.ts';
import type { PostRow } from './post-row.ts';
import type { PostTotals } from './post-totals.ts';

interface PostFacts {
  readonly rows: readonly PostRow[];
  readonly totals: PostTotals;
  /** When the next scheduled post is due, ISO 8601; null without one. */
  readonly nextAt: string | null;
  readonly tokenDaysLeft: number | null;
}

export function postOutputs({ rows, totals, nextAt, tokenDaysLeft }: PostFacts) {
  const urns = rows.flatMap(({ id, state, urn }) =>
    (state === 'posted' || state === 'known') && urn !== undefined ? [[id, urn] as const] : [],
  );
  // Of many posts, the next step hardly needs an earlier one.
  const first = rows.find(({ state }) => state === 'posted') ?? (rows.length === 1 ? rows[0] : undefined);
  return {
    'post-urn': first?.urn ?? '',
    'post-url': first?.url ?? '',
    'comment-urn': first?.commentUrn ?? '',
    urns: new Map(urns),
    results: rows,
    'posted-count': totals.posted,
    'known-count': totals.known,
    'waiting-count': totals.waiting,
    'failed-count': totals.failed,
    'next-at': nextAt,
    // Only `mode: check` sets these two.
    owners: '',
    scopes: '',
    'token-days-left': tokenDaysLeft,
  } satisfies OutputValues;
}
