// Reads facts of the repository from GitHub's API, each at most once a run. An error says which permission is missing.

import { ActionError, GitHubError, NetworkError } from '../../../errors.ts';
import type * as z from '../../../schema.ts';
import type { GitHubAccess, GitHubClient } from '../github-client.ts';
import { parseResponse, repositoryPath } from '../repository.ts';

/** What a job writes below `permissions:`. Each token of a job may read the metadata. */
type Permission = 'contents: read' | 'pull-requests: read' | 'actions: read' | 'metadata: read';

interface Fact<T> {
  /** Below the repository, such as `/commits`. */
  readonly path: string;
  readonly schema: z.ZodType<T>;
  /** Without it, GitHub rejects the request. */
  readonly permission: Permission;
}

const PAGE_SIZE = 100;
/** 1,000 reviews of one pull request. */
const MAX_PAGES = 10;

export class RepositoryReader {
  /** As `owner/name`. */
  readonly fullName: string;
  readonly #github: GitHubClient;
  readonly #root: string;
  readonly #responses = new Map<string, Promise<unknown>>();

  constructor(github: GitHubClient, repository: GitHubAccess['repository']) {
    this.#github = github;
    this.fullName = `${repository.owner}/${repository.repo}`;
    this.#root = repositoryPath(repository);
  }

  /** @throws ActionError POST_UNAPPROVED with the missing permission, or why GitHub cannot be read; RunError */
  async read<T>(fact: Fact<T>): Promise<T> {
    const found = await this.find(fact);
    if (found !== null) return found.value;
    throw unreadable(fact.permission, `GET ${this.fullName}${pathOf(fact)} failed with status 404`);
  }

  /** As `read`, but null if GitHub does not find it: what is missing and what the token may not see look alike. */
  async find<T>({ path, schema, permission }: Fact<T>): Promise<{ readonly value: T } | null> {
    try {
      return { value: parseResponse(schema, await this.#json(path), `to GET ${pathOf({ path })}`) };
    } catch (error) {
      if (error instanceof NetworkError) throw unknown(error.message);
      if (!(error instanceof GitHubError)) throw error;
      if (error.status === 404) return null;
      throw error.code === 'GITHUB_DENIED' ? unreadable(permission, error.message) : unknown(error.message);
    }
  }

  /** All pages of a list. @throws as `read` */
  async list<T>({ path, schema, permission }: Fact<readonly T[]>): Promise<T[]> {
    const all: T[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const fact = { path: `${path}?per_page=${PAGE_SIZE}&page=${page}`, schema, permission };
      const entries = await this.read(fact);
      all.push(...entries);
      if (entries.length < PAGE_SIZE) return all;
    }
    throw unknown(`GET ${path} lists more than ${MAX_PAGES * PAGE_SIZE} entries`);
  }

  #json(path: string): Promise<unknown> {
    const earlier = this.#responses.get(path);
    if (earlier !== undefined) return earlier;
    const response = this.#github.getJson(this.#root + path);
    this.#responses.set(path, response);
    // Failed reads are not kept, so the next post retries them.
    response.catch(() => this.#responses.delete(path));
    return response;
  }
}

function pathOf({ path }: { readonly path: string }): string {
  return path.split('?', 1)[0] ?? '';
}

function unreadable(permission: Permission, cause: string): ActionError {
  const advice =
    permission === 'metadata: read'
      ? 'the token may not read who has write access, which the token of each job may: leave `github-token` at its default'
      : `the job needs \`permissions: ${permission}\`, or \`github-token\` must be a token that may read this`;
  return unknown(`${advice} (${cause})`);
}

function unknown(message: string): ActionError {
  return new ActionError('POST_UNAPPROVED', message);
}
