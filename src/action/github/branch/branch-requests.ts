// Requests to the repository of a manifest on a branch, without retries. Names the permission or the rule that is missing,
// and checks the form of each response.

import { type ActionError, GitHubError, InputError, messageOf } from '../../../errors.ts';
import * as z from '../../../schema.ts';
import { blobSha } from '../git-blob.ts';
import type { GitHubCall, GitHubClient } from '../github-client.ts';
import { parseResponse, repositoryPath } from '../repository.ts';

export interface BranchRequestsOptions {
  readonly github: GitHubClient;
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly branch: string;
  /** Relative, with `/`. */
  readonly path: string;
}

export const SHA = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) });
const REFS = z.array(z.object({ ref: z.string(), object: SHA }));

const RAW = 'application/vnd.github.raw+json';

export class BranchRequests {
  /** The name of the file for users. */
  readonly name: string;
  readonly #options: BranchRequestsOptions;
  readonly #repository: string;

  constructor(options: BranchRequestsOptions) {
    this.#options = options;
    this.#repository = repositoryPath(options.repository);
    this.name = `${options.path} on branch ${options.branch}`;
  }

  /** `path`: below that of the repository, without a leading slash. @throws GitHubError; InputError */
  async send<T>(schema: z.ZodType<T>, { path, ...call }: GitHubCall): Promise<T> {
    const { github } = this.#options;
    const json = await github.send({ ...call, path: `${this.#repository}/${path}` }).catch((error) => {
      if (!(error instanceof GitHubError)) throw error;
      if (RULE_VIOLATION_MESSAGE.test(error.message))
        throw this.forbidden(path === 'git/refs' ? 'creating' : 'updating', error);
      throw error.code === 'GITHUB_DENIED'
        ? this.denied(error, call.method === 'GET' ? 'read' : 'write')
        : error;
    });
    return parseResponse(schema, json);
  }

  /** Creates an object of git, and returns its name. */
  async create(what: 'blobs' | 'trees' | 'commits', body: object, signal?: AbortSignal): Promise<string> {
    const call = { method: 'POST', path: `git/${what}`, body, signal } as const;
    const { sha } = await this.send(SHA, call).catch((error) => {
      throw statusOf(error) === 404 ? this.denied(error) : error;
    });
    return sha;
  }

  /**
   * The commit of the branch; null if the repository has no such branch. Lists matching refs: reading the ref itself
   * returns 404 for a missing branch and for a missing permission alike.
   */
  async head(signal?: AbortSignal): Promise<string | null> {
    const { branch } = this.#options;
    const path = `git/matching-refs/heads/${encodePath(branch)}`;
    const refs = await this.send(REFS, { method: 'GET', path, signal }).catch((error) => {
      throw statusOf(error) === 404 ? this.denied(error, 'read') : error;
    });
    return refs.find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha ?? null;
  }

  async readBlob(sha: string, signal?: AbortSignal): Promise<Buffer> {
    const url = this.#options.github.urlOf(`${this.#repository}/git/blobs/${sha}`);
    const chunks: Uint8Array[] = [];
    await this.#options.github.request({ url, accept: RAW, withToken: true, signal }, async (response) => {
      for await (const chunk of response.chunks) chunks.push(chunk);
    });
    const bytes = Buffer.concat(chunks);
    if (blobSha(bytes) !== sha) {
      const message = `${this.name} was not received completely`;
      throw new GitHubError('GITHUB_FAILED', message, { status: 200, retryAfterMs: 0 });
    }
    return bytes;
  }

  denied(cause: unknown, access: 'read' | 'write' = 'write'): ActionError {
    const advice = `give the job \`permissions: contents: ${access}\`, or set \`github-token\` to a token that has it`;
    return new InputError(
      'GITHUB_DENIED',
      'manifest-branch',
      `the token may not ${access} ${this.name}: ${advice} (${messageOf(cause)})`,
    );
  }

  forbidden(what: 'creating' | 'updating', cause: unknown): ActionError {
    const text = `the rules of the repository forbid ${what} branch ${this.#options.branch}`;
    return new InputError('BRANCH_PROTECTED', 'manifest-branch', `${text} (${messageOf(cause)})`);
  }
}

// Of rulesets and of branch protection, whose 409 names what it requires: "Could not update file: Changes must be made
// through a pull request." A conflict reads "linkedin.json does not match …" or "is at … but expected …".
const RULE_VIOLATION_MESSAGE =
  /rule violation|protected (branch|ref)|\bGH0\d\d\b|could not (create|update) file:/i;

/** Whether another writer was first, or removed the branch: read again, merge, and write again. */
export function isConflict(error: unknown): error is GitHubError {
  return error instanceof GitHubError && [404, 409, 422].includes(error.status);
}

/** Whether GitHub has rejected a request. After all other errors it may have done what was asked. */
export function isRejection(error: unknown): boolean {
  const status = statusOf(error) ?? 0;
  return status >= 400 && status < 500;
}

export function statusOf(error: unknown): number | null {
  return error instanceof GitHubError ? error.status : null;
}

/** Keeps the slashes. */
export function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
