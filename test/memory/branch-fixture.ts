// Jobs that share a manifest on a branch of a strict GitHub, in virtual time.

import { writeFileSync } from 'node:fs';
import { expect, onTestFinished } from 'vitest';
import { Branch } from '../../src/memory/branch.ts';
import type { Content } from '../../src/memory/content.ts';
import { Memory } from '../../src/memory/memory.ts';
import { type UploadEntry, uploadKeyText } from '../../src/memory/upload-entry.ts';
import { PostMemory } from '../../src/post/memory/post-memory.ts';
import { readBody, type SandboxRequest } from '../../src/sandbox/messages.ts';
import { clientOf } from '../github/github-fixture.ts';
import { TestClock } from '../support/clock.ts';
import { callsOn, formatManifest, parseManifest } from '../support/manifest.ts';
import { testRun } from '../support/run.ts';
import { bodyOf, type Handler, SandboxDispatcher } from '../support/sandbox-dispatcher.ts';
import type { GitHubOptions } from '../world/github/api.ts';
import { GitHub } from '../world/github/github.ts';
import { entryOf, imageOf, keyOf } from './entries.ts';
import { freshPath } from './samples.ts';

export const BRANCH = 'linkedin-media';
const ENV = {
  GITHUB_WORKFLOW: 'Publish',
  GITHUB_RUN_ID: '7',
  GITHUB_RUN_ATTEMPT: '1',
  GITHUB_JOB: 'media',
};
export const MESSAGE = 'Update linkedin.json (workflow Publish, run 7.1, job media) [skip ci]';

/** The text of a manifest with these uploads. */
export function manifestText(...entries: readonly UploadEntry[]): string {
  return formatManifest({
    uploads: new Map(entries.map((entry) => [uploadKeyText(entry), entry])),
  });
}

const DAY = '2026-11-25';
/** No work of a test takes longer. */
const LONGEST_MS = 4 * 3_600_000;

interface JobOptions {
  /** The manifest in the workspace. */
  readonly seed?: string;
  readonly shards?: number;
}

export class BranchFixture {
  readonly fake: GitHub;
  readonly clock: TestClock;
  /** What answers the jobs. */
  handle: Handler;

  constructor(options: GitHubOptions = {}, clock = new TestClock()) {
    this.fake = new GitHub({ now: () => clock.now(), ...options });
    this.clock = clock;
    this.handle = this.fake.handle;
    onTestFinished(() => expect(this.fake.breaches).toEqual([]));
  }

  /** A branch with these uploads, by their numbers. */
  static holding(
    uploads: readonly number[],
    options: GitHubOptions = {},
    clock?: TestClock,
  ): BranchFixture {
    const fixture = new BranchFixture(options, clock);
    const entries = new Map(uploads.map((n) => [uploadKeyText(entryOf(n)), entryOf(n)]));
    fixture.store(formatManifest({ uploads: entries, revision: 1 }));
    return fixture;
  }

  /** A job that shares the branch. */
  job({ seed, shards = 1 }: JobOptions = {}) {
    const { clock } = this;
    const cancel = new AbortController();
    const { signal } = cancel;
    const dispatcher = new SandboxDispatcher((request) => {
      clock.noteEvent();
      return this.handle(request).finally(() => clock.noteEvent());
    });
    const github = clientOf({ dispatcher, clock, signal });
    const workspacePath = freshPath('linkedin.json');
    if (seed !== undefined) writeFileSync(workspacePath, seed);
    const settings = { branch: BRANCH, path: 'linkedin.json', workspacePath, jobs: shards };
    const run = testRun({ clock, signal, env: ENV });
    const file = new Branch(settings, github, run);
    return { file, memory: new Memory(file, run, new URL('https://api.linkedin.com')), cancel };
  }

  /** A job that has read the manifest. */
  async openJob(options: JobOptions = {}) {
    const [job = expect.fail('no job')] = await this.openJobs(1, options);
    return job;
  }

  /** Jobs that have read the manifest at the same time. */
  async openJobs(count: number, options: JobOptions = {}) {
    const jobs = Array.from({ length: count }, () => this.job(options));
    await this.finish(Promise.all(jobs.map(({ memory }) => memory.open())));
    return jobs.map(({ file, memory, cancel }) => {
      const upload = (n: number) => memory.uploads.record(keyOf(n), imageOf(n));
      const call = (more = 1) => {
        for (let n = 0; n < more; n += 1) memory.uploads.countCall();
      };
      const posts = () => new PostMemory(memory, { signal: cancel.signal });
      return { file, memory, cancel, posts, upload, call };
    });
  }

  /** Breaks the connection of a request, which takes effect at once, or later, or never. */
  async lose(
    request: SandboxRequest,
    effect: 'now' | 'late' | 'never',
    delayMs = 20_000,
  ): Promise<never> {
    const bytes = await readBody(request);
    const handle = () => this.fake.handle({ ...request, body: bodyOf(bytes) });
    if (effect === 'now') await handle();
    if (effect === 'late') void this.clock.sleep(delayMs).then(handle);
    throw new Error('socket hang up');
  }

  /** Lets time pass until `work` has ended. */
  async finish<T>(work: Promise<T>): Promise<T> {
    if (!(await this.clock.run(work, LONGEST_MS))) throw new Error('it does not end');
    return await work;
  }

  /** Somebody else writes the manifest, or deletes the branch. */
  store(text: string | null): void {
    if (text === null) this.fake.deleteBranch(BRANCH);
    else this.fake.commit(BRANCH, { 'linkedin.json': text });
  }

  /** What is stored now. */
  get content(): Content {
    return parseManifest(this.fake.file(BRANCH) ?? manifestText());
  }

  /** The files of the uploads on the branch, by their numbers. */
  stored(): number[] {
    const sizes = (this.fake.file(BRANCH) ?? '').matchAll(/"sizeBytes":(\d+)/g);
    return [...sizes].map(([, size]) => Number(size) - 1000).sort((a, b) => a - b);
  }

  /** The calls of all jobs. */
  storedCalls(): number {
    return callsOn(this.content, DAY);
  }
}
