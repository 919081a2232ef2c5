// Plays schedules with the built action as a process, as users run it, with LinkedIn and GitHub on loopback. The process is killed or
// cancelled at a random call, and the same invariants hold. Takes real time, so faults that need a time-out are left out.

import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Time } from '../../support/clock.ts';
import { filesBelow } from '../../support/folders.ts';
import { runAction } from '../../support/runner.ts';
import type { FaultKind, Service } from '../faults.ts';
import { ACTIONS, errorsIn, type StepResult } from '../runner.ts';
import { serveHandler } from '../serve.ts';
import { type Campaign, runCampaign } from './campaign.ts';
import { NO_LAG, type Schedule } from './schedule.ts';
import { type Execution, play, type StepSpec } from './story.ts';

export interface KillCampaign extends Pick<Campaign, 'program' | 'seed' | 'path'> {
  /** How many processes to kill. */
  readonly kills: number;
  readonly onRound: (killed: number) => void;
}

const PARALLEL = 2;

/** Plays several campaigns at once, until enough processes were killed. */
export async function runKills({ kills, path, seed, onRound, ...given }: KillCampaign) {
  let killed = 0;
  const plays = async (schedule: Schedule) => {
    const execution = await openProcesses();
    try {
      const story = await play(forProcesses(schedule), execution);
      killed += story.runs.filter(({ machine }) => machine.isDead).length;
      onRound(killed);
      return story;
    } finally {
      execution.close();
    }
  };
  const campaign = {
    ...given,
    path,
    command: '--kills 1',
    count: path === undefined ? kills * 4 : 1,
  };
  const campaigns = Array.from({ length: path === undefined ? PARALLEL : 1 }, (_, index) =>
    runCampaign({
      ...campaign,
      seed: seed + index,
      plays,
      shrinks: false,
      isEnough: () => killed >= kills,
    }),
  );
  return await Promise.all(campaigns);
}

const QUICK: readonly FaultKind[] = [
  ...(['unreachable', 'reset midway', 'lost request', 'lost response', 'cut answer'] as const),
  ...([
    'status',
    'status after effect',
    'duplicate of itself',
    'duplicate of an old post',
  ] as const),
];

/** The first run is always struck. */
function forProcesses(schedule: Schedule): Schedule {
  const jobs = schedule.jobs.map((job, index) => {
    const { killAt, cancelAt } = job.fate;
    const at = killAt ?? (index === 0 && cancelAt === null ? 1 + (schedule.seed % 30) : null);
    return {
      afterMs: LATER_MS,
      disk: null,
      fate: { ...job.fate, killAt: at, cancelAfterMs: null, sleep: null, skewMs: 0 },
    };
  });
  const faults = schedule.faults.filter(
    ({ kind, retryAfterS = 0 }) => QUICK.includes(kind) && retryAfterS <= 2,
  );
  return {
    ...schedule,
    jobs,
    faults,
    latencyMs: 20,
    processingMs: 0,
    lag: NO_LAG,
    outages: [],
    expiresMs: null,
  };
}

/** Claims of the run before are older than any claim lives. */
const LATER_MS = 30 * 60_000;

/** To be closed at the end. */
async function openProcesses(): Promise<Execution & { close(): void }> {
  let current: StepSpec | null = null;
  const serve = (service: Service) =>
    serveHandler(async (request) => {
      if (current === null) throw new Error('no program runs');
      return await current.world.carry(request, { machine: current.machine, service });
    });
  const [linkedin, github] = [await serve('linkedin'), await serve('github')];
  return {
    time: new RealTime(),
    isSequential: true,
    run: async (spec) => {
      current = spec;
      return await runProcess(spec, { linkedinUrl: linkedin.url, gitHubUrl: github.url });
    },
    close: () => {
      for (const { close } of [linkedin, github]) void close();
    },
  };
}

async function runProcess(
  { program, folder, workspace, inputs, runId, machine }: StepSpec,
  { linkedinUrl, gitHubUrl }: { linkedinUrl: string; gitHubUrl: string },
): Promise<StepResult | null> {
  const runnerTemp = join(folder, 'temp');
  const run = await runAction({
    action: ACTIONS[program],
    workspace,
    runnerTemp,
    inputs: { ...inputs, 'api-url': linkedinUrl },
    env: { GITHUB_API_URL: gitHubUrl, GITHUB_RUN_ID: runId },
    onStart: ({ send }) => {
      void machine.died.then(() => send('SIGKILL'));
      machine.signal.addEventListener('abort', () => send('SIGINT'));
    },
  });
  if (machine.isDead) return null;
  const { annotations } = run;
  return {
    exitCode: run.exitCode ?? 1,
    outputs: run.outputs,
    texts: new Map([...filesBelow(runnerTemp), ['log', run.printed]]),
    annotations,
    errors: errorsIn(annotations),
  };
}

class RealTime implements Time {
  readonly #startMs = Date.now();
  #skippedMs = 0;

  now(): number {
    return this.epochMs() - this.#startMs;
  }

  epochMs(): number {
    return Date.now() + this.#skippedMs;
  }

  noteEvent(): void {}

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await setTimeout(ms, undefined, { ...(signal && { signal }) });
  }

  async pass(ms: number): Promise<void> {
    this.#skippedMs += ms;
  }

  async run(work: Promise<unknown>): Promise<boolean> {
    await work;
    return true;
  }
}
