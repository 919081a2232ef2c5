// One file on a branch of the repository: reads it, and replaces it with compare-and-swap. Each method makes one attempt;
// branch-store.ts decides about retries. A signal given to a method replaces the run's.

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { type ActionError, GitHubError, InputError, messageOf } from '../../errors.ts';
import * as z from '../../schema.ts';
import type { GitHubClient } from './github-client.ts';

export interface BranchFileOptions {
  readonly github: GitHubClient;
  readonly repository: { readonly owner: string; readonly repo: string };
  readonly branch: string;
  /** Relative, with `/`. */
  readonly path: string;
  readonly maxBytes: number;
}

/** A file as it is stored; `text` is null if it is the known version. Or what is missing. */
export type BranchFileState =
  | { readonly kind: 'found'; readonly sha: string; readonly text: string | null }
  | { readonly kind: 'no file' }
  | { readonly kind: 'no branch' };

const SHA = z.object({ sha: z.string().regex(/^[0-9a-f]{40}$/) });
const REFS = z.array(z.object({ ref: z.string(), object: SHA }));
const CONTENTS = SHA.extend({ type: z.string(), size: z.int().nonnegative() });
const WRITTEN = z.object({ content: SHA });

// With this type, contents of more than 1 MB are not an error: https://docs.github.com/rest/repos/contents
const OBJECT = 'application/vnd.github.object+json';
const RAW = 'application/vnd.github.raw+json';

export class BranchFile {
  /** Its name for users. */
  readonly name: string;
  readonly #options: BranchFileOptions;
  readonly #repository: string;

  constructor(options: BranchFileOptions) {
    const { owner, repo } = options.repository;
    this.#options = options;
    this.#repository = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(repo)}`;
    this.name = `${options.path} on branch ${options.branch}`;
  }

  /**
   * Reads the file, unless its blob is `known`.
   * @throws InputError MANIFEST_INVALID when it is no text file; GitHubError, also when the repository cannot be read
   */
  async read(known: string | null, signal?: AbortSignal): Promise<BranchFileState> {
    const contents =
      (await this.#contents(`refs/heads/${this.#options.branch}`, signal)) ??
      (await this.#confirmMissing(signal));
    if ('kind' in contents) return contents;
    const { sha, type, size } = contents;
    if (type !== 'file') throw this.#invalid('it is not a file');
    if (size > this.#options.maxBytes)
      throw this.#invalid(`it is larger than ${this.#options.maxBytes} bytes`);
    return { kind: 'found', sha, text: sha === known ? null : await this.#readBlob(sha, signal) };
  }

  /**
   * Replaces the blob `sha` by `text`, or creates the file if `sha` is null. Returns the new blob.
   * @throws GitHubError; `isConflict` recognises another writer
   */
  async write(text: string, sha: string | null, message: string, signal?: AbortSignal): Promise<string> {
    const { branch } = this.#options;
    const content = Buffer.from(text).toString('base64');
    const body = { message, content, branch, ...(sha === null ? {} : { sha }) };
    const call = { method: 'PUT', path: this.#contentsPath, body, signal } as const;
    try {
      return parse(WRITTEN, await this.#send(call)).content.sha;
    } catch (error) {
      // GitHub hides what a token may not write. A branch that was deleted meanwhile has the same status.
      const isHidden = statusOf(error) === 404 && (await this.#head(signal)) !== null;
      throw isHidden ? this.#denied(error) : error;
    }
  }

  /**
   * Creates the branch with this file as its only commit, which has no parent. Returns its blob.
   * @throws as `write`
   */
  async createBranch(text: string, message: string, signal?: AbortSignal): Promise<string> {
    const blob = await this.#create('blobs', { content: text, encoding: 'utf-8' }, signal);
    const entry = { path: this.#options.path, mode: '100644', type: 'blob', sha: blob };
    const tree = await this.#create('trees', { tree: [entry] }, signal);
    const commit = await this.#create('commits', { message, tree, parents: [] }, signal);
    const body = { ref: `refs/heads/${this.#options.branch}`, sha: commit };
    try {
      await this.#send({ method: 'POST', path: `${this.#repository}/git/refs`, body, signal });
    } catch (error) {
      // GitHub may refuse a reference without naming the rule. Only a branch that exists now is a conflict.
      const isForbidden = statusOf(error) === 422 && (await this.#head(signal)) === null;
      throw isForbidden ? this.#forbidden('creating', error) : error;
    }
    return blob;
  }

  /** Stores a blob that no commit uses. @throws GitHubError GITHUB_DENIED when the token may not write */
  async probe(signal?: AbortSignal): Promise<void> {
    await this.#create('blobs', { content: 'linkedin-media-upload', encoding: 'utf-8' }, signal);
  }

  get #contentsPath(): string {
    return `${this.#repository}/contents/${encodePath(this.#options.path)}`;
  }

  /**
   * Null if there is no such file, branch or repository, or if the token may not see it. `ref`: a commit, or the full name
   * of a branch, because its short name may also be that of a tag.
   */
  async #contents(ref: string, signal?: AbortSignal): Promise<z.infer<typeof CONTENTS> | null> {
    const path = `${this.#contentsPath}?ref=${encodeURIComponent(ref)}`;
    try {
      const json = await this.#send({ method: 'GET', path, accept: OBJECT, signal });
      const folder = z.object({ type: z.literal('dir') }).safeParse(json);
      if (folder.success) throw this.#invalid('it is a folder');
      return parse(CONTENTS, json);
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  /** Another job may have created the branch after the first read, so the file is read again from the branch's commit. */
  async #confirmMissing(signal?: AbortSignal): Promise<z.infer<typeof CONTENTS> | BranchFileState> {
    const head = await this.#head(signal);
    if (head === null) return { kind: 'no branch' };
    return (await this.#contents(head, signal)) ?? { kind: 'no file' };
  }

  /**
   * The commit of the branch; null if the repository has no such branch. The list of a repository that cannot be read is
   * an error, where the branch itself would only look missing.
   */
  async #head(signal?: AbortSignal): Promise<string | null> {
    const { branch } = this.#options;
    const path = `${this.#repository}/git/matching-refs/heads/${encodePath(branch)}`;
    const json = await this.#send({ method: 'GET', path, signal }).catch((error) => {
      throw statusOf(error) === 404 ? this.#denied(error, 'read') : error;
    });
    return parse(REFS, json).find(({ ref }) => ref === `refs/heads/${branch}`)?.object.sha ?? null;
  }

  async #readBlob(sha: string, signal?: AbortSignal): Promise<string> {
    const url = this.#options.github.urlOf(`${this.#repository}/git/blobs/${sha}`);
    const chunks: Uint8Array[] = [];
    await this.#options.github.get({ url, accept: RAW, withToken: true, signal }, async (response) => {
      for await (const chunk of response.chunks) chunks.push(chunk);
    });
    const bytes = Buffer.concat(chunks);
    if (blobSha(bytes) !== sha) {
      const message = `${this.name} was not received completely`;
      throw new GitHubError('GITHUB_FAILED', message, { status: 200, retryAfterMs: 0 });
    }
    if (!isUtf8(bytes)) throw this.#invalid('it is not UTF-8 text');
    return bytes.toString();
  }

  async #create(what: 'blobs' | 'trees' | 'commits', body: object, signal?: AbortSignal): Promise<string> {
    const path = `${this.#repository}/git/${what}`;
    const json = await this.#send({ method: 'POST', path, body, signal }).catch((error) => {
      throw statusOf(error) === 404 ? this.#denied(error) : error;
    });
    return parse(SHA, json).sha;
  }

