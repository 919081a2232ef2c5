// The connection of a run to GitHub: one serves the release, the memory and the approval.

import type { Deps } from '../deps.ts';
import type { Runtime } from '../runtime.ts';
import { type GitHubAccess, GitHubClient } from './github-client.ts';

export interface GitHubConnection {
  /** Null without access to GitHub. */
  readonly github: GitHubClient | null;
  readonly dispatcher: Deps['dispatcher'] | null;
  readonly disconnect: () => Promise<void>;
}

/** `access`: null if the inputs or the job give none. */
export function openGitHub(access: GitHubAccess | null, runtime: Runtime): GitHubConnection {
  if (access === null) return { github: null, dispatcher: null, disconnect: async () => {} };
  const dispatcher = runtime.openDispatcher(access.proxy);
  const github = new GitHubClient({ ...runtime, ...access, dispatcher });
  return { github, dispatcher, disconnect: () => dispatcher.destroy() };
}
