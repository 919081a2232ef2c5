// Reads facts of the repository from GitHub's API, each at most once a run. An error says which permission is missing.

import { ActionError, GitHubError, NetworkError } from '../../errors/action-error.ts';
import type { GitHubAccess, GitHubCall, GitHubClient } from '../github-client.ts';

/** A line below `permissions:` in a job. Each token of a job may read the metadata. */
type Permission = 'contents: read' | 'pull-requests: read' | 'actions: read' | 'metadata: read';

interface Fact<T> {
  /** Names the fact among all facts of a run, such as `reviews of #1`. */
  readonly name: string;
  readonly call: GitHubCall<T>;
  readonly permission: Permission;
}

export class RepositoryReader {
  readonly repository: GitHubAccess['repository'];
  readonly #client: GitHubClient;
  readonly #facts = new Map<string, Promise<unknown>>();

  constructor(client: GitHubClient) {
    this.#client = client;
    this.repository = client.repository;
  }

  /** @throws ActionError POST_UNAPPROVED with the missing permission, or why GitHub cannot be read; RunError */
  async read<T>({ name, call, permission }: Fact<T>): Promise<T> {
    try {
      return await this.#once(name, call);
    } catch (error) {
      if (error instanceof NetworkError) throw unknown(error.message);
      if (!(error instanceof GitHubError)) throw error;
      // GitHub hides what a token may not see.
      const isHidden = error.status === 404 || error.code === 'GITHUB_DENIED';
      throw isHidden ? unreadable(permission, error) : unknown(error.message);
    }
  }

  /** As `read`, but null for a 404. GitHub does not distinguish a missing object from one that the token may not see. */
  async find<T>(fact: Fact<T>): Promise<T | null> {
    return await this.read(fact).catch((error) => {
      if (error instanceof ActionError && (error.cause as GitHubError | undefined)?.status === 404)
        return null;
      throw error;
    });
  }

  #once<T>(name: string, call: GitHubCall<T>): Promise<T> {
    const earlier = this.#facts.get(name) as Promise<T> | undefined;
    if (earlier !== undefined) return earlier;
    const fact = this.#client.retry(call);
    this.#facts.set(name, fact);
    // Failed reads are not kept, so the next post retries them.
    fact.catch(() => this.#facts.delete(name));
    return fact;
  }
}

function unreadable(permission: Permission, cause: GitHubError): ActionError {
  const advice =
    permission === 'metadata: read'
      ? 'the token may not read who has write access, which the token of each job may: leave `github-token` at its default'
      : `the job needs \`permissions: ${permission}\`, or \`github-token\` must be a token that may read this`;
  return new ActionError('POST_UNAPPROVED', `${advice} (${cause.message})`, { cause });
}

function unknown(message: string): ActionError {
  return new ActionError('POST_UNAPPROVED', message);
}
