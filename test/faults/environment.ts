// The environment of a schedule: clock, disk, sandbox, files, and where the manifest of an earlier run is.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BranchFile } from '../../src/action/github/branch/branch-file.ts';
import { BranchStore } from '../../src/action/github/branch/branch-store.ts';
import { GitHubClient } from '../../src/action/github/github-client.ts';
import { FileStore } from '../../src/memory/file-store.ts';
import { MANIFEST_BYTES_MAX, parseManifest } from '../../src/memory/manifest.ts';
import type { Store } from '../../src/memory/store.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { Secret } from '../../src/secret.ts';
import { canary } from '../leaks/canaries.ts';
import { createEarlierUploads } from './earlier-run.ts';
import { lagOf } from './expected.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { type CreatedFiles, createFiles } from './files.ts';
import { MemoryDisk } from './memory-disk.ts';
import { RandomSource } from './random-source.ts';
import { withoutTimers } from './recorded-reporter.ts';
import { BRANCH, ScheduledGitHub } from './scheduled-github.ts';
import { SteppedClock } from './stepped-clock.ts';
import { accountOptions } from './token-source.ts';
import { Trace } from './trace.ts';

export const API_URL = 'https://api.linkedin.com';
export const GITHUB_URL = 'https://api.github.com';
const START_MS = Date.UTC(2026, 10, 25, 15, 30);

export interface Environment {
  /** Where the run writes its files. */
  readonly folder: string;
  readonly clock: SteppedClock;
  readonly disk: MemoryDisk;
  readonly model: SandboxModel;
  readonly trace: Trace;
  /** In the order of the run. */
  readonly created: CreatedFiles;
  /** Scheduled file → URN of its upload in an earlier run. */
  readonly earlierUrns: ReadonlyMap<number, string>;
  /** Null if the manifest is a file. */
  readonly github: ScheduledGitHub | null;
  readonly openStore: (signal: AbortSignal) => Store;
}

export function prepareEnvironment(schedule: FaultSchedule, folder: string): Environment {
  const random = new RandomSource(schedule.seed + 2);
  const clock = new SteppedClock({ epochMs: START_MS, random: () => random.next() });
  const [disk, trace] = [new MemoryDisk(), new Trace()];
  const model = new SandboxModel({
    ...accountOptions(schedule.token),
    clock: { now: () => clock.epochMs() + schedule.skewMs },
    processingMs: schedule.processingMs,
    partSizeBytes: schedule.partSizeBytes,
    lagMs: lagOf(schedule),
  });
  const created = createFiles(schedule, { disk, trace });
  const path = join(folder, 'manifest.json');
  const earlierUrns = createEarlierUploads(schedule, { created, model, nowMs: clock.epochMs(), path });
  const common = { folder, clock, disk, model, trace, created, earlierUrns };
  const { branch, seed } = schedule;
  if (branch === undefined) {
    const store = new FileStore({ path, workspace: null, isReadOnly: false, clock: withoutTimers(clock) });
    return { ...common, github: null, openStore: () => store };
  }
  const github = new ScheduledGitHub({ branch, seed, clock, trace });
  const earlier = takeFile(path);
  if (!branch.isMissing)
    github.fake.commit(BRANCH, earlier === null ? { 'README.md': '' } : { 'linkedin.json': earlier });
  const seedText = branch.isMissing ? earlier : null;
  return {
    ...common,
    github,
    openStore: (signal) => openBranch({ github, clock, signal, seedText, shards: branch.shards }),
  };
}

function takeFile(path: string): string | null {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  rmSync(path);
  return text;
}

interface BranchOptions {
  readonly github: ScheduledGitHub;
  readonly clock: SteppedClock;
  readonly signal: AbortSignal;
  /** The manifest in the workspace; null without one. */
  readonly seedText: string | null;
  readonly shards: number;
}

/** As the action opens it, but with a seed in memory: a read from the real disk would take no virtual time. */
function openBranch({ github: { dispatcher }, clock, signal, seedText, shards }: BranchOptions): BranchStore {
  const token = new Secret(canary('github token'));
  const repository = { owner: 'octocat', repo: 'media' };
  const apiUrl = new URL(GITHUB_URL);
  const github = new GitHubClient({ apiUrl, repository, token, dispatcher, clock, signal });
  const file = { github, branch: BRANCH, path: 'linkedin.json', maxBytes: MANIFEST_BYTES_MAX };
  return new BranchStore({
    file: new BranchFile(file),
    github,
    readSeed: async () => (seedText === null ? { entries: new Map() } : parseManifest(seedText, 'seed')),
    isReadOnly: false,
    shards,
    commitMessage: 'Update linkedin.json [skip ci]',
    clock,
    signal,
  });
}
