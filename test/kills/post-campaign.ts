// Runs rounds of the post action in parallel until enough runs were killed: counts the kills, and reports broken rules.

import { findPostKillViolations } from './post-invariants.ts';
import { postKillPlanAt } from './post-kill-plan.ts';
import { type PostRoundResult, runPostRound } from './post-round.ts';

interface PostKillCampaign {
  readonly seed: number;
  /** Of the first round: its number, from 0. */
  readonly path?: string | undefined;
  readonly kills: number;
  /** Parallel rounds. */
  readonly parallel: number;
  readonly onRound?: (report: PostKillReport) => void;
}

export interface PostKillReport {
  rounds: number;
  /** Kind of kill, or of end → how often. */
  readonly counts: Map<string, number>;
  /** Runs that were ended by a signal. */
  kills: number;
  readonly failures: string[];
}

const MOST_FAILURES = 5;

export async function runPostKills({
  seed,
  path = '0',
  kills,
  parallel,
  onRound,
}: PostKillCampaign): Promise<PostKillReport> {
  const report: PostKillReport = { rounds: 0, counts: new Map(), kills: 0, failures: [] };
  let next = Number(path);
  const runOn = async () => {
    while (report.kills < kills && report.failures.length < MOST_FAILURES) {
      const at = String(next);
      next += 1;
      const round = await runPostRound(postKillPlanAt(seed, at));
      count(report, round);
      const violations = findPostKillViolations(round);
      const lines = violations.map(({ rule, text }) => `  ${rule}: ${text}`);
      if (lines.length > 0) report.failures.push([`seed ${seed}, path ${at} violates`, ...lines].join('\n'));
      onRound?.(report);
    }
  };
  await Promise.all(Array.from({ length: parallel }, runOn));
  return report;
}

function count(report: PostKillReport, { runs, sandbox: { model } }: PostRoundResult): void {
  const add = (name: string, times = 1) => report.counts.set(name, (report.counts.get(name) ?? 0) + times);
  report.rounds += 1;
  for (const { kill, isStruck, requests, run } of runs) {
    if (kill !== null)
      add(isStruck ? `${kill.signal}${requests === 0 ? ' before the first request' : ''}` : 'too late');
    if (isStruck) report.kills += 1;
    if (kill === null)
      for (const { state } of JSON.parse(run.outputs.results ?? '[]')) add(`finally ${state}`);
  }
  add('posts on LinkedIn', model.storedPosts.length);
}

export function describePostKills({ rounds, kills, counts, failures }: PostKillReport): string {
  const all = [...counts].toSorted().map(([name, times]) => `${name} ${times}`);
  return [`${kills} kills in ${rounds} rounds: ${all.join(', ')}`, ...failures].join('\n');
}
