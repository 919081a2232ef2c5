// One file on a branch of the repository: reads it, and replaces it with compare-and-swap. Each method makes one attempt;
// branch-store.ts decides about retries. A signal given to a method replaces the run's.

import { isUtf8 } from 'node:buffer';
import { InputError } from '../../../errors.ts';
import * as z from '../../../schema.ts';
import { BranchRequests, type BranchRequestsOptions, encodePath, SHA, statusOf } from './branch-requests.ts';

export interface BranchFileOptions extends BranchRequestsOptions {
  readonly maxBytes: number;
}

/** A file as it is stored; `text` is null if it is the known version. Or what is missing. */
export type BranchFileState =
  | { readonly kind: 'found'; readonly sha: string; readonly text: string | null }
  | { readonly kind: 'no file' }
  | { readonly kind: 'no branch' };

const CONTENTS = SHA.extend({ type: z.string(), size: z.int().nonnegative() });
const FOLDER = z.object({ type: z.literal('dir') });
const WRITTEN = z.object({ content: SHA });

// With this type, contents of more than 1 MB are not an error: https://docs.github.com/rest/repos/contents
const OBJECT = 'application/vnd.github.object+json';

/** How many versions to look through for a lost write. Others write only a few before the next attempt. */
const MAX_VERSIONS = 30;

export class BranchFile {
  /** Its name for users. */
  readonly name: string;
  readonly #options: BranchFileOptions;
  readonly #requests: BranchRequests;

  constructor(options: BranchFileOptions) {
    this.#options = options;
    this.#requests = new BranchRequests(options);
    this.name = this.#requests.name;
  }

  /**
   * Reads the file, unless its blob is `knownSha`.
   * @throws InputError MANIFEST_INVALID when it is not a text file; GitHubError, also when the repository cannot be read
   */
  async read(knownSha: string | null, signal?: AbortSignal): Promise<BranchFileState> {
    let contents = await this.#contents(`refs/heads/${this.#options.branch}`, signal);
    if (contents === null) {
      // Another run may have created the branch after this read, so the file is read again from the branch's commit.
      const head = await this.#requests.head(signal);
      if (head === null) return { kind: 'no branch' };
      contents = await this.#contents(head, signal);
    }
    if (contents === null) return { kind: 'no file' };
    const { sha, type, size } = contents;
    if (type !== 'file') throw this.#invalid('it is not a file');
    if (size > this.#options.maxBytes)
      throw this.#invalid(`it is larger than ${this.#options.maxBytes} bytes`);
    if (sha === knownSha) return { kind: 'found', sha, text: null };
    const bytes = await this.#requests.readBlob(sha, signal);
    if (!isUtf8(bytes)) throw this.#invalid('it is not UTF-8 text');
    return { kind: 'found', sha, text: bytes.toString() };
  }

  /**
   * Replaces the blob `sha` by `text`, or creates the file if `sha` is null. Returns the new blob.
   * @throws GitHubError; `isConflict` recognizes another writer
   */
  async write(text: string, sha: string | null, message: string, signal?: AbortSignal): Promise<string> {
    const { branch } = this.#options;
    const content = Buffer.from(text).toString('base64');
    const body = { message, content, branch, ...(sha === null ? {} : { sha }) };
    const call = { method: 'PUT', path: this.#contentsPath, body, signal } as const;
    try {
      return (await this.#requests.send(WRITTEN, call)).content.sha;
    } catch (error) {
      // GitHub hides what a token may not write. A branch that was deleted meanwhile has the same status.
      const isHidden = statusOf(error) === 404 && (await this.#requests.head(signal)) !== null;
      throw isHidden ? this.#requests.denied(error) : error;
    }
  }

  /**
   * Creates the branch with this file as its only commit, which has no parent. Returns its blob.
   * @throws as `write`
   */
  async createBranch(text: string, message: string, signal?: AbortSignal): Promise<string> {
    const requests = this.#requests;
    const blob = await requests.create('blobs', { content: text, encoding: 'utf-8' }, signal);
    const entry = { path: this.#options.path, mode: '100644', type: 'blob', sha: blob };
    const tree = await requests.create('trees', { tree: [entry] }, signal);
    const commit = await requests.create('commits', { message, tree, parents: [] }, signal);
    const body = { ref: `refs/heads/${this.#options.branch}`, sha: commit };
    try {
      await requests.send(z.unknown(), { method: 'POST', path: 'git/refs', body, signal });
    } catch (error) {
      // GitHub may reject a reference without naming the rule. Only a branch that exists now is a conflict.
      const isForbidden = statusOf(error) === 422 && (await requests.head(signal)) === null;
      throw isForbidden ? requests.forbidden('creating', error) : error;
    }
    return blob;
  }

  /**
   * The newest of the blobs `shas` that was a version of the file after the blob `since`; null if none was. Reads the
   * history of the branch, for a write whose response was lost.
   */
  async findSince(
    since: string | null,
    shas: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<string | null> {
    const head = await this.#requests.head(signal);
    if (head === null) return null;
    const path = `commits?sha=${head}&path=${encodeURIComponent(this.#options.path)}&per_page=${MAX_VERSIONS}`;
    for (const commit of await this.#requests.send(z.array(SHA), { method: 'GET', path, signal })) {
      const blob = (await this.#contents(commit.sha, signal))?.sha ?? null;
      if (blob !== null && shas.has(blob)) return blob;
      if (blob === since) break;
    }
    return null;
  }

  /** Stores a blob that no commit uses. @throws GitHubError GITHUB_DENIED when the token may not write */
  async probe(signal?: AbortSignal): Promise<void> {
    await this.#requests.create('blobs', { content: 'linkedin-media-upload', encoding: 'utf-8' }, signal);
  }

  get #contentsPath(): string {
    return `contents/${encodePath(this.#options.path)}`;
  }

  /**
   * Null if there is no such file, branch or repository, or if the token may not see it. `ref`: a commit, or the full name
   * of a branch, because its short name may also be that of a tag.
   */
  async #contents(ref: string, signal?: AbortSignal): Promise<z.infer<typeof CONTENTS> | null> {
    const path = `${this.#contentsPath}?ref=${encodeURIComponent(ref)}`;
    try {
      const call = { method: 'GET', path, accept: OBJECT, signal } as const;
      const contents = await this.#requests.send(z.union([FOLDER, CONTENTS]), call);
      if (!('sha' in contents)) throw this.#invalid('it is a folder');
      return contents;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }

  #invalid(what: string): InputError {
    return new InputError('MANIFEST_INVALID', 'manifest', `${this.name}: ${what}`);
  }
}
