// Plans of valid posts, with what the memory holds of them.

import { ActionError } from '../../src/errors/action-error.ts';
import type { Post, WrittenPost } from '../../src/post/file/post.ts';
import type { PostEntry } from '../../src/post/memory/post-entry.ts';
import { type PostPlanSettings, planPosts } from '../../src/post/plan.ts';
import { makeWritten, NOW_MS, PAGE } from './posts.ts';

export const HOUR_MS = 3_600_000;

export function written(changes: Partial<Post> = {}, errors: readonly ActionError[] = []): WrittenPost {
  return makeWritten(changes, { errors });
}

interface Given {
  readonly entries?: readonly PostEntry[];
  /** Post files in the workspace that are not among the posts. */
  readonly otherFiles?: readonly string[];
  readonly settings?: Partial<PostPlanSettings>;
}

export function planAll(posts: WrittenPost[], { entries = [], otherFiles = [], settings }: Given = {}) {
  const files = new Set([...otherFiles, ...posts.map(({ file }) => file)]);
  const defaults = {
    owner: PAGE,
    apiUrl: 'https://api.linkedin.com',
    nowMs: NOW_MS,
    maxPosts: 1,
    maxAgeHours: 48,
  };
  const plan = planPosts(
    posts,
    { entries, fileExists: (path) => files.has(path) },
    { ...defaults, ...settings },
  );
  return { ...plan, toRemember: plan.posts.flatMap(({ toRemember }) => toRemember ?? []) };
}

export function planOne(changes: Partial<Post>, given: Given = {}) {
  const { posts } = planAll([written(changes)], given);
  const [one] = posts;
  if (one === undefined) throw new Error('no post');
  return one;
}

/** An error of a post file. */
export const invalid = new ActionError('POST_KEY', 'x', { subject: { file: 'posts/launch.md', line: 2 } });
