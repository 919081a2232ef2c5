// The manifest on a branch, as the memory reads and writes it, opened with the settings of a run.

import { randomUUID } from 'node:crypto';
import type { Clock, Env } from '../../deps.ts';
import type { Shard } from '../../media/find/shards.ts';
import { EMPTY_MANIFEST, type Manifest } from '../../memory/manifest.ts';
import type { ManifestStore, StoredManifest } from '../../memory/manifest-store.ts';
import { formatManifest, MANIFEST_BYTES_MAX, parseManifest } from '../../memory/manifest-text.ts';
import { WorkspaceStore } from '../../memory/workspace-store.ts';
import type { GitHubClient } from '../github-client.ts';
import { BranchFile } from './branch-file.ts';
import { isConflict } from './branch-requests.ts';

interface BranchStoreOptions {
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
      const { revision, entries, calls, posts, tokens, unknownFields } = content;
      const others = Object.keys({ ...posts, ...unknownFields }).length;
      if (entries.size + calls.size + others > 0) return { content, version: state.sha };
      // It has only the days of tokens: `mode: check` has created the branch, probably in a job without a workspace.
      const seed = await readSeed();
      return { content: { ...seed, revision, tokens: { ...seed.tokens, ...tokens } }, version: state.sha };
    }
    return { content: this.#isBranchMissing ? await readSeed() : EMPTY_MANIFEST, version: null };
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

/** Where the manifest is: its branch, its path there, and the same path in the workspace. */
export interface BranchSettings {
  readonly branch: string;
  readonly path: string;
  readonly workspacePath: string;
}

interface BranchRun {
  readonly github: GitHubClient;
  readonly clock: Clock;
  readonly env: Env;
  readonly shard: Shard | null;
}

export function openBranchStore(settings: BranchSettings, run: BranchRun): BranchStore {
  const { path, workspacePath } = settings;
  const { env, shard, clock, github } = run;
  // Each process gets a job name of its own, because two steps of a job have the same variables.
  const names = [env.GITHUB_RUN_ID, env.GITHUB_RUN_ATTEMPT, env.GITHUB_JOB, randomUUID().slice(0, 8)];
  const seed = new WorkspaceStore({ path: workspacePath, workspace: null, isReadOnly: true, clock });
  return new BranchStore({
    github,
    file: new BranchFile({ ...settings, github, maxBytes: MANIFEST_BYTES_MAX }),
    readSeed: async () => (await seed.read()).content,
    shards: shard?.count ?? 1,
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
