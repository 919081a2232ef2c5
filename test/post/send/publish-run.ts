// Runs of processes with the services of the tests, and what became of the posts.

import type { Post } from '../../../src/post/file/post.ts';
import type { PostEntry } from '../../../src/post/memory/memory.ts';
import { PostProcess, type ProcessOptions, type Report } from '../post-process.ts';
import type { PostServices } from '../post-services.ts';
import { makePost, PAGE } from '../posts.ts';

let processes = 0;

export function start(services: PostServices, options: Partial<ProcessOptions> = {}): PostProcess {
  processes += 1;
  return new PostProcess(services, { name: `process-${String(processes).padStart(4, '0')}`, ...options });
}

/** One run that is not killed. */
export async function publish(
  services: PostServices,
  posts: readonly Post[] = [makePost()],
  options: Partial<ProcessOptions> = {},
): Promise<Report> {
  const report = await services.finish(start(services, options).run(posts));
  if (report === null) throw new Error('the process is dead');
  return report;
}

/** The URNs of the posts on LinkedIn. */
export function onLinkedIn({ model }: PostServices): string[] {
  return model.storedPosts.map(({ urn }) => urn);
}

export function sent({ arrivals }: PostServices) {
  return arrivals.filter(({ kind }) => kind === 'post');
}

export function states(services: PostServices): PostEntry['state'][] {
  return services.entries().map(({ state }) => state);
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
