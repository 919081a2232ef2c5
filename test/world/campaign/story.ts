// Plays a schedule: an earlier run, the jobs with everything that goes wrong, and two last runs without faults, days apart.
// Checks nothing.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxModel } from '../../../src/sandbox/model.ts';
import type { Scope } from '../../../src/sandbox/options.ts';
import { createRoutes } from '../../../src/sandbox/routes.ts';
import { canary } from '../../leaks/canaries.ts';
import { signed } from '../../leaks/signed-linkedin.ts';
import type { Time } from '../../support/clock.ts';
import { writeFiles } from '../../support/folders.ts';
import { Disk } from '../disk.ts';
import { GitHub } from '../github/github.ts';
import { type Machine, QUIET_FATE } from '../machine.ts';
import type { Program, StepResult } from '../runner.ts';
import { World } from '../world.ts';
import { type Checkout, type Files, filesOf } from './items.ts';
import { DAY_MS, type Job, type Schedule } from './schedule.ts';

export const OWNER = 'urn:li:organization:24141830';
export const BRANCH = 'linkedin-media';
/** LinkedIn needs a moment to show what it has received. */
const BETWEEN_MS = 1000;
/** Longer than any claim lives, and than any answer is late. */
const REST_MS = 30 * 60_000;
/** LinkedIn has forgotten by then which texts it has. */
const LATER_MS = 2 * DAY_MS;
/** In memory where possible: thousands of schedules write here. */
const PLACE = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

/** One run of a program, for whoever runs it. */
export interface StepSpec {
  readonly program: Program;
  readonly folder: string;
  readonly workspace: string;
  readonly inputs: Readonly<Record<string, string>>;
  readonly runId: string;
  readonly machine: Machine;
  readonly disk: Disk;
  readonly world: World;
}

/** How the programs of a story are run: in this process and virtual time, or as processes. */
export interface Execution {
  readonly time: Time;
  /** Whether each run ends before the next one starts. */
  readonly isSequential: boolean;
  /** Null if the machine was lost. */
  run(spec: StepSpec): Promise<StepResult | null>;
}

export interface Run {
  readonly part: 'earlier' | 'job' | 'last';
  /** Which files it had: those of the jobs from this one on. */
  readonly checkout: Checkout;
  readonly machine: Machine;
  readonly disk: Disk;
  /** The files that the run had at its start. */
  readonly files: Files;
  readonly startMs: number;
  /** When it ended, or was lost. */
  endMs: number;
  /** Null if it was lost. */
  result: StepResult | null;
  /** The text of the memory when it ended. */
  memory: string | null;
}

export interface Story {
  readonly schedule: Schedule;
  readonly world: World;
  readonly model: SandboxModel;
  readonly github: GitHub;
  readonly runs: readonly Run[];
  /** Whether time is virtual: on a busy machine a process may take long. */
  readonly isVirtual: boolean;
  /** Whether all runs ended. */
  readonly isOver: boolean;
}

