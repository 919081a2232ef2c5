// The memory as a file on a branch of the repository, replaced with compare-and-swap. The request that decides is made once,
// and the memory decides about another attempt; all others are repeated. A signal given to a method replaces the run's.

import { randomUUID } from 'node:crypto';
import {
  CallError,
  InputError,
  messageOf,
  statusOf,
  toActionError,
} from '../errors/action-error.ts';
import { blobSha } from '../github/git-blob.ts';
import type { GitHubCall, GitHubClient } from '../github/github-client.ts';
import type { Run } from '../run.ts';
import { type Content, EMPTY, formatContent, parseContent } from './content.ts';
import type { Place, Stored } from './memory.ts';
import { WorkspaceFile } from './workspace-file.ts';

/** Where the manifest is: its branch, its path there, and the same path in the workspace. */
export interface BranchSettings {
  readonly branch: string;
  readonly path: string;
  readonly workspacePath: string;
}

/**
 * What rulesets and branch protection say. A 409 of the latter names what it requires: "Could not update file: Changes must be made
 * through a pull request." A conflict reads "linkedin.json does not match …", "is at … but expected …" or "Reference already exists".
 */
const RULE_VIOLATION =
  /rule violation|protected (branch|ref)|\bGH0\d\d\b|could not (create|update) file:|reference update failed/i;

export class Branch implements Place {
  readonly name: string;
  readonly job: string;
  readonly jobs: number;
  readonly #settings: BranchSettings;
  readonly #github: GitHubClient;
  readonly #commitMessage: string;
  /** The manifest in the workspace, whose uploads a new branch starts with. */
  readonly #seed: Pick<Place, 'read'>;

  /** `jobs`: how many share the branch. */
  constructor(
    settings: BranchSettings & { readonly jobs: number },
    github: GitHubClient,
    run: Run,
  ) {
    const { branch, path, workspacePath, jobs } = settings;
    const { GITHUB_WORKFLOW, GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT, GITHUB_JOB } = run.env;
    const id = `${GITHUB_RUN_ID}.${GITHUB_RUN_ATTEMPT}`;
    this.name = `${path} on branch ${branch}`;
    // Each process gets a job name of its own, because two steps of a job have the same variables.
    this.job = `${id}.${GITHUB_JOB}.${randomUUID().slice(0, 8)}`;
    this.jobs = jobs;
    this.#settings = settings;
    this.#github = github;
    const message = `Update ${path} (workflow ${GITHUB_WORKFLOW}, run ${id}, job ${GITHUB_JOB}) [skip ci]`;
    // A workflow may have any name. `[skip ci]` keeps the commit from starting workflows.
    this.#commitMessage = message.replaceAll(/\s+/g, ' ');
    this.#seed = new WorkspaceFile({ path: workspacePath, workspace: null }, run);
  }

  epochMs(): number {
    return this.#github.serverNow();
  }

