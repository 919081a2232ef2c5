// Jobs that share a manifest on a branch of a strict GitHub, in virtual time.

import { expect, onTestFinished } from 'vitest';
import { BranchFile } from '../../../../src/action/github/branch/branch-file.ts';
import { BranchStore, type BranchStoreOptions } from '../../../../src/action/github/branch/branch-store.ts';
import { GitHubClient } from '../../../../src/action/github/github-client.ts';
import {
  formatManifest,
  keyText,
  MANIFEST_BYTES_MAX,
  type ManifestEntry,
  parseManifest,
} from '../../../../src/memory/manifest.ts';
import { UploadCache } from '../../../../src/publish/upload-cache.ts';
import { Secret } from '../../../../src/secret.ts';
import { imageOf, keyOf } from '../../../memory/uploads.ts';
import { FAKE_GITHUB_TOKEN } from '../../../support/action-file.ts';
import { TestClock } from '../../../support/clock.ts';
import { GitHubContents } from '../../../support/github-contents.ts';
import { SandboxDispatcher } from '../../../support/sandbox-dispatcher.ts';

export const BRANCH = 'linkedin-media';
export const MESSAGE = 'Update linkedin.json (workflow Publish, run 7.1, job media) [skip ci]';

/** Upload `n` as an entry of the manifest. */
export function entryOf(n: number, change: Partial<ManifestEntry> = {}): ManifestEntry {
  return { ...keyOf(n), ...imageOf(n), updatedAt: '2026-11-25T11:00:00.000Z', ...change };
}

/** The text of a manifest with these uploads. */
export function manifestText(...entries: readonly ManifestEntry[]): string {
  return formatManifest({ entries: new Map(entries.map((entry) => [keyText(entry), entry])) });
}

export class BranchFixture {
  readonly fake: GitHubContents;
  readonly clock: TestClock;

  constructor(options: ConstructorParameters<typeof GitHubContents>[0] = {}, clock = new TestClock()) {
    this.fake = new GitHubContents(options);
    this.clock = clock;
    onTestFinished(() => expect(this.fake.breaches).toEqual([]));
  }

  /** A job that shares the branch. */
  job(options: Partial<BranchStoreOptions & { readonly seed: string }> = {}) {
    const { fake, clock } = this;
    const cancel = new AbortController();
    const dispatcher = new SandboxDispatcher(fake.handle);
    const github = new GitHubClient({
      repository: { owner: 'octocat', repo: 'media' },
      apiUrl: new URL('https://api.github.com'),
      token: new Secret(FAKE_GITHUB_TOKEN),
      ...{ dispatcher, clock, signal: cancel.signal },
    });
    const maxBytes = MANIFEST_BYTES_MAX;
    const store = new BranchStore({
      file: new BranchFile({ github, branch: BRANCH, path: 'linkedin.json', maxBytes }),
      github,
      readSeed: async () => parseManifest(options.seed ?? manifestText(), 'seed'),
      isReadOnly: false,
      shards: 1,
      commitMessage: MESSAGE,
      clock,
      signal: cancel.signal,
      ...options,
    });
    return { store, cancel };
  }

  /** A job that has read the manifest. */
  async openJob(options: Parameters<BranchFixture['job']>[0] = {}) {
    const { store, cancel } = this.job(options);
    const manifest = await this.finish(store.read());
    const cache = new UploadCache(store, manifest, {
      apiBase: 'https://api.linkedin.com',
      clock: this.clock,
    });
    const upload = (n: number) => cache.record(keyOf(n), imageOf(n));
    const call = (count = 1) => {
      const calls = manifest.calls ?? new Map();
      calls.set('2026-11-25', (calls.get('2026-11-25') ?? 0) + count);
      store.write(manifest);
    };
    return { store, cancel, manifest, cache, upload, call };
  }

  /** Lets time pass, in steps, with all requests that are due. */
  async pass(ms: number, stepMs = 250): Promise<void> {
    await settled();
    for (let left = ms; left > 0; left -= stepMs) {
      await this.clock.advance(Math.min(stepMs, left));
      await settled();
    }
  }

  /** Lets time pass until `work` has ended. */
  async finish<T>(work: Promise<T>, stepMs = 250): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => {});
    await settled();
    while (!isOver) await this.pass(stepMs, stepMs);
    return await over;
  }

  /** The files of the uploads on the branch, by their numbers. */
  stored(): number[] {
    const sizes = (this.fake.file(BRANCH) ?? '').matchAll(/"sizeBytes":(\d+)/g);
    return [...sizes].map(([, size]) => Number(size) - 1000).sort((a, b) => a - b);
  }

  storedCalls(): Record<string, number> {
    return Object.fromEntries(parseManifest(this.fake.file(BRANCH) ?? '', 'stored').calls ?? []);
  }
}

/** Resolves when requests that need no time are done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
