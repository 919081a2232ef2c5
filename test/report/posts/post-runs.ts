// Runs of the post action in any state, for tests of its report. They use neither disk nor network.

import type { ActionError } from '../../../src/errors/action-error.ts';
import type { Mode } from '../../../src/inputs/input-types.ts';
import type { PostMediaFile, WrittenPost } from '../../../src/post/file/post.ts';
import type { PostPlan } from '../../../src/post/plan.ts';
import type { PlannedPost } from '../../../src/post/planned-post.ts';
import type { PostLedger } from '../../../src/post/post-ledger.ts';
import type { PostEnd, Publication } from '../../../src/post/publication.ts';
import { buildPostReport } from '../../../src/report/posts/post-report.ts';
import type { PostRow } from '../../../src/report/posts/post-row.ts';
import { type PostView, viewPost } from '../../../src/report/posts/post-view.ts';
import type { Report } from '../../../src/report/report.ts';
import { buildSummary } from '../../../src/report/summary.ts';
import { ledgerOf, makePlanned, pictureOf } from '../../post/posts.ts';

export interface Given {
  readonly post?: Partial<WrittenPost>;
  readonly state?: PlannedPost['state'];
  readonly more?: Parameters<typeof makePlanned>[0];
  /** Settles the post. */
  readonly outcome?: PostEnd;
  readonly written?: Partial<WrittenPost>;
}

export function runOf(given: readonly Given[], plan: Partial<PostPlan> = {}): PostLedger {
  const posts = given.map(({ post, written, state = 'due', more }) =>
    makePlanned({ ...post, ...written, state, ...more }),
  );
  const ledger = ledgerOf(posts, plan);
  ledger.guardNewMemory();
  for (const [index, { outcome }] of given.entries()) {
    const item = ledger.items[index];
    if (outcome !== undefined && item !== undefined) item.settle(outcome);
  }
  ledger.mediaUrns.set('media/a.png', 'urn:li:image:A');
  return ledger;
}

function itemOf(given: Given): Publication {
  const [item] = runOf([given]).items;
  if (item === undefined) throw new RangeError('no post');
  return item;
}

export function viewOf(given: Given, mode: Mode = 'publish'): PostView {
  return viewPost(itemOf(given), mode, false);
}

/** The summary, which is also the comment on a pull request. */
export function summaryOf(given: readonly Given[], options?: ReportOptions): string {
  return buildSummary(reportOf(given, options));
}

export const PICTURE: PostMediaFile = { ...pictureOf('media/a.png'), alt: 'A' };

export interface ReportOptions {
  readonly mode?: Mode;
  readonly plan?: Partial<PostPlan>;
  readonly error?: ActionError | null;
  readonly memoryError?: ActionError | null;
  readonly tokenDaysLeft?: number | null;
  readonly maxPosts?: number;
  readonly approval?: 'none' | 'review';
  readonly end?: ActionError | null;
}

export function reportOf(
  given: readonly Given[],
  { plan, end = null, error = null, maxPosts = 20, ...options }: ReportOptions = {},
): Omit<Report, 'rows'> & { readonly rows: readonly PostRow[] } {
  const facts = { requests: { calls: 0, uploads: 0 }, remarks: [], addressOf: () => null };
  const usual = {
    mode: 'publish',
    approval: 'none',
    tokenDaysLeft: null,
    memoryError: null,
  } as const;
  const ledger = Object.assign(runOf(given, plan), { error });
  const run = { ledger, maxPosts, ...facts, ...usual, ...options };
  return buildPostReport(run, end) as ReturnType<typeof reportOf>;
}

export const POSTED = {
  state: 'posted',
  urn: 'urn:li:share:1',
  urnSource: 'linkedin',
  commentUrn: 'urn:li:comment:(urn:li:activity:1,2)',
} as const;
