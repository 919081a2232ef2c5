// Where a run comes from: the pages of its repository, its commit and itself on GitHub, and the addresses of its files.

import { readFileSync } from 'node:fs';
import { formatNumber } from '../format.ts';

/** The page of the repository; null outside GitHub. */
function repositoryUrl({
  GITHUB_SERVER_URL: server = '',
  GITHUB_REPOSITORY: name = '',
}: NodeJS.ProcessEnv): string | null {
  if (!/^[\w.-]+\/[\w.-]+$/.test(name) || !URL.canParse(server)) return null;
  const { protocol, origin } = new URL(server);
  return protocol === 'https:' || protocol === 'http:' ? `${origin}/${name}` : null;
}

/** The page of this run; null outside GitHub. */
export function runUrl(env: NodeJS.ProcessEnv): string | null {
  const repository = repositoryUrl(env);
  const { GITHUB_RUN_ID: run = '' } = env;
  return repository === null || !/^\d+$/.test(run) ? null : `${repository}/actions/runs/${run}`;
}

/**
 * The commit that the run shows; null outside GitHub. In a run for a pull request, it is the head: the merge commit in
 * GITHUB_SHA lives only as long as the pull request.
 */
function shownCommit({
  GITHUB_EVENT_PATH: event = '',
  GITHUB_SHA: sha = '',
}: NodeJS.ProcessEnv): string | null {
  let head: unknown;
  try {
    head = JSON.parse(readFileSync(event, 'utf8')).pull_request?.head?.sha;
  } catch {
    // Without an event, there is no head.
  }
  return [String(head), sha].find((commit) => /^[0-9a-f]{40,64}$/.test(commit)) ?? null;
}

/** A text and the page that it leads to, if there is one. */
export interface Link {
  readonly text: string;
  readonly url: string | null;
}

/** The repository, branch, commit and run, as far as they are known. */
export function originOf(env: NodeJS.ProcessEnv): Link[] {
  const { GITHUB_REPOSITORY: name = '', GITHUB_RUN_NUMBER: number = '' } = env;
  const [repository, commit, run] = [repositoryUrl(env), shownCommit(env), runUrl(env)];
  const links = [
    { text: name, url: repository },
    { text: env.GITHUB_HEAD_REF || env.GITHUB_REF_NAME || '', url: null },
    {
      text: commit?.slice(0, 7) ?? '',
      url: repository && commit && `${repository}/commit/${commit}`,
    },
    { text: run === null ? '' : `run ${formatNumber(Number(number))}`, url: run },
  ];
  return links.filter(({ text }) => text !== '');
}

/** The address on GitHub of a file of the workspace; null for a file that has none. */
export type AddressOf = (path: string) => string | null;

/** Addresses at the commit that the run shows. They do not say whether the commit has the file. */
export function addressesAt(env: NodeJS.ProcessEnv): AddressOf {
  const [repository, commit] = [repositoryUrl(env), shownCommit(env)];
  if (repository === null || commit === null) return () => null;
  return (path) =>
    path.startsWith('release:') ? null : `${repository}/blob/${commit}/${encodePath(path)}`;
}

/** Also escapes the characters that `encodeURIComponent` leaves and that Markdown or HTML may interpret. */
function encodePath(path: string): string {
  return encodeURIComponent(path)
    .replaceAll('%2F', '/')
    .replace(/[!'()*~_]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
