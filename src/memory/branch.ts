// The memory as a file on a branch of the repository, replaced with compare-and-swap. The request that decides is made once,
// and the memory decides about another attempt; all others are repeated. A signal given to a method replaces the run's.

import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { Clock, Env } from '../deps.ts';
import { CallError, statusOf } from '../errors/action-error.ts';
import { blobSha } from '../github/git-blob.ts';
import type { GitHubCall, GitHubClient } from '../github/github-client.ts';
import type { Shard } from '../media/find/shards.ts';
import {
  deniedError,
  isDenied,
  isRuleViolation,
  notCreatedError,
  replyOf,
  ruleError,
} from './branch-errors.ts';
import { type Content, EMPTY, invalidManifest } from './content.ts';
import { formatContent, MAX_CONTENT_BYTES, parseContent } from './content-json.ts';
import type { Place, Sharing, Stored } from './place.ts';
import { WorkspaceFile } from './workspace-file.ts';

/** Where the manifest is: its branch, its path there, and the same path in the workspace. */
export interface BranchSettings {
  readonly branch: string;
  readonly path: string;
  readonly workspacePath: string;
}

interface BranchOptions extends Pick<BranchSettings, 'branch' | 'path'> {
  readonly github: GitHubClient;
  /** The manifest in the workspace, from which a missing branch starts. */
  readonly readSeed: () => Promise<Content>;
  /** How many jobs share the branch: the n of `shard`. */
  readonly jobs: number;
  readonly job: string;
  readonly commitMessage: string;
}

type GitObject = { readonly data: { readonly sha: string } };

/** Another run created the branch, even if a read does not show it yet. */
const ALREADY_EXISTS = /reference already exists/i;

export class Branch implements Place, Sharing {
  readonly name: string;
  readonly sharing = this;
  readonly job: string;
  readonly jobs: number;
  readonly #options: BranchOptions;
  #isMissing = false;

  constructor(options: BranchOptions) {
    this.#options = options;
    this.name = `${options.path} on branch ${options.branch}`;
    this.job = options.job;
    this.jobs = options.jobs;
  }

  epochMs(): number {
    return this.#options.github.serverNow();
  }

  async read(signal?: AbortSignal): Promise<Stored> {
    const { branch, readSeed } = this.#options;
    let file = await this.#readContents(`refs/heads/${branch}`, signal);
    this.#isMissing = false;
    if (file === null) {
      // Another run may have created the branch after this read, so the file is read again from the branch's commit.
      const head = await this.#readHead(signal);
      this.#isMissing = head === null;
      if (head === null) return { content: await readSeed(), version: null };
      file = await this.#readContents(head, signal);
    }
    if (file === null) return { content: EMPTY, version: null };
    const { sha, type, size } = file;
    if (type !== 'file') throw invalidManifest(this.name, 'it is not a file');
    if (size > MAX_CONTENT_BYTES) throw invalidManifest(this.name, 'it is larger than 64 MiB');
    const bytes = await this.#readBlob(sha, signal);
    if (!isUtf8(bytes)) throw invalidManifest(this.name, 'it is not UTF-8 text');
    const content = parseContent(bytes.toString(), this.name);
    const { revision, uploads, posts, calls, tokens } = content;
    const isUsed = uploads.size + Object.keys({ ...posts, ...calls }).length > 0;
    if (isUsed) return { content, version: sha };
    // `mode: check` has created the branch for the day of a token, probably in a job without a workspace.
    return { content: { ...(await readSeed()), revision, tokens }, version: sha };
  }

