// The message of the commits that the action makes on the branch of the manifest.

import type { Env } from '../../deps.ts';

/** Names workflow, run and job, from the runner's variables. `[skip ci]` keeps the commit from starting workflows. */
export function formatCommitMessage(path: string, env: Env, shard: string | null = null): string {
  const { GITHUB_WORKFLOW = '', GITHUB_RUN_ID = '', GITHUB_RUN_ATTEMPT = '', GITHUB_JOB = '' } = env;
  const run = [GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT].filter((part) => part !== '').join('.');
  const names = { workflow: GITHUB_WORKFLOW, run, job: GITHUB_JOB, shard: shard ?? '' };
  const origin = Object.entries(names)
    .filter(([, value]) => value !== '')
    // A workflow may have any name.
    .map(([name, value]) => `${name} ${value.replaceAll(/\s+/g, ' ').trim().slice(0, 100)}`);
  return `Update ${path} (${origin.join(', ')}) [skip ci]`;
}
