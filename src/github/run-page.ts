// The pages of the repository and of this run on GitHub.

import type { Env } from '../deps.ts';

/** The page of the repository; null outside GitHub. */
export function repositoryUrl({
  GITHUB_SERVER_URL: server = '',
  GITHUB_REPOSITORY: name = '',
}: Env): string | null {
  if (!/^[\w.-]+\/[\w.-]+$/.test(name) || !URL.canParse(server)) return null;
  const { protocol, origin } = new URL(server);
  return protocol === 'https:' || protocol === 'http:' ? `${origin}/${name}` : null;
}

/** The page of this run; null outside GitHub. */
export function runUrl(env: Env): string | null {
  const repository = repositoryUrl(env);
  const { GITHUB_RUN_ID: run = '' } = env;
  return repository === null || !/^\d+$/.test(run) ? null : `${repository}/actions/runs/${run}`;
}
