// Opens the manifest on a branch with the settings of a run.

import { randomUUID } from 'node:crypto';
import type { Clock, Env } from '../../deps.ts';
import type { Shard } from '../../media/find/shards.ts';
import { MANIFEST_BYTES_MAX } from '../../memory/manifest-text.ts';
import { WorkspaceStore } from '../../memory/workspace-store.ts';
import type { GitHubClient } from '../github-client.ts';
import { BranchFile } from './branch-file.ts';
import { BranchStore } from './branch-store.ts';

/** Where the manifest is: its branch, its path there, and the same path in the workspace. */
export interface BranchSettings {
  readonly branch: string;
  readonly path: string;
  readonly workspacePath: string;
}

interface BranchRun {
  readonly github: GitHubClient;
  readonly clock: Clock;
  readonly env: Env;
  readonly shard: Shard | null;
}

export function openBranchStore(settings: BranchSettings, run: BranchRun): BranchStore {
  const { path, workspacePath } = settings;
  const { env, shard, clock, github } = run;
  const seed = new WorkspaceStore({ path: workspacePath, workspace: null, isReadOnly: true, clock });
  return new BranchStore({
    github,
    file: new BranchFile({ ...settings, github, maxBytes: MANIFEST_BYTES_MAX }),
    readSeed: async () => (await seed.read()).content,
    shards: shard?.count ?? 1,
    job: jobName(env),
    commitMessage: formatCommitMessage(path, env, shard && `${shard.index}/${shard.count}`),
  });
}

/** Another one for each process: two steps of a job have the same variables. */
function jobName({ GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB }: Env): string {
  const parts = [GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB, randomUUID().slice(0, 8)];
  return parts.filter(Boolean).join('.');
}

/**
 * The message of a commit. It names workflow, run and job, from the runner's variables. `[skip ci]` keeps the commit from
 * starting workflows.
 */
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
