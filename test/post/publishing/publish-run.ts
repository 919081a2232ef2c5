// Runs of processes in the world of the tests, and what became of the posts.

import type { Post } from '../../../src/post/file/post.ts';
import type { PostEntry } from '../../../src/post/memory/memory.ts';
import { PostProcess, type ProcessOptions, type Report } from '../post-process.ts';
import type { PostWorld } from '../post-world.ts';
import { makePost, PAGE } from '../posts.ts';

let processes = 0;

export function start(world: PostWorld, options: Partial<ProcessOptions> = {}): PostProcess {
  processes += 1;
  return new PostProcess(world, { name: `process-${String(processes).padStart(4, '0')}`, ...options });
}

/** One run that is not killed. */
export async function publish(
  world: PostWorld,
  posts: readonly Post[] = [makePost()],
  options: Partial<ProcessOptions> = {},
): Promise<Report> {
  const report = await world.finish(start(world, options).run(posts));
  if (report === null) throw new Error('the process is dead');
  return report;
}

/** The URNs of the posts on LinkedIn. */
export function onLinkedIn({ model }: PostWorld): string[] {
  return model.storedPosts.map(({ urn }) => urn);
}

export function sent({ arrivals }: PostWorld) {
  return arrivals.filter(({ kind }) => kind === 'post');
}

export function states(world: PostWorld): PostEntry['state'][] {
  return world.entries().map(({ state }) => state);
}

export const MAY_READ = ['w_organization_social', 'r_organization_social', 'w_organization_social_feed'];
export const MAY_NOT_READ = ['w_organization_social', 'w_organization_social_feed'];

/** A post that a person makes. */
export function byHand(text: string) {
  const commentary = text.replace('#opensource', String.raw`{hashtag|\#|opensource}`);
  const distribution = { feedDistribution: 'MAIN_FEED' };
  const sent = { author: PAGE, commentary: text };
  return {
    type: 'share' as const,
    author: PAGE,
    sent,
    fields: { ...sent, commentary, distribution, lifecycleState: 'PUBLISHED' },
  };
}
