// Requests to the repository of a manifest on a branch. Repeats those that do not decide, and names the permission or the
// rule that is missing.

import {
  type ActionError,
  CallError,
  InputError,
  messageOf,
  statusOf,
  toActionError,
} from '../../errors/action-error.ts';
import { ERROR_CODES } from '../../errors/error-codes.ts';
import { blobSha } from '../git-blob.ts';
import type { GitHubCall, GitHubClient } from '../github-client.ts';

export interface BranchRequestsOptions {
  readonly github: GitHubClient;
  readonly branch: string;
  /** Relative, with `/`. */
  readonly path: string;
}

type GitObject = { readonly data: { readonly sha: string } };

export class BranchRequests {
  /** The name of the file for users. */
  readonly name: string;
  readonly #options: BranchRequestsOptions;

  constructor(options: BranchRequestsOptions) {
    this.#options = options;
    this.name = `${options.path} on branch ${options.branch}`;
  }

  /** Reads, with retries. @throws CallError; InputError */
  async read<T>(call: GitHubCall<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#options.github.retry(call, signal);
    } catch (error) {
      throw isDenied(error) ? this.denied(error, 'read') : error;
    }
  }

  /** Stores an object of git, with retries, because no reference depends on it. Returns its name. Throws like `read`. */
  async store(call: GitHubCall<GitObject>, signal?: AbortSignal): Promise<string> {
    try {
      return (await this.#options.github.retry(call, signal)).data.sha;
    } catch (error) {
      throw isDenied(error) || statusOf(error) === 404 ? this.denied(error) : error;
    }
  }

  /** Changes the branch, in one attempt: the caller must know what others wrote before another one. Throws like `read`. */
  async change<T>(what: 'creating' | 'updating', call: GitHubCall<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#options.github.once(call, signal);
    } catch (error) {
      if (RULE_VIOLATION_MESSAGE.test(replyOf(error))) throw this.forbidden(what, error);
      throw isDenied(error) ? this.denied(error) : error;
    }
  }

  /** The commit of the branch; null without it. Lists refs: reading the ref itself returns 404 also for a missing permission. */
  async head(signal?: AbortSignal): Promise<string | null> {
    const { branch, github } = this.#options;
    const ref = `heads/${branch}`;
    const list: GitHubCall<{ data: { ref: string; object: { sha: string } }[] }> = ({ rest }, request) =>
      rest.git.listMatchingRefs({ ...github.repository, ref, request });
    const { data } = await this.read(list, signal).catch((error) => {
      throw statusOf(error) === 404 ? this.denied(error, 'read') : error;
    });
    return data.find((one) => one.ref === `refs/${ref}`)?.object.sha ?? null;
  }

  async readBlob(sha: string, signal?: AbortSignal): Promise<Buffer> {
    const { github } = this.#options;
    return await this.read(async ({ rest }, { signal }) => {
      const { url } = rest.git.getBlob.endpoint({ ...github.repository, file_sha: sha });
      let bytes = Buffer.alloc(0);
      const receive = async (chunks: AsyncIterable<Uint8Array>) => {
        bytes = Buffer.concat(await Array.fromAsync(chunks));
      };
      const accept = 'application/vnd.github.raw+json';
      await github.download({ url: new URL(url), accept, bearer: true, receive, signal });
      if (blobSha(bytes) === sha) return bytes;
      const message = `${this.name} was not received completely`;
      const call = { phase: 'github', idempotency: 'idempotent', sent: 'all' } as const;
      throw new CallError('GITHUB_FAILED', message, { call, status: 200 });
    }, signal);
  }

  /** A missing permission, or a token that GitHub does not accept. */
  denied(cause: unknown, access: 'read' | 'write' = 'write'): ActionError {
    const text = `cannot be used: the token may not ${access} ${this.name} (${messageOf(cause)})`;
    const plan = '`contents: read` is enough for `mode: plan`';
    const advice = `Give the job \`permissions: contents: write\` (${plan}), or set \`github-token\` to a token that has it.`;
    const hint = statusOf(cause) === 401 ? toActionError(cause).hint : advice;
    return new InputError('GITHUB_DENIED', 'manifest-branch', text, { hint });
  }

  forbidden(what: 'creating' | 'updating', cause: unknown): ActionError {
    const text = `cannot be used: the rules of the repository forbid ${what} branch ${this.#options.branch}`;
    return new InputError('BRANCH_PROTECTED', 'manifest-branch', `${text} (${messageOf(cause)})`);
  }

  /** GitHub names no reason: a rule, or a branch that git cannot have beside this one. */
  notCreated(cause: unknown): ActionError {
    const { branch } = this.#options;
    const text = `cannot be used: GitHub refuses to create branch ${branch} (${messageOf(cause)})`;
    const hint = `${ERROR_CODES.BRANCH_PROTECTED.hint} If the repository has a branch whose name begins with \`${branch}/\`, set another \`manifest-branch\` instead.`;
    return new InputError('BRANCH_PROTECTED', 'manifest-branch', text, { hint });
  }
}

// Matches what rulesets and branch protection say. A 409 of the latter names what it requires: "Could not update file: Changes must be made
// through a pull request." A conflict reads "linkedin.json does not match …" or "is at … but expected …".
const RULE_VIOLATION_MESSAGE =
  /rule violation|protected (branch|ref)|\bGH0\d\d\b|could not (create|update) file:/i;

function isDenied(error: unknown): boolean {
  return toActionError(error).code === 'GITHUB_DENIED';
}

/** Whether another writer was first, or removed the branch. */
export function isConflict(error: unknown): boolean {
  return [404, 409, 422].includes(statusOf(error) ?? 0);
}

/** GitHub's own message; empty without one. */
export function replyOf(error: unknown): string {
  return (error instanceof CallError && error.serviceMessage) || '';
}
