// Addresses on GitHub of files of the workspace, at a commit that holds each of them with the same bytes.

import { readFileSync } from 'node:fs';
import type { Env } from '../deps.ts';
import type { Runtime } from '../runtime.ts';
import { withGracePeriod } from '../time-limits.ts';
import { possibleBlobs } from './git-blob.ts';
import type { GitHubClient } from './github-client.ts';
import { repositoryUrl } from './run-page.ts';

interface LookupOptions extends Pick<Runtime, 'env' | 'clock' | 'signal'> {
  readonly github: GitHubClient;
  readonly workspace: string;
}

/** Path → page on GitHub, only for files that a commit is known to hold with these bytes: a preview can do without pictures. */
export async function findCommittedFiles(
  paths: readonly string[],
  options: LookupOptions,
): Promise<ReadonlyMap<string, string>> {
  // A cancelled run has no time for it.
  if (options.signal.aborted) return new Map();
  return await withGracePeriod(searchCommits(paths, options), options, () => new Map());
}

async function searchCommits(
  paths: readonly string[],
  { github, workspace, env }: LookupOptions,
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const repository = repositoryUrl(env);
  const inWorkspace = [...new Set(paths)].filter((path) => !path.startsWith('release:'));
  if (repository === null || inWorkspace.length === 0) return found;
  try {
    const blobs = new Map<string, ReadonlySet<string>>();
    for (const path of inWorkspace) blobs.set(path, await possibleBlobs(workspace, path));
    for (const commit of commitsOf(env)) {
      const missing = inWorkspace.filter((path) => !found.has(path));
      if (missing.length === 0) break;
      const tree = await readTree(github, commit);
      for (const path of missing)
        if (blobs.get(path)?.has(tree.get(path) ?? ''))
          found.set(path, `${repository}/blob/${commit}/${encodePath(path)}`);
    }
  } catch {
    // The responses before the error still count.
  }
  return found;
}

/** The files of a commit with their blobs. Empty if GitHub lists only a part of them. */
async function readTree(github: GitHubClient, commit: string): Promise<ReadonlyMap<string, string>> {
  const { data } = await github.once(({ rest }, request) =>
    rest.git.getTree({ ...github.repository, tree_sha: commit, recursive: '1', request }),
  );
  if (data.truncated) return new Map();
  return new Map(data.tree.flatMap(({ type, path, sha }) => (type === 'blob' ? [[path, sha]] : [])));
}

/** The head of a pull request comes first: its merge commit, GITHUB_SHA, lives only as long as the pull request. */
function commitsOf({ GITHUB_EVENT_PATH: event = '', GITHUB_SHA: sha = '' }: Env): string[] {
  const commits = [sha];
  try {
    commits.unshift(String(JSON.parse(readFileSync(event, 'utf8')).pull_request?.head?.sha ?? ''));
  } catch {
    // Without an event, there is no head.
  }
  return [...new Set(commits)].filter((commit) => /^[0-9a-f]{40,64}$/.test(commit));
}

/** Also escapes the characters that `encodeURIComponent` leaves and that Markdown or HTML may interpret. */
function encodePath(path: string): string {
  return encodeURIComponent(path)
    .replaceAll('%2F', '/')
    .replace(/[!'()*~_]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
