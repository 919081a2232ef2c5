// Opens the manifest on a branch with the settings of a run.

import type { Deps, Env } from '../../../deps.ts';
import type { Shard } from '../../../media/find/shards.ts';
import { FileStore } from '../../../memory/file-store.ts';
import { MANIFEST_BYTES_MAX } from '../../../memory/manifest.ts';
import { type GitHubAccess, GitHubClient } from '../github-client.ts';
import { BranchFile } from './branch-file.ts';
import { BranchStore } from './branch-store.ts';
import { formatCommitMessage } from './commit-message.ts';

/** Where the manifest is: its branch, its path there, and the same path in the workspace. */
export interface BranchSettings extends GitHubAccess {
  readonly branch: string;
  readonly path: string;
  readonly workspacePath: string;
}

interface BranchRun extends Deps {
  readonly env: Env;
  readonly shard: Shard | null;
  /** `plan` only reads. */
  readonly isReadOnly: boolean;
}

export function openBranchStore(settings: BranchSettings, run: BranchRun): BranchStore {
  const { path, workspacePath } = settings;
  const { env, shard, clock } = run;
  const github = new GitHubClient({ ...run, ...settings });
  const seed = new FileStore({ path: workspacePath, workspace: null, isReadOnly: true, clock });
  return new BranchStore({
    ...run,
    github,
    file: new BranchFile({ ...settings, github, maxBytes: MANIFEST_BYTES_MAX }),
    readSeed: () => seed.read(),
    shards: shard?.count ?? 1,
    commitMessage: formatCommitMessage(path, env, shard && `${shard.index}/${shard.count}`),
  });
}
