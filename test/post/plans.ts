// Plans of valid posts, with what the memory holds of them.

import { ActionError } from '../../src/errors/action-error.ts';
import type { Post, WrittenPost } from '../../src/post/file/post.ts';
import type { PostEntry } from '../../src/post/memory/post-entry.ts';
import { type PostPlanSettings, planPosts } from '../../src/post/plan.ts';
import { makeWritten, NOW_MS, PAGE, postsOf } from './posts.ts';

export const HOUR_MS = 3_600_000;

export function written(changes: Partial<Post> = {}, errors: readonly ActionError[] = []): WrittenPost {
  return makeWritten(changes, { errors });
}

interface Given {
  readonly entries?: readonly PostEntry[];
  /** Post files in the workspace that are not among the posts. */
  readonly otherFiles?: readonly string[];
  readonly settings?: Partial<PostPlanSettings & { readonly nowMs: number; readonly isKnown: boolean }>;
}

export function planAll(posts: WrittenPost[], { entries = [], otherFiles = [], settings }: Given = {}) {
  const defaults = { owner: PAGE, apiUrl: 'https://api.linkedin.com', maxPosts: 1, maxAgeHours: 48 };
  const { nowMs = NOW_MS, isKnown = true } = settings ?? {};
  const memory = postsOf(...entries);
  const fileExists = (path: string) => otherFiles.includes(path);
  const plan = planPosts(posts, { ...defaults, ...settings }, { posts: memory, nowMs, isKnown, fileExists });
  const remembered = new Map(memory);
  plan.remember(plan.posts, remembered, nowMs);
  return { ...plan, remembered: [...remembered.values()] };
}

export function planOne(changes: Partial<Post>, given: Given = {}) {
  const { posts } = planAll([written(changes)], given);
  const [one] = posts;
  if (one === undefined) throw new Error('no post');
  return one;
}

/** An error of a post file. */
export const invalid = new ActionError('POST_KEY', 'x', { subject: { file: 'posts/launch.md', line: 2 } });
