// One file on a branch of the repository: reads it, and replaces it with compare-and-swap. The request that decides is made
// once, and the memory decides about another attempt. A signal given to a method replaces the run's.

import { isUtf8 } from 'node:buffer';
import { statusOf } from '../../errors/action-error.ts';
import { invalidManifest } from '../../memory/manifest.ts';
import { blobSha } from '../git-blob.ts';
import { BranchRequests, type BranchRequestsOptions, replyOf } from './branch-requests.ts';

export interface BranchFileOptions extends BranchRequestsOptions {
  readonly maxBytes: number;
}

/** A file as it is stored, or the part that is missing. */
export type BranchFileState =
  | { readonly kind: 'found'; readonly sha: string; readonly text: string }
  | { readonly kind: 'no file' }
  | { readonly kind: 'no branch' };

/** Another run created the branch, even if a read does not show it yet. */
const ALREADY_EXISTS = /reference already exists/i;

export class BranchFile {
  readonly name: string;
  readonly #options: BranchFileOptions;
  readonly #requests: BranchRequests;

  constructor(options: BranchFileOptions) {
    this.#options = options;
    this.#requests = new BranchRequests(options);
    this.name = this.#requests.name;
  }

  /** @throws InputError MANIFEST_INVALID when it is not a text file; CallError, also when the repository cannot be read */
  async read(signal?: AbortSignal): Promise<BranchFileState> {
    let contents = await this.#contents(`refs/heads/${this.#options.branch}`, signal);
    if (contents === null) {
      // Another run may have created the branch after this read, so the file is read again from the branch's commit.
      const head = await this.#requests.head(signal);
      if (head === null) return { kind: 'no branch' };
      contents = await this.#contents(head, signal);
    }
    if (contents === null) return { kind: 'no file' };
    const { sha, type, size } = contents;
    if (type !== 'file') throw invalidManifest(this.name, 'it is not a file');
    if (size > this.#options.maxBytes)
      throw invalidManifest(this.name, `it is larger than ${this.#options.maxBytes} bytes`);
    const bytes = await this.#requests.readBlob(sha, signal);
    if (!isUtf8(bytes)) throw invalidManifest(this.name, 'it is not UTF-8 text');
    return { kind: 'found', sha, text: bytes.toString() };
  }

  /**
   * Replaces the blob `sha` by `text`, or creates the file if `sha` is null. Returns the new blob.
   * @throws CallError; `isConflict` recognizes another writer
   */
  async write(text: string, sha: string | null, message: string, signal?: AbortSignal): Promise<string> {
    const { branch, path, github } = this.#options;
    const content = Buffer.from(text).toString('base64');
    const update = { ...github.repository, path, branch, message, content, ...(sha === null ? {} : { sha }) };
    try {
      const { data } = await this.#requests.change(
        'updating',
        ({ rest }, request) => rest.repos.createOrUpdateFileContents({ ...update, request }),
        signal,
      );
      // The request succeeded, so this is the blob of its content.
      return data.content?.sha ?? blobSha(text);
    } catch (error) {
      // GitHub hides what a token may not write. A branch that was deleted meanwhile has the same status.
      const isHidden = statusOf(error) === 404 && (await this.#requests.head(signal)) !== null;
      throw isHidden ? this.#requests.denied(error) : error;
    }
  }

  /** Creates the branch with this file as its only commit, which has no parent. Returns its blob. @throws as `write` */
  async createBranch(text: string, message: string, signal?: AbortSignal): Promise<string> {
    const { branch, path, github } = this.#options;
    const requests = this.#requests;
    const { repository } = github;
    const blob = await requests.store(
      ({ rest }, request) =>
        rest.git.createBlob({ ...repository, content: text, encoding: 'utf-8', request }),
      signal,
    );
    const tree = await requests.store(({ rest }, request) => {
      const entry = { path, mode: '100644', type: 'blob', sha: blob } as const;
      return rest.git.createTree({ ...repository, tree: [entry], request });
    }, signal);
    const commit = await requests.store(
      ({ rest }, request) => rest.git.createCommit({ ...repository, message, tree, parents: [], request }),
      signal,
    );
    const created = { ...repository, ref: `refs/heads/${branch}`, sha: commit };
    try {
      await requests.change(
        'creating',
        ({ rest }, request) => rest.git.createRef({ ...created, request }),
        signal,
      );
    } catch (error) {
      if (statusOf(error) !== 422 || ALREADY_EXISTS.test(replyOf(error))) throw error;
      // A branch that exists now is a conflict.
      const isMissing = (await requests.head(signal)) === null;
      throw isMissing ? requests.notCreated(error) : error;
    }
    return blob;
  }

  /** Stores a blob that no commit uses. @throws CallError GITHUB_DENIED when the token may not write */
  async probe(signal?: AbortSignal): Promise<void> {
    const { repository } = this.#options.github;
    const content = { content: 'linkedin-media-upload', encoding: 'utf-8' };
    await this.#requests.store(
      ({ rest }, request) => rest.git.createBlob({ ...repository, ...content, request }),
      signal,
    );
  }

  /**
   * Null if there is no such file, branch or repository, or if the token may not see it. `ref`: a commit, or the full name
   * of a branch, because its short name may also be that of a tag.
   */
  async #contents(ref: string, signal?: AbortSignal) {
    const { path, github } = this.#options;
    try {
      const { data } = await this.#requests.read(
        ({ rest }, request) =>
          // With this type, contents of more than 1 MB are not an error: https://docs.github.com/rest/repos/contents
          rest.repos.getContent({
            ...github.repository,
            path,
            ref,
            mediaType: { format: 'object' },
            request,
          }),
        signal,
      );
      if (Array.isArray(data) || 'entries' in data) throw invalidManifest(this.name, 'it is a folder');
      return data;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw error;
    }
  }
}
