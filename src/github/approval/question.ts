// Questions to GitHub's API about the repository, each asked at most once a run. An error says which permission is missing.

import { ActionError, statusOf, toActionError } from '../../errors/action-error.ts';
import type { GitHubCall, GitHubClient } from '../github-client.ts';

/** A line below `permissions:` in a job. Each token of a job may read the metadata. */
type Permission = 'contents: read' | 'pull-requests: read' | 'actions: read' | 'metadata: read';

/** The function that it returns throws POST_UNAPPROVED with the missing permission, or as `GitHubClient.retry` does. */
export function question<K, T>(
  github: GitHubClient,
  permission: Permission,
  ask: (key: K, ...call: Parameters<GitHubCall<T>>) => Promise<T>,
): (key: K) => Promise<T> {
  const answers = new Map<K, Promise<T>>();
  return (key) => {
    const known = answers.get(key);
    if (known !== undefined) return known;
    const answer = github
      .retry((...call) => ask(key, ...call))
      .catch((error) => {
        // The next post asks again.
        answers.delete(key);
        throw withPermission(error, permission);
      });
    answers.set(key, answer);
    return answer;
  };
}

/** For the `catch` of an answer. GitHub does not distinguish a missing object from one that the token may not see. */
export function nullIfMissing(error: Error): null {
  if (statusOf(error.cause) === 404) return null;
  throw error;
}

/** GitHub hides what a token may not see. */
function withPermission(error: unknown, permission: Permission): unknown {
  const { code, message } = toActionError(error);
  if (statusOf(error) !== 404 && code !== 'GITHUB_DENIED') return error;
  const advice =
    permission === 'metadata: read'
      ? 'the token may not read who has write access, which the token of each job may: leave `github-token` at its default'
      : `the job needs \`permissions: ${permission}\`, or \`github-token\` must be a token that may read this`;
  return new ActionError('POST_UNAPPROVED', `${advice} (${message})`, { cause: error });
}
