// Plans of valid posts, with what the memory holds of them.

import { ActionError } from '../../src/errors/action-error.ts';
import type { WrittenPost } from '../../src/post/file/post.ts';
import { learnChange } from '../../src/post/identity.ts';
import type { PostEntry } from '../../src/post/memory/post-entry.ts';
import { type PlanSettings, planPosts } from '../../src/post/plan.ts';
import { makePost, NOW_MS, PAGE, postsOf } from './posts.ts';

export const HOUR_MS = 3_600_000;

export function written(
  changes: Partial<WrittenPost> = {},
  errors: readonly ActionError[] = [],
): WrittenPost {
  return makePost({ ...changes, errors });
}

interface Given {
  readonly entries?: readonly PostEntry[];
  /** Post files in the workspace that are not among the posts. */
  readonly otherFiles?: readonly string[];
  readonly settings?: Partial<PlanSettings & { readonly nowMs: number }>;
}

export function planAll(
  posts: WrittenPost[],
  { entries = [], otherFiles = [], settings }: Given = {},
) {
  const defaults = {
    owner: PAGE,
    apiUrl: 'https://api.linkedin.com',
    maxPosts: 1,
    maxAgeHours: 48,
    isKnown: true,
    waitedMs: () => null,
    countsAsSeen: () => true,
    knowsPublished: true,
  };
  const { nowMs = NOW_MS } = settings ?? {};
  const memory = postsOf(...entries);
  const fileExists = (path: string) => otherFiles.includes(path);
  const plan = planPosts(posts, { ...defaults, fileExists, ...settings }, { posts: memory, nowMs });
  const remembered = new Map(memory);
  const now = new Date(nowMs).toISOString();
  for (const post of plan.posts) learnChange(post, now)(remembered);
  return { ...plan, remembered: [...remembered.values()] };
}

export function planOne(changes: Partial<WrittenPost>, given: Given = {}) {
  const { posts } = planAll([makePost(changes)], given);
  const [one] = posts;
  if (one === undefined) throw new Error('no post');
  return one;
}

/** An error of a post file. */
export const invalid = new ActionError('POST_KEY', 'x', {
  subject: { file: 'posts/launch.md', line: 2 },
});