  async write(content: Content, version: string | null, signal: AbortSignal): Promise<string | null> {
    const { github, branch, path, commitMessage: message } = this.#options;
    const text = formatContent(content);
    const isNew = version === null && this.#isMissing;
    const file = { path, branch, message, content: Buffer.from(text).toString('base64') };
    const update = { ...github.repository, ...file, ...(version === null ? {} : { sha: version }) };
    try {
      if (isNew) await this.#create(text, signal);
      else
        await github.once(
          ({ rest }, request) => rest.repos.createOrUpdateFileContents({ ...update, request }),
          signal,
        );
      return blobSha(text);
    } catch (error) {
      if (isRuleViolation(error)) throw ruleError(isNew ? 'creating' : 'updating', branch, error);
      if (isDenied(error)) throw deniedError('write', this.name, error);
      const status = statusOf(error) ?? 0;
      if (![404, 409, 422].includes(status)) throw error;
      const isConflict = isNew ? ALREADY_EXISTS.test(replyOf(error)) : status !== 404;
      if (isConflict) return null;
      const isMissing = (await this.#readHead(signal)) === null;
      // GitHub hides what a token may not write. A branch that was deleted meanwhile has the same status.
      if (status === 404 && !isMissing) throw deniedError('write', this.name, error);
      if (isNew && isMissing) throw notCreatedError(branch, error);
      return null;
    }
  }

  /** Stores a blob that no commit uses. */
  async assertWritable(): Promise<void> {
    const { repository } = this.#options.github;
    const content = { content: 'linkedin-media-upload', encoding: 'utf-8' };
    await this.#store(({ rest }, request) => rest.git.createBlob({ ...repository, ...content, request }));
  }

  /** Creates the branch with the file in its only commit, which has no parent. */
  async #create(text: string, signal: AbortSignal): Promise<void> {
    const { github, branch, path, commitMessage: message } = this.#options;
    const { repository } = github;
    const blob = await this.#store(
      ({ rest }, request) =>
        rest.git.createBlob({ ...repository, content: text, encoding: 'utf-8', request }),
      signal,
    );
    const tree = await this.#store(({ rest }, request) => {
      const entry = { path, mode: '100644', type: 'blob', sha: blob } as const;
      return rest.git.createTree({ ...repository, tree: [entry], request });
    }, signal);
    const sha = await this.#store(
      ({ rest }, request) => rest.git.createCommit({ ...repository, message, tree, parents: [], request }),
      signal,
    );
    const created = { ...repository, ref: `refs/heads/${branch}`, sha };
    await github.once(({ rest }, request) => rest.git.createRef({ ...created, request }), signal);
  }

  /** Stores an object of git, with retries, because no reference depends on it. Returns its name. */
  async #store(call: GitHubCall<GitObject>, signal?: AbortSignal): Promise<string> {
    return (await this.#retry('write', call, signal)).data.sha;
  }

  /** GitHub hides with 404 what a token may not write. */
  async #retry<T>(access: 'read' | 'write', call: GitHubCall<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await this.#options.github.retry(call, signal);
    } catch (error) {
      const isHidden = access === 'write' && statusOf(error) === 404;
      throw isHidden || isDenied(error) ? deniedError(access, this.name, error) : error;
    }
  }

  /**
   * Null if there is no such file, branch or repository, or if the token may not see it. `ref`: a commit, or the full name
   * of a branch, because its short name may also be that of a tag.
   */
  async #readContents(ref: string, signal?: AbortSignal) {
    const { path, github } = this.#options;
    // With this type, contents of more than 1 MB are not an error: https://docs.github.com/rest/repos/contents
    const file = { ...github.repository, path, ref, mediaType: { format: 'object' } };
    try {
      const { data } = await this.#retry(
        'read',
        ({ rest }, request) => rest.repos.getContent({ ...file, request }),
        signal,
      );
      if (Array.isArray(data) || 'entries' in data) throw invalidManifest(this.name, 'it is a folder');
      return data;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  /** The commit of the branch; null without it. Lists refs: reading the ref itself returns 404 also for a missing permission. */
  async #readHead(signal?: AbortSignal): Promise<string | null> {
    const { branch, github } = this.#options;
    const ref = `heads/${branch}`;
    const list: GitHubCall<{ data: { ref: string; object: { sha: string } }[] }> = ({ rest }, request) =>
      rest.git.listMatchingRefs({ ...github.repository, ref, request });
    const { data } = await this.#retry('read', list, signal).catch((error) => {
      throw statusOf(error) === 404 ? deniedError('read', this.name, error) : error;
    });
    return data.find((one) => one.ref === `refs/${ref}`)?.object.sha ?? null;
  }

  async #readBlob(sha: string, signal?: AbortSignal): Promise<Buffer> {
    const { github } = this.#options;
    return await this.#retry(
      'read',
      async ({ rest }, { signal }) => {
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
      },
      signal,
    );
  }
}

interface BranchRun {
  readonly github: GitHubClient;
  readonly clock: Clock;
  readonly env: Env;
  readonly shard: Shard | null;
}

/** The branch of a run. */
export function branchOf({ branch, path, workspacePath }: BranchSettings, run: BranchRun): Branch {
  const { env, shard, clock, github } = run;
  // Each process gets a job name of its own, because two steps of a job have the same variables.
  const names = [env.GITHUB_RUN_ID, env.GITHUB_RUN_ATTEMPT, env.GITHUB_JOB, randomUUID().slice(0, 8)];
  const seed = new WorkspaceFile({ path: workspacePath, workspace: null, isReadOnly: true, clock });
  return new Branch({
    ...{ github, branch, path },
    readSeed: async () => (await seed.read()).content,
    jobs: shard?.count ?? 1,
    job: names.filter(Boolean).join('.'),
    commitMessage: formatCommitMessage(path, env, shard && `${shard.index}/${shard.count}`),
  });
}

/** Names workflow, run and job, from the runner's variables. `[skip ci]` keeps the commit from starting workflows. */
export function formatCommitMessage(path: string, env: Env, shard: string | null = null): string {
  const { GITHUB_WORKFLOW = '', GITHUB_RUN_ID = '', GITHUB_RUN_ATTEMPT = '', GITHUB_JOB = '' } = env;
  const run = [GITHUB_RUN_ID, GITHUB_RUN_ATTEMPT].filter((part) => part !== '').join('.');
  const names = { workflow: GITHUB_WORKFLOW, run, job: GITHUB_JOB, shard: shard ?? '' };
  const origin = Object.entries(names)
    .filter(([, value]) => value !== '')
    // A workflow may have any name.
    .map(([name, value]) => `${name} ${value.replaceAll(/\s+/g, ' ').trim().slice(0, 100)}`);
  return `Update ${path} (${origin.join(', ')}) [skip ci]`;
}