export async function play(schedule: Schedule, execution: Execution): Promise<Story> {
  const folder = mkdtempSync(join(PLACE, 'schedule-'));
  try {
    return await new Player(schedule, folder, execution).play();
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const QUIET = { fate: QUIET_FATE, disk: null };

const APP = {
  clientId: '86schedule-app',
  clientSecret: canary('client secret'),
  refreshToken: canary('refresh token'),
};

class Player {
  readonly #schedule: Schedule;
  readonly #folder: string;
  readonly #execution: Execution;
  readonly #world: World;
  readonly #model: SandboxModel;
  readonly #github: GitHub;
  readonly #runs: Run[] = [];

  constructor(schedule: Schedule, folder: string, execution: Execution) {
    this.#schedule = schedule;
    this.#folder = folder;
    this.#execution = execution;
    const { lag, readsPosts, duplicateWindowMs, processingMs } = schedule;
    const world = new World(schedule, execution.time);
    const { time, random } = world;
    const scopes: Scope[] = [
      ...(['w_organization_social', 'w_organization_social_feed'] as const),
      ...(readsPosts ? (['r_organization_social'] as const) : []),
    ];
    this.#model = new SandboxModel({
      token: canary('token'),
      oauth: { ...APP, accessToken: canary('token'), scope: scopes.join(',') },
      clock: { now: () => time.epochMs() },
      processingMs,
      lagMs: 500,
      partSizeBytes: 400_000,
      scopes,
      duplicateWindowMs,
    });
    const ageMs = () => (random.between(1, 100) <= lag.percent ? random.between(0, lag.ms) : 0);
    this.#github = new GitHub({ now: () => time.now(), lagMs: () => (world.isCalm ? 0 : ageMs()) });
    world.connect('linkedin', signed(createRoutes(this.#model)));
    world.connect('github', this.#github.handle);
    this.#world = world;
  }

  async play(): Promise<Story> {
    const [schedule, world] = [this.#schedule, this.#world];
    const isOver = await world.time.run(this.#playAll(), 8 * DAY_MS);
    return {
      ...{ schedule, world, model: this.#model, github: this.#github, runs: this.#runs, isOver },
      isVirtual: !this.#execution.isSequential,
    };
  }

  async #playAll(): Promise<void> {
    const { sentBefore, jobs, memory } = this.#schedule;
    const { time } = this.#world;
    if (sentBefore > 0) await this.#run('earlier', QUIET, { job: -1, count: sentBefore });
    await time.sleep(BETWEEN_MS);
    this.#world.disturb();
    const running: Promise<void>[] = [];
    for (const [index, job] of jobs.entries()) {
      await time.pass(job.afterMs);
      const run = this.#run('job', job, { job: index });
      running.push(run);
      if (memory !== 'branch' || this.#execution.isSequential)
        await run.then(() => time.sleep(BETWEEN_MS));
    }
    await Promise.all(running);
    await time.pass(REST_MS);
    this.#world.calm();
    if (memory === 'none') return;
    const last = { job: Number.POSITIVE_INFINITY };
    await this.#run('last', QUIET, last);
    await time.pass(LATER_MS);
    await this.#run('last', QUIET, last);
  }

  async #run(
    part: Run['part'],
    { fate, disk: fault }: Pick<Job, 'fate' | 'disk'>,
    checkout: Checkout,
  ): Promise<void> {
    const { program, memory } = this.#schedule;
    const name = `run-${this.#runs.length + 1}`;
    const { time } = this.#world;
    const files = filesOf(this.#schedule, checkout);
    const disk = new Disk(fault);
    const folder = join(this.#folder, name);
    const workspace = join(folder, 'workspace');
    writeFiles(workspace, files);
    // The memory in the workspace is handed on, as a cache does.
    const earlier = this.#runs.at(-1)?.memory;
    if (memory === 'workspace' && earlier != null)
      writeFiles(workspace, new Map([['linkedin.json', earlier]]));
    const machine = this.#world.start(name, fate);
    const startMs = time.now();
    const run: Run = {
      ...{ part, checkout, machine, disk, files, startMs },
      ...{ endMs: 0, result: null, memory: null },
    };
    this.#runs.push(run);
    const runId = String(999 + this.#runs.length);
    const place = { folder, workspace, inputs: this.#inputs() };
    run.result = await this.#execution.run({
      program,
      ...place,
      runId,
      machine,
      disk,
      world: this.#world,
    });
    run.endMs = time.now();
    run.memory = this.#readMemory(workspace);
    machine.releaseFiles();
  }

  #readMemory(workspace: string): string | null {
    const { memory } = this.#schedule;
    const path = join(workspace, 'linkedin.json');
    if (memory === 'workspace') return existsSync(path) ? readFileSync(path, 'utf8') : null;
    return memory === 'branch' ? this.#github.file(BRANCH) : null;
  }

  #inputs(): Record<string, string> {
    const { program, token, memory, api, waitMinutes, concurrency, maxCalls } = this.#schedule;
    const app = { 'client-id': APP.clientId, 'client-secret': APP.clientSecret };
    return {
      owner: OWNER,
      'access-token': canary('token'),
      ...(token === 'given' ? {} : app),
      ...(token === 'refreshed' ? { 'refresh-token': APP.refreshToken } : {}),
      'wait-minutes': String(waitMinutes),
      concurrency: String(concurrency),
      ...(program === 'post' ? { posts: 'posts/*.md', 'max-posts': '50', 'alt-text': 'off' } : {}),
      ...(program === 'upload'
        ? {
            files: 'media/**',
            api,
            sidecars: String(api === 'media'),
            'multipart-threshold-mb': '1',
          }
        : {}),
      ...(memory === 'workspace' ? { manifest: 'linkedin.json' } : {}),
      ...(memory === 'branch' ? { 'manifest-branch': BRANCH } : {}),
      ...(maxCalls === null ? {} : { 'max-calls': String(maxCalls) }),
    };
  }
}
