// Jobs that share a manifest on a branch of a strict GitHub, in virtual time.

import { expect, onTestFinished } from 'vitest';
import { BranchFile } from '../../../src/github/branch/branch-file.ts';
import { BranchMemoryFile } from '../../../src/github/branch/branch-memory-file.ts';
import { GitHubClient } from '../../../src/github/github-client.ts';
import { callsOn, keyText, type ManifestEntry, setCalls } from '../../../src/memory/manifest.ts';
import { formatManifest, MANIFEST_BYTES_MAX, parseManifest } from '../../../src/memory/manifest-text.ts';
import { Memory } from '../../../src/memory/memory.ts';
import { Secret } from '../../../src/secret.ts';
import { UploadCache } from '../../../src/upload/upload-cache.ts';
import { entryOf, imageOf, keyOf } from '../../memory/uploads.ts';

import { FAKE_GITHUB_TOKEN } from '../../support/action-file.ts';
import { TestClock } from '../../support/clock.ts';
import { SandboxDispatcher } from '../../support/sandbox-dispatcher.ts';
import { GitHub } from '../../world/github/github.ts';

export { entryOf };

export const BRANCH = 'linkedin-media';
export const MESSAGE = 'Update linkedin.json (workflow Publish, run 7.1, job media) [skip ci]';

/** The text of a manifest with these uploads. */
export function manifestText(...entries: readonly ManifestEntry[]): string {
  return formatManifest({ entries: new Map(entries.map((entry) => [keyText(entry), entry])) });
}

const DAY = '2026-11-25';

interface JobOptions {
  /** The manifest in the workspace. */
  readonly seed?: string;
  readonly shards?: number;
  readonly isReadOnly?: boolean;
}

export class BranchFixture {
  #jobs = 0;
  readonly fake: GitHub;
  readonly clock: TestClock;

  constructor(options: ConstructorParameters<typeof GitHub>[0] = {}, clock = new TestClock()) {
    this.fake = new GitHub(options);
    this.clock = clock;
    onTestFinished(() => expect(this.fake.breaches).toEqual([]));
  }

  /** A job that shares the branch. */
  job({ seed = manifestText(), shards = 1, isReadOnly = false }: JobOptions = {}) {
    const { fake, clock } = this;
    const cancel = new AbortController();
    const { signal } = cancel;
    const dispatcher = new SandboxDispatcher(fake.handle);
    const github = new GitHubClient({
      repository: { owner: 'octocat', repo: 'media' },
      apiUrl: new URL('https://api.github.com'),
      token: new Secret(FAKE_GITHUB_TOKEN),
      ...{ dispatcher, clock, signal },
    });
    const maxBytes = MANIFEST_BYTES_MAX;
    this.#jobs += 1;
    const file = new BranchMemoryFile({
      file: new BranchFile({ github, branch: BRANCH, path: 'linkedin.json', maxBytes }),
      github,
      readSeed: async () => parseManifest(seed, 'seed'),
      shards,
      job: `job-${this.#jobs}`,
      commitMessage: MESSAGE,
    });
    return { file, memory: new Memory(file, { clock, signal, isReadOnly }), cancel };
  }

  /** A job that has read the manifest. */
  async openJob(options: JobOptions = {}) {
    const { file, memory, cancel } = this.job(options);
    await this.finish(memory.open());
    const cache = new UploadCache(memory, { apiBase: 'https://api.linkedin.com', clock: this.clock });
    const upload = (n: number) => cache.record(keyOf(n), imageOf(n));
    let calls = 0;
    const call = (count = 1) => {
      calls += count;
      const counted = { day: DAY, job: file.job, count: calls };
      memory.stage(DAY, (draft) => setCalls(draft, counted));
    };
    return { file, memory, cancel, cache, upload, call };
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

  /** The calls of all jobs. */
  storedCalls(): number {
    return callsOn(parseManifest(this.fake.file(BRANCH) ?? '', 'stored'), DAY);
  }
}

/** Resolves when requests that need no time are done. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
