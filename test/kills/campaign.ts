// Runs rounds in parallel until enough runs were killed: counts the kills, and reports each broken rule.

import type { Violation } from '../faults/violation.ts';
import { findViolations, isStruck, isTooEarly } from './invariants.ts';
import { killPlanAt } from './kill-plan.ts';
import { keptUploads } from './resumption.ts';
import { type RoundResult, runRound } from './round.ts';

export interface Failure {
  /** With the path, replays the round. */
  readonly seed: number;
  readonly path: string;
  readonly violations: readonly Violation[];
}

export interface KillReport {
  rounds: number;
  runs: number;
  /** Kind of kill → how often. */
  readonly struck: Map<string, number>;
  urns: number;
  /** Uploads in the manifest of a killed run, which a later run must reuse. */
  kept: number;
  /** The longest time from a signal to the end of a run that handled it. */
  slowestEndMs: number;
  readonly failures: Failure[];
}

interface Campaign {
  readonly seed: number;
  /** Of the first round: its number, from 0. */
  readonly path?: string | undefined;
  readonly kills: number;
  /** Parallel rounds. */
  readonly parallel: number;
  readonly onRound?: (report: KillReport) => void;
}

const MOST_FAILURES = 5;

export async function runKills({
  seed,
  path = '0',
  kills,
  parallel,
  onRound,
}: Campaign): Promise<KillReport> {
  const report: KillReport = {
    ...{ rounds: 0, runs: 0, urns: 0, kept: 0, slowestEndMs: 0 },
    struck: new Map(),
    failures: [],
  };
  let next = Number(path);
  const isOver = () => strikes(report) >= kills || report.failures.length >= MOST_FAILURES;
  const runOn = async () => {
    while (!isOver()) {
      const at = String(next);
      next += 1;
      const round = await runRound(killPlanAt(seed, at));
      count(report, round);
      const violations = findViolations(round);
      if (violations.length > 0) report.failures.push({ seed, path: at, violations });
      onRound?.(report);
    }
  };
  await Promise.all(Array.from({ length: parallel }, runOn));
  return report;
}

/** Runs that were ended by a signal. */
export function strikes({ struck }: KillReport): number {
  return [...struck].reduce((sum, [name, times]) => sum + (name.startsWith('SIG') ? times : 0), 0);
}

function count(report: KillReport, round: RoundResult): void {
  report.rounds += 1;
  report.runs += round.runs.length;
  report.kept += keptUploads(round).length;
  for (const run of round.runs) {
    report.urns += run.named.length;
    if (run.kill === null) continue;
    const { signal, againAfterMs } = run.kill;
    const isTwice = againAfterMs !== null && run.againMs !== null && run.run.signal !== null;
    const name = isTooEarly(run)
      ? 'too early'
      : isStruck(run)
        ? `${signal}${isTwice ? ' twice' : ''}${run.requests === 0 ? ' before the first call' : ''}`
        : 'too late';
    report.struck.set(name, (report.struck.get(name) ?? 0) + 1);
    if (signal !== 'SIGKILL' && run.run.signal === null)
      report.slowestEndMs = Math.max(report.slowestEndMs, run.run.afterSignalMs ?? 0);
  }
}

export function describeKills(report: KillReport): string {
  const { rounds, runs, struck, urns, kept, slowestEndMs, failures } = report;
  const kinds = [...struck]
    .toSorted()
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
  return [
    `${strikes(report)} kills in ${runs} runs of ${rounds} rounds: ${kinds}`,
    `${urns} URNs returned by LinkedIn; ${kept} uploads resumed by a later run`,
    `slowest end after a signal ${Math.round(slowestEndMs)} ms`,
    ...failures.map(describeFailure),
  ].join('\n');
}

function describeFailure({ seed, path, violations }: Failure): string {
  return [
    `seed ${seed}, path ${path} violates`,
    ...violations.map(({ rule, text }) => `  ${rule}: ${text}`),
  ].join('\n');
}
