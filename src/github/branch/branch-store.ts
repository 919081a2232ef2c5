// The manifest on a branch, as the memory reads and writes it.

import { EMPTY_MANIFEST, type Manifest } from '../../memory/manifest.ts';
import type { ManifestStore, StoredManifest } from '../../memory/manifest-store.ts';
import { formatManifest, parseManifest } from '../../memory/manifest-text.ts';
import type { GitHubClient } from '../github-client.ts';
import type { BranchFile } from './branch-file.ts';
import { isConflict } from './branch-requests.ts';

export interface BranchStoreOptions {
  readonly file: BranchFile;
  readonly github: GitHubClient;
  /** The manifest in the workspace, from which a missing branch starts. */
  readonly readSeed: () => Promise<Manifest>;
  /** How many jobs share the branch: the n of `shard`. */
  readonly shards: number;
  readonly job: string;
  readonly commitMessage: string;
}

// GITHUB_TOKEN has 1,000 requests per hour and repository. Of requests that create content, GitHub allows 80 a minute and
// 500 an hour: https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api (read 2026-11-25)
// Twenty jobs write at most 240 times an hour.
const MIN_INTERVAL_MS = 60_000;
const INTERVAL_PER_SHARD_MS = 15_000;

export class BranchStore implements ManifestStore {
  readonly backend = 'GitHub';
  readonly name: string;
  readonly job: string;
  readonly writers: number;
  readonly intervalMs: number;
  readonly #options: BranchStoreOptions;
  /** When it was last read. */
  #isBranchMissing = false;

  constructor(options: BranchStoreOptions) {
    this.#options = options;
    this.name = options.file.name;
    this.job = options.job;
    this.writers = options.shards;
    this.intervalMs = Math.max(MIN_INTERVAL_MS, INTERVAL_PER_SHARD_MS * options.shards);
  }

  epochMs(): number {
    return this.#options.github.serverNow();
  }

  async read(signal?: AbortSignal): Promise<StoredManifest> {
    const { file, readSeed } = this.#options;
    const state = await file.read(signal);
    this.#isBranchMissing = state.kind === 'no branch';
    if (state.kind === 'found') {
      const content = parseManifest(state.text, this.name);
      return { content: isUnused(content) ? await this.#seeded(content) : content, version: state.sha };
    }
    return { content: this.#isBranchMissing ? await readSeed() : EMPTY_MANIFEST, version: null };
  }

  /** `mode: check` has created the branch, probably in a job without a workspace. */
  async #seeded({ revision, tokens }: Manifest): Promise<Manifest> {
    const seed = await this.#options.readSeed();
    return { ...seed, revision, tokens: { ...seed.tokens, ...tokens } };
  }

  async probe(): Promise<void> {
    await this.#options.file.probe();
  }

  async write(content: Manifest, version: string | null, signal: AbortSignal): Promise<string | null> {
    const { file, commitMessage } = this.#options;
    const text = formatManifest(content);
    try {
      return version === null && this.#isBranchMissing
        ? await file.createBranch(text, commitMessage, signal)
        : await file.write(text, version, commitMessage, signal);
    } catch (error) {
      if (isConflict(error)) return null;
      throw error;
    }
  }
}

/** Whether it remembers nothing but the days of tokens. */
function isUnused({ entries, calls, posts, unknownFields }: Manifest): boolean {
  return entries.size + calls.size === 0 && Object.keys({ ...posts, ...unknownFields }).length === 0;
}
