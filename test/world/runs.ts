// Runs of programs in one world and in virtual time. They share a LinkedIn, a GitHub and a folder.

import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SandboxHandler } from '../../src/sandbox/messages.ts';
import { SandboxModel } from '../../src/sandbox/model.ts';
import { canary } from '../leaks/canaries.ts';
import { TestClock } from '../support/clock.ts';
import type { GitHubOptions } from './github/api.ts';
import { GitHub } from './github/github.ts';
import { type LinkedInOptions, linkedInRoutes } from './linkedin-faults.ts';
import { type Fate, type Machine, QUIET_FATE } from './machine.ts';
import { type Plan, runStep, type StepResult, type Wrap, withoutDebugLines } from './runner.ts';
import { World, type WorldOptions } from './world.ts';

export interface Setting extends Partial<WorldOptions> {
  readonly linkedin?: LinkedInOptions;
  readonly github?: GitHubOptions;
  /** The start. */
  readonly epochMs?: number;
}

const QUIET: WorldOptions = { seed: 1, latencyMs: 0, faults: [], outages: [], expiresMs: null };
const WEEK_MS = 7 * 24 * 3_600_000;

export class Runs {
  readonly time: TestClock;
  readonly world: World;
  readonly model: SandboxModel;
  /** The routes of `model`, for a world to connect. */
  protected readonly routes: SandboxHandler;
  readonly github: GitHub;
  readonly folder = mkdtempSync(join(tmpdir(), 'runs-'));
  #count = 0;

  constructor({ linkedin = {}, github = {}, epochMs, ...world }: Setting) {
    const time = new TestClock(epochMs === undefined ? {} : { epochMs });
    this.time = time;
    this.world = new World({ ...QUIET, ...world }, time);
    this.world.disturb();
    const clock = { now: () => time.epochMs() };
    this.model = new SandboxModel({ token: canary('token'), clock, ...linkedin });
    this.routes = linkedInRoutes(this.model, linkedin);
    this.github = new GitHub({ now: () => time.now(), ...github });
    this.world.connect('github', this.github.handle);
  }

  nextMachine(fate: Partial<Fate>): Machine {
    this.#count += 1;
    return this.world.start(`run-${this.#count}`, { ...QUIET_FATE, ...fate });
  }

  /** Rejects if the machine is lost. */
  async runOn(
    machine: Machine,
    plan: Pick<Plan, 'program' | 'workspace' | 'inputs'>,
    wrap?: Wrap,
  ): Promise<StepResult> {
    const folder = join(this.folder, machine.name);
    const result = await runStep({ ...plan, folder, machine, world: this.world }, wrap);
    return result ?? Promise.reject(new Error('the machine is lost'));
  }

  /** Lets time pass until `work` has ended. */
  finish<T>(work: Promise<T>): Promise<T> {
    return withoutDebugLines(async () => {
      if (!(await this.time.run(work, WEEK_MS))) throw new Error('a run does not end');
      return await work;
    });
  }
}