  #send(call: Parameters<GitHubClient['send']>[0]): Promise<unknown> {
    return this.#options.github.send(call).catch((error) => {
      if (!(error instanceof GitHubError)) throw error;
      const isCreation = call.path.endsWith('/git/refs');
      if (NAMES_A_RULE.test(error.message))
        throw this.#forbidden(isCreation ? 'creating' : 'updating', error);
      throw error.code === 'GITHUB_DENIED'
        ? this.#denied(error, call.method === 'GET' ? 'read' : 'write')
        : error;
    });
  }

  #denied(cause: unknown, access: 'read' | 'write' = 'write'): ActionError {
    const advice = `give the job \`permissions: contents: ${access}\`, or set \`github-token\` to a token that has it`;
    return new InputError(
      'GITHUB_DENIED',
      'manifest-branch',
      `the token may not ${access} ${this.name}: ${advice} (${messageOf(cause)})`,
    );
  }

  #forbidden(what: 'creating' | 'updating', cause: unknown): ActionError {
    const text = `the rules of the repository forbid ${what} branch ${this.#options.branch}`;
    return new InputError('BRANCH_PROTECTED', 'manifest-branch', `${text} (${messageOf(cause)})`);
  }

  #invalid(what: string): InputError {
    return new InputError('MANIFEST_INVALID', 'manifest', `${this.name}: ${what}`);
  }
}

// Of rulesets and of branch protection, whose 409 names what it requires: "Could not update file: Changes must be made
// through a pull request." A conflict reads "linkedin.json does not match …" or "is at … but expected …".
const NAMES_A_RULE = /rule violation|protected (branch|ref)|\bGH0\d\d\b|could not (create|update) file:/i;

/** Whether another writer was first, or removed the branch: read again, merge, and write again. */
export function isConflict(error: unknown): error is GitHubError {
  return error instanceof GitHubError && [404, 409, 422].includes(error.status);
}

/** The name that git gives to a blob. */
export function blobSha(content: string | Uint8Array): string {
  return createHash('sha1')
    .update(`blob ${Buffer.byteLength(content)}\0`)
    .update(content)
    .digest('hex');
}

function statusOf(error: unknown): number | null {
  return error instanceof GitHubError ? error.status : null;
}

/** Keeps the slashes. */
function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

function parse<T>(schema: z.ZodType<T>, json: unknown): T {
  const { data, error } = schema.safeParse(json);
  if (error === undefined) return data as T;
  const field = error.issues[0]?.path.join('.') || 'its JSON';
  const text = `the response of GitHub has an unknown form (${field})`;
  throw new GitHubError('GITHUB_FAILED', text, { status: 200, retryAfterMs: null });
}
