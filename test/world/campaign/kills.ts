// Plays schedules with the built action as a process, which is killed or cancelled at a random call, and checks the same
// invariants. Takes real time, so faults that need a time-out are left out.

import fc from 'fast-check';
import type { FaultKind } from '../faults.ts';
import type { Program } from '../runner.ts';
import { AsProcess } from './as-process.ts';
import { findViolations } from './invariants.ts';
import { NO_LAG, type Schedule, scheduleArbitrary } from './schedule.ts';
import { play } from './story.ts';

export interface KillCampaign {
  readonly program: Program;
  readonly seed: number;
  /** Plays only this round. */
  readonly round?: number | undefined;
  /** How many processes to kill. */
  readonly kills: number;
  /** How many rounds are played at once. */
  readonly parallel: number;
  readonly onRound: (report: KillReport) => void;
}

export interface KillReport {
  rounds: number;
  kills: number;
  cancelled: number;
  readonly failures: string[];
}

export async function runKills(campaign: KillCampaign): Promise<KillReport> {
  const { kills, parallel, round, onRound } = campaign;
  const report: KillReport = { rounds: 0, kills: 0, cancelled: 0, failures: [] };
  const schedules = schedulesOf(campaign);
  const work = async () => {
    for (const [index, schedule] of schedules) {
      if (report.kills >= kills) return;
      await playRound(schedule, index, { campaign, report });
      onRound(report);
      if (round !== undefined) return;
    }
  };
  await Promise.all(Array.from({ length: round === undefined ? parallel : 1 }, work));
  return report;
}

/** Shared by all workers. */
function schedulesOf({ program, seed, round, kills }: KillCampaign): IterableIterator<[number, Schedule]> {
  const numRuns = Math.max(kills * 4, (round ?? 0) + 1);
  const all = fc.sample(scheduleArbitrary[program], { seed, numRuns });
  return all
    .map(forProcesses)
    .entries()
    .drop(round ?? 0);
}

const QUICK: readonly FaultKind[] = [
  ...(['unreachable', 'reset midway', 'lost request', 'lost answer', 'cut answer'] as const),
  ...(['status', 'status after effect'] as const),
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
const LATER_MS = 15 * 60_000;

async function playRound(
  schedule: Schedule,
  index: number,
  { campaign: { program, seed }, report }: { campaign: KillCampaign; report: KillReport },
): Promise<void> {
  const execution = await AsProcess.open();
  try {
    const story = await play(schedule, execution);
    const violations = findViolations(story);
    report.rounds += 1;
    report.kills += story.runs.filter(({ machine }) => machine.isDead).length;
    report.cancelled += story.runs.filter(({ machine }) => machine.cancelledMs !== null).length;
    if (violations.length === 0) return;
    const flag = program === 'post' ? ' --posts' : '';
    report.failures.push(
      [
        `seed ${seed}, round ${index} violates`,
        ...violations.map(({ rule, text }) => `  ${rule}: ${text}`),
        `  replay: npm run soak -- --kills 1${flag} --seed ${seed} --path ${index}`,
        `  schedule: ${JSON.stringify(schedule)}`,
      ].join('\n'),
    );
  } finally {
    execution.close();
  }
}
