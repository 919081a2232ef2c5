// Nothing is lost, and nothing is told as a success that is none, whatever goes wrong: schedules of faults drawn from
// seeds, and those that once broke a rule. FAULT_SEED replays one seed, FAULT_RUNS sets how many are run.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { OUTPUTS } from '../../src/action/report/outputs.ts';
import { CANARIES } from '../leaks/canaries.ts';
import { describeReport, runCampaign } from './campaign.ts';
import type { FaultPlan } from './fault-plan.ts';
import { breachesOf } from './invariants.ts';
import { KIND_NAMES } from './kinds.ts';
import { runSchedule } from './schedule.ts';

const KEPT = join(import.meta.dirname, 'regressions');
const { FAULT_SEED, FAULT_RUNS = '1500' } = process.env;
const LIMIT_MS = 240_000;
// Fewer are a look at one thing, and need not meet every kind.
const ENOUGH = 1000;
// What a run writes. What is only there with a process and a runner around it (what Node prints, the files of commands,
// the environment of later steps) is searched by test/dist.
const SINKS = [
  ...['info', 'debug', 'notice', 'warning', 'error', 'printed error'],
  ...OUTPUTS,
  ...['results-file', 'posts-file', 'manifest-file', 'summary.md'],
];
// Who publishes meets no secret of a download from GitHub, which is over by then.
const ELSEWHERE = ['github token', 'download signature'];

const kept = readdirSync(KEPT).filter((name) => name.endsWith('.json'));

it.each(kept)('%s stays mended', async (name) => {
  const plan = JSON.parse(readFileSync(join(KEPT, name), 'utf8')) as FaultPlan;
  expect(breachesOf(await runSchedule(plan))).toEqual([]);
});

it('no schedule breaks a rule, and every kind of fault struck', {
  timeout: LIMIT_MS,
}, async () => {
  const firstSeed = FAULT_SEED === undefined ? seedOfToday() : Number(FAULT_SEED);
  const count = FAULT_SEED === undefined ? Number(FAULT_RUNS) : 1;
  const report = await runCampaign({ firstSeed, count });
  const summary = describeReport(report);
  process.stdout.write(`seeds from ${firstSeed}: ${summary}\n`);
  expect(report.failures, summary).toEqual([]);
  const unseen = KIND_NAMES.filter((kind) => report.fired.get(kind) === 0);
  if (count < ENOUGH) return;
  expect(unseen).toEqual([]);
  expect([...report.drawn].filter(([, count]) => count === 0)).toEqual([]);
  const { met, sinks } = report.search;
  // What never came up could not leak, and what was not searched may hold it.
  expect(CANARIES.map(({ name }) => name).filter((name) => !met.has(name))).toEqual(ELSEWHERE);
  expect(SINKS.filter((sink) => !sinks.has(sink))).toEqual([]);
});

/** Each day looks at schedules that no day before has seen. */
function seedOfToday(): number {
  return Number(new Date().toISOString().slice(0, 10).replaceAll('-', '')) * 1_000_000;
}