  async read(signal?: AbortSignal): Promise<Stored> {
    const bytes = await this.#readFile(signal);
    if (bytes !== null) return { content: parseContent(bytes, this.name), version: blobSha(bytes) };
    // Posts of an old file would make those of the last days look new, and hide from `max-posts` that the branch is new.
    const { uploads } = (await this.#seed.read()).content;
    return { content: { ...EMPTY, uploads }, version: null };
  }

  async write(
    content: Content,
    version: string | null,
    signal: AbortSignal,
  ): Promise<string | null> {
    const { branch, path } = this.#settings;
    const text = formatContent(content);
    const file = {
      ...{ path, branch, message: this.#commitMessage },
      content: Buffer.from(text).toString('base64'),
      ...(version !== null && { sha: version }),
    };
    try {
      await this.#github.once(
        ({ rest }, target) => rest.repos.createOrUpdateFileContents({ ...target, ...file }),
        signal,
      );
      return blobSha(text);
    } catch (error) {
      const isBranchMissing = version === null && statusOf(error) === 404;
      return isBranchMissing ? await this.#createBranch(text, signal) : this.#conflict(error);
    }
  }

  /** Stores a blob that no commit uses. */
  async assertWritable(): Promise<void> {
    const blob = { content: 'linkedin-media-upload', encoding: 'utf-8' };
    await this.#retry(({ rest }, target) => rest.git.createBlob({ ...target, ...blob }));
  }

  /** Null if there is no such file or branch. */
  async #readFile(signal?: AbortSignal): Promise<Buffer | null> {
    const { branch, path } = this.#settings;
    const read: GitHubCall<Buffer | null> = async ({ rest }, target) => {
      // The full name of the branch, because its short name may also be that of a tag.
      const { url } = rest.repos.getContent.endpoint({
        ...target,
        path,
        ref: `refs/heads/${branch}`,
      });
      let bytes = Buffer.alloc(0);
      const receive = async (chunks: AsyncIterable<Uint8Array>) => {
        bytes = Buffer.concat(await Array.fromAsync(chunks));
      };
      try {
        // This media type has all bytes of a file up to 100 MB: https://docs.github.com/rest/repos/contents
        const headers = { accept: 'application/vnd.github.raw+json' };
        const download = { url: new URL(url), headers, bearer: true, receive };
        await this.#github.download({ ...download, ...target.request });
        return bytes;
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        // GitHub also responds with 404 if the token may not see the repository. A list of branches tells the two apart.
        await rest.git.listMatchingRefs({ ...target, ref: `heads/${branch}` });
        return null;
      }
    };
    return await this.#retry(read, signal);
  }

  /** Creates the branch with the file in its only commit, which has no parent. Null: another job was first. */
  async #createBranch(text: string, signal: AbortSignal): Promise<string | null> {
    const { branch, path } = this.#settings;
    const file = { path, mode: '100644', type: 'blob', content: text } as const;
    const tree = await this.#retry(
      ({ rest }, target) => rest.git.createTree({ ...target, tree: [file] }),
      signal,
    );
    const commit = { message: this.#commitMessage, tree: tree.data.sha, parents: [] };
    const { data } = await this.#retry(
      ({ rest }, target) => rest.git.createCommit({ ...target, ...commit }),
      signal,
    );
    const ref = { ref: `refs/heads/${branch}`, sha: data.sha };
    try {
      await this.#github.once(
        ({ rest }, target) => rest.git.createRef({ ...target, ...ref }),
        signal,
      );
      return blobSha(text);
    } catch (error) {
      return this.#conflict(error);
    }
  }

  /** Repeats what changes no branch. GitHub hides with 404 what a token may not do. */
  async #retry<T>(call: GitHubCall<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#github.retry(call, signal);
    } catch (error) {
      throw isDenied(error) || statusOf(error) === 404 ? this.#deniedError(error) : error;
    }
  }

  /** Null if `error` says that another job was first. @throws InputError BRANCH_PROTECTED, GITHUB_DENIED; other errors */
  #conflict(error: unknown): null {
    if (error instanceof CallError && RULE_VIOLATION.test(error.serviceMessage ?? '')) {
      const text = `cannot be used: the rules of the repository forbid a write to branch ${this.#settings.branch} (${error.message})`;
      throw new InputError('BRANCH_PROTECTED', 'manifest-branch', text);
    }
    if (isDenied(error)) throw this.#deniedError(error);
    if (![404, 409, 422].includes(statusOf(error) ?? 0)) throw error;
    return null;
  }

  /** A missing permission, or a token that GitHub does not accept. */
  #deniedError(cause: unknown): InputError {
    const text = `cannot be used: the token may not use ${this.name} (${messageOf(cause)})`;
    const advice =
      'Give the job `permissions: contents: write` (`contents: read` is enough for `mode: plan`), or set `github-token` to a token that has it.';
    const hint = statusOf(cause) === 401 ? toActionError(cause).hint : advice;
    return new InputError('GITHUB_DENIED', 'manifest-branch', text, { hint });
  }
}

function isDenied(error: unknown): boolean {
  return toActionError(error).code === 'GITHUB_DENIED';
}
