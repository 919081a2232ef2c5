// Plays schedules with the built action as a process, which is killed or cancelled at a random call, and checks the same
// invariants. Takes real time, so faults that need a time-out are left out.

import type { FaultKind } from '../faults.ts';
import { openProcesses } from './as-process.ts';
import { type Campaign, runCampaign } from './campaign.ts';
import { NO_LAG, type Schedule } from './schedule.ts';
import { play } from './story.ts';

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
  const campaign = { ...given, path, command: '--kills 1', count: path === undefined ? kills * 4 : 1 };
  const campaigns = Array.from({ length: path === undefined ? PARALLEL : 1 }, (_, index) =>
    runCampaign({ ...campaign, seed: seed + index, plays, shrinks: false, isEnough: () => killed >= kills }),
  );
  return await Promise.all(campaigns);
}

const QUICK: readonly FaultKind[] = [
  ...(['unreachable', 'reset midway', 'lost request', 'lost response', 'cut answer'] as const),
  ...(['status', 'status after effect', 'duplicate of itself', 'duplicate of an old post'] as const),
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
