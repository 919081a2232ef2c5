// Runs of the post action in any state, for tests of its report. They use neither disk nor network.

import type { CollectedPost } from '../../../src/action/posts/inspect-post.ts';
import type { ActionError } from '../../../src/errors.ts';
import type { Post } from '../../../src/post/file/post.ts';
import type { PlannedPost, PostPlan } from '../../../src/post/plan.ts';
import { PostLedger, type PostOutcome } from '../../../src/post/post-ledger.ts';
import { buildPostReport, type PostReport } from '../../../src/report/posts/post-report.ts';
import type { PostRunState } from '../../../src/report/posts/post-rows.ts';
import { picture } from '../../action/ledgers.ts';
import { digestOf, makePost } from '../../post/posts.ts';

export interface Given {
  readonly post?: Partial<Post>;
  readonly state?: PlannedPost['state'];
  readonly more?: Partial<PlannedPost>;
  /** Settles the post. */
  readonly outcome?: Partial<PostOutcome> & Pick<PostOutcome, 'state'>;
  readonly collected?: Partial<CollectedPost>;
}

export function runOf(given: readonly Given[], plan: Partial<PostPlan> = {}): PostRunState {
  const collected = given.map(collect);
  const posts = given.map(({ state = 'due', more }, index) => ({
    candidate: collected[index]?.candidate as PlannedPost['candidate'],
    state,
    reason: null,
    errors: [],
    ...more,
  }));
  const decide = () => posts[0] as PlannedPost;
  const ledger = new PostLedger({ posts, stop: null, nextAtMs: null, decide, ...plan });
  for (const [index, { outcome }] of given.entries())
    if (outcome !== undefined) ledger.settle(index, outcome);
  return { collected, ledger, mediaUrns: new Map([['media/a.png', 'urn:li:image:A']]) };
}

function collect({ post: changes = {}, collected = {} }: Given): CollectedPost {
  const post = makePost(changes);
  const { file, id, author, text } = post;
  return {
    candidate: { file, id, author, post, digest: digestOf(post), errors: [], idLine: 1 },
    text,
    warnings: [],
    media: [],
    linkImage: null,
    paths: [],
    hasReleaseMedia: false,
    ...collected,
  };
}

export const PICTURE = {
  file: 'media/a.png',
  kind: 'image',
  entry: 0,
  alt: 'A',
  altFile: null,
  source: picture('media/a.png'),
} as const;

interface ReportOptions {
  readonly mode?: PostReport['mode'];
  readonly plan?: Partial<PostPlan>;
  readonly runErrors?: readonly ActionError[];
  readonly tokenDaysLeft?: number | null;
  readonly end?: ActionError | null;
}

export function reportOf(given: readonly Given[], options: ReportOptions = {}): PostReport {
  const { mode = 'publish', plan, tokenDaysLeft = null, runErrors = [], end = null } = options;
  const requests = { calls: 0, uploads: 0 };
  return buildPostReport({ ...runOf(given, plan), mode, requests, tokenDaysLeft, runErrors }, end);
}

export const POSTED = {
  state: 'posted',
  urn: 'urn:li:share:1',
  urnSource: 'linkedin',
  commentUrn: 'urn:li:comment:(urn:li:activity:1,2)',
} as const;
