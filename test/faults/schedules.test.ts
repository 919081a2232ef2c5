// Runs generated fault schedules, and those that once violated an invariant. FAULT_SEED and FAULT_PATH replay a failure,
// FAULT_RUNS sets the number of schedules.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OUTPUTS } from '../../src/action/report/outputs.ts';
import { CANARIES } from '../leaks/canaries.ts';
import { describeFailure, runCampaign } from './campaign.ts';
import { describeReport } from './campaign-report.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import { findViolations } from './invariants.ts';
import { runSchedule } from './run-schedule.ts';

const KEPT = join(import.meta.dirname, 'regressions');
const KEPT_SEEDS = 10;
const { FAULT_SEED, FAULT_PATH, FAULT_RUNS = '1500' } = process.env;
// Fewer schedules need not meet every kind of fault.
const ENOUGH = 1000;
// Everything a run writes. Sinks that need a process and a runner (output of Node, command files, the environment of
// later steps) are searched by test/dist.
const SINKS = [
  ...['info', 'debug', 'notice', 'warning', 'error', 'printed error'],
  ...OUTPUTS,
  ...['results-file', 'manifest-file', 'summary.md', 'branch'],
];
// Downloads of release assets are over before publishing starts, so this secret does not occur here.
const ELSEWHERE = ['download signature'];

const kept = readdirSync(KEPT).filter((name) => name.endsWith('.json'));

// Delays, jitter and echoed secrets come from the seed, so each schedule runs with several.
it.each(kept)('the kept schedule %s violates no invariant', async (name) => {
  const schedule = JSON.parse(readFileSync(join(KEPT, name), 'utf8')) as FaultSchedule;
  for (let offset = 0; offset < KEPT_SEEDS; offset += 1) {
    const seed = schedule.seed + offset;
    expect(findViolations(await runSchedule({ ...schedule, seed })), `seed ${seed}`).toEqual([]);
  }
});

it('no schedule of faults violates an invariant, and every kind of fault strikes', async () => {
  const seed = FAULT_SEED === undefined ? seedOfToday() : Number(FAULT_SEED);
  const count = FAULT_PATH === undefined ? Number(FAULT_RUNS) : 1;
  const { failures, report } = await runCampaign({ seed, path: FAULT_PATH, count });
  process.stdout.write(`seed ${seed}: ${describeReport(report)}\n`);
  expect(failures, failures.map(describeFailure).join('\n')).toEqual([]);
  if (count < ENOUGH) return;
  expect(unmet(report.faults)).toEqual([]);
  expect(unmet(report.features)).toEqual([]);
  const { met, sinks } = report.search;
  // A secret that no schedule meets cannot leak, and a sink that was not searched may hold one.
  expect(CANARIES.map(({ name }) => name).filter((name) => !met.has(name))).toEqual(ELSEWHERE);
  expect(SINKS.filter((sink) => !sinks.has(sink))).toEqual([]);
});

function unmet(counts: ReadonlyMap<string, number>): string[] {
  return [...counts].flatMap(([name, count]) => (count === 0 ? [name] : []));
}

/** Each day runs schedules that no day before has run. */
function seedOfToday(): number {
  return Number(new Date().toISOString().slice(0, 10).replaceAll('-', ''));
}
