// Runs rounds in parallel until enough runs were killed: counts the kills, and reports each broken rule.

import type { Breach } from '../faults/breach.ts';
import { breachesOf, isStruck, isTooEarly, LATE_MS, missingFrom } from './invariants.ts';
import { fromSeed } from './kill-plan.ts';
import { keptUploads } from './resumption.ts';
import { type RoundResult, runRound } from './round.ts';

export interface Failure {
  readonly seed: number;
  readonly breaches: readonly Breach[];
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
  /** State changes older than `LATE_MS` that a kill lost, and the age of the oldest lost change. */
  late: number;
  oldestLossMs: number;
  readonly failures: Failure[];
}

interface Campaign {
  readonly firstSeed: number;
  readonly kills: number;
  /** Parallel rounds. */
  readonly abreast: number;
  readonly onRound?: (report: KillReport) => void;
}

const MOST_FAILURES = 5;

export async function runKills({ firstSeed, kills, abreast, onRound }: Campaign): Promise<KillReport> {
  const report: KillReport = {
    ...{ rounds: 0, runs: 0, urns: 0, kept: 0, slowestEndMs: 0, late: 0, oldestLossMs: 0 },
    struck: new Map(),
    failures: [],
  };
  let nextSeed = firstSeed;
  const isOver = () => strikes(report) >= kills || report.failures.length >= MOST_FAILURES;
  const runOn = async () => {
    while (!isOver()) {
      const seed = nextSeed;
      nextSeed += 1;
      const round = await runRound(fromSeed(seed));
      count(report, round);
      const breaches = breachesOf(round);
      if (breaches.length > 0) report.failures.push({ seed, breaches });
      onRound?.(report);
    }
  };
  await Promise.all(Array.from({ length: abreast }, runOn));
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
    for (const { agoMs } of run.run.signal === null ? [] : missingFrom(run)) {
      if (agoMs > LATE_MS) report.late += 1;
      report.oldestLossMs = Math.max(report.oldestLossMs, agoMs);
    }
  }
}

export function describeKills(report: KillReport): string {
  const { rounds, runs, struck, urns, kept, slowestEndMs, late, oldestLossMs, failures } = report;
  const kinds = [...struck]
    .toSorted()
    .map(([name, times]) => `${name} ${times}`)
    .join(', ');
  return [
    `${strikes(report)} kills in ${runs} runs of ${rounds} rounds: ${kinds}`,
    `${urns} URNs returned by LinkedIn; ${kept} uploads resumed by a later run`,
    `slowest end after a signal ${Math.round(slowestEndMs)} ms; the oldest change that a kill lost was ${Math.round(oldestLossMs)} ms old, ${late} were older than ${LATE_MS} ms`,
    ...failures.map(describeFailure),
  ].join('\n');
}

function describeFailure({ seed, breaches }: Failure): string {
  return [`seed ${seed} breaks`, ...breaches.map(({ rule, text }) => `  ${rule}: ${text}`)].join('\n');
}
